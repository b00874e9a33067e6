/*
 * What the parts of fetch share.  fetch.c is the loop, fetch_run.c the life of
 * one source, fetch_ask.c its questions, fetch_out.c what comes out.
 */
#ifndef SM_SOURCE_SWEEP_FETCH_IMPL_H
#define SM_SOURCE_SWEEP_FETCH_IMPL_H

#include "base/buf.h"
#include "base/err.h"
#include "source/emit.h"
#include "source/sweep/fetch.h"

struct all;

/* A source under way. */
struct run {
	struct all *all;
	struct sm_fetch_task *task;
	void *state;		/* NULL: closed, as between two looks */
	struct sm_emit emit;
	struct sm_request req;
	uint64_t pending;	/* posts since the last checkpoint */
	int64_t pending_ms;	/* when the first of them came */
	struct sm_buf last;	/* the cursor of the last checkpoint */
	struct sm_buf resume;	/* following: of the last look */
	bool stopped;		/* an error ends it */
	bool reading;		/* by .next: has its turns */
	bool blocked;		/* inside .next, waiting for input */
	bool asking;		/* the network */
	bool streamed;		/* in this look */
	unsigned round;		/* in which it had its last turn */
	int64_t wake_ms;	/* following: when it is opened again */
	int64_t began_ms, passed_ms;	/* this look; the last .pass */
	int failures;		/* following: in a row */
	uint64_t made;		/* posts made when the call began */
	struct run *next, *previous;
};

struct all {
	const struct sm_fetch *fetch;
	struct sm_http *http;
	struct sm_fetch_task *tasks;
	size_t count, begun;	/* of the tasks */
	struct run *first, *last;	/* those that are open, in order */
	size_t open, readers, waiting;
	unsigned round;
	bool nested;		/* a source waits for input inside .next */
	struct sm_err err;	/* of the output */
	bool broken, stopping;
	int64_t deadline_ms;
};

/* fetch.c */
bool fetch_stop(struct all *all);	/* whether to end now */
/* Other sources go on, while one waits for input.  -1: the output failed. */
int fetch_meanwhile(struct all *all);

/* fetch_run.c */
void fetch_begin(struct all *all, struct sm_fetch_task *task);
void fetch_open(struct run *run);
/* A few posts of a source that reads for itself. */
void fetch_read_on(struct run *run);
void fetch_fail(struct run *run, const struct sm_err *err);
/* All is asked, or it failed: another look later, or the end. */
void fetch_end(struct run *run);
/* The end, whatever it was doing. */
void fetch_finish(struct run *run);
/* A stream goes on well. */
void fetch_pass(struct run *run);

/* fetch_ask.c: the next question of a source, or its end. */
void fetch_ask(struct run *run);

/* fetch_out.c */
void fetch_checkpoint(struct run *run);
void fetch_say_all(struct run *run);
void fetch_write_error(struct run *run);
int fetch_flush(struct all *all);
int fetch_on_line(void *arg, const char *line, size_t len,
    struct sm_err *err);
int fetch_on_idle(void *arg, struct sm_err *err);

#endif
