#include "record/conf.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "record/keys.h"
#include "folder.h"
#include "tap.h"

static const struct sm_conf_key keys[] = {
	{ .section = "source", .name = "url", .type = SM_CONF_URL,
	    .named = true },
	{ .section = "source", .name = "for", .type = SM_CONF_TEXT,
	    .named = true },
	{ .section = "source", .name = "own", .type = SM_CONF_TEXT,
	    .repeat = true, .named = true },
	{ .section = "source", .name = "every", .type = SM_CONF_DURATION,
	    .named = true },
	{ .section = "source", .name = "size", .type = SM_CONF_INT,
	    .named = true },
	{ .section = "source", .name = "on", .type = SM_CONF_BOOL,
	    .named = true },
	{ .section = "source", .name = "cmd", .type = SM_CONF_CMD,
	    .named = true },
	{ .section = "source", .name = "token", .type = SM_CONF_TEXT,
	    .named = true },
	{ .section = "source", .name = "token_cmd", .type = SM_CONF_CMD,
	    .named = true },
	{ .section = "source", .name = "token_file", .type = SM_CONF_PATH,
	    .named = true },
	{ .section = "rules", .name = "path", .type = SM_CONF_PATH },
	{ .section = NULL }
};
static const struct sm_conf_key *const tables[] = { keys, NULL };

static char folder[] = "/tmp/sm-conf-XXXXXX";

static char *
in_folder(const char *name)
{
	return sm_xasprintf("%s/%s", folder, name);
}

/* The path of a new file in our folder; the caller frees. */
static char *
put(const char *name, const char *text, size_t len, mode_t mode)
{
	char *path = in_folder(name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);

	if (fd == -1 || write(fd, text, len) != (ssize_t)len ||
	    fchmod(fd, mode) == -1 || close(fd) == -1)
		abort();
	return path;
}

static char *
put_text(const char *name, const char *text, mode_t mode)
{
	return put(name, text, strlen(text), mode);
}

static struct sm_conf *
load(const char *text, struct sm_err *err)
{
	char *path = put_text("config", text, 0600);
	struct sm_conf *conf = sm_conf_load(tables, path, err);

	free(path);
	return conf;
}

static void
values(void)
{
	static const struct {
		const char *written, *value, *name;
	} cases[] = {
		{ "for = plain text", "plain text", "a plain value" },
		{ "for=tight", "tight", "no blanks around '='" },
		{ "for = a  b\t ", "a  b", "blanks inside stay, at the end "
		    "they go" },
		{ "for = text ; comment", "text", "a comment by ;" },
		{ "for = text # comment", "text", "a comment by #" },
		{ "for = \"a # b\" # c", "a # b", "# in quotes" },
		{ "for = \" a \"", " a ", "blanks in quotes stay" },
		{ "for = a\" b \"c", "a b c", "quotes inside a value" },
		{ "for = \\\"a\\\\b\\n\\t\\b\\\"", "\"a\\b\n\t\b\"",
		    "escapes" },
		{ "for = one \\\ntwo", "one two", "a continued line" },
		{ "for = \"one \\\ntwo\"", "one two",
		    "a line continued within quotes" },
		{ "for = crlf\r\n", "crlf", "CR LF ends a line" },
		{ "FOR = upper", "upper", "keys without regard to case" },
		{ "for =", "", "an empty value" },
		{ "for = za\xc5\xbc\xc3\xb3\xc5\x82\xc4\x87",
		    "za\xc5\xbc\xc3\xb3\xc5\x82\xc4\x87", "letters beyond "
		    "ASCII" },
		{ "for = 1\nfor = 2", "2", "the later value wins" }
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *text = sm_xasprintf("[source \"x\"]\n\t%s\n",
		    cases[i].written);
		struct sm_err err = { .text = "" };
		struct sm_conf *conf = load(text, &err);

		is_str(conf ? sm_conf_str(conf, "source", "x", "for") :
		    err.text, cases[i].value, cases[i].name);
		sm_conf_free(conf);
		free(text);
	}
}

