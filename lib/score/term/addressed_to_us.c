/* Who speaks to us waits for us. */
#include "score/term.h"
#include "score/weight.h"

static int
addressed_to_us_add(struct sm_why *why, const struct sm_facts *facts)
{
	return sm_why_add(why, "addressed_to_us", facts->addressed ?
	    facts->weights[SM_WEIGHT_addressed_to_us] : 0);
}

const struct sm_term sm_term_addressed_to_us = {
	.name = "addressed_to_us",
	.summary = "the post is addressed to us",
	.add = addressed_to_us_add,
};
