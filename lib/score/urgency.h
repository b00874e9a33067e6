/*
 * How urgent a post is: 1 less the chance that none of its categories, each
 * with its weight, is meant.
 */
#ifndef SM_SCORE_URGENCY_H
#define SM_SCORE_URGENCY_H

#include <stdint.h>

#include "score/facts.h"

struct sm_urgency {
	int32_t points;			/* 0..100 */
	int32_t part[SM_URGENTS];	/* they sum to points */
	int32_t emergency;		/* 0..100 */
	uint8_t list[SM_URGENTS];	/* likely ones, strongest first */
	uint32_t count;
};

void sm_urgency_find(struct sm_urgency *urgency,
    const struct sm_facts *facts);

/* The weight of a category for this post, 0..100. */
int32_t sm_urgency_weight(const struct sm_facts *facts, int urgent);

#endif
