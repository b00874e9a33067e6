/*
 * Service levels: the twenty cases that users of help desks reported, and
 * random ones against a reference that looks at each minute's wall clock.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/err.h"
#include "rule/calendar.h"
#include "rule/sla.h"
#include "random.h"
#include "tap.h"

#define MIN 60
#define H 3600

static struct sm_calendar *
calendar(const char *text)
{
	struct sm_err err;
	struct sm_calendar *new = sm_calendar_read("test.cal", text,
	    strlen(text), &err);

	if (!new) {
		printf("Bail out! %s\n", err.text);
		exit(1);
	}
	return new;
}

/* "2026-01-30T16:30:00+01:00" */
static int64_t
at(const char *text)
{
	int64_t time;

	if (sm_time_parse(text, strlen(text), &time) == -1) {
		printf("Bail out! '%s' is no time\n", text);
		exit(1);
	}
	return time;
}

static void
is_time(int64_t got, const char *want, const char *name)
{
	char a[SM_TIME_TEXT] = "none", b[SM_TIME_TEXT] = "none";

	if (got != SM_TIME_NONE)
		sm_time_format(got, a);
	if (want)
		sm_time_format(at(want), b);
	is_str(a, b, name);
}

static void
is_after(const char *text, const char *from, int64_t seconds,
    const char *want, const char *name)
{
	struct sm_calendar *cal = calendar(text);

	is_time(sm_calendar_after(cal, at(from), seconds), want, name);
	sm_calendar_free(cal);
}

#define WARSAW "tz = Europe/Warsaw\n"
#define OFFICE WARSAW "mon-fri = 09:00-17:00\n"

static struct sm_sla_event
event(enum sm_sla_kind kind, const char *time)
{
	return (struct sm_sla_event){ .kind = kind, .time = at(time),
	    .fetched = SM_TIME_NONE };
}

static struct sm_sla_event
status(enum sm_sla_status status, const char *time)
{
	struct sm_sla_event new = event(SM_SLA_EVENT_STATUS, time);

	new.status = status;
	return new;
}

#define IN SM_SLA_EVENT_IN
#define OUT SM_SLA_EVENT_OUT
#define COUNT(list) (sizeof(list) / sizeof(*(list)))

static struct sm_sla_policy
policy(const struct sm_calendar *cal)
{
	return (struct sm_sla_policy){ .name = "test", .calendar = cal };
}

/* ---- 1 to 7, 9, 11: calendars ------------------------------------------ */

