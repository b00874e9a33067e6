#include "desk/known.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "desk/intake.h"
#include "desk/recall.h"
#include "record/record.h"
#include "store/sqlite_impl.h"
#include "folder.h"
#include "tap.h"

static char folder[] = "/tmp/sm-known-XXXXXX";
static struct sm_err err;
static struct sm_store *store;
static struct sm_intake *in;
static struct sm_known *known;
static struct sm_record *rec, *post;
static struct sm_paths *paths;
static struct sm_buf out;
static char *path;
static int count;

/* A fresh store for each story. */
static void
begin(void)
{
	path = sm_xasprintf("%s/%d.db", folder, count++);
	store = sm_store_open(path, SM_STORE_CREATE, "test", 1000, &err);
	if (!store)
		abort();
	in = sm_intake_new(store);
	rec = sm_record_new(sm_intake_paths(in));
	paths = sm_paths_new();
	known = sm_known_new(paths);
	post = sm_record_new(paths);
}

static void
end(void)
{
	sm_record_free(rec);
	sm_record_free(post);
	sm_known_free(known);
	sm_intake_free(in);
	sm_paths_free(paths);
	sm_store_close(store);
	free(path);
}

static void
take_line(const char *line)
{
	if (sm_record_parse(rec, line, strlen(line), &err) == -1 ||
	    sm_intake_post(in, rec, &err) != SM_TAKEN_OK)
		ok(0, err.text);
}

/*
 * A post of key k and who, in the thread t, on a day of November, with more
 * members behind them.
 */
static char *
line_of(const char *k, const char *who, const char *t, int day,
    const char *more)
{
	return sm_xasprintf("{\"v\":1,\"key\":\"feed:h:%s\",\"id\":\"%s\","
	    "\"brand\":\"acme\",\"channel\":\"feed\",\"context\":\"%s\","
	    "\"attributedTo\":{\"id\":\"u:%s\"},\"content\":\"text\","
	    "\"start\":\"2026-11-%02dT10:00:00Z\","
	    "\"fetched\":\"2026-11-20T12:00:00Z\"%s}", k, k, t, who, day,
	    more);
}

static void
take(const char *k, const char *who, const char *t, int day,
    const char *more)
{
	char *line = line_of(k, who, t, day, more);

	take_line(line);
	free(line);
}

/* What is known of a line; "" for nothing, an error's text for that. */
static const char *
known_line(const char *line)
{
	if (sm_intake_commit(in, &err) == -1 ||
	    sm_record_parse(post, line, strlen(line), &err) == -1 ||
	    sm_known_begin(known, store, &err) == -1)
		return err.text;
	switch (sm_known_post(known, post, &out, &err)) {
	case SM_KNOWS:
		break;
	case SM_KNOWS_NOTHING:
		sm_buf_clear(&out);
		break;
	default:
		sm_known_end(known);
		return err.text;
	}
	sm_known_end(known);
	return sm_buf_str(&out);
}

static const char *
known_of(const char *k, const char *who, const char *t, const char *more)
{
	char *line = line_of(k, who, t, 20, more);
	const char *json = known_line(line);

	free(line);
	return json;
}

static struct sm_case
get(int64_t n)
{
	struct sm_case c = { .n = 0 };

	if (sm_store_get_case(store, n, &c, &err) != 1)
		ok(0, err.text);
	return c;
}

/* Case n goes to owner and gets a status. */
static void
set_case(int64_t n, const char *owner, const char *status)
{
	struct sm_case c;

	if (sm_intake_commit(in, &err) == -1 ||
	    sm_store_begin(store, false, &err) == -1)
		abort();
	c = get(n);
	c.owner = sm_text(owner);
	c.status = sm_text(status);
	c.active = sm_status_active(c.status);
	if (sm_store_change_case(store, &c, "Update", sm_text("{}"),
	    &err) == -1 || sm_store_commit(store, &err) == -1)
		ok(0, err.text);
}

