/*
 * One HTTP request, as a web server gives it to a CGI program (RFC 3875) or
 * as it comes over a socket (RFC 9112), with everything in it bounded.  What
 * two readers could understand in two ways is refused: folded headers, two
 * lengths, chunks, controls in names and values.
 */
#ifndef SM_SOURCE_HOOK_HOOK_REQUEST_H
#define SM_SOURCE_HOOK_HOOK_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

#define SM_HOOK_HEAD 65536	/* bytes of request line and headers */
#define SM_HOOK_HEADERS 128
#define SM_HOOK_BODY 1048576	/* bytes of a body, by default */
#define SM_HOOK_BODY_MOST 33554432

struct sm_hook_request {
	struct sm_buf method, path, query;	/* as sent, query without ? */
	struct sm_buf headers;	/* "name: value", lower-case names, a NUL
				   behind each */
	size_t nheaders;
	struct sm_buf body;

	/* While it is being read. */
	struct sm_buf head;
	size_t max_body, want;	/* bytes of the body */
	bool has_head;
	bool waits;		/* it waits for "100 Continue" */
};

/* max_body: bytes, 0: SM_HOOK_BODY. */
void sm_hook_request_init(struct sm_hook_request *req, size_t max_body);
void sm_hook_request_release(struct sm_hook_request *req);

/*
 * Takes the next bytes from a socket: 0, more is to come; 1, it is whole
 * (bytes behind it are passed over); else the HTTP status with which to
 * refuse it.
 */
int sm_hook_request_take(struct sm_hook_request *req, const char *data,
    size_t len);

/*
 * All but the body from a CGI program's environment (NULL-ended, "NAME=value"),
 * and the length of the body in req->want.  0, or the HTTP status with which
 * to refuse it.
 */
int sm_hook_request_cgi(struct sm_hook_request *req, char *const environment[]);

/*
 * The value of the header (name in lower case), lent; NULL where there is
 * none.  Where it stands twice, NULL as well, and *twice (may be NULL).
 */
const char *sm_hook_request_header(const struct sm_hook_request *req,
    const char *name, bool *twice);

/*
 * The value of the parameter in "a=1&b=2", its %xx and '+' decoded, in place
 * of what was in out: 1; 0 where there is none; -1 where it stands twice.
 */
int sm_hook_request_param(const struct sm_buf *text, const char *name,
    struct sm_buf *out);

/* Going through them: 1 and both decoded, 0 at the end; *at begins with 0. */
int sm_hook_request_pair(const struct sm_buf *text, size_t *at,
    struct sm_buf *name, struct sm_buf *value);

#endif
