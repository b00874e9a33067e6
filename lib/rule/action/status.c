/* status "NAME" - the status with which its case begins. */
#include "rule/action.h"
#include "rule/field.h"

const struct sm_action sm_action_status = {
	.name = "status",
	.synopsis = "\"NAME\"",
	.summary = "the status with which its case begins",
	.member = "status",
	.form = SM_FORM_TEXT,
	.contexts = SM_IN_POST | SM_IN_CASE,
	.group = "status",
	.parse = sm_act_parse_text,
};
