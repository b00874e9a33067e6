/*
 * SQLite behind a store: statements, locking, transactions.
 *
 * Write-ahead log: readers never wait, one writer at a time.  SQLite's own
 * waiting is unfair (some wait for seconds), so ours sleeps for a short time
 * by chance and asks again.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "base/hash.h"
#include "store/sqlite_impl.h"

#define SLEEP_LEAST_US 100
#define SLEEP_MOST_US 500

int64_t
sqlite_now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* SQLite's busy handler: whether to try again. */
int
sqlite_wait_turn(void *arg, int tries)
{
	struct sqlite *lite = arg;
	struct timespec pause = { .tv_sec = 0 };
	uint64_t us;

	if (tries == 0)
		lite->busy_since_ms = sqlite_now_ms();
	else if (sqlite_now_ms() - lite->busy_since_ms >= lite->base.wait_ms)
		return 0;
	lite->jitter = sm_hash_mix(lite->jitter + UINT64_C(0x9e3779b97f4a7c15));
	us = SLEEP_LEAST_US + lite->jitter % (SLEEP_MOST_US - SLEEP_LEAST_US);
	pause.tv_nsec = (long)us * 1000;
	(void)nanosleep(&pause, NULL);
	return 1;
}

static enum sm_exit
code_of(const struct sqlite *lite)
{
	switch (sqlite3_errcode(lite->db)) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return SM_EXIT_TEMP;
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return SM_EXIT_NOPERM;
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_CORRUPT:
		return SM_EXIT_IO;
	case SQLITE_NOTADB:
		return SM_EXIT_NOINPUT;
	case SQLITE_NOMEM:
		return SM_EXIT_OS;
	case SQLITE_CANTOPEN:
		return sqlite3_system_errno(lite->db) == ENOSPC ? SM_EXIT_IO :
		    SM_EXIT_CANTCREAT;
	case SQLITE_TOOBIG:
		return SM_EXIT_DATA;
	default:
		return SM_EXIT_FAULT;
	}
}

int
sqlite_fail(struct sqlite *lite, const char *what, struct sm_err *err)
{
	const char *path = lite->base.path, *more = "";
	int code = sqlite3_errcode(lite->db);

	if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
		return sm_err_set(err, SM_EXIT_TEMP, "the store '%s' is busy: "
		    "try again later", path);
	if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
		more = "; keep the file as it is, save what is whole with "
		    "sqlite3 FILE .recover, or bring back a backup";
	return sm_err_set(err, code_of(lite), "cannot %s '%s': %s%s", what,
	    path, sqlite3_errmsg(lite->db), more);
}

sqlite3_stmt *
sqlite_ready(struct sqlite *lite, enum sqlite_stmt which, struct sm_err *err)
{
	sqlite3_stmt **stmt = &lite->stmts[which];

	if (!*stmt && sqlite3_prepare_v3(lite->db, sqlite_sql[which], -1,
	    SQLITE_PREPARE_PERSISTENT, stmt, NULL) != SQLITE_OK) {
		(void)sqlite_fail(lite, "use", err);
		return NULL;
	}
	return *stmt;
}

void
sqlite_bind(sqlite3_stmt *stmt, const char *kinds, ...)
{
	va_list ap;
	int at = 1;

	va_start(ap, kinds);
	for (; *kinds; kinds++, at++) {
		const struct sm_text *text;
		const void *data;
		int64_t value;

		switch (*kinds) {
		case 't':
			text = va_arg(ap, const struct sm_text *);
			(void)sqlite3_bind_text64(stmt, at, text->s, text->len,
			    SQLITE_STATIC, SQLITE_UTF8);
			break;
		case 's':
			(void)sqlite3_bind_text(stmt, at,
			    va_arg(ap, const char *), -1, SQLITE_STATIC);
			break;
		case 'd':
			data = va_arg(ap, const void *);
			(void)sqlite3_bind_blob64(stmt, at, data,
			    va_arg(ap, size_t), SQLITE_STATIC);
			break;
		default:
			value = va_arg(ap, int64_t);
			if (*kinds == 'o' && value == 0)
				(void)sqlite3_bind_null(stmt, at);
			else
				(void)sqlite3_bind_int64(stmt, at, value);
			break;
		}
	}
	va_end(ap);
}

