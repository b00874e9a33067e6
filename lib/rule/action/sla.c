/* sla "NAME" - by when it has to be answered; see sla.h. */
#include "base/xalloc.h"
#include "rule/action.h"
#include "rule/field.h"
#include "rule/program.h"
#include "rule/sla.h"

static int
parse(struct sm_act_parser *parser)
{
	struct sm_declared *declared = sm_program_take(parser->program,
	    parser->lexer, SM_DECLARED_SLA, parser->err);
	struct sm_act *act;

	if (!declared)
		return -1;
	act = sm_act_add(parser);
	act->sla = declared->sla;
	act->text = sm_xstrdup(declared->name);
	return 0;
}

const struct sm_action sm_action_sla = {
	.name = "sla",
	.synopsis = "\"NAME\"",
	.summary = "by which policy its clocks run; gives due",
	.member = "sla",
	.form = SM_FORM_SLA,
	.contexts = SM_IN_POST | SM_IN_CASE,
	.group = "sla",
	.parse = parse,
};
