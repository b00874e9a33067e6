/* The life of one source: it is opened, asked or read, and ends. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "source/sweep/fetch_impl.h"
#include "source/http/http_impl.h"
#include "source/sweep/spend.h"

#define STREAM_MS 10000		/* one that lasts less did not work */

void
fetch_fail(struct run *run, const struct sm_err *err)
{
	run->stopped = true;
	run->task->code = err->code;
	snprintf(run->task->error, sizeof(run->task->error), "%s", err->text);
}

/* What came of it, unless it failed. */
static enum sm_exit
outcome(const struct run *run)
{
	if (run->emit.gap)
		return SM_EXIT_TEMP;
	return run->emit.failed ? SM_EXIT_SOME : SM_EXIT_OK;
}

static void
count(struct run *run)
{
	struct sm_fetch_task *task = run->task;

	if (!run->stopped)
		task->code = outcome(run);
	task->posts = run->emit.posts;
	task->old = run->emit.old;
	task->failed = run->emit.failed;
	task->again = run->emit.twice;
	task->gaps = run->emit.ngaps;
	task->gap = run->emit.gap;
}

static void
close_state(struct run *run)
{
	struct sm_fetch_task *task = run->task;
	struct sm_buf cursor = SM_BUF_INIT;

	if (run->state) {
		fetch_checkpoint(run);
		if (run->all->fetch->follow && task->source->cursor)
			task->source->cursor(run->state, &cursor);
		task->source->close(run->state);
		run->state = NULL;
	}
	/* Only now nobody looks at the cursor that it was opened with. */
	if (cursor.len > 0 && cursor.len <= SM_CURSOR_MAX) {
		sm_buf_release(&run->resume);
		run->resume = cursor;
		task->args.cursor = sm_buf_str(&run->resume);
	} else
		sm_buf_release(&cursor);
	if (run->reading)
		run->all->readers--;
	run->reading = false;
	fetch_say_all(run);
}

static void
unlink_run(struct run *run)
{
	struct all *all = run->all;

	if (run->previous)
		run->previous->next = run->next;
	else
		all->first = run->next;
	if (run->next)
		run->next->previous = run->previous;
	else
		all->last = run->previous;
	all->open--;
}

void
fetch_finish(struct run *run)
{
	struct all *all = run->all;
	struct sm_fetch_task *task = run->task;

	close_state(run);
	if (run->wake_ms)
		all->waiting--;
	count(run);
	/* To be ended while following is no failure. */
	if (all->stopping && all->fetch->follow) {
		task->code = outcome(run);
		task->error[0] = '\0';
	}
	sm_buf_clear(&task->cursor);
	if (all->fetch->trace && run->last.len > 0)
		sm_buf_add(&task->cursor, run->last.data, run->last.len);
	fetch_write_error(run);
	all->fetch->done(all->fetch->arg, task);
	unlink_run(run);
	sm_emit_release(&run->emit);
	sm_request_release(&run->req);
	sm_buf_release(&run->last);
	if (run->resume.data)
		task->args.cursor = NULL;
	sm_buf_release(&run->resume);
	free(run);
}

/* ---- Following --------------------------------------------------------- */

void
fetch_pass(struct run *run)
{
	const struct sm_fetch *fetch = run->all->fetch;

	run->passed_ms = http_clock_ms();
	count(run);
	if (fetch->pass)
		fetch->pass(fetch->arg, run->task);
	sm_volume_init(&run->task->volume, sm_clock_now());
}

/* Whether time can make it better. */
static bool
may_follow(const struct run *run)
{
	static const enum sm_exit passing[] = { SM_EXIT_TEMP, SM_EXIT_REFUSED,
	    SM_EXIT_DATA, SM_EXIT_IO };
	const struct all *all = run->all;

	if (!all->fetch->follow || all->stopping || all->broken ||
	    all->deadline_ms == 1 || sm_emit_full(&run->emit) ||
	    (run->task->args.where &&
	    strcmp(run->task->args.where, "-") == 0))
		return false;
	if (!run->stopped)
		return true;
	for (size_t i = 0; i < sizeof(passing) / sizeof(passing[0]); i++)
		if (run->task->code == passing[i])
			return true;
	return false;
}

/* A number below limit that others do not have at the same time. */
static int64_t
some(struct run *run, int64_t limit)
{
	struct sm_http *http = run->all->http;

	http->random ^= http->random << 13;
	http->random ^= http->random >> 7;
	http->random ^= http->random << 17;
	return (int64_t)(http->random % (uint64_t)(limit > 0 ? limit : 1));
}

