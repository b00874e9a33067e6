/*
 * IMAP: recorded dialogues.  Each is played with the server's bytes in pieces
 * of every size, and what comes out has to be the same.
 */
#include "source/mail/imap.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "record/conf.h"
#include "record/keys.h"
#include "source/emit.h"
#include "source/source.h"
#include "tap.h"

#define TURNS 24

struct turn {
	const char *server;	/* NULL: it is silent */
	const char *client;	/* what has to be said to it */
};

struct play {
	const char *name;
	const char *where, *cursor, *conf;
	bool follow;
	int ret;		/* of the last .talk */
	enum sm_exit code;	/* where that is -1 */
	struct turn turns[TURNS];
};

#define HEAD1 "Message-ID: <a@x.example>\r\nFrom: Ola <ola@x.example>\r\n" \
	"Date: Sat, 21 Nov 2026 10:00:00 +0000\r\n\r\n"
#define MAIL1 "Message-ID: <a@x.example>\r\nFrom: Ola <ola@x.example>\r\n" \
	"Date: Sat, 21 Nov 2026 10:00:00 +0000\r\nSubject: one\r\n\r\n" \
	"S4 OK done\r\n)\r\n* BYE\r\n{5}\r\n"
#define MAIL2 "Message-ID: <b@x.example>\r\nFrom: Jan <jan@x.example>\r\n" \
	"Date: Sat, 21 Nov 2026 11:00:00 +0000\r\nSubject: two\r\n\r\ntwo\r\n"
#define SIZES "(UID INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS " \
	"(MESSAGE-ID DATE FROM)])\r\n"
#define BODIES "(UID BODY.PEEK[]<0.8388608>)\r\n"
#define EXAMINED "* FLAGS (\\Seen \\Deleted)\r\n* 2 EXISTS\r\n* 0 RECENT\r\n" \
	"* OK [UNSEEN 1] First unseen {12}\r\n* OK [UIDVALIDITY 7] valid\r\n" \
	"* OK [UIDNEXT 6] next\r\n"
#define SAME "{\"folders\":[[\"INBOX\",7,3]],\"seen\":\"\"}"

