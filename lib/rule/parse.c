#include "rule/program.h"

#include "base/err.h"
#include "rule/lex.h"
#include "rule/origin.h"

struct parser {
	struct sm_program *program;
	struct sm_lexer *lexer;
	struct sm_err *err;
	int depth;
};

static struct sm_node *parse_or(struct parser *parser);

static struct sm_node *
parse_brackets(struct parser *parser)
{
	struct sm_lexer *lexer = parser->lexer;
	struct sm_node *node;
	size_t at = lexer->at;

	if (sm_lex_next(lexer, parser->err) == -1)
		return NULL;
	node = parse_or(parser);
	if (!node)
		return NULL;
	if (!sm_lex_sign(lexer, ")")) {
		sm_lex_expected(lexer, "'and', 'or' or ')'", parser->err);
		sm_node_free(node);
		return NULL;
	}
	if (sm_lex_next(lexer, parser->err) == -1) {
		sm_node_free(node);
		return NULL;
	}
	node->at = at;
	node->end = lexer->last;
	return node;
}

static struct sm_node *
parse_not(struct parser *parser, struct sm_node *(*parse)(struct parser *))
{
	size_t at = parser->lexer->at;
	struct sm_node *kid, *node;

	if (sm_lex_next(parser->lexer, parser->err) == -1)
		return NULL;
	kid = parse(parser);
	if (!kid)
		return NULL;
	node = sm_node_new(SM_NODE_NOT, at, kid->end);
	sm_node_add(node, kid);
	return node;
}

static struct sm_node *
parse_one(struct parser *parser)
{
	struct sm_lexer *lexer = parser->lexer;
	struct sm_node *node;

	if (parser->depth >= SM_NESTED_MAX) {
		sm_origin_fail(lexer->origin, lexer->at, parser->err,
		    "more than %d brackets or 'not' within each other",
		    SM_NESTED_MAX);
		return NULL;
	}
	parser->depth++;
	if (sm_lex_word(lexer, "not"))
		node = parse_not(parser, parse_one);
	else if (sm_lex_sign(lexer, "("))
		node = parse_brackets(parser);
	else
		node = sm_parse_cond(parser->program, lexer, parser->err);
	parser->depth--;
	return node;
}

/* parse { word parse } */
static struct sm_node *
parse_list(struct parser *parser, const char *word, enum sm_node_kind kind,
    struct sm_node *(*parse)(struct parser *))
{
	struct sm_node *first = parse(parser), *list;

	if (!first || !sm_lex_word(parser->lexer, word))
		return first;
	list = sm_node_new(kind, first->at, first->end);
	sm_node_add(list, first);
	while (sm_lex_word(parser->lexer, word)) {
		struct sm_node *kid = NULL;

		if (sm_lex_next(parser->lexer, parser->err) == 0)
			kid = parse(parser);
		if (!kid) {
			sm_node_free(list);
			return NULL;
		}
		list->end = kid->end;
		sm_node_add(list, kid);
	}
	return list;
}

static struct sm_node *
parse_and(struct parser *parser)
{
	return parse_list(parser, "and", SM_NODE_AND, parse_one);
}

static struct sm_node *
parse_or(struct parser *parser)
{
	return parse_list(parser, "or", SM_NODE_OR, parse_and);
}

struct sm_node *
sm_parse_expr(struct sm_program *program, struct sm_lexer *lexer,
    struct sm_err *err)
{
	struct parser parser = {
		.program = program, .lexer = lexer, .err = err
	};
	struct sm_node *node = parse_or(&parser);

	return node ? sm_node_fold(node) : NULL;
}
