/* Many say the same: a point for each doubling. */
#include "score/fixed.h"
#include "score/term.h"
#include "score/weight.h"

static int
cluster_add(struct sm_why *why, const struct sm_facts *facts)
{
	int32_t most = facts->weights[SM_WEIGHT_cluster], points = 0;

	if (facts->cluster_size > 1)
		points = (int32_t)(sm_log2((uint64_t)facts->cluster_size) >>
		    16);
	return sm_why_add(why, "cluster", points > most ? most : points);
}

const struct sm_term sm_term_cluster = {
	.name = "cluster",
	.summary = "how many say nearly the same",
	.add = cluster_add,
};
