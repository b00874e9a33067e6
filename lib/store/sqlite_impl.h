/*
 * What the parts of the SQLite back end share.  Statements are prepared when
 * they are first used and kept; each operation leaves them reset.
 */
#ifndef SM_STORE_SQLITE_IMPL_H
#define SM_STORE_SQLITE_IMPL_H

#include <sys/types.h>

#include <sqlite3.h>

#include "base/buf.h"
#include "store/backend.h"

#define LITE_SCHEMA 2			/* our version of the schema */
#define LITE_APPLICATION 0x736d7374	/* "smst" */

enum sqlite_stmt {
	ST_BEGIN,
	ST_COMMIT,
	ST_BEGIN_READ,
	ST_LAST,
	ST_CURSOR,
	ST_SET_CURSOR,
	ST_ADD_POST,
	ST_FIND_POST,
	ST_FIND_PARENT,
	ST_REPLACE_POST,
	ST_EACH_POST,
	ST_ALL_POSTS,
	ST_LAST_POST,
	ST_OLDEST_WAITING,
	ST_ADD_CASE,
	ST_UPDATE_CASE,
	ST_TOUCH_CASE,
	ST_FIND_CASE,
	ST_GET_CASE,
	ST_LAST_CASE,
	ST_OLDEST,
	ST_ADD_LABEL,
	ST_LABELS,
	ST_EACH_COUNT,
	ST_COUNTED,
	ST_ADD_COUNT,
	ST_ADD_FIND,
	ST_MERGE_FINDS,
	ST_CLEAR_FINDS,
	ST_SET_FINDS,
	ST_ADD_AUTHORED,
	ST_AUTHOR_OF,
	ST_DROP_AUTHORED_NEW,
	ST_DROP_AUTHORED,
	ST_MERGE_AUTHORED,
	ST_CLEAR_AUTHORED,
	ST_AUTHOR_FIRST,
	ST_AUTHOR_POSTS,
	ST_AUTHOR_LANG,
	ST_AUTHOR_CASES,
	ST_EACH_LOAD,
	ST_ADD_ACTOR,
	ST_FIND_ACTOR,
	ST_ADD_EVENT,
	ST_GET_EVENT,
	ST_EACH_EVENT,
	ST_ALL_EVENTS,
	ST_COUNT
};

#define LITE_COUNTS 64		/* counters that one transaction changes */
#define LITE_FINDS_NEW 65536	/* entries of finds_new, authored_new */

/* A change of a counter that waits for the commit. */
struct sqlite_count {
	char *brand, *queue, *status;
	int64_t change;
};

struct sqlite {
	struct sm_store base;	/* first, so that either may be the other */
	sqlite3 *db;
	sqlite3_stmt *stmts[ST_COUNT];
	struct sm_buf kept;	/* texts lent out */
	int64_t actor_n;	/* of our own actor, 0: not looked up yet */
	int64_t busy_since_ms;	/* when this wait began */
	uint64_t jitter;
	bool durable;		/* what synchronous is set to */
	struct sqlite_count counts[LITE_COUNTS];
	size_t count_count;
	int64_t finds_new;	/* entries of both */
	int64_t finds_before;	/* as it was when the transaction began */
};

/* The SQL of a statement; every part of the back end has some. */
extern const char *const sqlite_sql[ST_COUNT];

#define CASE_COLUMNS "n, id, brand, channel, account, context, party, " \
	"handle, opened, follows, status, active, reason, queue, owner, " \
	"priority, due, waiting_since, last_in, last_out, reopened, posts, " \
	"rev, seq, head"

extern const struct sm_store_ops sqlite_ops;

int64_t sqlite_now_ms(void);	/* monotonic */

/* SQLite's busy handler; arg is the struct sqlite. */
int sqlite_wait_turn(void *arg, int tries);

/* Says what SQLite found wrong, after "cannot WHAT"; gives back -1. */
int sqlite_fail(struct sqlite *lite, const char *what, struct sm_err *err);

/* The statement, ready to be bound; NULL and err. */
sqlite3_stmt *sqlite_ready(struct sqlite *lite, enum sqlite_stmt which,
    struct sm_err *err);

/*
 * Binds by a letter each: t struct sm_text *, s string or NULL, i int64_t,
 * o int64_t of which 0 is NULL, d bytes and their size_t.  Never fails but
 * for lack of memory, which the step then reports.
 */
void sqlite_bind(sqlite3_stmt *stmt, const char *kinds, ...);

/* One step, then reset: the rows changed, or -1 and err. */
int sqlite_do(struct sqlite *lite, sqlite3_stmt *stmt, const char *what,
    struct sm_err *err);

/*
 * Calls row for each row, until the end or until it gives back -1 (err is its
 * own); reset in any case.  0 or -1.
 */
int sqlite_rows(struct sqlite *lite, sqlite3_stmt *stmt, const char *what,
    int (*row)(struct sqlite *lite, sqlite3_stmt *stmt, void *arg,
    struct sm_err *err), void *arg, struct sm_err *err);

/* For sqlite_rows: the first column into the int64_t arg, unless NULL. */
int sqlite_number(struct sqlite *lite, sqlite3_stmt *stmt, void *arg,
    struct sm_err *err);

/* A column, lent until the next step. */
struct sm_text sqlite_text(sqlite3_stmt *stmt, int column);
void sqlite_bytes(sqlite3_stmt *stmt, int column, unsigned char *out,
    size_t len);

