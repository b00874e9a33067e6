/* department "NAME" - a department that must see it; several may. */
#include "rule/action.h"

const struct sm_action sm_action_department = {
	.name = "department",
	.synopsis = "\"NAME\"",
	.summary = "a department that must see it; several may",
	.member = "department",
	.form = SM_FORM_TEXTS,
	.parse = sm_act_parse_text,
};
