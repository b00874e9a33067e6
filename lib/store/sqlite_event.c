/* Events and who wrote them, in SQLite; and the SQL of every statement. */
#include <string.h>

#include "base/err.h"
#include "store/sqlite_impl.h"

#define POST_COLUMNS "n, case_n, brand, key, rev, start, stored, waits, " \
	"state, batch, salt, digest, line"
#define EVENT_COLUMNS "e.n, e.case_n, c.id, e.seq, e.at, e.type, a.json, " \
	"e.body, e.digests, e.prev, e.hash"
#define EVENT_TABLES "events e JOIN actors a ON a.n = e.actor " \
	"LEFT JOIN cases c ON c.n = e.case_n"

/* What is found by a hash, in no order. */
#define FOUND_IN(finds, columns, table) "SELECT " columns " FROM " table \
	" NATURAL JOIN " finds " WHERE hash = ?1"
#define FOUND(columns, table) FOUND_IN("finds_new", columns, table) \
	" UNION ALL " FOUND_IN("finds", columns, table)

/* The posts of an author, in both tables. */
#define AUTHORED(columns, also) "SELECT " columns " FROM authored_new " \
	"WHERE author = ?1 AND " also " UNION ALL SELECT " columns \
	" FROM authored WHERE author = ?1 AND " also

