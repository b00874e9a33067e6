#include "source/sweep/health.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "source/sweep/volume.h"

#define HOUR 3600
#define DAY 86400
#define POST 1000		/* one post in thousandths */
#define WEEKS 8			/* of the means */
#define MONTH 672		/* hours, in which less may come */
#define DISPERSION 512		/* hours of that mean */
#define WILD 5			/* times the usual, one hour at most */
#define MOST INT64_C(100000)	/* posts of an hour */
#define LATE 3000		/* thousandths of L/D: exp(-3) is 5 % */
#define FIRST_PAUSE 300		/* seconds */

void
sm_health_init(struct sm_health *health, const char *source)
{
	memset(health, 0, sizeof(*health));
	health->source = sm_xstrdup(source);
	health->first = health->asked = SM_TIME_NONE;
	health->success = health->post = health->said = SM_TIME_NONE;
}

void
sm_health_release(struct sm_health *health)
{
	free(health->source);
	health->source = NULL;
}

/* ---- Arithmetic -------------------------------------------------------- */

int64_t
sm_health_ln(int64_t x)
{
	/* 1000 ln(1 + i/16) */
	static const int table[17] = { 0, 61, 118, 172, 223, 272, 318, 363,
	    405, 446, 486, 523, 560, 594, 629, 661, 693 };
	int64_t ln = 0, at, part;

	if (x <= POST)
		return 0;
	while (x >= 2 * POST) {
		x /= 2;
		ln += 693;
	}
	at = (x - POST) * 16;
	part = at % POST;
	at /= POST;
	return ln + table[at] + (table[at + 1] - table[at]) * part / POST;
}

