/* brand "NAME" - the brand whose affair it is. */
#include "rule/action.h"
#include "rule/field.h"

const struct sm_action sm_action_brand = {
	.name = "brand",
	.synopsis = "\"NAME\"",
	.summary = "the brand whose affair it is",
	.member = "brand",
	.form = SM_FORM_TEXT,
	.contexts = SM_IN_POST,
	.group = "brand",
	.parse = sm_act_parse_text,
};
