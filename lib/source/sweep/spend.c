#include "source/sweep/spend.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "source/sweep/ledger.h"

void
sm_spend_init(struct sm_spend *spend)
{
	memset(spend, 0, sizeof(*spend));
	spend->price_call = spend->price_post = -1;
}

static bool
is_entered(const struct sm_spend *spend)
{
	return spend->ledger && (spend->price.call > 0 ||
	    spend->price.post > 0 || sm_budget_is_limited(&spend->day) ||
	    sm_budget_is_limited(&spend->month));
}

bool
sm_spend_matters(const struct sm_spend *spend)
{
	return spend->price_call > 0 || spend->price_post > 0 ||
	    spend->price.call > 0 || spend->price.post > 0 ||
	    (spend->run && sm_budget_is_limited(spend->run)) ||
	    sm_budget_is_limited(&spend->own) ||
	    sm_budget_is_limited(&spend->day) ||
	    sm_budget_is_limited(&spend->month);
}

void
sm_spend_price(struct sm_spend *spend, const struct sm_price *price)
{
	spend->price = *price;
	if (spend->price_call >= 0)
		spend->price.call = spend->price_call;
	if (spend->price_post >= 0)
		spend->price.post = spend->price_post;
	if (spend->price.post > 0 && spend->price.page <= 0)
		spend->price.page = SM_SPEND_PAGE;
}

/* The most that it can cost.  Of a page of unknown size, one post is sure. */
static struct sm_amount
worst(const struct sm_spend *spend, int calls)
{
	const struct sm_price *price = &spend->price;
	int64_t page = calls > 0 && is_entered(spend) ? SM_SPEND_PAGE : 1;
	struct sm_amount amount;

	if (calls > 0 && price->page > 0)
		page = price->page;
	amount.of[SM_UNIT_CALLS] = calls;
	amount.of[SM_UNIT_POSTS] = page;
	amount.of[SM_UNIT_USD] = calls * price->call + page * price->post;
	return amount;
}

static int
check(const struct sm_budget *budget, const char *whose,
    const struct sm_amount *more, struct sm_err *err)
{
	enum sm_unit unit = budget ? sm_budget_over(budget, &budget->used,
	    more) : SM_UNITS;
	struct sm_buf text = SM_BUF_INIT;

	if (unit == SM_UNITS)
		return 0;
	sm_amount_text(&text, unit, budget->limit.of[unit]);
	sm_err_set(err, SM_EXIT_TEMP, "%s budget of %s is reached: the next "
	    "request could be too much", whose, sm_buf_str(&text));
	sm_buf_release(&text);
	return -1;
}

static struct sm_ledger_entry
entry_of(const struct sm_spend *spend, const struct sm_amount *amount)
{
	struct sm_ledger_entry entry = {
		.account = spend->account,
		.source = spend->source,
		.sweep = spend->sweep,
		.time = spend->open_time,
		.amount = *amount,
	};

	return entry;
}

static void
use(struct sm_spend *spend, const struct sm_amount *amount)
{
	sm_amount_add(&spend->spent, amount);
	sm_amount_add(&spend->own.used, amount);
	if (spend->run)
		sm_amount_add(&spend->run->used, amount);
}

static int
give_back(struct sm_spend *spend, const struct sm_amount *amount,
    struct sm_err *err)
{
	struct sm_ledger_entry entry = entry_of(spend, amount);

	sm_amount_take(&spend->spent, amount);
	sm_amount_take(&spend->own.used, amount);
	if (spend->run)
		sm_amount_take(&spend->run->used, amount);
	spend->is_open = false;
	if (!spend->is_entered || (amount->of[SM_UNIT_USD] == 0 &&
	    amount->of[SM_UNIT_CALLS] == 0 && amount->of[SM_UNIT_POSTS] == 0))
		return 0;
	return sm_ledger_settle(spend->ledger, &entry, err);
}

static const struct sm_budget *
limits(const struct sm_budget *budget)
{
	return sm_budget_is_limited(budget) ? budget : NULL;
}

int
sm_spend_before(struct sm_spend *spend, int calls, struct sm_err *err)
{
	struct sm_amount amount = worst(spend, calls);
	struct sm_ledger_entry entry;

	if (check(spend->run, "the run's", &amount, err) == -1 ||
	    check(&spend->own, "the source's", &amount, err) == -1)
		return -1;
	spend->open_time = sm_clock_now();
	spend->is_entered = calls > 0 && is_entered(spend);
	entry = entry_of(spend, &amount);
	if (spend->is_entered && sm_ledger_enter(spend->ledger, &entry,
	    limits(&spend->day), limits(&spend->month), err) == -1) {
		spend->is_entered = false;
		return -1;
	}
	spend->open = amount;
	spend->is_open = true;
	use(spend, &amount);
	return 0;
}

int
sm_spend_after(struct sm_spend *spend, int64_t posts, struct sm_err *err)
{
	struct sm_amount back = { .of = { 0 } };

	if (!spend->is_open)
		return 0;
	if (posts >= 0) {
		back.of[SM_UNIT_POSTS] = spend->open.of[SM_UNIT_POSTS] - posts;
		back.of[SM_UNIT_USD] = spend->price.post *
		    back.of[SM_UNIT_POSTS];
	}
	return give_back(spend, &back, err);
}

int
sm_spend_undo(struct sm_spend *spend, struct sm_err *err)
{
	struct sm_amount back = spend->open;

	return spend->is_open ? give_back(spend, &back, err) : 0;
}
