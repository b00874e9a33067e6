/*
 * sm-case add - the end of the pipe: posts, their cases and the cursors, one
 * transaction a batch.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/msg.h"
#include "case.h"
#include "desk/intake.h"
#include "frame/filter.h"
#include "record/json.h"
#include "record/record.h"

#define PAUSE_MS 5	/* how long a batch stays open for more input */

enum { OPT_PASS = SM_OPT_LONG, OPT_REJECTS, OPT_STRICT };

static const struct sm_opt table[] = {
	CASE_OPT_STORE,
	{ OPT_PASS, "pass", NULL, "pass the records on, with `case` in them" },
	{ OPT_REJECTS, "rejects", "FILE", "keep lines that are no record" },
	{ OPT_STRICT, "strict", NULL, "stop at the first bad record" },
	SM_OPT_END
};

static struct sm_opts add_opts = {
	.table = table,
	.synopsis = "add [-qv] [-c FILE] [-s STORE] [--pass] [--rejects FILE] "
	    "[--strict]\n     [FILE ...]",
	.summary = "store what comes through the pipe and form cases",
	.examples = "sm-fetch --all | sm-score | sm-route -f rules | "
	    "sm-case add\n",
};

struct run {
	struct sm_intake *intake;
	struct sm_store *store;
	struct sm_buf json;
	int case_slot;
	bool pass, is_stdin;
};

static void
set_case(struct run *run, struct sm_record *rec)
{
	const char *status, *id = sm_intake_case(run->intake, &status);

	if (!id)
		return;
	sm_buf_clear(&run->json);
	sm_json_open(&run->json, NULL, '{');
	sm_json_strz(&run->json, "id", id);
	sm_json_strz(&run->json, "status", status);
	sm_json_close(&run->json, '}');
	sm_record_set(rec, run->case_slot, run->json.data, run->json.len);
}

static enum sm_verdict
take(struct sm_record *rec, bool control, void *arg, struct sm_err *err)
{
	struct run *run = arg;

	switch (control ? sm_intake_control(run->intake, rec, err) :
	    sm_intake_post(run->intake, rec, err)) {
	case SM_TAKEN_OK:
		break;
	case SM_TAKEN_BAD:
		return SM_FAILED;
	default:
		return SM_STOP;
	}
	if (!run->pass)
		return SM_DROP;
	if (!control)
		set_case(run, rec);
	return SM_PASS;
}

/*
 * Nothing more for now.  A stage before us often has more in a moment, and a
 * larger batch is cheaper; but others may want to write, so not for long.
 */
static int
idle(void *arg, bool end, struct sm_err *err)
{
	struct run *run = arg;
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };

	if (!end && run->is_stdin && !run->pass &&
	    sm_store_in_transaction(run->store) &&
	    poll(&input, 1, PAUSE_MS) == 1)
		return 0;
	if (sm_intake_commit(run->intake, err) == -1)
		return -1;
	/* Status 0 means that it outlives loss of power, too. */
	return end ? sm_store_sync(run->store, err) : 0;
}

/* Without --pass nothing is written, failed records neither. */
static void
discard_output(void)
{
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (fd == -1 || dup2(fd, STDOUT_FILENO) == -1)
		sm_die(SM_EXIT_OS, "cannot open /dev/null");
	(void)close(fd);
}

static void
say_sums(const struct sm_intake_sums *sums)
{
	sm_note("%lld new posts, %lld seen before, %lld updated, %lld deleted; "
	    "%lld new cases, %lld reopened; %lld cursors",
	    (long long)sums->posts, (long long)sums->seen,
	    (long long)sums->updated, (long long)sums->deleted,
	    (long long)sums->cases, (long long)sums->reopened,
	    (long long)sums->cursors);
	if (sums->gaps > 0)
		sm_note("%lld gaps: something may be missing",
		    (long long)sums->gaps);
}

static enum sm_exit
run_add(struct sm_opts *opts, int argc, char *argv[])
{
	const char *config = NULL, *store = NULL;
	struct run run = { .pass = false };
	struct sm_filter filter = { .serial = take, .idle = idle,
	    .arg = &run, .unit = "posts" };
	enum sm_exit status;
	int opt;

	while ((opt = sm_opt_next(opts, argc, argv)) != -1) {
		switch (opt) {
		case 'c': config = opts->arg; break;
		case OPT_PASS: run.pass = true; break;
		case 's': store = opts->arg; break;
		case OPT_REJECTS: filter.rejects = opts->arg; break;
		case OPT_STRICT: filter.strict = true; break;
		default: sm_usage(opts, "wrong option");
		}
	}
	run.store = case_open(config, store, SM_STORE_CREATE);
	run.intake = sm_intake_new(run.store);
	run.is_stdin = opts->count == 0;
	filter.paths = sm_intake_paths(run.intake);
	run.case_slot = sm_paths_add(filter.paths, "case");
	filter.drop_controls = !run.pass;
	if (!run.pass)
		discard_output();
	status = sm_filter_run(&filter, opts->operands, NULL);
	say_sums(sm_intake_sums(run.intake));
	sm_intake_free(run.intake);
	sm_store_close(run.store);
	sm_buf_release(&run.json);
	return status;
}

const struct sm_verb sm_case_add = {
	.name = "add",
	.summary = "store what comes through the pipe and form cases",
	.opts = &add_opts,
	.run = run_add,
};
