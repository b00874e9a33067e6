#include "source/ndjson_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "record/json.h"
#include "record/record.h"
#include "source/emit.h"
#include "source/json/mapping.h"
#include "source/source.h"

enum slot {
	V, KEY, TYPE, CHANNEL, SOURCE, BRAND, CONTENT, FETCHED, START,
	INDEXED, PUBLISHED, DIRECTION, VISIBILITY, CURSOR, SINCE, UNTIL, WHY,
	SLOTS
};

/* In the order of enum slot. */
static const char *const names[SLOTS] = { "v", "key", "type", "channel",
    "source", "brand", "content", "fetched", "start", "indexed", "published",
    "direction", "visibility", "cursor", "since", "until", "why" };

struct ndjson_lines {
	const struct sm_source_args *args;
	const struct mapping *map;
	struct sm_paths *paths;
	int slot[SLOTS];
	struct sm_record *rec;
	struct sm_buf out;
};

struct ndjson_lines *
ndjson_lines_new(const struct sm_source_args *args, const struct mapping *map)
{
	struct ndjson_lines *lines = sm_xcalloc(1, sizeof(*lines));

	lines->args = args;
	lines->map = map;
	lines->paths = sm_paths_new();
	for (int i = 0; i < SLOTS; i++)
		lines->slot[i] = sm_paths_add(lines->paths, names[i]);
	lines->rec = sm_record_new(lines->paths);
	return lines;
}

void
ndjson_lines_free(struct ndjson_lines *lines)
{
	if (!lines)
		return;
	sm_record_free(lines->rec);
	sm_paths_free(lines->paths);
	sm_buf_release(&lines->out);
	free(lines);
}

static bool
has(const struct ndjson_lines *lines, enum slot slot)
{
	return sm_record_value(lines->rec, lines->slot[slot])->type ==
	    SM_STRING;
}

static void
fill_in(struct ndjson_lines *lines, enum slot slot, const char *value)
{
	struct sm_buf json = SM_BUF_INIT;

	if (has(lines, slot) || !value)
		return;
	sm_json_strz(&json, NULL, value);
	sm_record_set(lines->rec, lines->slot[slot], json.data, json.len);
	sm_buf_release(&json);
}

/* By the rule of sm-record(5), from what the record says. */
static void
fill_in_times(struct ndjson_lines *lines, int64_t now)
{
	struct sm_record *rec = lines->rec;
	struct sm_post post;
	char text[SM_TIME_TEXT];
	bool skew;

	sm_post_init(&post);
	post.window = lines->args->window;
	if (!sm_record_time(rec, lines->slot[FETCHED], &post.fetched))
		post.fetched = now;
	if (!sm_record_time(rec, lines->slot[INDEXED], &post.indexed))
		post.indexed = SM_TIME_NONE;
	if (!sm_record_time(rec, lines->slot[PUBLISHED], &post.published))
		post.published = SM_TIME_NONE;
	sm_time_format(post.fetched, text);
	fill_in(lines, FETCHED, text);
	sm_time_format(sm_post_start(&post, &skew), text);
	fill_in(lines, START, text);
}

/* NULL, or what is wrong with the record. */
static const char *
fault(struct ndjson_lines *lines)
{
	int64_t version;

	if (!sm_record_int(lines->rec, lines->slot[V], &version))
		return "no whole number 'v'";
	if (version != SM_RECORD_VERSION)
		return "a version ('v') that this program does not know";
	if (!has(lines, KEY))
		return "no text 'key'";
	if (!has(lines, TYPE))
		return "no text 'type'";
	if (!has(lines, CHANNEL))
		return "no text 'channel'";
	if (!has(lines, CONTENT) &&
	    !sm_record_is(lines->rec, lines->slot[TYPE], "Tombstone"))
		return "no text 'content'";
	return NULL;
}

static bool
is_control(struct ndjson_lines *lines)
{
	size_t len;
	const char *type = sm_record_str(lines->rec, lines->slot[TYPE], &len);

	return type && len >= 3 && memcmp(type, "sm:", 3) == 0;
}

static bool
is_old(struct ndjson_lines *lines)
{
	int64_t time;

	return lines->args->since != SM_TIME_NONE && sm_record_time(
	    lines->rec, lines->slot[PUBLISHED], &time) &&
	    time < lines->args->since;
}

