/* stop - no rule behind this one is tried. */
#include "rule/action.h"

const struct sm_action sm_action_stop = {
	.name = "stop",
	.synopsis = "",
	.summary = "no rule behind this one is tried",
	.form = SM_FORM_NONE,
	.group = "stop",
	.parse = sm_act_parse_none,
};
