#include "source/fetch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "record/json.h"
#include "source/emit.h"
#include "source/http_impl.h"
#include "source/local.h"
#include "text/url.h"

struct all;

/* A source under way. */
struct run {
	struct all *all;
	struct sm_fetch_task *task;
	void *state;
	struct sm_emit emit;
	struct sm_request req;
	uint64_t pending;	/* posts since the last checkpoint */
	int64_t pending_ms;	/* when the first of them came */
	struct sm_buf last;	/* the cursor of the last checkpoint */
	bool stopped;		/* an error ends it */
	struct run *next, *previous;
};

struct all {
	const struct sm_fetch *fetch;
	struct sm_http *http;
	struct run *first;	/* those that are open */
	size_t open;
	struct sm_err err;	/* of the output */
	bool broken;
	int64_t deadline_ms;
};

static int
output(struct all *all, const char *data, size_t len)
{
	if (!all->broken && all->fetch->write(all->fetch->arg, data, len,
	    &all->err) == -1)
		all->broken = true;
	return all->broken ? -1 : 0;
}

static void
say_all(struct run *run)
{
	struct sm_buf *texts = &run->emit.errors;
	const char *s = sm_buf_str(texts), *end = s + texts->len;

	for (; s < end; s += strlen(s) + 1)
		run->all->fetch->say(run->all->fetch->arg, run->task, s);
	sm_buf_clear(texts);
}

/* sm:Gap lines go out before the cursor behind them. */
static void
write_gaps(struct run *run)
{
	if (run->emit.gaps.len > 0)
		output(run->all, run->emit.gaps.data, run->emit.gaps.len);
	sm_buf_clear(&run->emit.gaps);
	say_all(run);
}

static void
checkpoint(struct run *run)
{
	struct sm_buf cursor = SM_BUF_INIT, line = SM_BUF_INIT;

	write_gaps(run);
	if (!run->all->fetch->controls || !run->task->source->cursor)
		return;
	run->task->source->cursor(run->state, &cursor);
	if (cursor.len == 0 || cursor.len > SM_CURSOR_MAX ||
	    (run->pending == 0 && cursor.len == run->last.len &&
	    memcmp(cursor.data, run->last.data, cursor.len) == 0)) {
		sm_buf_release(&cursor);
		return;
	}
	sm_json_open(&line, NULL, '{');
	sm_json_strz(&line, "type", "sm:Checkpoint");
	sm_json_strz(&line, "source", run->task->args.name);
	sm_json_raw(&line, "cursor", cursor.data, cursor.len);
	sm_json_int(&line, "count", (int64_t)run->pending);
	if (run->all->fetch->sweep)
		sm_json_strz(&line, "sweep", run->all->fetch->sweep);
	sm_json_close(&line, '}');
	sm_buf_addc(&line, '\n');
	output(run->all, line.data, line.len);
	sm_buf_release(&line);
	sm_buf_release(&run->last);
	run->last = cursor;
	run->pending = 0;
}

static int
on_line(void *arg, const char *line, size_t len, struct sm_err *err)
{
	struct run *run = arg;

	if (output(run->all, line, len) == -1)
		return sm_err_set(err, run->all->err.code, "%s",
		    run->all->err.text);
	if (run->pending++ == 0)
		run->pending_ms = sm_http_waits(run->all->http) ?
		    http_clock_ms() : 0;
	/* Only now: a cursor covers the post that has just gone out. */
	if (run->pending >= SM_FETCH_BATCH)
		checkpoint(run);
	return 0;
}

static int
flush(struct all *all)
{
	if (!all->broken && all->fetch->flush(all->fetch->arg,
	    &all->err) == -1)
		all->broken = true;
	return all->broken ? -1 : 0;
}

static int
on_idle(void *arg, struct sm_err *err)
{
	struct run *run = arg;

	if (run->pending > 0)
		checkpoint(run);
	if (flush(run->all) == -1)
		return sm_err_set(err, run->all->err.code, "%s",
		    run->all->err.text);
	return 0;
}

static void
write_error(struct run *run)
{
	struct sm_buf line = SM_BUF_INIT;

	if (!run->all->fetch->errors || !run->task->error[0])
		return;
	sm_json_open(&line, NULL, '{');
	sm_json_strz(&line, "type", "sm:Error");
	sm_json_strz(&line, "source", run->task->args.name);
	sm_json_int(&line, "status", run->task->code);
	sm_json_strz(&line, "why", run->task->error);
	sm_json_close(&line, '}');
	sm_buf_addc(&line, '\n');
	output(run->all, line.data, line.len);
	sm_buf_release(&line);
}

static void
fail(struct run *run, const struct sm_err *err)
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
finish(struct run *run)
{
	struct all *all = run->all;
	struct sm_fetch_task *task = run->task;

	if (run->state) {
		checkpoint(run);
		task->source->close(run->state);
	}
	say_all(run);
	if (!run->stopped)
		task->code = outcome(run);
	task->posts = run->emit.posts;
	task->old = run->emit.old;
	task->failed = run->emit.failed;
	task->gap = run->emit.gap;
	write_error(run);
	all->fetch->done(all->fetch->arg, task);
	if (run->previous)
		run->previous->next = run->next;
	else
		all->first = run->next;
	if (run->next)
		run->next->previous = run->previous;
	all->open--;
	sm_emit_release(&run->emit);
	sm_request_release(&run->req);
	sm_buf_release(&run->last);
	free(run);
}

