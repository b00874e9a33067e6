/* The mails that SEARCH found: what they are, and they themselves. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "source/mail/email.h"
#include "source/emit.h"
#include "source/source.h"
#include "text/date.h"

#define SAID_MAX 200	/* bytes of a server's text in a message of ours */

static int
by_uid(const void *a, const void *b)
{
	const struct letter *one = a, *other = b;

	return one->uid < other->uid ? -1 : one->uid > other->uid;
}

/* "n:*" finds the last mail even where all are below n. */
void
email_found(struct email *email, const struct imap_response *res)
{
	uint32_t after = email->first || email->again ? 0 :
	    email->folder->last;
	const char *at = res->rest;
	struct imap_token token;
	uint32_t uid;

	while ((token = imap_token(&at, res->end)).kind != IMAP_END) {
		struct letter letter = { .arrived = SM_TIME_NONE };

		if (!imap_token_number(&token, &uid) || uid <= after)
			continue;
		if (email->nletters == EMAIL_LETTERS) {
			email->full = true;
			return;
		}
		letter.uid = uid;
		email->letters = sm_xgrow(email->letters,
		    &email->letters_room, email->nletters + 1,
		    sizeof(*email->letters));
		email->letters[email->nletters++] = letter;
	}
}

/* In order, each once, as a server may say them in any order and twice. */
static void
sort_letters(struct email *email)
{
	size_t n = 0;

	if (email->nletters > 1)
		qsort(email->letters, email->nletters,
		    sizeof(*email->letters), by_uid);
	for (size_t i = 0; i < email->nletters; i++)
		if (n == 0 || email->letters[i].uid !=
		    email->letters[n - 1].uid)
			email->letters[n++] = email->letters[i];
	email->nletters = n;
}

static struct letter *
find_letter(struct email *email, uint32_t uid)
{
	struct letter key = { .uid = uid };

	if (email->to <= email->from)
		return NULL;
	return bsearch(&key, email->letters + email->from,
	    email->to - email->from, sizeof(key), by_uid);
}

/* Those of the batch that are not done, as "3:5,9". */
static size_t
add_set(struct email *email)
{
	size_t count = 0;

	for (size_t i = email->from; i < email->to; i++) {
		const struct letter *letter = &email->letters[i];
		uint32_t last = letter->uid;

		if (letter->done)
			continue;
		count++;
		while (i + 1 < email->to && !email->letters[i + 1].done &&
		    email->letters[i + 1].uid == last + 1) {
			last++;
			i++;
			count++;
		}
		sm_buf_addf(email->out, "%s%" PRIu32, count > 1 &&
		    email->out->data[email->out->len - 1] != ' ' ? "," : "",
		    letter->uid);
		if (last != letter->uid)
			sm_buf_addf(email->out, ":%" PRIu32, last);
	}
	return count;
}

/* The cursor is behind all that lies in front of the first undone mail. */
static void
advance(struct email *email)
{
	struct email_folder *folder = email->folder;

	while (email->from < email->to && email->letters[email->from].done) {
		folder->validity = email->validity;
		folder->last = email->letters[email->from++].uid;
	}
}

/* What the folder's cursor says once nothing of it is left. */
static int
finish_folder(struct email *email, struct sm_err *err)
{
	struct email_folder *folder = email->folder;

	folder->validity = email->validity;
	if (email->full)
		sm_emit_gap(email->emit, email->newest, SM_TIME_NONE, "more "
		    "mails than we take at once: the next sweep goes on");
	else if ((email->first || email->again) && email->next > 0 &&
	    email->next - 1 > folder->last)
		folder->last = email->next - 1;
	return email_folder_done(email, err);
}

static bool
bodies(struct email *email)
{
	size_t before = email->out->len, count;

	email_send(email, EMAIL_BODIES, "UID FETCH ");
	count = add_set(email);
	if (count == 0) {
		sm_buf_cut(email->out, before);
		email->tag--;
		return false;
	}
	sm_buf_addf(email->out, " (UID BODY.PEEK[]<0.%d>)\r\n", MAIL_MAX);
	return true;
}

int
email_batch(struct email *email, struct sm_err *err)
{
	size_t most = EMAIL_BATCH;
	int64_t limit = email->args->limit;

	if (email->step == EMAIL_SEARCH)
		sort_letters(email);
	if (email->from == email->nletters)
		return finish_folder(email, err);
	if (sm_emit_full(email->emit))
		return email_folder_done(email, err);
	if (limit > 0 && (int64_t)email->emit->posts + (int64_t)most > limit)
		most = (size_t)(limit - (int64_t)email->emit->posts);
	email->to = email->from + most < email->nletters ?
	    email->from + most : email->nletters;
	email_send(email, EMAIL_SIZES, "UID FETCH ");
	add_set(email);
	sm_buf_adds(email->out, " (UID INTERNALDATE RFC822.SIZE "
	    "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID DATE FROM)])\r\n");
	return 1;
}

