/* note "TEXT" - what colleagues should know. */
#include "rule/action.h"

const struct sm_action sm_action_note = {
	.name = "note",
	.synopsis = "\"TEXT\"",
	.summary = "what colleagues should know; several may",
	.member = "note",
	.form = SM_FORM_TEXTS,
	.parse = sm_act_parse_text,
};
