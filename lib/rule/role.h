/*
 * The roles that people of the service have (sm-people(5)).  They are few and
 * the same everywhere, so that a rule, a permission and the database mean the
 * same by a name.
 */
#ifndef SM_RULE_ROLE_H
#define SM_RULE_ROLE_H

#include <stdbool.h>

struct sm_err;
struct sm_lexer;

/* NULL-ended. */
extern const char *const sm_roles[];

bool sm_role_is(const char *name);

/*
 * The current token has to be a role in quotes.  0; -1 and err, with the
 * nearest one.
 */
int sm_role_check(const struct sm_lexer *lexer, struct sm_err *err);

#endif
