/*
 * Service levels: what was promised (a policy) and how it stands with a case.
 *
 * How it stands is a pure function of the case's events and the policy; it is
 * computed when it is asked for and never stored as a counter.  All times are
 * of open hours, by the policy's calendar (calendar.h).
 *
 * first-response   from the customer's first post to our first answer; none
 *                  where we began the conversation
 * next-response    from the oldest unanswered post to the answer; only after
 *                  the first response
 * resolution       from the first post until the case is solved
 * update           from our last word (or the first post) to the next one
 * first-touch      from the first post until somebody takes it up
 *
 * While we wait for the customer, next-response, resolution and update pause;
 * a policy can make them pause while others owe us something as well.  What
 * was once met or missed stays so when a case is reopened, but next-response
 * and update begin anew.
 */
#ifndef SM_RULE_SLA_H
#define SM_RULE_SLA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sm_calendar;

enum sm_sla_metric {
	SM_SLA_FIRST, SM_SLA_NEXT, SM_SLA_RESOLUTION, SM_SLA_UPDATE,
	SM_SLA_TOUCH, SM_SLA_METRICS
};

enum sm_sla_status {
	SM_SLA_NEW, SM_SLA_OPEN, SM_SLA_WAITING_CUSTOMER,
	SM_SLA_WAITING_INTERNAL, SM_SLA_WAITING_PARTNER, SM_SLA_SOLVED,
	SM_SLA_CLOSED, SM_SLA_IGNORED, SM_SLA_MERGED, SM_SLA_STATUSES
};

struct sm_sla_policy {
	const char *name;
	const struct sm_calendar *calendar;
	struct {
		int64_t seconds;	/* open ones; 0: nothing promised */
		int64_t warn;		/* so many before it is over; 0: no */
	} target[SM_SLA_METRICS];
	unsigned pauses;	/* 1 << SM_SLA_WAITING_INTERNAL, _PARTNER */
	bool human_only;	/* machines' answers fulfil nothing */
};

enum sm_sla_kind {
	SM_SLA_EVENT_IN,	/* a customer's post; time is its start */
	SM_SLA_EVENT_OUT,	/* our answer, by a person */
	SM_SLA_EVENT_AUTO,	/* an answer that no person wrote */
	SM_SLA_EVENT_TOUCH,	/* somebody took it up */
	SM_SLA_EVENT_STATUS,	/* status is the new one */
	SM_SLA_EVENT_RESTAMP	/* from here on by this policy */
};

struct sm_sla_event {
	int64_t time;
	enum sm_sla_kind kind;
	enum sm_sla_status status;
	const struct sm_sla_policy *policy;
	int64_t fetched;	/* of SM_SLA_EVENT_IN; or SM_TIME_NONE */
};

enum sm_sla_run {
	SM_SLA_NONE,		/* never began */
	SM_SLA_RUNNING,
	SM_SLA_PAUSED,		/* somebody owes us something */
	SM_SLA_STOPPED,		/* the case ended before */
	SM_SLA_DONE		/* fulfilled, in time or not */
};

struct sm_sla_clock {
	enum sm_sla_run run;
	int64_t began;		/* SM_TIME_NONE where it never did */
	int64_t target, used;	/* open seconds; target 0: no promise */
	/*
	 * When it is over, or was.  SM_TIME_NONE: nothing promised, paused
	 * before it was over, or no open hours in sight.
	 */
	int64_t due;
	int64_t warn;		/* when to warn; or SM_TIME_NONE */
	int64_t done;		/* when fulfilled; or SM_TIME_NONE */
	bool breached;		/* fulfilled after due; or due is past */
	unsigned times;		/* how often it began */
	unsigned breaches;	/* in all of these */
};

struct sm_sla_state {
	struct sm_sla_clock clock[SM_SLA_METRICS];
	const struct sm_sla_policy *policy;	/* in force */
	enum sm_sla_status status;
	int64_t waiting_since;	/* the oldest unanswered post, or NONE */
	int64_t listen_lag;	/* first post: start to fetched; -1 unknown */
	unsigned reopened;
};

/* "first-response", ...; the number of such a name, or -1. */
const char *sm_sla_metric_name(enum sm_sla_metric metric);
int sm_sla_metric_find(const char *name);

/*
 * How it stands at now, by the events that happened until then.  Events are
 * in order; one that claims to be earlier than the one before it counts as of
 * the same time.
 */
void sm_sla_compute(const struct sm_sla_policy *policy,
    const struct sm_sla_event *events, size_t count, int64_t now,
    struct sm_sla_state *out);

/* The nearest due of the clocks that run; SM_TIME_NONE: there is none. */
int64_t sm_sla_due(const struct sm_sla_state *state,
    enum sm_sla_metric *metric);

#endif
