/*
 * sm-fetch - listen: what people say, from feeds, networks, mailboxes and
 * files, as one record a line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/opt.h"
#include "base/path.h"
#include "fetch/fetch.h"
#include "fetch/run.h"
#include "record/conf.h"
#include "source/sweep/state.h"

enum {
	OPT_ALL = SM_OPT_LONG, OPT_ARCHIVE, OPT_BASE, OPT_BRAND, OPT_BUDGET,
	OPT_DUE, OPT_ERRORS, OPT_EXPLAIN, OPT_FOLLOW, OPT_HEALTH, OPT_LEDGER,
	OPT_LIMIT, OPT_MAPPING, OPT_MAX_TIME, OPT_PRIVATE, OPT_REPLAY,
	OPT_SINCE, OPT_SOURCE, OPT_STATE, OPT_STORE
};

static const struct sm_opt table[] = {
	{ 'c', "config", "FILE", "the configuration, instead of the usual" },
	{ 'j', "jobs", "N", "transfers at once (64), two of them to a host" },
	{ 'l', "list", NULL, "list the kinds of sources" },
	{ 'n', "dry-run", NULL, "say what would be asked, ask nothing" },
	{ OPT_ALL, "all", NULL, "all sources of the configuration" },
	{ OPT_PRIVATE, "allow-private", NULL,
	    "private and loopback addresses as well" },
	{ OPT_ARCHIVE, "archive", "DIR", "keep all answers in DIR" },
	{ OPT_BASE, "base", "URL", "what relative links are relative to" },
	{ OPT_BRAND, "brand", "NAME", "the brand that posts are about" },
	{ OPT_BUDGET, "budget", "AMOUNT",
	    "of this run: 2.00usd, 500calls, 1000posts; several" },
	{ OPT_DUE, "due", NULL, "only sources that are due, by their every" },
	{ OPT_ERRORS, "errors", NULL, "errors as lines of output as well" },
	{ OPT_EXPLAIN, "explain", NULL, "say what is known of the sources" },
	{ OPT_FOLLOW, "follow", NULL, "go on until ended by a signal" },
	{ OPT_HEALTH, "health", NULL, "say how the sources are" },
	{ OPT_LEDGER, "ledger", NULL, "say what was spent" },
	{ OPT_LIMIT, "limit", "N", "posts of a source at most" },
	{ OPT_MAPPING, "mapping", "M",
	    "how foreign JSON becomes posts: a name or file" },
	{ OPT_MAX_TIME, "max-time", "SECONDS", "end after so long" },
	{ OPT_REPLAY, "replay", "DIR", "answers from DIR, not the network" },
	{ OPT_SINCE, "since", "TIME", "leave out what is older: 2d, 2026-11-21"
	    "T00:00:00Z" },
	{ OPT_SOURCE, "source", "NAME", "name of a source named by hand" },
	{ OPT_STATE, "state", "FILE", "cursors of FILE; see sm-checkpoint" },
	{ OPT_STORE, "store", NULL, "cursors of the store" },
	SM_OPT_END
};

static struct sm_opts opts = {
	.table = table,
	.synopsis = "[options] TYPE WHERE ...\n[options] NAME ...\n"
	    "[options] --all\n--health [NAME ...]\n--ledger",
	.summary = "fetch what people say, as one record a line",
	.examples =
	    "sm-fetch feed https://news.example/rss | sm-score\n"
	    "sm-fetch --state s --all | sm-score | sm-checkpoint s > out\n"
	    "sm-fetch mbox ~/mail/care | jq -r .content\n"
	    "sm-fetch --health\n",
};

static int64_t
parse_since(const char *text)
{
	int64_t value;

	if (sm_time_parse(text, strlen(text), &value) == 0)
		return value;
	if (sm_duration_parse(text, strlen(text), &value) == 0)
		return sm_clock_now() - value;
	sm_usage(&opts, "--since '%s': expected a time (2026-11-21T00:00:00Z) "
	    "or how long ago (2d)", text);
}

static void
parse_budget(struct fetch_run *run)
{
	struct sm_err err;

	if (sm_budget_add(&run->budget, opts.arg, &err) == -1)
		sm_usage(&opts, "--budget %s", err.text);
}

/* The options that say what is done, rather than how. */
static bool
take_verb(struct fetch_run *run, int opt)
{
	switch (opt) {
	case 'l': run->list = true; break;
	case 'n': run->dry_run = true; break;
	case OPT_DUE: run->due = true; break;
	case OPT_EXPLAIN: run->explain = true; break;
	case OPT_FOLLOW: run->want.follow = run->fetch.follow = true; break;
	case OPT_HEALTH: run->health_only = true; break;
	case OPT_LEDGER: run->ledger_only = true; break;
	default: return false;
	}
	return true;
}

