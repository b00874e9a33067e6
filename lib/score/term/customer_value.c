/* What the customer is worth, where that is known. */
#include "score/term.h"
#include "score/weight.h"

static int
customer_value_add(struct sm_why *why, const struct sm_facts *facts)
{
	if (facts->value == SM_UNKNOWN)
		return 0;
	return sm_why_add(why, "customer_value", sm_term_share(
	    facts->weights[SM_WEIGHT_customer_value], facts->value, 100));
}

const struct sm_term sm_term_customer_value = {
	.name = "customer_value",
	.summary = "the value of a known customer",
	.add = customer_value_add,
};
