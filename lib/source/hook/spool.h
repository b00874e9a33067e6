/*
 * A spool of requests: what came by webhook, kept until it has been read.
 * Like a Maildir, a folder has tmp/ (being written), new/ (to be read), cur/
 * (read) and reject/ (could not be read, each with a .why); a file is
 * complete once it is in new/.  Names are digits and '-', and sort by time.
 *
 * A file is a few lines "Name: value", an empty line, and the body as it
 * came.
 */
#ifndef SM_SOURCE_HOOK_SPOOL_H
#define SM_SOURCE_HOOK_SPOOL_H

#include <stddef.h>
#include <stdint.h>

struct sm_err;

#define SM_SPOOL_NAME 64	/* bytes of a file's name, NUL included */
#define SM_SPOOL_HEAD 8192	/* bytes of the lines before the body */

struct sm_spool_note {
	const char *hook, *kind;
	const char *type;	/* content type, or NULL */
	const char *event;	/* what the network calls it, or NULL */
	const char *delivery;	/* the network's id of it, or NULL */
	const char *topic;	/* the feed that it is of, or NULL */
	int64_t received;
};

/*
 * Puts body into folder, which is made where it is missing.  0 once it is on
 * the disk and in new/; -1 and err (CANTCREAT or IO) otherwise, and then it
 * may be there all the same if it was only its folder that could not be
 * written to the disk.
 */
int sm_spool_put(const char *folder, const struct sm_spool_note *note,
    const char *body, size_t len, struct sm_err *err);

/* Makes the folder and those in it (mode 0700).  0, or -1 and err. */
int sm_spool_make(const char *folder, struct sm_err *err);

#endif