static int64_t
pause_ms(struct run *run)
{
	bool local = run->task->source->next != NULL;
	int64_t every = run->task->every_s ? run->task->every_s :
	    local ? SM_FETCH_EVERY_FILE : SM_FETCH_EVERY, wait = 1;

	if (!run->stopped && !run->streamed)
		return every * 1000;
	if (run->stopped && run->task->code != SM_EXIT_TEMP)
		return 1000 * (every > SM_FETCH_PAUSE_MAX ? every :
		    SM_FETCH_PAUSE_MAX);
	for (int i = 1; i < run->failures && wait < SM_FETCH_PAUSE_MAX; i++)
		wait *= 2;
	if (wait > SM_FETCH_PAUSE_MAX)
		wait = SM_FETCH_PAUSE_MAX;
	/* Many that lost one server do not come back all at once. */
	return wait * 500 + some(run, wait * 1000);
}

static void
look_later(struct run *run)
{
	struct sm_fetch_task *task = run->task;
	int64_t now = http_clock_ms();

	if (run->stopped || (run->streamed &&
	    now - run->began_ms < STREAM_MS))
		run->failures++;
	else
		run->failures = 0;
	if (run->stopped)
		fetch_write_error(run);
	fetch_pass(run);
	run->wake_ms = now + pause_ms(run);
	run->all->waiting++;
	run->stopped = run->emit.gap = false;
	run->emit.failed = 0;
	task->code = SM_EXIT_OK;
	task->error[0] = '\0';
}

void
fetch_end(struct run *run)
{
	bool again = may_follow(run);

	run->asking = false;
	if (!again) {
		fetch_finish(run);
		return;
	}
	close_state(run);
	look_later(run);
}

/* ---- Beginning --------------------------------------------------------- */

void
fetch_open(struct run *run)
{
	struct sm_err err;

	if (run->wake_ms)
		run->all->waiting--;
	run->wake_ms = 0;
	run->streamed = false;
	run->began_ms = run->passed_ms = http_clock_ms();
	run->emit.fetched = sm_clock_now();
	run->state = run->task->source->open(&run->task->args, &err);
	if (!run->state) {
		fetch_fail(run, &err);
		fetch_end(run);
	} else if (run->task->source->wait && run->all->fetch->http.replay) {
		sm_err_set(&err, SM_EXIT_NOINPUT, "a replay runs no program");
		fetch_fail(run, &err);
		fetch_end(run);
	} else if (run->task->source->next) {
		run->reading = true;
		run->all->readers++;
	} else
		fetch_ask(run);
}

void
fetch_begin(struct all *all, struct sm_fetch_task *task)
{
	struct run *run = sm_xcalloc(1, sizeof(*run));

	run->all = all;
	run->task = task;
	run->emit.args = &task->args;
	run->emit.line = fetch_on_line;
	run->emit.idle = fetch_on_idle;
	run->emit.arg = run;
	run->emit.want_gaps = all->fetch->controls;
	run->previous = all->last;
	if (all->last)
		all->last->next = run;
	else
		all->first = run;
	all->last = run;
	all->open++;
	if (task->args.cursor)
		sm_buf_adds(&run->last, task->args.cursor);
	if (all->fetch->trace) {
		sm_volume_init(&task->volume, sm_clock_now());
		sm_sha256_init(&task->digest);
	}
	fetch_open(run);
}

/* ---- A source that reads for itself ------------------------------------ */

/* One post, or what else it does at a time: 1 more, 0 the end, -1. */
static int
read_one(struct run *run, struct sm_err *err)
{
	struct sm_spend *spend = run->task->spend;
	uint64_t before = run->emit.posts;
	int ret;

	if (spend && sm_spend_before(spend, 0, err) == -1)
		return -1;
	ret = run->task->source->next(run->state, &run->emit, err);
	if (spend && sm_spend_after(spend, (int64_t)(run->emit.posts -
	    before), ret == -1 ? NULL : err) == -1)
		ret = -1;
	return ret;
}

void
fetch_read_on(struct run *run)
{
	int64_t until = http_clock_ms() + SM_FETCH_TURN_MS;
	uint64_t enough = run->emit.posts + SM_FETCH_TURN;
	struct sm_err err;
	int ret = 1;

	run->emit.fetched = sm_clock_now();
	while (ret == 1 && !sm_emit_full(&run->emit) &&
	    run->emit.posts < enough) {
		ret = read_one(run, &err);
		fetch_say_all(run);
		if (ret == 1 && http_clock_ms() >= until)
			return;
	}
	if (ret == 1 && !sm_emit_full(&run->emit))
		return;
	if (ret == -1)
		fetch_fail(run, &err);
	fetch_end(run);
}
