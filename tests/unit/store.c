#include "store/store.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "store/sqlite_impl.h"
#include "folder.h"
#include "tap.h"

static char folder[] = "/tmp/sm-store-XXXXXX";
static struct sm_err err;

static char *
in_folder(const char *name)
{
	return sm_xasprintf("%s/%s", folder, name);
}

static struct sm_store *
open_at(const char *name, enum sm_store_mode mode, int wait_ms)
{
	char *path = in_folder(name);
	struct sm_store *store = sm_store_open(path, mode, "test", wait_ms,
	    &err);

	free(path);
	return store;
}

static int
run_sql(const char *name, const char *sql)
{
	char *path = in_folder(name);
	sqlite3 *db;
	int ret = sqlite3_open(path, &db);

	if (ret == SQLITE_OK)
		ret = sqlite3_exec(db, sql, NULL, NULL, NULL);
	(void)sqlite3_close(db);
	free(path);
	return ret;
}

static struct sm_stored
a_post(const char *key, const char *line)
{
	return (struct sm_stored){
		.brand = sm_text("acme"),
		.key = sm_text(key),
		.rev = sm_text("1"),
		.id = sm_text(key),
		.start = 100,
		.stored = 200,
		.batch = 1,
		.line = sm_text(line)
	};
}

static struct sm_case
a_case(const char *party, const char *queue, int64_t priority, int64_t since)
{
	return (struct sm_case){
		.brand = sm_text("acme"),
		.channel = sm_text("feed"),
		.account = sm_text(""),
		.context = sm_text("thread"),
		.party = sm_text(party),
		.handle = sm_text(party),
		.opened = 1,
		.status = sm_text("new"),
		.active = true,
		.queue = sm_text(queue),
		.owner = sm_text(""),
		.priority = priority,
		.due = SM_STORE_NEVER,
		.waiting_since = since,
		.last_in = since,
		.last_out = SM_STORE_NEVER,
		.posts = 1
	};
}

static void
files(void)
{
	struct sm_store *store = open_at("sub/a.db", SM_STORE_READ, 0);
	struct stat st;
	char *path = in_folder("sub"), *file;

	ok(!store && err.code == SM_EXIT_NOINPUT,
	    "a store that is not there is status 66");
	store = open_at("sub/a.db", SM_STORE_CREATE, 0);
	ok(store != NULL, "one is made, its folder too");
	ok(stat(path, &st) == 0 && (st.st_mode & 0777) == 0700,
	    "the folder is of mode 700");
	free(path);
	path = in_folder("sub/a.db");
	ok(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600,
	    "the file is of mode 600");
	ok(sm_store_begin(store, true, &err) == 0 &&
	    sm_store_set_cursor(store, sm_text("s"), sm_text("c1"), &err) == 0,
	    "something is written");
	file = in_folder("sub/a.db-wal");
	ok(stat(file, &st) == 0 && (st.st_mode & 0777) == 0600,
	    "its log is of mode 600");
	free(file);
	sm_store_close(store);

	ok(chmod(folder, 0777) == 0, "a folder for everybody");
	ok(!open_at("b.db", SM_STORE_CREATE, 0) &&
	    err.code == SM_EXIT_NOPERM, "is no place for a store");
	ok(chmod(folder, 02770) == 0, "a folder that a group shares");
	store = open_at("b.db", SM_STORE_CREATE, 0);
	free(path);
	path = in_folder("b.db");
	ok(store && stat(path, &st) == 0 && (st.st_mode & 0777) == 0660,
	    "has a store of mode 660");
	sm_store_close(store);
	free(path);
	(void)chmod(folder, 0700);
}

static void
not_ours(void)
{
	char *path = in_folder("text");
	FILE *file = fopen(path, "w");
	struct sm_store *store;

	(void)fputs("this is no database, however one looks at it, and it "
	    "is long enough to be one: it has more than a hundred bytes, as "
	    "the header of one has.", file);
	(void)fclose(file);
	ok(!open_at("text", SM_STORE_WRITE, 0) && err.code == SM_EXIT_NOINPUT,
	    "a text is no store: status 66");
	file = fopen(path, "w");
	(void)fclose(file);
	ok(!open_at("text", SM_STORE_CREATE, 0) &&
	    err.code == SM_EXIT_NOINPUT && strstr(err.text, "is empty"),
	    "an empty file is not silently begun anew");
	free(path);
	is_int(run_sql("other.db", "CREATE TABLE t (x)"), SQLITE_OK,
	    "somebody else's database");
	ok(!open_at("other.db", SM_STORE_WRITE, 0) &&
	    strstr(err.text, "no store of ours"), "is refused");
	store = open_at("new.db", SM_STORE_CREATE, 0);
	sm_store_close(store);
	is_int(run_sql("new.db", "PRAGMA user_version = 99"), SQLITE_OK,
	    "a store of a later version");
	ok(!open_at("new.db", SM_STORE_READ, 0) &&
	    err.code == SM_EXIT_CONFIG && strstr(err.text, "version 99"),
	    "is refused by an older program: status 78");
}