#define LANG(l) ",\"score\":{\"lang\":\"" l "\"}"
#define ANN "{\"language\":\"pl\",\"posts_7d\":2,\"cases_90d\":3," \
	"\"first_seen\":\"2026-11-01T10:00:00Z\",\"open_case\":\"%s\""

static void
authors(void)
{
	char want[400];

	begin();
	is_str(known_of("9", "ann", "t9", ""), "",
	    "of nobody nothing is known");
	take("1", "ann", "t1", 1, LANG("pl"));
	take("2", "ann", "t2", 15, LANG("en"));
	take("3", "ann", "t3", 16, LANG("pl"));
	take("4", "bob", "t1", 17, LANG("de"));
	sm_intake_commit(in, &err);
	(void)snprintf(want, sizeof(want), ANN "}", get(3).id);
	is_str(known_of("9", "ann", "t9", ""), want,
	    "posts, cases, language and first post of an author");
	(void)snprintf(want, sizeof(want), ANN ",\"case\":\"%s\"}",
	    get(3).id, get(1).id);
	is_str(known_of("9", "ann", "t1", ""), want,
	    "and the case of the thread");
	is_str(known_of("9", "cy", "t1", ""), "",
	    "another one's case in the thread is not the newcomer's");
	is_str(known_of("9", "ann", "t9", ",\"direction\":\"out\""), "",
	    "what is known of others is nothing about us");
	(void)snprintf(want, sizeof(want), "{\"case\":\"%s\"}", get(4).id);
	is_str(known_of("9", "cy", "t9", ",\"direction\":\"peer\","
	    "\"inReplyTo\":\"4\""), want,
	    "what answers another customer has that one's case");
	is_str(known_of("9", "us", "t9", ",\"direction\":\"out\","
	    "\"inReplyTo\":\"4\""), want, "and so have we");
	ok(strstr(known_of("3", "ann", "t3", ""), "\"posts_7d\":1,"),
	    "a post that is stored already does not count itself");
	is_str(known_line("{\"v\":1,\"content\":\"x\"}"),
	    "a post without 'key'", "what cannot be stored cannot be known");
	end();
}

static void
languages(void)
{
	begin();
	take("1", "ann", "t1", 10, LANG("pl"));
	take("2", "ann", "t2", 12, LANG("en"));
	ok(strstr(known_of("9", "ann", "t9", ""), "\"language\":\"en\""),
	    "of two languages as frequent it is the one used last");
	take("3", "ann", "t3", 12, LANG("de"));
	ok(strstr(known_of("9", "ann", "t9", ""), "\"language\":\"de\""),
	    "of two used at the same time the first by name");
	take("4", "bob", "t4", 12, ",\"language\":\"fr\"");
	take("5", "bob", "t5", 13, ",\"language\":\"fr\"" LANG("und"));
	ok(strstr(known_of("9", "bob", "t9", ""), "\"language\":\"fr\""),
	    "where none was found the declared one counts");
	take("6", "cy", "t6", 12, ",\"language\":\"an endless text that is no "
	    "language of this world\"");
	take("7", "cy", "t7", 12, ",\"language\":7");
	ok(!strstr(known_of("9", "cy", "t9", ""), "language"),
	    "what can be no language is none");
	end();
}

static void
times(void)
{
	begin();
	take("1", "ann", "t1", 13, "");
	ok(strstr(known_of("9", "ann", "t9", ""), "\"posts_7d\":0,"),
	    "eight days ago is not in the last seven");
	take("2", "ann", "t2", 14, "");
	ok(strstr(known_of("9", "ann", "t9", ""), "\"posts_7d\":1,"),
	    "six days and two hours are");
	take("3", "ann", "t3", 25, "");
	ok(strstr(known_of("9", "ann", "t9", ""), "\"posts_7d\":1,"),
	    "what begins after the post was fetched does not count");
	take("4", "bob", "t4", 25, "");
	ok(strstr(known_of("9", "bob", "t9", ""), "\"posts_7d\":0,"
	    "\"cases_90d\":0,\"open_case\""),
	    "nor is it a first post; but its case is open");
	take_line("{\"v\":1,\"key\":\"feed:h:5\",\"brand\":\"acme\","
	    "\"attributedTo\":{\"id\":\"u:old\"},"
	    "\"start\":\"2026-08-20T10:00:00Z\"}");
	ok(strstr(known_of("9", "old", "t9", ""), "\"cases_90d\":0,"
	    "\"first_seen\":\"2026-08-20T10:00:00Z\""),
	    "ninety days are ninety days");
	end();
}

