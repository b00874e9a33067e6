/* Cases, their labels and how many there are, in SQLite. */
#include <string.h>

#include "base/err.h"
#include "record/json.h"
#include "store/sqlite_impl.h"

static int64_t
key_hash(const struct sm_case *c)
{
	const struct sm_text kind = { .s = "case", .len = 4 };
	const struct sm_text *const texts[] = { &kind, &c->brand, &c->channel,
	    &c->account, &c->context, &c->party };

	return sqlite_hash(texts, 6);
}

int
sqlite_add_case(struct sm_store *store, const struct sm_case *c,
    struct sm_err *err)
{
	struct sqlite *lite = (struct sqlite *)store;
	sqlite3_stmt *stmt = sqlite_ready(lite, ST_ADD_CASE, err);

	if (!stmt)
		return -1;
	sqlite_bind(stmt, "isttttttiotittt" "iiiiiiiii" "d",
	    c->n, c->id, &c->brand, &c->channel, &c->account,
	    &c->context, &c->party, &c->handle, c->opened,
	    c->follows, &c->status, (int64_t)c->active, &c->reason, &c->queue,
	    &c->owner, c->priority, c->due, c->waiting_since, c->last_in,
	    c->last_out, c->reopened, c->posts, c->rev, c->seq,
	    c->head, sizeof(c->head));
	if (sqlite_do(lite, stmt, "write", err) == -1 ||
	    sqlite_add_find(lite, key_hash(c), c->n, err) == -1)
		return -1;
	if (c->party.len > 0 && sqlite_add_find(lite, sqlite_party_hash(
	    c->brand, c->channel, c->party), c->n, err) == -1)
		return -1;
	return sqlite_count(lite, c->brand, c->queue, c->status, 1, err);
}

static int
uncount(struct sqlite *lite, sqlite3_stmt *stmt, void *arg,
    struct sm_err *err)
{
	(void)arg;
	return sqlite_count(lite, sqlite_text(stmt, 0), sqlite_text(stmt, 1),
	    sqlite_text(stmt, 2), -1, err);
}

/* Where the case was counted until now, and where it is from now on. */
static int
recount(struct sqlite *lite, const struct sm_case *c, struct sm_err *err)
{
	sqlite3_stmt *stmt = sqlite_ready(lite, ST_COUNTED, err);

	if (!stmt)
		return -1;
	sqlite_bind(stmt, "i", c->n);
	if (sqlite_rows(lite, stmt, "read", uncount, NULL, err) == -1)
		return -1;
	return sqlite_count(lite, c->brand, c->queue, c->status, 1, err);
}

/* Only another post came: no index is touched.  1 if so, 0, -1. */
static int
touch(struct sqlite *lite, const struct sm_case *c, struct sm_err *err)
{
	sqlite3_stmt *stmt = sqlite_ready(lite, ST_TOUCH_CASE, err);

	if (!stmt)
		return -1;
	sqlite_bind(stmt, "iiiiiiii", c->n, c->rev, c->last_in, c->last_out,
	    c->posts, c->priority, c->waiting_since, c->due);
	return sqlite_do(lite, stmt, "write", err);
}

int
sqlite_update_case(struct sm_store *store, const struct sm_case *c,
    bool moved, struct sm_err *err)
{
	struct sqlite *lite = (struct sqlite *)store;
	sqlite3_stmt *stmt = sqlite_ready(lite, ST_UPDATE_CASE, err);
	int touched = moved ? 0 : touch(lite, c, err);

	if (touched != 0)
		return touched;
	if (!stmt || (moved && recount(lite, c, err) == -1))
		return -1;
	sqlite_bind(stmt, "iitittt" "iiiiiiii" "d", c->n, c->rev, &c->status,
	    (int64_t)c->active, &c->reason, &c->queue, &c->owner, c->priority,
	    c->due, c->waiting_since, c->last_in, c->last_out, c->reopened,
	    c->posts, c->seq, c->head, sizeof(c->head));
	return sqlite_do(lite, stmt, "write", err);
}

/* The columns of CASE_COLUMNS. */
static void
read_case(sqlite3_stmt *stmt, struct sm_case *c)
{
	struct sm_text id = sqlite_text(stmt, 1);

	*c = (struct sm_case){
		.n = sqlite3_column_int64(stmt, 0),
		.brand = sqlite_text(stmt, 2),
		.channel = sqlite_text(stmt, 3),
		.account = sqlite_text(stmt, 4),
		.context = sqlite_text(stmt, 5),
		.party = sqlite_text(stmt, 6),
		.handle = sqlite_text(stmt, 7),
		.opened = sqlite3_column_int64(stmt, 8),
		.follows = sqlite3_column_int64(stmt, 9),
		.status = sqlite_text(stmt, 10),
		.active = sqlite3_column_int(stmt, 11) != 0,
		.reason = sqlite_text(stmt, 12),
		.queue = sqlite_text(stmt, 13),
		.owner = sqlite_text(stmt, 14),
		.priority = sqlite3_column_int64(stmt, 15),
		.due = sqlite3_column_int64(stmt, 16),
		.waiting_since = sqlite3_column_int64(stmt, 17),
		.last_in = sqlite3_column_int64(stmt, 18),
		.last_out = sqlite3_column_int64(stmt, 19),
		.reopened = sqlite3_column_int64(stmt, 20),
		.posts = sqlite3_column_int64(stmt, 21),
		.rev = sqlite3_column_int64(stmt, 22),
		.seq = sqlite3_column_int64(stmt, 23)
	};
	if (id.len < sizeof(c->id))
		memcpy(c->id, id.s, id.len);
	sqlite_bytes(stmt, 24, c->head, sizeof(c->head));
}

