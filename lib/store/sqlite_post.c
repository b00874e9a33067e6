/* Posts and cursors in SQLite. */
#include "base/clock.h"
#include "base/err.h"
#include "store/sqlite_impl.h"

static int
cursor_row(struct sqlite *lite, sqlite3_stmt *stmt, void *arg,
    struct sm_err *err)
{
	struct sm_buf *out = arg;
	struct sm_text cursor = sqlite_text(stmt, 0);

	(void)lite;
	(void)err;
	sm_buf_add(out, cursor.s, cursor.len);
	return 0;
}

int
sqlite_cursor(struct sm_store *store, struct sm_text source,
    struct sm_buf *out, struct sm_err *err)
{
	struct sqlite *lite = (struct sqlite *)store;
	sqlite3_stmt *stmt = sqlite_ready(lite, ST_CURSOR, err);

	if (!stmt)
		return -1;
	sqlite_bind(stmt, "t", &source);
	if (sqlite_rows(lite, stmt, "read", cursor_row, out, err) == -1)
		return -1;
	return out->len > 0;
}

int
sqlite_set_cursor(struct sm_store *store, struct sm_text source,
    struct sm_text cursor, struct sm_err *err)
{
	struct sqlite *lite = (struct sqlite *)store;
	sqlite3_stmt *stmt = sqlite_ready(lite, ST_SET_CURSOR, err);

	if (!stmt)
		return -1;
	sqlite_bind(stmt, "tti", &source, &cursor, sm_clock_now());
	return sqlite_do(lite, stmt, "write", err) == -1 ? -1 : 0;
}

static int64_t
id_hash(struct sm_text brand, struct sm_text id)
{
	const struct sm_text kind = { .s = "post", .len = 4 };
	const struct sm_text *const texts[] = { &kind, &brand, &id };

	return sqlite_hash(texts, 3);
}

int
sqlite_add_post(struct sm_store *store, const struct sm_stored *post,
    struct sm_err *err)
{
	struct sqlite *lite = (struct sqlite *)store;
	sqlite3_stmt *stmt = sqlite_ready(lite, ST_ADD_POST, err);
	int64_t author = sqlite_author_of(post);
	int added;

	if (!stmt)
		return -1;
	sqlite_bind(stmt, "iotttiiiiidddo", post->n, post->case_n,
	    &post->brand, &post->key, &post->rev, post->start, post->stored,
	    (int64_t)post->waits, (int64_t)post->state, post->batch,
	    post->salt, sizeof(post->salt), post->digest,
	    sizeof(post->digest), post->line.s, post->line.len, author);
	added = sqlite_do(lite, stmt, "write", err);
	/* Only what has a case is asked for by what answers it. */
	if (added == 1 && post->case_n > 0 && sqlite_add_find(lite,
	    id_hash(post->brand, post->id), post->n, err) == -1)
		return -1;
	if (added == 1 && sqlite_add_authored(lite, author, post->start, post,
	    err) == -1)
		return -1;
	return added;
}

/* The columns of ST_FIND_POST, ST_EACH_POST and ST_ALL_POSTS. */
static void
read_post(sqlite3_stmt *stmt, struct sm_stored *post)
{
	*post = (struct sm_stored){
		.n = sqlite3_column_int64(stmt, 0),
		.case_n = sqlite3_column_int64(stmt, 1),
		.brand = sqlite_text(stmt, 2),
		.key = sqlite_text(stmt, 3),
		.rev = sqlite_text(stmt, 4),
		.start = sqlite3_column_int64(stmt, 5),
		.stored = sqlite3_column_int64(stmt, 6),
		.waits = sqlite3_column_int(stmt, 7) != 0,
		.state = sqlite3_column_int(stmt, 8) == SM_POST_DELETED ?
		    SM_POST_DELETED : SM_POST_LIVE,
		.batch = sqlite3_column_int64(stmt, 9),
		.line = sqlite_text(stmt, 12)
	};
	sqlite_bytes(stmt, 10, post->salt, sizeof(post->salt));
	sqlite_bytes(stmt, 11, post->digest, sizeof(post->digest));
}

static int
found_post(struct sqlite *lite, sqlite3_stmt *stmt, void *arg,
    struct sm_err *err)
{
	struct sm_stored *post = arg;
	struct sm_text *const texts[] = { &post->brand, &post->key,
	    &post->rev, &post->line };

	(void)err;
	read_post(stmt, post);
	sqlite_keep(lite, texts, 4);
	return 0;
}

