/* Lifts, never sinks; absent where the person opted out. */
#include "score/term.h"
#include "score/weight.h"

static int
influence_add(struct sm_why *why, const struct sm_facts *facts)
{
	int32_t points;

	if (!facts->has_influence)
		return 0;
	points = sm_term_share(facts->weights[SM_WEIGHT_influence],
	    facts->influence.points, 100);
	return sm_why_add(why, "influence", points > 0 ? points : 0);
}

const struct sm_term sm_term_influence = {
	.name = "influence",
	.summary = "how far the author is heard",
	.add = influence_add,
};