static void
edits(void)
{
	const char *json;

	begin();
	take("1", "ann", "t1", 16, LANG("pl"));
	take("2", "ann", "t1", 17, LANG("pl"));
	take("2", "ann", "t1", 17, LANG("en") ",\"rev\":\"2\"");
	take("1", "ann", "t1", 16, LANG("en") ",\"rev\":\"2\"");
	json = known_of("9", "ann", "t9", "");
	ok(strstr(json, "\"posts_7d\":2,") && strstr(json, "\"en\""),
	    "an edited post counts once, with its new language");
	take_line("{\"v\":1,\"key\":\"feed:h:2\",\"brand\":\"acme\","
	    "\"type\":\"Tombstone\"}");
	ok(strstr(known_of("9", "ann", "t9", ""), "\"posts_7d\":1,"),
	    "a deleted post does not count");
	take_line("{\"v\":1,\"key\":\"feed:h:1\",\"brand\":\"acme\","
	    "\"type\":\"Tombstone\"}");
	json = known_of("9", "ann", "t9", "");
	ok(strstr(json, "{\"posts_7d\":0,\"cases_90d\":1,\"open_case\""),
	    "who deleted all still has a case");
	take("3", "bob", "t3", 17, "");
	take("3", "eve", "t3", 17, ",\"rev\":\"2\"");
	ok(!strstr(known_of("9", "bob", "t9", ""), "first_seen") &&
	    strstr(known_of("9", "eve", "t9", ""), "first_seen"),
	    "a post that changes its author is of the new one");
	end();
}

static void
cases(void)
{
	const char *json;
	char want[100];

	begin();
	take("1", "ann", "t1", 16, "");
	take("2", "ann", "t2", 17, "");
	take("3", "ann", "t3", 18, ",\"route\":{\"decision\":\"ignore\","
	    "\"reason\":\"spam\"}");
	take("4", "bob", "t4", 18, "");
	json = known_of("9", "ann", "t9", "");
	(void)snprintf(want, sizeof(want), "\"open_case\":\"%s\"", get(2).id);
	ok(strstr(json, "\"cases_90d\":2,") && strstr(json, want),
	    "what is ignored is no case");
	set_case(2, "zoe", "solved");
	(void)snprintf(want, sizeof(want), "\"open_case\":\"%s\"", get(1).id);
	ok(strstr(known_of("9", "ann", "t9", ""), want),
	    "what is solved is not open");
	(void)snprintf(want, sizeof(want), "\"case\":\"%s\"", get(2).id);
	ok(strstr(known_of("9", "ann", "t2", ""), want),
	    "but the thread's next post joins it");
	set_case(2, "zoe", "closed");
	ok(!strstr(known_of("9", "ann", "t2", ""), "\"case\""),
	    "to a closed case nothing is added");
	is_str(known_of("9", "cy", "t9", ""), "", "nobody has open cases");
	set_case(1, "zoe \"z\"", "open");
	set_case(4, "anna", "new");
	is_str(known_of("9", "cy", "t9", ""),
	    "{\"load\":{\"anna\":1,\"zoe \\\"z\\\"\":1}}",
	    "open cases by owner, also of other authors");
	end();
}

