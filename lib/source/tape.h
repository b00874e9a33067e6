/*
 * Answers of the network kept in a folder, to be looked at or to be replayed.
 *
 * index has a line for each: "GET URL FILE [sha256:DIGEST]".  FILE is the
 * answer as `curl -i` shows it: status line, headers, an empty line, the body
 * (decoded).  A replay gives the n-th request of a URL its n-th line, and the
 * last one to all that follow.
 */
#ifndef SM_SOURCE_TAPE_H
#define SM_SOURCE_TAPE_H

#include <stddef.h>

struct sm_buf;
struct sm_err;
struct tape;

#define TAPE_FILE_MAX 67108864	/* bytes of a recorded answer */
#define TAPE_RAW 72		/* bytes of "sha256:...", NUL included */

/* One of record and replay is a folder, the other NULL. */
struct tape *tape_open(const char *record, const char *replay,
    struct sm_err *err);
void tape_close(struct tape *tape);

/* Keeps an answer; raw gets the digest of its body.  0, or -1 and err. */
int tape_record(struct tape *tape, const char *url, int status,
    const struct sm_buf *head, const struct sm_buf *body, char *raw,
    struct sm_err *err);

/*
 * The answer kept for the URL: head as in struct sm_response; the body is lent
 * until the next call.  0; -1 and err (SM_EXIT_NOINPUT) where there is none.
 */
int tape_play(struct tape *tape, const char *url, int *status,
    struct sm_buf *head, const char **body, size_t *len, struct sm_err *err);

#endif
