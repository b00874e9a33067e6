/* Budgets, the ledger, what a source may spend; locks; what came again. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "folder.h"
#include "random.h"
#include "source/http/again.h"
#include "source/sweep/budget.h"
#include "source/sweep/ledger.h"
#include "source/sweep/lock.h"
#include "source/sweep/spend.h"
#include "tap.h"

#define NOON INT64_C(1795262400)	/* 2026-11-21T12:00:00Z */

static char folder[] = "/tmp/sm-ledger.XXXXXX";

/* ---- Budgets ----------------------------------------------------------- */

static void
check_budget(const char *text, enum sm_unit unit, int64_t value)
{
	struct sm_budget budget = { .limited = { false } };
	struct sm_err err;
	int ret = sm_budget_add(&budget, text, &err);

	if (unit == SM_UNITS)
		ok(ret == -1 && err.code == SM_EXIT_CONFIG, text);
	else
		ok(ret == 0 && budget.limited[unit] &&
		    budget.limit.of[unit] == value, text);
}

static void
check_text(enum sm_unit unit, int64_t value, const char *want)
{
	struct sm_buf text = SM_BUF_INIT;

	sm_amount_text(&text, unit, value);
	is_str(sm_buf_str(&text), want, want);
	sm_buf_release(&text);
}

static void
test_budget(void)
{
	struct sm_budget budget = { .limited = { false } };
	struct sm_amount used = { .of = { 0, 3, 0 } };
	struct sm_amount more = { .of = { 0, 1, 0 } };
	struct sm_err err;

	check_budget("2.00usd", SM_UNIT_USD, 2000000);
	check_budget("2usd", SM_UNIT_USD, 2000000);
	check_budget("0.000001USD", SM_UNIT_USD, 1);
	check_budget("2.5 usd", SM_UNIT_USD, 2500000);
	check_budget("500calls", SM_UNIT_CALLS, 500);
	check_budget("1call", SM_UNIT_CALLS, 1);
	check_budget("1000 posts", SM_UNIT_POSTS, 1000);
	check_budget("0posts", SM_UNIT_POSTS, 0);
	check_budget("", SM_UNITS, 0);
	check_budget("5", SM_UNITS, 0);
	check_budget("usd", SM_UNITS, 0);
	check_budget("-1usd", SM_UNITS, 0);
	check_budget("2.0000001usd", SM_UNITS, 0);
	check_budget("2.usd", SM_UNITS, 0);
	check_budget("1.5calls", SM_UNITS, 0);
	check_budget("5euros", SM_UNITS, 0);
	check_budget("99999999999999999999calls", SM_UNITS, 0);
	check_text(SM_UNIT_USD, 2000000, "2.00usd");
	check_text(SM_UNIT_USD, 5000, "0.005usd");
	check_text(SM_UNIT_USD, 1, "0.000001usd");
	check_text(SM_UNIT_POSTS, 7, "7posts");
	ok(sm_budget_over(&budget, &used, &more) == SM_UNITS,
	    "no limit, no end");
	sm_budget_add(&budget, "4calls", &err);
	sm_budget_add(&budget, "9calls", &err);
	ok(sm_budget_over(&budget, &used, &more) == SM_UNITS,
	    "up to the limit");
	used.of[SM_UNIT_CALLS] = 4;
	ok(sm_budget_over(&budget, &used, &more) == SM_UNIT_CALLS,
	    "and not beyond; the lower of two holds");
}

/* ---- The ledger -------------------------------------------------------- */

static struct sm_ledger_entry
entry(const char *account, const char *source, int64_t time, int64_t usd)
{
	struct sm_ledger_entry e = { .account = account, .source = source,
	    .sweep = "s", .time = time, .amount = { .of = { usd, 1, 10 } } };

	return e;
}

static struct sm_amount
sum_of(const char *account, const char *day)
{
	struct sm_amount sum = { .of = { 0 } };
	struct sm_ledger_row *rows;
	struct sm_err err;
	size_t count, bad;

	if (sm_ledger_read(folder, &rows, &count, &bad, &err) == -1)
		return sum;
	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i].account, account) == 0 &&
		    (!day || strcmp(rows[i].day, day) == 0))
			sm_amount_add(&sum, &rows[i].amount);
	free(rows);
	return sum;
}

