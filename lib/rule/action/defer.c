/* defer ["REASON"] - a person must decide. */
#include "rule/action.h"
#include "rule/field.h"

const struct sm_action sm_action_defer = {
	.name = "defer",
	.synopsis = "[\"REASON\"]",
	.summary = "leave the decision to a person",
	.form = SM_FORM_NONE,
	.contexts = SM_IN_POST,
	.group = "decision",
	.parse = sm_act_parse_maybe,
};
