/* The email connector's dialogue, step by step. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "source/mail/email.h"
#include "source/emit.h"
#include "source/source.h"

#define SAID(res) (int)((res)->end - (res)->rest), (res)->rest

void
email_send(struct email *email, enum email_step step, const char *format, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	email->step = step;
	sm_buf_addf(email->out, "S%u %s", ++email->tag, text);
}

static void
end_line(struct email *email)
{
	sm_buf_adds(email->out, "\r\n");
}

static int
examine(struct email *email, struct email_folder *folder)
{
	email->folder = folder;
	email->validity = email->next = 0;
	email->more = email->one = false;
	email_send(email, EMAIL_EXAMINE, "EXAMINE ");
	imap_add_mailbox(email->out, folder->name);
	end_line(email);
	return 1;
}

static int
log_out(struct email *email)
{
	email->folder = NULL;
	email_send(email, EMAIL_LOGOUT, "LOGOUT");
	end_line(email);
	return 1;
}

int
email_begin(struct email *email, struct sm_err *err)
{
	(void)err;
	imap_clear(&email->reader);
	if (email->args->follow) {
		email_send(email, EMAIL_CAPABILITY, "CAPABILITY");
		end_line(email);
		return 1;
	}
	return examine(email, &email->folders[email->nfolders - 1]);
}

static int search(struct email *email, struct sm_err *err);

/* The first folder is the last to be read: in it we wait for mail. */
static int
wait_for_mail(struct email *email, struct sm_err *err)
{
	if (email->more)
		return search(email, err);
	email->idling = false;
	if (email->can_idle) {
		email_send(email, EMAIL_IDLE, "IDLE");
		end_line(email);
	} else
		email->step = EMAIL_IDLE;
	return 1;
}

int
email_folder_done(struct email *email, struct sm_err *err)
{
	if (sm_emit_full(email->emit))
		return log_out(email);
	if (email->folder > email->folders)
		return examine(email, email->folder - 1);
	return email->args->follow ? wait_for_mail(email, err) : log_out(email);
}

/* The folder's own trouble does not keep us from the others. */
static int
folder_failed(struct email *email, const struct imap_response *res,
    const char *what, struct sm_err *err)
{
	email->troubled = !email->args->follow;
	sm_err_set(&email->trouble, imap_code_is(res, "UNAVAILABLE") ||
	    imap_code_is(res, "INUSE") || imap_code_is(res, "LIMIT") ?
	    SM_EXIT_TEMP : SM_EXIT_REFUSED, "the folder '%s' cannot be %s: "
	    "the server says '%.*s'", email->folder->name, what, SAID(res));
	if (email->args->follow)
		sm_emit_failed(email->emit, "%s", email->trouble.text);
	return email_folder_done(email, err);
}

/* When the first run, or one behind a changed UIDVALIDITY, begins. */
static int64_t
search_since(const struct email *email)
{
	int64_t since = email->args->window;

	if (email->again && email->newest != SM_TIME_NONE)
		since = email->newest - EMAIL_OVERLAP;
	else if (email->again && since != SM_TIME_NONE)
		since -= EMAIL_OVERLAP;
	/* SINCE has days of a zone that we do not know. */
	return since == SM_TIME_NONE ? since : since - 86400;
}

static int
search(struct email *email, struct sm_err *err)
{
	struct email_folder *folder = email->folder;
	int64_t since;

	if (email->more)
		email->next = 0;	/* what EXAMINE said has passed */
	email->more = email->full = false;
	email->nletters = email->from = email->to = 0;
	email->first = folder->validity == 0;
	email->again = !email->first && folder->validity != email->validity;
	if (email->first || email->again) {
		since = search_since(email);
		email_send(email, EMAIL_SEARCH, "UID SEARCH ");
		if (since == SM_TIME_NONE || since < 0)
			sm_buf_adds(email->out, "ALL");
		else {
			sm_buf_adds(email->out, "SINCE ");
			imap_add_date(email->out, since);
		}
	} else if (folder->last == UINT32_MAX || (email->next > 0 &&
	    email->next <= folder->last + 1)) {
		return email_folder_done(email, err);
	} else
		email_send(email, EMAIL_SEARCH, "UID SEARCH UID %lu:*",
		    (unsigned long)folder->last + 1);
	end_line(email);
	return 1;
}

static int
examined(struct email *email, const struct imap_response *res,
    struct sm_err *err)
{
	struct email_folder *folder = email->folder;

	if (!imap_is(res, "OK"))
		return folder_failed(email, res, "opened", err);
	if (email->validity == 0)
		return sm_err_set(err, SM_EXIT_REFUSED, "the server gives no "
		    "UIDVALIDITY for the folder '%s': without it mails "
		    "cannot be told apart", folder->name);
	return search(email, err);
}

static int
searched(struct email *email, const struct imap_response *res,
    struct sm_err *err)
{
	if (!imap_is(res, "OK"))
		return folder_failed(email, res, "searched", err);
	return email_batch(email, err);
}

static int
fetched(struct email *email, const struct imap_response *res,
    struct sm_err *err)
{
	bool good = imap_is(res, "OK");

	return email_batch_done(email, good ? NULL : res->rest,
	    good ? 0 : (size_t)(res->end - res->rest), err);
}

