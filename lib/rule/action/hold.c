/* hold DURATION - how long an answer waits before it is sent. */
#include "base/err.h"
#include "rule/action.h"
#include "rule/field.h"
#include "rule/lex.h"
#include "rule/origin.h"

#define HOLD_MAX (30 * 86400)	/* seconds */

static int
parse(struct sm_act_parser *parser)
{
	struct sm_lexer *lexer = parser->lexer;

	if (lexer->kind != SM_TOKEN_DURATION)
		return sm_lex_expected(lexer, "a duration such as 60s or 15m",
		    parser->err);
	if (lexer->number < 0 || lexer->number > HOLD_MAX)
		return sm_origin_fail(lexer->origin, lexer->at, parser->err,
		    "'hold' takes at most 30d");
	sm_act_add(parser)->number = lexer->number;
	return sm_lex_next(lexer, parser->err);
}

const struct sm_action sm_action_hold = {
	.name = "hold",
	.synopsis = "DURATION",
	.summary = "an answer waits so long before it is sent",
	.member = "hold",
	.form = SM_FORM_NUMBER,
	.contexts = SM_IN_POST | SM_IN_OUTBOUND,
	.group = "hold",
	.parse = parse,
};