/*
 * Copies each text into kept, which is emptied before, and points it there: it
 * stays until the next call.
 */
void sqlite_keep(struct sqlite *lite, struct sm_text *const *texts,
    size_t count);

/*
 * Counts by so many more cases; written when the transaction ends, since most
 * cases of a batch change the same few counters.
 */
int sqlite_count(struct sqlite *lite, struct sm_text brand,
    struct sm_text queue, struct sm_text status, int64_t change,
    struct sm_err *err);
int sqlite_write_counts(struct sqlite *lite, struct sm_err *err);
void sqlite_forget_counts(struct sqlite *lite);

/* n is to be found by hash. */
int sqlite_add_find(struct sqlite *lite, int64_t hash, int64_t n,
    struct sm_err *err);
/* Before the commit: moves them where they are many, counts them. */
int sqlite_settle_finds(struct sqlite *lite, struct sm_err *err);

/* 63 bits of a digest of the texts: what they are found by. */
int64_t sqlite_hash(const struct sm_text *const *texts, size_t count);
/* By which an author's cases are found. */
int64_t sqlite_party_hash(struct sm_text brand, struct sm_text channel,
    struct sm_text party);

/* Whose post it is: what its column author is to be, 0 for nobody's. */
int64_t sqlite_author_of(const struct sm_stored *post);
/* The post n of an author (0: nothing is done). */
int sqlite_add_authored(struct sqlite *lite, int64_t author, int64_t start,
    const struct sm_stored *post, struct sm_err *err);
/* Takes out what is there of post n, and gives its start. */
int sqlite_drop_authored(struct sqlite *lite, int64_t n, int64_t *start,
    struct sm_err *err);

/* Makes a new store at path, whole or not at all. */
int sqlite_make(const char *path, mode_t mode, struct sm_err *err);
/*
 * Brings an open store to version count by steps[version], each version's
 * SQL, in one transaction, after a copy to "PATH.vN".
 */
int sqlite_migrate(sqlite3 *db, const char *path,
    const char *const *const *steps, int count, struct sm_err *err);
/* Each a list that NULL ends. */
extern const char *const *const sqlite_steps[LITE_SCHEMA];

/* The operations, by file. */
int sqlite_cursor(struct sm_store *store, struct sm_text source,
    struct sm_buf *out, struct sm_err *err);
int sqlite_set_cursor(struct sm_store *store, struct sm_text source,
    struct sm_text cursor, struct sm_err *err);
int sqlite_add_post(struct sm_store *store, const struct sm_stored *post,
    struct sm_err *err);
int sqlite_find_post(struct sm_store *store, struct sm_text brand,
    struct sm_text key, struct sm_stored *post, struct sm_err *err);
int sqlite_find_parent(struct sm_store *store, struct sm_text brand,
    struct sm_text id, int64_t *case_n, struct sm_err *err);
int sqlite_replace_post(struct sm_store *store, const struct sm_stored *post,
    struct sm_err *err);
int sqlite_each_post(struct sm_store *store, int64_t case_n, int64_t limit,
    int (*each)(const struct sm_stored *post, void *arg, struct sm_err *err),
    void *arg, struct sm_err *err);
int sqlite_last_post(struct sm_store *store, int64_t case_n,
    struct sm_stored *post, struct sm_err *err);
int sqlite_oldest_waiting(struct sm_store *store, int64_t case_n,
    int64_t after, int64_t *start, struct sm_err *err);
int sqlite_add_case(struct sm_store *store, const struct sm_case *c,
    struct sm_err *err);
int sqlite_update_case(struct sm_store *store, const struct sm_case *c,
    bool moved, struct sm_err *err);
int sqlite_find_case(struct sm_store *store, const struct sm_case *key,
    struct sm_case *found, struct sm_err *err);
int sqlite_get_case(struct sm_store *store, int64_t n, struct sm_case *found,
    struct sm_err *err);
int sqlite_last_case(struct sm_store *store, int64_t *n, struct sm_err *err);
int sqlite_each_case(struct sm_store *store,
    const struct sm_case_filter *filter, bool by_age,
    int (*each)(const struct sm_case *c, void *arg, struct sm_err *err),
    void *arg, struct sm_err *err);
int sqlite_oldest(struct sm_store *store, int64_t *since,
    struct sm_err *err);
int sqlite_add_label(struct sm_store *store, int64_t case_n,
    struct sm_text label, struct sm_err *err);
int sqlite_labels(struct sm_store *store, int64_t case_n, struct sm_buf *out,
    struct sm_err *err);
int sqlite_each_count(struct sm_store *store,
    int (*each)(const struct sm_case_count *count, void *arg,
    struct sm_err *err), void *arg, struct sm_err *err);
int sqlite_author(struct sm_store *store, const struct sm_author *who,
    struct sm_author_facts *facts, struct sm_err *err);
int sqlite_each_load(struct sm_store *store, int64_t limit,
    int (*each)(struct sm_text owner, int64_t cases, void *arg,
    struct sm_err *err), void *arg, struct sm_err *err);
int sqlite_add_event(struct sm_store *store, const struct sm_event *event,
    struct sm_err *err);
int sqlite_get_event(struct sm_store *store, int64_t case_n, int64_t seq,
    struct sm_event *event, struct sm_err *err);
int sqlite_each_event(struct sm_store *store, int64_t case_n,
    int (*each)(const struct sm_event *event, void *arg, struct sm_err *err),
    void *arg, struct sm_err *err);

#endif
