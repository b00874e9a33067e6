/* suggest "TEMPLATE" - an answer to offer to the agent. */
#include "rule/action.h"
#include "rule/field.h"

const struct sm_action sm_action_suggest = {
	.name = "suggest",
	.synopsis = "\"TEMPLATE\"",
	.summary = "offer this template to the agent",
	.member = "suggest",
	.form = SM_FORM_TEXT,
	.contexts = SM_IN_POST | SM_IN_CASE,
	.group = "suggest",
	.parse = sm_act_parse_text,
};