static void
refusals(void)
{
	static const struct {
		const char *written, *message;
	} cases[] = {
		{ "[source \"x\"]\n\tfoo = 1\n",
		    ":2: no key 'foo' in [source \"x\"], did you mean 'for'?" },
		{ "[source \"x\"]\nzzzzzz = 1\n",
		    ":2: no key 'zzzzzz' in [source \"x\"]" },
		{ "\n\n[sourc \"x\"]\n",
		    ":3: no section [sourc], did you mean [source]?" },
		{ "[qqqqqq]\n", ":1: no section [qqqqqq]" },
		{ "[source]\n",
		    ":1: section [source] needs a name: [source \"name\"]" },
		{ "[rules \"x\"]\n", ":1: section [rules] takes no name" },
		{ "[source.x]\n",
		    ":1: write [source \"name\"], not [source.name]" },
		{ "[source \"\"]\n",
		    ":1: a section's name may not be empty" },
		{ "[source \"x]\n",
		    ":1: expected '\"' behind the section's name" },
		{ "[source \"x\"\n", ":1: expected ']' behind the section" },
		{ "for = 1\n", ":1: 'for' stands before the first [section]" },
		{ "[source \"x\"]\n= 1\n",
		    ":2: expected a [section] or key = value" },
		{ "[source \"x\"]\nfor 1\n", ":2: expected '=' behind 'for'" },
		{ "[source \"x\"]\nfor\n",
		    ":2: 'for' needs a value: for = ..." },
		{ "[source \"x\"]\nfor = \"open\n",
		    ":2: expected '\"' before the end of the line" },
		{ "[source \"x\"]\nfor = \\q\n",
		    ":2: no escape '\\q': \\\\ \\\" \\n \\t \\b are known" },
		{ "[source \"x\"]\nfor = a#b\n",
		    ":2: '#' begins a comment here; write the value in quotes "
		    "to have it in" },
		{ "[source \"x\"]\nfor = a\x01\n",
		    ":2: a control character; write it as an escape" },
		{ "[source \"x\"]\nfor = a\n\nfor = \xff\n",
		    ":4: not UTF-8 text" },
		{ "[source \"x\"]\nurl = nowhere\n",
		    ":2: 'url' must be a URL such as https://host/path" },
		{ "[source \"x\"]\nsize = 4q\n",
		    ":2: 'size' must be a whole number such as 20 or 4k" },
		{ "[source \"x\"]\nsize = 9223372036854775807k\n",
		    ":2: 'size' must be a whole number such as 20 or 4k" },
		{ "[source \"x\"]\non = maybe\n",
		    ":2: 'on' must be yes or no" },
		{ "[source \"x\"]\nevery = 1y\n",
		    ":2: 'every' must be a duration such as 90, 15m, 4h or "
		    "2d" },
		{ "[source \"x\"]\ncmd = \"say 'open\"\n",
		    ":2: 'cmd' must be a command, its quotes closed" },
		{ "[include]\nfile = x\n", ":2: [include] takes path = FILE" }
	};
	char *path = in_folder("config");

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct sm_err err = { .text = "" };
		struct sm_conf *conf = load(cases[i].written, &err);
		char *want = sm_xasprintf("%s%s", path, cases[i].message);

		is_str(conf ? "accepted" : err.text, want,
		    cases[i].message + 1);
		sm_conf_free(conf);
		free(want);
	}
	free(path);
}

static void
types(void)
{
	struct sm_err err = { .text = "" };
	struct sm_conf *conf = load("[source \"x\"] size = 4k\n"
	    "every = PT1H30M\non\nown = a\nown = b\nown = c\n"
	    "cmd = run 'two words' x\n"
	    "[source \"y\\\"z\"]\n"
	    "[rules]\npath = sub/rules\n", &err);
	char *path, *want = in_folder("sub/rules");

	ok(conf != NULL, "a file with every type loads");
	if (!conf)
		exit(plan_done());
	is_int(sm_conf_int(conf, "source", "x", "size", 0), 4096, "4k");
	is_int(sm_conf_seconds(conf, "source", "x", "every", 0), 5400,
	    "PT1H30M");
	ok(sm_conf_bool(conf, "source", "x", "on", false),
	    "a key alone is true");
	is_int(sm_conf_int(conf, "source", "y\"z", "size", 7), 7,
	    "what is not set has the other value");
	is_str(sm_conf_nth(conf, "source", "x", "own", 1), "b",
	    "a repeated key keeps all its values");
	ok(!sm_conf_nth(conf, "source", "x", "own", 3), "and ends");
	is_str(sm_conf_name(conf, "source", 1), "y\"z", "names in order");
	ok(!sm_conf_name(conf, "source", 2), "names end");
	ok(sm_conf_has_name(conf, "source", "x") &&
	    !sm_conf_has_name(conf, "source", "z"), "names are known");
	path = sm_conf_path(conf, "rules", NULL, "path");
	is_str(path, want, "a path is seen from its file");
	free(path);
	free(want);
	want = in_folder("config:2");
	is_str(sm_conf_origin(conf, "source", "x", "every"), want,
	    "a value has its file and line");
	free(want);
	is_str(sm_conf_origin(conf, "source", "x", "url"), "",
	    "what is not set has no origin");
	sm_conf_free(conf);
}

