/*
 * IMAP (RFC 3501) from the client's side, without any input or output: bytes
 * become responses, responses become tokens, and what a command needs is
 * spelled.  A literal may be cut anywhere and hold anything ("A004 OK" too):
 * it is counted, never read as lines.
 */
#ifndef SM_SOURCE_MAIL_IMAP_H
#define SM_SOURCE_MAIL_IMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct sm_err;

#define IMAP_TEXT 8388608	/* bytes of a response without its literals */
#define IMAP_LITERAL 8454144	/* bytes of one literal */
#define IMAP_RESPONSE 16777216	/* bytes of a response, literals included */

/* What came and was not yet taken; begin with { 0 }. */
struct imap_reader {
	struct sm_buf in;
	size_t at;		/* where the next response begins in it */
	size_t line;		/* where its current line begins, from ->at */
	size_t looked;		/* how far there is no end of line */
	size_t literals;	/* bytes of its literals so far */
};

enum imap_kind {
	IMAP_DATA,		/* "* 23 EXISTS" */
	IMAP_STATUS,		/* "* OK [UIDNEXT 4] ..." */
	IMAP_TAGGED,		/* "S3 OK done" */
	IMAP_GO_ON		/* "+ idling" */
};

/* All lent until the next imap_next. */
struct imap_response {
	enum imap_kind kind;
	const char *tag;	/* "S3", "*" or "+" */
	size_t tag_len;
	uint32_t number;	/* "* 23 EXISTS"; 0 where there is none */
	const char *word;	/* "EXISTS", "OK" */
	size_t word_len;
	const char *rest, *end;	/* what follows, without the end of line */
};

void imap_release(struct imap_reader *reader);
void imap_clear(struct imap_reader *reader);
void imap_feed(struct imap_reader *reader, const char *data, size_t len);

/*
 * The next whole response: 1; 0 where more bytes are needed; -1 and err
 * (REFUSED) where it is longer than we take, or none.
 */
int imap_next(struct imap_reader *reader, struct imap_response *res,
    struct sm_err *err);

/* Whether the response's word is this, in any case. */
bool imap_is(const struct imap_response *res, const char *word);

enum imap_token_kind {
	IMAP_END,
	IMAP_ATOM,		/* with its [section] and <origin> */
	IMAP_STRING,		/* quoted (escapes stay) or literal */
	IMAP_OPEN, IMAP_CLOSE
};

struct imap_token {
	enum imap_token_kind kind;
	const char *s;
	size_t len;
};

/* The next token from *at on, which it moves. */
struct imap_token imap_token(const char **at, const char *end);
bool imap_token_is(const struct imap_token *token, const char *word);
/* A number of at most 32 bits that is all of it; false: something else. */
bool imap_token_number(const struct imap_token *token, uint32_t *number);
/* Past one value: a token, or a list with all that is in it. */
void imap_skip(const char **at, const char *end);

/*
 * The number behind a response code ("[UIDVALIDITY 7]"), or 0.
 */
uint32_t imap_code_number(const struct imap_response *res, const char *code);
/* Whether the response code is this one. */
bool imap_code_is(const struct imap_response *res, const char *code);

/* Adds a mailbox's name (UTF-8) as it is sent: modified UTF-7 in quotes. */
void imap_add_mailbox(struct sm_buf *out, const char *name);
/* Adds "18-Aug-2026". */
void imap_add_date(struct sm_buf *out, int64_t time);

#endif