static void
test_calendars(void)
{
	struct sm_calendar *cal;

	is_after(OFFICE, "2026-01-30T16:30:00+01:00", H,
	    "2026-02-02T09:30:00+01:00", "1: Friday's rest goes to Monday");
	is_after(OFFICE, "2026-01-28T10:00:00+01:00", 2 * H,
	    "2026-01-28T12:00:00+01:00", "2: within the day");
	is_after(OFFICE, "2026-01-28T07:00:00+01:00", 2 * H,
	    "2026-01-28T11:00:00+01:00", "2: from the morning's opening");
	is_after(WARSAW "mon-fri = 08:00-18:00\n",
	    "2026-02-02T17:00:00+01:00", 4 * H, "2026-02-03T11:00:00+01:00",
	    "3: over night");
	is_after("tz = Europe/Berlin\nmon-sun = 09:00-21:00\n"
	    "2016-11-11 = closed\n2016-11-13 = closed\n",
	    "2016-11-09T23:00:00+01:00", 48 * H, "2016-11-15T21:00:00+01:00",
	    "4: holidays are left out");
	is_after("tz = Europe/Berlin\ndaily = 09:00-21:00\n",
	    "2016-11-09T23:00:00+01:00", 48 * H, "2016-11-13T21:00:00+01:00",
	    "4: without holidays; the end of a shift is that end");
	is_after(WARSAW "mon-fri = 08:00-12:00, 13:30-18:00\n",
	    "2026-02-02T12:30:00+01:00", H, "2026-02-02T14:30:00+01:00",
	    "5: from the lunch break");
	is_after(WARSAW "mon-fri = 08:00-12:00, 13:30-18:00\n",
	    "2026-02-02T11:40:00+01:00", H, "2026-02-02T14:10:00+01:00",
	    "5: over the lunch break");
	is_after(WARSAW "daily = 00:00-24:00\n", "2026-03-29T00:30:00+01:00",
	    3 * H, "2026-03-29T04:30:00+02:00", "6: summer time begins");
	is_after(WARSAW "daily = 00:00-24:00\n", "2026-10-25T00:30:00+02:00",
	    3 * H, "2026-10-25T02:30:00+01:00", "6: summer time ends");
	cal = calendar(WARSAW "daily = 01:00-05:00\n");
	is_int(sm_calendar_between(cal, at("2026-03-29T00:00:00+01:00"),
	    at("2026-03-30T00:00:00+02:00")), 3 * H,
	    "7: the night that is shorter");
	is_int(sm_calendar_between(cal, at("2026-10-25T00:00:00+02:00"),
	    at("2026-10-26T00:00:00+01:00")), 5 * H,
	    "7: the night that is longer");
	sm_calendar_free(cal);
	is_after(OFFICE "2026-02-02 = closed\n", "2026-01-30T16:30:00+01:00",
	    H, "2026-02-03T09:30:00+01:00", "9: Monday is a holiday");
	is_after(WARSAW "mon-fri = 22:00-06:00\n",
	    "2026-02-06T23:00:00+01:00", 8 * H, "2026-02-09T23:00:00+01:00",
	    "11: Friday's night shift is over on Saturday");
	is_after(WARSAW "mon-fri = 22:00-06:00\n",
	    "2026-02-06T23:00:00+01:00", 2 * H, "2026-02-07T01:00:00+01:00",
	    "11: and belongs to Friday");
	is_after(WARSAW "sat = 00:01-00:02\n2026-02-07..2027-02-07 = closed\n",
	    "2026-02-01T00:00:00Z", 2 * MIN, "2027-02-19T23:02:00Z",
	    "a year without an open minute is passed over");
	is_after(WARSAW "2026-02-07 = 09:00-10:00\n", "2026-02-01T00:00:00Z",
	    2 * H, NULL, "what can never be over has no end");
}

/* ---- 3, 8, 10, 12 to 20: policies -------------------------------------- */

static void
test_warning(void)
{
	struct sm_calendar *cal = calendar(WARSAW "mon-fri = 08:00-18:00\n");
	struct sm_sla_policy p = policy(cal);
	struct sm_sla_event events[] = {
		event(IN, "2026-02-02T17:00:00+01:00")
	};
	struct sm_sla_state state;
	enum sm_sla_metric metric = SM_SLA_TOUCH;

	p.target[SM_SLA_FIRST].seconds = 4 * H;
	p.target[SM_SLA_FIRST].warn = H;
	sm_sla_compute(&p, events, 1, at("2026-02-02T17:30:00+01:00"),
	    &state);
	is_time(state.clock[SM_SLA_FIRST].due, "2026-02-03T11:00:00+01:00",
	    "3: due");
	is_time(state.clock[SM_SLA_FIRST].warn, "2026-02-03T10:00:00+01:00",
	    "3: warned one open hour before");
	is_time(sm_sla_due(&state, &metric), "2026-02-03T11:00:00+01:00",
	    "the nearest due is found");
	is_int(metric, SM_SLA_FIRST, "and whose it is");
	sm_calendar_free(cal);
}

