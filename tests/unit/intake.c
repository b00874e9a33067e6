#include "desk/intake.h"

#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "record/record.h"
#include "store/store.h"
#include "folder.h"
#include "tap.h"

static char folder[] = "/tmp/sm-intake-XXXXXX";
static struct sm_err err;
static struct sm_store *store;
static struct sm_intake *in;
static struct sm_record *rec;
static int count;

/* A fresh store for each story. */
static void
begin(void)
{
	char *path = sm_xasprintf("%s/%d.db", folder, count++);

	store = sm_store_open(path, SM_STORE_CREATE, "test", 1000, &err);
	if (!store)
		abort();
	in = sm_intake_new(store);
	rec = sm_record_new(sm_intake_paths(in));
	free(path);
}

static void
note_fault(const char *text, void *arg)
{
	(void)arg;
	printf("# %s\n", text);
}

static void
end(const char *name)
{
	struct sm_store_sums sums;

	if (sm_intake_commit(in, &err) == -1)
		ok(0, err.text);
	if (sm_store_verify(store, &sums, note_fault, NULL, &err) == -1)
		sums.faults = -1;
	is_int(sums.faults, 0, name);
	sm_record_free(rec);
	sm_intake_free(in);
	sm_store_close(store);
}

static enum sm_taken
take_line(const char *line)
{
	if (sm_record_parse(rec, line, strlen(line), &err) == -1)
		abort();
	return strstr(line, "\"sm:") ? sm_intake_control(in, rec, &err) :
	    sm_intake_post(in, rec, &err);
}

/*
 * A post of key k and who, with more members (beginning with a comma) behind
 * them, in the thread t.
 */
static enum sm_taken
take(const char *k, const char *who, const char *start, const char *more)
{
	char *line = sm_xasprintf("{\"v\":1,\"key\":\"feed:h:%s\","
	    "\"id\":\"%s\",\"brand\":\"acme\",\"channel\":\"feed\","
	    "\"context\":\"t\","
	    "\"attributedTo\":{\"id\":\"u:%s\",\"preferredUsername\":\"%s\"},"
	    "\"start\":\"2026-11-20T%s:00Z\",\"content\":\"text %s\"%s}", k, k,
	    who, who, start, k, more);
	enum sm_taken taken = take_line(line);

	free(line);
	return taken;
}

#define REACT ",\"direction\":\"in\",\"route\":{\"decision\":\"react\"," \
	"\"queue\":\"care\",\"priority\":50}"
#define URGENT ",\"direction\":\"in\",\"route\":{\"decision\":\"react\"," \
	"\"queue\":\"duty\",\"priority\":100,\"labels\":[\"safety\"]}"
#define IGNORE ",\"direction\":\"in\",\"route\":{\"decision\":\"ignore\"," \
	"\"reason\":\"spam\",\"priority\":3}"
#define OUT ",\"direction\":\"out\",\"route\":{\"decision\":\"ignore\"," \
	"\"reason\":\"ours\"}"

static struct sm_case
get(int64_t n)
{
	struct sm_case c = { .n = 0 };

	if (sm_store_get_case(store, n, &c, &err) == -1)
		ok(0, err.text);
	return c;
}

static bool
is_status(int64_t n, const char *status)
{
	struct sm_case c = get(n);

	if (sm_text_is(c.status, status))
		return true;
	printf("# case %lld is %.*s\n", (long long)n, (int)c.status.len,
	    c.status.s ? c.status.s : "");
	return false;
}

static int
note_event(const struct sm_event *event, void *arg, struct sm_err *e)
{
	(void)e;
	sm_buf_addf(arg, "%s ", event->type);
	return 0;
}

static const char *
events_of(int64_t n)
{
	static struct sm_buf out;

	sm_buf_clear(&out);
	if (sm_store_each_event(store, n, note_event, &out, &err) == -1)
		return err.text;
	return sm_buf_str(&out);
}

