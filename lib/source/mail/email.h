/*
 * The parts of the email connector: a dialogue over IMAP (RFC 3501, 2177), one
 * folder after the other.
 *
 * In each folder: EXAMINE (nothing is ever marked as read), UID SEARCH for what
 * lies behind the cursor, or since the window's beginning on the first run;
 * then, 200 mails at a time, what they are (UID FETCH RFC822.SIZE ...) and the
 * mails themselves (BODY.PEEK[], at most EMAIL_MAX bytes each).  A cursor is
 * {"folders": [[NAME, UIDVALIDITY, last UID]], "newest": ..., "seen": ...};
 * where UIDVALIDITY is another, the folder is read again from shortly before
 * the newest mail, and what was seen (by Message-ID) stays out.
 */
#ifndef SM_SOURCE_MAIL_EMAIL_H
#define SM_SOURCE_MAIL_EMAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "source/mail/imap.h"
#include "source/mail/mail.h"

struct sm_emit;
struct sm_source_args;

#define EMAIL_FOLDERS 64
#define EMAIL_NAME 512		/* bytes of a folder's name */
#define EMAIL_BATCH 200		/* mails asked for at once */
#define EMAIL_LETTERS 1000000	/* mails of a folder in one run */
#define EMAIL_OVERLAP 172800	/* seconds that are read again, see above */
#define EMAIL_TICK_S 540	/* how long an IDLE lasts */
#define EMAIL_ROUND_S 60	/* where other folders are to be looked at */

struct email_folder {
	char *name;
	uint32_t validity, last;	/* as the cursor has them; 0: none */
};

/* A mail that SEARCH found. */
struct letter {
	uint32_t uid, size;
	int64_t arrived;	/* SM_TIME_NONE until the server said it */
	bool done;		/* given out, or not to be given out */
};

enum email_step {
	EMAIL_BEGIN,
	EMAIL_CAPABILITY,
	EMAIL_EXAMINE,
	EMAIL_SEARCH,
	EMAIL_SIZES,
	EMAIL_BODIES,
	EMAIL_IDLE,		/* waiting for mail */
	EMAIL_WAKE,		/* DONE was sent */
	EMAIL_LOGOUT,
	EMAIL_OVER
};

struct email {
	const struct sm_source_args *args;
	struct sm_buf url;	/* scheme, host and port */
	struct email_folder *folders;
	size_t nfolders;
	struct sm_seen *seen;
	int64_t newest;		/* arrival of the newest mail */

	bool asked;		/* a connection was asked for */
	bool can_idle, idling;
	int64_t idle_since;
	struct imap_reader reader;
	struct sm_buf *out;	/* both only while .talk runs */
	struct sm_emit *emit;
	enum email_step step;
	unsigned tag;

	struct email_folder *folder;	/* the one being read, or NULL */
	uint32_t validity, next;	/* UIDVALIDITY and UIDNEXT of it */
	bool first, again;		/* no cursor; UIDVALIDITY changed */
	bool more;			/* mail came while we waited */
	bool full;			/* SEARCH found more than we take */
	struct letter *letters;		/* by UID */
	size_t nletters, letters_room;
	size_t from, to;		/* those that are being fetched */
	bool one;			/* one by one, since one is broken, */
	size_t end;			/* up to this one */
	struct mail mail;
	struct sm_err trouble;		/* of a folder, said at the end */
	bool troubled;
};

/* email_step.c: a tagged command (format without CRLF) goes out. */
void email_send(struct email *email, enum email_step step,
    const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Takes a response.  1: go on, 0: the dialogue is over, -1: err. */
int email_take(struct email *email, const struct imap_response *res,
    struct sm_err *err);
/* Begins with the folders, or with what has to be known before. */
int email_begin(struct email *email, struct sm_err *err);
/* Nothing came for a while: as email_take. */
int email_silence(struct email *email, struct sm_err *err);
/* Ends an IDLE that has lasted long, though the server talks in it. */
void email_look_up(struct email *email);
/* All mails of the folder are done. */
int email_folder_done(struct email *email, struct sm_err *err);

/* email_fetch.c: the UIDs of a SEARCH; then the mails, batch by batch. */
void email_found(struct email *email, const struct imap_response *res);
int email_batch(struct email *email, struct sm_err *err);
/* An untagged FETCH. */
int email_fetched(struct email *email, const struct imap_response *res,
    struct sm_err *err);
/* The tagged end of a FETCH, of which said is what went wrong, or NULL. */
int email_batch_done(struct email *email, const char *said, size_t len,
    struct sm_err *err);

#endif
