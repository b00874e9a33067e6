/* Posts that are looked at again, and those that are gone. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/xalloc.h"
#include "record/json.h"
#include "source/emit.h"
#include "source/social/social.h"

static void
forget(struct social_recent *recent, size_t i)
{
	free(recent->list[i].id);
	recent->count--;
	memmove(&recent->list[i], &recent->list[i + 1],
	    (recent->count - i) * sizeof(recent->list[0]));
}

void
social_recent_drop(struct social_recent *recent, const char *id)
{
	for (size_t i = 0; i < recent->count; i++)
		if (strcmp(recent->list[i].id, id) == 0) {
			forget(recent, i);
			return;
		}
}

void
social_recent_add(struct social_recent *recent, const char *id, int64_t when,
    char how)
{
	struct social_post post = { .when = when, .how = how };

	social_recent_drop(recent, id);
	if (recent->count == SOCIAL_RECENT)
		forget(recent, 0);
	post.id = sm_xstrdup(id);
	recent->list[recent->count++] = post;
}

void
social_recent_since(struct social_recent *recent, int64_t oldest)
{
	for (size_t i = recent->count; i > 0; i--)
		if (recent->list[i - 1].when < oldest)
			forget(recent, i - 1);
}

void
social_recent_release(struct social_recent *recent)
{
	while (recent->count > 0)
		forget(recent, recent->count - 1);
}

void
social_recent_write(const struct social_recent *recent, const char *name,
    struct sm_buf *out)
{
	if (recent->count == 0)
		return;
	sm_json_open(out, name, '[');
	for (size_t i = 0; i < recent->count; i++) {
		const struct social_post *post = &recent->list[i];

		sm_json_open(out, NULL, '[');
		sm_json_strz(out, NULL, post->id);
		sm_json_int(out, NULL, post->when);
		sm_json_str(out, NULL, &post->how, 1);
		sm_json_close(out, ']');
	}
	sm_json_close(out, ']');
}

void
social_recent_read(struct social_recent *recent, const json_t *json)
{
	const json_t *item;
	size_t i;

	json_array_foreach(json, i, item) {
		const json_t *when = json_array_get(item, 1);
		const char *id = json_string_value(json_array_get(item, 0));
		const char *how = json_string_value(json_array_get(item, 2));

		if (id && social_is_id(id, strlen(id)) &&
		    json_is_integer(when) &&
		    how && *how)
			social_recent_add(recent, id,
			    json_integer_value(when), *how);
	}
}

uint64_t
social_thing(const char *id)
{
	return sm_hash(id, strlen(id));
}

uint64_t
social_rev(const char *rev)
{
	return sm_hash(rev, strlen(rev));
}

int
social_tombstone(struct sm_emit *emit, const char *channel,
    struct sm_span host, const char *id, struct sm_err *err)
{
	struct sm_post post;

	sm_post_init(&post);
	post.type = "Tombstone";
	post.former = "Note";
	post.channel = sm_span(channel);
	post.host = host;
	post.native = post.id = sm_span(id);
	post.rev = sm_span("deleted");
	post.deleted = emit->fetched;
	return sm_emit_post(emit, &post, err);
}
