#include "source/sweep/fetch.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "source/sweep/fetch_impl.h"
#include "source/http/http_impl.h"

bool
fetch_stop(struct all *all)
{
	return all->fetch->stop && *all->fetch->stop != 0;
}

/* Checkpoints that are due, and everything out, before we wait. */
static int
settle(struct all *all)
{
	int64_t now = http_clock_ms();

	for (struct run *run = all->first; run; run = run->next) {
		if (run->pending > 0 && run->pending_ms > 0 && run->state &&
		    now - run->pending_ms >= SM_FETCH_BATCH_MS)
			fetch_checkpoint(run);
		if (all->fetch->follow && run->streamed && run->asking &&
		    now - run->passed_ms >= SM_FETCH_PASS_S * 1000)
			fetch_pass(run);
	}
	return fetch_flush(all);
}

static bool
has_room(const struct all *all)
{
	if (all->begun == all->count || all->open >= SM_FETCH_OPEN)
		return false;
	return !all->tasks[all->begun].source->next ||
	    all->readers < SM_FETCH_READERS;
}

/* Whether it has something to do, and else its descriptor and patience. */
static bool
is_ready(const struct run *run, int *fd, int *ms)
{
	struct pollfd pollfd = { .events = POLLIN };

	*fd = *ms = -1;
	if (!run->task->source->wait)
		return true;
	*fd = pollfd.fd = run->task->source->wait(run->state, ms);
	return *ms == 0 || poll(&pollfd, 1, 0) > 0;
}

/* One that has not had its turn in this round; runs come and go meanwhile. */
static struct run *
next_reader(const struct all *all)
{
	int fd, ms;

	for (struct run *run = all->first; run; run = run->next)
		if (run->reading && !run->blocked &&
		    run->round != all->round && is_ready(run, &fd, &ms))
			return run;
	return NULL;
}

static void
take_turns(struct all *all)
{
	struct run *run;

	if (all->readers == 0)
		return;
	all->round++;
	while (!all->broken && !fetch_stop(all) &&
	    (run = next_reader(all))) {
		run->round = all->round;
		fetch_read_on(run);
	}
}

/* The next that is to be looked at again, if its time has come. */
static struct run *
next_awake(const struct all *all, int64_t now)
{
	for (struct run *run = all->first; all->waiting > 0 && run;
	    run = run->next)
		if (run->wake_ms > 0 && run->wake_ms <= now)
			return run;
	return NULL;
}

/* What can be done without waiting. */
static void
turn(struct all *all)
{
	struct run *run;

	while (has_room(all) && !all->broken)
		fetch_begin(all, &all->tasks[all->begun++]);
	while (!all->broken && (run = next_awake(all, http_clock_ms())))
		fetch_open(run);
	take_turns(all);
	sm_http_turn(all->http);
}

/* How long nothing will happen by itself, but for what is under way. */
static int64_t
patience(const struct run *run, int64_t now, int64_t wait)
{
	if (run->pending > 0 && wait > SM_FETCH_BATCH_MS)
		wait = SM_FETCH_BATCH_MS;
	if (run->wake_ms > 0 && run->wake_ms - now < wait)
		wait = run->wake_ms > now ? run->wake_ms - now : 0;
	return wait;
}

/* Until there may be something to do, most ms at most. */
static void
wait_for_all(struct all *all, int64_t most)
{
	int *fds = sm_xcalloc(all->readers + 1, sizeof(*fds)), fd, ms;
	int64_t now = http_clock_ms();
	size_t count = 0;

	for (const struct run *run = all->first; run; run = run->next) {
		most = patience(run, now, most);
		if (!run->reading || run->blocked || count == all->readers)
			continue;
		if (is_ready(run, &fd, &ms))
			most = 0;
		else if (ms >= 0 && ms < most)
			most = ms;
		if (fd >= 0)
			fds[count++] = fd;
	}
	if (sm_http_waits(all->http) || count > 0)
		sm_http_wait_for(all->http, (int)most, fds, count);
	free(fds);
}

int
fetch_meanwhile(struct all *all)
{
	turn(all);
	if (all->broken || settle(all) == -1)
		return -1;
	wait_for_all(all, SM_FETCH_BATCH_MS);
	return 0;
}

/* All that is open ends with a last checkpoint. */
static void
stop_all(struct all *all)
{
	all->stopping = true;
	all->begun = all->count;
	sm_http_abort(all->http, "ended by a signal");
	while (all->first)
		fetch_finish(all->first);
}

static void
end_in_time(struct all *all)
{
	struct sm_err err;
	struct run *run, *next;

	all->deadline_ms = 1;
	sm_http_abort(all->http, "out of time (--max-time)");
	for (run = all->first; run; run = next) {
		next = run->next;
		if (run->reading && !all->fetch->follow) {
			sm_err_set(&err, SM_EXIT_TEMP, "out of time "
			    "(--max-time)");
			fetch_fail(run, &err);
		}
		if (run->reading || run->wake_ms)
			fetch_finish(run);
	}
}

static int
loop(struct all *all)
{
	while (!all->broken) {
		turn(all);
		if (!all->broken && fetch_stop(all))
			stop_all(all);
		if (all->open == 0 && all->begun == all->count)
			break;
		if (all->deadline_ms && http_clock_ms() >= all->deadline_ms) {
			end_in_time(all);
			continue;
		}
		if (settle(all) == -1)
			break;
		wait_for_all(all, 1000);
	}
	return all->broken ? -1 : fetch_flush(all);
}

/* After the output broke: nothing is said any more, all is let go of. */
static void
drop_all(struct all *all)
{
	all->stopping = true;
	sm_http_abort(all->http, "not wanted any more");
	while (all->first)
		fetch_finish(all->first);
}

int
sm_fetch_run(const struct sm_fetch *fetch, struct sm_fetch_task *tasks,
    size_t count, struct sm_err *err)
{
	struct all all = { .fetch = fetch, .tasks = tasks, .count = count };
	int ret;

	all.http = sm_http_new(&fetch->http, err);
	if (!all.http)
		return -1;
	if (fetch->max_time_s > 0)
		all.deadline_ms = http_clock_ms() +
		    (int64_t)fetch->max_time_s * 1000;
	ret = loop(&all);
	if (ret == -1) {
		*err = all.err;
		drop_all(&all);
	}
	sm_http_free(all.http);
	return ret;
}

void
sm_fetch_task_release(struct sm_fetch_task *task)
{
	sm_buf_release(&task->asked);
	sm_buf_release(&task->cursor);
}