static void
migrations(void)
{
	static const char *const two[] = {
		"CREATE TABLE second (x INTEGER)",
		"INSERT INTO second SELECT count(*) FROM cursors", NULL
	};
	static const char *const broken[] = {
		"CREATE TABLE third (x INTEGER)", "CREATE NONSENSE", NULL
	};
	const char *const *steps[] = { sqlite_steps[0], sqlite_steps[1], two,
	    broken };
	struct sm_store *store = open_at("m.db", SM_STORE_CREATE, 0);
	char *path = in_folder("m.db"), *copy = in_folder("m.db.v2");
	struct stat st;
	sqlite3 *db;

	(void)sm_store_begin(store, false, &err);
	(void)sm_store_set_cursor(store, sm_text("s"), sm_text("c"), &err);
	(void)sm_store_commit(store, &err);
	sm_store_close(store);
	is_int(sqlite3_open(path, &db), SQLITE_OK, "a store of version 2");
	is_int(sqlite_migrate(db, path, steps, 3, &err), 0,
	    "comes to version 3");
	is_int(sqlite3_exec(db, "INSERT INTO second VALUES (1)", NULL, NULL,
	    NULL), SQLITE_OK, "with the new table");
	ok(stat(copy, &st) == 0 && (st.st_mode & 0777) == 0600,
	    "a copy of the old one is kept, of mode 600");
	is_int(sqlite_migrate(db, path, steps, 4, &err), -1,
	    "a step that fails is an error");
	ok(sqlite3_exec(db, "SELECT x FROM third", NULL, NULL, NULL) !=
	    SQLITE_OK, "and leaves nothing behind");
	is_int(sqlite_migrate(db, path, steps, 3, &err), 0,
	    "the store is still of version 3");
	(void)sqlite3_close(db);
	free(path);
	free(copy);
}

static void
cursors(void)
{
	struct sm_store *store = open_at("c.db", SM_STORE_CREATE, 0), *other;
	struct sm_buf out = SM_BUF_INIT;

	is_int(sm_store_cursor(store, "s", &out, &err), 0,
	    "a source without a cursor has none");
	(void)sm_store_begin(store, false, &err);
	(void)sm_store_set_cursor(store, sm_text("s"), sm_text("one"), &err);
	other = open_at("c.db", SM_STORE_READ, 0);
	is_int(sm_store_cursor(other, "s", &out, &err), 0,
	    "nobody sees one before it is committed");
	sm_store_rollback(store);
	is_int(sm_store_cursor(store, "s", &out, &err), 0,
	    "what is rolled back never was");
	(void)sm_store_begin(store, false, &err);
	(void)sm_store_set_cursor(store, sm_text("s"), sm_text("one"), &err);
	is_int(sm_store_commit(store, &err), 0, "committed");
	is_int(sm_store_cursor(other, "s", &out, &err), 1, "it is seen");
	is_str(sm_buf_str(&out), "one", "as it was");
	ok(sm_store_begin(other, false, &err) == -1 ||
	    sm_store_set_cursor(other, sm_text("s"), sm_text("x"), &err) ==
	    -1, "who opened for reading does not write");
	sm_store_close(other);
	sm_store_close(store);
	sm_buf_release(&out);
}