const char *const sqlite_sql[ST_COUNT] = {
	[ST_BEGIN] = "BEGIN IMMEDIATE",
	[ST_COMMIT] = "COMMIT",
	[ST_BEGIN_READ] = "BEGIN",
	[ST_LAST] = "SELECT (SELECT max(n) FROM posts), "
	    "(SELECT max(n) FROM cases), seq, hash, (SELECT value FROM state "
	    "WHERE name = 'finds_new') FROM (SELECT 1) LEFT JOIN "
	    "(SELECT seq, hash FROM events WHERE case_n IS NULL "
	    "ORDER BY seq DESC LIMIT 1)",
	[ST_CURSOR] = "SELECT cursor FROM cursors WHERE source = ?",
	[ST_SET_CURSOR] = "INSERT INTO cursors VALUES (?1, ?2, ?3) "
	    "ON CONFLICT DO UPDATE SET cursor = ?2, at = ?3",
	[ST_ADD_POST] = "INSERT INTO posts (n, case_n, brand, key, rev, "
	    "start, stored, waits, state, batch, salt, digest, line, author) "
	    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
	    "ON CONFLICT (brand, key) DO NOTHING",
	[ST_FIND_POST] = "SELECT " POST_COLUMNS " FROM posts "
	    "WHERE brand = ? AND key = ?",
	[ST_FIND_PARENT] = "SELECT max(case_n) FROM ("
	    FOUND("case_n", "posts") ")",
	[ST_REPLACE_POST] = "UPDATE posts SET rev = ?2, waits = ?3, "
	    "state = ?4, salt = ?5, digest = ?6, line = ?7, case_n = ?8, "
	    "author = ?9 "
	    "WHERE n = ?1",
	[ST_EACH_POST] = "SELECT " POST_COLUMNS " FROM posts "
	    "WHERE case_n = ? ORDER BY start, n LIMIT ?",
	[ST_ALL_POSTS] = "SELECT " POST_COLUMNS " FROM posts ORDER BY n",
	[ST_LAST_POST] = "SELECT " POST_COLUMNS " FROM posts "
	    "WHERE case_n = ? AND state = 0 ORDER BY start DESC, n DESC "
	    "LIMIT 1",
	[ST_OLDEST_WAITING] = "SELECT min(start) FROM posts "
	    "WHERE case_n = ? AND start > ? AND waits = 1",
	[ST_ADD_CASE] = "INSERT INTO cases (n, id, brand, "
	    "channel, account, context, party, handle, opened, follows, "
	    "status, active, reason, queue, owner, priority, due, "
	    "waiting_since, last_in, last_out, reopened, posts, rev, seq, "
	    "head) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
	    "?, ?, ?, ?, ?, ?, ?, ?, ?)",
	[ST_UPDATE_CASE] = "UPDATE cases SET rev = ?2, status = ?3, "
	    "active = ?4, reason = ?5, queue = ?6, owner = ?7, "
	    "priority = ?8, due = ?9, waiting_since = ?10, last_in = ?11, "
	    "last_out = ?12, reopened = ?13, posts = ?14, seq = ?15, "
	    "head = ?16 WHERE n = ?1 AND rev = ?2 - 1",
	[ST_TOUCH_CASE] = "UPDATE cases SET rev = ?2, last_in = ?3, "
	    "last_out = ?4, posts = ?5 WHERE n = ?1 AND rev = ?2 - 1 AND "
	    "priority = ?6 AND waiting_since = ?7 AND due = ?8",
	[ST_FIND_CASE] = FOUND(CASE_COLUMNS, "cases"),
	[ST_GET_CASE] = "SELECT " CASE_COLUMNS " FROM cases WHERE n = ?",
	[ST_LAST_CASE] = "SELECT max(n) FROM cases",
	[ST_OLDEST] = "SELECT min(waiting_since) FROM cases "
	    "WHERE active = 1",
	[ST_ADD_LABEL] = "INSERT INTO labels VALUES (?, ?) "
	    "ON CONFLICT DO NOTHING",
	[ST_LABELS] = "SELECT label FROM labels WHERE case_n = ? "
	    "ORDER BY label",
	[ST_EACH_COUNT] = "SELECT brand, queue, status, cases FROM counters "
	    "WHERE cases > 0",
	[ST_COUNTED] = "SELECT brand, queue, status FROM cases WHERE n = ?",
	[ST_ADD_COUNT] = "INSERT INTO counters VALUES (?, ?, ?, ?) "
	    "ON CONFLICT DO UPDATE SET cases = cases + excluded.cases",
	[ST_ADD_FIND] = "INSERT INTO finds_new VALUES (?, ?) "
	    "ON CONFLICT DO NOTHING",
	[ST_MERGE_FINDS] = "INSERT INTO finds SELECT hash, n FROM finds_new "
	    "WHERE true ORDER BY hash, n ON CONFLICT DO NOTHING",
	[ST_CLEAR_FINDS] = "DELETE FROM finds_new",
	[ST_SET_FINDS] = "UPDATE state SET value = ? WHERE name = 'finds_new'",
	[ST_ADD_AUTHORED] = "INSERT INTO authored_new VALUES (?, ?, ?, ?) "
	    "ON CONFLICT DO NOTHING",
	[ST_AUTHOR_OF] = "SELECT author, start FROM posts WHERE n = ?",
	[ST_DROP_AUTHORED_NEW] = "DELETE FROM authored_new "
	    "WHERE author = ? AND start = ? AND n = ?",
	[ST_DROP_AUTHORED] = "DELETE FROM authored "
	    "WHERE author = ? AND start = ? AND n = ?",
	[ST_MERGE_AUTHORED] = "INSERT INTO authored SELECT author, start, n, "
	    "lang FROM authored_new WHERE true ORDER BY author, start, n "
	    "ON CONFLICT DO NOTHING",
	[ST_CLEAR_AUTHORED] = "DELETE FROM authored_new",
	[ST_AUTHOR_FIRST] = "SELECT min(start) FROM ("
	    "SELECT * FROM (SELECT start FROM authored_new "
	    "WHERE author = ?1 AND n <> ?2 ORDER BY start, n LIMIT 1) "
	    "UNION ALL SELECT * FROM (SELECT start FROM authored "
	    "WHERE author = ?1 AND n <> ?2 ORDER BY start, n LIMIT 1))",
	[ST_AUTHOR_POSTS] = "SELECT count(*) FROM (" AUTHORED("1",
	    "start > ?2 AND start <= ?3 AND n <> ?4") " LIMIT ?5)",
	[ST_AUTHOR_LANG] = "SELECT lang FROM (" AUTHORED("lang, start, n",
	    "start <= ?2 AND n <> ?3") " ORDER BY start DESC, n DESC "
	    "LIMIT ?4) WHERE lang NOT NULL GROUP BY lang "
	    "ORDER BY count(*) DESC, max(start) DESC, lang LIMIT 1",
	[ST_AUTHOR_CASES] = "SELECT id, brand, channel, party, opened, "
	    "active FROM cases WHERE n IN (SELECT n FROM finds_new "
	    "WHERE hash = ?1 UNION ALL SELECT n FROM finds WHERE hash = ?1 "
	    "ORDER BY n DESC LIMIT ?2) AND status NOT IN ('ignored', "
	    "'merged') ORDER BY opened, n",
	[ST_EACH_LOAD] = "SELECT owner, c FROM (SELECT owner, count(*) AS c "
	    "FROM cases WHERE active = 1 AND owner <> '' GROUP BY owner "
	    "ORDER BY c DESC, owner LIMIT ?) ORDER BY owner",
	[ST_ADD_ACTOR] = "INSERT INTO actors (json) VALUES (?) "
	    "ON CONFLICT DO NOTHING",
	[ST_FIND_ACTOR] = "SELECT n FROM actors WHERE json = ?",
	[ST_ADD_EVENT] = "INSERT INTO events (case_n, seq, at, type, actor, "
	    "body, digests, prev, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
	[ST_GET_EVENT] = "SELECT " EVENT_COLUMNS " FROM " EVENT_TABLES
	    " WHERE e.case_n IS ? AND e.seq = ?",
	[ST_EACH_EVENT] = "SELECT " EVENT_COLUMNS " FROM " EVENT_TABLES
	    " WHERE e.case_n IS ? ORDER BY e.seq",
	[ST_ALL_EVENTS] = "SELECT " EVENT_COLUMNS " FROM " EVENT_TABLES
	    " ORDER BY e.case_n, e.seq"
};

