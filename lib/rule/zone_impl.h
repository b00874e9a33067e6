/* What zone.c and zone_posix.c share. */
#ifndef SM_RULE_ZONE_IMPL_H
#define SM_RULE_ZONE_IMPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* When summer time begins or ends, each year. */
struct zone_change {
	enum { ZONE_MONTH, ZONE_JULIAN, ZONE_DAY } kind;	/* M, J, n */
	int month, week, day;	/* week 5: the last; day: of the week or year */
	int32_t time;		/* seconds from midnight, local */
};

/* A POSIX TZ string. */
struct zone_footer {
	bool known, summer;
	int32_t standard_s, summer_s;	/* ahead of UTC */
	struct zone_change begin, end;
};

/* 0, or -1 where text is no TZ string. */
int zone_footer_read(struct zone_footer *footer, const char *text,
    size_t len);

int32_t zone_footer_offset(const struct zone_footer *footer, int64_t utc,
    int64_t *until);

#endif
