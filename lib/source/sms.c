/*
 * sms-gammu - text messages of a modem, from the inbox of gammu-smsd (FILES
 * backend).  Files stay where they are unless `move = yes`; then those that
 * the cursor of an earlier run names go to cur/.
 */
#include "source/sms.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/xalloc.h"
#include "record/conf.h"
#include "record/json.h"
#include "source/emit.h"
#include "source/local.h"
#include "source/seen.h"
#include "source/source.h"
#include "text/charset.h"

#define FILE_MAX 65536		/* bytes of a part */
#define GROWING_S 2		/* a file this young may not be whole */
#define PARTS_S 60		/* how long parts that are missing may come */

struct sms {
	const struct sm_source_args *args;
	const char *path, *country;
	bool move;
	int fd;
	struct sms_folder folder;
	size_t at;		/* the next file to look at */
	struct sm_seen *seen;
	struct sm_buf bytes, text, ref;
};

static const struct sm_conf_key keys[] = {
	{ .section = "source", .name = "country", .type = SM_CONF_TEXT,
	    .named = true, .help = "sms-gammu: the country's number (48), for "
	    "senders without" },
	{ .section = "source", .name = "move", .type = SM_CONF_BOOL,
	    .named = true, .help = "sms-gammu: move what was read to cur/" },
	{ .section = NULL }
};

static void
sms_close(void *state)
{
	struct sms *sms = state;

	if (sms->fd != -1)
		close(sms->fd);
	sms_folder_release(&sms->folder);
	sm_seen_free(sms->seen);
	sm_buf_release(&sms->bytes);
	sm_buf_release(&sms->text);
	sm_buf_release(&sms->ref);
	free(sms);
}

static void
read_cursor(struct sms *sms, const char *text)
{
	json_t *json = json_loads(text, 0, NULL);
	json_t *seen = json_object_get(json, "seen");

	if (json_is_string(seen))
		sm_seen_read(sms->seen, json_string_value(seen),
		    json_string_length(seen));
	json_decref(json);
}

static uint64_t
thing(const struct sms_file *file)
{
	return sm_hash(file->name, strlen(file->name));
}

/*
 * What a kept cursor names has been stored.  While following, nobody has told
 * us that it was kept.
 */
static int
move_seen(struct sms *sms, struct sm_err *err)
{
	struct sm_buf to = SM_BUF_INIT;
	int ret = 0;

	if (!sms->move || sms->args->follow || !sms->args->cursor)
		return 0;
	if (mkdirat(sms->fd, "cur", 0770) == -1 && errno != EEXIST)
		return sm_err_errno(err, SM_EXIT_CANTCREAT, "cannot make "
		    "'%s/cur'", sms->path);
	for (size_t i = 0; ret == 0 && i < sms->folder.count; i++) {
		const struct sms_file *file = &sms->folder.files[i];
		const struct sms_file *head = file->head == -1 ? file :
		    &sms->folder.files[file->head];

		if (sm_seen_when(sms->seen, thing(head)) == 0)
			continue;
		sm_buf_clear(&to);
		sm_buf_addf(&to, "cur/%s", file->name);
		if (renameat(sms->fd, file->name, sms->fd, to.data) == -1 &&
		    errno != ENOENT)
			ret = sm_err_errno(err, SM_EXIT_IO, "cannot move "
			    "'%s/%s' to cur/", sms->path, file->name);
	}
	sm_buf_release(&to);
	return ret;
}

