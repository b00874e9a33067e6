/* A mail (RFC 5322) to a post; what all kinds of mailboxes have in common. */
#ifndef SM_SOURCE_MAIL_MAIL_H
#define SM_SOURCE_MAIL_MAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "text/mime.h"

struct sm_emit;
struct sm_err;
struct sm_seen;

#define MAIL_MAX 8388608	/* bytes of a mail that are looked at */

/* Room that is used again for each mail; begin with { 0 }. */
struct mail {
	struct sm_mime mime;
	bool cut;	/* the message is only the beginning of one */
	const char *user;	/* whose mailbox it is, or NULL; lent */
	struct sm_seen *seen;	/* mails in it are passed over, or NULL; lent */
	struct sm_buf value, id, root, parent, name, address, subject, to,
	    language, ref, native, date;
};

void mail_release(struct mail *mail);

/*
 * Whether a mail with this header was seen: Message-ID, Date and From are the
 * same.  False where it has no Message-ID, and needs to be read.
 */
bool mail_known(struct mail *mail, const char *head, size_t len);

/*
 * Emits the message as a post of channel email.  arrived: when the mailbox
 * says that it came, or SM_TIME_NONE.  0, also where it was seen before; or -1
 * and err as sm_emit_post.
 *
 * The key is the Message-ID; a mail without one is named by its bytes.  One
 * with the Message-ID of another mail (same id, other Date or From: programs
 * that send forms do that) gets "#" and a hash behind it, so that it is not
 * lost.
 */
int mail_emit(struct mail *mail, const char *message, size_t len,
    int64_t arrived, struct sm_emit *emit, struct sm_err *err);

#endif