/* The status that a decision gives a new case. */
static void
decisions(void)
{
	struct sm_case c;

	begin();
	is_int(take("1", "ann", "10:00", REACT), SM_TAKEN_OK, "a post");
	ok(is_status(1, "new"), "react makes a new case");
	c = get(1);
	ok(c.active && c.priority == 50 && sm_text_is(c.queue, "care") &&
	    c.posts == 1 && c.waiting_since == c.last_in &&
	    c.opened == c.last_in && c.last_out == SM_STORE_NEVER,
	    "with queue, priority and clocks");
	ok(sm_text_is(c.handle, "ann") && sm_text_is(c.party, "u:ann") &&
	    sm_text_is(c.channel, "feed") && sm_text_is(c.context, "t"),
	    "and the one it is of");
	(void)take("2", "bob", "10:01", IGNORE);
	c = get(2);
	ok(sm_text_is(c.status, "ignored") && sm_text_is(c.reason, "spam") &&
	    !c.active && c.waiting_since == SM_STORE_NEVER,
	    "ignore makes an ignored case with its reason; nobody waits");
	(void)take("3", "eve", "10:02", ",\"route\":{\"decision\":\"defer\"}");
	c = get(3);
	ok(sm_text_is(c.status, "new") && sm_text_is(c.queue, "unsorted"),
	    "defer makes a new case in the queue unsorted");
	(void)take("4", "kim", "10:03", ",\"route\":{\"decision\":\"defer\","
	    "\"queue\":\"q\"}");
	ok(sm_text_is(get(4).queue, "q"), "unless the rules named a queue");
	(void)take("5", "lea", "10:04", ",\"score\":{\"priority\":7}");
	c = get(5);
	ok(sm_text_is(c.status, "new") && sm_text_is(c.queue, "unsorted") &&
	    c.priority == 7, "a post without a decision is deferred");
	(void)take("6", "max", "10:05",
	    ",\"route\":{\"decision\":\"nonsense\"}");
	ok(sm_text_is(get(6).queue, "unsorted"),
	    "and so is one with a decision that nobody knows");
	end("the store agrees with itself after that");
}

/* What makes it another case. */
static void
keys(void)
{
	static const char *const others[] = {
		"\"key\":\"feed:h:2\",\"brand\":\"b2\",\"channel\":\"feed\","
		    "\"account\":\"x\",\"context\":\"t\"",
		"\"key\":\"feed:h:3\",\"brand\":\"b\",\"channel\":\"x\","
		    "\"account\":\"x\",\"context\":\"t\"",
		"\"key\":\"feed:h:4\",\"brand\":\"b\",\"channel\":\"feed\","
		    "\"account\":\"y\",\"context\":\"t\"",
		"\"key\":\"feed:h:5\",\"brand\":\"b\",\"channel\":\"feed\","
		    "\"account\":\"x\",\"context\":\"t2\"",
		"\"key\":\"feed:h:6\",\"brand\":\"b\",\"channel\":\"feed\","
		    "\"account\":\"x\"",
		"\"key\":\"feed:h:7\",\"brand\":\"b\",\"channel\":\"feed\","
		    "\"account\":\"xt\",\"context\":\"\""
	};
	const char *base = "\"brand\":\"b\",\"channel\":\"feed\","
	    "\"account\":\"x\",\"context\":\"t\"";
	const char *ann = "\"attributedTo\":{\"preferredUsername\":\"ann\"}";
	char *line;

	begin();
	line = sm_xasprintf("{\"v\":1,\"key\":\"feed:h:1\",%s,%s}", base, ann);
	(void)take_line(line);
	free(line);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		line = sm_xasprintf("{\"v\":1,%s,%s}", others[i], ann);
		(void)take_line(line);
		free(line);
	}
	is_int(sm_intake_sums(in)->cases, 7, "brand, channel, account, "
	    "context and key each make it another case");
	line = sm_xasprintf("{\"v\":1,\"key\":\"feed:h:8\",%s,"
	    "\"attributedTo\":{\"preferredUsername\":\"bob\"}}", base);
	(void)take_line(line);
	free(line);
	is_int(sm_intake_sums(in)->cases, 8, "and so does the customer");
	line = sm_xasprintf("{\"v\":1,\"key\":\"feed:h:9\",%s,%s}", base, ann);
	(void)take_line(line);
	free(line);
	is_int(sm_intake_sums(in)->cases, 8, "the same is the same case");
	is_int(get(1).posts, 2, "with two posts");
	(void)take_line("{\"v\":1,\"key\":\"feed:h:10\"}");
	is_int(sm_intake_sums(in)->cases, 9, "a post of nobody has one too");
	ok(sm_text_is(get(9).brand, "default") &&
	    sm_text_is(get(9).channel, "feed") &&
	    sm_text_is(get(9).context, "feed:h:10"),
	    "what is left out is filled in");
	end("the store agrees with itself after that, too");
}

