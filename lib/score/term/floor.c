/* Lifts the sum to the floor of the highest category that applies. */
#include "score/term.h"
#include "score/weight.h"

static int
floor_add(struct sm_why *why, const struct sm_facts *facts)
{
	int32_t floor = 0;

	for (int i = 0; i < SM_URGENTS; i++) {
		int32_t least = facts->weights[SM_WEIGHT_floor_self_harm + i];

		if (facts->meaning->urgent[i] >= SM_LIKELY && least > floor)
			floor = least;
	}
	return sm_why_add(why, "floor", floor > 0 && floor > why->sum ?
	    floor - why->sum : 0);
}

const struct sm_term sm_term_floor = {
	.name = "floor",
	.summary = "the least priority of an urgent category",
	.add = floor_add,
};
