/* assign "LOGIN", role("X"), skill("X") or least-loaded - who is to have it. */
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "rule/action.h"
#include "rule/field.h"
#include "rule/lex.h"
#include "rule/origin.h"
#include "rule/people.h"
#include "rule/pick.h"
#include "rule/program.h"
#include "rule/role.h"

/* Where people are known, no others are. */
static int
parse_login(struct sm_act_parser *parser)
{
	const struct sm_people *people = parser->program->people;
	const struct sm_lexer *lexer = parser->lexer;
	const char *login = sm_buf_str(&lexer->text);
	const char *names[64];
	char near[160];
	int count = 0;

	if (!people || sm_people_find(people, login))
		return sm_act_parse_text(parser);
	while (count < 64 && sm_people_at(people, (size_t)count)) {
		names[count] = sm_people_at(people, (size_t)count)->login;
		count++;
	}
	return sm_origin_fail(lexer->origin, lexer->at, parser->err,
	    "no person '%.60s'%s", login, sm_origin_near(login, names, count,
	    near, sizeof(near)));
}

/* ( "TEXT" ) into *text */
static int
parse_call(struct sm_act_parser *parser, char **text, bool role)
{
	struct sm_lexer *lexer = parser->lexer;

	if (*text)
		return sm_origin_fail(lexer->origin, lexer->last, parser->err,
		    "only one of these can be asked for");
	if (!sm_lex_sign(lexer, "("))
		return sm_lex_expected(lexer, "'(' and a name in quotes",
		    parser->err);
	if (sm_lex_next(lexer, parser->err) == -1)
		return -1;
	if (role && sm_role_check(lexer, parser->err) == -1)
		return -1;
	if (lexer->kind != SM_TOKEN_STRING || lexer->text.len == 0)
		return sm_lex_expected(lexer, "a name in quotes",
		    parser->err);
	*text = sm_xstrdup(sm_buf_str(&lexer->text));
	if (sm_lex_next(lexer, parser->err) == -1)
		return -1;
	if (!sm_lex_sign(lexer, ")"))
		return sm_lex_expected(lexer, "')'", parser->err);
	return sm_lex_next(lexer, parser->err);
}

static bool
is_word(const struct sm_lexer *lexer)
{
	return sm_lex_word(lexer, "role") || sm_lex_word(lexer, "skill") ||
	    sm_lex_word(lexer, "least-loaded");
}

static int
parse_word(struct sm_act_parser *parser, struct sm_pick *pick)
{
	struct sm_lexer *lexer = parser->lexer;
	bool role = sm_lex_word(lexer, "role");
	bool least = sm_lex_word(lexer, "least-loaded");

	if (sm_lex_next(lexer, parser->err) == -1)
		return -1;
	if (least)
		return 0;
	return parse_call(parser, role ? &pick->role : &pick->skill, role);
}

static int
parse(struct sm_act_parser *parser)
{
	struct sm_lexer *lexer = parser->lexer;
	struct sm_act *act;

	if (lexer->kind == SM_TOKEN_STRING)
		return parse_login(parser);
	if (!is_word(lexer))
		return sm_lex_expected(lexer, "a login in quotes, "
		    "role(\"NAME\"), skill(\"NAME\") or least-loaded",
		    parser->err);
	if (!parser->program->people)
		return sm_origin_fail(lexer->origin, lexer->at, parser->err,
		    "who is there? say above: people file \"people.conf\"");
	act = sm_act_add(parser);
	act->pick = sm_xcalloc(1, sizeof(*act->pick));
	while (is_word(lexer))
		if (parse_word(parser, act->pick) == -1)
			return -1;
	return 0;
}

const struct sm_action sm_action_assign = {
	.name = "assign",
	.synopsis = "\"LOGIN\" | role(\"X\") | skill(\"X\") | least-loaded",
	.summary = "the person who is to have it",
	.member = "assign",
	.form = SM_FORM_PICK,
	.contexts = SM_IN_POST | SM_IN_CASE,
	.group = "assign",
	.parse = parse,
};