static void
joining(void)
{
	struct sm_case c;

	begin();
	(void)take("1", "ann", "10:00", REACT);
	(void)take("2", "ann", "10:05", IGNORE);
	c = get(1);
	ok(sm_text_is(c.status, "new") && c.priority == 50 && c.posts == 2,
	    "ignore changes nothing on a case that is there");
	is_str(events_of(1), "Create ", "and is no event of it");
	(void)take("3", "ann", "10:10", URGENT);
	c = get(1);
	ok(c.priority == 100 && sm_text_is(c.queue, "care"),
	    "a more urgent post raises the priority, the queue stays");
	is_str(events_of(1), "Create Update Add ",
	    "which the events tell, and of the label");
	ok(c.waiting_since < c.last_in,
	    "the customer waits since the oldest post");
	(void)take("4", "ann", "10:15", REACT);
	is_int(get(1).priority, 100, "a less urgent one does not lower it");

	(void)take("5", "bob", "10:00", IGNORE);
	(void)take("6", "bob", "10:30", REACT);
	c = get(2);
	ok(sm_text_is(c.status, "new") && c.active && !c.reason.s &&
	    sm_text_is(c.queue, "care") && c.priority == 50,
	    "what was ignored is new when the rules react to more");
	(void)take("7", "eve", "10:00", ",\"route\":{\"decision\":\"defer\"}");
	(void)take("8", "eve", "10:30", REACT);
	ok(sm_text_is(get(3).queue, "care"),
	    "what was unsorted goes to the queue that the rules name");
	is_str(events_of(3), "Create Move ", "which is a Move");
	end("after joining the store agrees with itself");
}

static void
set_status(int64_t n, const char *status)
{
	struct sm_case c;

	(void)sm_intake_commit(in, &err);
	(void)sm_store_begin(store, true, &err);
	c = get(n);
	c.status = sm_text(status);
	c.active = sm_status_active(c.status);
	if (sm_store_change_case(store, &c, "Update", sm_text("{}"), &err) ==
	    -1 || sm_store_commit(store, &err) == -1)
		ok(0, err.text);
}

static void
reopening(void)
{
	struct sm_case c;

	begin();
	(void)take("1", "ann", "10:00", REACT);
	set_status(1, "solved");
	(void)take("2", "ann", "11:00", IGNORE);
	ok(is_status(1, "solved"), "thanks do not open what is solved");
	(void)take("3", "ann", "12:00", REACT);
	c = get(1);
	ok(sm_text_is(c.status, "open") && c.active && c.reopened == 1,
	    "a further complaint does, and is counted");
	is_int(sm_intake_sums(in)->reopened, 1, "in the sums as well");
	set_status(1, "closed");
	(void)take("4", "ann", "13:00", REACT);
	ok(is_status(1, "closed"), "what is closed stays closed");
	c = get(2);
	ok(sm_text_is(c.status, "new") && c.follows == 1,
	    "and is followed by a new case");
	(void)take("5", "ann", "14:00", REACT);
	is_int(get(2).posts, 2, "to which the next post goes");
	set_status(2, "waiting");
	(void)take("6", "ann", "15:00", REACT);
	ok(is_status(2, "open"), "the customer's answer ends the waiting");
	end("after reopening the store agrees with itself");
}

