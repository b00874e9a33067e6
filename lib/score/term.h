/*
 * The terms of priority: each a small file in term/ and a line in
 * term/list.h.  Each adds named whole points, and priority is their sum.
 */
#ifndef SM_SCORE_TERM_H
#define SM_SCORE_TERM_H

#include <stdint.h>
#include <string.h>

#include "score/facts.h"

#define SM_WHY_MAX 40

struct sm_why {
	struct {
		const char *name;	/* snake_case; lives as long as the
					   program */
		uint32_t len;		/* of name */
		int32_t points;
	} list[SM_WHY_MAX];
	uint32_t count;
	int32_t sum;
};

struct sm_term {
	const char *name;
	const char *summary;	/* for sm-score -l, no full stop */

	/* Add points by sm_why_add.  0, or -1 where there is no room. */
	int (*add)(struct sm_why *why, const struct sm_facts *facts);
};

/* Nothing is added for no points.  0, or -1 where there is no room. */
static inline int
sm_why_add(struct sm_why *why, const char *name, int32_t points)
{
	if (!points)
		return 0;
	if (why->count == SM_WHY_MAX)
		return -1;
	why->list[why->count].name = name;
	why->list[why->count].len = (uint32_t)strlen(name);
	why->list[why->count++].points = points;
	why->sum += points;
	return 0;
}

/* All terms in the order of the list.  0 or -1. */
int sm_terms_add(struct sm_why *why, const struct sm_facts *facts);

/* The index-th term; NULL past the last. */
const struct sm_term *sm_term_at(uint32_t index);

/* points * share / of, rounded to the nearest, of > 0. */
static inline int32_t
sm_term_share(int32_t points, int64_t share, int64_t of)
{
	int64_t twice = 2 * points * share;

	return (int32_t)((twice + (twice < 0 ? -of : of)) / (2 * of));
}

#endif