static void
keep_case(struct sqlite *lite, struct sm_case *c)
{
	struct sm_text *const texts[] = { &c->brand, &c->channel, &c->account,
	    &c->context, &c->party, &c->handle, &c->status, &c->reason,
	    &c->queue, &c->owner };

	sqlite_keep(lite, texts, sizeof(texts) / sizeof(*texts));
}

static int
got_case(struct sqlite *lite, sqlite3_stmt *stmt, void *arg,
    struct sm_err *err)
{
	struct sm_case *c = arg;

	(void)err;
	read_case(stmt, c);
	keep_case(lite, c);
	return 0;
}

int
sqlite_get_case(struct sm_store *store, int64_t n, struct sm_case *found,
    struct sm_err *err)
{
	struct sqlite *lite = (struct sqlite *)store;
	sqlite3_stmt *stmt = sqlite_ready(lite, ST_GET_CASE, err);

	if (!stmt)
		return -1;
	found->n = 0;
	sqlite_bind(stmt, "i", n);
	if (sqlite_rows(lite, stmt, "read", got_case, found, err) == -1)
		return -1;
	return found->n > 0;
}

/* Looking for a case by what makes it that case. */
struct key_search {
	const struct sm_case *key;
	struct sm_case *found;
};

static int
key_row(struct sqlite *lite, sqlite3_stmt *stmt, void *arg,
    struct sm_err *err)
{
	struct key_search *search = arg;
	const struct sm_case *key = search->key;
	struct sm_case c;

	(void)err;
	read_case(stmt, &c);
	if (c.n < search->found->n ||
	    !sm_text_same(c.brand, key->brand) ||
	    !sm_text_same(c.channel, key->channel) ||
	    !sm_text_same(c.account, key->account) ||
	    !sm_text_same(c.context, key->context) ||
	    !sm_text_same(c.party, key->party))
		return 0;
	keep_case(lite, &c);
	*search->found = c;
	return 0;
}

int
sqlite_find_case(struct sm_store *store, const struct sm_case *key,
    struct sm_case *found, struct sm_err *err)
{
	struct sqlite *lite = (struct sqlite *)store;
	struct key_search search = { .key = key, .found = found };
	sqlite3_stmt *stmt = sqlite_ready(lite, ST_FIND_CASE, err);

	if (!stmt)
		return -1;
	found->n = 0;
	sqlite_bind(stmt, "i", key_hash(key));
	if (sqlite_rows(lite, stmt, "read", key_row, &search, err) == -1)
		return -1;
	return found->n > 0;
}

struct case_call {
	int (*each)(const struct sm_case *c, void *arg, struct sm_err *err);
	void *arg;
};

static int
case_row(struct sqlite *lite, sqlite3_stmt *stmt, void *arg,
    struct sm_err *err)
{
	const struct case_call *call = arg;
	struct sm_case c;

	(void)lite;
	read_case(stmt, &c);
	return call->each(&c, call->arg, err);
}

int
sqlite_last_case(struct sm_store *store, int64_t *n, struct sm_err *err)
{
	struct sqlite *lite = (struct sqlite *)store;
	sqlite3_stmt *stmt = sqlite_ready(lite, ST_LAST_CASE, err);

	if (!stmt)
		return -1;
	*n = 0;
	return sqlite_rows(lite, stmt, "read", sqlite_number, n, err);
}

/* What a list asks of a case, but for its queue. */
static void
list_where(struct sm_buf *sql, const struct sm_case_filter *filter,
    bool by_age)
{
	sm_buf_adds(sql, by_age ? " WHERE true" : " WHERE active = 1");
	if (filter->status)
		sm_buf_adds(sql, " AND status = ?2");
	if (filter->brand)
		sm_buf_adds(sql, " AND brand = ?3");
	if (filter->after && by_age)
		sm_buf_adds(sql, " AND n < ?6");
	else if (filter->after)
		sm_buf_adds(sql, " AND priority <= ?4 AND (priority < ?4 OR "
		    "(waiting_since, n) > (?5, ?6))");
}

/*
 * The query of a list.  The numbers of its parameters are fixed: 1 queue,
 * 2 status, 3 brand, 4 priority, 5 waiting_since, 6 n, 7 limit.  Each queue
 * has its cases in order (index cases_queue), so for all of them the first of
 * each are taken and put in order.
 */
