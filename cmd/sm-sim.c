/*
 * sm-sim - what would have been otherwise: past posts under two sets of rules.
 *
 * Looks at scored records as they came; an earlier decision in them counts no
 * more than any other member.  Nothing is changed anywhere.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/opt.h"
#include "base/xalloc.h"
#include "frame/filter.h"
#include "record/record.h"
#include "rule/calendar.h"
#include "rule/rules.h"
#include "sim/sim.h"

#define JOBS_MAX 64
#define URGENT 70

enum {
	OPT_HTML = SM_OPT_LONG, OPT_JSON, OPT_NOW, OPT_REJECTS, OPT_SAMPLES,
	OPT_STRICT, OPT_URGENT
};

static const struct sm_opt table[] = {
	{ 'j', "jobs", "N", "work on N threads (default 1)" },
	{ OPT_HTML, "html", "FILE", "the result as a page for a browser" },
	{ OPT_JSON, "json", NULL, "the result as JSON" },
	{ OPT_NOW, "now", "TIME", "what age counts to (default: fetched)" },
	{ OPT_REJECTS, "rejects", "FILE", "keep lines that are no record" },
	{ OPT_SAMPLES, "samples", "N", "posts shown of each change (3)" },
	{ OPT_STRICT, "strict", NULL, "stop at the first bad record" },
	{ OPT_URGENT, "urgent", "N",
	    "priority from which a post is urgent (70)" },
	SM_OPT_END
};

static struct sm_opts opts = {
	.table = table,
	.synopsis = "[-qv] [-j N] [--html FILE] [--json] [--now TIME] "
	    "[--rejects FILE]\n[--samples N] [--strict] [--urgent N] OLD NEW "
	    "[FILE ...]",
	.summary = "what would be otherwise under other rules",
	.examples =
	    "sm-sim rules new-rules < year.ndjson\n"
	    "sm-sim -j2 --html change.html rules new-rules 2026-*.ndjson\n"
	    "sm-sim --json rules new-rules < year.ndjson | jq .decisions\n",
};

struct run {
	const char *html, *rejects;
	int64_t now;
	int jobs, samples, urgent;
	bool json, strict;
	struct sm_rules *rules[2];
	struct sm_sim_slots slots;
	struct sm_sim sim;
	pthread_mutex_t lock;
};

struct worker {
	struct run *run;
	struct sm_rules_state *state[2];
	struct sm_sim sim;
};

static void *
worker_new(void *arg, struct sm_err *err)
{
	struct worker *worker = sm_xcalloc(1, sizeof(*worker));

	(void)err;
	worker->run = arg;
	for (int i = 0; i < 2; i++)
		worker->state[i] = sm_rules_state_new(worker->run->rules[i],
		    SM_CONTEXT_POST, worker->run->now);
	sm_sim_init(&worker->sim, worker->run->urgent,
	    worker->run->sim.calendar);
	return worker;
}

static void
worker_free(void *arg)
{
	struct worker *worker = arg;

	(void)pthread_mutex_lock(&worker->run->lock);
	sm_sim_merge(&worker->run->sim, &worker->sim);
	(void)pthread_mutex_unlock(&worker->run->lock);
	sm_sim_release(&worker->sim);
	sm_rules_state_free(worker->state[0]);
	sm_rules_state_free(worker->state[1]);
	free(worker);
}

static enum sm_verdict
compare(struct sm_record *rec, void *arg, struct sm_err *err)
{
	struct worker *worker = arg;
	struct sm_outcome outcome[2];
	int slow = 0;

	for (int i = 0; i < 2; i++)
		slow |= sm_rules_decide(worker->state[i], rec, &outcome[i],
		    err);
	sm_sim_add(&worker->sim, &worker->run->slots, rec, outcome);
	return slow ? SM_WARN : SM_DROP;
}

static void
parse_options(struct run *run, int argc, char *argv[])
{
	int opt;

	while ((opt = sm_opt_next(&opts, argc, argv)) != -1) {
		switch (opt) {
		case 'j':
			run->jobs = (int)sm_opt_number(&opts, 1, JOBS_MAX);
			break;
		case OPT_HTML: run->html = opts.arg; break;
		case OPT_JSON: run->json = true; break;
		case OPT_NOW: run->now = sm_opt_time(&opts); break;
		case OPT_REJECTS: run->rejects = opts.arg; break;
		case OPT_SAMPLES:
			run->samples = (int)sm_opt_number(&opts, 0,
			    SM_SIM_SAMPLES);
			break;
		case OPT_STRICT: run->strict = true; break;
		case OPT_URGENT:
			run->urgent = (int)sm_opt_number(&opts, 1, 100);
			break;
		default: break;
		}
	}
	if (opts.count < 2)
		sm_usage(&opts, "which rules? say OLD NEW");
}

static void
write_html(const char *path, const struct sm_buf *page)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd == -1)
		sm_die(SM_EXIT_CANTCREAT, "cannot create '%s': %s", path,
		    strerror(errno));
	if (sm_write_all(fd, sm_buf_str(page), page->len) == -1 ||
	    close(fd) == -1)
		sm_die(SM_EXIT_IO, "cannot write '%s': %s", path,
		    strerror(errno));
}

static void
tell(struct run *run)
{
	const struct sm_calendar *calendar = run->sim.calendar;
	struct sim_report report = {
		.file = { opts.operands[0], opts.operands[1] },
		.by = { sm_rules_by(run->rules[0]),
		    sm_rules_by(run->rules[1]) },
		.zone = calendar ? sm_calendar_zone(calendar) : "UTC",
		.sim = &run->sim, .samples = run->samples
	};
	struct sm_buf out = SM_BUF_INIT, page = SM_BUF_INIT;

	sm_sim_settle(&run->sim);
	sim_count_hours(&report, sm_rules_people(run->rules[1]));
	if (run->html) {
		sim_html(&report, &page);
		write_html(run->html, &page);
	}
	if (run->json)
		sim_json(&report, &out);
	else
		sim_text(&report, &out);
	if (sm_write_all(STDOUT_FILENO, sm_buf_str(&out), out.len) == -1)
		sm_die(SM_EXIT_IO, "cannot write the output: %s",
		    strerror(errno));
	sm_buf_release(&page);
	sm_buf_release(&out);
}

int
main(int argc, char *argv[])
{
	struct run run = {
		.now = SM_TIME_NONE, .jobs = 1, .samples = 3, .urgent = URGENT
	};
	struct sm_paths *paths = sm_paths_new();
	struct sm_filter filter = {
		.paths = paths, .arg = &run, .record = compare,
		.worker_new = worker_new, .worker_free = worker_free,
		.discard = true, .drop_controls = true, .unit = "posts"
	};
	enum sm_exit status;
	struct sm_err err;

	sm_msg_init(argv[0]);
	parse_options(&run, argc, argv);
	(void)pthread_mutex_init(&run.lock, NULL);
	for (int i = 0; i < 2; i++) {
		run.rules[i] = sm_rules_open(opts.operands[i], paths, &err);
		if (!run.rules[i])
			sm_die(err.code, "%s", err.text);
	}
	sm_sim_paths(&run.slots, paths);
	sm_sim_init(&run.sim, run.urgent, sm_rules_calendar(run.rules[1]));
	filter.jobs = run.jobs;
	filter.strict = run.strict;
	filter.rejects = run.rejects;
	status = sm_filter_run(&filter, opts.operands + 2, NULL);
	tell(&run);
	sm_sim_release(&run.sim);
	for (int i = 0; i < 2; i++)
		sm_rules_close(run.rules[i]);
	sm_paths_free(paths);
	return status;
}
