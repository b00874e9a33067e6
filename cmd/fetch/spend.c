/* Budgets and prices of the configuration. */
#include "source/sweep/spend.h"

#include <stdlib.h>

#include "base/path.h"
#include "base/xalloc.h"
#include "record/conf.h"
#include "run.h"
#include "source/sweep/ledger.h"

static int
add_budgets(const struct sm_conf *conf, const char *section, const char *name,
    const char *key, struct sm_budget *budget, struct sm_err *err)
{
	const char *value;

	for (size_t i = 0; (value = sm_conf_nth(conf, section, name, key, i));
	    i++)
		if (sm_budget_add(budget, value, err) == -1)
			return sm_err_prefix(err, "%s", sm_conf_origin(conf,
			    section, name, key));
	return 0;
}

static int
read_price(const struct sm_conf *conf, const char *account, const char *key,
    int64_t *micro, struct sm_err *err)
{
	const char *value = sm_conf_str(conf, "account", account, key);

	if (value && sm_money_parse(value, micro, err) == -1)
		return sm_err_prefix(err, "%s", sm_conf_origin(conf, "account",
		    account, key));
	return 0;
}

static int
read_account(struct sm_spend *spend, const struct sm_conf *conf,
    const char *account, struct sm_err *err)
{
	if (add_budgets(conf, "account", account, "budget_day", &spend->day,
	    err) == -1 || add_budgets(conf, "account", account,
	    "budget_month", &spend->month, err) == -1 ||
	    read_price(conf, account, "price_call", &spend->price_call,
	    err) == -1 || read_price(conf, account, "price_post",
	    &spend->price_post, err) == -1)
		return -1;
	return 0;
}

/* Lazily: its folder is made with the first entry. */
static struct sm_ledger *
ledger(struct fetch_run *run)
{
	char *folder;

	/* What is played again costs nothing. */
	if (!run->ledger && !run->fetch.http.replay) {
		folder = sm_path_state("ledger");
		run->ledger = sm_ledger_open(folder);
		free(folder);
	}
	return run->ledger;
}

int
fetch_spend_find(struct fetch_run *run, struct sm_fetch_task *task,
    struct fetch_hold *hold, struct sm_err *err)
{
	const struct sm_source_args *args = &task->args;
	struct sm_spend *spend = sm_xcalloc(1, sizeof(*spend));
	int ret = 0;

	sm_spend_init(spend);
	spend->account = args->account;
	spend->source = args->name;
	spend->sweep = run->id;
	spend->run = &run->budget;
	if (args->conf)
		ret = add_budgets(args->conf, "source", args->name, "budget",
		    &spend->own, err);
	if (ret == 0 && args->account)
		ret = read_account(spend, run->conf, args->account, err);
	if (ret == -1 || (!task->source->price && !sm_spend_matters(spend))) {
		free(spend);
		return ret;
	}
	spend->ledger = ledger(run);
	hold->spend = task->spend = spend;
	return 0;
}
