#include "rule/calendar.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "rule/calendar_impl.h"

#define DAY 86400
#define LOOK_DAYS (SM_CALENDAR_YEARS * 366)
#define JOIN_DAYS 8	/* an interval is followed no further at a time */

static int
by_day(const void *a, const void *b)
{
	const struct calendar_day *x = a, *y = b;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	if (x->depth != y->depth)
		return x->depth - y->depth;
	return x->order < y->order ? -1 : 1;
}

void
calendar_settle(struct calendar_days *days)
{
	size_t kept = 0;

	if (days->count == 0)
		return;
	qsort(days->list, days->count, sizeof(*days->list), by_day);
	for (size_t i = 0; i < days->count; i++)
		if (i == 0 || days->list[i].day != days->list[kept - 1].day)
			days->list[kept++] = days->list[i];
	days->count = kept;
}

static const struct calendar_hours *
find_day(const struct calendar_days *days, int64_t day)
{
	size_t low = 0, high = days->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (days->list[middle].day == day)
			return &days->list[middle].hours;
		if (days->list[middle].day < day)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* Month * 100 + day.  After Howard Hinnant, "chrono-compatible low-level
   date algorithms", 2013. */
static int
month_day(int64_t days)
{
	int64_t shifted = days + 719468;
	int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	int64_t in_era = shifted - era * 146097;
	int64_t year = (in_era - in_era / 1460 + in_era / 36524 -
	    in_era / 146096) / 365;
	int64_t in_year = in_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * in_year + 2) / 153;

	return (int)((month < 10 ? month + 3 : month - 9) * 100 +
	    in_year - (153 * month + 2) / 5 + 1);
}

static const struct calendar_hours *
hours_of(const struct sm_calendar *calendar, int64_t day)
{
	const struct calendar_hours *hours = find_day(&calendar->dates, day);

	if (!hours && calendar->yearly.count > 0)
		hours = find_day(&calendar->yearly, month_day(day));
	if (hours)
		return hours;
	/* 1970-01-01 was a Thursday. */
	return &calendar->week[((day + 3) % 7 + 7) % 7];
}

static int64_t
day_of(int64_t local)
{
	return (local >= 0 ? local : local - (DAY - 1)) / DAY;
}

/*
 * The first interval of wall clock time that ends after local, joined with
 * those that touch it.  Shifts over midnight begin the day before.
 */
static bool
next_local(const struct sm_calendar *calendar, int64_t local, int64_t *from,
    int64_t *to)
{
	int64_t first = day_of(local) - 1;
	bool found = false;

	for (int64_t day = first; day < first + LOOK_DAYS; day++) {
		const struct calendar_hours *hours = hours_of(calendar, day);

		if (found && (*to < day * DAY ||
		    day > day_of(*from) + JOIN_DAYS))
			return true;
		for (int i = 0; i < hours->count; i++) {
			int64_t begin = day * DAY + hours->spans[i].from;
			int64_t end = day * DAY + hours->spans[i].to;

			if (end <= local)
				continue;
			if (!found) {
				*from = begin;
				*to = end;
				found = true;
			} else if (begin > *to) {
				return true;
			} else if (end > *to) {
				*to = end;
			}
		}
	}
	return found;
}

/*
 * The first open piece that ends after utc, as far as the wall clock runs
 * evenly; the part before utc is left out.
 */
static bool
next_open(const struct sm_calendar *calendar, int64_t utc, int64_t *from,
    int64_t *to)
{
	int64_t limit = utc + (int64_t)LOOK_DAYS * DAY;

	while (utc < limit) {
		int64_t until, begin = 0, end = 0;
		int32_t offset = sm_zone_offset(calendar->zone, utc, &until);

		if (!next_local(calendar, utc + offset, &begin, &end))
			return false;
		begin -= offset;
		end -= offset;
		if (begin < until) {
			*from = begin > utc ? begin : utc;
			*to = end < until ? end : until;
			return true;
		}
		utc = until;
	}
	return false;
}

bool
sm_calendar_is_open(const struct sm_calendar *calendar, int64_t time)
{
	int64_t from, to;

	return next_open(calendar, time, &from, &to) && from == time;
}

int64_t
sm_calendar_between(const struct sm_calendar *calendar, int64_t from,
    int64_t to)
{
	int64_t sum = 0, begin, end;

	while (from < to && next_open(calendar, from, &begin, &end) &&
	    begin < to) {
		sum += (end < to ? end : to) - begin;
		from = end;
	}
	return sum;
}

int64_t
sm_calendar_after(const struct sm_calendar *calendar, int64_t from,
    int64_t seconds)
{
	int64_t limit = from + (int64_t)LOOK_DAYS * DAY, begin, end;

	if (seconds <= 0)
		return from;
	while (from < limit && next_open(calendar, from, &begin, &end)) {
		if (end - begin >= seconds)
			return begin + seconds;
		seconds -= end - begin;
		from = end;
	}
	return SM_TIME_NONE;
}

struct sm_calendar *
sm_calendar_always(void)
{
	struct sm_calendar *calendar = sm_xcalloc(1, sizeof(*calendar));

	calendar->zone = sm_zone_open("UTC", NULL);
	for (int i = 0; i < 7; i++) {
		calendar->week[i].count = 1;
		calendar->week[i].spans[0].to = DAY;
		calendar->week_depth[i] = 1;
	}
	return calendar;
}

void
sm_calendar_free(struct sm_calendar *calendar)
{
	if (!calendar)
		return;
	sm_zone_free(calendar->zone);
	free(calendar->dates.list);
	free(calendar->yearly.list);
	free(calendar);
}

const char *
sm_calendar_zone(const struct sm_calendar *calendar)
{
	return sm_zone_name(calendar->zone);
}

int32_t
sm_calendar_offset(const struct sm_calendar *calendar, int64_t time)
{
	int64_t until;

	return sm_zone_offset(calendar->zone, time, &until);
}

int64_t
sm_calendar_longest(const struct sm_calendar *calendar)
{
	int64_t longest = 0;

	for (int day = 0; day < 7; day++) {
		const struct calendar_hours *hours = &calendar->week[day];
		int64_t sum = 0;

		for (int i = 0; i < hours->count; i++)
			sum += hours->spans[i].to - hours->spans[i].from;
		if (sum > longest)
			longest = sum;
	}
	return longest;
}