static void
test_ledger(void)
{
	struct sm_ledger *a = sm_ledger_open(folder);
	struct sm_ledger *b = sm_ledger_open(folder);
	struct sm_budget day = { .limited = { false } };
	struct sm_budget month = { .limited = { false } };
	struct sm_ledger_entry e = entry("acme", "x", NOON, 500000);
	struct sm_err err;
	char *path = sm_xasprintf("%s/2026-11.ndjson", folder);
	int fd;

	sm_budget_add(&day, "1.2usd", &err);
	sm_budget_add(&month, "2.2usd", &err);
	is_int(sm_ledger_enter(a, &e, &day, &month, &err), 0, "a call");
	is_int(sm_ledger_enter(b, &e, &day, &month, &err), 0,
	    "one of another process");
	is_int(sm_ledger_enter(a, &e, &day, &month, &err), -1,
	    "both count for the day");
	is_int(err.code, SM_EXIT_TEMP, "which is to be tried later");
	is_str(err.text, "account 'acme' has reached its budget of the day: "
	    "1.20usd are used up but for 0.20usd", "and told");
	e.amount.of[SM_UNIT_USD] = 400000;
	is_int(sm_ledger_settle(b, &e, &err), 0, "what it did not cost");
	e.amount.of[SM_UNIT_USD] = 500000;
	is_int(sm_ledger_enter(a, &e, &day, &month, &err), 0,
	    "is there again");
	fd = open(path, O_WRONLY | O_APPEND);
	ok(write(fd, "{\"v\":1,\"da", 10) == 10, "half a line, as a full "
	    "disk leaves it");
	close(fd);
	e.time = NOON + 86400;
	is_int(sm_ledger_enter(b, &e, &day, &month, &err), 0,
	    "the next day");
	is_int(sm_ledger_enter(b, &e, &day, &month, &err), 0, "again");
	e.time += 86400;
	is_int(sm_ledger_enter(a, &e, &day, &month, &err), -1,
	    "the month counts all days");
	is_int(sum_of("acme", "2026-11-21").of[SM_UNIT_USD], 1100000,
	    "what a day cost");
	is_int(sum_of("acme", NULL).of[SM_UNIT_USD], 2100000,
	    "and all together");
	is_int(sum_of("acme", NULL).of[SM_UNIT_CALLS], 4, "four calls, for "
	    "one was given back");
	sm_ledger_close(a);
	sm_ledger_close(b);
	free(path);
}

/* A child enters calls until it is killed; a pipe says how many were made. */
static void
call_for_ever(int fd)
{
	struct sm_ledger *ledger = sm_ledger_open(folder);
	struct sm_ledger_entry e = entry("killed", "y", NOON, 7);
	struct sm_err err;

	while (sm_ledger_enter(ledger, &e, NULL, NULL, &err) == 0)
		if (write(fd, "c", 1) != 1)
			break;
	_exit(0);
}

static void
test_kill(void)
{
	unsigned kills = random_trials(20);
	int64_t made = 0;
	char made_now;
	int bad = 0;

	if (kills > 2000)
		kills = 2000;
	for (unsigned i = 0; i < kills; i++) {
		int ends[2];
		pid_t pid;

		if (pipe(ends) == -1)
			break;
		pid = fork();
		if (pid == 0)
			call_for_ever(ends[1]);
		close(ends[1]);
		usleep(500 + random_below(6000));
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		while (read(ends[0], &made_now, 1) == 1)
			made++;
		close(ends[0]);
		bad += sum_of("killed", NULL).of[SM_UNIT_CALLS] < made;
	}
	printf("# %lld calls in %u kills\n", (long long)made, kills);
	is_int(bad, 0, "killed at any moment, no call is missing");
}

