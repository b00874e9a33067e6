/* status "NAME" - the status with which its case begins. */
#include "rule/action.h"

const struct sm_action sm_action_status = {
	.name = "status",
	.synopsis = "\"NAME\"",
	.summary = "the status with which its case begins",
	.member = "status",
	.form = SM_FORM_TEXT,
	.group = "status",
	.parse = sm_act_parse_text,
};
