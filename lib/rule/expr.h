/*
 * One expression of the rule language (sm-rules(5)) on its own, as sm-grep
 * and whoever filters records uses it.  An expression never changes once it
 * is made, so that threads can share it, each with a state of its own.
 */
#ifndef SM_RULE_EXPR_H
#define SM_RULE_EXPR_H

#include <stdint.h>

struct sm_buf;
struct sm_err;
struct sm_eval;
struct sm_expr;
struct sm_paths;
struct sm_record;

/*
 * What the expression looks at is added to paths.  name stands for the file
 * in messages ("expression").  NULL and err (status 78, with line, column and
 * a caret) on failure.
 */
struct sm_expr *sm_expr_compile(const char *text, const char *name,
    struct sm_paths *paths, struct sm_err *err);
void sm_expr_free(struct sm_expr *expr);

/* As SQL over the record's JSON; see sql.h. */
void sm_expr_sql(const struct sm_expr *expr, const char *json,
    struct sm_buf *out);

/*
 * What one thread needs; now is what `age` counts to, or SM_TIME_NONE for the
 * record's own `fetched`.  To be freed before the expression.
 */
struct sm_eval *sm_expr_state(const struct sm_expr *expr, int64_t now);
void sm_expr_state_free(struct sm_eval *state);

/*
 * 1 where rec is as the expression says, 0 where not; -1 and err (status 65)
 * where it cannot be said: a pattern took too long on this text, or there was
 * too much to look at.  No memory is allocated.
 */
int sm_expr_eval(const struct sm_expr *expr, struct sm_eval *state,
    struct sm_record *rec, struct sm_err *err);

#endif
