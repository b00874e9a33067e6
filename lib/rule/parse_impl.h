/*
 * Inside lib/rule: one comparison while it is read.  The functions are called
 * with the operator as the current token; they fill cond and leave the token
 * behind the comparison as the current one.  0, or -1 and err.
 */
#ifndef SM_RULE_PARSE_IMPL_H
#define SM_RULE_PARSE_IMPL_H

#include "rule/program.h"

#define SM_MEMBER_MAX 128	/* bytes of a path, NUL included */
#define SM_IN_MAX 4096		/* values in one `in (...)` */

struct sm_compare {
	struct sm_program *program;
	struct sm_lexer *lexer;
	struct sm_err *err;
	struct sm_field field;
	char typed[SM_MEMBER_MAX];	/* the member as it was written */
	bool presence;			/* `has` before it: no operator */
	struct sm_cond cond;
};

/* The next token; and where sign is expected, what says it in a complaint. */
int sm_parse_next(struct sm_compare *compare);
int sm_parse_sign(struct sm_compare *compare, const char *sign,
    const char *what);

int sm_parse_order(struct sm_compare *compare);
int sm_parse_between(struct sm_compare *compare);
int sm_parse_numbers(struct sm_compare *compare);
int sm_parse_text(struct sm_compare *compare);
int sm_parse_match(struct sm_compare *compare);
int sm_parse_words(struct sm_compare *compare);
int sm_parse_has(struct sm_compare *compare);
int sm_parse_truth(struct sm_compare *compare);

/* Another member in place of a value; its type must be the same. */
int sm_parse_other(struct sm_compare *compare);

/* "'lang' is a text: expected WHAT, not ..." at the current token; -1. */
int sm_compare_fail(const struct sm_compare *compare, const char *what);

/* The member named by the current token. */
int sm_parse_member(struct sm_program *program, const struct sm_lexer *lexer,
    struct sm_field *field, char *path, size_t size, struct sm_err *err);

#endif