int
sqlite_find_post(struct sm_store *store, struct sm_text brand,
    struct sm_text key, struct sm_stored *post, struct sm_err *err)
{
	struct sqlite *lite = (struct sqlite *)store;
	sqlite3_stmt *stmt = sqlite_ready(lite, ST_FIND_POST, err);

	if (!stmt)
		return -1;
	post->n = 0;
	sqlite_bind(stmt, "tt", &brand, &key);
	if (sqlite_rows(lite, stmt, "read", found_post, post, err) == -1)
		return -1;
	return post->n > 0;
}

int
sqlite_last_post(struct sm_store *store, int64_t case_n,
    struct sm_stored *post, struct sm_err *err)
{
	struct sqlite *lite = (struct sqlite *)store;
	sqlite3_stmt *stmt = sqlite_ready(lite, ST_LAST_POST, err);

	if (!stmt)
		return -1;
	post->n = 0;
	sqlite_bind(stmt, "i", case_n);
	if (sqlite_rows(lite, stmt, "read", found_post, post, err) == -1)
		return -1;
	return post->n > 0;
}

int
sqlite_number(struct sqlite *lite, sqlite3_stmt *stmt, void *arg,
    struct sm_err *err)
{
	int64_t *number = arg;

	(void)lite;
	(void)err;
	if (sqlite3_column_type(stmt, 0) != SQLITE_NULL)
		*number = sqlite3_column_int64(stmt, 0);
	return 0;
}

int
sqlite_find_parent(struct sm_store *store, struct sm_text brand,
    struct sm_text id, int64_t *case_n, struct sm_err *err)
{
	struct sqlite *lite = (struct sqlite *)store;
	sqlite3_stmt *stmt = sqlite_ready(lite, ST_FIND_PARENT, err);

	if (!stmt)
		return -1;
	*case_n = 0;
	sqlite_bind(stmt, "i", id_hash(brand, id));
	if (sqlite_rows(lite, stmt, "read", sqlite_number, case_n, err) == -1)
		return -1;
	return *case_n > 0;
}

int
sqlite_replace_post(struct sm_store *store, const struct sm_stored *post,
    struct sm_err *err)
{
	struct sqlite *lite = (struct sqlite *)store;
	sqlite3_stmt *stmt = sqlite_ready(lite, ST_REPLACE_POST, err);
	int64_t author = sqlite_author_of(post), start = 0;

	if (!stmt || sqlite_drop_authored(lite, post->n, &start, err) == -1)
		return -1;
	sqlite_bind(stmt, "itiidddoo", post->n, &post->rev,
	    (int64_t)post->waits, (int64_t)post->state, post->salt,
	    sizeof(post->salt), post->digest, sizeof(post->digest),
	    post->line.s, post->line.len, post->case_n, author);
	if (sqlite_do(lite, stmt, "write", err) == -1)
		return -1;
	return sqlite_add_authored(lite, author, start, post, err);
}

struct post_call {
	int (*each)(const struct sm_stored *post, void *arg,
	    struct sm_err *err);
	void *arg;
};

static int
post_row(struct sqlite *lite, sqlite3_stmt *stmt, void *arg,
    struct sm_err *err)
{
	const struct post_call *call = arg;
	struct sm_stored post;

	(void)lite;
	read_post(stmt, &post);
	return call->each(&post, call->arg, err);
}

int
sqlite_each_post(struct sm_store *store, int64_t case_n, int64_t limit,
    int (*each)(const struct sm_stored *post, void *arg, struct sm_err *err),
    void *arg, struct sm_err *err)
{
	struct sqlite *lite = (struct sqlite *)store;
	struct post_call call = { .each = each, .arg = arg };
	sqlite3_stmt *stmt = sqlite_ready(lite, case_n == -1 ? ST_ALL_POSTS :
	    ST_EACH_POST, err);

	if (!stmt)
		return -1;
	if (case_n != -1)
		sqlite_bind(stmt, "ii", case_n, limit);
	return sqlite_rows(lite, stmt, "read", post_row, &call, err);
}

int
sqlite_oldest_waiting(struct sm_store *store, int64_t case_n, int64_t after,
    int64_t *start, struct sm_err *err)
{
	struct sqlite *lite = (struct sqlite *)store;
	sqlite3_stmt *stmt = sqlite_ready(lite, ST_OLDEST_WAITING, err);

	if (!stmt)
		return -1;
	*start = SM_STORE_NEVER;
	sqlite_bind(stmt, "ii", case_n, after);
	return sqlite_rows(lite, stmt, "read", sqlite_number, start, err);
}
