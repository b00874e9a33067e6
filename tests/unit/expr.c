/*
 * Expressions on their own: what they say of records, what stands in the way
 * of being slow, and that a member is found however it is called.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "record/record.h"
#include "rule/expr.h"
#include "rule/field.h"
#include "rule/lex.h"
#include "rule/literal.h"
#include "rule/regex.h"
#include "tap.h"

static const char post[] =
    "{\"content\":\"I want my Refund, \\u017c\\u00f3\\u0142w\","
    "\"name\":\"a title\",\"direction\":\"in\",\"channel\":\"x\","
    "\"attributedTo\":{\"id\":\"https://a.example/u/1\","
    "\"preferredUsername\":\"Ann\",\"followers\":75,\"bot\":false},"
    "\"tag\":[{\"type\":\"Hashtag\",\"name\":\"#acme\"},\"plain\"],"
    "\"start\":\"2026-11-01T08:00:00Z\",\"fetched\":\"2026-11-01T10:00:00Z\","
    "\"metrics\":{\"likes\":3},\"rating\":{\"value\":2.5,\"best\":5},"
    "\"score\":{\"lang\":\"pl\",\"sentiment\":-40,\"polarity\":\"negative\","
    "\"intent\":[\"complaint\",\"billing\"],\"spam\":2,"
    "\"why\":{\"urgency\":9}}}";

/* 1, 0; -1: not said; -2: the expression is wrong. */
static int
judge(const char *text, const char *line, int64_t now)
{
	struct sm_paths *paths = sm_paths_new();
	struct sm_err err;
	struct sm_expr *expr = sm_expr_compile(text, "expr", paths, &err);
	struct sm_eval *state;
	struct sm_record *rec;
	int result = -3;

	if (!expr) {
		printf("# %s\n", err.text);
		sm_paths_free(paths);
		return -2;
	}
	state = sm_expr_state(expr, now);
	rec = sm_record_new(paths);
	if (sm_record_parse(rec, line, strlen(line), &err) == 0)
		result = sm_expr_eval(expr, state, rec, &err);
	sm_record_free(rec);
	sm_expr_state_free(state);
	sm_expr_free(expr);
	sm_paths_free(paths);
	return result;
}