static void *
sms_open(const struct sm_source_args *args, struct sm_err *err)
{
	struct sms *sms = sm_xcalloc(1, sizeof(*sms));

	sms->args = args;
	sms->path = local_path(args->where);
	sms->seen = sm_seen_new();
	if (args->conf) {
		sms->country = sm_conf_str(args->conf, "source", args->name,
		    "country");
		sms->move = sm_conf_bool(args->conf, "source", args->name,
		    "move", false);
	}
	if (args->cursor)
		read_cursor(sms, args->cursor);
	sms->fd = open(sms->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (sms->fd == -1)
		sm_err_errno(err, SM_EXIT_NOINPUT, "cannot open the folder "
		    "'%s' (inboxpath of gammu-smsd)", sms->path);
	else if (sms_folder_read(&sms->folder, sms->fd, sms->path, err) ==
	    0 && move_seen(sms, err) == 0)
		return sms;
	sms_close(sms);
	return NULL;
}

/* 1: read, 0: it is gone or too large, -1. */
static int
read_part(struct sms *sms, const struct sms_file *file, struct sm_emit *emit,
    struct sm_err *err)
{
	int fd = openat(sms->fd, file->name, O_RDONLY | O_NOFOLLOW |
	    O_CLOEXEC), ret = 1;

	sm_buf_clear(&sms->bytes);
	if (fd == -1 && errno == ENOENT)
		return 0;
	if (fd == -1)
		return sm_err_errno(err, SM_EXIT_IO, "cannot open '%s/%s'",
		    sms->path, file->name);
	if (sm_buf_read(&sms->bytes, fd, FILE_MAX) == -1) {
		if (errno == EFBIG) {
			sm_emit_failed(emit, "%s/%s: left out: more than %d "
			    "bytes are no text message", sms->path,
			    file->name, FILE_MAX);
			ret = 0;
		} else
			ret = sm_err_errno(err, SM_EXIT_IO, "cannot read "
			    "'%s/%s'", sms->path, file->name);
	}
	close(fd);
	return ret;
}

static bool
is_utf16(const struct sm_buf *bytes)
{
	return bytes->len >= 2 && memcmp(bytes->data, "\xFE\xFF", 2) == 0;
}

/* All parts' text; what smsd wrote as UTF-16 may be cut within a character. */
static int
read_message(struct sms *sms, int head, unsigned *flags,
    struct sm_emit *emit, struct sm_err *err)
{
	struct sm_buf wide = SM_BUF_INIT;
	int ret = 1, expected = 0;

	sm_buf_clear(&sms->text);
	for (int i = -1; ret == 1 &&
	    (i = sms_next_part(&sms->folder, head, i)) != -1;) {
		const struct sms_file *file = &sms->folder.files[i];

		ret = read_part(sms, file, emit, err);
		if (file->part != expected++)
			*flags |= SM_FLAG_TRUNCATED;
		expected = file->part + 1;
		if (is_utf16(&sms->bytes) && sms->text.len == 0)
			sm_buf_add(&wide, sms->bytes.data + (wide.len ? 2 :
			    0), sms->bytes.len - (wide.len ? 2 : 0));
		else if (sm_charset_text(&sms->text, sm_buf_str(&sms->bytes),
		    sms->bytes.len, "", 0))
			*flags |= SM_FLAG_REPAIRED_UTF8;
	}
	if (wide.len > 0) {
		struct sm_buf rest = sms->text;

		sm_buf_init(&sms->text);
		if (sm_charset_text(&sms->text, wide.data, wide.len, "", 0))
			*flags |= SM_FLAG_REPAIRED_UTF8;
		sm_buf_add(&sms->text, sm_buf_str(&rest), rest.len);
		sm_buf_release(&rest);
	}
	sm_buf_release(&wide);
	return ret;
}

/* What smsd writes for a delivery report. */
static bool
is_report(const struct sm_buf *text)
{
	static const char *const words[] = { "Delivered", "Failed",
	    "Pending", "Unknown" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (text->len == strlen(words[i]) &&
		    memcmp(text->data, words[i], text->len) == 0)
			return true;
	return false;
}

static int
emit_message(struct sms *sms, int head, unsigned flags, struct sm_emit *emit,
    struct sm_err *err)
{
	const struct sms_file *file = &sms->folder.files[head];
	char number[32], id[48], context[48];
	bool answerable = sms_number(file, sms->country, number,
	    sizeof(number));
	struct sm_post post;

	sm_post_init(&post);
	snprintf(id, sizeof(id), "tel:%s", number);
	snprintf(context, sizeof(context), "sms:%s", number);
	post.type = "Message";
	post.channel = sm_span("sms");
	post.host = sm_span(sms->args->account);
	post.native.s = post.id.s = file->name;
	post.native.len = post.id.len = strlen(file->name) - strlen(".txt");
	post.author.username.s = file->sender;
	post.author.username.len = file->sender_len;
	sm_buf_clear(&sms->ref);
	sm_json_open(&sms->ref, NULL, '{');
	if (answerable) {
		post.author.id = sm_span(id);
		post.author.username = sm_span(number);
		post.context = sm_span(context);
		sm_json_strz(&sms->ref, "to", number);
	} else
		flags |= SM_FLAG_AUTO;	/* a name: a machine's */
	sm_json_str(&sms->ref, "from", file->sender, file->sender_len);
	sm_json_close(&sms->ref, '}');
	post.ref.s = sms->ref.data;
	post.ref.len = sms->ref.len;
	post.published = file->sent;
	post.indexed = file->arrived;
	post.content.s = sm_buf_str(&sms->text);
	post.content.len = sms->text.len;
	post.usual = SM_DIRECTION_IN;
	post.visibility = SM_DIRECT;
	post.flags = flags | (is_report(&sms->text) ? SM_FLAG_AUTO : 0);
	return sm_emit_post(emit, &post, err);
}

/* Whether all of it is there, as far as one can know. */
static bool
is_settled(const struct sms *sms, int head)
{
	int64_t now = sm_clock_now(), newest = 0;
	int expected = 0;
	bool holes = false;

	for (int i = -1; (i = sms_next_part(&sms->folder, head, i)) != -1;) {
		const struct sms_file *file = &sms->folder.files[i];

		holes = holes || file->part != expected++;
		if (file->arrived > newest)
			newest = file->arrived;
	}
	/* A clock that was put back may not keep it for ever. */
	return newest > now || now - newest >= (holes ? PARTS_S : GROWING_S);
}

static int
sms_next(void *state, struct sm_emit *emit, struct sm_err *err)
{
	struct sms *sms = state;
	const struct sms_file *file;
	unsigned flags = 0;
	int head = (int)sms->at, ret;

	if (sms->at == sms->folder.count)
		return 0;
	file = &sms->folder.files[sms->at++];
	if (file->head != -1 || !is_settled(sms, head))
		return 1;
	if (sm_seen_meet(sms->seen, thing(file), 0, NULL) != SM_SEEN_NEW)
		return 1;
	if (!sms->args->cursor && sms->args->window != SM_TIME_NONE &&
	    file->sent < sms->args->window)
		return 1;
	ret = read_message(sms, head, &flags, emit, err);
	if (ret != 1)
		return ret == -1 ? -1 : 1;
	if (sms->text.len > 12 && strncmp(sms->text.data, "[SMSBackup", 10) ==
	    0) {
		sm_emit_failed(emit, "%s/%s: left out: gammu-smsd writes "
		    "whole backups; set 'inboxformat = unicode' in its "
		    "configuration", sms->path, file->name);
		return 1;
	}
	return emit_message(sms, head, flags, emit, err) == -1 ? -1 : 1;
}

static void
sms_cursor(const void *state, struct sm_buf *out)
{
	const struct sms *sms = state;
	struct sm_buf seen = SM_BUF_INIT;

	if (sm_seen_clock(sms->seen) == 0)
		return;
	sm_seen_write(sms->seen, &seen);
	sm_json_open(out, NULL, '{');
	sm_json_str(out, "seen", sm_buf_str(&seen), seen.len);
	sm_json_close(out, '}');
	sm_buf_release(&seen);
}

const struct sm_source sm_source_sms_gammu = {
	.name = "sms-gammu",
	.summary = "text messages in the inbox folder of gammu-smsd",
	.keys = keys,
	.open = sms_open,
	.next = sms_next,
	.cursor = sms_cursor,
	.close = sms_close,
};
