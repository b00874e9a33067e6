#include "text/date.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "text/date_impl.h"
#include "text/date_zone.h"

static int
finish(const struct date_parts *p, int64_t *time, bool *zoned)
{
	int second = p->second == 60 ? 59 : p->second;

	if (p->month < 1 || p->month > 12 || p->year < 0 || p->year > 9999 ||
	    p->day < 1 || p->day > date_month_days(p->year, p->month))
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

/* Ten digits are Unix seconds, thirteen milli-, sixteen microseconds. */
static bool
unix_time(const char *s, size_t len, int64_t *time)
{
	struct date_scan scan = { .at = s, .end = s + len };
	int n = date_digits(&scan, 16, time);

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
wild_word(struct date_scan *scan, struct date_parts *p)
{
	const char *word = scan->at;
	size_t len;
	int month;

	date_word(scan);
	len = (size_t)(scan->at - word);
	if (date_korean(word, len, &p->half)) {
		if (!p->zoned) {
			p->zone = 9 * 3600;
			p->zoned = true;
		}
		return true;
	}
	month = sm_date_month(word, len);
	/* "mar. 25 mai": a Tuesday, not a month. */
	if (month && (p->month == DATE_UNSET || (p->early && p->count > 0))) {
		p->month = month;
		p->early = p->count == 0;
	} else if (p->hour != DATE_UNSET && len == 2 &&
	    strncasecmp(word, "pm", 2) == 0)
		p->hour += p->hour < 12 ? 12 : 0;
	else if (p->hour != DATE_UNSET && len == 2 &&
	    strncasecmp(word, "am", 2) == 0)
		p->hour = p->hour == 12 ? 0 : p->hour;
	else if (p->hour != DATE_UNSET && date_is_zone(word, len, p) &&
	    (date_peek(scan) == '+' || date_peek(scan) == '-'))
		return date_offset(scan, p);	/* GMT+2 */
	return true;
}

static bool
wild_number(struct date_scan *scan, struct date_parts *p)
{
	int64_t value;
	int n = date_digits(scan, 6, &value);

	if (n > 4)
		return false;
	if (date_peek(scan) == ':' && p->hour == DATE_UNSET && n <= 2) {
		p->hour = (int)value;
		p->minute = p->second = 0;
		return date_clock(scan, p);
	}
	if (p->count == 3)
		return false;
	if (p->count == 0 && date_peek(scan) == '.')
		p->dotted = true;
	p->digits[p->count] = n;
	p->numbers[p->count++] = (int)value;
	return true;
}

static void
set_year(struct date_parts *p, int value, int digits)
{
	p->year = value;
	if (digits <= 2)
		p->year += value < 69 ? 2000 : 1900;
}

/* Which number is day, month and year. */
static bool
wild_order(struct date_parts *p)
{
	int first = p->numbers[0], second = p->numbers[1];

	if (p->month != DATE_UNSET) {
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
	if (p->count == 3 && p->digits[0] == 4) {	/* 2026. 8. 25. */
		p->year = first;
		p->month = second;
		p->day = p->numbers[2];
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
skip_comment(struct date_scan *scan)
{
	const char *close = memchr(scan->at, ')',
	    (size_t)(scan->end - scan->at));

	scan->at = close ? close + 1 : scan->end;
}

static bool
wild(struct date_scan scan, struct date_parts *p)
{
	int c;

	while ((c = date_peek(&scan)) != -1) {
		bool sign = c == '+' || c == '-';

		if (c == '(')
			skip_comment(&scan);
		else if (sign && p->hour != DATE_UNSET && !p->zoned &&
		    scan.at + 1 < scan.end &&
		    isdigit((unsigned char)scan.at[1])) {
			if (!date_offset(&scan, p))
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

static struct date_parts
nothing(void)
{
	struct date_parts p = { .year = DATE_UNSET, .month = DATE_UNSET,
	    .day = DATE_UNSET };

	return p;
}

/* "Fri, 2026/08/25": what follows is a date that begins with its year. */
static struct date_scan
behind_weekday(struct date_scan scan)
{
	struct date_scan ahead = scan;
	int64_t value;

	while (isalpha(date_peek(&ahead) < 0 ? 0 : date_peek(&ahead)))
		ahead.at++;
	if (ahead.at == scan.at || !date_take(&ahead, ','))
		return scan;
	while (date_take(&ahead, ' '))
		;
	scan = ahead;
	if (date_digits(&ahead, 4, &value) == 4 &&
	    (date_peek(&ahead) == '/' || date_peek(&ahead) == '-'))
		return scan;
	scan.at = scan.end;
	return scan;
}

int
sm_date_parse(const char *s, size_t len, int64_t *time, bool *zoned)
{
	struct date_scan scan = { .at = s, .end = s + len };
	struct date_parts p = nothing();

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
	if (date_iso(behind_weekday(scan), &p))
		return finish(&p, time, zoned);
	p = nothing();
	p.hour = DATE_UNSET;
	if (!wild(scan, &p))
		return -1;
	if (p.hour == DATE_UNSET)
		p.hour = p.minute = p.second = 0;
	else if (p.half && p.hour <= 12)
		p.hour = p.hour % 12 + (p.half == 2 ? 12 : 0);
	return finish(&p, time, zoned);
}