static const struct play plays[] = {
	{ "the first run", "imaps://x.example", NULL, NULL, false, 0, 0, {
		{ NULL, "S1 EXAMINE \"INBOX\"\r\n" },
		{ EXAMINED "S1 OK [READ-ONLY] done\r\n",
		    "S2 UID SEARCH SINCE 13-Nov-2026\r\n" },
		{ "* SEARCH 5 4 5\r\nS2 OK\r\n", "S3 UID FETCH 4:5 " SIZES },
		{ "* 1 FETCH (FLAGS (\\Seen))\r\n"
		    "* 1 FETCH (UID 4 INTERNALDATE \"21-Nov-2026 10:00:01 "
		    "+0000\" RFC822.SIZE 170 BODY[HEADER.FIELDS (MESSAGE-ID "
		    "DATE FROM)] {95}\r\n" HEAD1 ")\r\n"
		    "* 2 FETCH (RFC822.SIZE 130 UID 5 X-NEW (a (b \"c)\")) "
		    "INTERNALDATE \" 1-Nov-2026 11:00:01 +0100\" "
		    "BODY[HEADER.FIELDS (MESSAGE-ID DATE FROM)] \"\")\r\n"
		    "S3 OK done\r\n", "S4 UID FETCH 4 " BODIES },
		{ "* 1 FETCH (UID 4 BODY[]<0> {136}\r\n" MAIL1 ")\r\n"
		    "* 3 EXISTS\r\n* 9 FETCH (UID 77 BODY[] {3}\r\nxyz)\r\n"
		    "S4 OK done\r\n", "S5 LOGOUT\r\n" },
		{ "* BYE see you\r\nS5 OK\r\n", "" } } },
	{ "nothing new", "imaps://x.example", "{\"folders\":[[\"INBOX\",7,5]],"
	    "\"seen\":\"\"}", NULL, false, 0, 0, {
		{ NULL, "S1 EXAMINE \"INBOX\"\r\n" },
		{ EXAMINED "S1 OK\r\n", "S2 LOGOUT\r\n" },
		{ "S2 OK\r\n", "" } } },
	{ "n:* finds an old one", "imaps://x.example", "{\"folders\":[["
	    "\"INBOX\",7,5]],\"seen\":\"\"}", NULL, false, 0, 0, {
		{ NULL, "S1 EXAMINE \"INBOX\"\r\n" },
		{ "* OK [UIDVALIDITY 7]\r\nS1 OK\r\n",
		    "S2 UID SEARCH UID 6:*\r\n" },
		{ "* SEARCH 5\r\nS2 OK\r\n", "S3 LOGOUT\r\n" },
		{ "* BYE\r\n", "" }, { "S3 OK\r\n", "" } } },
	{ "a mail that is gone", "imaps://x.example", SAME, NULL, false, 0, 0,
	    {
		{ NULL, "S1 EXAMINE \"INBOX\"\r\n" },
		{ EXAMINED "S1 OK\r\n", "S2 UID SEARCH UID 4:*\r\n" },
		{ "* SEARCH 4 5\r\nS2 OK\r\n", "S3 UID FETCH 4:5 " SIZES },
		{ "* 1 EXPUNGE\r\nS3 OK\r\n", "S4 UID FETCH 4:5 " BODIES },
		{ "* 1 FETCH (BODY[]<0> {114}\r\n" MAIL2 " UID 5)\r\n"
		    "S4 OK\r\n", "S5 LOGOUT\r\n" },
		{ "S5 OK\r\n", "" } } },
	{ "a mail that the server cannot read", "imaps://x.example", SAME,
	    NULL, false, 0, 0, {
		{ NULL, "S1 EXAMINE \"INBOX\"\r\n" },
		{ EXAMINED "S1 OK\r\n", "S2 UID SEARCH UID 4:*\r\n" },
		{ "* SEARCH 4 5\r\nS2 OK\r\n", "S3 UID FETCH 4:5 " SIZES },
		{ "S3 NO [SERVERBUG] broken\r\n", "S4 UID FETCH 4:5 " BODIES },
		{ "S4 NO [SERVERBUG] broken\r\n", "S5 UID FETCH 4 " BODIES },
		{ "S5 NO [SERVERBUG] broken\r\n", "S6 UID FETCH 5 " BODIES },
		{ "* 2 FETCH (UID 5 BODY[]<0> {114}\r\n" MAIL2 ")\r\n"
		    "S6 OK\r\n", "S7 LOGOUT\r\n" },
		{ "S7 OK\r\n", "" } } },
	{ "another UIDVALIDITY", "imaps://x.example",
	    "{\"folders\":[[\"INBOX\",6,9]],\"newest\":1795255201,"
	    "\"seen\":\"\"}", NULL, false, 0, 0, {
		{ NULL, "S1 EXAMINE \"INBOX\"\r\n" },
		{ EXAMINED "S1 OK\r\n", "S2 UID SEARCH SINCE 18-Nov-2026\r\n" },
		{ "* SEARCH 1\r\nS2 OK\r\n", "S3 UID FETCH 1 " SIZES },
		{ "S3 OK\r\n", "S4 UID FETCH 1 " BODIES },
		{ "* 1 FETCH (UID 1 BODY[]<0> {114}\r\n" MAIL2 ")\r\n"
		    "S4 OK\r\n", "S5 LOGOUT\r\n" },
		{ "S5 OK\r\n", "" } } },
	{ "a folder beyond ASCII", "imaps://x.example/Entw%C3%BCrfe%20%26%22"
	    "%F0%9F%98%80", NULL, NULL, false, -1, SM_EXIT_REFUSED, {
		{ NULL, "S1 EXAMINE \"Entw&APw-rfe &-\\\"&2D3eAA-\"\r\n" },
		{ "S1 NO [NONEXISTENT] no such folder\r\n", "S2 LOGOUT\r\n" },
		{ "S2 OK\r\n", "" } } },
	{ "a folder that cannot be opened keeps no other from being read",
	    "imaps://x.example", NULL, "a b", false, -1, SM_EXIT_TEMP, {
		{ NULL, "S1 EXAMINE \"b\"\r\n" },
		{ "S1 NO [INUSE] later\r\n", "S2 EXAMINE \"a\"\r\n" },
		{ "* OK [UIDVALIDITY 1]\r\n* OK [UIDNEXT 1]\r\nS2 OK\r\n",
		    "S3 UID SEARCH SINCE 13-Nov-2026\r\n" },
		{ "* SEARCH\r\nS3 OK\r\n", "S4 LOGOUT\r\n" },
		{ "S4 OK\r\n", "" } } },
	{ "a server that hangs up", "imaps://x.example", NULL, NULL, false,
	    -1, SM_EXIT_TEMP, {
		{ NULL, "S1 EXAMINE \"INBOX\"\r\n" },
		{ "* BYE shutting down\r\n", "" } } },
	{ "a server that does not understand", "imaps://x.example", NULL,
	    NULL, false, -1, SM_EXIT_REFUSED, {
		{ NULL, "S1 EXAMINE \"INBOX\"\r\n" },
		{ "S1 BAD what?\r\n", "" } } },
	{ "an answer to what was not asked", "imaps://x.example", NULL, NULL,
	    false, -1, SM_EXIT_REFUSED, {
		{ NULL, "S1 EXAMINE \"INBOX\"\r\n" },
		{ "S9 OK done\r\n", "" } } },
	{ "a piece that is too large", "imaps://x.example", NULL, NULL, false,
	    -1, SM_EXIT_REFUSED, {
		{ NULL, "S1 EXAMINE \"INBOX\"\r\n" },
		{ "* 1 FETCH (BODY[] {99999999}\r\n", "" } } },
	{ "something else than IMAP", "imaps://x.example", NULL, NULL, false,
	    -1, SM_EXIT_REFUSED, {
		{ NULL, "S1 EXAMINE \"INBOX\"\r\n" },
		{ "HTTP/1.1 400 Bad Request\r\n", "" } } },
	{ "waiting for mail", "imaps://x.example", "{\"folders\":[[\"INBOX\","
	    "7,5]],\"seen\":\"\"}", NULL, true, -1, SM_EXIT_TEMP, {
		{ NULL, "S1 CAPABILITY\r\n" },
		{ "* CAPABILITY IMAP4rev1 IDLE\r\nS1 OK\r\n",
		    "S2 EXAMINE \"INBOX\"\r\n" },
		{ EXAMINED "S2 OK\r\n", "S3 IDLE\r\n" },
		{ "+ idling\r\n", "" },
		{ "* OK still here\r\n", "" },
		{ NULL, "DONE\r\n" },
		{ "S3 OK\r\n", "S4 IDLE\r\n" },
		{ "+ idling\r\n* 3 EXISTS\r\n", "DONE\r\n" },
		{ "S4 OK\r\n", "S5 UID SEARCH UID 6:*\r\n" },
		{ "* SEARCH 6\r\n* 4 EXISTS\r\nS5 OK\r\n",
		    "S6 UID FETCH 6 " SIZES },
		{ "S6 OK\r\n", "S7 UID FETCH 6 " BODIES },
		{ "* 1 FETCH (UID 6 BODY[]<0> {114}\r\n" MAIL2 ")\r\n"
		    "S7 OK\r\n", "S8 UID SEARCH UID 7:*\r\n" },
		{ "* SEARCH\r\nS8 OK\r\n", "S9 IDLE\r\n" },
		{ "+ idling\r\n", "" },
		{ NULL, "DONE\r\n" },
		{ NULL, "" } } },
};