static int64_t
at_least(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t
at_most(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* The mean of an hour, smoothed with its neighbours. */
static int64_t
usual(const struct sm_health *health, int64_t hour)
{
	int at = (int)(hour % SM_HEALTH_WEEK);
	const int64_t *rate = health->rate;

	return (rate[(at + SM_HEALTH_WEEK - 1) % SM_HEALTH_WEEK] +
	    2 * rate[at] + rate[(at + 1) % SM_HEALTH_WEEK]) / 4;
}

static int64_t
week_sum(const struct sm_health *health)
{
	int64_t sum = 0;

	for (int i = 0; i < SM_HEALTH_WEEK; i++)
		sum += health->rate[i];
	return sum;
}

int64_t
sm_health_expected(const struct sm_health *health, int64_t from, int64_t to)
{
	int64_t sum = 0, weeks, end;

	if (from == SM_TIME_NONE || to <= from || from < 0)
		return 0;
	weeks = (to - from) / (SM_HEALTH_WEEK * HOUR);
	sum = at_most(weeks, 1000) * week_sum(health);
	for (from += weeks * SM_HEALTH_WEEK * HOUR; from < to; from = end) {
		end = at_most((from / HOUR + 1) * HOUR, to);
		sum += usual(health, from / HOUR) * (end - from) / HOUR;
	}
	/* Less, where the last weeks had less than they should. */
	if (health->seen < health->hoped)
		sum = sum / 1000 * (1000 * (health->seen + POST) /
		    (health->hoped + POST)) + sum % 1000;
	return sum;
}

/* D, in thousandths. */
static int64_t
dispersion(const struct sm_health *health)
{
	int64_t most = MOST * POST, d;

	if (health->rate_sum <= 0)
		return POST;
	d = health->error_sum < INT64_MAX / POST ?
	    POST * health->error_sum / health->rate_sum :
	    health->error_sum / at_least(1, health->rate_sum / POST);
	return at_most(most, at_least(POST, d));
}

static bool
is_young(const struct sm_health *health)
{
	return health->hours < SM_HEALTH_YOUNG ||
	    health->posts < SM_HEALTH_POSTS;
}

/* From how many missing posts on it is silent. */
static int64_t
limit(const struct sm_health *health)
{
	int64_t d = dispersion(health), week = week_sum(health);
	int64_t bursts = at_least(POST, week * POST / d);
	int64_t ln = sm_health_ln(bursts * SM_HEALTH_RARE);

	return at_least(d * ln / POST, health->longest * 3 / 2);
}

/* L at a time. */
static int64_t
missing(const struct sm_health *health, int64_t time)
{
	return sm_health_expected(health, health->post, time);
}

/* ---- Learning ---------------------------------------------------------- */

static void
learn(struct sm_health *health, int64_t hour, uint32_t posts)
{
	int64_t *rate = &health->rate[hour % SM_HEALTH_WEEK];
	int64_t mean = *rate, count = at_most(posts, MOST) * POST;
	int64_t weeks = at_most(WEEKS, health->hours / SM_HEALTH_WEEK + 1);
	int64_t wild = at_least(mean, week_sum(health) / SM_HEALTH_WEEK);

	if (health->hours >= SM_HEALTH_WEEK) {
		count = at_most(count, WILD * (wild + POST));
		health->error_sum += (count - mean) * (count - mean) / POST -
		    health->error_sum / DISPERSION;
		health->rate_sum += mean - health->rate_sum / DISPERSION;
		health->seen += (count * 1000 - health->seen) / MONTH;
		health->hoped += (mean * 1000 - health->hoped) / MONTH;
	}
	health->longest -= health->longest / (WEEKS * SM_HEALTH_WEEK);
	*rate += (count - *rate) / weeks;
	health->hours++;
}

/* More is missing than usual: 19 to 1, and more than there ever was. */
static bool
is_late(const struct sm_health *health, int64_t l)
{
	return !is_young(health) && l > health->longest &&
	    l * POST / dispersion(health) >= LATE;
}

/* Whether the hour lies in a silence that was reported. */
static bool
is_quiet(const struct sm_health *health, int64_t hour)
{
	return hour >= health->quiet_from && hour < health->quiet_to;
}

/*
 * An hour that was heard to its end.  As long as a silence lasts that may be a
 * fault, its hours are held back: else what is expected would fade with it.
 */
static void
close_hour(struct sm_health *health, int64_t hour)
{
	if (is_late(health, missing(health, (hour + 1) * HOUR))) {
		if (health->held == 0)
			health->held = hour;
	} else if (!is_quiet(health, hour))
		learn(health, hour, health->open[0]);
}

/* A silence has ended by itself: its hours, in which nothing came, count. */
static void
learn_held(struct sm_health *health)
{
	int64_t hour = health->held, end = at_most(health->learnt,
	    hour + WEEKS * SM_HEALTH_WEEK);

	for (; hour > 0 && hour <= end; hour++)
		learn(health, hour, 0);
	health->held = 0;
}

/* The hours that are a day old. */
static void
close_hours(struct sm_health *health, int64_t now)
{
	int64_t hour = now / HOUR, before = health->success / HOUR;
	bool all = hour - before < SM_HEALTH_OPEN;
	int64_t last = hour - SM_HEALTH_OPEN;

	while (health->learnt < last) {
		health->learnt++;
		/* Of hours that were not heard to the end nothing is known. */
		if (all || health->learnt < before)
			close_hour(health, health->learnt);
		memmove(health->open, health->open + 1,
		    sizeof(health->open) - sizeof(health->open[0]));
		health->open[SM_HEALTH_OPEN - 1] = 0;
	}
}

static void
count_posts(struct sm_health *health, const struct sm_volume *volume)
{
	for (int i = 0; i < SM_VOLUME_HOURS; i++) {
		int64_t at = volume->first + i - health->learnt - 1;

		if (at >= SM_HEALTH_OPEN)
			at = SM_HEALTH_OPEN - 1;
		if (at >= 0)
			health->open[at] += volume->count[i];
	}
}

/* A silence that ended by itself tells what is usual here. */
static void
note_silence(struct sm_health *health, int64_t now)
{
	int64_t most = limit(health), waited = health->waited;

	/* One that was reported may have been a fault: believe it half. */
	if (!is_young(health) && waited >= most) {
		waited = most;
		health->quiet_from = health->post / HOUR;
		health->quiet_to = now / HOUR;
		health->held = 0;
	} else
		learn_held(health);
	health->longest = at_least(health->longest, waited);
}

void
sm_health_answered(struct sm_health *health, const struct sm_volume *volume,
    int64_t now)
{
	health->asked = now;
	health->failures = 0;
	health->code = SM_EXIT_OK;
	health->error[0] = '\0';
	health->said = SM_TIME_NONE;
	if (health->success == SM_TIME_NONE || now < health->success) {
		/* What was there before us says nothing about the hours. */
		health->first = now;
		health->learnt = now / HOUR;
		memset(health->open, 0, sizeof(health->open));
	} else {
		close_hours(health, now);
		count_posts(health, volume);
	}
	health->success = now;
	health->posts += (int64_t)volume->posts;
	if (volume->posts > 0) {
		note_silence(health, now);
		health->post = at_most(now, at_least(health->post,
		    volume->last));
	}
	health->waited = missing(health, now);
}

void
sm_health_failed(struct sm_health *health, enum sm_exit code,
    const char *error, int64_t now)
{
	size_t len = strlen(error);

	health->asked = now;
	health->failures++;
	health->code = code;
	if (len >= sizeof(health->error))
		len = sizeof(health->error) - 1;
	/* No half characters. */
	while (len > 0 && len < strlen(error) &&
	    ((unsigned char)error[len] & 0xC0) == 0x80)
		len--;
	memcpy(health->error, error, len);
	health->error[len] = '\0';
}

/* ---- Looking ----------------------------------------------------------- */

/* first, twice as long with each failure, at most most. */
static int64_t
pause_after(int failures, int64_t first, int64_t most)
{
	while (failures-- > 1 && first < most)
		first *= 2;
	return at_most(first, most);
}

int64_t
sm_health_due(const struct sm_health *health)
{
	int64_t every = health->every, wait = every;

	if (health->asked == SM_TIME_NONE)
		return SM_TIME_NONE;
	if (health->code == SM_EXIT_NOPERM)
		wait = at_least(every, pause_after(health->failures, HOUR,
		    DAY));
	else if (health->code == SM_EXIT_TEMP)
		wait = at_most(every, pause_after(health->failures,
		    FIRST_PAUSE, DAY));
	else if (wait == 0)
		return SM_TIME_NONE;
	return health->asked + wait - at_most(wait / 10, 60);
}

static enum sm_health_state
state_of(const struct sm_health *health, const struct sm_health_view *view)
{
	if (health->code == SM_EXIT_NOPERM)
		return SM_HEALTH_LOGIN;
	if (health->code != SM_EXIT_OK && (health->code != SM_EXIT_TEMP ||
	    health->failures >= SM_HEALTH_FAILURES))
		return SM_HEALTH_FAILING;
	if (health->success == SM_TIME_NONE)
		return SM_HEALTH_NEVER;
	if (view->young)
		return SM_HEALTH_OK;
	if (view->missing >= view->limit)
		return SM_HEALTH_SILENT;
	return is_late(health, view->missing) ? SM_HEALTH_LATE : SM_HEALTH_OK;
}

void
sm_health_look(const struct sm_health *health, struct sm_health_view *view)
{
	memset(view, 0, sizeof(*view));
	view->young = is_young(health);
	view->due = sm_health_due(health);
	if (health->success != SM_TIME_NONE) {
		view->expected = sm_health_expected(health,
		    health->success - DAY, health->success);
		view->missing = missing(health, health->success);
	}
	for (int i = 0; i < SM_HEALTH_OPEN; i++)
		view->seen += (int64_t)health->open[i] * POST;
	if (!view->young)
		view->limit = limit(health);
	view->state = state_of(health, view);
}

const char *
sm_health_state_name(enum sm_health_state state)
{
	static const char *const names[] = { "ok", "never", "late", "silent",
	    "failing", "reauth_required" };

	return names[state];
}
