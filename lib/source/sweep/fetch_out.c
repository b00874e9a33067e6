/* What comes out: posts, checkpoints, gaps and errors, in their order. */
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "record/json.h"
#include "source/sweep/fetch_impl.h"
#include "source/http/http_impl.h"

static int
output(struct all *all, const char *data, size_t len)
{
	if (!all->broken && all->fetch->write(all->fetch->arg, data, len,
	    &all->err) == -1)
		all->broken = true;
	return all->broken ? -1 : 0;
}

void
fetch_say_all(struct run *run)
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
	fetch_say_all(run);
}

static void
write_checkpoint(struct run *run, const struct sm_buf *cursor)
{
	struct sm_buf line = SM_BUF_INIT;

	sm_json_open(&line, NULL, '{');
	sm_json_strz(&line, "type", "sm:Checkpoint");
	sm_json_strz(&line, "source", run->task->args.name);
	sm_json_raw(&line, "cursor", cursor->data, cursor->len);
	sm_json_int(&line, "count", (int64_t)run->pending);
	if (run->all->fetch->sweep)
		sm_json_strz(&line, "sweep", run->all->fetch->sweep);
	sm_json_close(&line, '}');
	sm_buf_addc(&line, '\n');
	output(run->all, line.data, line.len);
	sm_buf_release(&line);
}

void
fetch_checkpoint(struct run *run)
{
	struct sm_buf cursor = SM_BUF_INIT;

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
	write_checkpoint(run, &cursor);
	sm_buf_release(&run->last);
	run->last = cursor;
	run->pending = 0;
}

static void
trace(struct run *run, const char *line, size_t len)
{
	struct sm_fetch_task *task = run->task;

	sm_sha256_add(&task->digest, line, len);
	sm_volume_add_line(&task->volume, line, len, run->emit.fetched);
}

int
fetch_on_line(void *arg, const char *line, size_t len, struct sm_err *err)
{
	struct run *run = arg;

	if (output(run->all, line, len) == -1)
		return sm_err_set(err, run->all->err.code, "%s",
		    run->all->err.text);
	if (run->all->fetch->trace)
		trace(run, line, len);
	if (run->pending++ == 0)
		run->pending_ms = sm_http_waits(run->all->http) ?
		    http_clock_ms() : 0;
	/* Only now: a cursor covers the post that has just gone out. */
	if (run->pending >= SM_FETCH_BATCH)
		fetch_checkpoint(run);
	return 0;
}

int
fetch_flush(struct all *all)
{
	if (!all->broken && all->fetch->flush(all->fetch->arg,
	    &all->err) == -1)
		all->broken = true;
	return all->broken ? -1 : 0;
}

/* Whether standard input has something within wait_ms (-1: for ever). */
static bool
input_waits(int wait_ms)
{
	struct pollfd pollfd = { .fd = STDIN_FILENO, .events = POLLIN };

	return poll(&pollfd, 1, wait_ms) != 0;
}

static bool
is_over(struct all *all)
{
	return fetch_stop(all) || (all->deadline_ms &&
	    http_clock_ms() >= all->deadline_ms);
}

/*
 * Until there is something on standard input the others go on.  Here, rather
 * than in a read, a signal is noticed.
 */
static int
wait_for_input(struct run *run, struct sm_err *err)
{
	struct all *all = run->all;

	if (!run->task->args.where ||
	    strcmp(run->task->args.where, "-") != 0 || all->nested ||
	    !sm_http_waits(all->http))
		return 0;
	all->nested = run->blocked = true;
	while (!all->broken && !is_over(all) && !input_waits(0)) {
		if (all->open == 1 && all->begun == all->count)
			(void)input_waits(all->fetch->stop ||
			    all->deadline_ms ? 1000 : -1);
		else if (fetch_meanwhile(all) == -1)
			break;
	}
	all->nested = run->blocked = false;
	if (all->broken)
		return sm_err_set(err, all->err.code, "%s", all->err.text);
	if (fetch_stop(all)) {
		all->stopping = true;
		return sm_err_set(err, SM_EXIT_TEMP, "ended by a signal");
	}
	return is_over(all) ? sm_err_set(err, SM_EXIT_TEMP, "out of time "
	    "(--max-time)") : 0;
}

int
fetch_on_idle(void *arg, struct sm_err *err)
{
	struct run *run = arg;

	if (run->pending > 0)
		fetch_checkpoint(run);
	if (fetch_flush(run->all) == -1)
		return sm_err_set(err, run->all->err.code, "%s",
		    run->all->err.text);
	return wait_for_input(run, err);
}

void
fetch_write_error(struct run *run)
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
