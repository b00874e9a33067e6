#include "text/date.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"

#define UNSET (-1)

/* What has been found so far; UNSET where nothing. */
struct parts {
	int64_t year;
	int month, day;
	int hour, minute, second;
	int64_t zone;		/* seconds east of UTC */
	bool zoned;
	bool dotted;		/* 25.08.2026: the day comes first */
	bool early;		/* the month came before any number */
	int numbers[3];		/* of a date in figures, as they stand */
	int digits[3];
	int count;
};

struct scan {
	const char *at, *end;
};

static const struct { const char *name; int minutes; } zones[] = {
	{ "Z", 0 }, { "UT", 0 }, { "UTC", 0 }, { "GMT", 0 }, { "WET", 0 },
	{ "CET", 60 }, { "MEZ", 60 }, { "BST", 60 }, { "WEST", 60 },
	{ "CEST", 120 }, { "MESZ", 120 }, { "EET", 120 }, { "EEST", 180 },
	{ "MSK", 180 }, { "JST", 540 }, { "KST", 540 }, { "AEST", 600 },
	{ "AEDT", 660 }, { "NZST", 720 }, { "NZDT", 780 }, { "EST", -300 },
	{ "EDT", -240 }, { "CST", -360 }, { "CDT", -300 }, { "MST", -420 },
	{ "MDT", -360 }, { "PST", -480 }, { "PDT", -420 }, { "HST", -600 },
	{ "AKST", -540 }, { "AKDT", -480 }, { "BRT", -180 }, { "ART", -180 },
	{ "SGT", 480 }, { "HKT", 480 }
};

static int
peek(const struct scan *scan)
{
	return scan->at < scan->end ? (unsigned char)*scan->at : -1;
}

static bool
take(struct scan *scan, char c)
{
	if (peek(scan) != (unsigned char)c)
		return false;
	scan->at++;
	return true;
}

/* At most most digits; how many there were. */
static int
take_digits(struct scan *scan, int most, int64_t *value)
{
	int n = 0;

	*value = 0;
	while (n < most && peek(scan) >= '0' && peek(scan) <= '9') {
		*value = *value * 10 + (*scan->at++ - '0');
		n++;
	}
	return n;
}

static int
days_in_month(int64_t year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
	    30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

static int
finish(const struct parts *p, int64_t *time, bool *zoned)
{
	int second = p->second == 60 ? 59 : p->second;

	if (p->month < 1 || p->month > 12 || p->year < 0 || p->year > 9999 ||
	    p->day < 1 || p->day > days_in_month(p->year, p->month))
		return -1;
	if (p->hour > 24 || p->minute > 59 || second > 59 ||
	    (p->hour == 24 && (p->minute > 0 || second > 0)))
		return -1;
	*time = sm_time_days(p->year, p->month, p->day) * 86400 +
	    p->hour * 3600 + p->minute * 60 + second - p->zone;
	if (zoned)
		*zoned = p->zoned;
	return 0;
}

/* +hh:mm, +hhmm, +hh or +h; the sign is still to come. */
static bool
take_offset(struct scan *scan, struct parts *p)
{
	int sign = peek(scan) == '-' ? -1 : 1;
	int64_t hours, minutes = 0;
	int n;

	scan->at++;
	n = take_digits(scan, 4, &hours);
	if (n == 0)
		return false;
	if (n > 2) {
		minutes = hours % 100;
		hours /= 100;
	} else if (take(scan, ':') && take_digits(scan, 2, &minutes) != 2)
		return false;
	if (hours > 15 || minutes > 59)
		return false;
	p->zone = sign * (hours * 3600 + minutes * 60);
	p->zoned = true;
	return true;
}

static bool
is_zone(const char *word, size_t len, struct parts *p)
{
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		if (strlen(zones[i].name) == len &&
		    strncasecmp(zones[i].name, word, len) == 0) {
			p->zone = zones[i].minutes * 60;
			p->zoned = true;
			return true;
		}
	}
	return false;
}

static void
skip_fraction(struct scan *scan)
{
	if ((peek(scan) == '.' || peek(scan) == ',') &&
	    scan->at + 1 < scan->end &&
	    isdigit((unsigned char)scan->at[1])) {
		scan->at++;
		while (peek(scan) >= '0' && peek(scan) <= '9')
			scan->at++;
	}
}

