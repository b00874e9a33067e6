/* How an item of an answer becomes a record. */
#include "source/json/definition_impl.h"

#include <string.h>

#include "base/err.h"
#include "base/opt.h"

#define FIELD(name, which) { name, read_value, \
	offsetof(struct record_map, field[which]), false }

static const char *const types[] = { "Note", "Article", "Review", "Question",
    "Video", "Audio", "Message", "Tombstone" };
static const char *const directions[] = { "in", "about", "peer", "out" };
static const char *const visibilities[] = { "public", "unlisted", "followers",
    "direct" };

/* Constants in a value can be looked at before anything is asked. */
static int
check_constants(struct reading *in, const struct expr *expr,
    const char *what, const char *const *names, size_t count)
{
	const char *name;
	json_t *value;

	if (!expr)
		return 0;
	if (expr->kind == EXPR_CONST)
		return definition_choice(in, expr->json, what, names,
		    count) == -1 ? -1 : 0;
	if (expr->kind == EXPR_TABLE)
		json_object_foreach(expr->json, name, value)
			if (definition_choice(in, value, what, names,
			    count) == -1)
				return -1;
	if (expr->kind == EXPR_TABLE)
		return check_constants(in, expr->parts[1], what, names,
		    count);
	for (size_t i = 0; (expr->kind == EXPR_IF ||
	    expr->kind == EXPR_FIRST) && i < expr->count; i++)
		if (check_constants(in, expr->parts[i], what, names,
		    count) == -1)
			return -1;
	return 0;
}

static int
read_type(struct reading *in, json_t *json, void *to)
{
	struct expr **expr = to;

	return read_word(in, json, to) == -1 ? -1 : check_constants(in,
	    *expr, "type", types, sizeof(types) / sizeof(types[0]));
}

static int
read_direction(struct reading *in, json_t *json, void *to)
{
	struct expr **expr = to;

	return read_word(in, json, to) == -1 ? -1 : check_constants(in,
	    *expr, "direction", directions,
	    sizeof(directions) / sizeof(directions[0]));
}

static int
read_visibility(struct reading *in, json_t *json, void *to)
{
	struct expr **expr = to;

	return read_word(in, json, to) == -1 ? -1 : check_constants(in,
	    *expr, "visibility", visibilities,
	    sizeof(visibilities) / sizeof(visibilities[0]));
}

static int
read_find(struct reading *in, json_t *json, void *to)
{
	struct expr **expr = to;

	if (read_value(in, json, to) == -1)
		return -1;
	return (*expr)->kind == EXPR_POINTER && (*expr)->nfilters == 0 ? 0 :
	    definition_fail(in, "expected a pointer to a list");
}

static int
add_let(struct reading *in, const char *name, json_t *json, size_t index,
    void *arg)
{
	static const struct member members[] = {
		{ "find", read_find, offsetof(struct let, find), true },
		{ "where", read_pointer, offsetof(struct let, where), true },
		{ "is", read_value, offsetof(struct let, is), true },
	};
	struct record_map *map = arg;
	struct let *let = &map->lets[index];
	int ret;

	if (strspn(name, "abcdefghijklmnopqrstuvwxyz_") != strlen(name) ||
	    strcmp(name, "parent") == 0)
		return definition_fail(in, "a name is small letters, and not "
		    "'parent'");
	let->name = name;
	if (json_object_get(json, "find"))
		ret = definition_object(in, json, MEMBERS(members), let);
	else
		ret = read_value(in, json, &let->expr);
	map->nlets = index + 1;	/* those before can be named by the next */
	return ret;
}

static int
read_lets(struct reading *in, json_t *json, void *to)
{
	struct record_map *map = to;

	map->lets = definition_alloc(in, DEFINITION_LETS,
	    sizeof(*map->lets));
	return definition_members(in, json, DEFINITION_LETS, add_let, map);
}

