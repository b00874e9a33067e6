/*
 * The schema.  A version is never changed once it was released: what comes
 * later is a further one.  The columns of the views v_post, v_case and v_event
 * are a promise, tables are not.
 */
#include "store/sqlite_impl.h"

#define TIME(column) "CASE WHEN " column " < 253402300800 THEN strftime(" \
	"'%Y-%m-%dT%H:%M:%SZ', " column ", 'unixepoch') END"
#define MEMBER(path) "json_extract(CAST(p.line AS TEXT), '$." path "')"

static const char cases[] =
"CREATE TABLE cases ("
"	n INTEGER PRIMARY KEY,"
"	id TEXT NOT NULL,"
"	brand TEXT NOT NULL,"
"	channel TEXT NOT NULL,"
"	account TEXT NOT NULL,"
"	context TEXT NOT NULL,"
"	party TEXT NOT NULL,"
"	handle TEXT NOT NULL,"
"	opened INTEGER NOT NULL,"
"	follows INTEGER REFERENCES cases (n),"
"	status TEXT NOT NULL,"
"	active INTEGER NOT NULL,"
"	reason TEXT,"
"	queue TEXT NOT NULL,"
"	owner TEXT NOT NULL,"
"	priority INTEGER NOT NULL,"
"	due INTEGER NOT NULL,"
"	waiting_since INTEGER NOT NULL,"
"	last_in INTEGER NOT NULL,"
"	last_out INTEGER NOT NULL,"
"	reopened INTEGER NOT NULL,"
"	posts INTEGER NOT NULL,"
"	rev INTEGER NOT NULL,"
"	seq INTEGER NOT NULL,"
"	head BLOB NOT NULL"
") STRICT;"
"CREATE INDEX cases_queue ON cases (queue, priority DESC, waiting_since, n)"
"	WHERE active = 1;";

static const char labels[] =
"CREATE TABLE labels ("
"	case_n INTEGER NOT NULL REFERENCES cases (n),"
"	label TEXT NOT NULL,"
"	PRIMARY KEY (case_n, label)"
") STRICT, WITHOUT ROWID;";

static const char posts[] =
"CREATE TABLE posts ("
"	n INTEGER PRIMARY KEY,"
"	case_n INTEGER REFERENCES cases (n),"
"	brand TEXT NOT NULL,"
"	key TEXT NOT NULL,"
"	rev TEXT,"
"	start INTEGER NOT NULL,"
"	stored INTEGER NOT NULL,"
"	waits INTEGER NOT NULL,"
"	state INTEGER NOT NULL,"
"	batch INTEGER NOT NULL,"	/* seq of the intake's event */
"	salt BLOB NOT NULL,"
"	digest BLOB NOT NULL,"
"	line BLOB NOT NULL,"
"	UNIQUE (brand, key)"
") STRICT;"
"CREATE INDEX posts_case ON posts (case_n, start) WHERE case_n NOT NULL;";

static const char actors[] =
"CREATE TABLE actors ("
"	n INTEGER PRIMARY KEY,"
"	json TEXT NOT NULL UNIQUE"
") STRICT;";

static const char events[] =
"CREATE TABLE events ("
"	n INTEGER PRIMARY KEY,"
"	case_n INTEGER,"			/* NULL: the intake's */
"	seq INTEGER NOT NULL,"
"	at INTEGER NOT NULL,"
"	type TEXT NOT NULL,"
"	actor INTEGER NOT NULL REFERENCES actors (n),"
"	body TEXT NOT NULL,"
"	digests BLOB,"
"	prev BLOB,"				/* NULL: the chain's first */
"	hash BLOB NOT NULL,"
"	UNIQUE (case_n, seq)"
") STRICT;"
"CREATE TRIGGER events_stay BEFORE UPDATE ON events BEGIN"
"	SELECT raise(ABORT, 'events are never changed');"
"END;"
"CREATE TRIGGER events_last BEFORE DELETE ON events BEGIN"
"	SELECT raise(ABORT, 'events are never deleted');"
"END;";