static void
durations(void)
{
	static const struct {
		const char *text;
		int64_t seconds;	/* -1: refused */
	} cases[] = {
		{ "0", 0 }, { "90", 90 }, { "30s", 30 }, { "15m", 900 },
		{ "4h", 14400 }, { "2d", 172800 }, { "1w", 604800 },
		{ "1h30m", 5400 }, { "PT1H", 3600 }, { "P1DT2H", 93600 },
		{ "P1W", 604800 }, { "PT0S", 0 }, { "", -1 }, { "h", -1 },
		{ "1", 1 }, { "1x", -1 }, { "1m1h", -1 }, { "1h1h", -1 },
		{ "-1", -1 }, { "1 h", -1 }, { "P", -1 }, { "PT", -1 },
		{ "P1M", -1 }, { "P1Y", -1 }, { "PT1H ", -1 },
		{ "9223372036854775807", -1 }, { "99999999999999w", -1 },
		{ "15250284452471w", 9223372036854460800 },
		{ "15250284452472w", -1 }
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int64_t seconds = 0;
		int ret = sm_duration_parse(cases[i].text,
		    strlen(cases[i].text), &seconds);

		is_int(ret == -1 ? -1 : seconds, cases[i].seconds,
		    cases[i].text);
	}
}

static void
includes(void)
{
	struct sm_err err = { .text = "" };
	char *loop = put_text("loop", "[include] path = loop\n", 0600);
	char *part = put_text("part", "[source \"x\"] for = included\n",
	    0600);
	char *bad = put_text("bad", "\n[source \"x\"] fro = 1\n", 0600);
	struct sm_conf *conf = load("[source \"x\"]\nfor = first\n"
	    "[include]\npath = part\n[source \"x\"]\nurl = http://h/\n", &err);

	is_str(conf ? sm_conf_str(conf, "source", "x", "for") : err.text,
	    "included", "an included file counts where it stands");
	sm_conf_free(conf);
	ok(!sm_conf_load(tables, loop, &err) &&
	    strstr(err.text, "more than 8 files include one another"),
	    "files that include each other in a ring are refused");
	ok(!load("[include]\npath = gone\n", &err) &&
	    strstr(err.text, "config:2: included: cannot read"),
	    "a missing included file is an error with file and line");
	ok(!load("[include]\npath = bad\n", &err) &&
	    strstr(err.text, "bad:2: no key 'fro'"),
	    "a fault in an included file names that file");
	free(loop);
	free(part);
	free(bad);
}

static void
limits(void)
{
	struct sm_err err = { .text = "" };
	size_t len = SM_CONF_VALUE_MAX;
	char *text = sm_xmalloc(len + 64);
	struct sm_conf *conf;
	int at = snprintf(text, 64, "[source \"x\"]\nfor = ");
	char *path;

	memset(text + at, 'a', len);
	text[(size_t)at + len] = '\0';
	conf = load(text, &err);
	is_int(conf ? (int64_t)strlen(sm_conf_str(conf, "source", "x",
	    "for")) : 0, SM_CONF_VALUE_MAX, "the longest value is whole");
	sm_conf_free(conf);
	text[(size_t)at + len] = 'a';
	text[(size_t)at + len + 1] = '\0';
	ok(!load(text, &err) && strstr(err.text, "more than 65536 bytes"),
	    "one byte more is refused, not cut");
	free(text);

	text = sm_xcalloc(1, SM_CONF_FILE_MAX + 1);
	memset(text, '\n', SM_CONF_FILE_MAX + 1);
	path = put("big", text, SM_CONF_FILE_MAX + 1, 0600);
	ok(!sm_conf_load(tables, path, &err) &&
	    strstr(err.text, "File too large"), "a file over 1 MiB is refused");
	free(path);
	path = put("nul", "[rules]\n\0", 9, 0600);
	ok(!sm_conf_load(tables, path, &err) &&
	    strstr(err.text, "nul:2: not UTF-8 text"), "NUL is refused");
	free(path);
	free(text);
	path = put_text("open", "", 0666);
	ok(!sm_conf_load(tables, path, &err) &&
	    strstr(err.text, "can be written by everybody"),
	    "a file that everybody may write is refused");
	free(path);
}

