/* RFC 3339, ISO 8601, and what looks like them. */
#include <ctype.h>
#include <string.h>

#include "text/date.h"
#include "text/date_impl.h"

/* hhmm[ss] or hh[:mm[:ss]] behind an ISO date. */
static bool
iso_clock(struct date_scan *scan, struct date_parts *p)
{
	int64_t value;
	int n = date_digits(scan, 6, &value);

	if (n == 1 || n == 2) {
		p->hour = (int)value;
		if (date_peek(scan) == ':' ? !date_clock(scan, p) : n == 1)
			return false;
	} else if (n == 4 || n == 6) {
		if (n == 6) {
			p->second = (int)(value % 100);
			value /= 100;
		}
		p->hour = (int)(value / 100);
		p->minute = (int)(value % 100);
		date_fraction(scan);
	} else
		return false;
	return p->second <= 60;
}

static bool
iso_zone(struct date_scan *scan, struct date_parts *p)
{
	const char *word;

	while (date_take(scan, ' '))
		;
	if (date_peek(scan) == -1)
		return true;
	if (date_peek(scan) == '+' || date_peek(scan) == '-') {
		if (!date_offset(scan, p))
			return false;
	} else {
		word = scan->at;
		while (isalpha(date_peek(scan) < 0 ? 0 : date_peek(scan)))
			scan->at++;
		if (!date_is_zone(word, (size_t)(scan->at - word), p))
			return false;
		/* "Z+02:00" means Z: who writes it has put both. */
		if (date_peek(scan) == '+' || date_peek(scan) == '-')
			return true;
	}
	return date_peek(scan) == -1;
}

/* "12026-": a year that we cannot write, but must not take for another. */
static bool
take_far_year(struct date_scan *scan)
{
	struct date_scan ahead = *scan;
	int64_t value;

	if (date_digits(&ahead, 9, &value) < 5 || date_peek(&ahead) != '-')
		return false;
	*scan = ahead;
	return true;
}

/* The day of a year: 2026-335, 2026335. */
static void
set_ordinal(struct date_parts *p, int day)
{
	int month = 1;

	while (month < 12 && day > date_month_days(p->year, month))
		day -= date_month_days(p->year, month++);
	p->month = month;
	p->day = day;
}

/* The month behind a year and a mark: in figures, or by its name. */
static bool
iso_month(struct date_scan *scan, struct date_parts *p, char mark)
{
	const char *word = scan->at;
	int64_t value;
	int n = date_digits(scan, mark ? 3 : 2, &value);

	if (n == 3 && mark) {
		set_ordinal(p, (int)value);
		return value >= 1 && value <= 366;
	}
	p->month = (int)value;
	if (n > 0)
		return true;
	date_word(scan);
	p->month = sm_date_month(word, (size_t)(scan->at - word));
	return mark && p->month > 0;
}

/* The time behind a date, if there is one. */
static bool
iso_time(struct date_scan *scan, struct date_parts *p)
{
	if (date_peek(scan) == -1)
		return true;
	if (date_take(scan, 'T') || date_take(scan, 't') ||
	    date_take(scan, ','))
		;
	else if (date_peek(scan) != ' ')
		return false;
	while (date_take(scan, ' '))
		;
	return iso_clock(scan, p) && iso_zone(scan, p);
}

/* 2026335 and 260825: dates without any mark in them. */
static bool
iso_packed(const struct date_scan *scan, struct date_parts *p)
{
	struct date_scan ahead = *scan;
	int64_t value;
	int n = date_digits(&ahead, 9, &value);

	if (date_peek(&ahead) != -1 || (n != 6 && n != 7))
		return false;
	if (n == 7) {
		p->year = value / 1000;
		set_ordinal(p, (int)(value % 1000));
		return true;
	}
	p->year = 2000 + value / 10000;
	p->month = (int)(value / 100 % 100);
	p->day = (int)(value % 100);
	return true;
}

bool
date_iso(struct date_scan scan, struct date_parts *p)
{
	int64_t value;
	char mark = '\0';

	if (iso_packed(&scan, p))
		return true;
	if (take_far_year(&scan))
		p->year = 9999;
	else if (date_digits(&scan, 4, &p->year) != 4)
		return false;
	p->month = p->day = 1;
	if (date_peek(&scan) == -1)
		return p->year >= 1900 && p->year < 2100;
	if (strchr("-/.", date_peek(&scan)))
		mark = *scan.at++;
	if (!iso_month(&scan, p, mark))
		return false;
	if (mark && (date_peek(&scan) == -1 || p->day > 1 ||
	    (!date_take(&scan, mark) && date_peek(&scan) != -1)))
		return iso_time(&scan, p);
	if (date_digits(&scan, 2, &value) == 0)
		return false;
	p->day = (int)value;
	return iso_time(&scan, p);
}