/* More than one thousand owners, the last two of whom have two cases. */
static void
loads(void)
{
	struct sm_items items;
	struct sm_value item, value;
	const char *json;
	char name[600];
	int owners = 0;

	begin();
	for (int i = 1; i <= 1004; i++) {
		(void)snprintf(name, sizeof(name), "c%d", i);
		take(name, name, name, 16, "");
	}
	for (int i = 1; i <= 1004; i++) {
		(void)snprintf(name, sizeof(name), "p%04d",
		    i > 1002 ? i - 2 : i);
		set_case(i, name, "open");
	}
	json = known_of("9", "cy", "t9", "");
	value = (struct sm_value){ .text = json + strlen("{\"load\":"),
	    .len = (uint32_t)(strlen(json) - strlen("{\"load\":}")),
	    .type = SM_OBJECT };
	if (sm_items_begin(&items, &value))
		while (sm_items_next(&items, &item))
			owners++;
	is_int(owners, 1000, "load has a thousand owners");
	ok(strstr(json, "\"p0001\":1,") && !strstr(json, "\"p0999\"") &&
	    strstr(json, "\"p1001\":2,\"p1002\":2}"),
	    "those who have the most, by name");
	for (int i = 1; i <= 300; i++) {
		memset(name, 'x', 500);
		(void)snprintf(name + 500, 100, "%d", i);
		set_case(i, name, "open");
	}
	json = known_of("9", "cy", "t9", "");
	ok(strlen(json) < SM_KNOWN_LOAD_MAX + 1000 && strlen(json) > 60000,
	    "and it has its limit in bytes");
	end();
}

/* What one brand, channel or author is called must not look like another. */
static void
apart(void)
{
	static const char form[] = "{\"v\":1,\"key\":\"k:%d\","
	    "\"brand\":\"%s\",\"channel\":\"%s\","
	    "\"attributedTo\":{\"id\":\"%s\"},"
	    "\"start\":\"2026-11-19T10:00:00Z\","
	    "\"fetched\":\"2026-11-20T12:00:00Z\"}";
	static const char *const others[][3] = {
		{ "acme2", "feed", "ann" }, { "acme", "mail", "ann" },
		{ "acme", "feed", "Ann" }, { "acmef", "eed", "ann" },
		{ "acme", "feeda", "nn" }, { "acme", "feed", "ann " },
		{ "acme", "feed", "%' OR 1=1 --" }
	};
	char *line;

	begin();
	line = sm_xasprintf(form, 1, "acme", "feed", "ann");
	take_line(line);
	free(line);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		line = sm_xasprintf(form, 2, others[i][0], others[i][1],
		    others[i][2]);
		is_str(known_line(line), "", "brands, channels and authors "
		    "are kept apart");
		free(line);
	}
	end();
}

static void
snapshot(void)
{
	struct sm_store *other;
	char *line;

	begin();
	take("1", "ann", "t1", 16, "");
	sm_intake_commit(in, &err);
	other = sm_store_open(path, SM_STORE_READ, "test", 0, &err);
	line = line_of("9", "ann", "t9", 20, "");
	ok(other && sm_known_begin(known, other, &err) == 0 &&
	    sm_record_parse(post, line, strlen(line), &err) == 0 &&
	    sm_known_post(known, post, &out, &err) == SM_KNOWS,
	    "a batch begins");
	take("2", "ann", "t2", 17, "");
	is_int(sm_intake_commit(in, &err), 0, "meanwhile others write");
	line[strlen("{\"v\":1,\"key\":\"feed:h:")] = '8';
	/* Another time, so that the answer is not one that was kept. */
	memcpy(strstr(line, "20T12"), "20T13", 5);
	ok(sm_record_parse(post, line, strlen(line), &err) == 0 &&
	    sm_known_post(known, post, &out, &err) == SM_KNOWS &&
	    strstr(sm_buf_str(&out), "\"posts_7d\":1,"),
	    "the batch sees the store as it was");
	sm_known_end(known);
	ok(sm_known_begin(known, other, &err) == 0 &&
	    sm_known_post(known, post, &out, &err) == SM_KNOWS &&
	    strstr(sm_buf_str(&out), "\"posts_7d\":2,"),
	    "the next one as it is now");
	sm_known_end(known);
	ok(sm_store_begin(other, false, &err) == -1 ||
	    sm_store_set_cursor(other, sm_text("s"), sm_text("x"), &err) ==
	    -1, "and nothing can be written by it");
	sm_store_close(other);
	free(line);
	end();
}

