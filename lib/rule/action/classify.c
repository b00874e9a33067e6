/* classify "CLASS" - what kind of matter it is. */
#include "rule/action.h"
#include "rule/field.h"

const struct sm_action sm_action_classify = {
	.name = "classify",
	.synopsis = "\"CLASS\"",
	.summary = "what kind of matter it is",
	.member = "classify",
	.form = SM_FORM_TEXT,
	.contexts = SM_IN_POST | SM_IN_CASE,
	.group = "classify",
	.parse = sm_act_parse_text,
};
