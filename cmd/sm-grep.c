/*
 * sm-grep - pick records by an expression of the rule language.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/opt.h"
#include "base/xalloc.h"
#include "frame/filter.h"
#include "record/record.h"
#include "rule/expr.h"

#define JOBS_MAX 64

enum { OPT_NOT = SM_OPT_LONG, OPT_POSTS, OPT_REJECTS, OPT_STRICT, OPT_NOW };

static const struct sm_opt table[] = {
	{ 'c', "count", NULL, "only say how many there are" },
	{ 'j', "jobs", "N", "work on N threads (default 1)" },
	{ 'l', "limit", "N", "give out the first N" },
	{ OPT_NOT, "not", NULL, "those that are not as EXPR says" },
	{ OPT_NOW, "now", "TIME", "what age counts to (default: fetched)" },
	{ OPT_POSTS, "posts", NULL, "posts only: drop control lines" },
	{ OPT_REJECTS, "rejects", "FILE", "keep lines that are no record" },
	{ OPT_STRICT, "strict", NULL, "stop at the first bad record" },
	SM_OPT_END
};

static struct sm_opts opts = {
	.table = table,
	.synopsis = "[-cqv] [-j N] [-l N] [--not] [--now TIME] [--posts]\n"
	    "[--rejects FILE] [--strict] EXPR [FILE ...]",
	.summary = "pick records by an expression of the rule language",
	.examples =
	    "sm-grep 'lang = \"pl\" and sentiment < -30' < scored.ndjson\n"
	    "sm-grep -c 'urgent has safety' scored.ndjson\n"
	    "sm-grep --not 'text =~ /voucher/i' posts.ndjson\n",
};

struct options {
	const char *rejects;
	int64_t now, limit;	/* limit 0: all */
	int jobs;
	bool count, not, posts, strict;
};

struct run {
	const struct options *options;
	struct sm_expr *expr;
	atomic_ullong found;
};

struct worker {
	struct run *run;
	struct sm_eval *state;
};

static void *
worker_new(void *arg, struct sm_err *err)
{
	struct run *run = arg;
	struct worker *worker = sm_xcalloc(1, sizeof(*worker));

	(void)err;
	worker->run = run;
	worker->state = sm_expr_state(run->expr, run->options->now);
	return worker;
}

static void
worker_free(void *arg)
{
	struct worker *worker = arg;

	sm_expr_state_free(worker->state);
	free(worker);
}

static enum sm_verdict
pick(struct sm_record *rec, void *arg, struct sm_err *err)
{
	struct worker *worker = arg;
	struct run *run = worker->run;
	int answer = sm_expr_eval(run->expr, worker->state, rec, err);

	if (answer == -1)
		return SM_FAILED;
	if ((answer == 1) == run->options->not)
		return SM_DROP;
	if (!run->options->limit) /* else counted in order, by limit */
		atomic_fetch_add(&run->found, 1);
	return SM_PASS;
}

static enum sm_verdict
limit(struct sm_record *rec, bool control, void *arg, struct sm_err *err)
{
	struct run *run = arg;

	(void)rec;
	(void)err;
	if (control)
		return SM_PASS;
	return atomic_fetch_add(&run->found, 1) + 1 ==
	    (unsigned long long)run->options->limit ? SM_LAST : SM_PASS;
}

static void
parse_options(struct options *options, int argc, char *argv[])
{
	int opt;

	while ((opt = sm_opt_next(&opts, argc, argv)) != -1) {
		switch (opt) {
		case 'c': options->count = true; break;
		case 'j':
			options->jobs = (int)sm_opt_number(&opts, 1, JOBS_MAX);
			break;
		case 'l':
			options->limit = sm_opt_number(&opts, 1, INT64_MAX);
			break;
		case OPT_NOT: options->not = true; break;
		case OPT_NOW: options->now = sm_opt_time(&opts); break;
		case OPT_POSTS: options->posts = true; break;
		case OPT_REJECTS: options->rejects = opts.arg; break;
		case OPT_STRICT: options->strict = true; break;
		default: break;
		}
	}
	if (opts.count == 0)
		sm_usage(&opts, "which records? say it: sm-grep EXPR");
}

/* 0 where something was found, 1 where nothing was, as grep has it. */
static enum sm_exit
finish(struct run *run, enum sm_exit status)
{
	unsigned long long found = atomic_load(&run->found);

	if (run->options->count && (printf("%llu\n", found) < 0 ||
	    fflush(stdout) != 0))
		sm_die(SM_EXIT_IO, "cannot write the output");
	if (status != SM_EXIT_OK)
		return status;
	return found ? SM_EXIT_OK : SM_EXIT_SOME;
}

int
main(int argc, char *argv[])
{
	struct options options = { .now = SM_TIME_NONE, .jobs = 1 };
	struct run run = { .options = &options };
	struct sm_paths *paths = sm_paths_new();
	struct sm_filter filter = {
		.paths = paths, .arg = &run, .record = pick,
		.worker_new = worker_new, .worker_free = worker_free,
		.unit = "posts"
	};
	enum sm_exit status;
	struct sm_err err;

	sm_msg_init(argv[0]);
	if (sm_clock_is_set())
		options.now = sm_clock_now();
	parse_options(&options, argc, argv);
	run.expr = sm_expr_compile(opts.operands[0], "expression", paths,
	    &err);
	if (!run.expr)
		sm_die(err.code, "%s", err.text);
	filter.serial = options.limit ? limit : NULL;
	filter.jobs = options.jobs;
	filter.strict = options.strict;
	filter.drop_controls = options.posts;
	filter.discard = options.count;
	filter.rejects = options.rejects;
	status = sm_filter_run(&filter, opts.operands + 1, NULL);
	status = finish(&run, status);
	sm_expr_free(run.expr);
	sm_paths_free(paths);
	return status;
}
