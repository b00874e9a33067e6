/* How bad it is: negative sentiment and the ladder of dissatisfaction. */
#include "score/term.h"
#include "score/weight.h"

static int
severity_add(struct sm_why *why, const struct sm_facts *facts)
{
	int32_t points = facts->feeling->points, sum = 0;

	if (points < 0)
		sum = sm_term_share(
		    facts->weights[SM_WEIGHT_severity_sentiment], -points,
		    100);
	sum += sm_term_share(facts->weights[SM_WEIGHT_severity_ladder],
	    facts->meaning->ladder, 7);
	return sm_why_add(why, "severity", sum);
}

const struct sm_term sm_term_severity = {
	.name = "severity",
	.summary = "how dissatisfied the author is",
	.add = severity_add,
};
