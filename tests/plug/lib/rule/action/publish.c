/* publish - the answer is worth a place in the FAQ. */
#include "rule/action.h"

const struct sm_action sm_action_publish = {
	.name = "publish",
	.synopsis = "",
	.summary = "say that the answer belongs into the FAQ",
	.member = "publish",
	.form = SM_FORM_TRUE,
	.group = "publish",
	.parse = sm_act_parse_none,
};