static struct sm_buf lines, cursors;

static int
take_line(void *arg, const char *line, size_t len, struct sm_err *err)
{
	(void)arg;
	(void)err;
	sm_buf_add(&lines, line, len);
	return 0;
}

static struct sm_conf *
folders_conf(const char *names)
{
	static const char path[] = "/tmp/sm-imap-test.conf";
	const struct sm_conf_key *tables[] = { sm_keys_base,
	    sm_source_find("email")->keys, NULL };
	char name[64];
	struct sm_conf *conf;
	struct sm_err err;
	FILE *file;

	snprintf(name, sizeof(name), "%s.%d", path, (int)getpid());
	file = fopen(name, "w");
	fprintf(file, "[source \"mail\"]\n");
	for (; *names; names += *names == ' ' ? 1 : strcspn(names, " "))
		if (*names != ' ')
			fprintf(file, "folder = %.*s\n",
			    (int)strcspn(names, " "), names);
	fclose(file);
	conf = sm_conf_load(tables, name, &err);
	unlink(name);
	return conf;
}

/* One turn, the server's bytes cut at piece (0: whole), 2 * piece ... */
static int
take_turn(const struct sm_source *email, void *state, const char *bytes,
    size_t piece, struct sm_buf *out, struct sm_emit *emit,
    struct sm_err *err)
{
	size_t len = bytes ? strlen(bytes) : 0;
	int ret = 1;