static void
take_option(struct fetch_run *run, int opt)
{
	struct sm_fetch *fetch = &run->fetch;

	switch (opt) {
	case 'c': run->config = opts.arg; break;
	case 'j':
		fetch->http.in_flight = (int)sm_opt_number(&opts, 1, 4096);
		break;
	case OPT_ALL: run->want.all = true; break;
	case OPT_PRIVATE: run->want.allow_private = true; break;
	case OPT_ARCHIVE: fetch->http.record = opts.arg; break;
	case OPT_BASE: run->want.base = opts.arg; break;
	case OPT_BRAND: run->want.brand = opts.arg; break;
	case OPT_BUDGET: parse_budget(run); break;
	case OPT_ERRORS: fetch->errors = true; break;
	case OPT_LIMIT:
		run->want.limit = sm_opt_number(&opts, 1, INT64_MAX);
		break;
	case OPT_MAPPING: run->want.mapping = opts.arg; break;
	case OPT_MAX_TIME:
		fetch->max_time_s = (int)sm_opt_number(&opts, 1, 86400);
		break;
	case OPT_REPLAY: fetch->http.replay = opts.arg; break;
	case OPT_SINCE: run->want.since = parse_since(opts.arg); break;
	case OPT_SOURCE: run->want.source = opts.arg; break;
	case OPT_STATE: run->state_path = opts.arg; break;
	case OPT_STORE: run->store = true; break;
	default: break;
	}
}

static void
parse_options(struct fetch_run *run, int argc, char *argv[])
{
	struct sm_fetch *fetch = &run->fetch;
	int opt;

	fetch->http.record = getenv("SM_HTTP_RECORD");
	fetch->http.replay = getenv("SM_HTTP_REPLAY");
	while ((opt = sm_opt_next(&opts, argc, argv)) != -1)
		if (!take_verb(run, opt))
			take_option(run, opt);
	if (fetch->http.replay && !*fetch->http.replay)
		fetch->http.replay = NULL;
	if (fetch->http.record && (!*fetch->http.record ||
	    fetch->http.replay))
		fetch->http.record = NULL;
	fetch->controls = run->store || run->state_path;
	fetch->trace = fetch->controls || fetch->http.record;
	if (run->store && run->state_path)
		sm_usage(&opts, "--state and --store: say one of them");
	if (run->due && !fetch->controls)
		sm_usage(&opts, "--due: when they were asked last is known "
		    "with --store or --state FILE only");
	if (fetch->follow && fetch->http.replay)
		sm_usage(&opts, "--follow: a replay ends by itself");
}

/* Nothing is fetched; what is known goes to standard output. */
static void
only_tell(struct fetch_run *run)
{
	struct sm_err err;

	for (size_t i = 0; i < run->count; i++) {
		if (run->explain && fetch_explain(&run->tasks[i], run->conf,
		    &err) == -1) {
			sm_warn("%s: %s", run->tasks[i].args.name, err.text);
			fetch_worsen(run, err.code);
		}
		if (run->dry_run && fetch_dry_run(&run->tasks[i], &err) ==
		    -1) {
			sm_warn("%s: %s", run->tasks[i].args.name, err.text);
			fetch_worsen(run, err.code);
		}
	}
}

/*
 * Windows in which a server wants no requests lie in a folder; where it cannot
 * be written, the next run will not know of them.
 */
static void
check_limits(const struct fetch_run *run)
{
	char *path = sm_path_state("limit/x");
	char *slash = strrchr(path, '/');
	bool asks = false;
	struct sm_err err;

	for (size_t i = 0; i < run->count; i++)
		asks = asks || (run->tasks[i].args.where &&
		    strncmp(run->tasks[i].args.where, "http", 4) == 0);
	if (asks && !run->fetch.http.replay) {
		if (sm_path_make_parent(path, &err) == -1) {
			sm_warn("%s: rate limits are not remembered",
			    err.text);
		} else {
			*slash = '\0';
			if (access(path, W_OK) == -1)
				sm_warn("cannot write in '%s': rate limits "
				    "are not remembered", path);
		}
	}
	free(path);
}

static void
run_all(struct fetch_run *run)
{
	run->conf = fetch_conf_load(run->config, &run->err);
	if (!run->conf)
		sm_die(run->err.code, "%s", run->err.text);
	fetch_conf_http(run->conf, &run->fetch.http);
	if (run->health_only) {
		fetch_tell_health(run, opts.operands, opts.count);
		return;
	}
	fetch_find_tasks(run, &opts);
	if (run->explain || run->dry_run) {
		fetch_find_cursors(run);
		only_tell(run);
		return;
	}
	fetch_keep_begin(run);
	fetch_find_cursors(run);
	check_limits(run);
	fetch_all(run);
	fetch_keep_end(run);
}

int
main(int argc, char *argv[])
{
	struct fetch_run run = { .want = { .since = SM_TIME_NONE } };

	sm_msg_init(argv[0]);
	parse_options(&run, argc, argv);
	if (run.list)
		fetch_list();
	else if (run.ledger_only)
		fetch_tell_ledger(&run);
	else
		run_all(&run);
	if (fflush(stdout) != 0 || ferror(stdout))
		sm_die(SM_EXIT_IO, "cannot write the output");
	fetch_run_release(&run);
	return run.caught ? 128 + run.caught : (int)run.status;
}