/* :mm[:ss[.fraction]], the hour being known. */
static bool
take_clock(struct scan *scan, struct parts *p)
{
	int64_t value;

	if (!take(scan, ':') || take_digits(scan, 2, &value) == 0)
		return false;
	p->minute = (int)value;
	if (take(scan, ':')) {
		if (take_digits(scan, 2, &value) == 0)
			return false;
		p->second = (int)value;
	}
	if (p->second > 60)
		return false;
	skip_fraction(scan);
	return true;
}

/* hhmm[ss] or hh[:mm[:ss]] behind an ISO date. */
static bool
iso_clock(struct scan *scan, struct parts *p)
{
	int64_t value;
	int n = take_digits(scan, 6, &value);

	if (n == 2) {
		p->hour = (int)value;
		if (peek(scan) == ':' && !take_clock(scan, p))
			return false;
	} else if (n == 4 || n == 6) {
		if (n == 6) {
			p->second = (int)(value % 100);
			value /= 100;
		}
		p->hour = (int)(value / 100);
		p->minute = (int)(value % 100);
		skip_fraction(scan);
	} else
		return false;
	return p->second <= 60;
}

static bool
iso_zone(struct scan *scan, struct parts *p)
{
	const char *word;

	while (take(scan, ' '))
		;
	if (peek(scan) == -1)
		return true;
	if (peek(scan) == '+' || peek(scan) == '-') {
		if (!take_offset(scan, p))
			return false;
	} else {
		word = scan->at;
		while (isalpha(peek(scan) < 0 ? 0 : peek(scan)))
			scan->at++;
		if (!is_zone(word, (size_t)(scan->at - word), p))
			return false;
	}
	return peek(scan) == -1;
}

/* "12026-": a year that we cannot write, but must not take for another. */
static bool
take_far_year(struct scan *scan)
{
	struct scan ahead = *scan;
	int64_t value;

	if (take_digits(&ahead, 9, &value) < 5 || peek(&ahead) != '-')
		return false;
	*scan = ahead;
	return true;
}

/* 2026-08-25, 20260825, 2026-08, 2026/08/25, with a time or without. */
static bool
iso(struct scan scan, struct parts *p)
{
	int64_t value;
	char mark = '\0';

	if (take_far_year(&scan))
		p->year = 9999;
	else if (take_digits(&scan, 4, &p->year) != 4)
		return false;
	if (peek(&scan) == '-' || peek(&scan) == '/' || peek(&scan) == '.')
		mark = *scan.at++;
	if (take_digits(&scan, 2, &value) == 0)
		return false;
	p->month = (int)value;
	p->day = 1;
	if (mark && peek(&scan) == -1)
		return true;
	if (mark && !take(&scan, mark))
		return false;
	if (take_digits(&scan, 2, &value) == 0)
		return false;
	p->day = (int)value;
	if (peek(&scan) == -1)
		return true;
	if (peek(&scan) == 'T' || peek(&scan) == 't' || peek(&scan) == ',')
		scan.at++;
	else if (peek(&scan) != ' ')
		return false;
	while (take(&scan, ' '))
		;
	return iso_clock(&scan, p) && iso_zone(&scan, p);
}

/* Ten digits are Unix seconds, thirteen milli-, sixteen microseconds. */
static bool
unix_time(const char *s, size_t len, int64_t *time)
{
	struct scan scan = { .at = s, .end = s + len };
	int n = take_digits(&scan, 16, time);

	if (scan.at != scan.end)
		return false;
	if (n == 13)
		*time /= 1000;
	else if (n == 16)
		*time /= 1000000;
	else if (n != 10)
		return false;
	return true;
}

/* A word: month, zone, AM or PM; others (weekdays, "at", "de") say nothing. */
static bool
wild_word(struct scan *scan, struct parts *p)
{
	const char *word = scan->at;
	size_t len;
	int month;

	while (peek(scan) >= 0x80 || isalpha(peek(scan) < 0 ? 0 : peek(scan)))
		scan->at++;
	len = (size_t)(scan->at - word);
	month = sm_date_month(word, len);
	/* "mar. 25 mai": a Tuesday, not a month. */
	if (month && (p->month == UNSET || (p->early && p->count > 0))) {
		p->month = month;
		p->early = p->count == 0;
	} else if (p->hour != UNSET && len == 2 &&
	    strncasecmp(word, "pm", 2) == 0)
		p->hour += p->hour < 12 ? 12 : 0;
	else if (p->hour != UNSET && len == 2 &&
	    strncasecmp(word, "am", 2) == 0)
		p->hour = p->hour == 12 ? 0 : p->hour;
	else if (p->hour != UNSET && is_zone(word, len, p) &&
	    (peek(scan) == '+' || peek(scan) == '-'))
		return take_offset(scan, p);	/* GMT+2 */
	return true;
}