int
sqlite_do(struct sqlite *lite, sqlite3_stmt *stmt, const char *what,
    struct sm_err *err)
{
	int code = sqlite3_step(stmt);
	int ret;

	if (code == SQLITE_DONE || code == SQLITE_ROW)
		ret = sqlite3_changes(lite->db);
	else
		ret = sqlite_fail(lite, what, err);
	(void)sqlite3_reset(stmt);
	return ret;
}

int
sqlite_rows(struct sqlite *lite, sqlite3_stmt *stmt, const char *what,
    int (*row)(struct sqlite *lite, sqlite3_stmt *stmt, void *arg,
    struct sm_err *err), void *arg, struct sm_err *err)
{
	int code, ret = 0;

	while (ret == 0 && (code = sqlite3_step(stmt)) != SQLITE_DONE) {
		if (code == SQLITE_ROW)
			ret = row(lite, stmt, arg, err);
		else
			ret = sqlite_fail(lite, what, err);
	}
	(void)sqlite3_reset(stmt);
	return ret;
}

struct sm_text
sqlite_text(sqlite3_stmt *stmt, int column)
{
	/* Bytes first would be right for blobs only. */
	const void *s = sqlite3_column_type(stmt, column) == SQLITE_BLOB ?
	    sqlite3_column_blob(stmt, column) :
	    sqlite3_column_text(stmt, column);

	return (struct sm_text){ .s = s,
	    .len = (size_t)sqlite3_column_bytes(stmt, column) };
}

void
sqlite_bytes(sqlite3_stmt *stmt, int column, unsigned char *out, size_t len)
{
	const void *data = sqlite3_column_blob(stmt, column);
	size_t have = (size_t)sqlite3_column_bytes(stmt, column);

	memset(out, 0, len);
	if (data && have > 0)
		memcpy(out, data, have < len ? have : len);
}

void
sqlite_keep(struct sqlite *lite, struct sm_text *const *texts, size_t count)
{
	size_t total = 0;

	for (size_t i = 0; i < count; i++)
		total += texts[i]->len;
	sm_buf_clear(&lite->kept);
	(void)sm_buf_reserve(&lite->kept, total);
	for (size_t i = 0; i < count; i++) {
		const char *at = lite->kept.data + lite->kept.len;

		if (!texts[i]->s)
			continue;
		sm_buf_add(&lite->kept, texts[i]->s, texts[i]->len);
		texts[i]->s = at;
	}
}

int64_t
sqlite_hash(const struct sm_text *const *texts, size_t count)
{
	static const char nul = '\0';
	struct sm_piece pieces[16];
	unsigned char digest[SM_DIGEST_SIZE];
	uint64_t hash = 0;
	size_t used = 0;

	for (size_t i = 0; i < count && used + 2 <= 16; i++) {
		pieces[used++] = (struct sm_piece){ .data = texts[i]->s,
		    .len = texts[i]->len };
		pieces[used++] = (struct sm_piece){ .data = &nul, .len = 1 };
	}
	sm_digest(pieces, used, digest);
	for (int i = 0; i < 8; i++)
		hash = hash << 8 | digest[i];
	return (int64_t)(hash >> 1);
}

static int
set_durable(struct sqlite *lite, bool durable, struct sm_err *err)
{
	if (lite->durable == durable)
		return 0;
	if (sqlite3_exec(lite->db, durable ? "PRAGMA synchronous = FULL" :
	    "PRAGMA synchronous = NORMAL", NULL, NULL, NULL) != SQLITE_OK)
		return sqlite_fail(lite, "set up", err);
	lite->durable = durable;
	return 0;
}

static int
last_numbers(struct sqlite *lite, sqlite3_stmt *stmt, void *arg,
    struct sm_err *err)
{
	struct sm_store *store = &lite->base;

	(void)arg;
	(void)err;
	store->next_post = sqlite3_column_int64(stmt, 0) + 1;
	store->next_case = sqlite3_column_int64(stmt, 1) + 1;
	store->intake_seq = sqlite3_column_int64(stmt, 2);
	sqlite_bytes(stmt, 3, store->intake_head, SM_DIGEST_SIZE);
	lite->finds_new = lite->finds_before = sqlite3_column_int64(stmt, 4);
	return 0;
}

