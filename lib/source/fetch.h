/*
 * Runs connectors: asks for them what they want asked (network, files, tapes),
 * hands their posts on, and says after which of them a cursor may be kept.
 * Many sources run at once in one thread.
 */
#ifndef SM_SOURCE_FETCH_H
#define SM_SOURCE_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/exit.h"
#include "source/http.h"
#include "source/source.h"

#define SM_FETCH_BATCH 1000	/* posts before a checkpoint */
#define SM_FETCH_BATCH_MS 50	/* or so long after the first of them */
#define SM_FETCH_OPEN 1024	/* sources that are open at once */

struct sm_fetch_task {
	const struct sm_source *source;
	struct sm_source_args args;

	/* Filled in by the time .done is called. */
	enum sm_exit code;
	char error[1024];	/* why, or "" */
	uint64_t posts, old, failed;
	bool gap;
};

struct sm_fetch {
	struct sm_http_options http;
	int max_time_s;		/* 0: none */
	bool controls;		/* sm:Checkpoint and sm:Gap are wanted */
	bool errors;		/* sm:Error is wanted */
	const char *sweep;	/* id of this run, in checkpoints; or NULL */
	void *arg;

	/* Lines for standard output; -1 and err ends the run. */
	int (*write)(void *arg, const char *data, size_t len,
	    struct sm_err *err);
	/* Before anything is waited for. */
	int (*flush)(void *arg, struct sm_err *err);
	/* What people should know about a source, while it runs. */
	void (*say)(void *arg, const struct sm_fetch_task *task,
	    const char *text);
	void (*done)(void *arg, const struct sm_fetch_task *task);
};

/*
 * 0 when all tasks have been done, well or not (each says so itself); -1 and
 * err where the output failed.
 */
int sm_fetch_run(const struct sm_fetch *fetch, struct sm_fetch_task *tasks,
    size_t count, struct sm_err *err);

#endif
