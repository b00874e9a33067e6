/*
 * What one source may spend and has spent.  Before each call the most that it
 * can cost is held against the budgets of the run, the source and the account,
 * and entered in the ledger; behind it what it did not cost is given back.
 */
#ifndef SM_SOURCE_SWEEP_SPEND_H
#define SM_SOURCE_SWEEP_SPEND_H

#include <stdbool.h>
#include <stdint.h>

#include "source/sweep/budget.h"
#include "source/source.h"

struct sm_err;
struct sm_ledger;

#define SM_SPEND_PAGE 100	/* posts of a page whose size nobody knows */

/* All lent. */
struct sm_spend {
	const char *account, *source, *sweep;
	struct sm_budget *run;		/* shared by all sources; or NULL */
	struct sm_budget own;		/* of the source in this sweep */
	struct sm_budget day, month;	/* of the account; limits only */
	struct sm_ledger *ledger;	/* NULL: nothing is entered */
	int64_t price_call, price_post;	/* of the account, -1: as the network */

	/* Kept here. */
	struct sm_price price;
	struct sm_amount open;		/* held for the call under way */
	int64_t open_time;
	bool is_open, is_entered;
	struct sm_amount spent;		/* in this sweep */
};

void sm_spend_init(struct sm_spend *spend);

/* Whether anything has to be looked at: a price or a budget. */
bool sm_spend_matters(const struct sm_spend *spend);

/* The network's price; the account's own stands above it. */
void sm_spend_price(struct sm_spend *spend, const struct sm_price *price);

/*
 * A call (or with calls 0: only posts) is about to be made.  0; -1 and err:
 * TEMP where a budget would be overrun, IO where the ledger cannot be written.
 */
int sm_spend_before(struct sm_spend *spend, int calls, struct sm_err *err);

/*
 * It has been made.  posts: those that the network takes money for; -1: nobody
 * knows, then the most stands.  -1 and err where the ledger cannot be written:
 * more stands in it than was spent.
 */
int sm_spend_after(struct sm_spend *spend, int64_t posts, struct sm_err *err);
/* It was not made at all: no connection. */
int sm_spend_undo(struct sm_spend *spend, struct sm_err *err);

#endif
