/* incident "NAME" - the incident that it is part of. */
#include "rule/action.h"

const struct sm_action sm_action_incident = {
	.name = "incident",
	.synopsis = "\"NAME\"",
	.summary = "the incident that it is part of",
	.member = "incident",
	.form = SM_FORM_TEXT,
	.group = "incident",
	.parse = sm_act_parse_text,
};
