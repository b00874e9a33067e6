/* assign "LOGIN" - the person who is to have it. */
#include "rule/action.h"

const struct sm_action sm_action_assign = {
	.name = "assign",
	.synopsis = "\"LOGIN\"",
	.summary = "the person who is to have it",
	.member = "assign",
	.form = SM_FORM_TEXT,
	.group = "assign",
	.parse = sm_act_parse_text,
};
