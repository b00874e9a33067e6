/*
 * Runs connectors: asks for them what they want asked (network, files, tapes),
 * hands their posts on, and says after which of them a cursor may be kept.
 * Many sources run at once in one thread: those that ask the network side by
 * side, those that read for themselves (.next) by turns of a few posts.  What
 * fails in one stops no other.
 */
#ifndef SM_SOURCE_SWEEP_FETCH_H
#define SM_SOURCE_SWEEP_FETCH_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/exit.h"
#include "base/sha256.h"
#include "source/http/http.h"
#include "source/source.h"
#include "source/sweep/volume.h"

struct sm_spend;

#define SM_FETCH_BATCH 1000	/* posts before a checkpoint */
#define SM_FETCH_BATCH_MS 50	/* or so long after the first of them */
#define SM_FETCH_OPEN 1024	/* sources that are open at once */
#define SM_FETCH_READERS 64	/* of them, that read for themselves */
#define SM_FETCH_TURN 256	/* posts of such a one before the next has its
				   turn, */
#define SM_FETCH_TURN_MS 20	/* or so long */
#define SM_FETCH_ASKED 16	/* URLs of a source that are remembered */

/* Following: seconds between two looks, where a source says nothing, */
#define SM_FETCH_EVERY 60
#define SM_FETCH_EVERY_FILE 1
#define SM_FETCH_PAUSE_MAX 300	/* the longest pause after failures, */
#define SM_FETCH_PASS_S 60	/* and between two .pass of a stream */

struct sm_fetch_task {
	const struct sm_source *source;
	struct sm_source_args args;
	struct sm_spend *spend;	/* its budgets and prices; NULL: none */
	int64_t every_s;	/* following: between two looks, 0: as above */

	/* Filled in by the time .pass and .done are called. */
	enum sm_exit code;
	char error[1024];	/* why, or "" */
	uint64_t posts, old, failed;
	uint64_t again;		/* posts that came twice in this run */
	uint64_t gaps, calls;
	uint64_t bytes;		/* of answers, decoded */
	bool gap;

	/* With .trace. */
	struct sm_volume volume;	/* since the last .pass */
	struct sm_buf asked;	/* redacted URLs, a NUL behind each */
	struct sm_buf cursor;	/* of the last checkpoint, or none */
	struct sm_sha256 digest;	/* of all posts */
};

struct sm_fetch {
	struct sm_http_options http;
	int max_time_s;		/* 0: none */
	bool controls;		/* sm:Checkpoint and sm:Gap are wanted */
	bool errors;		/* sm:Error is wanted */
	bool trace;		/* count for health and manifest */
	bool follow;		/* go on until *stop; see args.follow, too */
	const char *sweep;	/* id of this run, in checkpoints; or NULL */
	const volatile sig_atomic_t *stop;	/* not 0: end now, with a last
						   checkpoint; or NULL */
	void *arg;

	/* Lines for standard output; -1 and err ends the run. */
	int (*write)(void *arg, const char *data, size_t len,
	    struct sm_err *err);
	/* Before anything is waited for. */
	int (*flush)(void *arg, struct sm_err *err);
	/* May be NULL: what is about to be asked for (without the login). */
	void (*asks)(void *arg, const struct sm_fetch_task *task,
	    const struct sm_request *req);
	/* What people should know about a source, while it runs. */
	void (*say)(void *arg, const struct sm_fetch_task *task,
	    const char *text);
	/*
	 * Following, may be NULL: a look at the source has ended, or a stream
	 * goes on well.
	 */
	void (*pass)(void *arg, const struct sm_fetch_task *task);
	void (*done)(void *arg, const struct sm_fetch_task *task);
};

/*
 * 0 when all tasks have been done, well or not (each says so itself), or were
 * stopped; -1 and err where the output failed.
 */
int sm_fetch_run(const struct sm_fetch *fetch, struct sm_fetch_task *tasks,
    size_t count, struct sm_err *err);

/* What the results hold. */
void sm_fetch_task_release(struct sm_fetch_task *task);

#endif