/* ---- A store of version 1 ---------------------------------------------- */

/* All the ways in which a line says whose it is. */
static const char *const lines[] = {
	"{\"v\":1,\"key\":\"feed:h:1\",\"attributedTo\":{\"id\":\"u\"}}",
	"{\"v\":1,\"key\":\"feed:h:2\",\"channel\":\"\",\"brand\":\"b\","
	    "\"attributedTo\":{\"id\":\"\",\"preferredUsername\":\"h\"}}",
	"{\"v\":1,\"key\":\"nocolon\",\"channel\":7,"
	    "\"attributedTo\":{\"id\":7,\"name\":\"N \\u00e9\\u0105 \\n\"}}",
	"{\"v\":1,\"key\":\"feed:h:4\",\"attributedTo\":{\"name\":\"\"}}",
	"{\"v\":1,\"key\":\"feed:h:5\",\"attributedTo\":\"u\"}",
	"{\"v\":1,\"key\":\"feed:h:6\",\"direction\":\"out\","
	    "\"attributedTo\":{\"id\":\"u\"}}",
	"{\"v\":1,\"key\":\"feed:h:7\",\"direction\":\"OUT\","
	    "\"attributedTo\":{\"id\":\"u\"},\"score\":{\"lang\":\"pl\"}}",
	"{\"v\":1,\"key\":\"feed:h:8\",\"language\":\"und\","
	    "\"attributedTo\":{\"id\":\"u\"},\"score\":{\"lang\":\"\"}}",
	"{\"v\":1,\"key\":\"feed:h:9\",\"language\":\"zh-\xe5\xb0\x8f\","
	    "\"attributedTo\":{\"id\":\"u\"},\"score\":{\"lang\":\"und\"}}",
	"{\"v\":1,\"key\":\"feed:h:10\",\"type\":\"Tombstone\","
	    "\"attributedTo\":{\"id\":\"u\"}}",
	"{\"v\":1,\"key\":\"feed:h:11\",\"attributedTo\":{\"id\":null,"
	    "\"preferredUsername\":true,\"name\":\"'; DROP TABLE posts\"},"
	    "\"language\":\"x-123456789-123456789-123456789-1234\"}"
};

static int64_t
number(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	int64_t value = -1;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK &&
	    sqlite3_step(stmt) == SQLITE_ROW)
		value = sqlite3_column_int64(stmt, 0);
	else
		printf("# %s\n", sqlite3_errmsg(db));
	(void)sqlite3_finalize(stmt);
	return value;
}

#define POSTS "n, case_n, brand, key, rev, start, stored, waits, state, " \
	"batch, salt, digest, line"
#define BOTH(table, at) "(SELECT * FROM " at table " UNION ALL SELECT * " \
	"FROM " at table "_new)"

