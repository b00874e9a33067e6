/* notify "WHOM" - who is to be told at once. */
#include "rule/action.h"

const struct sm_action sm_action_notify = {
	.name = "notify",
	.synopsis = "\"WHOM\"",
	.summary = "who is to be told at once; several may",
	.member = "notify",
	.form = SM_FORM_TEXTS,
	.parse = sm_act_parse_text,
};