static const struct {
	const char *text;
	int want;
} cases[] = {
	/* what binds how */
	{ "true or false and false", 1 },
	{ "(true or false) and false", 0 },
	{ "not false and true", 1 },
	{ "not lang = \"pl\"", 0 },
	{ "not lang = \"en\" and channel = \"x\"", 1 },
	{ "not not true", 1 },
	{ "not (lang = \"pl\" and not (spam > 5 or spam < 1))", 0 },
	/* names */
	{ "score.sentiment = -40", 1 },
	{ "sentiment = -40.000000", 1 },
	{ "author.followers = followers", 1 },
	{ "title = \"a title\" and name = title", 1 },
	{ "rating = 2.5 and rating.best = 5", 1 },
	{ "score.why.urgency = 9", 1 },
	{ "has score.why.urgency and not has score.why.spam", 1 },
	{ "has metrics and has ref", 0 },
	/* values without quotes: only a member's own */
	{ "direction = in", 1 },
	{ "direction in (about, in)", 1 },
	{ "intent has complaint and not intent has praise", 1 },
	{ "polarity != positive", 1 },
	/* sets */
	{ "tag has \"#acme\"", 1 },
	{ "tag has \"plain\"", 1 },
	{ "tag has (\"#b\", \"#acme\")", 1 },
	{ "tag in (\"#b\")", 0 },
	{ "intent has \"billing\"", 1 },
	/* a member that is missing makes a comparison false */
	{ "urgency < 5", 0 },
	{ "urgency >= 5", 0 },
	{ "urgency != 5", 0 },
	{ "not urgency != 5", 1 },
	{ "summary !~ /x/", 0 },
	{ "summary != \"x\"", 0 },
	{ "topic has \"x\"", 0 },
	{ "has urgency", 0 },
	{ "author.verified = false", 0 },
	{ "author.bot = false", 1 },
	{ "author.bot", 0 },
	/* the author is id or handle */
	{ "author = \"Ann\"", 1 },
	{ "author = \"https://a.example/u/1\"", 1 },
	{ "author = \"ann\"", 0 },
	{ "author != \"Bob\"", 1 },
	{ "author != \"Ann\"", 0 },
	{ "author in (\"Ann\", \"Bob\")", 1 },
	{ "author =~ /^ann$/i", 1 },
	{ "author !~ /example/", 0 },
	{ "has author", 1 },
	/* numbers, times, durations */
	{ "sentiment between -40 and -40", 1 },
	{ "sentiment in (1, -40, 3)", 1 },
	{ "sentiment > -40.5 and sentiment < -39.5", 1 },
	{ "start < fetched", 1 },
	{ "start = 2026-11-01T08:00:00Z", 1 },
	{ "start = \"2026-11-01T09:00:00+01:00\"", 1 },
	{ "start >= 2026-11-01 and start < 2026-11-02", 1 },
	{ "age = 2h", 1 },
	{ "age >= PT2H and age < 121m", 1 },
	/* patterns */
	{ "text =~ /refund/i", 1 },
	{ "text =~ /refund/", 0 },
	{ "text =~ /\\bŻÓŁW\\b/i", 1 },
	{ "text =~ \"R.fund\"", 1 },
	{ "text =~ /^I want my (Refund|money), \\w+$/", 1 },
	{ "text !~ /voucher/", 1 },
	{ "text =~ /my\\/our|my/", 1 },
	{ "url =~ /a/", 0 },
	{ NULL, 0 }
};

static void
check_cases(void)
{
	for (int i = 0; cases[i].text; i++)
		is_int(judge(cases[i].text, post, SM_TIME_NONE),
		    cases[i].want, cases[i].text);
	is_int(judge("age = 3h", post, 1793520000 + 10800), 1,
	    "age counts to the time that is given");
	is_int(judge("age = 0s", "{\"start\":\"2026-11-02T08:00:00Z\","
	    "\"fetched\":\"2026-11-01T10:00:00Z\"}", SM_TIME_NONE), 1,
	    "what lies ahead is of no age");
	is_int(judge("sentiment > 5 or lang = \"pl\"", "{\"score\":{"
	    "\"sentiment\":\"9\",\"lang\":[\"pl\"]}}", SM_TIME_NONE), 0,
	    "a member of another type is missing");
	is_int(judge("sentiment = 0.5 and spam > 9000000000000",
	    "{\"score\":{\"sentiment\":5e-1,\"spam\":1e400}}", SM_TIME_NONE),
	    1, "numbers of any size and spelling");
}

/* Patterns whose names are known from reports of denial of service. */
static const char *const slow[] = {
	"(a+)+$", "(a|aa)+$", "(a|a?)+$", "(.*a){20}$", "^(\\w+\\s?)*$",
	"(x+x+)+y", "^(([a-z])+.)+[A-Z]([a-z])+$", "(a*)*b", "([a-zA-Z]+)*\\d",
	"a*a*a*a*a*b", ".*.*.*=.*", "\\s+$", "[ab]*[ab]*[cd]", "(?:a|b|ab)*c",
	"(?=(a+))a*b", "^(a+){2,}$", "(a{1,50}){1,50}b", "(?:.*,){11}P",
	"(?>a+)b", "[ab]*+[cd]", "(?i)(a+)+z", "(?R)?a+b", "((a|b)*c|d)*e",
	"^\\d*\\.?\\d*$|(a|a)*b", "(.+)+[^x]y", "(?:(?:a?){30}){30}b"
};

static long
ms_of(const struct timespec *from)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (now.tv_sec - from->tv_sec) * 1000 +
	    (now.tv_nsec - from->tv_nsec) / 1000000;
}

