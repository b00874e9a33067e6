/*
 * How many posts of which hour a sweep gave: what health.h learns from.
 */
#ifndef SM_SOURCE_SWEEP_VOLUME_H
#define SM_SOURCE_SWEEP_VOLUME_H

#include <stddef.h>
#include <stdint.h>

#define SM_VOLUME_HOURS 48

struct sm_volume {
	int64_t first;		/* hour since 1970 of count[0] */
	uint32_t count[SM_VOLUME_HOURS];
	int64_t last;		/* start of the newest post, SM_TIME_NONE */
	uint64_t posts;		/* all, older ones too */
};

/* Empty; begins a day before now. */
void sm_volume_init(struct sm_volume *volume, int64_t now);
/* A post by its `start`; what is older than the first hour is only counted. */
void sm_volume_add(struct sm_volume *volume, int64_t start);
/* The same of a finished line; one that has no `start` began now. */
void sm_volume_add_line(struct sm_volume *volume, const char *line,
    size_t len, int64_t now);

#endif
