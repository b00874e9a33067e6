/* queue "NAME" - where the case waits. */
#include "rule/action.h"

const struct sm_action sm_action_queue = {
	.name = "queue",
	.synopsis = "\"NAME\"",
	.summary = "the queue in which it waits",
	.form = SM_FORM_NONE,
	.group = "queue",
	.parse = sm_act_parse_text,
};