/* The longest search of any text, in ms of this thread's time. */
static long
search_all(const char *pattern, char *const texts[], size_t len)
{
	struct sm_regex_state *state = sm_regex_state_new();
	struct sm_err err;
	size_t at;
	struct sm_regex *regex = sm_regex_new(pattern, strlen(pattern), "i",
	    &at, &err);
	long longest = 0;

	for (int i = 0; regex && texts[i]; i++) {
		struct sm_grams grams;
		struct timespec from;
		long took;

		memset(&grams, 0xFF, sizeof(grams));
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
		(void)sm_regex_search(regex, state, &grams, texts[i], len);
		took = ms_of(&from);
		longest = took > longest ? took : longest;
	}
	if (!regex)
		printf("# %s: %s\n", pattern, err.text);
	sm_regex_free(regex);
	sm_regex_state_free(state);
	return regex ? longest : 1000000;
}

/*
 * The piece over and over, and behind a line's end whatever a pattern needs at
 * its end, so that PCRE2 cannot see from afar that nothing fits.
 */
static char *
repeat(const char *piece, size_t len)
{
	static const char tail[] = "\n!bcdeyzAPX=9,";
	char *text = sm_xmalloc(len + 1);

	for (size_t i = 0; i < len; i++)
		text[i] = piece[i % strlen(piece)];
	memcpy(text + len - sizeof(tail) + 1, tail, sizeof(tail));
	return text;
}

static void
check_slow(void)
{
	static const size_t lengths[] = { 60, 300, 4000, 100000 };
	const char *limit = getenv("SM_SLOW_MS");
	long most = limit ? strtol(limit, NULL, 10) : 400, longest = 0;

	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		char *texts[] = {
			repeat("a", lengths[i]), repeat("ab", lengths[i]),
			repeat("x ", lengths[i]), repeat("=,.a", lengths[i]),
			repeat(" ", lengths[i]), NULL
		};

		for (size_t j = 0; j < sizeof(slow) / sizeof(*slow); j++) {
			long took = search_all(slow[j], texts, lengths[i]);

			if (took > 30)
				printf("# %ld ms: %s, %zu bytes\n", took,
				    slow[j], lengths[i]);
			longest = took > longest ? took : longest;
		}
		for (int j = 0; texts[j]; j++)
			free(texts[j]);
	}
	printf("# the longest took %ld ms\n", longest);
	ok(longest < most, "no pattern takes long on any text");
}

static void
check_limit(void)
{
	struct sm_buf line = SM_BUF_INIT;
	char *text = repeat("a", 50000);

	text[50000 - 14] = ' '; /* the line's end: this is JSON */
	sm_buf_addf(&line, "{\"content\":\"%s\"}", text);
	is_int(judge("text =~ /(a+)+$x/ or true", line.data, SM_TIME_NONE), 1,
	    "what is settled when it is read asks nothing of the record");
	is_int(judge("text =~ /(a|a)*(a|aa)+b/", line.data, SM_TIME_NONE),
	    -1, "a search that is given up is neither true nor false");
	sm_buf_clear(&line);
	sm_buf_adds(&line, "{\"tag\":[0");
	for (int i = 0; i < 110000; i++)
		sm_buf_adds(&line, ",\"b\"");
	sm_buf_adds(&line, "]}");
	is_int(judge("tag has \"a\"", line.data, SM_TIME_NONE), -1,
	    "a record with too much to look at is given up");
	sm_buf_release(&line);
	free(text);
}

