/* What calendar.c and calendar_read.c share. */
#ifndef SM_RULE_CALENDAR_IMPL_H
#define SM_RULE_CALENDAR_IMPL_H

#include "rule/calendar.h"
#include "rule/zone.h"

/* Seconds from midnight; to may lie in the day after. */
struct calendar_span {
	int32_t from, to;
};

struct calendar_hours {
	struct calendar_span spans[SM_CALENDAR_SPANS];	/* rising, apart */
	int count;		/* 0: closed */
};

/* Hours of one day: day is from 1970-01-01, or month * 100 + day. */
struct calendar_day {
	int64_t day;
	struct calendar_hours hours;
	int depth;		/* of the file that says so, 0: the first */
	size_t order;		/* in which it was read */
};

struct calendar_days {
	struct calendar_day *list;	/* sorted when all is read */
	size_t count, room;
};

struct sm_calendar {
	struct sm_zone *zone;
	int zone_depth;			/* of the file that says so */
	struct calendar_hours week[7];	/* from Monday */
	int week_depth[7];		/* the same, + 1; 0: not said */
	struct calendar_days dates, yearly;
};

/* Sorts the days; of one said twice the outermost file's, or first, stays. */
void calendar_settle(struct calendar_days *days);

#endif
