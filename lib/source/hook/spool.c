/*
 * spool - what sm-hook has received: one file a request, see spool.h.
 *
 * A file is read from new/ and stays there until a cursor that names it has
 * come back to us, that is, until its posts are safe; only then does it move
 * to cur/.  What cannot be read goes to reject/ with the reason beside it.
 * After 30 days files leave cur/ and reject/.
 */
#include "source/hook/spool.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "record/conf.h"
#include "record/json.h"
#include "source/emit.h"
#include "source/hook/hook.h"
#include "source/hook/hook_request.h"
#include "source/local.h"
#include "source/json/mapping.h"
#include "source/source.h"
#include "source/hook/spool_folder.h"

#define RUN 5000		/* files of one run: the cursor names them */
#define DAY INT64_C(86400)
#define KEEP (30 * DAY)		/* in cur/ and reject/ */
#define STALE (DAY + DAY / 2)	/* in tmp/: its writer has died */

/* A mapping by the kind of hook. */
struct known {
	char kind[32];
	struct mapping *map;
};

struct spool {
	const struct sm_source_args *args;
	struct spool_folder folder;
	struct mapping *map;	/* of the configuration, or NULL */
	struct known *known;
	size_t nknown, known_room;
	struct spool_names files;	/* to be read, in order */
	size_t at;
	struct spool_names done;	/* read by this run, not yet in cur/ */
	bool begun;
};

/* What the lines before the body say. */
struct note {
	char kind[32], type[128], topic[1024];
	int64_t received;
};

static void
spool_close(void *arg)
{
	struct spool *spool = arg;

	for (size_t i = 0; i < spool->nknown; i++)
		mapping_free(spool->known[i].map);
	free(spool->known);
	spool_names_release(&spool->files);
	spool_names_release(&spool->done);
	mapping_free(spool->map);
	if (spool->folder.fd != -1)
		(void)close(spool->folder.fd);
	free(spool);
}

/*
 * Whether a hook puts what comes into this source, and none has come: it makes
 * the folder with the first request.
 */
static bool
is_awaited(const struct sm_source_args *args)
{
	const char *name, *source;

	if (!args->conf || args->cursor ||
	    access(local_path(args->where), F_OK) == 0 || errno != ENOENT)
		return false;
	for (size_t i = 0; (name = sm_conf_name(args->conf, "hook", i)); i++) {
		source = sm_conf_str(args->conf, "hook", name, "source");
		if (source && strcmp(source, args->name) == 0)
			return true;
	}
	return false;
}

static void *
spool_source_open(const struct sm_source_args *args, struct sm_err *err)
{
	struct spool *spool = sm_xcalloc(1, sizeof(*spool));

	spool->args = args;
	spool->folder.fd = -1;
	if ((is_awaited(args) || spool_open(&spool->folder,
	    local_path(args->where), err) == 0) &&
	    mapping_of_source(args, &spool->map, err) == 0)
		return spool;
	spool_close(spool);
	return NULL;
}

/* Those that a cursor names are safe: nobody has to read them again. */
static int
move_kept(struct spool *spool, struct sm_err *err)
{
	const char *text = spool->args->cursor;
	json_t *cursor = text ? json_loads(text, 0, NULL) : NULL, *name;
	int ret = 0;
	size_t i;

	json_array_foreach(json_object_get(cursor, "done"), i, name)
		if (ret == 0 && json_is_string(name) &&
		    spool_is_name(json_string_value(name)))
			ret = spool_move(&spool->folder,
			    json_string_value(name), "cur", err);
	json_decref(cursor);
	return ret;
}

/* Not in .open, since --dry-run opens too. */
static int
begin(struct spool *spool, struct sm_err *err)
{
	int64_t now = sm_clock_now();

	spool->begun = true;
	if (move_kept(spool, err) == -1)
		return -1;
	spool_expire(&spool->folder, "tmp", now - STALE);
	spool_expire(&spool->folder, "cur", now - KEEP);
	spool_expire(&spool->folder, "reject", now - KEEP);
	return spool_list(&spool->folder, &spool->files, err);
}

/* ---- A file ------------------------------------------------------------ */

