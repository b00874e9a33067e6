/* What the files of date.c share: a text that is read, what has been found. */
#ifndef SM_TEXT_DATE_IMPL_H
#define SM_TEXT_DATE_IMPL_H

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DATE_UNSET (-1)

/* What has been found so far; DATE_UNSET where nothing. */
struct date_parts {
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
	int half;		/* hours that a word for the afternoon adds */
};

struct date_scan {
	const char *at, *end;
};

static inline int
date_peek(const struct date_scan *scan)
{
	return scan->at < scan->end ? (unsigned char)*scan->at : -1;
}

static inline bool
date_take(struct date_scan *scan, char c)
{
	if (date_peek(scan) != (unsigned char)c)
		return false;
	scan->at++;
	return true;
}

/* At most most digits; how many there were. */
static inline int
date_digits(struct date_scan *scan, int most, int64_t *value)
{
	int n = 0;

	*value = 0;
	while (n < most && date_peek(scan) >= '0' && date_peek(scan) <= '9') {
		*value = *value * 10 + (*scan->at++ - '0');
		n++;
	}
	return n;
}

/* Passes over a word: letters, and all beyond ASCII. */
static inline void
date_word(struct date_scan *scan)
{
	while (scan->at < scan->end && ((unsigned char)*scan->at >= 0x80 ||
	    isalpha((unsigned char)*scan->at)))
		scan->at++;
}

/* date_part.c: how many days a month (1..12) has. */
int date_month_days(int64_t year, int month);
/* +hh:mm, +hhmm, +hh or +h; the sign is still to come. */
bool date_offset(struct date_scan *scan, struct date_parts *p);
/* Whether the word names a zone, which is noted. */
bool date_is_zone(const char *word, size_t len, struct date_parts *p);
void date_fraction(struct date_scan *scan);
/* :mm[:ss[.fraction]], the hour being known. */
bool date_clock(struct date_scan *scan, struct date_parts *p);

/*
 * date_iso.c: 2026-08-25, 20260825, 2026-08, 2026/08/25, 2026, 2026-335, with a
 * time or without.
 */
bool date_iso(struct date_scan scan, struct date_parts *p);

#endif
