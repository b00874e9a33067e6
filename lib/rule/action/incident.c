/* incident "NAME" - the incident that it is part of. */
#include "rule/action.h"
#include "rule/field.h"

const struct sm_action sm_action_incident = {
	.name = "incident",
	.synopsis = "\"NAME\"",
	.summary = "the incident that it is part of",
	.member = "incident",
	.form = SM_FORM_TEXT,
	.contexts = SM_IN_POST | SM_IN_CASE,
	.group = "incident",
	.parse = sm_act_parse_text,
};
