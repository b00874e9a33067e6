/*
 * Answers of the network kept in a folder, to be looked at or to be replayed.
 *
 * index has a line for each: "METHOD URL FILE [sha256:DIGEST] [body:DIGEST]",
 * the digests being those of the answer's and of the request's body.  FILE is
 * the answer as `curl -i` shows it: status line, headers, an empty line, the
 * body (decoded).  A replay gives the n-th request of that method, URL and body
 * its n-th line, and the last one to all that follow; a line without body: is
 * for requests with any.
 *
 * No credentials are kept: secrets in URLs are "***" already when they come
 * here, cookies are left out.
 */
#ifndef SM_SOURCE_HTTP_TAPE_H
#define SM_SOURCE_HTTP_TAPE_H

#include <stddef.h>

struct sm_buf;
struct sm_err;
struct tape;

struct tape_key {
	const char *method, *url;
	const char *body;	/* of the request */
	size_t body_len;
};

#define TAPE_FILE_MAX 67108864	/* bytes of a recorded answer */
#define TAPE_RAW 72		/* bytes of "sha256:...", NUL included */

/* One of record and replay is a folder, the other NULL. */
struct tape *tape_open(const char *record, const char *replay,
    struct sm_err *err);
void tape_close(struct tape *tape);

/* Keeps an answer; raw gets the digest of its body.  0, or -1 and err. */
int tape_record(struct tape *tape, const struct tape_key *key, int status,
    const struct sm_buf *head, const struct sm_buf *body, char *raw,
    struct sm_err *err);

/*
 * The answer kept for the request: head as in struct sm_response; the body is
 * lent until the next call.  0; -1 and err (SM_EXIT_NOINPUT) where there is
 * none.
 */
int tape_play(struct tape *tape, const struct tape_key *key, int *status,
    struct sm_buf *head, const char **body, size_t *len, struct sm_err *err);
/* The digest that its line has, "sha256:..."; or "". */
const char *tape_raw(const struct tape *tape);

#endif
