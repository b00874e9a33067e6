/* A mail (RFC 5322) to a post; what mbox has in common with other mailboxes. */
#ifndef SM_SOURCE_MAIL_H
#define SM_SOURCE_MAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "text/mime.h"

struct sm_emit;
struct sm_err;

/* Room that is used again for each mail; begin with { 0 }. */
struct mail {
	struct sm_mime mime;
	bool cut;	/* the message is only the beginning of one */
	struct sm_buf value, id, root, parent, name, address, subject, to,
	    language, ref, native;
};

void mail_release(struct mail *mail);

/*
 * Emits the message as a post of channel email.  arrived: when the mailbox
 * says that it came, or SM_TIME_NONE.  0, or -1 and err as sm_emit_post.
 */
int mail_emit(struct mail *mail, const char *message, size_t len,
    int64_t arrived, struct sm_emit *emit, struct sm_err *err);

#endif
