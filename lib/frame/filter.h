/*
 * The loop inside every filter: lines in, lines out, in order, on -j threads
 * where the work is pure.  What a filter has to do by the contract of
 * sm-record(5) is done here, once:
 *
 *  - a control line ("type":"sm:...") goes to .control, or through as it is;
 *  - a record of an unknown major version, and one for which .record says
 *    SM_FAILED, goes through as it is and makes the status 1 (with .strict
 *    the program stops with 65);
 *  - a line that is no record is reported with file and line and left out
 *    (kept in the file .rejects, if any);
 *  - everything is written before anything is waited for, and that writing
 *    worked is looked at before the program ends well.
 *
 * The output is the same bytes for every number of threads.
 */
#ifndef SM_FRAME_FILTER_H
#define SM_FRAME_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/exit.h"

struct sm_buf;
struct sm_err;
struct sm_paths;
struct sm_record;

enum sm_verdict {
	SM_PASS,	/* write the record with its edits */
	SM_DROP,	/* write nothing */
	SM_WARN,	/* write the record with its edits, say err, status 1 */
	SM_FAILED,	/* write it as it came, say err, status 1 */
	SM_LAST,	/* write it: it is the last, the program ends well */
	SM_STOP		/* end the program with err's code */
};

#define SM_FILTER_AHEAD 16

struct sm_filter {
	/* What .record and .serial look at; "v" and "type" are added. */
	struct sm_paths *paths;
	void *arg;

	/*
	 * Called for each record, on any thread; worker is what .worker_new
	 * gave this thread (or arg where there is none).  May be NULL.
	 */
	enum sm_verdict (*record)(struct sm_record *rec, void *worker,
	    struct sm_err *err);
	void *(*worker_new)(void *arg, struct sm_err *err);
	void (*worker_free)(void *worker);

	/*
	 * Called with the next records together, count of them, before .record
	 * is called for each, in this order and with the worker of the same
	 * place: a thread has SM_FILTER_AHEAD of them then.  For work of many
	 * steps, which is done faster where each step is done to several
	 * records in turn, while its code and tables are at hand.  May be NULL.
	 */
	void (*ahead)(struct sm_record *const recs[], void *const workers[],
	    size_t count);

	/*
	 * Called for each record and control line in the order of the input,
	 * on one thread, after .record; for programs with a state, which
	 * then run on one thread.  May be NULL.
	 */
	enum sm_verdict (*serial)(struct sm_record *rec, bool control,
	    void *arg, struct sm_err *err);

	/* Before waiting for input and at the end: commit, flush.  May be
	   NULL; -1 and err ends the program. */
	int (*idle)(void *arg, bool end, struct sm_err *err);
	/* The same, but called when all output so far has been written. */
	int (*written)(void *arg, bool end, struct sm_err *err);

	/*
	 * Instead of the record as JSON: add the program's own output for it
	 * (with its LF).  May be NULL.
	 */
	void (*format)(struct sm_record *rec, void *worker,
	    struct sm_buf *out);

	int jobs;		/* threads; 0 means 1 */
	bool strict;
	bool drop_controls;	/* control lines end here */
	bool discard;		/* nothing is written at all */
	const char *rejects;	/* path, or NULL */
	const char *unit;	/* for progress: "posts" */
};

struct sm_filter_sums {
	uint64_t records;	/* that were seen */
	uint64_t passed, dropped, failed;
	uint64_t bad;		/* lines that were no record */
};

/*
 * Filter the files (none: standard input; "-": it too) to standard output.
 * Says what there is to say; gives back the program's exit status.  sums may
 * be NULL.
 */
enum sm_exit sm_filter_run(const struct sm_filter *filter, char *const files[],
    struct sm_filter_sums *sums);

#endif