static void
test_pause(void)
{
	struct sm_calendar *cal = calendar(OFFICE);
	struct sm_sla_policy p = policy(cal);
	struct sm_sla_event events[] = {
		event(IN, "2026-01-30T15:00:00+01:00"),
		status(SM_SLA_WAITING_CUSTOMER, "2026-01-30T16:00:00+01:00"),
		status(SM_SLA_OPEN, "2026-02-02T10:00:00+01:00")
	};
	struct sm_sla_state state;
	struct sm_sla_clock *clock = &state.clock[SM_SLA_RESOLUTION];

	p.target[SM_SLA_RESOLUTION].seconds = 4 * H;
	sm_sla_compute(&p, events, 2, at("2026-02-01T00:00:00Z"), &state);
	is_int(clock->run, SM_SLA_PAUSED, "8: it pauses");
	is_time(clock->due, NULL, "8: and is not due meanwhile");
	sm_sla_compute(&p, events, 3, at("2026-02-02T10:00:00+01:00"),
	    &state);
	is_time(clock->due, "2026-02-02T13:00:00+01:00",
	    "8: and is due later");
	sm_sla_compute(&p, events, 3, at("2026-02-02T10:00:01+01:00"),
	    &state);
	ok(!clock->breached && clock->run == SM_SLA_RUNNING,
	    "17: nothing is late at once when it comes back");
	events[1].status = SM_SLA_WAITING_PARTNER;
	sm_sla_compute(&p, events, 2, at("2026-02-01T00:00:00Z"), &state);
	is_time(clock->due, "2026-02-02T11:00:00+01:00",
	    "waiting for a partner does not pause");
	p.pauses = 1U << SM_SLA_WAITING_PARTNER;
	sm_sla_compute(&p, events, 2, at("2026-02-01T00:00:00Z"), &state);
	is_time(clock->due, NULL, "unless the policy says so");
	sm_calendar_free(cal);
}

static void
test_restamp(void)
{
	struct sm_calendar *cal = calendar(OFFICE);
	struct sm_calendar *longer = calendar(WARSAW
	    "mon-fri = 09:00-20:00\n");
	struct sm_sla_policy p = policy(cal), q = policy(longer);
	struct sm_sla_event events[] = {
		event(IN, "2026-02-02T14:00:00+01:00"),
		event(SM_SLA_EVENT_RESTAMP, "2026-02-02T18:00:00+01:00")
	};
	struct sm_sla_state state;
	struct sm_sla_clock *clock = &state.clock[SM_SLA_FIRST];

	p.target[SM_SLA_FIRST].seconds = 8 * H;
	q.target[SM_SLA_FIRST].seconds = 8 * H;
	events[1].policy = &q;
	sm_sla_compute(&p, events, 1, at("2026-02-02T19:00:00+01:00"),
	    &state);
	is_time(clock->due, "2026-02-03T14:00:00+01:00",
	    "18: a policy stays as it was stamped");
	sm_sla_compute(&p, events, 2, at("2026-02-02T19:00:00+01:00"),
	    &state);
	is_time(clock->due, "2026-02-03T12:00:00+01:00",
	    "10: what was used stays used, the rest is by the new hours");
	ok(state.policy == &q, "10: and the new policy is in force");
	q.target[SM_SLA_FIRST].seconds = H;
	sm_sla_compute(&p, events, 2, at("2026-02-02T18:00:00+01:00"),
	    &state);
	is_time(clock->due, "2026-02-02T18:00:00+01:00",
	    "a shorter promise is not broken before it was made");
	ok(!clock->breached, "so nothing is late at that moment");
	sm_calendar_free(cal);
	sm_calendar_free(longer);
}

