/* forward "ADDRESS" - to whom it is to be handed on. */
#include "rule/action.h"
#include "rule/field.h"

const struct sm_action sm_action_forward = {
	.name = "forward",
	.synopsis = "\"ADDRESS\"",
	.summary = "hand it on to this address; several may",
	.member = "forward",
	.form = SM_FORM_TEXTS,
	.contexts = SM_IN_POST | SM_IN_CASE,
	.parse = sm_act_parse_text,
};
