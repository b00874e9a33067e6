/*
 * Time is whole seconds since 1970-01-01T00:00:00Z, leap seconds not counted,
 * in an int64_t.  In records it is RFC 3339 in UTC with 'Z'.  Nothing here
 * looks at TZ or the locale.
 */
#ifndef SM_BASE_CLOCK_H
#define SM_BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SM_TIME_TEXT 24		/* bytes, NUL included */
#define SM_TIME_NONE INT64_MIN

/* Now, or what SM_NOW says (RFC 3339 or whole seconds) so that tests repeat. */
int64_t sm_clock_now(void);

/* Whether SM_NOW rules the clock. */
bool sm_clock_is_set(void);

/*
 * "2026-11-21T09:30:00Z".  Years beyond 0000..9999 are clamped into them, so
 * that text always sorts as time does.
 */
void sm_time_format(int64_t time, char out[SM_TIME_TEXT]);

/*
 * RFC 3339 date-time: 'T', 't' or one space; a fraction is dropped; zone Z, z
 * or +hh:mm; second 60 counts as 59.  0, or -1 where s is something else.
 */
int sm_time_parse(const char *s, size_t len, int64_t *time);

/* Days from 1970-01-01 to a day of the proleptic Gregorian calendar. */
int64_t sm_time_days(int64_t year, int month, int day);

#endif