static void
test_next(void)
{
	struct sm_calendar *cal = calendar(OFFICE);
	struct sm_sla_policy p = policy(cal);
	struct sm_sla_event events[] = {
		event(IN, "2026-02-02T09:00:00+01:00"),
		event(OUT, "2026-02-02T10:00:00+01:00"),
		event(IN, "2026-02-02T11:00:00+01:00"),
		event(IN, "2026-02-02T12:00:00+01:00"),
		event(IN, "2026-02-02T13:00:00+01:00"),
		event(OUT, "2026-02-02T14:00:00+01:00"),
		event(OUT, "2026-02-02T15:00:00+01:00")
	};
	struct sm_sla_state state;
	struct sm_sla_clock *next = &state.clock[SM_SLA_NEXT];

	p.target[SM_SLA_NEXT].seconds = 4 * H;
	p.target[SM_SLA_FIRST].seconds = 4 * H;
	sm_sla_compute(&p, events, 2, at("2026-02-02T10:30:00+01:00"),
	    &state);
	is_int(next->run, SM_SLA_NONE, "13: the last word is ours");
	sm_sla_compute(&p, events, 5, at("2026-02-02T13:30:00+01:00"),
	    &state);
	is_time(next->due, "2026-02-02T15:00:00+01:00",
	    "12: of three posts the oldest counts");
	is_int(next->times, 1, "12: which makes one interval");
	is_time(state.waiting_since, "2026-02-02T11:00:00+01:00",
	    "and since when the customer waits");
	sm_sla_compute(&p, events, 7, at("2026-02-02T16:00:00+01:00"),
	    &state);
	is_time(next->done, "2026-02-02T14:00:00+01:00",
	    "12: of two answers the first fulfils");
	is_int(next->run, SM_SLA_DONE, "13: none runs then");
	is_time(state.waiting_since, NULL, "and nobody waits");
	sm_calendar_free(cal);
}

static void
test_first(void)
{
	struct sm_calendar *cal = calendar(OFFICE);
	struct sm_sla_policy p = policy(cal);
	struct sm_sla_event events[] = {
		event(IN, "2026-02-02T09:00:00+01:00"),
		event(SM_SLA_EVENT_AUTO, "2026-02-02T09:01:00+01:00"),
		event(IN, "2026-02-02T09:30:00+01:00"),
		event(OUT, "2026-02-02T11:00:00+01:00")
	};
	struct sm_sla_event ours[] = {
		event(OUT, "2026-02-02T09:00:00+01:00"),
		event(IN, "2026-02-02T10:00:00+01:00")
	};
	struct sm_sla_state state;
	struct sm_sla_clock *first = &state.clock[SM_SLA_FIRST];

	p.target[SM_SLA_FIRST].seconds = 2 * H;
	p.target[SM_SLA_NEXT].seconds = 10 * MIN;
	p.human_only = true;
	sm_sla_compute(&p, events, 3, at("2026-02-02T10:00:00+01:00"),
	    &state);
	is_int(first->run, SM_SLA_RUNNING,
	    "15: a machine's word does not fulfil what is for people");
	is_int(state.clock[SM_SLA_NEXT].run, SM_SLA_NONE,
	    "14: next-response waits for the first response");
	sm_sla_compute(&p, events, 4, at("2026-02-02T12:00:00+01:00"),
	    &state);
	is_time(first->due, "2026-02-02T11:00:00+01:00", "20: due");
	is_time(first->done, "2026-02-02T11:00:00+01:00", "20: and done");
	ok(!first->breached, "20: exactly in time is in time");
	is_int(state.clock[SM_SLA_NEXT].run, SM_SLA_NONE,
	    "14: and both posts were answered");
	events[3].time++;
	sm_sla_compute(&p, events, 4, at("2026-02-02T12:00:00+01:00"),
	    &state);
	ok(first->breached, "20: a second later is late");
	p.human_only = false;
	sm_sla_compute(&p, events, 2, at("2026-02-02T12:00:00+01:00"),
	    &state);
	is_int(first->run, SM_SLA_DONE, "15: unless machines may");
	sm_sla_compute(&p, ours, 2, at("2026-02-02T10:01:00+01:00"), &state);
	is_time(first->began, NULL,
	    "15: what we began has no first response");
	is_time(state.clock[SM_SLA_NEXT].due, "2026-02-02T10:10:00+01:00",
	    "15: but a next one");
	sm_calendar_free(cal);
}

