/*
 * The ledger: what was asked of networks that take money, and of accounts with
 * a budget of a day or a month.  One file a month, lines are only added:
 *
 *	{"v":1,"time":"...Z","day":"2026-11-22","event":"call","account":"x",
 *	 "source":"mentions","sweep":"...","calls":1,"posts":100,
 *	 "micro_usd":500000}
 *
 * A call is entered, and on the disk, before it is made, with the most that it
 * can cost; what it did not cost is given back by a line of event "settle" with
 * negative numbers.  So the sum of the lines is what was spent, never less,
 * whenever a process is killed.  Days are those of UTC, in which the call was
 * made.  Several processes share it under a lock (FOLDER/lock).
 */
#ifndef SM_SOURCE_SWEEP_LEDGER_H
#define SM_SOURCE_SWEEP_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source/sweep/budget.h"

struct sm_err;
struct sm_ledger;

#define SM_LEDGER_NAME 256	/* bytes of an account or a source, at most */

struct sm_ledger_entry {
	const char *account;	/* or NULL: the source stands for itself */
	const char *source, *sweep;
	int64_t time;
	struct sm_amount amount;
};

/* folder is made with the first entry. */
struct sm_ledger *sm_ledger_open(const char *folder);
void sm_ledger_close(struct sm_ledger *ledger);

/*
 * Enters a call that is about to be made, if the account's budgets of the day
 * and the month (each may be NULL) allow it.  0; -1 and err: TEMP where a
 * budget is reached, IO or CANTCREAT where it cannot be entered; then the call
 * must not be made.
 */
int sm_ledger_enter(struct sm_ledger *ledger,
    const struct sm_ledger_entry *entry, const struct sm_budget *day,
    const struct sm_budget *month, struct sm_err *err);

/*
 * Gives back what the call of that entry (time, names) did not cost: amount,
 * positive.  Where this cannot be written, more stands there than was spent.
 */
int sm_ledger_settle(struct sm_ledger *ledger,
    const struct sm_ledger_entry *entry, struct sm_err *err);

/* What one source of one account spent on a day. */
struct sm_ledger_row {
	char day[12];		/* "2026-11-22" */
	char account[SM_LEDGER_NAME], source[SM_LEDGER_NAME];
	struct sm_amount amount;
};

/*
 * All rows in the order of day, account, source, which the caller frees; NULL
 * where there are none.  What is no line of a ledger is counted in *bad.  -1
 * and err on failure, else 0.
 */
int sm_ledger_read(const char *folder, struct sm_ledger_row **rows,
    size_t *count, size_t *bad, struct sm_err *err);

#endif
