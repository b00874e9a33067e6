#include "source/sweep/state.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "record/json.h"
#include "source/sweep/replace.h"

struct sm_state {
	char *path;
	json_t *members;
	json_t *changed;	/* set since the last write */
};

/* The object in the file, an empty one where there is no file, or NULL. */
static json_t *
load(const char *path, struct sm_err *err)
{
	struct sm_buf text = SM_BUF_INIT;
	json_error_t why;
	json_t *json = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1 && errno == ENOENT)
		return json_object();
	if (fd == -1 || sm_buf_read(&text, fd, SM_STATE_MAX) == -1)
		sm_err_errno(err, SM_EXIT_IO, "cannot read '%s'", path);
	else if (text.len == 0)
		json = json_object();
	else {
		json = json_loadb(text.data, text.len, 0, &why);
		if (!json_is_object(json)) {
			sm_err_set(err, SM_EXIT_DATA, "'%s' is no state file "
			    "(%s): move it away to fetch from the beginning",
			    path, json ? "not an object" : why.text);
			json_decref(json);
			json = NULL;
		}
	}
	if (fd != -1)
		close(fd);
	sm_buf_release(&text);
	return json;
}

struct sm_state *
sm_state_read(const char *path, struct sm_err *err)
{
	json_t *members = load(path, err);
	struct sm_state *state;

	if (!members)
		return NULL;
	state = sm_xcalloc(1, sizeof(*state));
	state->path = sm_xstrdup(path);
	state->members = members;
	state->changed = json_object();
	return state;
}

void
sm_state_free(struct sm_state *state)
{
	if (!state)
		return;
	json_decref(state->members);
	json_decref(state->changed);
	free(state->path);
	free(state);
}

int
sm_state_cursor(const struct sm_state *state, const char *source,
    struct sm_buf *out)
{
	const json_t *cursor = json_object_get(state->members, source);
	char *text;

	if (!cursor)
		return 0;
	text = json_dumps(cursor, JSON_COMPACT | JSON_ENCODE_ANY);
	if (!text)
		return 0;
	sm_buf_adds(out, text);
	free(text);
	return 1;
}

int
sm_state_set(struct sm_state *state, const char *source, size_t source_len,
    const char *cursor, size_t len, struct sm_err *err)
{
	json_error_t why;
	json_t *json = json_loadb(cursor, len, JSON_DECODE_ANY, &why);
	char *name;

	if (!json)
		return sm_err_set(err, SM_EXIT_DATA, "a cursor that is no "
		    "JSON: %s", why.text);
	name = sm_xstrndup(source, source_len);
	json_object_set(state->members, name, json);
	json_object_set_new(state->changed, name, json);
	free(name);
	return 0;
}

static void
print(json_t *members, struct sm_buf *out)
{
	const char *name;
	json_t *cursor;

	sm_buf_adds(out, "{\n");
	json_object_foreach(members, name, cursor) {
		char *text = json_dumps(cursor, JSON_COMPACT |
		    JSON_ENCODE_ANY);

		if (!text)
			continue;
		if (out->len > 2)
			sm_buf_adds(out, ",\n");
		sm_buf_addc(out, '"');
		sm_json_escape(out, name, strlen(name));
		sm_buf_adds(out, "\":");
		sm_buf_adds(out, text);
		free(text);
	}
	sm_buf_adds(out, "\n}\n");
}

static int
merge(struct sm_state *state, struct sm_err *err)
{
	json_t *now = load(state->path, err);
	struct sm_buf text = SM_BUF_INIT;
	int ret;

	if (!now)
		return -1;
	json_object_update(now, state->changed);
	print(now, &text);
	ret = sm_replace_file(state->path, &text, err);
	sm_buf_release(&text);
	if (ret == -1) {
		json_decref(now);
		return -1;
	}
	json_decref(state->members);
	state->members = now;
	json_object_clear(state->changed);
	return 0;
}

int
sm_state_write(struct sm_state *state, struct sm_err *err)
{
	char *path = sm_xasprintf("%s.lock", state->path);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	int ret;

	if (fd == -1 || flock(fd, LOCK_EX) == -1)
		ret = sm_err_errno(err, SM_EXIT_CANTCREAT,
		    "cannot lock '%s'", path);
	else
		ret = merge(state, err);
	if (fd != -1)
		close(fd);
	free(path);
	return ret;
}
