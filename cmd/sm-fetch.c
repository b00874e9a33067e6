/*
 * sm-fetch - listen: what people say, from feeds, mailboxes and files, as one
 * record a line.
 */
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
#include "fetch/fetch.h"
#include "record/conf.h"
#include "record/writer.h"
#include "source/fetch.h"
#include "source/state.h"

enum {
	OPT_ALL = SM_OPT_LONG, OPT_ARCHIVE, OPT_BASE, OPT_BRAND, OPT_ERRORS,
	OPT_EXPLAIN, OPT_LIMIT, OPT_MAX_TIME, OPT_PRIVATE, OPT_REPLAY,
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
	{ OPT_ERRORS, "errors", NULL, "errors as lines of output as well" },
	{ OPT_EXPLAIN, "explain", NULL, "say what is known of the sources" },
	{ OPT_LIMIT, "limit", "N", "posts of a source at most" },
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
	    "[options] --all",
	.summary = "fetch what people say, as one record a line",
	.examples =
	    "sm-fetch feed https://news.example/rss | sm-score\n"
	    "sm-fetch --state s --all | sm-score | sm-checkpoint s > out\n"
	    "sm-fetch mbox ~/mail/care | jq -r .content\n",
};

struct run {
	struct fetch_options want;
	struct sm_fetch fetch;
	const char *state_path, *config;
	struct sm_state *state;
	bool store, list, explain, dry_run;
	struct sm_conf *conf;
	struct sm_fetch_task *tasks;
	struct fetch_hold *holds;
	size_t count, room;
	struct sm_writer *writer;
	enum sm_exit status;
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
parse_options(struct run *run, int argc, char *argv[])
{
	struct sm_fetch *fetch = &run->fetch;
	int opt;

	fetch->http.record = getenv("SM_HTTP_RECORD");
	fetch->http.replay = getenv("SM_HTTP_REPLAY");
	while ((opt = sm_opt_next(&opts, argc, argv)) != -1) {
		switch (opt) {
		case 'c': run->config = opts.arg; break;
		case 'j':
			fetch->http.in_flight = (int)sm_opt_number(&opts, 1,
			    4096);
			break;
		case 'l': run->list = true; break;
		case 'n': run->dry_run = true; break;
		case OPT_ALL: run->want.all = true; break;
		case OPT_PRIVATE: run->want.allow_private = true; break;
		case OPT_ARCHIVE: fetch->http.record = opts.arg; break;
		case OPT_BASE: run->want.base = opts.arg; break;
		case OPT_BRAND: run->want.brand = opts.arg; break;
		case OPT_ERRORS: fetch->errors = true; break;
		case OPT_EXPLAIN: run->explain = true; break;
		case OPT_LIMIT:
			run->want.limit = sm_opt_number(&opts, 1, INT64_MAX);
			break;
		case OPT_MAX_TIME:
			fetch->max_time_s = (int)sm_opt_number(&opts, 1,
			    86400);
			break;
		case OPT_REPLAY: fetch->http.replay = opts.arg; break;
		case OPT_SINCE:
			run->want.since = parse_since(opts.arg);
			break;
		case OPT_SOURCE: run->want.source = opts.arg; break;
		case OPT_STATE: run->state_path = opts.arg; break;
		case OPT_STORE: run->store = true; break;
		default: break;
		}
	}
	if (fetch->http.replay && !*fetch->http.replay)
		fetch->http.replay = NULL;
	if (fetch->http.record && (!*fetch->http.record ||
	    fetch->http.replay))
		fetch->http.record = NULL;
	if (run->store && run->state_path)
		sm_usage(&opts, "--state and --store: say one of them");
	fetch->controls = run->store || run->state_path;
}

/* The more serious status wins: what needs a person before what passes. */
static int
weight(enum sm_exit code)
{
	static const enum sm_exit order[] = { SM_EXIT_OK, SM_EXIT_SOME,
	    SM_EXIT_TEMP, SM_EXIT_DATA, SM_EXIT_REFUSED, SM_EXIT_NOINPUT,
	    SM_EXIT_NOPERM, SM_EXIT_CONFIG };
	size_t n = sizeof(order) / sizeof(order[0]);

	for (size_t i = 0; i < n; i++)
		if (order[i] == code)
			return (int)i;
	return (int)n;
}

static void
worsen(struct run *run, enum sm_exit code)
{
	if (weight(code) > weight(run->status))
		run->status = code;
}

static void
add_task(struct run *run, int ret, const struct sm_fetch_task *task,
    const struct fetch_hold *hold, const struct sm_err *err)
{
	size_t room = run->room;

	if (ret == -1 && !run->want.all)
		sm_die(err->code, "%s", err->text);
	if (ret == -1) {
		/* One wrong source does not silence the others. */
		sm_warn("%s", err->text);
		worsen(run, err->code);
		return;
	}
	run->tasks = sm_xgrow(run->tasks, &room, run->count + 1,
	    sizeof(*run->tasks));
	room = run->room;
	run->holds = sm_xgrow(run->holds, &room, run->count + 1,
	    sizeof(*run->holds));
	run->room = room;
	run->tasks[run->count] = *task;
	run->holds[run->count++] = *hold;
}

static void
add_by_name(struct run *run, const char *name)
{
	struct sm_fetch_task task;
	struct fetch_hold hold;
	struct sm_err err;
	int ret = fetch_task_by_name(&task, &hold, &run->want, name,
	    run->conf, &err);

	add_task(run, ret, &task, &hold, &err);
}

static void
add_by_hand(struct run *run, const char *type, const char *where)
{
	struct sm_fetch_task task;
	struct fetch_hold hold;
	struct sm_err err;
	int ret = fetch_task_by_hand(&task, &hold, &run->want, type, where,
	    run->conf, &err);

	add_task(run, ret, &task, &hold, &err);
}

static void
find_tasks(struct run *run)
{
	const char *name;

	if (run->want.all) {
		for (size_t i = 0; (name = sm_conf_name(run->conf, "source",
		    i)); i++)
			if (sm_conf_bool(run->conf, "source", name,
			    "enabled", true))
				add_by_name(run, name);
		if (run->count == 0 && run->status == SM_EXIT_OK)
			sm_die(SM_EXIT_CONFIG, "there is no [source] in the "
			    "configuration");
		return;
	}
	if (opts.count == 0)
		sm_usage(&opts, "fetch what? TYPE WHERE, the NAME of a "
		    "source, or --all");
	if (!sm_source_find(opts.operands[0]) &&
	    sm_conf_has_name(run->conf, "source", opts.operands[0])) {
		for (int i = 0; i < opts.count; i++)
			add_by_name(run, opts.operands[i]);
		return;
	}
	if (opts.count == 1 && !sm_source_find(opts.operands[0]))
		sm_die(SM_EXIT_CONFIG, "there is no [source \"%s\"] in the "
		    "configuration", opts.operands[0]);
	if (opts.count == 1)
		sm_usage(&opts, "%s: where? sm-fetch %s URL-OR-FILE",
		    opts.operands[0], opts.operands[0]);
	for (int i = 1; i < opts.count; i++)
		add_by_hand(run, opts.operands[0], opts.operands[i]);
}

static void
find_cursor(struct run *run, size_t i)
{
	struct sm_source_args *args = &run->tasks[i].args;
	struct sm_buf *cursor = sm_xcalloc(1, sizeof(*cursor));
	struct sm_err err;
	int ret = 0;

	run->holds[i].cursor = cursor;
	if (run->state)
		ret = sm_state_cursor(run->state, args->name, cursor);
	else if (run->store)
		ret = fetch_store_cursor(run->conf, NULL, args->name, cursor,
		    &err);
	if (ret == -1)
		sm_die(err.code, "%s", err.text);
	if (ret == 1)
		args->cursor = sm_buf_str(cursor);
}

static void
find_cursors(struct run *run)
{
	struct sm_err err;

	if (run->state_path) {
		run->state = sm_state_read(run->state_path, &err);
		if (!run->state)
			sm_die(err.code, "%s", err.text);
	}
	for (size_t i = 0; i < run->count; i++)
		find_cursor(run, i);
	fetch_store_close();
}

static int
on_write(void *arg, const char *data, size_t len, struct sm_err *err)
{
	struct run *run = arg;

	return sm_writer_add(run->writer, data, len, err);
}

static int
on_flush(void *arg, struct sm_err *err)
{
	struct run *run = arg;

	return sm_writer_flush(run->writer, err);
}

static void
on_say(void *arg, const struct sm_fetch_task *task, const char *text)
{
	(void)arg;
	if (!sm_quiet)
		sm_warn("%s: %s", task->args.name, text);
}

static void
on_done(void *arg, const struct sm_fetch_task *task)
{
	struct run *run = arg;

	if (task->error[0])
		sm_warn("%s: %s", task->args.name, task->error);
	sm_note("%s: %llu posts%s", task->args.name,
	    (unsigned long long)task->posts, task->old ? ", and older ones" :
	    "");
	worsen(run, task->code);
}

/* Nothing is fetched; what is known goes to standard output. */
static void
only_tell(struct run *run)
{
	struct sm_err err;

	for (size_t i = 0; i < run->count; i++) {
		if (run->explain)
			fetch_explain(&run->tasks[i], run->conf);
		if (run->dry_run && fetch_dry_run(&run->tasks[i], &err) ==
		    -1) {
			sm_warn("%s: %s", run->tasks[i].args.name, err.text);
			run->status = err.code;
		}
	}
}

static void
fetch_all(struct run *run)
{
	struct sm_err err;

	run->writer = sm_writer_new(STDOUT_FILENO);
	run->fetch.arg = run;
	run->fetch.write = on_write;
	run->fetch.flush = on_flush;
	run->fetch.say = on_say;
	run->fetch.done = on_done;
	if (sm_fetch_run(&run->fetch, run->tasks, run->count, &err) == -1)
		sm_die(err.code, "%s", err.text);
	sm_writer_free(run->writer);
}

static void
check_output(void)
{
	if (fflush(stdout) != 0 || ferror(stdout))
		sm_die(SM_EXIT_IO, "cannot write the output");
}

int
main(int argc, char *argv[])
{
	struct run run = { .want = { .since = SM_TIME_NONE } };
	struct sm_err err;

	sm_msg_init(argv[0]);
	parse_options(&run, argc, argv);
	if (run.list) {
		fetch_list();
		check_output();
		return SM_EXIT_OK;
	}
	run.conf = fetch_conf_load(run.config, &err);
	if (!run.conf)
		sm_die(err.code, "%s", err.text);
	find_tasks(&run);
	find_cursors(&run);
	if (run.explain || run.dry_run) {
		only_tell(&run);
		check_output();
	} else
		fetch_all(&run);
	for (size_t i = 0; i < run.count; i++)
		fetch_hold_release(&run.holds[i]);
	sm_state_free(run.state);
	sm_conf_free(run.conf);
	free(run.tasks);
	free(run.holds);
	return run.status;
}
