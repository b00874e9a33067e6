/* An account of less than a month: a first impression is being made. */
#include "score/term.h"

#define MONTH (30 * 86400)	/* seconds */

static int
newcomer_add(struct sm_why *why, const struct sm_facts *facts)
{
	if (facts->account_age_s < 0 || facts->account_age_s >= MONTH)
		return 0;
	return sm_why_add(why, "newcomer", 2);
}

const struct sm_term sm_term_newcomer = {
	.name = "newcomer",
	.summary = "the author is new to the network",
	.add = newcomer_add,
};
