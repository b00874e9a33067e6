/* Takes away what looks like advertising. */
#include "score/term.h"
#include "score/weight.h"

static int
spam_add(struct sm_why *why, const struct sm_facts *facts)
{
	int32_t from = facts->weights[SM_WEIGHT_spam_from];

	if (facts->spam <= from || from >= 100)
		return 0;
	return sm_why_add(why, "spam", sm_term_share(
	    facts->weights[SM_WEIGHT_spam], facts->spam - from,
	    100 - from));
}

const struct sm_term sm_term_spam = {
	.name = "spam",
	.summary = "how much it looks like advertising",
	.add = spam_add,
};
