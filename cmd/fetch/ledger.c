/* sm-fetch --ledger: what was spent. */
#include "source/sweep/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/path.h"
#include "record/json.h"
#include "run.h"
#include "table.h"

struct report {
	struct fetch_table table;
	bool people;
};

static void
add_amount(struct report *report, enum sm_unit unit, int64_t value)
{
	struct sm_buf text = SM_BUF_INIT;

	if (unit == SM_UNIT_USD) {
		sm_amount_text(&text, unit, value);
		sm_buf_cut(&text, text.len - strlen("usd"));
	} else
		sm_buf_addi(&text, value);
	fetch_table_add(&report->table, sm_buf_str(&text), 0);
	sm_buf_release(&text);
}

static void
print_line(const char *period, const struct sm_ledger_row *row, bool month)
{
	struct sm_buf out = SM_BUF_INIT;

	sm_json_open(&out, NULL, '{');
	sm_json_strz(&out, month ? "month" : "day", period);
	if (row->account[0])
		sm_json_strz(&out, "account", row->account);
	if (!month)
		sm_json_strz(&out, "source", row->source);
	sm_json_int(&out, "calls", row->amount.of[SM_UNIT_CALLS]);
	sm_json_int(&out, "posts", row->amount.of[SM_UNIT_POSTS]);
	sm_json_int(&out, "micro_usd", row->amount.of[SM_UNIT_USD]);
	sm_json_close(&out, '}');
	printf("%s\n", sm_buf_str(&out));
	sm_buf_release(&out);
}

static void
tell(struct report *report, const struct sm_ledger_row *row, bool month)
{
	char period[12];

	memcpy(period, row->day, sizeof(period));
	period[month ? 7 : 10] = '\0';
	if (!report->people) {
		print_line(period, row, month);
		return;
	}
	fetch_table_add(&report->table, period, 0);
	fetch_table_add(&report->table, row->account[0] ? row->account : "-",
	    30);
	fetch_table_add(&report->table, month ? "(all)" : row->source, 30);
	add_amount(report, SM_UNIT_CALLS, row->amount.of[SM_UNIT_CALLS]);
	add_amount(report, SM_UNIT_POSTS, row->amount.of[SM_UNIT_POSTS]);
	add_amount(report, SM_UNIT_USD, row->amount.of[SM_UNIT_USD]);
}

static int
by_month(const void *a, const void *b)
{
	const struct sm_ledger_row *x = a, *y = b;
	int order = strncmp(x->day, y->day, 7);

	return order != 0 ? order : strcmp(x->account, y->account);
}

/* The rows are sorted anew by that. */
static void
tell_months(struct report *report, struct sm_ledger_row *rows, size_t count)
{
	if (count > 0)
		qsort(rows, count, sizeof(*rows), by_month);
	for (size_t i = 0; i < count; i++) {
		struct sm_ledger_row sum = rows[i];

		while (i + 1 < count && by_month(&rows[i], &rows[i + 1]) == 0)
			sm_amount_add(&sum.amount, &rows[++i].amount);
		tell(report, &sum, true);
	}
}

void
fetch_tell_ledger(struct fetch_run *run)
{
	static const char *const heads[] = { "WHEN", "ACCOUNT", "SOURCE",
	    "CALLS", "POSTS", "USD" };
	struct report report = { .people = isatty(STDOUT_FILENO) != 0,
	    .table = { .columns = 6, .right = 0x38 } };
	char *folder = sm_path_state("ledger");
	struct sm_ledger_row *rows;
	size_t count, bad;

	if (sm_ledger_read(folder, &rows, &count, &bad, &run->err) == -1)
		sm_die(run->err.code, "%s", run->err.text);
	for (size_t i = 0; report.people && i < 6; i++)
		fetch_table_add(&report.table, heads[i], 0);
	for (size_t i = 0; i < count; i++)
		tell(&report, &rows[i], false);
	tell_months(&report, rows, count);
	fetch_table_print(&report.table);
	if (bad > 0) {
		sm_warn("%zu lines in '%s' are none of a ledger", bad, folder);
		fetch_worsen(run, SM_EXIT_SOME);
	}
	free(rows);
	free(folder);
}