static bool
take_value(const char *s, size_t len, const char *name, char *to, size_t room)
{
	size_t n = strlen(name);

	if (len <= n || memcmp(s, name, n) != 0)
		return false;
	snprintf(to, room, "%.*s", (int)(len - n), s + n);
	return true;
}

static void
take_line(struct note *note, const char *s, size_t len)
{
	char text[SM_TIME_TEXT];

	if (take_value(s, len, "Received: ", text, sizeof(text)))
		(void)sm_time_parse(text, strlen(text), &note->received);
	else if (!take_value(s, len, "Kind: ", note->kind,
	    sizeof(note->kind)) && !take_value(s, len, "Topic: ",
	    note->topic, sizeof(note->topic)))
		(void)take_value(s, len, "Content-Type: ", note->type,
		    sizeof(note->type));
}

/* The lines before the body, and where it begins; NULL: there is none. */
static const char *
read_note(const struct sm_buf *text, struct note *note)
{
	const char *s = sm_buf_str(text), *end = s + text->len;

	*note = (struct note){ .received = SM_TIME_NONE };
	while (s < end && s - text->data < SM_SPOOL_HEAD) {
		const char *stop = memchr(s, '\n', (size_t)(end - s));

		if (!stop)
			return NULL;
		if (stop == s)
			return s + 1;
		take_line(note, s, (size_t)(stop - s));
		s = stop + 1;
	}
	return NULL;
}

/* A form as an object of texts. */
static void
form_to_json(const char *body, size_t len, struct sm_buf *out)
{
	struct sm_buf text = SM_BUF_INIT, name = SM_BUF_INIT;
	struct sm_buf value = SM_BUF_INIT;
	size_t at = 0;

	sm_buf_add(&text, body, len);
	sm_json_open(out, NULL, '{');
	while (sm_hook_request_pair(&text, &at, &name, &value) == 1) {
		/* No NUL in a name. */
		if (strlen(sm_buf_str(&name)) == name.len && name.len > 0)
			sm_json_str(out, name.data, sm_buf_str(&value),
			    value.len);
	}
	sm_json_close(out, '}');
	sm_buf_release(&text);
	sm_buf_release(&name);
	sm_buf_release(&value);
}

/* The mapping for this kind of hook, found once. */
static const struct mapping *
find_mapping(struct spool *spool, const struct note *note,
    struct sm_err *err)
{
	const struct sm_hook_kind *kind = sm_hook_kind_find(note->kind);
	struct known *known;
	struct mapping *map;

	if (spool->map)
		return spool->map;
	for (size_t i = 0; i < spool->nknown; i++)
		if (strcmp(spool->known[i].kind, note->kind) == 0)
			return spool->known[i].map;
	if (!kind || kind->free || kind->signs == SM_HOOK_SIGNS_TIMED) {
		sm_err_set(err, SM_EXIT_CONFIG, "nothing says how the bodies "
		    "of a hook of kind '%s' become posts: set mapping = ...",
		    note->kind);
		return NULL;
	}
	map = mapping_open(kind->mapping ? kind->mapping : kind->name, err);
	if (!map)
		return NULL;
	spool->known = sm_xgrow(spool->known, &spool->known_room,
	    spool->nknown + 1, sizeof(*spool->known));
	known = &spool->known[spool->nknown++];
	known->map = map;
	memcpy(known->kind, note->kind, sizeof(known->kind));
	return map;
}

static int
emit_json(struct spool *spool, const char *name, const struct note *note,
    const char *body, size_t len, struct sm_emit *emit, struct sm_err *err)
{
	static const char form[] = "application/x-www-form-urlencoded";
	const struct mapping *map = find_mapping(spool, note, err);
	struct sm_buf json = SM_BUF_INIT;
	int ret;

	if (!map)
		return -1;
	if (strncmp(note->type, form, sizeof(form) - 1) == 0 && len > 0 &&
	    *body != '{') {
		form_to_json(body, len, &json);
		body = json.data;
		len = json.len;
	}
	ret = mapping_emit(map, body, len, name, emit, err);
	sm_buf_release(&json);
	return ret == -1 ? -1 : 0;
}

