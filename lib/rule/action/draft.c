/* draft "TEMPLATE" - the template of an answer that is to be prepared. */
#include "rule/action.h"
#include "rule/field.h"

const struct sm_action sm_action_draft = {
	.name = "draft",
	.synopsis = "\"TEMPLATE\"",
	.summary = "prepare an answer from this template",
	.member = "draft",
	.form = SM_FORM_TEXT,
	.contexts = SM_IN_POST | SM_IN_CASE,
	.group = "draft",
	.parse = sm_act_parse_text,
};
