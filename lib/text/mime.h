/*
 * What a mail says: the body that a person would read, as UTF-8, and what hangs
 * on it (RFC 2045 to 2049, 3676).  Broken mail gives what there is.
 */
#ifndef SM_TEXT_MIME_H
#define SM_TEXT_MIME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

#define SM_MIME_DEPTH 20
#define SM_MIME_PARTS 200
#define SM_MIME_FILES 64
#define SM_MIME_RETURNED 65536	/* bytes of ->returned */

/* What stands for text that cannot be read. */
#define SM_MIME_OPENPGP "[encrypted: OpenPGP]"
#define SM_MIME_SMIME "[encrypted: S/MIME]"
#define SM_MIME_SIGNED "[signed: S/MIME; its text cannot be read here]"

struct sm_mime {
	struct sm_buf text;
	struct sm_buf files;	/* media type and name, a NUL behind each */
	size_t nfiles;
	bool repaired;		/* bytes were not of their charset */
	bool cut;		/* there was more than we look at */
	bool report;		/* a delivery report (multipart/report) */
	bool sealed;		/* some of it is encrypted */
	struct sm_buf returned;	/* of a report: the head of what it is about */
};

#define SM_MIME_INIT { .text = SM_BUF_INIT, .files = SM_BUF_INIT, \
	.returned = SM_BUF_INIT }

void sm_mime_release(struct sm_mime *mime);

/* Reads a whole message, in place of what was there. */
void sm_mime_read(struct sm_mime *mime, const char *message, size_t len);

/* The length of the message's header, the empty line not counted. */
size_t sm_mime_head(const char *message, size_t len);

/*
 * What of a mail's text its writer wrote now: from *from, the length that is
 * given back.  Left out are the mail that is quoted above or below it and the
 * signature, as programs of six languages put them there; what is quoted
 * between the writer's own lines stays.  All of it where nothing else would
 * be left.  forwarded: that mail is what it is about, and stays.  *quoted:
 * whether there was a quoted mail.
 */
size_t sm_mime_unquoted(const char *text, size_t len, bool forwarded,
    size_t *from, bool *quoted);

#endif
