/* priority +N "NAME" - points on top of the score's, by name. */
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "rule/action.h"
#include "rule/field.h"
#include "rule/lex.h"
#include "rule/origin.h"

#define MICRO 1000000
#define POINTS_MAX 1000

static int
parse_points(struct sm_act_parser *parser, int64_t *points)
{
	struct sm_lexer *lexer = parser->lexer;

	if (lexer->kind != SM_TOKEN_NUMBER || !lexer->is_signed)
		return sm_lex_expected(lexer, "points with their sign: +10",
		    parser->err);
	*points = lexer->number / MICRO;
	if (lexer->number % MICRO || *points > POINTS_MAX ||
	    *points < -POINTS_MAX)
		return sm_origin_fail(lexer->origin, lexer->at, parser->err,
		    "points are whole and at most %d", POINTS_MAX);
	return sm_lex_next(lexer, parser->err);
}

static int
parse(struct sm_act_parser *parser)
{
	struct sm_lexer *lexer = parser->lexer;
	int64_t points = 0;
	const char *name;
	struct sm_act *act;

	if (parse_points(parser, &points) == -1)
		return -1;
	if (lexer->kind != SM_TOKEN_STRING)
		return sm_lex_expected(lexer, "the points' name in quotes",
		    parser->err);
	name = sm_buf_str(&lexer->text);
	if (!sm_act_is_name(name, false) || strcmp(name, "score") == 0 ||
	    strcmp(name, "clamp") == 0 || lexer->text.len > 64)
		return sm_origin_fail(lexer->origin, lexer->at, parser->err,
		    "the name of points is of a-z, 0-9 and _, and neither "
		    "score nor clamp");
	act = sm_act_add(parser);
	act->number = points;
	act->text = sm_xstrdup(name);
	return sm_lex_next(lexer, parser->err);
}

const struct sm_action sm_action_priority = {
	.name = "priority",
	.synopsis = "+N \"NAME\"",
	.summary = "points on top of the score's, by name",
	.form = SM_FORM_NONE,
	.contexts = SM_IN_POST | SM_IN_CASE,
	.parse = parse,
};
