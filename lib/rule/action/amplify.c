/* amplify - a post worth showing around. */
#include "rule/action.h"
#include "rule/field.h"

const struct sm_action sm_action_amplify = {
	.name = "amplify",
	.synopsis = "",
	.summary = "say that the post is worth showing around",
	.member = "amplify",
	.form = SM_FORM_TRUE,
	.contexts = SM_IN_POST | SM_IN_CASE,
	.group = "amplify",
	.parse = sm_act_parse_none,
};
