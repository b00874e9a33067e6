#include "rule/expr.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/xalloc.h"
#include "rule/eval.h"
#include "rule/lex.h"
#include "rule/origin.h"
#include "rule/program.h"
#include "rule/sql.h"

struct sm_expr {
	struct sm_program program;
	struct sm_origin *origin;
	struct sm_node *node;
	uint32_t entry;
};

void
sm_expr_free(struct sm_expr *expr)
{
	if (!expr)
		return;
	sm_node_free(expr->node);
	sm_program_release(&expr->program);
	sm_origin_free(expr->origin);
	free(expr);
}

/* The whole origin as one expression. */
static int
parse_all(struct sm_expr *expr, struct sm_err *err)
{
	struct sm_lexer lexer;
	struct sm_node *node = NULL;
	int ret = -1;

	sm_lexer_init(&lexer, expr->origin);
	if (sm_lex_next(&lexer, err) == 0)
		node = sm_parse_expr(&expr->program, &lexer, err);
	if (node && lexer.kind != SM_TOKEN_END)
		(void)sm_lex_expected(&lexer, "'and', 'or' or the end", err);
	else if (node)
		ret = sm_program_compile(&expr->program, node, &expr->entry,
		    err);
	expr->node = node;
	sm_lexer_release(&lexer);
	return ret;
}

struct sm_expr *
sm_expr_compile(const char *text, const char *name, struct sm_paths *paths,
    struct sm_err *err)
{
	struct sm_expr *expr = sm_xcalloc(1, sizeof(*expr));

	sm_program_init(&expr->program, paths);
	expr->origin = sm_origin_new(name, text, strlen(text), err);
	if (!expr->origin || parse_all(expr, err) == -1) {
		sm_expr_free(expr);
		return NULL;
	}
	return expr;
}

void
sm_expr_sql(const struct sm_expr *expr, const char *json, struct sm_buf *out)
{
	sm_sql_node(&expr->program, expr->node, json, out);
}

struct sm_eval *
sm_expr_state(const struct sm_expr *expr, int64_t now)
{
	return sm_eval_new(&expr->program, now);
}

void
sm_expr_state_free(struct sm_eval *state)
{
	sm_eval_free(state);
}

int
sm_expr_eval(const struct sm_expr *expr, struct sm_eval *state,
    struct sm_record *rec, struct sm_err *err)
{
	int result;

	sm_eval_begin(state, rec);
	result = sm_eval_run(state, expr->entry);
	if (result == -1)
		return sm_err_set(err, SM_EXIT_DATA,
		    "more than %d steps for this record", SM_EVAL_STEPS);
	if (state->slow) {
		unsigned line, column;

		sm_origin_place(expr->origin, state->slow->at, &line,
		    &column);
		return sm_err_set(err, SM_EXIT_DATA, "%s:%u:%u: this pattern "
		    "takes too long on this record", expr->origin->name, line,
		    column);
	}
	return result;
}
