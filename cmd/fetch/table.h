/* Columns for people, by the width of what stands in them. */
#ifndef SM_FETCH_TABLE_H
#define SM_FETCH_TABLE_H

#include <stddef.h>

#define TABLE_COLUMNS 10

struct fetch_table {
	size_t columns;
	unsigned right;		/* a bit for each column that is flush right */
	char **cells;
	size_t count, room;
};

/* The next cell, row by row; text is copied, made safe, at most most columns
   wide (0: any). */
void fetch_table_add(struct fetch_table *table, const char *text, size_t most);
/* To standard output; then it is empty. */
void fetch_table_print(struct fetch_table *table);

#endif