static int
capable(struct email *email, const struct imap_response *res,
    struct sm_err *err)
{
	(void)res;
	(void)err;
	return examine(email, &email->folders[email->nfolders - 1]);
}

/* The end of an IDLE: mail came here, or it is time to look elsewhere. */
static int
woken(struct email *email, const struct imap_response *res,
    struct sm_err *err)
{
	if (!imap_is(res, "OK"))
		email->can_idle = false;
	if (email->more)
		return search(email, err);
	if (email->nfolders > 1 || !email->can_idle)
		return examine(email, &email->folders[email->nfolders - 1]);
	return wait_for_mail(email, err);
}

static int
logged_out(struct email *email, const struct imap_response *res,
    struct sm_err *err)
{
	(void)res;
	email->step = EMAIL_OVER;
	if (email->troubled) {
		*err = email->trouble;
		return -1;
	}
	return 0;
}

/* What follows the tagged end of each step's command. */
static int (*const done[])(struct email *email,
    const struct imap_response *res, struct sm_err *err) = {
	[EMAIL_CAPABILITY] = capable,
	[EMAIL_EXAMINE] = examined,
	[EMAIL_SEARCH] = searched,
	[EMAIL_SIZES] = fetched,
	[EMAIL_BODIES] = fetched,
	[EMAIL_IDLE] = woken,
	[EMAIL_WAKE] = woken,
	[EMAIL_LOGOUT] = logged_out
};

static void
wake(struct email *email)
{
	sm_buf_adds(email->out, "DONE\r\n");
	email->step = EMAIL_WAKE;
}

/* Untagged status: codes that we wait for, and the server's good-bye. */
static int
take_status(struct email *email, const struct imap_response *res,
    struct sm_err *err)
{
	uint32_t number;

	if (imap_is(res, "BYE") && email->step != EMAIL_LOGOUT)
		return sm_err_set(err, SM_EXIT_TEMP, "the server hangs up: "
		    "'%.*s'", SAID(res));
	if (email->step != EMAIL_EXAMINE)
		return 1;
	number = imap_code_number(res, "UIDVALIDITY");
	if (number > 0)
		email->validity = number;
	number = imap_code_number(res, "UIDNEXT");
	if (number > 0)
		email->next = number;
	return 1;
}

static int
take_data(struct email *email, const struct imap_response *res,
    struct sm_err *err)
{
	const char *at = res->rest;
	struct imap_token token;

	if (imap_is(res, "FETCH"))
		return email_fetched(email, res, err);
	if (imap_is(res, "SEARCH") && email->step == EMAIL_SEARCH)
		email_found(email, res);
	else if (imap_is(res, "CAPABILITY")) {
		while ((token = imap_token(&at, res->end)).kind != IMAP_END)
			if (imap_token_is(&token, "IDLE"))
				email->can_idle = true;
	} else if (imap_is(res, "EXISTS") && email->step != EMAIL_EXAMINE) {
		email->more = true;
		if (email->step == EMAIL_IDLE && email->idling)
			wake(email);
	}
	return 1;
}

static int
take_tagged(struct email *email, const struct imap_response *res,
    struct sm_err *err)
{
	char tag[16];

	snprintf(tag, sizeof(tag), "S%u", email->tag);
	if (res->tag_len != strlen(tag) ||
	    memcmp(res->tag, tag, res->tag_len) != 0)
		return sm_err_set(err, SM_EXIT_REFUSED, "the server answers "
		    "'%.*s' where '%s' was expected", (int)(res->tag_len < 40
		    ? res->tag_len : 40), res->tag, tag);
	if (imap_is(res, "BAD") && email->step != EMAIL_IDLE)
		return sm_err_set(err, SM_EXIT_REFUSED, "the server does not "
		    "understand us: '%.*s'", SAID(res));
	if (email->step >= sizeof(done) / sizeof(done[0]) ||
	    !done[email->step])
		return 1;
	return done[email->step](email, res, err);
}

int
email_take(struct email *email, const struct imap_response *res,
    struct sm_err *err)
{
	switch (res->kind) {
	case IMAP_DATA: return take_data(email, res, err);
	case IMAP_STATUS: return take_status(email, res, err);
	case IMAP_TAGGED: return take_tagged(email, res, err);
	case IMAP_GO_ON: break;
	}
	if (email->step == EMAIL_IDLE) {
		email->idling = true;
		email->idle_since = email->emit->fetched;
		if (email->more)	/* it came before the server waited */
			wake(email);
	}
	return 1;
}

void
email_look_up(struct email *email)
{
	int64_t most = email->nfolders > 1 ? EMAIL_ROUND_S : EMAIL_TICK_S;

	if (email->step == EMAIL_IDLE && email->idling &&
	    email->emit->fetched - email->idle_since >= most)
		wake(email);
}

int
email_silence(struct email *email, struct sm_err *err)
{
	if (email->step == EMAIL_IDLE && email->idling) {
		wake(email);
		return 1;
	}
	if (email->step == EMAIL_IDLE && !email->can_idle)
		return examine(email, &email->folders[email->nfolders - 1]);
	return sm_err_set(err, SM_EXIT_TEMP, "the server says nothing any "
	    "more");
}