static int
sqlite_begin(struct sm_store *store, bool durable, struct sm_err *err)
{
	struct sqlite *lite = (struct sqlite *)store;
	sqlite3_stmt *stmt;

	/* It cannot be set within a transaction. */
	if (set_durable(lite, durable, err) == -1)
		return -1;
	stmt = sqlite_ready(lite, ST_BEGIN, err);
	if (!stmt || sqlite_do(lite, stmt, "lock", err) == -1)
		return -1;
	stmt = sqlite_ready(lite, ST_LAST, err);
	if (!stmt || sqlite_rows(lite, stmt, "read", last_numbers, NULL,
	    err) == -1) {
		store->ops->rollback(store);
		return -1;
	}
	return 0;
}

static int
sqlite_begin_read(struct sm_store *store, struct sm_err *err)
{
	struct sqlite *lite = (struct sqlite *)store;
	sqlite3_stmt *stmt = sqlite_ready(lite, ST_BEGIN_READ, err);

	return stmt && sqlite_do(lite, stmt, "read", err) != -1 ? 0 : -1;
}

static int
sqlite_commit(struct sm_store *store, struct sm_err *err)
{
	struct sqlite *lite = (struct sqlite *)store;
	sqlite3_stmt *stmt;

	if (sqlite_write_counts(lite, err) == -1 ||
	    sqlite_settle_finds(lite, err) == -1)
		return -1;
	stmt = sqlite_ready(lite, ST_COMMIT, err);
	return stmt && sqlite_do(lite, stmt, "write", err) != -1 ? 0 : -1;
}

static void
sqlite_rollback(struct sm_store *store)
{
	struct sqlite *lite = (struct sqlite *)store;

	/* After a full disk SQLite may have rolled back by itself. */
	if (!sqlite3_get_autocommit(lite->db))
		(void)sqlite3_exec(lite->db, "ROLLBACK", NULL, NULL, NULL);
	sqlite_forget_counts(lite);
	/* It may have been added by what was rolled back. */
	lite->actor_n = 0;
}

/* Moves what can be moved from the log to the file, and syncs both. */
static int
sqlite_sync(struct sm_store *store, struct sm_err *err)
{
	struct sqlite *lite = (struct sqlite *)store;
	int code = sqlite3_wal_checkpoint_v2(lite->db, NULL,
	    SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);

	if (code != SQLITE_OK && code != SQLITE_BUSY)
		return sqlite_fail(lite, "write", err);
	return 0;
}

static void
sqlite_close(struct sm_store *store)
{
	struct sqlite *lite = (struct sqlite *)store;

	for (int i = 0; i < ST_COUNT; i++)
		(void)sqlite3_finalize(lite->stmts[i]);
	(void)sqlite3_close(lite->db);
	sm_buf_release(&lite->kept);
}

const struct sm_store_ops sqlite_ops = {
	.name = "sqlite",
	.close = sqlite_close,
	.begin = sqlite_begin,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.sync = sqlite_sync,
	.begin_read = sqlite_begin_read,
	.cursor = sqlite_cursor,
	.set_cursor = sqlite_set_cursor,
	.add_post = sqlite_add_post,
	.find_post = sqlite_find_post,
	.find_parent = sqlite_find_parent,
	.replace_post = sqlite_replace_post,
	.each_post = sqlite_each_post,
	.last_post = sqlite_last_post,
	.oldest_waiting = sqlite_oldest_waiting,
	.add_case = sqlite_add_case,
	.update_case = sqlite_update_case,
	.find_case = sqlite_find_case,
	.get_case = sqlite_get_case,
	.last_case = sqlite_last_case,
	.each_case = sqlite_each_case,
	.oldest = sqlite_oldest,
	.add_label = sqlite_add_label,
	.labels = sqlite_labels,
	.each_count = sqlite_each_count,
	.author = sqlite_author,
	.each_load = sqlite_each_load,
	.add_event = sqlite_add_event,
	.get_event = sqlite_get_event,
	.each_event = sqlite_each_event
};