static void
posts(void)
{
	struct sm_store *store = open_at("p.db", SM_STORE_CREATE, 0);
	struct sm_stored post = a_post("feed:h:1", "{\"v\":1}"), found;
	struct sm_text none = { .s = NULL, .len = 0 };

	(void)sm_store_begin(store, false, &err);
	is_int(sm_store_add_post(store, &post, &err), 1, "a post is added");
	is_int(post.n, 1, "with number 1");
	is_int(sm_store_add_post(store, &post, &err), 0,
	    "the same key again is not");
	post.brand = sm_text("other");
	is_int(sm_store_add_post(store, &post, &err), 1,
	    "but for another brand it is");
	is_int(sm_store_find_post(store, sm_text("acme"),
	    sm_text("feed:h:1"), &found, &err), 1, "it is found");
	ok(found.n == 1 && found.start == 100 && found.stored == 200 &&
	    sm_text_is(found.line, "{\"v\":1}") && sm_text_is(found.rev, "1"),
	    "as it was stored");
	is_int(sm_store_find_post(store, sm_text("acme"),
	    sm_text("feed:h:2"), &found, &err), 0, "another one is not");
	found = a_post("feed:h:1", "{\"v\":1,\"x\":2}");
	found.n = 1;
	found.rev = none;
	is_int(sm_store_replace_post(store, &found, &err), 0,
	    "its content is replaced");
	is_int(sm_store_find_post(store, sm_text("acme"),
	    sm_text("feed:h:1"), &found, &err), 1, "and found");
	ok(sm_text_is(found.line, "{\"v\":1,\"x\":2}") && !found.rev.s,
	    "as it is now");
	is_int(sm_store_commit(store, &err), 0, "all is committed");
	sm_store_close(store);
}

struct seen {
	struct sm_buf text;
	int count;
};

static int
note_case(const struct sm_case *c, void *arg, struct sm_err *e)
{
	struct seen *seen = arg;

	(void)e;
	sm_buf_addf(&seen->text, "%.*s ", (int)c->party.len, c->party.s);
	seen->count++;
	return 0;
}

static const char *
listed(struct sm_store *store, const struct sm_case_filter *filter)
{
	static struct seen seen;

	sm_buf_clear(&seen.text);
	if (sm_store_each_case(store, filter, note_case, &seen, &err) == -1)
		return err.text;
	return sm_buf_str(&seen.text);
}

static void
add_cases(struct sm_store *store)
{
	static const struct {
		const char *party, *queue;
		int64_t priority, since;
	} all[] = {
		{ "a", "q1", 10, 500 }, { "b", "q2", 90, 400 },
		{ "c", "q1", 90, 300 }, { "d", "q2", 50, 900 },
		{ "e", "q1", 50, 100 }, { "f", "q1", 50, 100 }
	};

	(void)sm_store_begin(store, false, &err);
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		struct sm_case c = a_case(all[i].party, all[i].queue,
		    all[i].priority, all[i].since);

		if (sm_store_add_case(store, &c, sm_text("{}"), &err) == -1)
			ok(0, err.text);
	}
	(void)sm_store_commit(store, &err);
}

static void
lists(void)
{
	struct sm_store *store = open_at("l.db", SM_STORE_CREATE, 0);
	struct sm_case_filter filter = { .limit = 100 };
	struct sm_case c;
	int64_t since;

	add_cases(store);
	is_str(listed(store, &filter), "c b e f d a ",
	    "by priority, then by waiting, then by age");
	filter.limit = 2;
	is_str(listed(store, &filter), "c b ", "the first two");
	(void)sm_store_get_case(store, 2, &c, &err);
	filter.after = true;
	filter.place = (struct sm_case_place){ c.priority, c.waiting_since,
	    c.n };
	is_str(listed(store, &filter), "e f ", "the next two");
	filter.queue = "q2";
	filter.limit = 100;
	is_str(listed(store, &filter), "d ", "the next of one queue");
	filter.after = false;
	is_str(listed(store, &filter), "b d ", "one queue");
	filter.queue = NULL;
	filter.all = true;
	is_str(listed(store, &filter), "f e d c b a ", "all, newest first");
	filter.all = false;
	filter.status = "solved";
	is_str(listed(store, &filter), "", "none is solved");
	filter.status = NULL;
	filter.brand = "nobody";
	is_str(listed(store, &filter), "", "none is another brand's");
	is_int(sm_store_oldest(store, &since, &err), 0, "the oldest is asked");
	is_int(since, 100, "and waits since 100");
	sm_store_close(store);
}

