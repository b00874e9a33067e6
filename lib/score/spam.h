/*
 * How much a post looks like advertising or like a machine, 0..100: points of
 * named signs that add up.
 */
#ifndef SM_SCORE_SPAM_H
#define SM_SCORE_SPAM_H

#include <stdint.h>

#include "score/facts.h"

enum { SM_SPAM_SIGNS = 9 };

struct sm_spam {
	int32_t points;		/* 0..100 */
	int32_t part[SM_SPAM_SIGNS];	/* they sum to points */
};

extern const char *const sm_spam_names[SM_SPAM_SIGNS];

void sm_spam_find(struct sm_spam *spam, const struct sm_facts *facts);

#endif
