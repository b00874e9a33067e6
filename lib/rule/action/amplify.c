/* amplify - a post worth showing around. */
#include "rule/action.h"

const struct sm_action sm_action_amplify = {
	.name = "amplify",
	.synopsis = "",
	.summary = "say that the post is worth showing around",
	.member = "amplify",
	.form = SM_FORM_TRUE,
	.group = "amplify",
	.parse = sm_act_parse_none,
};
