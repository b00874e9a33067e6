/*
 * A block of lines on its way through a filter: what one thread does to it,
 * and what is to be written and said for it, in the order of its lines.
 * Private to lib/frame.
 */
#ifndef SM_FRAME_BATCH_H
#define SM_FRAME_BATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "frame/filter.h"
#include "record/reader.h"

struct sm_batch {
	struct sm_block in;
	const char *file;	/* for messages; lent */
	struct sm_buf out;
	struct sm_buf said;	/* messages, each ended by a NUL */
	struct sm_buf rejects;	/* lines that were no record */
	struct sm_filter_sums sums;
	bool stop;		/* err ends the program */
	struct sm_err err;
	bool done;		/* for the threads' bookkeeping */
};

/* A line that is worked on. */
struct sm_batch_line {
	struct sm_record *rec;
	void *state;		/* the filter's own */
	const char *text;
	size_t len;
	uint64_t number;
	bool bad;		/* it is no record, as err says */
	bool control;
	struct sm_err err;
};

/* What a thread needs. */
struct sm_batch_worker {
	const struct sm_filter *filter;
	struct sm_batch_line line[SM_FILTER_AHEAD];
	uint32_t lines;		/* of these in use: one, or where the filter
				   looks ahead all */
	int slot_v, slot_type;
};

int sm_batch_worker_init(struct sm_batch_worker *worker,
    const struct sm_filter *filter, struct sm_err *err);
void sm_batch_worker_release(struct sm_batch_worker *worker);

/* Does all that is to be done to batch->in; the rest of batch is the answer. */
void sm_batch_run(struct sm_batch *batch, struct sm_batch_worker *worker);

void sm_batch_clear(struct sm_batch *batch);
void sm_batch_release(struct sm_batch *batch);

/* "file:line: text", for later. */
void sm_batch_say(struct sm_batch *batch, uint64_t line, const char *text);

#endif