static void
secret_files(void)
{
	static const char text[] = "[source \"x\"]\n\ttoken = canary7\n";
	struct sm_err err = { .text = "" };
	char *path = put_text("config", text, 0644);
	struct sm_conf *conf = sm_conf_load(tables, path, &err);
	struct sm_buf secret = SM_BUF_INIT;

	ok(!conf && strstr(err.text, ":2: 'token' is a secret in a file that "
	    "others can read: chmod 600") && !strstr(err.text, "canary7"),
	    "a secret in a file that others read is refused, unquoted");
	free(path);
	path = put_text("config", "[source \"x\"]\n"
	    "url = http://me:canary7@h/\n", 0640);
	ok(!sm_conf_load(tables, path, &err) &&
	    strstr(err.text, ":2: 'url' has a password"),
	    "and so is one in a URL");
	free(path);
	conf = load(text, &err);
	is_int(sm_conf_secret(conf, "source", "x", "token", &secret, &err), 0,
	    "in a file of our own it may stand");
	is_str(sm_buf_str(&secret), "canary7", "and is found");
	sm_conf_free(conf);
	path = put_text("key", " 1\n", 0604);
	conf = load("[source \"x\"]\ntoken_file = key\n", &err);
	is_int(sm_conf_secret(conf, "source", "x", "token", &secret, &err), -1,
	    "a token_file that others read is refused");
	is_int(err.code, SM_EXIT_NOPERM, "with status 77");
	free(path);
	path = put_text("key", "s3cret \r\nsecond\n", 0600);
	is_int(sm_conf_secret(conf, "source", "x", "token", &secret, &err), 0,
	    "one of our own is read");
	is_str(sm_buf_str(&secret), "s3cret", "its first line, trimmed");
	(void)unlink(path);
	is_int(sm_conf_secret(conf, "source", "x", "token", &secret, &err), -1,
	    "a missing one is an error");
	free(path);
	(void)setenv("CREDENTIALS_DIRECTORY", folder, 1);
	path = put_text("x", "from systemd\n", 0440);
	is_int(sm_conf_secret(conf, "source", "x", "token", &secret, &err), 0,
	    "$CREDENTIALS_DIRECTORY comes first");
	is_str(sm_buf_str(&secret), "from systemd", "by the account's name");
	(void)unsetenv("CREDENTIALS_DIRECTORY");
	free(path);
	sm_conf_free(conf);
	sm_buf_release(&secret);
}

static void
secret_commands(void)
{
	static const struct {
		const char *cmd, *secret, *name;
	} cases[] = {
		{ "printf 'one\\\\ntwo\\\\n'", "one", "the first line counts" },
		{ "echo '$HOME; echo no'", "$HOME; echo no",
		    "no shell looks at the command" },
		{ "printenv CANARY", NULL,
		    "the command does not see our environment" },
		{ "false", NULL, "a command that fails gives none" },
		{ "true", NULL, "nor does one without output" },
		{ "/nonexistent/helper", NULL, "nor one that is not there" },
		{ "head -c 100000 /dev/zero", NULL, "nor one without end" }
	};
	struct sm_buf secret = SM_BUF_INIT;

	(void)setenv("CANARY", "canary7", 1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *text = sm_xasprintf("[source \"x\"]\n"
		    "token_cmd = \"%s\"\n", cases[i].cmd);
		struct sm_err err = { .text = "" };
		struct sm_conf *conf = load(text, &err);

		if (conf && sm_conf_secret(conf, "source", "x", "token",
		    &secret, &err) == 0)
			is_str(sm_buf_str(&secret), cases[i].secret,
			    cases[i].name);
		else
			ok(conf && !cases[i].secret &&
			    strstr(err.text, "token"), cases[i].name);
		sm_conf_free(conf);
		free(text);
	}
	sm_buf_release(&secret);
}