static const char cursors[] =
"CREATE TABLE cursors ("
"	source TEXT PRIMARY KEY,"
"	cursor TEXT NOT NULL,"
"	at INTEGER NOT NULL"
") STRICT, WITHOUT ROWID;";

static const char counters[] =
"CREATE TABLE counters ("
"	brand TEXT NOT NULL,"
"	queue TEXT NOT NULL,"
"	status TEXT NOT NULL,"
"	cases INTEGER NOT NULL,"
"	PRIMARY KEY (brand, queue, status)"
") STRICT, WITHOUT ROWID;";

/*
 * By which a case is found by its key and a post by the network's id: 63 bits
 * of a digest, and the number.  Such hashes are spread all over an index, so
 * each batch would write most of its pages anew.  New ones go to a small table
 * therefore, and from there to the large one when there are many (finds_new of
 * state counts them).
 */
static const char finds[] =
"CREATE TABLE finds ("
"	hash INTEGER NOT NULL,"
"	n INTEGER NOT NULL,"
"	PRIMARY KEY (hash, n)"
") STRICT, WITHOUT ROWID;"
"CREATE TABLE finds_new ("
"	hash INTEGER NOT NULL,"
"	n INTEGER NOT NULL,"
"	PRIMARY KEY (hash, n)"
") STRICT, WITHOUT ROWID;"
"CREATE TABLE state ("
"	name TEXT PRIMARY KEY,"
"	value INTEGER NOT NULL"
") STRICT, WITHOUT ROWID;"
"INSERT INTO state VALUES ('finds_new', 0);";

static const char v_case[] =
"CREATE VIEW v_case AS SELECT c.id AS id, c.brand AS brand,"
"	c.channel AS channel, nullif(c.account, '') AS account,"
"	c.context AS context, c.handle AS handle, c.status AS status,"
"	c.active AS active, c.reason AS reason,"
"	nullif(c.queue, '') AS queue, nullif(c.owner, '') AS owner,"
"	c.priority AS priority, " TIME("c.due") " AS due,"
"	" TIME("c.waiting_since") " AS waiting_since,"
"	" TIME("c.last_in") " AS last_in, " TIME("c.last_out") " AS last_out,"
"	" TIME("c.opened") " AS opened, c.reopened AS reopened,"
"	c.posts AS posts, (SELECT group_concat(l.label, ' ') FROM labels l"
"	WHERE l.case_n = c.n) AS labels, c.rev AS rev FROM cases c;";

static const char v_post[] =
"CREATE VIEW v_post AS SELECT p.n AS n, p.key AS key, p.brand AS brand,"
"	c.id AS case_id, p.state = 1 AS deleted, p.rev AS rev,"
"	" MEMBER("type") " AS type, " MEMBER("channel") " AS channel,"
"	" MEMBER("source") " AS source, " MEMBER("account") " AS account,"
"	" MEMBER("id") " AS id, " MEMBER("url") " AS url,"
"	" MEMBER("direction") " AS direction,"
"	" MEMBER("visibility") " AS visibility,"
"	" MEMBER("attributedTo.preferredUsername") " AS author,"
"	" MEMBER("attributedTo.name") " AS author_name,"
"	" MEMBER("attributedTo.followers") " AS followers,"
"	" MEMBER("name") " AS name, " MEMBER("content") " AS content,"
"	" MEMBER("language") " AS language, " MEMBER("published")
	" AS published,"
"	" TIME("p.start") " AS start, " MEMBER("fetched") " AS fetched,"
"	" TIME("p.stored") " AS stored, " MEMBER("score.lang") " AS lang,"
"	" MEMBER("score.sentiment") " AS sentiment,"
"	" MEMBER("score.urgency") " AS urgency,"
"	" MEMBER("score.influence") " AS influence,"
"	" MEMBER("score.priority") " AS score_priority,"
"	" MEMBER("route.decision") " AS decision,"
"	" MEMBER("route.reason") " AS reason,"
"	" MEMBER("route.rule") " AS rule, " MEMBER("route.queue")
	" AS queue,"