	if (!bytes)
		return email->talk(state, NULL, 0, out, emit, err);
	if (piece == 0)
		piece = len;
	for (size_t at = 0; ret == 1 && at < len; at += piece)
		ret = email->talk(state, bytes + at, len - at < piece ?
		    len - at : piece, out, emit, err);
	return ret;
}

/* What is said and what is found, or what went otherwise; "" if all is well */
static void
run(const struct play *play, size_t piece, struct sm_buf *wrong)
{
	const struct sm_source *email = sm_source_find("email");
	struct sm_source_args args = { .name = "mail", .brand = "default",
	    .where = play->where, .cursor = play->cursor,
	    .follow = play->follow, .since = SM_TIME_NONE,
	    .window = INT64_C(1794657600) /* 14 November */ };
	struct sm_emit emit = { .args = &args, .fetched = INT64_C(1795262400),
	    .line = take_line };
	struct sm_buf out = SM_BUF_INIT;
	struct sm_conf *conf = NULL;
	struct sm_err err = { .code = 0 };
	int ret = 1;
	void *state;

	if (play->conf)
		args.conf = conf = folders_conf(play->conf);
	sm_buf_clear(&lines);
	sm_buf_clear(&cursors);
	state = email->open(&args, &err);
	for (const struct turn *turn = play->turns; turn->client && ret == 1;
	    turn++) {
		sm_buf_clear(&out);
		ret = take_turn(email, state, turn->server, piece, &out,
		    &emit, &err);
		if (ret != -1 && strcmp(sm_buf_str(&out), turn->client) != 0)
			sm_buf_addf(wrong, "said '%s' for '%s'; ",
			    sm_buf_str(&out), turn->client);
	}
	if (ret != play->ret || (ret == -1 && err.code != play->code))
		sm_buf_addf(wrong, "ended with %d, %d '%s'", ret,
		    (int)err.code, err.text);
	email->cursor(state, &cursors);
	email->close(state);
	sm_emit_release(&emit);
	sm_buf_release(&out);
	sm_conf_free(conf);
}

static void
test_play(const struct play *play)
{
	struct sm_buf wrong = SM_BUF_INIT, first = SM_BUF_INIT;
	char name[128];
	size_t bad = 0;

	run(play, 0, &wrong);
	is_str(sm_buf_str(&wrong), "", play->name);
	sm_buf_add(&first, sm_buf_str(&lines), lines.len);
	for (size_t piece = 1; piece < 700 && bad == 0; piece++) {
		sm_buf_clear(&wrong);
		run(play, piece, &wrong);
		if (wrong.len > 0 || strcmp(sm_buf_str(&lines),
		    sm_buf_str(&first)) != 0)
			bad = piece;
	}
	snprintf(name, sizeof(name), "... the same in pieces of any size");
	is_int(bad, 0, name);
	sm_buf_release(&wrong);
	sm_buf_release(&first);
}

static int
count(const char *text, const char *what)
{
	int n = 0;

	for (; (text = strstr(text, what)); text++)
		n++;
	return n;
}

static void
test_found(void)
{
	struct sm_buf wrong = SM_BUF_INIT;
	struct play again = plays[0];

	run(&plays[0], 0, &wrong);
	is_int(count(sm_buf_str(&lines), "\n"), 1, "what lies before the "
	    "window stays out");
	ok(strstr(sm_buf_str(&lines), "S4 OK done\\n)\\n* BYE\\n{5}"),
	    "a mail may say anything");
	ok(strstr(sm_buf_str(&lines), "\"indexed\":\"2026-11-21T10:00:01Z\""),
	    "when the mailbox got it is known");
	ok(strstr(sm_buf_str(&cursors), "[\"INBOX\",7,5]"),
	    "the cursor is behind all of them");
	again.cursor = strdup(sm_buf_str(&cursors));
	again.turns[1].client = "S2 LOGOUT\r\n";
	again.turns[2] = (struct turn){ .server = "S2 OK\r\n", .client = "" };
	again.turns[3].client = NULL;
	sm_buf_clear(&wrong);
	run(&again, 0, &wrong);
	is_str(sm_buf_str(&wrong), "", "a second run has nothing to ask");
	sm_buf_release(&wrong);
	free((void *)(uintptr_t)again.cursor);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(plays) / sizeof(plays[0]); i++)
		test_play(&plays[i]);
	test_found();
	sm_buf_release(&lines);
	sm_buf_release(&cursors);
	return plan_done();
}
