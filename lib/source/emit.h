/*
 * Where a connector's posts go: the members that are the same for all posts of
 * a source are filled in, --since and the limit are seen to, and the line is
 * handed on.
 */
#ifndef SM_SOURCE_EMIT_H
#define SM_SOURCE_EMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "record/post.h"
#include "source/http/again.h"

struct sm_err;
struct sm_source_args;

struct sm_emit {
	const struct sm_source_args *args;
	int64_t fetched;	/* when the answer came */
	const char *raw;	/* "sha256:..." or NULL */

	/* What is done with a line (LF included), by whoever runs it. */
	int (*line)(void *arg, const char *line, size_t len,
	    struct sm_err *err);
	/* Called before waiting for input. */
	int (*idle)(void *arg, struct sm_err *err);
	void *arg;

	uint64_t posts;		/* that went out */
	uint64_t old;		/* dropped as older than --since */
	uint64_t failed;	/* that could not be made into a record */
	uint64_t twice;		/* left out: the same revision again */
	int64_t paid;		/* see sm_emit_paid, */
	bool counted;		/* and whether it was called */
	bool gap;		/* something may be missing */
	uint64_t ngaps;
	struct sm_buf gaps;	/* sm:Gap lines, where they are wanted */
	bool want_gaps, want_errors;
	struct sm_buf errors;	/* texts for people, a NUL behind each */
	struct sm_buf made;	/* the line being made */
	struct sm_again again;	/* what went out in this run */
};

void sm_emit_release(struct sm_emit *emit);

/* Whether the limit of posts is reached: time to stop. */
bool sm_emit_full(const struct sm_emit *emit);

/* What sm_emit_post fills in, for who writes the line himself. */
void sm_emit_fill(const struct sm_emit *emit, struct sm_post *post);

/*
 * post as a record.  0, also where it was older than wanted, went out in this
 * run already (pages overlap), or could not be made (that is noted); -1 and err
 * where it could not be handed on.
 */
int sm_emit_post(struct sm_emit *emit, struct sm_post *post,
    struct sm_err *err);

/* A finished line, LF included. */
int sm_emit_line(struct sm_emit *emit, const char *line, size_t len,
    struct sm_err *err);

/*
 * How many posts of the answer the network takes money for, whether or not
 * they become records.  A connector with a price per post says so for each
 * answer; where it does not, a whole page is taken to have been paid.
 */
void sm_emit_paid(struct sm_emit *emit, int64_t posts);

/* Something may be missing between since and until (or SM_TIME_NONE). */
void sm_emit_gap(struct sm_emit *emit, int64_t since, int64_t until,
    const char *why);

/* One thing that could not be handled; text for people. */
void sm_emit_failed(struct sm_emit *emit, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A text for people that is no fault of ours: what a program says. */
void sm_emit_say(struct sm_emit *emit, const char *text);

/* To be called before waiting for input. */
int sm_emit_idle(struct sm_emit *emit, struct sm_err *err);

#endif