static void
test_spend(void)
{
	struct sm_ledger *ledger = sm_ledger_open(folder);
	struct sm_price price = { .call = 1000, .post = 100, .page = 50 };
	struct sm_budget run = { .limited = { false } };
	struct sm_spend spend;
	struct sm_err err;

	sm_spend_init(&spend);
	spend.source = "z";
	spend.account = "spender";
	spend.run = &run;
	ok(!sm_spend_matters(&spend), "without price and budget");
	sm_spend_price(&spend, &price);
	spend.ledger = ledger;
	sm_budget_add(&run, "0.013usd", &err);
	is_int(sm_spend_before(&spend, 1, &err), 0, "a page of 50 at most");
	is_int(run.used.of[SM_UNIT_USD], 6000, "is held whole");
	is_int(sm_spend_after(&spend, 3, &err), 0, "three came");
	is_int(run.used.of[SM_UNIT_USD], 1300, "and are paid");
	is_int(sum_of("spender", NULL).of[SM_UNIT_USD], 1300,
	    "in the ledger, too");
	is_int(sm_spend_before(&spend, 1, &err), 0, "another");
	is_int(sm_spend_after(&spend, -1, &err), 0, "nobody counted");
	is_int(run.used.of[SM_UNIT_USD], 7300, "then all of it stands");
	is_int(sm_spend_before(&spend, 1, &err), -1, "the next is too much");
	is_str(err.text, "the run's budget of 0.013usd is reached: the next "
	    "request could be too much", "and is not made");
	run.limited[SM_UNIT_USD] = false;
	is_int(sm_spend_before(&spend, 1, &err), 0, "one that fails");
	is_int(sm_spend_undo(&spend, &err), 0, "before it was sent");
	is_int(run.used.of[SM_UNIT_USD], 7300, "costs nothing");
	sm_ledger_close(ledger);
}

/* ---- Locks, and what came again ---------------------------------------- */

static void
test_lock(void)
{
	char *path = sm_xasprintf("%s/deep/er/lock", folder);
	struct sm_err err;
	struct sm_lock *a = sm_lock_open(path, &err);
	struct sm_lock *b = sm_lock_open(path, &err);
	char name[32];
	int busy = 0;

	is_int(sm_lock_source(a, "news", false, &err), SM_LOCK_MINE, "mine");
	is_int(sm_lock_source(a, "news", false, &err), SM_LOCK_MINE,
	    "still mine");
	is_int(sm_lock_source(b, "news", false, &err), SM_LOCK_BUSY,
	    "not another's");
	is_int(sm_lock_source(b, "wall", true, &err), SM_LOCK_MINE,
	    "who has another one");
	is_int(sm_lock_source(a, "wall", false, &err), SM_LOCK_FOLLOWED,
	    "and follows it");
	for (int i = 0; i < 3000; i++) {
		(void)snprintf(name, sizeof(name), "source-%d", i);
		busy += sm_lock_source(a, name, false, &err) != SM_LOCK_MINE;
	}
	is_int(busy, 0, "3,000 locks in one file");
	sm_lock_close(a);
	is_int(sm_lock_source(b, "news", false, &err), SM_LOCK_MINE,
	    "what is closed is free");
	sm_lock_close(b);
	ok(!sm_lock_open("/dev/null/x", &err) &&
	    err.code == SM_EXIT_CANTCREAT, "where there can be no lock");
	free(path);
}

static void
test_again(void)
{
	struct sm_again again = { .slots = NULL };
	int twice = 0, missed = 0;

	for (uint64_t i = 0; i < 50000; i++)
		twice += sm_again_meet(&again, i * 2654435761u);
	for (uint64_t i = 0; i < 50000; i++)
		missed += !sm_again_meet(&again, i * 2654435761u);
	is_int(twice, 0, "what is new is new");
	is_int(missed, 0, "what was there is known");
	for (uint64_t i = 0; i < 200000; i++)
		(void)sm_again_meet(&again, i * 11400714819323198485u);
	ok(again.room <= 4 * SM_AGAIN_MAX, "it does not grow for ever");
	sm_again_release(&again);
}

int
main(void)
{
	if (!mkdtemp(folder))
		return 1;
	test_budget();
	test_ledger();
	test_spend();
	test_kill();
	test_lock();
	test_again();
	folder_remove(folder);
	return plan_done();
}