"	" MEMBER("route.priority") " AS priority,"
"	CAST(p.line AS TEXT) AS line"
"	FROM posts p LEFT JOIN cases c ON c.n = p.case_n;";

static const char v_event[] =
"CREATE VIEW v_event AS SELECT e.n AS n, c.id AS case_id, e.seq AS seq,"
"	" TIME("e.at") " AS at, e.type AS type,"
"	json_extract(a.json, '$.who') AS who,"
"	json_extract(a.json, '$.program') AS program,"
"	json_extract(a.json, '$.host') AS host, e.body AS body,"
"	lower(hex(e.prev)) AS prev, lower(hex(e.hash)) AS hash"
"	FROM events e JOIN actors a ON a.n = e.actor"
"	LEFT JOIN cases c ON c.n = e.case_n;";

static const char *const version_1[] = {
	cases, labels, posts, actors, events, cursors, counters, finds,
	v_case, v_post, v_event, NULL
};

/*
 * Version 2: what an author wrote, by 63 bits of a digest of brand, channel
 * and party, so that sm-join finds it without looking at posts.  Deleted posts
 * and our own are in neither table; new ones go to the small one first, as
 * with finds.  posts.author says where the row of a post is.
 */
static const char authored[] =
"CREATE TABLE authored ("
"	author INTEGER NOT NULL,"
"	start INTEGER NOT NULL,"
"	n INTEGER NOT NULL,"
"	lang TEXT,"
"	PRIMARY KEY (author, start, n)"
") STRICT, WITHOUT ROWID;"
"CREATE TABLE authored_new ("
"	author INTEGER NOT NULL,"
"	start INTEGER NOT NULL,"
"	n INTEGER NOT NULL,"
"	lang TEXT,"
"	PRIMARY KEY (author, start, n)"
") STRICT, WITHOUT ROWID;"
"ALTER TABLE posts ADD COLUMN author INTEGER;"
"CREATE INDEX cases_owner ON cases (owner)"
"	WHERE active = 1 AND owner <> '';";

/* A text that is there and not empty, else NULL. */
#define TEXT_AT(path) "CASE json_type(CAST(line AS TEXT), '$." path "') " \
	"WHEN 'text' THEN nullif(json_extract(CAST(line AS TEXT), '$." path \
	"'), '') END"

/* The posts of version 1, by what intake takes from their lines. */
static const char fill_authored[] =
"UPDATE posts SET author = sm_hash('author', brand,"
"	coalesce(" TEXT_AT("channel") ","
"	substr(key, 1, instr(key || ':', ':') - 1)),"
"	coalesce(" TEXT_AT("attributedTo.id") ","
"	" TEXT_AT("attributedTo.preferredUsername") ","
"	" TEXT_AT("attributedTo.name") "))"
"	WHERE state = 0 AND " TEXT_AT("direction") " IS NOT 'out';"
"INSERT INTO authored SELECT author, start, n, CASE"
"	WHEN length(CAST(lang AS BLOB)) <= 35 THEN lang END FROM"
"	(SELECT author, start, n, coalesce(nullif("
	TEXT_AT("score.lang") ", 'und'), nullif(" TEXT_AT("language")
	", 'und')) AS lang FROM posts WHERE author NOT NULL)"
"	ORDER BY author, start, n;"
"INSERT INTO finds SELECT sm_hash('party', brand, channel, party), n"
"	FROM cases WHERE party <> '' ORDER BY 1, 2;";

static const char *const version_2[] = { authored, fill_authored, NULL };

const char *const *const sqlite_steps[LITE_SCHEMA] = { version_1, version_2 };