static int
read_author_type(struct reading *in, json_t *json, void *to)
{
	static const char *const names[] = { "Person", "Organization",
	    "Service" };
	struct expr **expr = to;

	return read_word(in, json, to) == -1 ? -1 : check_constants(in,
	    *expr, "type", names, 3);
}

static int
read_author(struct reading *in, json_t *json, void *to)
{
	static const struct member members[] = {
		{ "type", read_author_type,
		    offsetof(struct record_map, field[A_TYPE]), false },
		FIELD("id", A_ID),
		FIELD("preferredUsername", A_USERNAME),
		FIELD("name", A_NAME), FIELD("url", A_URL),
		FIELD("published", A_PUBLISHED),
		FIELD("followers", A_FOLLOWERS),
		FIELD("following", A_FOLLOWING), FIELD("posts", A_POSTS),
		FIELD("verified", A_VERIFIED), FIELD("bot", A_BOT),
	};

	return definition_object(in, json, MEMBERS(members), to);
}

static int
read_metrics(struct reading *in, json_t *json, void *to)
{
	static const struct member members[] = {
		FIELD("likes", M_LIKES), FIELD("shares", M_SHARES),
		FIELD("replies", M_REPLIES), FIELD("views", M_VIEWS),
	};

	return definition_object(in, json, MEMBERS(members), to);
}

static int
read_rating(struct reading *in, json_t *json, void *to)
{
	static const struct member members[] = {
		{ "value", read_value,
		    offsetof(struct record_map, field[R_VALUE]), true },
		{ "best", read_value,
		    offsetof(struct record_map, field[R_BEST]), true },
	};

	return definition_object(in, json, MEMBERS(members), to);
}

static int
read_flags(struct reading *in, json_t *json, void *to)
{
	static const struct member members[] = {
		{ "edited", read_cond, offsetof(struct record_map, edited),
		    false },
		{ "auto", read_cond, offsetof(struct record_map, automatic),
		    false },
		{ "quoted", read_cond, offsetof(struct record_map, quoted),
		    false },
	};

	return definition_object(in, json, MEMBERS(members), to);
}

static int
read_tombstone(struct reading *in, json_t *json, void *to)
{
	static const struct member members[] = {
		{ "if", read_cond, offsetof(struct record_map, tombstone),
		    false },
		FIELD("deleted", T_DELETED),
		{ "formerType", read_type,
		    offsetof(struct record_map, field[T_FORMER]), false },
	};
	struct record_map *map = to;

	map->has_tombstone = true;
	return definition_object(in, json, MEMBERS(members), to);
}

struct filling {
	struct every_list *list;
	const struct member *members;
	size_t count;
};

static int
add_every(struct reading *in, json_t *json, size_t index, void *arg)
{
	struct filling *filling = arg;

	return definition_object(in, json, filling->members, filling->count,
	    &filling->list->list[index]);
}

static int
read_every(struct reading *in, json_t *json, struct every_list *list,
    const struct member *members, size_t count)
{
	struct filling filling = { .list = list, .members = members,
	    .count = count };

	list->count = json_is_array(json) ? json_array_size(json) : 1;
	if (list->count > DEFINITION_PARTS)
		return definition_fail(in, "more than %d of them",
		    DEFINITION_PARTS);
	list->list = definition_alloc(in, list->count, sizeof(*list->list));
	return definition_list(in, json, DEFINITION_PARTS, add_every,
	    &filling);
}

#define EVERY(name, read, what, must) { name, read, \
	offsetof(struct every, what), must }

/* "each" is a pointer alone, without filters. */
static int
read_each(struct reading *in, json_t *json, void *to)
{
	struct expr **expr = to;

	if (read_value(in, json, to) == -1)
		return -1;
	return (*expr)->kind == EXPR_POINTER && (*expr)->nfilters == 0 &&
	    !(*expr)->name ? 0 : definition_fail(in, "expected a pointer "
	    "such as \"/files/*\"");
}

