/* Points for each intent that the post has. */
#include "score/term.h"
#include "score/weight.h"

static int
intent_add(struct sm_why *why, const struct sm_facts *facts)
{
	static const char *const names[SM_INTENTS] = {
		"intent_complaint", "intent_question", "intent_praise",
		"intent_churn", "intent_outage", "intent_billing",
		"intent_delivery", "intent_account", "intent_defect",
		"intent_suggestion", "intent_recommendation",
		"intent_answer", "intent_spam", "intent_bot",
		"intent_crisis", "intent_other"
	};
	uint64_t left = sm_likely(facts->meaning->intent, SM_INTENTS);
	int ret = 0;

	for (; ret == 0 && left; left &= left - 1) {
		int i = __builtin_ctzll(left);

		ret = sm_why_add(why, names[i],
		    facts->weights[SM_WEIGHT_intent_complaint + i]);
	}
	return ret;
}

const struct sm_term sm_term_intent = {
	.name = "intent",
	.summary = "what the author wants, one term for each intent",
	.add = intent_add,
};
