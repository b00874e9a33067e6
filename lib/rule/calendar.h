/*
 * Calendars: when a business is open, and arithmetic in open time.
 *
 *	tz = Europe/Warsaw
 *	mon-fri = 08:00-12:00, 13:30-18:00
 *	sat = 22:00-06:00		# over midnight: Saturday's shift
 *	2026-12-24 = 08:00-12:00	# this day only
 *	12-25 = closed			# every year
 *	include holidays-pl.cal
 *
 * An instant is open where the wall clock shows a time within an interval of
 * that day, or of the shift that began the day before.  So an hour that
 * summer time leaves out is not worked, and one that comes twice is worked
 * twice.  Open time is counted in seconds.
 *
 * A calendar never changes once it is read; threads may share it.
 */
#ifndef SM_RULE_CALENDAR_H
#define SM_RULE_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sm_calendar;
struct sm_err;
struct sm_sha256;

#define SM_CALENDAR_SPANS 16	/* intervals of a day */
#define SM_CALENDAR_DAYS 20000	/* days with hours of their own */
#define SM_CALENDAR_YEARS 20	/* how far ahead or back one looks */

/*
 * Reads a file and what it includes; their bytes are added to sha, unless it
 * is NULL.  NULL and err (status 78, "file:line:column: ..." with a caret).
 */
struct sm_calendar *sm_calendar_open(const char *path, struct sm_sha256 *sha,
    struct sm_err *err);
/* The same from text; includes are as seen from name. */
struct sm_calendar *sm_calendar_read(const char *name, const char *text,
    size_t len, struct sm_err *err);
void sm_calendar_free(struct sm_calendar *calendar);

/* Always open, in UTC. */
struct sm_calendar *sm_calendar_always(void);

/* The name of its time zone; lent. */
const char *sm_calendar_zone(const struct sm_calendar *calendar);

/* Seconds that local time is ahead of UTC at an instant. */
int32_t sm_calendar_offset(const struct sm_calendar *calendar, int64_t time);

/* The most open seconds of a weekday: 0 where only single days are open. */
int64_t sm_calendar_longest(const struct sm_calendar *calendar);

bool sm_calendar_is_open(const struct sm_calendar *calendar, int64_t time);

/* Open seconds from `from` on and before `to`; 0 where to is not later. */
int64_t sm_calendar_between(const struct sm_calendar *calendar, int64_t from,
    int64_t to);

/*
 * The first instant by which `seconds` open seconds have gone by since from:
 * at the end of a shift, that end, not the begin of the next.  from itself for
 * 0 seconds and less; SM_TIME_NONE where there is so much open time in
 * SM_CALENDAR_YEARS nowhere.
 */
int64_t sm_calendar_after(const struct sm_calendar *calendar, int64_t from,
    int64_t seconds);

#endif