static void
changes(void)
{
	struct sm_store *store = open_at("l.db", SM_STORE_WRITE, 0);
	struct sm_case a, b;
	struct sm_case_filter filter = { .limit = 100 };
	char id[SM_UUID_TEXT];

	(void)sm_store_begin(store, false, &err);
	(void)sm_store_get_case(store, 1, &a, &err);
	b = a;
	memcpy(id, a.id, sizeof(id));
	a.status = sm_text("solved");
	a.active = false;
	is_int(sm_store_change_case(store, &a, "Update", sm_text("{}"), &err),
	    0, "a case is changed");
	b.status = sm_text("open");
	is_int(sm_store_change_case(store, &b, "Update", sm_text("{}"), &err),
	    -1, "who read it before cannot change it");
	is_int(err.code, SM_EXIT_TEMP, "and may try again");
	sm_store_rollback(store);
	(void)sm_store_begin(store, false, &err);
	(void)sm_store_get_case(store, 1, &a, &err);
	a.status = sm_text("solved");
	a.active = false;
	(void)sm_store_change_case(store, &a, "Update", sm_text("{}"), &err);
	(void)sm_store_commit(store, &err);
	is_str(listed(store, &filter), "c b e f d ",
	    "what is solved leaves the list");
	filter.status = "solved";
	is_str(listed(store, &filter), "a ", "and is found by its status");
	is_int(sm_store_find_case_id(store, id + 28, &a, &err), 1,
	    "a case is found by the last eight digits");
	is_int(a.n, 1, "the right one");
	is_int(sm_store_find_case_id(store, id, &a, &err), 1,
	    "and by its whole id");
	id[0] = id[0] == '0' ? '1' : '0';
	is_int(sm_store_find_case_id(store, id, &a, &err), 0,
	    "not by another id with the same end");
	is_int(sm_store_find_case_id(store, "xyz", &a, &err), -1,
	    "what is no id is an error");
	is_int(err.code, SM_EXIT_USAGE, "of usage");
	sm_store_close(store);
}

static void
note_fault(const char *text, void *arg)
{
	struct sm_buf *out = arg;

	sm_buf_adds(out, text);
	sm_buf_addc(out, '\n');
}

/* The faults that verify finds after sql was run behind our back. */
static int64_t
faults_after(const char *sql, struct sm_buf *said)
{
	struct sm_store *store;
	struct sm_store_sums sums = { .faults = -1 };
	char *from = in_folder("v.db"), *to = in_folder("w.db");
	char *copy = sm_xasprintf("VACUUM INTO '%s'", to);

	sm_buf_clear(said);
	(void)unlink(to);
	if (run_sql("v.db", copy) == SQLITE_OK &&
	    run_sql("w.db", sql) == SQLITE_OK) {
		store = open_at("w.db", SM_STORE_READ, 0);
		if (store)
			(void)sm_store_verify(store, &sums, note_fault, said,
			    &err);
		sm_store_close(store);
	}
	free(from);
	free(to);
	free(copy);
	return sums.faults;
}

static void
fill_for_verify(void)
{
	struct sm_store *store = open_at("v.db", SM_STORE_CREATE, 0);

	add_cases(store);
	for (int batch = 0; batch < 3; batch++) {
		struct sm_buf digests = SM_BUF_INIT;
		struct sm_text text;

		(void)sm_store_begin(store, false, &err);
		for (int i = 0; i < 5; i++) {
			char key[32];
			struct sm_stored post;

			(void)snprintf(key, sizeof(key), "k:%d:%d", batch, i);
			post = a_post(key, "{\"v\":1}");
			post.batch = sm_store_next_batch(store);
			(void)sm_store_add_post(store, &post, &err);
			sm_buf_add(&digests, post.digest,
			    sizeof(post.digest));
		}
		text = (struct sm_text){ digests.data, digests.len };
		(void)sm_store_add_intake(store, "Add", sm_text("{}"), text,
		    &err);
		(void)sm_store_commit(store, &err);
		sm_buf_release(&digests);
	}
	sm_store_close(store);
}

