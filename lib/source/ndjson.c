/*
 * ndjson - a JSON object a line, from a file that others append to, or from
 * standard input: records that are in our form already (sm-record(5)), or by
 * `mapping` what others write.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/xalloc.h"
#include "record/json.h"
#include "record/conf.h"
#include "record/reader.h"
#include "record/record.h"
#include "source/emit.h"
#include "source/local.h"
#include "source/json/mapping.h"
#include "source/ndjson_line.h"
#include "source/source.h"

struct ndjson {
	const struct sm_source_args *args;
	struct sm_reader *reader;
	int fd;
	bool regular;
	int64_t inode, offset;	/* of the first byte not yet emitted */
	struct mapping *map;
	struct ndjson_lines *lines;
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
	ndjson_lines_free(state->lines);
	mapping_free(state->map);
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
	if (mapping_of_source(args, &state->map, err) == -1) {
		state->fd = -1;
		ndjson_close(state);
		return NULL;
	}
	state->lines = ndjson_lines_new(args, state->map);
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
	return ndjson_line(state->lines, line, len,
	    sm_reader_name(state->reader), number, NULL, emit, err) == -1 ?
	    -1 : 1;
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

static const struct sm_conf_key keys[] = {
	{ .section = "source", .name = "mapping", .type = SM_CONF_PATH,
	    .named = true, .help = "how foreign objects become posts" },
	{ .section = NULL }
};

const struct sm_source sm_source_ndjson = {
	.name = "ndjson",
	.summary = "a record (or by a mapping, any object) a line: file or -",
	.keys = keys,
	.open = ndjson_open,
	.next = ndjson_next,
	.cursor = ndjson_cursor,
	.close = ndjson_close,
};
