/* ignore "REASON" - nobody needs to look at it, and this is why. */
#include "base/err.h"
#include "rule/action.h"
#include "rule/field.h"
#include "rule/lex.h"
#include "rule/origin.h"

static int
parse(struct sm_act_parser *parser)
{
	const struct sm_lexer *lexer = parser->lexer;

	if (lexer->kind != SM_TOKEN_STRING || lexer->text.len == 0)
		return sm_origin_fail(lexer->origin, parser->at, parser->err,
		    "'ignore' needs its reason in quotes");
	return sm_act_parse_text(parser);
}

const struct sm_action sm_action_ignore = {
	.name = "ignore",
	.synopsis = "\"REASON\"",
	.summary = "nobody needs to look at it",
	.form = SM_FORM_NONE,
	.contexts = SM_IN_POST,
	.group = "decision",
	.parse = parse,
};
