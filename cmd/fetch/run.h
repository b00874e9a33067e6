/* A run of sm-fetch: what was asked for, and what it keeps meanwhile. */
#ifndef SM_FETCH_RUN_H
#define SM_FETCH_RUN_H

#include "base/err.h"
#include "base/opt.h"
#include "fetch.h"
#include "source/sweep/budget.h"
#include "source/sweep/fetch.h"

struct sm_health_file;
struct sm_ledger;
struct sm_lock;
struct sm_manifest;
struct sm_writer;

#define RUN_ID 40	/* bytes of a sweep's id, NUL included */

struct fetch_run {
	struct fetch_options want;
	struct sm_fetch fetch;
	const char *state_path, *config;
	bool store, list, explain, dry_run, due, health_only, ledger_only;
	struct sm_budget budget;	/* of this run */

	struct sm_conf *conf;
	struct sm_fetch_task *tasks;
	struct fetch_hold *holds;	/* of each task */
	size_t count, room;
	struct sm_state *state;
	struct sm_writer *writer;

	char id[RUN_ID];
	char *place;		/* of the cursors: store or state file */
	struct sm_lock *lock;
	struct sm_health_file *health;
	struct sm_ledger *ledger;
	struct sm_manifest *manifest;
	int64_t saved;		/* following: when health was written */

	struct sm_err err;
	enum sm_exit status;
	int caught;		/* the signal that ended it, or 0 */
};

/* run.c: the more serious status wins. */
void fetch_worsen(struct fetch_run *run, enum sm_exit code);
void fetch_run_release(struct fetch_run *run);
/* The store or the state file of this run; lent. */
const char *fetch_place(struct fetch_run *run);

/* task.c: what the operands or --all name; ends the program on a mistake. */
void fetch_find_tasks(struct fetch_run *run, const struct sm_opts *opts);
/* Takes the task at index away. */
void fetch_drop_task(struct fetch_run *run, size_t index);
void fetch_find_cursors(struct fetch_run *run);

/*
 * keep.c: locks, what is due, health, manifest.  What another run sweeps, or
 * what is not due, is dropped.
 */
void fetch_keep_begin(struct fetch_run *run);
/* What came of a task; whether its failure is to be told. */
bool fetch_keep_note(struct fetch_run *run, const struct sm_fetch_task *task,
    bool last);
void fetch_keep_end(struct fetch_run *run);

/* spend.c: the budgets and prices of a task.  0, or -1 and err. */
int fetch_spend_find(struct fetch_run *run, struct sm_fetch_task *task,
    struct fetch_hold *hold, struct sm_err *err);

/* sweep.c: fetches. */
void fetch_all(struct fetch_run *run);

/* health.c, ledger.c: tables for people, NDJSON into a pipe. */
void fetch_tell_health(struct fetch_run *run, char **names, int count);
void fetch_tell_ledger(struct fetch_run *run);

#endif