static void
answers(void)
{
	struct sm_case c;

	begin();
	(void)take("1", "ann", "10:00", REACT);
	(void)take("2", "ann", "10:30", REACT);
	(void)take("9", "us", "10:10", OUT ",\"inReplyTo\":\"1\"");
	c = get(1);
	is_int(c.posts, 3, "our answer joins the case of what it answers");
	is_int(c.waiting_since, c.last_in,
	    "an answer to the first post leaves the second waiting");
	ok(sm_text_is(c.status, "new"), "and the case as it was");
	(void)take("8", "us", "10:40", OUT ",\"inReplyTo\":\"2\","
	    "\"flags\":[\"edited\",\"auto\"]");
	ok(get(1).waiting_since != SM_STORE_NEVER,
	    "an automatic acknowledgement is no answer");
	(void)take("7", "us", "11:00", OUT ",\"inReplyTo\":\"2\"");
	c = get(1);
	ok(c.waiting_since == SM_STORE_NEVER &&
	    sm_text_is(c.status, "waiting"),
	    "the answer to all is one: now we wait");
	(void)take("3", "ann", "10:50", REACT);
	is_int(get(1).waiting_since, SM_STORE_NEVER,
	    "what was written before it and comes late is answered");
	(void)take("4", "ann", "12:00", REACT);
	ok(is_status(1, "open"), "what comes after it is open");
	(void)take("20", "us", "12:00", OUT);
	is_int(sm_intake_sums(in)->cases, 1,
	    "what we say of our own accord is no case");

	(void)take("30", "pat", "12:30",
	    ",\"direction\":\"peer\",\"inReplyTo\":\"1\"");
	ok(sm_intake_sums(in)->cases == 1 && get(1).posts == 8,
	    "what a customer answers another joins that one's case");
	(void)take("31", "pat", "12:40", ",\"direction\":\"peer\","
	    "\"inReplyTo\":\"unknown\"");
	is_int(sm_intake_sums(in)->cases, 2,
	    "where nobody knows that one, it has a case of its own");
	set_status(1, "solved");
	(void)take("32", "pat", "13:00", ",\"direction\":\"peer\","
	    "\"inReplyTo\":\"1\",\"route\":{\"decision\":\"defer\"}");
	ok(is_status(1, "solved"), "talk among customers opens nothing");
	(void)take("33", "pat", "13:10", ",\"direction\":\"peer\","
	    "\"inReplyTo\":\"1\",\"route\":{\"decision\":\"react\","
	    "\"priority\":100}");
	ok(is_status(1, "open"), "unless the rules react to it");
	end("after answers the store agrees with itself");
}

static void
again(void)
{
	const struct sm_intake_sums *sums;
	struct sm_stored post;

	begin();
	sums = sm_intake_sums(in);
	(void)take("1", "ann", "10:00", REACT);
	(void)take("1", "ann", "10:00", REACT);
	ok(sums->posts == 1 && sums->seen == 1 && get(1).posts == 1,
	    "the same post again is only counted");
	(void)take("1", "ann", "10:00", URGENT ",\"rev\":\"2\","
	    "\"updated\":\"2026-11-20T11:00:00Z\"");
	ok(sums->updated == 1 && get(1).posts == 1,
	    "another revision is an update, not another post");
	is_int(get(1).priority, 100, "and what it says now counts");
	is_str(events_of(1), "Create Update Update Add ",
	    "of which there is an event");
	(void)take("1", "ann", "10:00", REACT ",\"rev\":\"1\","
	    "\"updated\":\"2026-11-20T10:30:00Z\"");
	ok(sums->updated == 1 && sums->seen == 2,
	    "an older revision that comes late is only counted");
	set_status(1, "solved");
	(void)take("1", "ann", "10:00", REACT ",\"rev\":\"3\","
	    "\"updated\":\"2026-11-20T12:00:00Z\"");
	ok(is_status(1, "solved"), "an edit does not open what is solved");

	(void)take_line("{\"v\":1,\"key\":\"feed:h:1\",\"brand\":\"acme\","
	    "\"type\":\"Tombstone\",\"content\":\"left over\","
	    "\"name\":\"left\",\"formerType\":\"Note\","
	    "\"deleted\":\"2026-11-20T13:00:00Z\"}");
	is_int(sums->deleted, 1, "a Tombstone deletes");
	(void)sm_store_find_post(store, sm_text("acme"), sm_text("feed:h:1"),
	    &post, &err);
	ok(post.state == SM_POST_DELETED && sm_text_is(post.line,
	    "{\"v\":1,\"key\":\"feed:h:1\",\"brand\":\"acme\","
	    "\"type\":\"Tombstone\",\"formerType\":\"Note\","
	    "\"deleted\":\"2026-11-20T13:00:00Z\"}"),
	    "what it said is gone, even what the Tombstone brought");
	is_str(events_of(1) + strlen(events_of(1)) - 7, "Delete ",
	    "of which there is an event");
	(void)take("1", "ann", "10:00", REACT ",\"rev\":\"4\"");
	(void)sm_store_find_post(store, sm_text("acme"), sm_text("feed:h:1"),
	    &post, &err);
	is_int(post.state, SM_POST_DELETED, "what was deleted stays away");
	(void)take_line("{\"v\":1,\"key\":\"feed:h:77\",\"brand\":\"acme\","
	    "\"type\":\"Tombstone\"}");
	(void)take("77", "ann", "10:00", REACT);
	is_int(sums->cases, 1, "also where the Tombstone came first");
	end("after updates the store agrees with itself");
}

