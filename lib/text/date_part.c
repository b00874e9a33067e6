/* The parts that all dates are made of. */
#include <ctype.h>

#include "text/date_impl.h"
#include "text/date_zone.h"

int
date_month_days(int64_t year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
	    30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

bool
date_offset(struct date_scan *scan, struct date_parts *p)
{
	int sign = date_peek(scan) == '-' ? -1 : 1;
	int64_t hours, minutes = 0;
	int n;

	scan->at++;
	n = date_digits(scan, 4, &hours);
	if (n == 0)
		return false;
	if (n > 2) {
		minutes = hours % 100;
		hours /= 100;
	} else if (date_take(scan, ':') && date_digits(scan, 2, &minutes) != 2)
		return false;
	if (hours > 15 || minutes > 59)
		return false;
	p->zone = sign * (hours * 3600 + minutes * 60);
	p->zoned = true;
	return true;
}

bool
date_is_zone(const char *word, size_t len, struct date_parts *p)
{
	int minutes;

	if (!date_zone(word, len, &minutes))
		return false;
	p->zone = minutes * 60;
	p->zoned = true;
	return true;
}

void
date_fraction(struct date_scan *scan)
{
	if ((date_peek(scan) == '.' || date_peek(scan) == ',') &&
	    scan->at + 1 < scan->end &&
	    isdigit((unsigned char)scan->at[1])) {
		scan->at++;
		while (date_peek(scan) >= '0' && date_peek(scan) <= '9')
			scan->at++;
	}
}

bool
date_clock(struct date_scan *scan, struct date_parts *p)
{
	int64_t value;

	if (!date_take(scan, ':') || date_digits(scan, 2, &value) == 0)
		return false;
	p->minute = (int)value;
	if (date_take(scan, ':')) {
		if (date_digits(scan, 2, &value) == 0)
			return false;
		p->second = (int)value;
	}
	if (p->second > 60)
		return false;
	date_fraction(scan);
	return true;
}
