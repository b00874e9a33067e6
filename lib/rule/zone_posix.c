/* The footer of a TZif file: a POSIX TZ string. */
#include <string.h>

#include "base/clock.h"
#include "rule/zone.h"
#include "rule/zone_impl.h"

#define DAY 86400
#define HOURS_MAX 167

struct text {
	const char *at, *end;
};

static bool
take(struct text *text, char c)
{
	if (text->at == text->end || *text->at != c)
		return false;
	text->at++;
	return true;
}

static bool
is_digit(const struct text *text)
{
	return text->at < text->end && *text->at >= '0' && *text->at <= '9';
}

/* A number of low..high, or -1. */
static int
number(struct text *text, int low, int high)
{
	int value = 0;

	if (!is_digit(text))
		return -1;
	while (is_digit(text)) {
		value = value * 10 + (*text->at++ - '0');
		if (value > 1000)
			return -1;
	}
	return value >= low && value <= high ? value : -1;
}

/* "CET" or "<+03>". */
static int
abbreviation(struct text *text)
{
	const char *begin = text->at;

	if (take(text, '<')) {
		while (text->at < text->end && *text->at != '>')
			text->at++;
		return take(text, '>') ? 0 : -1;
	}
	while (text->at < text->end && ((*text->at >= 'A' &&
	    *text->at <= 'Z') || (*text->at >= 'a' && *text->at <= 'z')))
		text->at++;
	return text->at - begin >= 3 ? 0 : -1;
}

/* [+-]hh[:mm[:ss]] in seconds. */
static int
clock_time(struct text *text, int32_t *out)
{
	int sign = take(text, '-') ? -1 : (take(text, '+'), 1);
	int hour = number(text, 0, HOURS_MAX), minute = 0, second = 0;

	if (hour == -1)
		return -1;
	if (take(text, ':')) {
		minute = number(text, 0, 59);
		if (minute != -1 && take(text, ':'))
			second = number(text, 0, 59);
	}
	if (minute == -1 || second == -1)
		return -1;
	*out = sign * (hour * 3600 + minute * 60 + second);
	return 0;
}

/* ,Mm.w.d[/time]  ,Jn[/time]  ,n[/time] */
static int
change(struct text *text, struct zone_change *out)
{
	bool good;

	if (!take(text, ','))
		return -1;
	if (take(text, 'M')) {
		out->kind = ZONE_MONTH;
		out->month = number(text, 1, 12);
		good = out->month != -1 && take(text, '.');
		out->week = good ? number(text, 1, 5) : -1;
		good = good && out->week != -1 && take(text, '.');
		out->day = good ? number(text, 0, 6) : -1;
	} else if (take(text, 'J')) {
		out->kind = ZONE_JULIAN;
		out->day = number(text, 1, 365);
	} else {
		out->kind = ZONE_DAY;
		out->day = number(text, 0, 365);
	}
	out->time = 2 * 3600;
	if (out->day == -1)
		return -1;
	return take(text, '/') ? clock_time(text, &out->time) : 0;
}

int
zone_footer_read(struct zone_footer *footer, const char *s, size_t len)
{
	struct text text = { .at = s, .end = s + len };

	memset(footer, 0, sizeof(*footer));
	if (abbreviation(&text) == -1 ||
	    clock_time(&text, &footer->standard_s) == -1)
		return -1;
	footer->standard_s = -footer->standard_s;
	footer->known = true;
	if (text.at == text.end)
		return 0;
	footer->summer = true;
	footer->summer_s = footer->standard_s + 3600;
	if (abbreviation(&text) == -1)
		return -1;
	if (text.at < text.end && *text.at != ',') {
		if (clock_time(&text, &footer->summer_s) == -1)
			return -1;
		footer->summer_s = -footer->summer_s;
	}
	/* POSIX leaves the rule open where there is none; so do we. */
	if (change(&text, &footer->begin) == -1 ||
	    change(&text, &footer->end) == -1 || text.at != text.end)
		return -1;
	return 0;
}

static bool
is_leap(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* The day of a change in a year, from 1970-01-01. */
static int64_t
day_of(const struct zone_change *change, int64_t year)
{
	int64_t first, day;

	if (change->kind == ZONE_DAY)
		return sm_time_days(year, 1, 1) + change->day;
	if (change->kind == ZONE_JULIAN)	/* February 29 has no number */
		return sm_time_days(year, 1, 1) + change->day - 1 +
		    (is_leap(year) && change->day >= 60);
	first = sm_time_days(year, change->month, 1);
	/* 1970-01-01 was a Thursday, day 4 of its week. */
	day = first + (change->day - ((first + 4) % 7 + 7) % 7 + 7) % 7;
	day += 7 * (change->week - 1);
	while (day >= (change->month == 12 ? sm_time_days(year + 1, 1, 1) :
	    sm_time_days(year, change->month + 1, 1)))
		day -= 7;
	return day;
}

/* The year of an instant, within one of the right one. */
static int64_t
near_year(int64_t utc)
{
	return 1970 + (utc >= 0 ? utc : utc - 31556951) / 31556952;
}

int32_t
zone_footer_offset(const struct zone_footer *footer, int64_t utc,
    int64_t *until)
{
	int64_t year = near_year(utc), last = INT64_MIN;
	int32_t offset = footer->standard_s;

	*until = SM_ZONE_NEVER;
	if (!footer->summer)
		return offset;
	/* Of all changes near: the last one before and the first one after. */
	for (int64_t y = year - 2; y <= year + 2; y++)
		for (int i = 0; i < 2; i++) {
			const struct zone_change *change = i == 0 ?
			    &footer->begin : &footer->end;
			int64_t at = day_of(change, y) * DAY + change->time -
			    (i == 0 ? footer->standard_s : footer->summer_s);

			if (at <= utc && at >= last) {
				last = at;
				offset = i == 0 ? footer->summer_s :
				    footer->standard_s;
			} else if (at > utc && at < *until) {
				*until = at;
			}
		}
	return offset;
}
