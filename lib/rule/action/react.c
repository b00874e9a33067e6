/* react ["REASON"] - somebody answers it. */
#include "rule/action.h"
#include "rule/field.h"

const struct sm_action sm_action_react = {
	.name = "react",
	.synopsis = "[\"REASON\"]",
	.summary = "somebody answers it",
	.form = SM_FORM_NONE,
	.contexts = SM_IN_POST,
	.group = "decision",
	.parse = sm_act_parse_maybe,
};
