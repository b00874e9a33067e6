/*
 * Inside lib/rule: what one thread needs to answer a program's comparisons
 * on one record after the other.
 */
#ifndef SM_RULE_EVAL_H
#define SM_RULE_EVAL_H

#include <stdbool.h>
#include <stdint.h>

#include "rule/program.h"
#include "rule/regex.h"

struct sm_record;
struct sm_value;

#define SM_EVAL_STEPS 100000	/* comparisons and items a record may cost */

struct sm_reg {
	bool loaded, present, grams_done;
	int64_t number;
	const char *text;
	size_t len;
	const struct sm_value *value;
	struct sm_grams *grams;	/* NULL: no pattern looks at it */
};

struct sm_eval {
	const struct sm_program *program;
	struct sm_record *rec;
	struct sm_reg *regs;
	uint8_t *memo;		/* a cond: 0 not asked, 1 false, 2 true */
	struct sm_regex_state *regex;
	int64_t now;		/* SM_TIME_NONE: the record's own */
	long left;		/* steps */
	const struct sm_cond *slow;	/* a pattern that was given up */
};

struct sm_eval *sm_eval_new(const struct sm_program *program, int64_t now);
void sm_eval_free(struct sm_eval *eval);

/* Before the first question about rec; nothing may be asked after the next. */
void sm_eval_begin(struct sm_eval *eval, struct sm_record *rec);

/* Whether the comparison holds. */
bool sm_eval_cond(struct sm_eval *eval, uint32_t cond);

/* 1, 0, or -1 where the steps are used up. */
int sm_eval_run(struct sm_eval *eval, uint32_t entry);

/* The member behind a ref, read. */
const struct sm_reg *sm_eval_reg(struct sm_eval *eval, int ref);

/* The text of an item of a set, or of what stands for it; NULL: none. */
const char *sm_eval_item(struct sm_eval *eval, const struct sm_ref *ref,
    const struct sm_value *item, size_t *len);

#endif