static void
version_1(void)
{
	char *old = sm_xasprintf("%s/old.db", folder), *sql;
	struct sm_store *brought;
	sqlite3 *db;

	begin();
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		take_line(lines[i]);
	is_int(sm_intake_commit(in, &err), 0, "posts of all kinds");
	sql = sm_xasprintf("ATTACH '%s' AS now; INSERT INTO cases SELECT * "
	    "FROM now.cases; INSERT INTO posts SELECT " POSTS
	    " FROM now.posts", path);
	ok(sqlite3_open(old, &db) == SQLITE_OK &&
	    sqlite_migrate(db, old, sqlite_steps, 1, &err) == 0 &&
	    sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK,
	    "in a store of version 1");
	(void)sqlite3_close(db);
	brought = sm_store_open(old, SM_STORE_READ, "test", 1000, &err);
	ok(brought != NULL, "which is brought to the present version");
	sm_store_close(brought);
	free(sql);
	sql = sm_xasprintf("ATTACH '%s' AS now", path);
	ok(sqlite3_open(old, &db) == SQLITE_OK &&
	    sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK,
	    "beside one that intake filled");
	is_int(number(db, "PRAGMA user_version"), LITE_SCHEMA, "has its "
	    "version");
	is_int(number(db, "SELECT count(*) FROM authored"), 7,
	    "has the posts of authors");
	is_int(number(db, "SELECT count(*) FROM (SELECT * FROM "
	    BOTH("authored", "now.") " EXCEPT SELECT * FROM authored)"), 0,
	    "no other ones");
	is_int(number(db, "SELECT count(*) FROM (SELECT * FROM authored "
	    "EXCEPT SELECT * FROM " BOTH("authored", "now.") ")"), 0,
	    "and all of them");
	is_int(number(db, "SELECT count(*) FROM posts p JOIN now.posts q "
	    "USING (n) WHERE p.author IS NOT q.author"), 0,
	    "with the same author each");
	is_int(number(db, "SELECT count(*) FROM finds") -
	    number(db, "SELECT count(*) FROM cases WHERE party <> ''"), 0,
	    "and finds their cases");
	is_int(number(db, "SELECT count(*) FROM (SELECT * FROM finds EXCEPT "
	    "SELECT * FROM " BOTH("finds", "now.") ")"), 0,
	    "by the same hashes");
	(void)sqlite3_close(db);
	free(sql);
	free(old);
	end();
}

/* What was in the small tables goes to the large ones. */
static void
merging(void)
{
	struct sqlite *lite;
	sqlite3 *db;

	begin();
	take("1", "ann", "t1", 16, "");
	lite = (struct sqlite *)store;
	lite->finds_new = LITE_FINDS_NEW;
	take("2", "ann", "t2", 17, "");
	is_int(sm_intake_commit(in, &err), 0, "many new posts are settled");
	ok(sqlite3_open(path, &db) == SQLITE_OK &&
	    number(db, "SELECT count(*) FROM authored") == 2 &&
	    number(db, "SELECT count(*) FROM authored_new") == 0,
	    "in the large table");
	(void)sqlite3_close(db);
	take("3", "ann", "t3", 18, "");
	ok(strstr(known_of("9", "ann", "t9", ""), "\"posts_7d\":3,"),
	    "and found in both");
	take_line("{\"v\":1,\"key\":\"feed:h:1\",\"brand\":\"acme\","
	    "\"type\":\"Tombstone\"}");
	ok(strstr(known_of("9", "ann", "t9", ""), "\"posts_7d\":2,"),
	    "and taken out of it");
	end();
}

static void
recalls(void)
{
	struct sm_recall *recall = sm_recall_new(sizeof(int));
	bool found, good = true;
	int *answer;

	for (int i = 0; i < 2 * SM_RECALL_MOST; i++) {
		answer = sm_recall(recall, &i, sizeof(i), &found);
		good = good && !found && *answer == 0;
		*answer = i + 1;
		answer = sm_recall(recall, &i, sizeof(i), &found);
		good = good && found && *answer == i + 1;
	}
	ok(good, "what was answered is remembered");
	(void)sm_recall(recall, &(int){ 0 }, sizeof(int), &found);
	ok(!found, "and forgotten where there is too much");
	(void)sm_recall(recall, "", 0, &found);
	ok(!found, "an empty key is a key");
	sm_recall_clear(recall);
	(void)sm_recall(recall, "", 0, &found);
	ok(!found, "cleared, nothing is remembered");
	sm_recall_free(recall);
}

int
main(void)
{
	(void)setenv("SM_NOW", "2026-11-20T12:00:00Z", 1);
	if (!mkdtemp(folder))
		abort();
	authors();
	languages();
	times();
	edits();
	cases();
	loads();
	apart();
	snapshot();
	version_1();
	merging();
	recalls();
	sm_buf_release(&out);
	ok(folder_remove(folder) == 0, "the folder is removed");
	return plan_done();
}
