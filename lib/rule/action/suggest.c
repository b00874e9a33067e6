/* suggest "TEMPLATE" - an answer to offer to the agent. */
#include "rule/action.h"

const struct sm_action sm_action_suggest = {
	.name = "suggest",
	.synopsis = "\"TEMPLATE\"",
	.summary = "offer this template to the agent",
	.member = "suggest",
	.form = SM_FORM_TEXT,
	.group = "suggest",
	.parse = sm_act_parse_text,
};