static void
verification(void)
{
#define OPEN "DROP TRIGGER events_stay; DROP TRIGGER events_last;"
	static const struct {
		const char *sql, *name;
	} cases[] = {
		{ OPEN "UPDATE events SET body = '{\"x\":1}' WHERE n = 3",
		    "a changed event" },
		{ OPEN "UPDATE events SET at = at + 1 WHERE n = 8",
		    "a changed time in the intake's chain" },
		{ OPEN "DELETE FROM events WHERE n = 2",
		    "a case without its events" },
		{ OPEN "DELETE FROM events WHERE n = 8",
		    "an event that is gone from the middle" },
		{ OPEN "DELETE FROM events WHERE n = 9",
		    "the last event that is gone" },
		{ OPEN "UPDATE events SET case_n = 3 - case_n WHERE case_n "
		    "IN (1, 2) AND 0; UPDATE events SET seq = 2 WHERE n = 1",
		    "an event with another number" },
		{ "UPDATE cases SET seq = 5 WHERE n = 1",
		    "a case that knows of more events" },
		{ "UPDATE posts SET line = x'7b7d' WHERE n = 4",
		    "a changed post" },
		{ "DELETE FROM posts WHERE n = 7", "a post that is gone" },
		{ "DELETE FROM posts WHERE n > 10", "a batch that is gone" },
		{ "INSERT INTO posts SELECT 99, case_n, brand, 'new', rev, "
		    "start, stored, waits, state, batch, salt, digest, line, "
		    "NULL FROM posts WHERE n = 15",
		    "a post that never came in" },
		{ "UPDATE posts SET digest = x'00' WHERE n = 5",
		    "a changed digest" },
		{ "DELETE FROM cases WHERE n = 6", "a case that is gone" }
	};
	struct sm_buf said = SM_BUF_INIT;
	char name[80];

	fill_for_verify();
	is_int(faults_after("SELECT 1", &said), 0,
	    "an untouched store has no faults");
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int64_t faults = faults_after(cases[i].sql, &said);

		(void)snprintf(name, sizeof(name), "verify notices %s",
		    cases[i].name);
		if (!ok(faults > 0, name))
			printf("#   %lld %s\n", (long long)faults,
			    sm_buf_str(&said));
	}
	is_int(run_sql("w.db", "UPDATE events SET at = 0 WHERE n = 1"),
	    SQLITE_CONSTRAINT, "events are never changed by mistake");
	is_int(run_sql("w.db", "DELETE FROM events"), SQLITE_CONSTRAINT,
	    "nor deleted");
	sm_buf_release(&said);
}

static void
busy(void)
{
	struct sm_store *one = open_at("busy.db", SM_STORE_CREATE, 0);
	struct sm_store *two = open_at("busy.db", SM_STORE_WRITE, 0);
	struct sm_buf out = SM_BUF_INIT;

	is_int(sm_store_begin(one, false, &err), 0, "one writes");
	is_int(sm_store_begin(two, false, &err), -1, "another waits its turn");
	is_int(err.code, SM_EXIT_TEMP, "and is told to try again: 75");
	is_int(sm_store_cursor(two, "s", &out, &err), 0,
	    "but reads at any time");
	sm_store_rollback(one);
	is_int(sm_store_begin(two, false, &err), 0, "then it may write");
	sm_store_close(one);
	sm_store_close(two);
	sm_buf_release(&out);
}

/* Several processes count the same cursor up; none may be lost. */
static void
concurrent(void)
{
	enum { WRITERS = 4, TIMES = 100 };
	struct sm_store *store = open_at("many.db", SM_STORE_CREATE, 0);
	struct sm_buf out = SM_BUF_INIT;
	int bad = 0, status;

	sm_store_close(store);
	for (int i = 0; i < WRITERS; i++) {
		if (fork() != 0)
			continue;
		store = open_at("many.db", SM_STORE_WRITE, 20000);
		for (int t = 0; store && t < TIMES; t++) {
			char text[24];

			if (sm_store_begin(store, t % 2, &err) == -1 ||
			    sm_store_cursor(store, "n", &out, &err) == -1)
				_exit(1);
			(void)snprintf(text, sizeof(text), "%ld",
			    strtol(sm_buf_str(&out), NULL, 10) + 1);
			if (sm_store_set_cursor(store, sm_text("n"),
			    sm_text(text), &err) == -1 ||
			    sm_store_commit(store, &err) == -1)
				_exit(1);
		}
		_exit(store ? 0 : 1);
	}
	while (wait(&status) > 0)
		bad += status != 0;
	is_int(bad, 0, "four processes write at the same time");
	store = open_at("many.db", SM_STORE_READ, 0);
	(void)sm_store_cursor(store, "n", &out, &err);
	is_str(sm_buf_str(&out), "400", "and no write is lost");
	sm_store_close(store);
	sm_buf_release(&out);
}

int
main(void)
{
	(void)umask(022);
	if (!mkdtemp(folder))
		abort();
	files();
	not_ours();
	migrations();
	cursors();
	posts();
	lists();
	changes();
	verification();
	busy();
	concurrent();
	ok(folder_remove(folder) == 0, "the folder is removed");
	return plan_done();
}
