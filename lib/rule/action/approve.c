/* approve "ROLE" - somebody with that role has to agree before it is sent. */
#include "rule/action.h"
#include "rule/field.h"
#include "rule/role.h"

static int
parse(struct sm_act_parser *parser)
{
	if (sm_role_check(parser->lexer, parser->err) == -1)
		return -1;
	return sm_act_parse_text(parser);
}

const struct sm_action sm_action_approve = {
	.name = "approve",
	.synopsis = "\"ROLE\"",
	.summary = "somebody with that role has to agree before it is sent",
	.member = "approve",
	.form = SM_FORM_TEXTS,
	.contexts = SM_IN_OUTBOUND,
	.parse = parse,
};
