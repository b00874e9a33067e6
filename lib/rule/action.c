#include "rule/action.h"

#include <string.h>

#include "base/err.h"
#include "base/xalloc.h"
#include "rule/lex.h"
#include "rule/origin.h"
#include "rule/ruleset.h"

#define SM_ACTION(name) extern const struct sm_action sm_action_##name;
#include "rule/action/list.h"
#undef SM_ACTION

static const struct sm_action *const actions[] = {
#define SM_ACTION(name) &sm_action_##name,
#include "rule/action/list.h"
#undef SM_ACTION
	NULL
};

const struct sm_action *
sm_action_at(size_t index)
{
	return actions[index];
}

const struct sm_action *
sm_action_find(const char *name)
{
	for (size_t i = 0; actions[i]; i++)
		if (strcmp(actions[i]->name, name) == 0)
			return actions[i];
	return NULL;
}

struct sm_act *
sm_act_add(struct sm_act_parser *parser)
{
	struct sm_rule *rule = parser->rule;
	struct sm_act *act;

	rule->acts = sm_xgrow(rule->acts, &rule->act_room,
	    rule->act_count + 1, sizeof(*rule->acts));
	act = &rule->acts[rule->act_count++];
	memset(act, 0, sizeof(*act));
	act->action = parser->action;
	act->at = parser->at;
	return act;
}

int
sm_act_parse_text(struct sm_act_parser *parser)
{
	struct sm_lexer *lexer = parser->lexer;

	if (lexer->kind != SM_TOKEN_STRING)
		return sm_lex_expected(lexer, "a text in quotes",
		    parser->err);
	if (lexer->text.len == 0 || lexer->text.len > SM_ACT_TEXT_MAX)
		return sm_origin_fail(lexer->origin, lexer->at, parser->err,
		    "this text must have 1 to %d bytes", SM_ACT_TEXT_MAX);
	sm_act_add(parser)->text = sm_xstrndup(sm_buf_str(&lexer->text),
	    lexer->text.len);
	return sm_lex_next(lexer, parser->err);
}

int
sm_act_parse_maybe(struct sm_act_parser *parser)
{
	if (parser->lexer->kind == SM_TOKEN_STRING)
		return sm_act_parse_text(parser);
	return sm_act_parse_none(parser);
}

int
sm_act_parse_none(struct sm_act_parser *parser)
{
	(void)sm_act_add(parser);
	return 0;
}

bool
sm_act_is_name(const char *s, bool hyphen)
{
	if (*s < 'a' || *s > 'z')
		return false;
	for (; *s; s++)
		if (!((*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9') ||
		    *s == '_' || (hyphen && *s == '-')))
			return false;
	return true;
}
