/* Lifts the sum to the floor of the highest category that applies. */
#include "score/term.h"
#include "score/weight.h"

static int
floor_add(struct sm_why *why, const struct sm_facts *facts)
{
	uint64_t left = sm_likely(facts->meaning->urgent, SM_URGENTS);
	int32_t floor = 0;

	for (; left; left &= left - 1) {
		int32_t least = facts->weights[SM_WEIGHT_floor_self_harm +
		    __builtin_ctzll(left)];

		floor = least > floor ? least : floor;
	}
	return sm_why_add(why, "floor", floor > 0 && floor > why->sum ?
	    floor - why->sum : 0);
}

const struct sm_term sm_term_floor = {
	.name = "floor",
	.summary = "the least priority of an urgent category",
	.add = floor_add,
};