static void
none_set(void)
{
	struct sm_err err = { .text = "" };
	struct sm_conf *conf = load("[source \"x\"]\n", &err);
	struct sm_buf secret = SM_BUF_INIT;

	is_int(sm_conf_secret(conf, "source", "x", "token", &secret, &err), -1,
	    "without any the secret is missing");
	is_str(err.text, "no 'token' for [source \"x\"]: set token_cmd or "
	    "token_file", "and the message says what to set");
	sm_buf_release(&secret);
	sm_conf_free(conf);
}

static void
usual_files(void)
{
	struct sm_err err = { .text = "" };
	char *sub = in_folder("sm");
	char *named = put_text("named", "[source \"x\"]\nmine = 3\n", 0600);
	char *first, *gone = in_folder("gone");
	struct sm_conf *conf;

	(void)mkdir(sub, 0700);
	first = put_text("sm/config", "[source \"x\"]\nmine = 1\n"
	    "url = http://h/\n", 0600);
	(void)setenv("XDG_CONFIG_HOME", folder, 1);
	(void)setenv("SM_CONFIG", named, 1);
	conf = sm_conf_load(sm_keys_usual, NULL, &err);
	is_str(conf ? sm_conf_str(conf, "source", "x", "mine") : err.text, "3",
	    "$SM_CONFIG comes after the user's own file");
	is_str(conf ? sm_conf_str(conf, "source", "x", "url") : err.text,
	    "http://h/", "which counts as well");
	sm_conf_free(conf);
	(void)setenv("SM_CONFIG", gone, 1);
	conf = sm_conf_load(sm_keys_usual, NULL, &err);
	ok(!conf && strstr(err.text, "cannot read"),
	    "a missing $SM_CONFIG is an error");
	(void)unsetenv("SM_CONFIG");
	(void)unlink(first);
	conf = sm_conf_load(sm_keys_usual, NULL, &err);
	ok(conf && !sm_conf_name(conf, "source", 0),
	    "a missing usual file is none");
	sm_conf_free(conf);
	free(sub);
	free(named);
	free(first);
	free(gone);
}

static int
count_value(const char *section, const char *name, const char *key,
    const char *value, const char *origin, void *arg)
{
	struct sm_buf *seen = arg;

	(void)origin;
	sm_buf_addf(seen, "%s.%s.%s=%s ", section, name ? name : "", key,
	    value);
	return strcmp(key, "url") == 0 ? 5 : 0;
}

static void
each(void)
{
	struct sm_err err = { .text = "" };
	struct sm_buf seen = SM_BUF_INIT;
	struct sm_conf *conf = load("[rules]\npath = r\n[source \"x\"]\n"
	    "own = 1\n[rules]\npath = s\n[source \"x\"]\nurl = http://h/\n"
	    "own = 2\n", &err);

	is_int(sm_conf_each(conf, count_value, &seen), 5,
	    "what the callback gives back ends the walk");
	is_str(sm_buf_str(&seen), "rules..path=r source.x.own=1 "
	    "rules..path=s source.x.url=http://h/ ",
	    "values come in the order in which they were read");
	sm_conf_free(conf);
	sm_buf_release(&seen);
}

static void
many(void)
{
	struct sm_err err = { .text = "" };
	struct sm_buf text = SM_BUF_INIT;
	struct sm_conf *conf;
	int64_t sum = 0;

	for (int i = 0; i < 3000; i++)
		sm_buf_addf(&text, "[source \"s%d\"]\nsize = %d\n", i, i);
	conf = load(sm_buf_str(&text), &err);
	for (int i = 0; conf && i < 3000; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "s%d", i);
		sum += sm_conf_int(conf, "source", name, "size", 0);
	}
	is_int(sum, 4498500, "three thousand sources are found again");
	sm_conf_free(conf);
	sm_buf_release(&text);
}

int
main(void)
{
	if (!mkdtemp(folder))
		abort();
	values();
	refusals();
	types();
	durations();
	includes();
	limits();
	secret_files();
	secret_commands();
	none_set();
	usual_files();
	each();
	many();
	ok(folder_remove(folder) == 0, "the folder is removed");
	return plan_done();
}