static bool
wild_number(struct scan *scan, struct parts *p)
{
	int64_t value;
	int n = take_digits(scan, 6, &value);

	if (n > 4)
		return false;
	if (peek(scan) == ':' && p->hour == UNSET && n <= 2) {
		p->hour = (int)value;
		p->minute = p->second = 0;
		return take_clock(scan, p);
	}
	if (p->count == 3)
		return false;
	if (p->count == 0 && peek(scan) == '.')
		p->dotted = true;
	p->digits[p->count] = n;
	p->numbers[p->count++] = (int)value;
	return true;
}

static void
set_year(struct parts *p, int value, int digits)
{
	p->year = value;
	if (digits <= 2)
		p->year += value < 69 ? 2000 : 1900;
}

/* Which number is day, month and year. */
static bool
wild_order(struct parts *p)
{
	int first = p->numbers[0], second = p->numbers[1];

	if (p->month != UNSET) {
		if (p->count != 2)
			return false;
		if (p->digits[0] > 2) {		/* 2026 Aug 25 */
			set_year(p, first, p->digits[0]);
			p->day = second;
		} else {
			p->day = first;
			set_year(p, second, p->digits[1]);
		}
		return true;
	}
	if (p->count != 3 || p->digits[0] > 2 || p->digits[1] > 2)
		return false;
	if (!p->dotted && first <= 12 && second <= 12 && first != second)
		return false;	/* day first, or month first? */
	p->day = p->dotted || first > 12 ? first : second;
	p->month = p->dotted || first > 12 ? second : first;
	set_year(p, p->numbers[2], p->digits[2]);
	return true;
}

static void
skip_comment(struct scan *scan)
{
	const char *close = memchr(scan->at, ')',
	    (size_t)(scan->end - scan->at));

	scan->at = close ? close + 1 : scan->end;
}

static bool
wild(struct scan scan, struct parts *p)
{
	int c;

	while ((c = peek(&scan)) != -1) {
		bool sign = c == '+' || c == '-';

		if (c == '(')
			skip_comment(&scan);
		else if (sign && p->hour != UNSET && !p->zoned &&
		    scan.at + 1 < scan.end &&
		    isdigit((unsigned char)scan.at[1])) {
			if (!take_offset(&scan, p))
				return false;
		} else if (isdigit(c)) {
			if (!wild_number(&scan, p))
				return false;
		} else if (c >= 0x80 || isalpha(c)) {
			if (!wild_word(&scan, p))
				return false;
		} else if (strchr(" \t\r\n,./-", c))
			scan.at++;
		else
			return false;
	}
	return wild_order(p);
}

static struct parts
nothing(void)
{
	struct parts p = { .year = UNSET, .month = UNSET, .day = UNSET };

	return p;
}

int
sm_date_parse(const char *s, size_t len, int64_t *time, bool *zoned)
{
	struct scan scan = { .at = s, .end = s + len };
	struct parts p = nothing();

	while (scan.at < scan.end && isspace((unsigned char)*scan.at))
		scan.at++;
	while (scan.end > scan.at && isspace((unsigned char)scan.end[-1]))
		scan.end--;
	len = (size_t)(scan.end - scan.at);
	if (len == 0 || len > SM_DATE_MAX || memchr(scan.at, '\0', len))
		return -1;
	if (unix_time(scan.at, len, time)) {
		if (zoned)
			*zoned = true;
		return 0;
	}
	if (iso(scan, &p))
		return finish(&p, time, zoned);
	p = nothing();
	p.hour = UNSET;
	if (!wild(scan, &p))
		return -1;
	if (p.hour == UNSET)
		p.hour = p.minute = p.second = 0;
	return finish(&p, time, zoned);
}