static int
read_files(struct reading *in, json_t *json, void *to)
{
	static const struct member members[] = {
		EVERY("each", read_each, each, true),
		EVERY("if", read_cond, when, false),
		EVERY("url", read_value, href, true),
		EVERY("mediaType", read_value, type, false),
		EVERY("name", read_value, name, false),
	};

	return read_every(in, json, to, MEMBERS(members));
}

static int
read_tag_type(struct reading *in, json_t *json, void *to)
{
	static const char *const names[] = { "Mention", "Hashtag" };
	struct expr **expr = to;

	return read_word(in, json, to) == -1 ? -1 :
	    check_constants(in, *expr, "type of tag", names, 2);
}

static int
read_tags(struct reading *in, json_t *json, void *to)
{
	static const struct member members[] = {
		EVERY("each", read_each, each, true),
		EVERY("if", read_cond, when, false),
		EVERY("type", read_tag_type, type, true),
		EVERY("name", read_value, name, true),
		EVERY("href", read_value, href, false),
	};

	return read_every(in, json, to, MEMBERS(members));
}

static int
read_replaces(struct reading *in, json_t *json, void *to)
{
	static const struct member members[] = {
		EVERY("each", read_each, each, true),
		EVERY("if", read_cond, when, false),
		EVERY("from", read_value, type, true),
		EVERY("to", read_value, name, true),
	};

	return read_every(in, json, to, MEMBERS(members));
}

static int
add_record(struct reading *in, const char *name, json_t *json, size_t index,
    void *arg)
{
#define SELF 0	/* what reads it gets the whole record */
	static const struct member members[] = {
		{ "let", read_lets, SELF, false },
		{ "type", read_type,
		    offsetof(struct record_map, field[F_TYPE]), false },
		{ "key", read_value,
		    offsetof(struct record_map, field[F_KEY]), true },
		FIELD("id", F_ID), FIELD("url", F_URL), FIELD("rev", F_REV),
		FIELD("content", F_CONTENT), FIELD("name", F_NAME),
		FIELD("summary", F_SUMMARY),
		FIELD("published", F_PUBLISHED),
		FIELD("updated", F_UPDATED), FIELD("indexed", F_INDEXED),
		FIELD("language", F_LANGUAGE),
		FIELD("inReplyTo", F_REPLY_TO), FIELD("context", F_CONTEXT),
		{ "direction", read_direction,
		    offsetof(struct record_map, field[F_DIRECTION]), false },
		{ "visibility", read_visibility,
		    offsetof(struct record_map, field[F_VISIBILITY]), false },
		FIELD("channel", F_CHANNEL), FIELD("host", F_HOST),
		{ "ref", read_ref, offsetof(struct record_map, field[F_REF]),
		    false },
		{ "attributedTo", read_author, SELF, false },
		{ "metrics", read_metrics, SELF, false },
		{ "rating", read_rating, SELF, false },
		{ "flags", read_flags, SELF, false },
		{ "tombstone", read_tombstone, SELF, false },
		{ "attachment", read_files,
		    offsetof(struct record_map, files), false },
		{ "tag", read_tags, offsetof(struct record_map, tags),
		    false },
		{ "replace", read_replaces,
		    offsetof(struct record_map, replaces), false },
	};
#undef SELF
	struct record_map *map = &((struct record_map *)arg)[index];
	json_t *lets = json_object_get(json, "let");
	size_t mark;
	int ret = 0;

	map->name = name;
	in->record = map;
	if (lets) {	/* before what uses them, wherever they stand */
		mark = definition_enter(in, "let");
		ret = read_lets(in, lets, map);
		definition_leave(in, mark);
	}
	if (ret == 0)
		ret = definition_object(in, json, MEMBERS(members), map);
	in->record = NULL;
	return ret;
}

int
read_records(struct reading *in, json_t *json, void *to)
{
	struct sm_definition *def = to;

	def->nrecords = json_object_size(json);
	def->records = definition_alloc(in, def->nrecords,
	    sizeof(*def->records));
	return definition_members(in, json, DEFINITION_STREAMS, add_record,
	    def->records);
}