/* WebSub: the body is a feed, and says what one that was asked for says. */
static int
emit_feed(struct spool *spool, const struct note *note, const char *body,
    size_t len, struct sm_emit *emit, struct sm_err *err)
{
	const struct sm_source *feed = sm_source_find("feed");
	struct sm_source_args args = *spool->args;
	struct sm_response res = { .status = 200, .url = note->topic,
	    .headers = "" };
	void *state;
	int ret;

	args.where = note->topic;
	args.cursor = NULL;
	state = feed->open(&args, err);
	if (!state)
		return -1;
	ret = feed->begin(state, &res, err);
	if (ret == 0)
		ret = feed->body(state, body, len, emit, err);
	if (ret == 0)
		ret = feed->response(state, &res, emit, err);
	feed->close(state);
	return ret;
}

static int
reject(struct spool *spool, const char *name, const char *why,
    struct sm_emit *emit, struct sm_err *err)
{
	sm_emit_failed(emit, "%s: %s (moved to reject/)", name, why);
	return spool_reject(&spool->folder, name, why, err);
}

/* What is wrong with a body is its own affair; all else ends the run. */
static int
emit_body(struct spool *spool, const char *name, const struct note *note,
    const char *body, size_t len, struct sm_emit *emit, struct sm_err *err)
{
	int64_t fetched = emit->fetched;
	struct sm_err why;
	int ret;

	if (note->received != SM_TIME_NONE)
		emit->fetched = note->received;
	if (strcmp(note->kind, "websub") == 0 && !spool->map)
		ret = emit_feed(spool, note, body, len, emit, err);
	else
		ret = emit_json(spool, name, note, body, len, emit, err);
	emit->fetched = fetched;
	if (ret == 0)
		spool_names_add(&spool->done, name);
	else if (err->code == SM_EXIT_DATA) {
		why = *err;
		ret = reject(spool, name, why.text, emit, err);
	}
	return ret;
}

static int
read_one(struct spool *spool, const char *name, struct sm_emit *emit,
    struct sm_err *err)
{
	struct sm_buf text = SM_BUF_INIT;
	const char *body;
	struct note note;
	int ret = spool_read(&spool->folder, name, &text, err);

	body = ret == 1 ? read_note(&text, &note) : NULL;
	if (ret == 1 && !body)
		ret = reject(spool, name, "it is no request of sm-hook", emit,
		    err);
	else if (ret == 1)
		ret = emit_body(spool, name, &note, body, text.len -
		    (size_t)(body - text.data), emit, err);
	sm_buf_release(&text);
	return ret == -1 ? -1 : 1;
}

static int
spool_next(void *arg, struct sm_emit *emit, struct sm_err *err)
{
	struct spool *spool = arg;

	if (spool->folder.fd == -1)
		return 0;
	if (!spool->begun && begin(spool, err) == -1)
		return -1;
	if (spool->at == spool->files.count)
		return 0;
	if (spool->done.count == RUN) {
		sm_emit_say(emit, "there is more in the spool than one run "
		    "reads: the next one goes on");
		return 0;
	}
	return read_one(spool, spool->files.list[spool->at++], emit, err);
}

static void
spool_cursor(const void *arg, struct sm_buf *out)
{
	const struct spool *spool = arg;

	if (spool->folder.fd == -1)
		return;
	sm_json_open(out, NULL, '{');
	sm_json_open(out, "done", '[');
	for (size_t i = 0; i < spool->done.count; i++)
		sm_json_strz(out, NULL, spool->done.list[i]);
	sm_json_close(out, ']');
	sm_json_close(out, '}');
}

static const struct sm_conf_key keys[] = {
	{ .section = "source", .name = "mapping", .type = SM_CONF_PATH,
	    .named = true, .help = "how foreign objects become posts" },
	{ .section = NULL }
};

const struct sm_source sm_source_spool = {
	.name = "spool",
	.summary = "what sm-hook has received: its folder",
	.keys = keys,
	.open = spool_source_open,
	.next = spool_next,
	.cursor = spool_cursor,
	.close = spool_close,
};
