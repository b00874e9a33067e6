/*
 * Limits of use, in the dialects in which networks tell them: one table, one
 * line a dialect.  What comes out is the same for all: until when nothing may
 * be asked, and how far apart requests had better be.
 *
 * Every dialect hears Retry-After (RFC 9110, 10.2.3: seconds or a date).
 */
#ifndef SM_SOURCE_HTTP_LIMIT_H
#define SM_SOURCE_HTTP_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sm_limit_dialect;
struct sm_response;

#define SM_LIMIT_MAX_S 86400	/* no hint is taken for more */
#define SM_LIMIT_BODY 4194304	/* bytes of a body that are looked at */

struct sm_limit {
	bool limited;		/* refused, because asked too often */
	int64_t until_ms;	/* ask nothing before this time; 0: not said */
	int64_t gap_ms;		/* rather this long between two requests ... */
	int64_t gap_until_ms;	/* ... until then; 0: as you like */
};

/* The dialect of that name, NULL for an unknown one; name NULL: "usual". */
const struct sm_limit_dialect *sm_limit_find(const char *name);
/* All names in order; NULL past the last. */
const char *sm_limit_nth(size_t index);

/*
 * Whether a 2xx answer may refuse in its body, so that the body has to be seen
 * whole before it is used.
 */
bool sm_limit_needs_body(const struct sm_limit_dialect *dialect);

/*
 * What an answer says; its body may be NULL.  now_ms: milliseconds since 1970
 * by the wall clock, which is the server's too (SM_NOW does not rule it).  A
 * date in Retry-After counts from the answer's own Date.  What makes no sense
 * is passed over, what is past is now, and what is beyond SM_LIMIT_MAX_S is
 * that.
 */
void sm_limit_read(const struct sm_limit_dialect *dialect,
    const struct sm_response *res, const char *body, size_t len,
    int64_t now_ms, struct sm_limit *limit);

#endif