static void
test_reopened(void)
{
	struct sm_calendar *cal = calendar(OFFICE);
	struct sm_sla_policy p = policy(cal);
	struct sm_sla_event events[] = {
		event(IN, "2026-02-02T09:00:00+01:00"),
		event(OUT, "2026-02-02T10:00:00+01:00"),
		status(SM_SLA_SOLVED, "2026-02-02T11:00:00+01:00"),
		event(IN, "2026-02-03T09:00:00+01:00")
	};
	struct sm_sla_state state;

	p.target[SM_SLA_FIRST].seconds = H;
	p.target[SM_SLA_NEXT].seconds = H;
	p.target[SM_SLA_RESOLUTION].seconds = 8 * H;
	sm_sla_compute(&p, events, 4, at("2026-02-03T09:30:00+01:00"),
	    &state);
	is_time(state.clock[SM_SLA_FIRST].done, "2026-02-02T10:00:00+01:00",
	    "16: the first response stays");
	is_time(state.clock[SM_SLA_RESOLUTION].done,
	    "2026-02-02T11:00:00+01:00", "16: as does the first resolution");
	is_time(state.clock[SM_SLA_NEXT].due, "2026-02-03T10:00:00+01:00",
	    "16: a new next-response runs");
	is_int(state.reopened, 1, "16: and the reopening counts");
	is_int(state.status, SM_SLA_OPEN, "16: it is open");
	sm_calendar_free(cal);
}

static void
test_lag(void)
{
	struct sm_calendar *cal = calendar(OFFICE);
	struct sm_sla_policy p = policy(cal);
	struct sm_sla_event in = event(IN, "2026-02-02T10:00:00+01:00");
	struct sm_sla_state state;

	in.fetched = at("2026-02-02T10:25:00+01:00");
	p.target[SM_SLA_FIRST].seconds = 30 * MIN;
	sm_sla_compute(&p, &in, 1, in.fetched, &state);
	is_time(state.clock[SM_SLA_FIRST].due, "2026-02-02T10:30:00+01:00",
	    "19: the clock starts when the post was written");
	is_int(state.listen_lag, 25 * MIN, "19: and our lag is known");
	sm_calendar_free(cal);
}

static void
test_update(void)
{
	struct sm_calendar *cal = calendar(OFFICE);
	struct sm_sla_policy p = policy(cal);
	struct sm_sla_event events[] = {
		event(IN, "2026-02-02T09:00:00+01:00"),
		event(SM_SLA_EVENT_TOUCH, "2026-02-02T09:20:00+01:00"),
		event(OUT, "2026-02-02T10:00:00+01:00"),
		status(SM_SLA_WAITING_INTERNAL, "2026-02-02T10:00:00+01:00"),
		status(SM_SLA_IGNORED, "2026-02-02T12:00:00+01:00")
	};
	struct sm_sla_state state;
	struct sm_sla_clock *update = &state.clock[SM_SLA_UPDATE];

	p.target[SM_SLA_UPDATE].seconds = 90 * MIN;
	p.target[SM_SLA_TOUCH].seconds = 15 * MIN;
	sm_sla_compute(&p, events, 4, at("2026-02-02T10:01:00+01:00"),
	    &state);
	is_time(update->due, "2026-02-02T11:30:00+01:00",
	    "the next update counts from our last word");
	ok(state.clock[SM_SLA_TOUCH].breached,
	    "taken up after its time is late");
	sm_sla_compute(&p, events, 5, at("2026-02-03T10:00:00+01:00"),
	    &state);
	is_int(update->run, SM_SLA_STOPPED, "nothing runs once it is ignored");
	is_time(update->due, "2026-02-02T11:30:00+01:00",
	    "but what was late before stays so");
	sm_calendar_free(cal);
}

/* ---- The reference: each minute, by the wall clock of libc ------------- */

struct reference {
	char text[2048];
	int spans[7][3][2];	/* minutes from midnight, to may pass 1440 */
	int counts[7];
	bool closed[31];	/* days of a month */
};

