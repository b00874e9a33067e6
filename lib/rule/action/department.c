/* department "NAME" - a department that must see it; several may. */
#include "rule/action.h"
#include "rule/field.h"

const struct sm_action sm_action_department = {
	.name = "department",
	.synopsis = "\"NAME\"",
	.summary = "a department that must see it; several may",
	.member = "department",
	.form = SM_FORM_TEXTS,
	.contexts = SM_IN_POST | SM_IN_CASE,
	.parse = sm_act_parse_text,
};
