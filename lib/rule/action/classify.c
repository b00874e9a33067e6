/* classify "CLASS" - what kind of matter it is. */
#include "rule/action.h"

const struct sm_action sm_action_classify = {
	.name = "classify",
	.synopsis = "\"CLASS\"",
	.summary = "what kind of matter it is",
	.member = "classify",
	.form = SM_FORM_TEXT,
	.group = "classify",
	.parse = sm_act_parse_text,
};
