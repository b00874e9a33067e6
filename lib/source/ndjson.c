/*
 * ndjson - records that are in our form already (sm-record(5)), from a file
 * that others append to, or from standard input.  They are checked, and what
 * every record has to have is filled in where it lacks.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "record/json.h"
#include "record/reader.h"
#include "record/record.h"
#include "source/emit.h"
#include "source/local.h"
#include "source/source.h"

enum slot {
	V, KEY, TYPE, CHANNEL, SOURCE, BRAND, CONTENT, FETCHED, START,
	INDEXED, PUBLISHED, DIRECTION, VISIBILITY, SLOTS
};

/* In the order of enum slot. */
static const char *const names[SLOTS] = { "v", "key", "type", "channel",
    "source", "brand", "content", "fetched", "start", "indexed", "published",
    "direction", "visibility" };

struct ndjson {
	const struct sm_source_args *args;
	struct sm_reader *reader;
	int fd;
	bool regular;
	int64_t inode, offset;	/* of the first byte not yet emitted */
	struct sm_paths *paths;
	int slot[SLOTS];
	struct sm_record *rec;
	struct sm_buf out;
};

static int64_t
cursor_int(const json_t *cursor, const char *name)
{
	return json_integer_value(json_object_get(cursor, name));
}

/* Behind what was read before, if it is still the same file. */
static int
seek(struct ndjson *state, struct sm_err *err)
{
	json_t *cursor = state->args->cursor ?
	    json_loads(state->args->cursor, 0, NULL) : NULL;
	int64_t inode = cursor_int(cursor, "inode");
	int64_t offset = cursor_int(cursor, "offset");
	struct stat st;

	json_decref(cursor);
	if (fstat(state->fd, &st) == -1 || !S_ISREG(st.st_mode))
		return 0;
	state->regular = true;
	state->inode = (int64_t)st.st_ino;
	if (inode != state->inode || offset < 0 || offset > st.st_size)
		return 0;
	if (lseek(state->fd, offset, SEEK_SET) == -1)
		return sm_err_errno(err, SM_EXIT_IO, "cannot seek in '%s'",
		    state->args->where);
	state->offset = offset;
	return 0;
}

static void
ndjson_close(void *arg)
{
	struct ndjson *state = arg;

	sm_reader_close(state->reader);
	sm_record_free(state->rec);
	sm_paths_free(state->paths);
	sm_buf_release(&state->out);
	if (state->fd > STDIN_FILENO)
		close(state->fd);
	free(state);
}

static void *
ndjson_open(const struct sm_source_args *args, struct sm_err *err)
{
	struct ndjson *state = sm_xcalloc(1, sizeof(*state));
	bool input = strcmp(args->where, "-") == 0;
	const char *path = local_path(args->where);

	state->args = args;
	state->paths = sm_paths_new();
	for (int i = 0; i < SLOTS; i++)
		state->slot[i] = sm_paths_add(state->paths, names[i]);
	state->rec = sm_record_new(state->paths);
	state->fd = input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (state->fd == -1)
		sm_err_errno(err, SM_EXIT_NOINPUT, "cannot open '%s'", path);
	else if (input || seek(state, err) == 0)
		state->reader = sm_reader_new(state->fd,
		    input ? "standard input" : path);
	if (state->reader)
		return state;
	ndjson_close(state);
	return NULL;
}

static bool
has(const struct ndjson *state, enum slot slot)
{
	return sm_record_value(state->rec, state->slot[slot])->type ==
	    SM_STRING;
}

static void
fill_in(struct ndjson *state, enum slot slot, const char *value)
{
	struct sm_buf json = SM_BUF_INIT;

	if (has(state, slot) || !value)
		return;
	sm_json_strz(&json, NULL, value);
	sm_record_set(state->rec, state->slot[slot], json.data, json.len);
	sm_buf_release(&json);
}

/* By the rule of sm-record(5), from what the record says. */
static void
fill_in_times(struct ndjson *state, int64_t now)
{
	struct sm_record *rec = state->rec;
	struct sm_post post;
	char text[SM_TIME_TEXT];
	bool skew;

	sm_post_init(&post);
	post.window = state->args->window;
	if (!sm_record_time(rec, state->slot[FETCHED], &post.fetched))
		post.fetched = now;
	if (!sm_record_time(rec, state->slot[INDEXED], &post.indexed))
		post.indexed = SM_TIME_NONE;
	if (!sm_record_time(rec, state->slot[PUBLISHED], &post.published))
		post.published = SM_TIME_NONE;
	sm_time_format(post.fetched, text);
	fill_in(state, FETCHED, text);
	sm_time_format(sm_post_start(&post, &skew), text);
	fill_in(state, START, text);
}