static int
actor_row(struct sqlite *lite, sqlite3_stmt *stmt, void *arg,
    struct sm_err *err)
{
	(void)arg;
	(void)err;
	lite->actor_n = sqlite3_column_int64(stmt, 0);
	return 0;
}

/* The number of our own actor, added where it is new. */
static int
find_actor(struct sqlite *lite, struct sm_err *err)
{
	enum sqlite_stmt steps[] = { ST_ADD_ACTOR, ST_FIND_ACTOR };

	for (int i = 0; i < 2 && lite->actor_n == 0; i++) {
		sqlite3_stmt *stmt = sqlite_ready(lite, steps[i], err);

		if (!stmt)
			return -1;
		sqlite_bind(stmt, "s", lite->base.actor);
		if (sqlite_rows(lite, stmt, "write", actor_row, NULL, err) ==
		    -1)
			return -1;
	}
	return 0;
}

int
sqlite_add_event(struct sm_store *store, const struct sm_event *event,
    struct sm_err *err)
{
	struct sqlite *lite = (struct sqlite *)store;
	sqlite3_stmt *stmt = sqlite_ready(lite, ST_ADD_EVENT, err);
	bool first = event->seq == 1;

	if (!stmt || find_actor(lite, err) == -1)
		return -1;
	sqlite_bind(stmt, "oiisitddd", event->case_n, event->seq, event->at,
	    event->type, lite->actor_n, &event->body, event->digests.s,
	    event->digests.len, first ? NULL : event->prev,
	    first ? (size_t)0 : sizeof(event->prev), event->hash,
	    sizeof(event->hash));
	return sqlite_do(lite, stmt, "write", err) == -1 ? -1 : 0;
}

struct event_call {
	int (*each)(const struct sm_event *event, void *arg,
	    struct sm_err *err);
	void *arg;
};

/* The columns of EVENT_COLUMNS. */
static void
read_event(sqlite3_stmt *stmt, struct sm_event *event)
{
	struct sm_text id = sqlite_text(stmt, 2);

	*event = (struct sm_event){
		.n = sqlite3_column_int64(stmt, 0),
		.case_n = sqlite3_column_int64(stmt, 1),
		.seq = sqlite3_column_int64(stmt, 3),
		.at = sqlite3_column_int64(stmt, 4),
		.type = sqlite_text(stmt, 5).s,
		.actor = sqlite_text(stmt, 6).s,
		.body = sqlite_text(stmt, 7),
		.digests = sqlite_text(stmt, 8)
	};
	if (!id.s)
		id = sm_text("intake");
	if (id.len < sizeof(event->chain))
		memcpy(event->chain, id.s, id.len);
	sqlite_bytes(stmt, 9, event->prev, sizeof(event->prev));
	sqlite_bytes(stmt, 10, event->hash, sizeof(event->hash));
}

static int
event_row(struct sqlite *lite, sqlite3_stmt *stmt, void *arg,
    struct sm_err *err)
{
	const struct event_call *call = arg;
	struct sm_event event;

	(void)lite;
	read_event(stmt, &event);
	return call->each(&event, call->arg, err);
}

int
sqlite_each_event(struct sm_store *store, int64_t case_n,
    int (*each)(const struct sm_event *event, void *arg, struct sm_err *err),
    void *arg, struct sm_err *err)
{
	struct sqlite *lite = (struct sqlite *)store;
	struct event_call call = { .each = each, .arg = arg };
	sqlite3_stmt *stmt = sqlite_ready(lite, case_n == -1 ? ST_ALL_EVENTS :
	    ST_EACH_EVENT, err);

	if (!stmt)
		return -1;
	if (case_n != -1)
		sqlite_bind(stmt, "o", case_n);
	return sqlite_rows(lite, stmt, "read", event_row, &call, err);
}

static int
got_event(struct sqlite *lite, sqlite3_stmt *stmt, void *arg,
    struct sm_err *err)
{
	struct sm_event *event = arg;
	struct sm_text type = sqlite_text(stmt, 5), actor;
	struct sm_text *const texts[] = { &type, &actor, &event->body,
	    &event->digests };

	(void)err;
	read_event(stmt, event);
	/* With the NULs behind them. */
	type.len++;
	actor = sqlite_text(stmt, 6);
	actor.len++;
	sqlite_keep(lite, texts, 4);
	event->type = type.s;
	event->actor = actor.s;
	return 0;
}

int
sqlite_get_event(struct sm_store *store, int64_t case_n, int64_t seq,
    struct sm_event *event, struct sm_err *err)
{
	struct sqlite *lite = (struct sqlite *)store;
	sqlite3_stmt *stmt = sqlite_ready(lite, ST_GET_EVENT, err);

	if (!stmt)
		return -1;
	event->n = 0;
	sqlite_bind(stmt, "oi", case_n, seq);
	if (sqlite_rows(lite, stmt, "read", got_event, event, err) == -1)
		return -1;
	return event->n > 0;
}
