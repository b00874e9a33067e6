/*
 * sm-route - decide what each post needs.
 *
 * Tries the rules of a file against each record and writes their outcome into
 * it as `route`.  It looks at the record alone, so that any line of the past
 * can be decided again.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/opt.h"
#include "frame/filter.h"
#include "record/record.h"
#include "rule/rules.h"

#define JOBS_MAX 64

enum {
	OPT_CONTEXT = SM_OPT_LONG, OPT_EXPLAIN, OPT_NOW, OPT_REJECTS, OPT_STRICT
};

static const struct sm_opt table[] = {
	{ 'f', "file", "FILE", "the rules to apply" },
	{ 'j', "jobs", "N", "work on N threads (default 1)" },
	{ 'n', "dry-run", NULL, "only read and check the rules" },
	{ OPT_CONTEXT, "context", "NAME",
	    "what the records are: post, update, time, outbound" },
	{ OPT_EXPLAIN, "explain", NULL,
	    "say for people what each rule thought of each post" },
	{ OPT_NOW, "now", "TIME", "what age counts to (default: fetched)" },
	{ OPT_REJECTS, "rejects", "FILE", "keep lines that are no record" },
	{ OPT_STRICT, "strict", NULL, "stop at the first bad record" },
	SM_OPT_END
};

static struct sm_opts opts = {
	.table = table,
	.synopsis = "[-nqv] [-j N] [--context NAME] [--now TIME] "
	    "[--rejects FILE]\n[--strict] -f FILE [FILE ...]\n"
	    "--explain [--context NAME] [--now TIME] -f FILE [FILE ...]",
	.summary = "decide what each post needs",
	.examples =
	    "sm-score < posts.ndjson | sm-route -f rules | sm-case add\n"
	    "sm-route -f rules --explain < scored.ndjson | less\n"
	    "sm-route -f rules < scored.ndjson | jq -r .route.queue\n",
};

struct options {
	const char *file, *rejects;
	int64_t now;
	enum sm_context context;
	int jobs;
	bool strict, explain, check_only;
};

struct run {
	struct sm_rules *rules;
	const struct options *options;
};

static void *
worker_new(void *arg, struct sm_err *err)
{
	const struct run *run = arg;

	(void)err;
	return sm_rules_state_new(run->rules, run->options->context,
	    run->options->now);
}

static void
worker_free(void *state)
{
	sm_rules_state_free(state);
}

static enum sm_verdict
route(struct sm_record *rec, void *state, struct sm_err *err)
{
	/* Where something could not be said it is decided all the same. */
	return sm_rules_apply(state, rec, err) == 0 ? SM_PASS : SM_WARN;
}

static void
explain(struct sm_record *rec, void *state, struct sm_buf *out)
{
	sm_rules_explain(state, rec, out);
}

static enum sm_context
take_context(void)
{
	int context = sm_context_find(opts.arg);

	if (context == -1)
		sm_usage(&opts, "--context '%s': there are post, update, time "
		    "and outbound", opts.arg);
	return (enum sm_context)context;
}

static void
parse_options(struct options *options, int argc, char *argv[])
{
	int opt;

	while ((opt = sm_opt_next(&opts, argc, argv)) != -1) {
		switch (opt) {
		case 'f': options->file = opts.arg; break;
		case 'j':
			options->jobs = (int)sm_opt_number(&opts, 1, JOBS_MAX);
			break;
		case 'n': options->check_only = true; break;
		case OPT_CONTEXT: options->context = take_context(); break;
		case OPT_EXPLAIN: options->explain = true; break;
		case OPT_NOW: options->now = sm_opt_time(&opts); break;
		case OPT_REJECTS: options->rejects = opts.arg; break;
		case OPT_STRICT: options->strict = true; break;
		default: break;
		}
	}
	if (!options->file)
		sm_usage(&opts, "which rules? say -f FILE");
}

static enum sm_exit
run_filter(struct run *run, struct sm_paths *paths)
{
	const struct options *options = run->options;
	struct sm_filter filter = {
		.paths = paths, .arg = run, .record = route,
		.worker_new = worker_new, .worker_free = worker_free,
		.format = options->explain ? explain : NULL,
		.drop_controls = options->explain, .jobs = options->jobs,
		.strict = options->strict, .rejects = options->rejects,
		.unit = "posts"
	};

	return sm_filter_run(&filter, opts.operands, NULL);
}

int
main(int argc, char *argv[])
{
	struct options options = { .now = SM_TIME_NONE, .jobs = 1 };
	struct run run = { .options = &options };
	struct sm_paths *paths = sm_paths_new();
	enum sm_exit status = SM_EXIT_OK;
	struct sm_err err;

	sm_msg_init(argv[0]);
	if (sm_clock_is_set())
		options.now = sm_clock_now();
	parse_options(&options, argc, argv);
	run.rules = sm_rules_open(options.file, paths, &err);
	if (!run.rules)
		sm_die(err.code, "%s", err.text);
	if (!options.check_only)
		status = run_filter(&run, paths);
	sm_rules_close(run.rules);
	sm_paths_free(paths);
	return status;
}