/* NULL, or what is wrong with the record. */
static const char *
fault(struct ndjson *state)
{
	int64_t version;

	if (!sm_record_int(state->rec, state->slot[V], &version))
		return "no whole number 'v'";
	if (version != SM_RECORD_VERSION)
		return "a version ('v') that this program does not know";
	if (!has(state, KEY))
		return "no text 'key'";
	if (!has(state, TYPE))
		return "no text 'type'";
	if (!has(state, CHANNEL))
		return "no text 'channel'";
	if (!has(state, CONTENT) &&
	    !sm_record_is(state->rec, state->slot[TYPE], "Tombstone"))
		return "no text 'content'";
	return NULL;
}

static bool
is_control(struct ndjson *state)
{
	size_t len;
	const char *type = sm_record_str(state->rec, state->slot[TYPE], &len);

	return type && len >= 3 && memcmp(type, "sm:", 3) == 0;
}

static bool
is_old(struct ndjson *state)
{
	int64_t time;

	return state->args->since != SM_TIME_NONE && sm_record_time(
	    state->rec, state->slot[PUBLISHED], &time) &&
	    time < state->args->since;
}

static int
take(struct ndjson *state, const char *line, size_t len, uint64_t number,
    struct sm_emit *emit, struct sm_err *err)
{
	const char *name = sm_reader_name(state->reader), *what;
	struct sm_err why;

	if (len == 0)
		return 0;
	if (sm_record_parse(state->rec, line, len, &why) == -1) {
		sm_emit_failed(emit, "%s:%llu: %s", name,
		    (unsigned long long)number, why.text);
		return 0;
	}
	if (is_control(state))
		return 0;
	what = fault(state);
	if (what) {
		sm_emit_failed(emit, "%s:%llu: left out: %s", name,
		    (unsigned long long)number, what);
		return 0;
	}
	if (is_old(state)) {
		emit->old++;
		return 0;
	}
	fill_in(state, SOURCE, state->args->name);
	fill_in(state, BRAND, state->args->brand);
	fill_in_times(state, emit->fetched);
	fill_in(state, DIRECTION, state->args->direction == SM_DIRECTION_IN ?
	    "in" : "about");
	fill_in(state, VISIBILITY, "public");
	sm_buf_clear(&state->out);
	sm_record_write(state->rec, &state->out);
	sm_buf_addc(&state->out, '\n');
	return sm_emit_line(emit, state->out.data, state->out.len, err);
}

static int
ndjson_next(void *arg, struct sm_emit *emit, struct sm_err *err)
{
	struct ndjson *state = arg;
	const char *line;
	size_t len;
	uint64_t number;

	if (!sm_reader_ready(state->reader) && sm_emit_idle(emit, err) == -1)
		return -1;
	switch (sm_reader_line(state->reader, &line, &len, &number, err)) {
	case SM_READ_FAILED:
		return -1;
	case SM_READ_END:
		return 0;
	case SM_READ_LONG:
		sm_emit_failed(emit, "%s:%llu: left out: a line of more than "
		    "%d bytes", sm_reader_name(state->reader),
		    (unsigned long long)number, SM_RECORD_MAX);
		/* Where we are now cannot be told: begin there next time. */
		state->regular = false;
		return 1;
	case SM_READ_CUT:
		sm_emit_failed(emit, "%s:%llu: left out: the last line has no "
		    "end", sm_reader_name(state->reader),
		    (unsigned long long)number);
		return 0;
	case SM_READ_OK:
		break;
	}
	state->offset += (int64_t)len + 1;
	return take(state, line, len, number, emit, err) == -1 ? -1 : 1;
}

static void
ndjson_cursor(const void *arg, struct sm_buf *out)
{
	const struct ndjson *state = arg;

	if (!state->regular)
		return;
	sm_json_open(out, NULL, '{');
	sm_json_int(out, "inode", state->inode);
	sm_json_int(out, "offset", state->offset);
	sm_json_close(out, '}');
}

const struct sm_source sm_source_ndjson = {
	.name = "ndjson",
	.summary = "records as in sm-record(5): a file or -",
	.open = ndjson_open,
	.next = ndjson_next,
	.cursor = ndjson_cursor,
	.close = ndjson_close,
};
