/* The whole ledger, summed up for people. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/xalloc.h"
#include "source/sweep/ledger.h"
#include "source/sweep/ledger_line.h"

struct table {
	struct sm_ledger_row *rows;
	size_t count, room;
};

static void
add_row(void *arg, const struct sm_ledger_row *row)
{
	struct table *table = arg;

	table->rows = sm_xgrow(table->rows, &table->room, table->count + 1,
	    sizeof(*table->rows));
	table->rows[table->count++] = *row;
}

static int
compare(const void *a, const void *b)
{
	const struct sm_ledger_row *x = a, *y = b;
	int order = strcmp(x->day, y->day);

	if (order == 0)
		order = strcmp(x->account, y->account);
	return order != 0 ? order : strcmp(x->source, y->source);
}

/* Rows of one day, account and source become one. */
static void
merge(struct table *table)
{
	size_t n = 0;

	if (table->count == 0)
		return;
	qsort(table->rows, table->count, sizeof(*table->rows), compare);
	for (size_t i = 1; i < table->count; i++) {
		if (compare(&table->rows[n], &table->rows[i]) == 0)
			sm_amount_add(&table->rows[n].amount,
			    &table->rows[i].amount);
		else
			table->rows[++n] = table->rows[i];
	}
	table->count = n + 1;
}

static bool
is_month(const char *name)
{
	return strlen(name) == strlen("2026-11.ndjson") && name[4] == '-' &&
	    strspn(name, "0123456789") == 4 &&
	    strcmp(name + 7, ".ndjson") == 0;
}

static int
read_month(const char *folder, const char *name, struct table *table,
    size_t *bad, struct sm_err *err)
{
	struct ledger_reader *reader = ledger_reader_new();
	char *path = sm_xasprintf("%s/%s", folder, name);
	int64_t offset = 0;
	int ret = ledger_reader_file(reader, path, &offset, add_row, table,
	    bad, err);

	free(path);
	ledger_reader_free(reader);
	return ret;
}

int
sm_ledger_read(const char *folder, struct sm_ledger_row **rows, size_t *count,
    size_t *bad, struct sm_err *err)
{
	struct table table = { .rows = NULL };
	DIR *dir = opendir(folder);
	struct dirent *entry;
	int ret = 0;

	*bad = 0;
	if (!dir && errno != ENOENT)
		ret = sm_err_errno(err, SM_EXIT_IO, "cannot read '%s'",
		    folder);
	while (ret == 0 && dir && (entry = readdir(dir)))
		if (is_month(entry->d_name)) {
			ret = read_month(folder, entry->d_name, &table, bad,
			    err);
			merge(&table);
		}
	if (dir)
		closedir(dir);
	*rows = table.rows;
	*count = table.count;
	if (ret == -1) {
		free(table.rows);
		*rows = NULL;
	}
	return ret;
}