/* What the first step found: mails that need not be asked for. */
static void
look_at(struct email *email, struct letter *letter, const char *head,
    size_t len)
{
	int64_t window = email->args->window;

	if (email->first && window != SM_TIME_NONE &&
	    letter->arrived != SM_TIME_NONE && letter->arrived < window)
		letter->done = true;
	if (head && mail_known(&email->mail, head, len))
		letter->done = true;
}

static int
give_out(struct email *email, struct letter *letter, const char *text,
    size_t len, struct sm_err *err)
{
	if (letter->arrived != SM_TIME_NONE && (email->newest ==
	    SM_TIME_NONE || letter->arrived > email->newest))
		email->newest = letter->arrived;
	email->mail.cut = len >= MAIL_MAX && letter->size != len;
	letter->done = true;
	advance(email);
	if (len == 0)
		return 0;	/* a server that has lost it says so */
	return mail_emit(&email->mail, text, len, letter->arrived,
	    email->emit, err);
}

/* The values of one FETCH response. */
struct values {
	uint32_t uid, size;
	int64_t arrived;
	const char *head, *body;	/* NULL: not among them */
	size_t head_len, body_len;
};

static void
read_value(struct values *values, const struct imap_token *name,
    const char **at, const char *end)
{
	const char *before = *at;
	struct imap_token value = imap_token(at, end);
	uint32_t number = 0;

	if (value.kind == IMAP_OPEN || value.kind == IMAP_CLOSE) {
		*at = before;
		if (value.kind == IMAP_OPEN)
			imap_skip(at, end);
		return;
	}
	if (imap_token_is(name, "UID") && imap_token_number(&value, &number))
		values->uid = number;
	else if (imap_token_is(name, "RFC822.SIZE") &&
	    imap_token_number(&value, &number))
		values->size = number;
	else if (imap_token_is(name, "INTERNALDATE")) {
		if (sm_date_parse(value.s, value.len, &values->arrived,
		    NULL) == -1)
			values->arrived = SM_TIME_NONE;
	} else if (value.kind == IMAP_STRING && (imap_token_is(name,
	    "BODY[]") || imap_token_is(name, "BODY[]<0>"))) {
		values->body = value.s;
		values->body_len = value.len;
	} else if (value.kind == IMAP_STRING && name->len > 12 &&
	    strncasecmp(name->s, "BODY[HEADER.", 12) == 0) {
		values->head = value.s;
		values->head_len = value.len;
	}
}

static void
read_values(struct values *values, const struct imap_response *res)
{
	const char *at = res->rest;
	struct imap_token name = imap_token(&at, res->end);

	memset(values, 0, sizeof(*values));
	values->arrived = SM_TIME_NONE;
	if (name.kind != IMAP_OPEN)
		return;
	while ((name = imap_token(&at, res->end)).kind == IMAP_ATOM)
		read_value(values, &name, &at, res->end);
}

int
email_fetched(struct email *email, const struct imap_response *res,
    struct sm_err *err)
{
	struct letter *letter;
	struct values values;

	if (email->step != EMAIL_SIZES && email->step != EMAIL_BODIES)
		return 1;
	read_values(&values, res);
	letter = find_letter(email, values.uid);
	if (!letter || letter->done)
		return 1;	/* somebody else's flags change */
	if (values.arrived != SM_TIME_NONE)
		letter->arrived = values.arrived;
	if (values.size > 0)
		letter->size = values.size;
	if (email->step == EMAIL_SIZES)
		look_at(email, letter, values.head, values.head_len);
	else if (values.body && give_out(email, letter, values.body,
	    values.body_len, err) == -1)
		return -1;
	return 1;
}

/* What was asked for and did not come is not there any more. */
static void
give_up(struct email *email, const char *said, size_t len)
{
	for (size_t i = email->from; i < email->to; i++) {
		struct letter *letter = &email->letters[i];

		if (said && !letter->done)
			sm_emit_failed(email->emit, "%s: left out: mail %"
			    PRIu32 ", which the server cannot give: '%.*s'",
			    email->folder->name, letter->uid,
			    (int)(len < SAID_MAX ? len : SAID_MAX), said);
		letter->done = true;
	}
	advance(email);
}

/* Each of the batch alone, from where we are. */
static int
one_by_one(struct email *email, struct sm_err *err)
{
	while (email->to < email->end) {
		email->to++;
		if (bodies(email))
			return 1;
		advance(email);
	}
	email->one = false;
	return email_batch(email, err);
}

/*
 * A server that cannot read one mail refuses the whole batch: then each is
 * asked for alone.
 */
int
email_batch_done(struct email *email, const char *said, size_t len,
    struct sm_err *err)
{
	bool sizes = email->step == EMAIL_SIZES;

	advance(email);
	if (sizes && bodies(email))
		return 1;
	if (said && !sizes && !email->one && email->to - email->from > 1) {
		email->one = true;
		email->end = email->to;
		email->to = email->from;
		return one_by_one(email, err);
	}
	give_up(email, said, len);
	return email->one ? one_by_one(email, err) : email_batch(email, err);
}
