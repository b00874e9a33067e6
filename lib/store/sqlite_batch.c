/*
 * What SQLite is told once a transaction rather than once a case: counters,
 * and by what things are found.
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/xalloc.h"
#include "store/sqlite_impl.h"

void
sqlite_forget_counts(struct sqlite *lite)
{
	for (size_t i = 0; i < lite->count_count; i++) {
		free(lite->counts[i].brand);
		free(lite->counts[i].queue);
		free(lite->counts[i].status);
	}
	lite->count_count = 0;
}

int
sqlite_write_counts(struct sqlite *lite, struct sm_err *err)
{
	for (size_t i = 0; i < lite->count_count; i++) {
		const struct sqlite_count *c = &lite->counts[i];
		sqlite3_stmt *stmt = sqlite_ready(lite, ST_ADD_COUNT, err);

		if (!stmt)
			return -1;
		sqlite_bind(stmt, "sssi", c->brand, c->queue, c->status,
		    c->change);
		if (c->change != 0 && sqlite_do(lite, stmt, "write", err) ==
		    -1)
			return -1;
	}
	sqlite_forget_counts(lite);
	return 0;
}

int
sqlite_count(struct sqlite *lite, struct sm_text brand, struct sm_text queue,
    struct sm_text status, int64_t change, struct sm_err *err)
{
	struct sqlite_count *c = lite->counts;
	struct sqlite_count *end = c + lite->count_count;

	for (; c < end; c++) {
		if (sm_text_is(status, c->status) &&
		    sm_text_is(queue, c->queue) &&
		    sm_text_is(brand, c->brand)) {
			c->change += change;
			return 0;
		}
	}
	if (lite->count_count == LITE_COUNTS &&
	    sqlite_write_counts(lite, err) == -1)
		return -1;
	lite->counts[lite->count_count++] = (struct sqlite_count){
		.brand = sm_xstrndup(brand.s, brand.len),
		.queue = sm_xstrndup(queue.s, queue.len),
		.status = sm_xstrndup(status.s, status.len),
		.change = change
	};
	return 0;
}

int
sqlite_add_find(struct sqlite *lite, int64_t hash, int64_t n,
    struct sm_err *err)
{
	sqlite3_stmt *stmt = sqlite_ready(lite, ST_ADD_FIND, err);

	if (!stmt)
		return -1;
	sqlite_bind(stmt, "ii", hash, n);
	lite->finds_new++;
	return sqlite_do(lite, stmt, "write", err) == -1 ? -1 : 0;
}

int
sqlite_settle_finds(struct sqlite *lite, struct sm_err *err)
{
	static const enum sqlite_stmt merge[] = { ST_MERGE_FINDS,
	    ST_CLEAR_FINDS, ST_MERGE_AUTHORED, ST_CLEAR_AUTHORED };
	sqlite3_stmt *stmt;

	if (lite->finds_new == lite->finds_before)
		return 0;
	for (int i = 0; i < 4 && lite->finds_new >= LITE_FINDS_NEW; i++) {
		stmt = sqlite_ready(lite, merge[i], err);
		if (!stmt || sqlite_do(lite, stmt, "write", err) == -1)
			return -1;
	}
	stmt = sqlite_ready(lite, ST_SET_FINDS, err);
	if (!stmt)
		return -1;
	sqlite_bind(stmt, "i", lite->finds_new < LITE_FINDS_NEW ?
	    lite->finds_new : (int64_t)0);
	return sqlite_do(lite, stmt, "write", err) == -1 ? -1 : 0;
}