static bool
in_day(const struct reference *ref, const struct tm *day, int minute)
{
	int weekday = (day->tm_wday + 6) % 7;

	if (ref->closed[day->tm_mday - 1])
		return false;
	for (int i = 0; i < ref->counts[weekday]; i++)
		if (minute >= ref->spans[weekday][i][0] &&
		    minute < ref->spans[weekday][i][1])
			return true;
	return false;
}

static bool
open_at(const struct reference *ref, int64_t time)
{
	time_t t = (time_t)time;
	struct tm day, before;
	int minute;

	localtime_r(&t, &day);
	minute = day.tm_hour * 60 + day.tm_min;
	before = day;
	/* Noon of the day before, wherever that is. */
	before.tm_mday--;
	before.tm_hour = 12;
	before.tm_isdst = -1;
	(void)mktime(&before);
	return in_day(ref, &day, minute) ||
	    in_day(ref, &before, minute + 1440);
}

static const char *const zones[] = {
	"Europe/Warsaw", "America/Mexico_City", "Asia/Shanghai",
	"America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
	"Africa/Casablanca", "Pacific/Apia", "America/St_Johns",
	"Asia/Tehran", "Europe/Dublin", "UTC", "Antarctica/Troll",
	"America/Santiago", "Asia/Gaza"
};

static void
random_calendar(struct reference *ref, const char *zone)
{
	static const char *const names[] = { "mon", "tue", "wed", "thu",
	    "fri", "sat", "sun" };
	size_t used;
	int closed = (int)random_below(31);

	memset(ref, 0, sizeof(*ref));
	used = (size_t)snprintf(ref->text, sizeof(ref->text), "tz = %s\n",
	    zone);
	for (int day = 0; day < 7; day++) {
		int count = (int)random_below(4), from = 0;

		for (int i = 0; i < count && from < 1430; i++) {
			int begin = from + (int)random_below(
			    (unsigned)(1439 - from));
			int end = begin + 1 + (int)random_below(i == 2 ?
			    1400 : 500);
			bool last = end > 1440;

			used += (size_t)snprintf(ref->text + used,
			    sizeof(ref->text) - used, "%s%02d:%02d-%02d:%02d",
			    ref->counts[day] ? ", " : "", begin / 60,
			    begin % 60, end % 1440 / 60, end % 60);
			if (ref->counts[day] == 0) {
				char head[32];
				size_t n = (size_t)snprintf(head,
				    sizeof(head), "%s = ", names[day]);
				size_t len = strlen("00:00-00:00");

				memmove(ref->text + used - len + n,
				    ref->text + used - len, len + 1);
				memcpy(ref->text + used - len, head, n);
				used += n;
			}
			ref->spans[day][ref->counts[day]][0] = begin;
			ref->spans[day][ref->counts[day]++][1] = end;
			from = end;
			if (last)
				break;
		}
		if (ref->counts[day])
			used += (size_t)snprintf(ref->text + used,
			    sizeof(ref->text) - used, "\n");
	}
	if (closed > 27)
		return;
	ref->closed[closed] = true;
	for (int month = 1; month <= 12; month++)
		used += (size_t)snprintf(ref->text + used,
		    sizeof(ref->text) - used, "%02d-%02d = closed\n", month,
		    closed + 1);
}

/* Minutes from a day near a change of the clocks, mostly. */
static int64_t
random_time(void)
{
	static const char *const near[] = { "2026-03-28T12:00:00Z",
	    "2026-10-24T18:00:00Z", "2026-11-01T00:00:00Z",
	    "2026-04-04T12:00:00Z", "1998-10-24T12:00:00Z",
	    "2045-03-25T12:00:00Z", "2026-02-14T12:00:00Z" };

	return at(near[random_below(COUNT(near))]) +
	    (int64_t)random_below(4 * 1440) * 60;
}

static struct sm_calendar *
usable(const struct reference *ref)
{
	struct sm_err err;

	return sm_calendar_read("random.cal", ref->text, strlen(ref->text),
	    &err);
}

