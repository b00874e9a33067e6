#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Howard Hinnant, "chrono-compatible low-level date algorithms" (2014). */
int64_t
sm_time_days(int64_t year, int month, int day)
{
	int64_t era, yoe, doy;

	year -= month <= 2;
	era = (year >= 0 ? year : year - 399) / 400;
	yoe = year - era * 400;
	doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void
civil(int64_t days, int *year, int *month, int *day)
{
	int64_t era, doe, yoe, doy, mp;

	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	doe = days - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	*day = (int)(doy - (153 * mp + 2) / 5 + 1);
	*month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*year = (int)(yoe + era * 400 + (*month <= 2));
}

void
sm_time_format(int64_t time, char out[SM_TIME_TEXT])
{
	static const int64_t least = -62167219200, most = 253402300799;
	int64_t days, rest;
	int year, month, day;

	if (time < least)
		time = least;
	if (time > most)
		time = most;
	days = time / 86400;
	rest = time % 86400;
	if (rest < 0) {
		rest += 86400;
		days--;
	}
	civil(days, &year, &month, &day);
	(void)snprintf(out, SM_TIME_TEXT, "%04u-%02u-%02uT%02u:%02u:%02uZ",
	    (unsigned)year % 10000, (unsigned)month % 100,
	    (unsigned)day % 100, (unsigned)(rest / 3600) % 100,
	    (unsigned)(rest / 60 % 60), (unsigned)(rest % 60));
}

/* count digits at *s; -1 where there is anything else. */
static int
digits(const char **s, const char *end, int count)
{
	int value = 0;

	if (end - *s < count)
		return -1;
	for (; count > 0; count--, (*s)++) {
		if (**s < '0' || **s > '9')
			return -1;
		value = value * 10 + (**s - '0');
	}
	return value;
}

static int
literal(const char **s, const char *end, char c)
{
	if (*s >= end || **s != c)
		return -1;
	(*s)++;
	return 0;
}

static int
days_in(int year, int month)
{
	static const int days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

/* The zone at *s, in seconds east of UTC. */
static int
zone(const char **s, const char *end, int *offset)
{
	int sign, hours, minutes;

	if (*s >= end)
		return -1;
	if (**s == 'Z' || **s == 'z') {
		(*s)++;
		*offset = 0;
		return 0;
	}
	if (**s != '+' && **s != '-')
		return -1;
	sign = *(*s)++ == '+' ? 1 : -1;
	hours = digits(s, end, 2);
	if (hours < 0 || hours > 23 || literal(s, end, ':') == -1)
		return -1;
	minutes = digits(s, end, 2);
	if (minutes < 0 || minutes > 59)
		return -1;
	*offset = sign * (hours * 3600 + minutes * 60);
	return 0;
}

int
sm_time_parse(const char *s, size_t len, int64_t *time)
{
	const char *end = s + len;
	int year, month, day, hour, minute, second, offset;

	year = digits(&s, end, 4);
	if (year < 0 || literal(&s, end, '-') == -1)
		return -1;
	month = digits(&s, end, 2);
	if (month < 1 || month > 12 || literal(&s, end, '-') == -1)
		return -1;
	day = digits(&s, end, 2);
	if (day < 1 || day > days_in(year, month))
		return -1;
	if (s >= end || (*s != 'T' && *s != 't' && *s != ' '))
		return -1;
	s++;
	hour = digits(&s, end, 2);
	if (hour < 0 || hour > 23 || literal(&s, end, ':') == -1)
		return -1;
	minute = digits(&s, end, 2);
	if (minute < 0 || minute > 59 || literal(&s, end, ':') == -1)
		return -1;
	second = digits(&s, end, 2);
	if (second < 0 || second > 60)
		return -1;
	if (second == 60)
		second = 59;
	if (s < end && *s == '.') {
		s++;
		if (digits(&s, end, 1) == -1)
			return -1;
		while (s < end && *s >= '0' && *s <= '9')
			s++;
	}
	if (zone(&s, end, &offset) == -1 || s != end)
		return -1;
	*time = sm_time_days(year, month, day) * 86400 + hour * 3600 +
	    minute * 60 + second - offset;
	return 0;
}

static const char *
fixed_now(void)
{
	const char *text = getenv("SM_NOW");

	return text && *text ? text : NULL;
}

bool
sm_clock_is_set(void)
{
	return fixed_now() != NULL;
}

int64_t
sm_clock_now(void)
{
	const char *text = fixed_now();
	int64_t now;
	char *end;

	if (!text)
		return (int64_t)time(NULL);
	if (sm_time_parse(text, strlen(text), &now) == 0)
		return now;
	errno = 0;
	now = strtoll(text, &end, 10);
	return *end || errno ? (int64_t)time(NULL) : now;
}
