/*
 * Budgets: how much a run, a source or an account may ask for, in money, calls
 * or posts.  What a call costs at most is looked at before it is made; what it
 * did cost is known behind it.
 *
 *	2.00usd   money, in millionths of a US dollar within
 *	500calls  requests that are sent, retries and redirects too
 *	1000posts
 */
#ifndef SM_SOURCE_SWEEP_BUDGET_H
#define SM_SOURCE_SWEEP_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

struct sm_buf;
struct sm_err;

enum sm_unit { SM_UNIT_USD, SM_UNIT_CALLS, SM_UNIT_POSTS, SM_UNITS };

#define SM_BUDGET_MAX INT64_C(1000000000000000) /* of any unit */

/* Of each unit, money in millionths. */
struct sm_amount {
	int64_t of[SM_UNITS];
};

struct sm_budget {
	bool limited[SM_UNITS];
	struct sm_amount limit, used;
};

/*
 * Adds a limit as written above; the lower of two of one unit holds.  0; -1
 * and err (CONFIG) where it is none.
 */
int sm_budget_add(struct sm_budget *budget, const char *text,
    struct sm_err *err);
bool sm_budget_is_limited(const struct sm_budget *budget);

/* "0.005" or "0.005usd" as millionths: 0, or -1 and err (CONFIG). */
int sm_money_parse(const char *text, int64_t *micro, struct sm_err *err);

/* The unit of which more would be too much, or SM_UNITS. */
enum sm_unit sm_budget_over(const struct sm_budget *budget,
    const struct sm_amount *used, const struct sm_amount *more);

void sm_amount_add(struct sm_amount *to, const struct sm_amount *more);
void sm_amount_take(struct sm_amount *from, const struct sm_amount *less);

/* Adds "2.00usd", "500calls" or "1000posts" to out. */
void sm_amount_text(struct sm_buf *out, enum sm_unit unit, int64_t value);

#endif
