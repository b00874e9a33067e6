#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/safe.h"
#include "base/width.h"
#include "base/xalloc.h"

void
fetch_table_add(struct fetch_table *table, const char *text, size_t most)
{
	struct sm_buf safe = SM_BUF_INIT;
	size_t used;

	sm_safe(&safe, text, strlen(text), SM_SAFE_TTY);
	if (most > 0)
		sm_buf_cut(&safe, sm_width_fit(sm_buf_str(&safe), safe.len,
		    most, &used));
	sm_buf_adds(&safe, "");
	table->cells = sm_xgrow(table->cells, &table->room,
	    table->count + 1, sizeof(*table->cells));
	table->cells[table->count++] = sm_xstrdup(sm_buf_str(&safe));
	sm_buf_release(&safe);
}

static void
print_cell(const char *text, size_t width, bool right, bool last)
{
	size_t have = sm_width(text, strlen(text));
	int fill = have < width ? (int)(width - have) : 0;

	if (right)
		printf("%*s%s", fill, "", text);
	else
		printf("%s%*s", text, last ? 0 : fill, "");
	printf("%s", last ? "\n" : "  ");
}

void
fetch_table_print(struct fetch_table *table)
{
	size_t width[TABLE_COLUMNS] = { 0 };

	for (size_t i = 0; i < table->count; i++) {
		size_t have = sm_width(table->cells[i],
		    strlen(table->cells[i]));

		if (have > width[i % table->columns])
			width[i % table->columns] = have;
	}
	for (size_t i = 0; i < table->count; i++) {
		size_t column = i % table->columns;

		print_cell(table->cells[i], width[column],
		    table->right >> column & 1,
		    column + 1 == table->columns);
		free(table->cells[i]);
	}
	free(table->cells);
	table->cells = NULL;
	table->count = table->room = 0;
}
