/* In proportion to the urgency. */
#include "score/term.h"
#include "score/weight.h"

static int
urgency_add(struct sm_why *why, const struct sm_facts *facts)
{
	return sm_why_add(why, "urgency", sm_term_share(
	    facts->weights[SM_WEIGHT_urgency], facts->urgency, 100));
}

const struct sm_term sm_term_urgency = {
	.name = "urgency",
	.summary = "how urgent the post is",
	.add = urgency_add,
};