static const struct {
	const char *pattern;
	bool caseless;
	const char *words;	/* joined by blanks */
	int repeats;
} literals[] = {
	{ "refund", false, "refund", 0 },
	{ "Refund|ZWROT", false, "refund zwrot", 0 },
	{ "refund|.", false, "", 0 },
	{ "a.*refund", false, "refund", 1 },
	{ "colou?r", false, "colo", 1 },
	{ "(foo|bar)+baz", false, "foo bar", -1 },
	{ "(foo|bar)?baz", false, "baz", 1 },
	{ "(?:foo|bar|x)", false, "", 0 },
	{ "x{0,2}ab{2}", false, "ab", 1 },
	{ "kiosk", true, "io", 0 },
	{ "żółw?", false, "żół", 1 },
	{ "żółw?x", true, "", 1 },
	{ "a\\.b\\d+", false, "a.b", 1 },
	{ "[a\\]]bc", false, "bc", 0 },
	{ "[]a]bc", false, "bc", 0 },
	{ "(?i)abc", false, "", 0 },
	{ "(?=abc)abd", false, "", 0 },
	{ "\\x41bc", false, "", -1 },
	{ "\\p{Lu}bc", false, "bc", 0 },
	{ "(a|b)*c", false, "", -1 },
	{ "a{2,}b{3,40}", false, "", 2 },
	{ NULL, false, NULL, 0 }
};

static void
check_literals(void)
{
	for (int i = 0; literals[i].pattern; i++) {
		const char *pattern = literals[i].pattern;
		struct sm_literals found;
		char words[256] = "";
		size_t len = 0;

		sm_literal_find(pattern, strlen(pattern),
		    literals[i].caseless, &found);
		for (int j = 0; j < found.count; j++)
			len += (size_t)snprintf(words + len,
			    sizeof(words) - len, "%s%.*s", j ? " " : "",
			    found.word[j].len, found.word[j].text);
		is_str(words, literals[i].words, pattern);
		is_int(sm_literal_repeats(pattern, strlen(pattern)),
		    literals[i].repeats, pattern);
	}
}

static void
check_numbers(void)
{
	static const struct {
		const char *text;
		int ret;
		int64_t micro;
	} numbers[] = {
		{ "0", 0, 0 }, { "-0", 0, 0 }, { "+1", 0, 1000000 },
		{ "-1.5", 0, -1500000 }, { "0.000001", 0, 1 },
		{ "0.0000001", -2, 0 }, { "9000000000000", 0,
		INT64_C(9000000000000000000) }, { "9999999999999", -2, 0 },
		{ "1.", -1, 0 }, { ".5", -1, 0 }, { "", -1, 0 },
		{ "-", -1, 0 }, { "1e3", -1, 0 }, { "1.2.3", -1, 0 }
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		int64_t micro = 0;
		int ret = sm_lex_micro(numbers[i].text,
		    strlen(numbers[i].text), &micro);

		is_int(ret, numbers[i].ret, numbers[i].text);
		if (ret == 0)
			is_int(micro, numbers[i].micro, numbers[i].text);
	}
}

static bool
is_here(const struct sm_field *field, int context)
{
	return !field->contexts || field->contexts & 1U << context;
}

/* A short name never hides a path, and every name is found. */
static void
check_fields(void)
{
	bool found = true, once = true;

	for (int c = 0; c < SM_CONTEXTS; c++)
		for (const struct sm_field *f = sm_fields; f->name; f++) {
			enum sm_context context = (enum sm_context)c;

			if (!is_here(f, c))
				continue;
			found = found && sm_field_find(f->name, context) == f;
			found = found && (!f->alias ||
			    sm_field_find(f->alias, context) == f);
			for (const struct sm_field *g = sm_fields; g < f; g++)
				once = once && strcmp(f->name, g->name) != 0 &&
				    (!is_here(g, c) || !f->alias ||
				    (strcmp(f->alias, g->name) != 0 &&
				    (!g->alias ||
				    strcmp(f->alias, g->alias) != 0)));
		}
	ok(found, "every member is found by its path and its short name");
	ok(once, "no name stands for two members");
}

int
main(void)
{
	check_cases();
	check_limit();
	check_literals();
	check_numbers();
	check_fields();
	check_slow();
	return plan_done();
}
