/* label +NAME -NAME ... - labels that it gets, and labels that it does not. */
#include "base/buf.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "rule/action.h"
#include "rule/lex.h"
#include "rule/origin.h"

/* number 1: gets it, -1: does not; whoever says so first is right. */
static int
parse(struct sm_act_parser *parser)
{
	struct sm_lexer *lexer = parser->lexer;

	do {
		int sign = sm_lex_sign(lexer, "+") ? 1 : -1;
		struct sm_act *act;

		if (!sm_lex_sign(lexer, "+") && !sm_lex_sign(lexer, "-"))
			return sm_lex_expected(lexer, "+NAME or -NAME",
			    parser->err);
		if (sm_lex_next(lexer, parser->err) == -1)
			return -1;
		if (lexer->kind != SM_TOKEN_WORD)
			return sm_lex_expected(lexer, "the label's name",
			    parser->err);
		if (lexer->text.len > SM_ACT_TEXT_MAX)
			return sm_origin_fail(lexer->origin, lexer->at,
			    parser->err, "this name is too long");
		act = sm_act_add(parser);
		act->number = sign;
		act->text = sm_xstrndup(sm_buf_str(&lexer->text),
		    lexer->text.len);
		if (sm_lex_next(lexer, parser->err) == -1)
			return -1;
	} while (sm_lex_sign(lexer, "+") || sm_lex_sign(lexer, "-"));
	return 0;
}

const struct sm_action sm_action_label = {
	.name = "label",
	.synopsis = "+NAME -NAME ...",
	.summary = "labels that it gets, and labels that it does not",
	.member = "labels",
	.form = SM_FORM_TEXTS,
	.parse = parse,
};
