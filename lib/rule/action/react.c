/* react ["REASON"] - somebody answers it. */
#include "rule/action.h"

const struct sm_action sm_action_react = {
	.name = "react",
	.synopsis = "[\"REASON\"]",
	.summary = "somebody answers it",
	.form = SM_FORM_NONE,
	.group = "decision",
	.parse = sm_act_parse_maybe,
};