static int
on_begin(void *arg, const struct sm_response *res, struct sm_err *err)
{
	struct run *run = arg;

	run->emit.fetched = sm_clock_now();
	run->emit.raw = res->raw;
	if (!run->task->source->begin)
		return 0;
	return run->task->source->begin(run->state, res, err);
}

static int
on_body(void *arg, const char *data, size_t len, struct sm_err *err)
{
	struct run *run = arg;

	return run->task->source->body(run->state, data, len, &run->emit, err);
}

static void ask(struct run *run);

static void
on_done(void *arg, const struct sm_response *res, const struct sm_err *why)
{
	struct run *run = arg;
	struct sm_err err;

	run->emit.fetched = sm_clock_now();
	if (!res)
		fail(run, why);
	else if (run->task->source->response(run->state, res, &run->emit,
	    &err) == -1)
		fail(run, &err);
	run->emit.raw = NULL;
	if (run->stopped)
		finish(run);
	else
		ask(run);
}

static void
ask_http(struct run *run)
{
	const struct sm_source_args *args = &run->task->args;
	struct sm_http_job job = {
		.req = &run->req,
		.user = args->user,
		.password = args->password,
		.cafile = args->cafile,
		.allow_private = args->allow_private,
		.arg = run,
		.begin = on_begin,
		.body = on_body,
		.done = on_done,
	};

	sm_http_add(run->all->http, &job);
}

/* The next question of a source, or its end. */
static void
ask(struct run *run)
{
	struct sm_err err;
	struct sm_url url;
	int ret;

	sm_request_release(&run->req);
	ret = run->task->source->request(run->state, &run->req, &err);
	if (ret == -1)
		fail(run, &err);
	if (ret != 1) {
		finish(run);
		return;
	}
	if (sm_url_split(sm_buf_str(&run->req.url), run->req.url.len, &url) ==
	    0) {
		ask_http(run);
		return;
	}
	run->emit.fetched = sm_clock_now();
	local_read(sm_buf_str(&run->req.url), on_begin, on_body, on_done,
	    on_idle, run);
}

/* A source that reads for itself. */
static void
read_on(struct run *run)
{
	struct sm_err err;
	int ret = 1;

	run->emit.fetched = sm_clock_now();
	while (ret == 1 && !sm_emit_full(&run->emit)) {
		ret = run->task->source->next(run->state, &run->emit, &err);
		say_all(run);
	}
	if (ret == -1)
		fail(run, &err);
	finish(run);
}

static void
begin(struct all *all, struct sm_fetch_task *task)
{
	struct run *run = sm_xcalloc(1, sizeof(*run));
	struct sm_err err;

	run->all = all;
	run->task = task;
	run->emit.args = &task->args;
	run->emit.line = on_line;
	run->emit.idle = on_idle;
	run->emit.arg = run;
	run->emit.want_gaps = all->fetch->controls;
	run->next = all->first;
	if (all->first)
		all->first->previous = run;
	all->first = run;
	all->open++;
	if (task->args.cursor)
		sm_buf_adds(&run->last, task->args.cursor);
	run->state = task->source->open(&task->args, &err);
	if (!run->state) {
		fail(run, &err);
		finish(run);
	} else if (task->source->next)
		read_on(run);
	else
		ask(run);
}

/* Checkpoints that are due, and everything out, before we wait. */
static int
settle(struct all *all)
{
	int64_t now = http_clock_ms();

	for (struct run *run = all->first; run; run = run->next)
		if (run->pending > 0 && run->pending_ms > 0 &&
		    now - run->pending_ms >= SM_FETCH_BATCH_MS)
			checkpoint(run);
	return flush(all);
}

static int
loop(struct all *all, struct sm_fetch_task *tasks, size_t count)
{
	size_t next = 0;
	int wait_ms = 1000;

	while (!all->broken) {
		while (next < count && all->open < SM_FETCH_OPEN &&
		    !all->broken)
			begin(all, &tasks[next++]);
		if (sm_http_turn(all->http) == 0 && next == count)
			break;
		if (all->deadline_ms && http_clock_ms() >= all->deadline_ms) {
			sm_http_abort(all->http, "out of time (--max-time)");
			all->deadline_ms = 1;
			continue;
		}
		if (settle(all) == -1)
			break;
		wait_ms = 1000;
		for (struct run *run = all->first; run; run = run->next)
			if (run->pending > 0)
				wait_ms = SM_FETCH_BATCH_MS;
		if (sm_http_waits(all->http))
			sm_http_wait(all->http, wait_ms);
	}
	return all->broken ? -1 : flush(all);
}

int
sm_fetch_run(const struct sm_fetch *fetch, struct sm_fetch_task *tasks,
    size_t count, struct sm_err *err)
{
	struct all all = { .fetch = fetch };
	int ret;

	all.http = sm_http_new(&fetch->http, err);
	if (!all.http)
		return -1;
	if (fetch->max_time_s > 0)
		all.deadline_ms = http_clock_ms() +
		    (int64_t)fetch->max_time_s * 1000;
	ret = loop(&all, tasks, count);
	if (ret == -1)
		*err = all.err;
	sm_http_free(all.http);
	return ret;
}
