#include "rule/sla.h"

#include <string.h>

#include "base/clock.h"
#include "rule/calendar.h"

static const char *const names[SM_SLA_METRICS] = {
	[SM_SLA_FIRST] = "first-response",
	[SM_SLA_NEXT] = "next-response",
	[SM_SLA_RESOLUTION] = "resolution",
	[SM_SLA_UPDATE] = "update",
	[SM_SLA_TOUCH] = "first-touch"
};

/* A clock being worked out. */
struct work {
	struct sm_sla_clock *clock;
	int64_t since;		/* counted up to here, while it runs */
	int64_t warn_before;
	bool over, warned;	/* due and warn are settled */
};

struct run {
	struct sm_sla_state *state;
	struct work work[SM_SLA_METRICS];
};

const char *
sm_sla_metric_name(enum sm_sla_metric metric)
{
	return names[metric];
}

int
sm_sla_metric_find(const char *name)
{
	for (int i = 0; i < SM_SLA_METRICS; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}

/* The target of the policy in force, whatever it was before. */
static void
stamp(struct run *run, int i)
{
	const struct sm_sla_policy *policy = run->state->policy;

	run->work[i].clock->target = policy->target[i].seconds;
	run->work[i].warn_before = policy->target[i].warn;
}

/* When, after since, so many seconds altogether are used. */
static int64_t
moment(const struct run *run, const struct work *work, int64_t seconds)
{
	return sm_calendar_after(run->state->policy->calendar, work->since,
	    seconds - work->clock->used);
}

/* Counts open time up to time, and settles what is over by then. */
static void
advance(struct run *run, int i, int64_t time)
{
	struct work *work = &run->work[i];
	struct sm_sla_clock *clock = work->clock;
	int64_t used;

	if (clock->run != SM_SLA_RUNNING || time <= work->since)
		return;
	used = clock->used + sm_calendar_between(run->state->policy->calendar,
	    work->since, time);
	if (clock->target > 0 && !work->over && used >= clock->target) {
		clock->due = moment(run, work, clock->target);
		work->over = true;
	}
	if (work->warn_before > 0 && !work->warned &&
	    used >= clock->target - work->warn_before) {
		clock->warn = moment(run, work,
		    clock->target - work->warn_before);
		work->warned = true;
	}
	clock->used = used;
	work->since = time;
}

static void
begin(struct run *run, int i, int64_t time)
{
	struct work *work = &run->work[i];
	struct sm_sla_clock *clock = work->clock;

	stamp(run, i);
	clock->run = SM_SLA_RUNNING;
	clock->began = work->since = time;
	clock->used = 0;
	clock->due = clock->warn = clock->done = SM_TIME_NONE;
	clock->breached = work->over = work->warned = false;
	clock->times++;
}

static bool
is_under_way(const struct sm_sla_clock *clock)
{
	return clock->run == SM_SLA_RUNNING || clock->run == SM_SLA_PAUSED;
}

/* What is not settled yet, as if it ran on from time. */
static void
project(struct run *run, int i, int64_t time)
{
	struct work *work = &run->work[i];
	struct sm_sla_clock *clock = work->clock;

	work->since = time;
	if (clock->target == 0)
		return;
	if (!work->over)
		clock->due = moment(run, work, clock->target);
	if (work->warn_before > 0 && !work->warned)
		clock->warn = moment(run, work,
		    clock->target - work->warn_before);
}

static void
finish(struct run *run, int i, int64_t time)
{
	struct sm_sla_clock *clock = run->work[i].clock;

	if (!is_under_way(clock))
		return;
	advance(run, i, time);
	project(run, i, time);
	clock->run = SM_SLA_DONE;
	clock->done = time;
	clock->breached = clock->due != SM_TIME_NONE && time > clock->due;
	clock->breaches += clock->breached;
}

static void
hold(struct run *run, int i, int64_t time, enum sm_sla_run how)
{
	if (!is_under_way(run->work[i].clock))
		return;
	advance(run, i, time);
	run->work[i].clock->run = how;
}

static void
go_on(struct run *run, int i, int64_t time)
{
	struct work *work = &run->work[i];

	if (work->clock->run != SM_SLA_PAUSED &&
	    work->clock->run != SM_SLA_STOPPED)
		return;
	work->clock->run = SM_SLA_RUNNING;
	work->since = time;
}

static bool
is_final(enum sm_sla_status status)
{
	return status >= SM_SLA_SOLVED;
}

static bool
does_pause(const struct run *run)
{
	enum sm_sla_status status = run->state->status;

	return status == SM_SLA_WAITING_CUSTOMER ||
	    (run->state->policy->pauses & 1U << status);
}

/* Clocks that pause, pause; the others run, unless the case has ended. */
static void
settle(struct run *run, int64_t time)
{
	static const bool pauses[SM_SLA_METRICS] = {
		[SM_SLA_NEXT] = true, [SM_SLA_RESOLUTION] = true,
		[SM_SLA_UPDATE] = true
	};

	for (int i = 0; i < SM_SLA_METRICS; i++) {
		if (is_final(run->state->status))
			hold(run, i, time, SM_SLA_STOPPED);
		else if (pauses[i] && does_pause(run))
			hold(run, i, time, SM_SLA_PAUSED);
		else
			go_on(run, i, time);
	}
}

static void
set_status(struct run *run, enum sm_sla_status status, int64_t time)
{
	struct sm_sla_state *state = run->state;

	if ((state->status == SM_SLA_SOLVED ||
	    state->status == SM_SLA_CLOSED) && !is_final(status))
		state->reopened++;
	state->status = status;
	if (status == SM_SLA_SOLVED || status == SM_SLA_CLOSED)
		finish(run, SM_SLA_RESOLUTION, time);
	settle(run, time);
}

/* Who writes to us is no longer waited for, and nothing is solved. */
static void
on_in(struct run *run, const struct sm_sla_event *event, int64_t time)
{
	struct sm_sla_state *state = run->state;
	bool first = state->clock[SM_SLA_RESOLUTION].times == 0;

	if (state->status == SM_SLA_WAITING_CUSTOMER ||
	    is_final(state->status))
		set_status(run, SM_SLA_OPEN, time);
	if (state->waiting_since == SM_TIME_NONE)
		state->waiting_since = time;
	if (first) {
		begin(run, SM_SLA_RESOLUTION, time);
		begin(run, SM_SLA_UPDATE, time);
		if (state->listen_lag == -1 && event->fetched != SM_TIME_NONE)
			state->listen_lag = event->fetched > time ?
			    event->fetched - time : 0;
	}
	/* .began is set by our own first word as well: see on_out. */
	if (state->clock[SM_SLA_FIRST].run == SM_SLA_NONE && first) {
		begin(run, SM_SLA_FIRST, time);
		if (state->clock[SM_SLA_TOUCH].run == SM_SLA_NONE)
			begin(run, SM_SLA_TOUCH, time);
	} else if (!is_under_way(&state->clock[SM_SLA_FIRST]) &&
	    !is_under_way(&state->clock[SM_SLA_NEXT])) {
		begin(run, SM_SLA_NEXT, time);
	}
	if (state->clock[SM_SLA_UPDATE].run == SM_SLA_DONE)
		begin(run, SM_SLA_UPDATE, time);
	settle(run, time);
}

/* A conversation that we begin has no first response. */
static void
on_out(struct run *run, int64_t time)
{
	struct sm_sla_state *state = run->state;

	if (state->clock[SM_SLA_FIRST].run == SM_SLA_NONE)
		state->clock[SM_SLA_FIRST].run = SM_SLA_DONE;
	finish(run, SM_SLA_FIRST, time);
	finish(run, SM_SLA_NEXT, time);
	finish(run, SM_SLA_TOUCH, time);
	if (is_under_way(&state->clock[SM_SLA_UPDATE])) {
		finish(run, SM_SLA_UPDATE, time);
		begin(run, SM_SLA_UPDATE, time);
	}
	state->waiting_since = SM_TIME_NONE;
	settle(run, time);
}

static void
on_restamp(struct run *run, const struct sm_sla_policy *policy, int64_t time)
{
	for (int i = 0; i < SM_SLA_METRICS; i++)
		advance(run, i, time);
	run->state->policy = policy;
	for (int i = 0; i < SM_SLA_METRICS; i++) {
		struct work *work = &run->work[i];
		struct sm_sla_clock *clock = work->clock;

		if (!is_under_way(clock) && clock->run != SM_SLA_STOPPED)
			continue;
		stamp(run, i);
		/* Nobody is late by a promise that was not made then. */
		work->over = clock->target > 0 && clock->used >= clock->target;
		work->warned = work->over;
		clock->due = work->over ? time : SM_TIME_NONE;
		clock->warn = SM_TIME_NONE;
	}
	settle(run, time);
}

static void
take(struct run *run, const struct sm_sla_event *event, int64_t time)
{
	const struct sm_sla_policy *policy = run->state->policy;

	switch (event->kind) {
	case SM_SLA_EVENT_IN:
		on_in(run, event, time);
		break;
	case SM_SLA_EVENT_OUT:
		on_out(run, time);
		break;
	case SM_SLA_EVENT_AUTO:
		if (!policy->human_only)
			on_out(run, time);
		break;
	case SM_SLA_EVENT_TOUCH:
		finish(run, SM_SLA_TOUCH, time);
		break;
	case SM_SLA_EVENT_STATUS:
		finish(run, SM_SLA_TOUCH, time);
		set_status(run, event->status, time);
		break;
	case SM_SLA_EVENT_RESTAMP:
		on_restamp(run, event->policy, time);
		break;
	}
}

/* What runs, as it stands now and will be over. */
static void
look_ahead(struct run *run, int64_t now)
{
	for (int i = 0; i < SM_SLA_METRICS; i++) {
		struct sm_sla_clock *clock = run->work[i].clock;

		advance(run, i, now);
		if (clock->run == SM_SLA_RUNNING)
			project(run, i, run->work[i].since);
		if (is_under_way(clock) && clock->due != SM_TIME_NONE &&
		    now > clock->due) {
			clock->breached = true;
			clock->breaches++;
		}
	}
}

void
sm_sla_compute(const struct sm_sla_policy *policy,
    const struct sm_sla_event *events, size_t count, int64_t now,
    struct sm_sla_state *out)
{
	struct run run = { .state = out };
	int64_t last = SM_TIME_NONE;

	memset(out, 0, sizeof(*out));
	out->policy = policy;
	out->waiting_since = SM_TIME_NONE;
	out->listen_lag = -1;
	for (int i = 0; i < SM_SLA_METRICS; i++) {
		struct sm_sla_clock *clock = &out->clock[i];

		run.work[i].clock = clock;
		clock->began = clock->due = SM_TIME_NONE;
		clock->warn = clock->done = SM_TIME_NONE;
	}
	for (size_t i = 0; i < count && events[i].time <= now; i++) {
		int64_t time = events[i].time > last ? events[i].time : last;

		take(&run, &events[i], time);
		last = time;
	}
	look_ahead(&run, now);
}

int64_t
sm_sla_due(const struct sm_sla_state *state, enum sm_sla_metric *metric)
{
	int64_t due = SM_TIME_NONE;

	for (int i = 0; i < SM_SLA_METRICS; i++) {
		const struct sm_sla_clock *clock = &state->clock[i];

		if (clock->run != SM_SLA_RUNNING ||
		    clock->due == SM_TIME_NONE ||
		    (due != SM_TIME_NONE && clock->due >= due))
			continue;
		due = clock->due;
		*metric = (enum sm_sla_metric)i;
	}
	return due;
}