/* Both directions: how much is open, and when so much has been. */
static bool
agrees(const struct reference *ref, const struct sm_calendar *cal)
{
	int64_t from = random_time(), time = from;
	int minutes = (int)random_below(4000), open = 0;
	int64_t got, last = from;

	for (int i = 0; i < minutes; i++, time += 60)
		if (open_at(ref, time)) {
			open++;
			last = time + 60;
		}
	got = sm_calendar_between(cal, from, time);
	if (got != (int64_t)open * 60) {
		printf("# between %lld and %lld: %lld, not %d\n%s",
		    (long long)from, (long long)time, (long long)got,
		    open * 60, ref->text);
		return false;
	}
	got = sm_calendar_after(cal, from, (int64_t)open * 60);
	if (got != last) {
		printf("# after %lld %d s: %lld, not %lld\n%s",
		    (long long)from, open * 60, (long long)got,
		    (long long)last, ref->text);
		return false;
	}
	return sm_calendar_is_open(cal, from) == open_at(ref, from);
}

/*
 * One clock by hand: events at whole minutes; a minute counts where the clock
 * runs and the calendar is open.
 */
static int64_t
slow_due(const struct reference *ref, const struct sm_sla_event *events,
    size_t count, int64_t target, int64_t limit)
{
	bool running = false;
	size_t next = 0;
	int64_t time = events[0].time;

	for (; time < limit; time += 60) {
		for (; next < count && events[next].time <= time; next++)
			running = events[next].kind == IN ||
			    events[next].status == SM_SLA_OPEN;
		if (running && open_at(ref, time) && (target -= 60) == 0)
			return time + 60;
	}
	return SM_TIME_NONE;
}

static bool
clock_agrees(const struct reference *ref, const struct sm_calendar *cal)
{
	struct sm_sla_policy p = policy(cal);
	struct sm_sla_event events[6];
	struct sm_sla_state state;
	size_t count = 1 + random_below(6);
	int64_t time = random_time(), limit = time + 5 * 86400, want;

	for (size_t i = 0; i < count; i++) {
		events[i] = (struct sm_sla_event){ .time = time,
		    .kind = i == 0 ? IN : SM_SLA_EVENT_STATUS,
		    .fetched = SM_TIME_NONE,
		    .status = i % 2 ? SM_SLA_WAITING_CUSTOMER : SM_SLA_OPEN };
		time += (int64_t)random_below(600) * 60;
	}
	p.target[SM_SLA_RESOLUTION].seconds =
	    (1 + (int64_t)random_below(1200)) * 60;
	sm_sla_compute(&p, events, count, events[count - 1].time, &state);
	want = slow_due(ref, events, count,
	    p.target[SM_SLA_RESOLUTION].seconds, limit);
	if (want == state.clock[SM_SLA_RESOLUTION].due || (want ==
	    SM_TIME_NONE && state.clock[SM_SLA_RESOLUTION].due > limit))
		return true;
	printf("# due %lld, not %lld\n%s", (long long)
	    state.clock[SM_SLA_RESOLUTION].due, (long long)want, ref->text);
	return false;
}

static void
test_random(void)
{
	unsigned trials = random_trials(300), wrong = 0, tried = 0;
	struct reference ref;

	for (unsigned i = 0; i < trials && wrong < 3; i++) {
		const char *zone = zones[random_below(COUNT(zones))];
		struct sm_calendar *cal;

		random_calendar(&ref, zone);
		cal = usable(&ref);
		if (!cal)
			continue;
		tried++;
		setenv("TZ", zone, 1);
		tzset();
		if (!agrees(&ref, cal) || !clock_agrees(&ref, cal))
			wrong++;
		sm_calendar_free(cal);
	}
	is_int(wrong, 0, "random calendars, clocks and zones are as each "
	    "minute's wall clock says");
	ok(tried > trials / 2, "and most of them could be read");
}