/* A line of type sm:...: a program's cursor, or what it says is missing. */
static void
take_control(struct ndjson_lines *lines, const char *name, uint64_t number,
    struct sm_buf *cursor, struct sm_emit *emit)
{
	const struct sm_value *value = sm_record_value(lines->rec,
	    lines->slot[CURSOR]);
	int64_t since, until;
	struct sm_buf why = SM_BUF_INIT;
	const char *text;
	size_t len;

	if (!cursor)
		return;
	text = sm_record_str(lines->rec, lines->slot[WHY], &len);
	sm_buf_add(&why, text ? text : "it says so", text ? len : 10);
	if (sm_record_is(lines->rec, lines->slot[TYPE], "sm:Gap")) {
		if (!sm_record_time(lines->rec, lines->slot[SINCE], &since))
			since = SM_TIME_NONE;
		if (!sm_record_time(lines->rec, lines->slot[UNTIL], &until))
			until = SM_TIME_NONE;
		sm_emit_gap(emit, since, until, sm_buf_str(&why));
	} else if (sm_record_is(lines->rec, lines->slot[TYPE], "sm:Error")) {
		sm_emit_failed(emit, "%s", sm_buf_str(&why));
	} else if (sm_record_is(lines->rec, lines->slot[TYPE],
	    "sm:Checkpoint")) {
		if (value->type == SM_OBJECT &&
		    value->len <= NDJSON_CURSOR_MAX) {
			sm_buf_clear(cursor);
			sm_buf_add(cursor, value->text, value->len);
		} else
			sm_emit_failed(emit, "%s:%llu: a checkpoint without "
			    "an object 'cursor' of at most %d bytes", name,
			    (unsigned long long)number, NDJSON_CURSOR_MAX);
	}
	sm_buf_release(&why);
}

static int
take_record(struct ndjson_lines *lines, struct sm_emit *emit,
    struct sm_err *err)
{
	if (is_old(lines)) {
		emit->old++;
		return 0;
	}
	fill_in(lines, SOURCE, lines->args->name);
	fill_in(lines, BRAND, lines->args->brand);
	fill_in_times(lines, emit->fetched);
	fill_in(lines, DIRECTION, lines->args->direction == SM_DIRECTION_IN ?
	    "in" : "about");
	fill_in(lines, VISIBILITY, "public");
	sm_buf_clear(&lines->out);
	sm_record_write(lines->rec, &lines->out);
	sm_buf_addc(&lines->out, '\n');
	return sm_emit_line(emit, lines->out.data, lines->out.len, err);
}

static int
take_foreign(struct ndjson_lines *lines, const char *line, size_t len,
    const char *place, struct sm_emit *emit, struct sm_err *err)
{
	int ret = mapping_emit(lines->map, line, len, place, emit, err);

	if (ret == -1 && err->code != SM_EXIT_DATA)
		return -1;
	if (ret == -1)
		sm_emit_failed(emit, "%s: %s", place, err->text);
	else if (ret == 0)
		sm_emit_failed(emit, "%s: left out: nothing in it that the "
		    "mapping knows", place);
	return 0;
}

int
ndjson_line(struct ndjson_lines *lines, const char *line, size_t len,
    const char *name, uint64_t number, struct sm_buf *cursor,
    struct sm_emit *emit, struct sm_err *err)
{
	char place[256];
	const char *what;
	struct sm_err why;
	int ret;

	if (len == 0 || (len == 1 && *line == '\r'))
		return 0;
	snprintf(place, sizeof(place), "%.200s:%llu", name,
	    (unsigned long long)number);
	ret = sm_record_parse(lines->rec, line, len, &why);
	if (ret == 0 && is_control(lines)) {
		take_control(lines, name, number, cursor, emit);
		return 0;
	}
	if (lines->map)
		return take_foreign(lines, line, len, place, emit, err);
	if (ret == -1) {
		sm_emit_failed(emit, "%s: %s", place, why.text);
		return 0;
	}
	what = fault(lines);
	if (what) {
		sm_emit_failed(emit, "%s: left out: %s", place, what);
		return 0;
	}
	return take_record(lines, emit, err);
}