static void
list_query(struct sm_buf *sql, const struct sm_case_filter *filter,
    bool by_age)
{
	static const char order[] = " ORDER BY priority DESC, waiting_since, "
	    "n LIMIT ?7";

	sm_buf_adds(sql, "SELECT " CASE_COLUMNS " FROM cases");
	if (by_age || filter->queue) {
		list_where(sql, filter, by_age);
		sm_buf_adds(sql, filter->queue ? " AND queue = ?1" : "");
		sm_buf_adds(sql, by_age ? " ORDER BY n DESC LIMIT ?7" : order);
		return;
	}
	sm_buf_adds(sql, " JOIN (SELECT DISTINCT queue AS of FROM counters "
	    "WHERE cases > 0) ON n IN (SELECT n FROM cases");
	list_where(sql, filter, by_age);
	sm_buf_addf(sql, " AND queue = of%s)%s", order, order);
}

int
sqlite_each_case(struct sm_store *store,
    const struct sm_case_filter *filter, bool by_age,
    int (*each)(const struct sm_case *c, void *arg, struct sm_err *err),
    void *arg, struct sm_err *err)
{
	struct sqlite *lite = (struct sqlite *)store;
	struct case_call call = { .each = each, .arg = arg };
	struct sm_buf sql = SM_BUF_INIT;
	sqlite3_stmt *stmt = NULL;
	int ret = -1;

	list_query(&sql, filter, by_age);
	if (sqlite3_prepare_v2(lite->db, sm_buf_str(&sql), -1, &stmt, NULL) !=
	    SQLITE_OK) {
		(void)sqlite_fail(lite, "read", err);
	} else {
		sqlite_bind(stmt, "sssiiii", filter->queue, filter->status,
		    filter->brand, filter->place.priority,
		    filter->place.waiting_since, filter->place.n,
		    filter->limit);
		ret = sqlite_rows(lite, stmt, "read", case_row, &call, err);
	}
	(void)sqlite3_finalize(stmt);
	sm_buf_release(&sql);
	return ret;
}

int
sqlite_oldest(struct sm_store *store, int64_t *since, struct sm_err *err)
{
	struct sqlite *lite = (struct sqlite *)store;
	sqlite3_stmt *stmt = sqlite_ready(lite, ST_OLDEST, err);

	if (!stmt)
		return -1;
	*since = SM_STORE_NEVER;
	return sqlite_rows(lite, stmt, "read", sqlite_number, since, err);
}

int
sqlite_add_label(struct sm_store *store, int64_t case_n,
    struct sm_text label, struct sm_err *err)
{
	struct sqlite *lite = (struct sqlite *)store;
	sqlite3_stmt *stmt = sqlite_ready(lite, ST_ADD_LABEL, err);

	if (!stmt)
		return -1;
	sqlite_bind(stmt, "it", case_n, &label);
	return sqlite_do(lite, stmt, "write", err);
}

static int
label_row(struct sqlite *lite, sqlite3_stmt *stmt, void *arg,
    struct sm_err *err)
{
	struct sm_text label = sqlite_text(stmt, 0);

	(void)lite;
	(void)err;
	sm_json_str(arg, NULL, label.s, label.len);
	return 0;
}

int
sqlite_labels(struct sm_store *store, int64_t case_n, struct sm_buf *out,
    struct sm_err *err)
{
	struct sqlite *lite = (struct sqlite *)store;
	sqlite3_stmt *stmt = sqlite_ready(lite, ST_LABELS, err);
	int ret;

	if (!stmt)
		return -1;
	sqlite_bind(stmt, "i", case_n);
	sm_json_open(out, NULL, '[');
	ret = sqlite_rows(lite, stmt, "read", label_row, out, err);
	sm_json_close(out, ']');
	return ret;
}

struct count_call {
	int (*each)(const struct sm_case_count *count, void *arg,
	    struct sm_err *err);
	void *arg;
};

static int
count_row(struct sqlite *lite, sqlite3_stmt *stmt, void *arg,
    struct sm_err *err)
{
	const struct count_call *call = arg;
	struct sm_case_count count = {
		.brand = sqlite_text(stmt, 0),
		.queue = sqlite_text(stmt, 1),
		.status = sqlite_text(stmt, 2),
		.count = sqlite3_column_int64(stmt, 3)
	};

	(void)lite;
	return call->each(&count, call->arg, err);
}

int
sqlite_each_count(struct sm_store *store,
    int (*each)(const struct sm_case_count *count, void *arg,
    struct sm_err *err), void *arg, struct sm_err *err)
{
	struct sqlite *lite = (struct sqlite *)store;
	struct count_call call = { .each = each, .arg = arg };
	sqlite3_stmt *stmt = sqlite_ready(lite, ST_EACH_COUNT, err);

	if (!stmt || sqlite_write_counts(lite, err) == -1)
		return -1;
	return sqlite_rows(lite, stmt, "read", count_row, &call, err);
}
