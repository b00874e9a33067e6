/*
 * email - mail of a mailbox, by IMAP.  Nothing there is ever changed: folders
 * are opened with EXAMINE and mails read with BODY.PEEK, so that people who
 * work in the same mailbox keep their unread marks.
 */
#include "source/mail/email.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "record/conf.h"
#include "record/json.h"
#include "source/emit.h"
#include "source/seen.h"
#include "source/source.h"

static const struct sm_conf_key keys[] = {
	{ .section = "source", .name = "folder", .type = SM_CONF_TEXT,
	    .repeat = true, .named = true,
	    .help = "email: a folder to read (INBOX)" },
	{ .section = NULL }
};

static void
email_close(void *state)
{
	struct email *email = state;

	for (size_t i = 0; i < email->nfolders; i++)
		free(email->folders[i].name);
	free(email->folders);
	free(email->letters);
	imap_release(&email->reader);
	mail_release(&email->mail);
	sm_seen_free(email->seen);
	sm_buf_release(&email->url);
	free(email);
}

static int
add_folder(struct email *email, const char *name, size_t len,
    struct sm_err *err)
{
	struct email_folder folder = { .validity = 0 };

	if (len == 0 || len > EMAIL_NAME)
		return sm_err_set(err, SM_EXIT_CONFIG, "a folder's name of "
		    "%zu bytes: expected 1 to %d", len, EMAIL_NAME);
	if (email->nfolders == EMAIL_FOLDERS)
		return sm_err_set(err, SM_EXIT_CONFIG, "more than %d folders",
		    EMAIL_FOLDERS);
	folder.name = sm_xstrndup(name, len);
	for (size_t i = 0; i < email->nfolders; i++) {
		if (strcmp(email->folders[i].name, folder.name) == 0) {
			free(folder.name);
			return 0;
		}
	}
	email->folders = sm_xreallocarray(email->folders,
	    email->nfolders + 1, sizeof(folder));
	email->folders[email->nfolders++] = folder;
	return 0;
}

static void
percent_decode(struct sm_buf *out, const char *s)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";

	for (; *s; s++) {
		const char *high = *s == '%' && s[1] ? strchr(digits, s[1]) :
		    NULL;
		const char *low = high && s[2] ? strchr(digits, s[2]) : NULL;

		if (low) {
			sm_buf_addc(out, (char)((high - digits) % 16 * 16 +
			    (low - digits) % 16));
			s += 2;
		} else
			sm_buf_addc(out, *s);
	}
}

/* imap(s)://host[:port][/folder], the folder percent-encoded. */
static int
read_where(struct email *email, struct sm_err *err)
{
	const char *where = email->args->where, *host, *path;
	struct sm_buf name = SM_BUF_INIT;
	int ret = 0;

	if (strncasecmp(where, "imaps://", 8) != 0 &&
	    strncasecmp(where, "imap://", 7) != 0)
		return sm_err_set(err, SM_EXIT_CONFIG, "'%s': expected "
		    "imaps://HOST or imaps://HOST/FOLDER; mail in files is "
		    "read by maildir and mbox", where);
	host = strstr(where, "://") + 3;
	path = host + strcspn(host, "/");
	if (path == host)
		return sm_err_set(err, SM_EXIT_CONFIG, "'%s': there is no "
		    "host in it", where);
	sm_buf_add(&email->url, where, (size_t)(path - where));
	sm_buf_addc(&email->url, '/');
	if (*path && path[1]) {
		percent_decode(&name, path + 1);
		ret = add_folder(email, sm_buf_str(&name), name.len, err);
	}
	sm_buf_release(&name);
	return ret;
}

static int
read_folders(struct email *email, struct sm_err *err)
{
	const struct sm_source_args *args = email->args;
	const char *name;

	for (size_t i = 0; args->conf && (name = sm_conf_nth(args->conf,
	    "source", args->name, "folder", i)); i++)
		if (add_folder(email, name, strlen(name), err) == -1)
			return -1;
	if (email->nfolders == 0)
		return add_folder(email, "INBOX", 5, err);
	return 0;
}

static json_t *
find_folder(json_t *folders, const char *name)
{
	for (size_t i = 0; i < json_array_size(folders); i++) {
		json_t *of = json_array_get(folders, i);
		const char *is = json_string_value(json_array_get(of, 0));

		if (is && strcmp(is, name) == 0)
			return of;
	}
	return NULL;
}

