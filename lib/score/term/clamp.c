/* Into 0..100. */
#include "score/term.h"

static int
clamp_add(struct sm_why *why, const struct sm_facts *facts)
{
	int32_t sum = why->sum;

	(void)facts;
	return sm_why_add(why, "clamp", sum < 0 ? -sum : sum > 100 ?
	    100 - sum : 0);
}

const struct sm_term sm_term_clamp = {
	.name = "clamp",
	.summary = "keeps the sum within 0..100",
	.add = clamp_add,
};