/* ---- Files ------------------------------------------------------------- */

static const struct {
	const char *text, *want;
} wrong[] = {
	{ "mon = 09:00-17:00\n", "in which time zone" },
	{ "tz = Europe/Warsow\nmon = 09:00-17:00\n", "x.cal:1:6: no time" },
	{ "tz = ../../etc/passwd\n", "x.cal:1:6" },
	{ WARSAW, "never open" },
	{ WARSAW "mon = closed\n", "never open" },
	{ WARSAW "mon = 09:00\n", "x.cal:2:12: expected '-'" },
	{ WARSAW "mon = 9:00-17:00\n", "x.cal:2:7: expected a time of day" },
	{ WARSAW "mon = 09:00-25:00\n", "x.cal:2:13: expected a time" },
	{ WARSAW "mon = 09:60-17:00\n", "x.cal:2:7: expected a time" },
	{ WARSAW "mon = 09:00-09:00\n", "x.cal:2:7: this interval is empty" },
	{ WARSAW "mon = 09:00-12:00, 11:00-13:00\n", "x.cal:2:20: this" },
	{ WARSAW "mon = 22:00-06:00, 07:00-08:00\n", "x.cal:2:20: this" },
	{ WARSAW "mon = 09:00-17:00 extra\n", "x.cal:2:19: expected ','" },
	{ WARSAW "monday = 09:00-17:00\n", "x.cal:2:1: expected mon" },
	{ WARSAW "mon-tues = 09:00-17:00\n", "x.cal:2:1: expected mon" },
	{ WARSAW "mon, mon = 09:00-17:00\n", "x.cal:2:6: this day is named" },
	{ WARSAW "mon = 09:00-17:00\nmon = 10:00-11:00\n", "x.cal:3:1" },
	{ WARSAW "mon 09:00-17:00\n", "x.cal:2:5: expected '='" },
	{ WARSAW "mon = open\n", "x.cal:2:7: expected intervals" },
	{ WARSAW "2026-02-30 = closed\n", "x.cal:2:1: there is no such" },
	{ WARSAW "2026-13-01 = closed\n", "x.cal:2:1: there is no such" },
	{ WARSAW "02-30 = closed\n", "x.cal:2:1: there is no such" },
	{ WARSAW "2026-2-3 = closed\n", "x.cal:2:1: expected a day" },
	{ WARSAW "12-25 = closed\n12-25 = closed\n", "x.cal:3:1: this day" },
	{ WARSAW "12-24..12-26 = closed\n", "x.cal:2:8: a range" },
	{ WARSAW "2026-12-26..2026-12-24 = closed\n", "x.cal:2:13: a range" },
	{ WARSAW "include nowhere.cal\n", "cannot open 'nowhere.cal'" },
	{ WARSAW "include feast.ics\n", "import-holidays" },
	{ WARSAW "include\n", "x.cal:2:8: expected the name" },
	{ WARSAW WARSAW, "x.cal:2:6: the time zone is said twice" },
	{ "tz = UTC +1\n", "x.cal:1:10: nothing comes behind" },
	{ "= 3\n", "x.cal:1:1: expected mon" }
};

static void
test_wrong(void)
{
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct sm_err err = { .code = SM_EXIT_OK };
		struct sm_calendar *cal = sm_calendar_read("x.cal",
		    wrong[i].text, strlen(wrong[i].text), &err);

		ok(!cal && err.code == SM_EXIT_CONFIG &&
		    strstr(err.text, wrong[i].want), wrong[i].want);
		if (cal || !strstr(err.text, wrong[i].want))
			printf("# %s# said: %s\n", wrong[i].text, err.text);
		sm_calendar_free(cal);
	}
}

int
main(void)
{
	test_calendars();
	test_warning();
	test_pause();
	test_restamp();
	test_next();
	test_first();
	test_reopened();
	test_lag();
	test_update();
	test_random();
	test_wrong();
	return plan_done();
}