/* What a cursor says of folders that we do not read is forgotten. */
static void
read_cursor(struct email *email, const char *text)
{
	json_t *json = json_loads(text, 0, NULL);
	json_t *folders = json_object_get(json, "folders");
	json_t *seen = json_object_get(json, "seen");
	json_t *newest = json_object_get(json, "newest");

	for (size_t i = 0; i < email->nfolders; i++) {
		struct email_folder *folder = &email->folders[i];
		json_t *of = find_folder(folders, folder->name);
		json_int_t validity = json_integer_value(json_array_get(of,
		    1)), last = json_integer_value(json_array_get(of, 2));

		if (validity > 0 && validity <= UINT32_MAX && last >= 0 &&
		    last <= UINT32_MAX) {
			folder->validity = (uint32_t)validity;
			folder->last = (uint32_t)last;
		}
	}
	if (json_is_integer(newest))
		email->newest = json_integer_value(newest);
	if (json_is_string(seen))
		sm_seen_read(email->seen, json_string_value(seen),
		    json_string_length(seen));
	json_decref(json);
}

static void *
email_open(const struct sm_source_args *args, struct sm_err *err)
{
	struct email *email = sm_xcalloc(1, sizeof(*email));

	email->args = args;
	email->newest = SM_TIME_NONE;
	email->seen = sm_seen_new();
	email->mail.seen = email->seen;
	email->mail.user = args->user;
	if (read_where(email, err) == -1 || read_folders(email, err) == -1) {
		email_close(email);
		return NULL;
	}
	if (args->cursor)
		read_cursor(email, args->cursor);
	return email;
}

static int
email_request(void *state, struct sm_request *req, struct sm_err *err)
{
	struct email *email = state;

	(void)err;
	if (email->asked)
		return 0;
	email->asked = true;
	email->step = EMAIL_BEGIN;
	sm_buf_add(&req->url, email->url.data, email->url.len);
	req->stream = email->args->follow;
	if (req->stream)
		req->timeout_s = email->nfolders > 1 ? EMAIL_ROUND_S :
		    EMAIL_TICK_S;
	return 1;
}

static int
email_talk(void *state, const char *data, size_t len, struct sm_buf *out,
    struct sm_emit *emit, struct sm_err *err)
{
	struct email *email = state;
	struct imap_response res;
	int ret = 1;

	email->out = out;
	email->emit = emit;
	if (email->step == EMAIL_BEGIN && len == 0)
		return email_begin(email, err);
	if (len == 0)
		return email_silence(email, err);
	imap_feed(&email->reader, data, len);
	while (ret == 1 && email->step != EMAIL_OVER &&
	    (ret = imap_next(&email->reader, &res, err)) == 1)
		ret = email_take(email, &res, err);
	if (ret == -1)
		return -1;
	email_look_up(email);
	return email->step != EMAIL_OVER;
}

static int
email_response(void *state, const struct sm_response *res,
    struct sm_emit *emit, struct sm_err *err)
{
	struct email *email = state;

	(void)emit;
	if (!res->cut)
		return 0;
	*err = *res->err;
	/* Some hang up at once when we say good-bye. */
	if (email->step == EMAIL_LOGOUT && email->troubled)
		*err = email->trouble;
	return email->step == EMAIL_LOGOUT && !email->troubled ? 0 : -1;
}

static void
email_cursor(const void *state, struct sm_buf *out)
{
	const struct email *email = state;
	struct sm_buf seen = SM_BUF_INIT;
	bool any = false;

	for (size_t i = 0; i < email->nfolders; i++)
		any = any || email->folders[i].validity > 0;
	if (!any)
		return;
	sm_json_open(out, NULL, '{');
	sm_json_open(out, "folders", '[');
	for (size_t i = 0; i < email->nfolders; i++) {
		const struct email_folder *folder = &email->folders[i];

		if (folder->validity == 0)
			continue;
		sm_json_open(out, NULL, '[');
		sm_json_strz(out, NULL, folder->name);
		sm_json_int(out, NULL, folder->validity);
		sm_json_int(out, NULL, folder->last);
		sm_json_close(out, ']');
	}
	sm_json_close(out, ']');
	if (email->newest != SM_TIME_NONE)
		sm_json_int(out, "newest", email->newest);
	sm_seen_write(email->seen, &seen);
	sm_json_str(out, "seen", sm_buf_str(&seen), seen.len);
	sm_json_close(out, '}');
	sm_buf_release(&seen);
}

const struct sm_source sm_source_email = {
	.name = "email",
	.summary = "mail of a mailbox by IMAP: imaps://HOST/FOLDER",
	.keys = keys,
	.open = email_open,
	.request = email_request,
	.talk = email_talk,
	.response = email_response,
	.cursor = email_cursor,
	.streams = true,
	.close = email_close,
};