static void
controls(void)
{
	struct sm_buf out = SM_BUF_INIT;

	begin();
	(void)take("1", "ann", "10:00", REACT);
	ok(sm_store_in_transaction(store), "a batch is open");
	is_int(take_line("{\"type\":\"sm:Checkpoint\",\"source\":\"s\","
	    "\"cursor\":\"a\\u0062\",\"count\":1}"), SM_TAKEN_OK,
	    "a checkpoint");
	ok(!sm_store_in_transaction(store), "ends it");
	(void)sm_store_cursor(store, "s", &out, &err);
	is_str(sm_buf_str(&out), "ab", "and its cursor is kept");
	(void)take_line("{\"type\":\"sm:Checkpoint\",\"source\":\"s\","
	    "\"cursor\":{\"at\": 1.50}}");
	(void)sm_store_cursor(store, "s", &out, &err);
	is_str(sm_buf_str(&out), "{\"at\": 1.50}",
	    "a cursor that is no string is kept as it is spelled");
	is_int(take_line("{\"type\":\"sm:Checkpoint\",\"cursor\":\"a\"}"),
	    SM_TAKEN_BAD, "a checkpoint without a source is bad");
	is_int(take_line("{\"type\":\"sm:Checkpoint\",\"source\":\"s\"}"),
	    SM_TAKEN_BAD, "and without a cursor too");
	is_int(take_line("{\"type\":\"sm:Unheard\"}"), SM_TAKEN_OK,
	    "what nobody knows is passed over");
	is_int(take_line("{\"type\":\"sm:Gap\",\"source\":\"s\","
	    "\"why\":\"page cut off\"}"), SM_TAKEN_OK, "a gap is taken");
	(void)sm_intake_commit(in, &err);
	is_str(events_of(0), "Add Flag ", "and stands in the log");
	for (int i = 0; i < SM_INTAKE_BATCH; i++) {
		char key[16];

		(void)snprintf(key, sizeof(key), "b%d", i);
		(void)take(key, "bob", "10:00", REACT);
	}
	ok(!sm_store_in_transaction(store), "so does the thousandth post");
	end("after checkpoints the store agrees with itself");
	sm_buf_release(&out);
}

static void
bad_posts(void)
{
	struct sm_buf line = SM_BUF_INIT;
	const char *status;

	begin();
	is_int(take_line("{\"v\":1,\"content\":\"x\"}"), SM_TAKEN_BAD,
	    "a post without a key cannot be stored");
	is_str(err.text, "a post without 'key'", "and why is said");
	is_int(take_line("{\"v\":1,\"key\":\"a:b:c\",\"context\":"
	    "\"x\\u0000y\"}"), SM_TAKEN_BAD, "nor one with U+0000");
	sm_buf_adds(&line, "{\"v\":1,\"key\":\"");
	for (int i = 0; i < SM_STORE_TEXT_MAX + 1; i++)
		sm_buf_addc(&line, 'k');
	sm_buf_adds(&line, "\"}");
	is_int(take_line(sm_buf_str(&line)), SM_TAKEN_BAD,
	    "nor one with a key of more than 2048 bytes");
	ok(!sm_store_in_transaction(store), "nothing of it is begun");
	(void)take("1", "ann", "10:00", REACT);
	ok(sm_intake_case(in, &status) && strcmp(status, "new") == 0,
	    "the case of a post is known");
	(void)take_line("{\"v\":1,\"content\":\"x\"}");
	ok(!sm_intake_case(in, &status), "a bad one has none");
	(void)take_line("{\"v\":1,\"key\":\"a:b:d\",\"start\":"
	    "\"9999-12-31T23:59:59Z\"}");
	ok(get(2).n == 2 && get(2).waiting_since == get(2).last_in,
	    "a date of the far future is a date");
	end("after bad posts the store agrees with itself");
	sm_buf_release(&line);
}

int
main(void)
{
	(void)setenv("SM_NOW", "2026-11-21T12:00:00Z", 1);
	(void)setenv("SM_SEED", "1", 1);
	if (!mkdtemp(folder))
		abort();
	decisions();
	keys();
	joining();
	reopening();
	answers();
	again();
	controls();
	bad_posts();
	ok(folder_remove(folder) == 0, "the folder is removed");
	return plan_done();
}
