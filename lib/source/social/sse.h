/*
 * Server-sent events (WHATWG HTML, 9.2): bytes in as they come, events out.
 * Lines may end in CR, LF or both, comments (a server's heartbeat) are passed
 * over, an event that the stream breaks off is none.
 */
#ifndef SM_SOURCE_SOCIAL_SSE_H
#define SM_SOURCE_SOCIAL_SSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct sm_err;

#define SM_SSE_MAX 1048576	/* bytes of an event; longer ones are lost */

struct sm_sse {
	/* type: "message" where none is named; data with a NUL behind it. */
	int (*event)(void *arg, const char *type, const char *data,
	    size_t len, struct sm_err *err);
	void *arg;

	struct sm_buf line, type, data;
	struct sm_buf id;	/* of the last event that had one */
	int64_t retry_ms;	/* the server's wish, or -1 */
	uint64_t beats;		/* comments so far */
	uint64_t lost;		/* events that were too long */
	bool begun;		/* past a byte order mark */
	bool cr;		/* the last byte was one */
	bool filled;		/* the event has data */
	bool over;		/* the event is too long */
	unsigned mark;		/* bytes of a byte order mark so far */
};

#define SM_SSE_INIT { .retry_ms = -1 }

void sm_sse_release(struct sm_sse *sse);

/* Forget what is unfinished, and .id: another stream begins. */
void sm_sse_reset(struct sm_sse *sse);

/* The next bytes.  0; -1 and err when .event said so: the rest is dropped. */
int sm_sse_add(struct sm_sse *sse, const char *s, size_t len,
    struct sm_err *err);

#endif
