#include "record/post.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "record/nfc.h"
#include "record/record.h"
#include "tap.h"

#define NOW INT64_C(1795262400)		/* 2026-11-21T12:00:00Z */

static struct sm_buf out = SM_BUF_INIT;

static void
like(const char *got, const char *part, const char *name)
{
	if (!ok(strstr(got, part), name))
		printf("#   got:  %.500s\n#   want: %s\n", got, part);
}

static struct sm_post
a_post(void)
{
	struct sm_post post;

	sm_post_init(&post);
	post.channel = sm_span("feed");
	post.host = sm_span("news.example");
	post.native = sm_span("17");
	post.source = sm_span("news");
	post.brand = sm_span("acme");
	post.content = sm_span("Hello");
	post.fetched = NOW;
	return post;
}

static const char *
line_of(const struct sm_post *post)
{
	if (sm_post_write(post, &out, NULL) == -1)
		return "failed";
	return sm_buf_str(&out);
}

/* Whether our own reader takes the line. */
static bool
is_record(void)
{
	struct sm_paths *paths = sm_paths_new();
	struct sm_record *rec = sm_record_new(paths);
	bool good = out.len > 0 && out.data[out.len - 1] == '\n' &&
	    sm_record_parse(rec, out.data, out.len - 1, NULL) == 0;

	sm_record_free(rec);
	sm_paths_free(paths);
	return good;
}

static void
test_start(void)
{
	static const struct {
		const char *name;
		int64_t indexed, published, window, start;
		bool skew;
	} cases[] = {
		{ "without dates clocks start when we fetched", SM_TIME_NONE,
		    SM_TIME_NONE, NOW - 86400, NOW, false },
		{ "a date in the window starts the clocks", SM_TIME_NONE,
		    NOW - 3600, NOW - 86400, NOW - 3600, false },
		{ "a date before the window does not", SM_TIME_NONE,
		    NOW - 100000, NOW - 86400, NOW, false },
		{ "a date a little ahead is one", SM_TIME_NONE, NOW + 300,
		    NOW - 86400, NOW + 300, false },
		{ "next week is a lie", SM_TIME_NONE, NOW + 604800,
		    NOW - 86400, NOW, true },
		{ "1970 is a lie", SM_TIME_NONE, 0, SM_TIME_NONE, NOW, true },
		{ "the year 9999 is a lie", SM_TIME_NONE,
		    INT64_C(253370764800), NOW - 86400, NOW, true },
		{ "the server's date goes before the author's", NOW - 60,
		    NOW - 3600, NOW - 86400, NOW - 60, false },
		{ "the server's date may be old", NOW - 1000000, SM_TIME_NONE,
		    NOW - 86400, NOW - 1000000, false },
		{ "a server in the future is not believed", NOW + 1000,
		    NOW - 60, NOW - 86400, NOW - 60, true },
		{ "nor one in 1970", 5, NOW - 60, NOW - 86400, NOW - 60,
		    true },
		{ "a second more than a little ahead is not", SM_TIME_NONE,
		    NOW + 301, NOW - 86400, NOW, true },
		{ "two days ahead is a lie", SM_TIME_NONE, NOW + 2 * 86400 + 1,
		    NOW - 86400, NOW, true },
		{ "before 1990 is a lie, even without a window", SM_TIME_NONE,
		    INT64_C(631151999), SM_TIME_NONE, NOW, true },
		{ "1990 is not", SM_TIME_NONE, INT64_C(631152000),
		    SM_TIME_NONE, INT64_C(631152000), false },
		{ "the window's first second lies in it", SM_TIME_NONE,
		    NOW - 86400, NOW - 86400, NOW - 86400, false },
		{ "an old date is old, not forged", SM_TIME_NONE,
		    NOW - 86401, NOW - 86400, NOW, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sm_post post = a_post();
		bool skew;

		post.indexed = cases[i].indexed;
		post.published = cases[i].published;
		post.window = cases[i].window;
		is_int(sm_post_start(&post, &skew), cases[i].start,
		    cases[i].name);
		is_int(skew, cases[i].skew, "... and the flag says so");
	}
}

static void
test_direction(void)
{
	static const char *const own[] = { "acme", "@care@social.example",
	    "https://x.example/acme", NULL };
	struct sm_post post = a_post();

	post.own = own;
	is_int(sm_post_direction(&post), SM_DIRECTION_ABOUT,
	    "a post is about us");
	post.reply_to = sm_span("x");
	is_int(sm_post_direction(&post), SM_DIRECTION_PEER,
	    "an answer to somebody is a peer's");
	sm_post_tag(&post, "Mention", sm_span("@ACME"), sm_span(NULL));
	is_int(sm_post_direction(&post), SM_DIRECTION_IN,
	    "a mention addresses us");
	post.author.username = sm_span("care@social.example");
	is_int(sm_post_direction(&post), SM_DIRECTION_OUT,
	    "what we wrote is ours");
	post.author.username = sm_span("acme2");
	post.author.name = sm_span("acme");
	is_int(sm_post_direction(&post), SM_DIRECTION_IN,
	    "a display name proves nothing");
}

static void
test_text(void)
{
	struct sm_post post = a_post();
	char *large = malloc(3000000);

	is_str(line_of(&post), "{\"v\":1,\"key\":\"feed:news.example:17\","
	    "\"type\":\"Note\",\"channel\":\"feed\",\"source\":\"news\","
	    "\"brand\":\"acme\",\"content\":\"Hello\","
	    "\"fetched\":\"2026-11-21T12:00:00Z\","
	    "\"start\":\"2026-11-21T12:00:00Z\",\"direction\":\"about\","
	    "\"visibility\":\"public\"}\n", "a small post is a small record");
	post.content = sm_span(" a\r\n\tb\"\\\x01\x1b[0m\x7f\xC2\x9B" "c\n ");
	like(line_of(&post), "\"content\":\"a\\n\\tb\\\"\\\\[0mc\"",
	    "controls go, newlines and tabs stay");
	post.content = sm_span("e\xCC\x81 \xE2\x84\xAB");
	like(line_of(&post), "\"content\":\"\xC3\xA9 \xC3\x85\"",
	    "text is in NFC");
	post.content = sm_span("a\xFFz");
	like(line_of(&post), "\"content\":\"a\xEF\xBF\xBDz\"",
	    "bytes that are no UTF-8 are replaced");
	like(line_of(&post), "\"flags\":[\"repaired-utf8\"]",
	    "... and the flag says so");
	post.content = sm_span("");
	like(line_of(&post), "\"content\":\"\"", "empty content is there");
	post.name = sm_span("two\nlines");
	like(line_of(&post), "\"name\":\"two lines\"", "a name is one line");
	memset(large, '"', 2999999);
	large[2999999] = '\0';
	post.content = post.summary = sm_span(large);
	like(line_of(&post), "\"flags\":[\"truncated\"]",
	    "what is too long is cut");
	ok(out.len <= SM_RECORD_MAX && is_record(), "... and is a record");
	for (int i = 0; i < 100; i++)
		sm_post_file(&post, sm_span(large), sm_span(large),
		    sm_span(large));
	line_of(&post);
	ok(out.len <= SM_RECORD_MAX && is_record(),
	    "no attachment makes it too long");
	post = a_post();
	post.native = sm_span(large);
	line_of(&post);
	ok(out.len < 2000 && is_record(), "a long id is hashed");
	post.native = sm_span(NULL);
	is_str(line_of(&post), "failed", "a post without an id is refused");
	free(large);
}

/* The quick test may only say yes where nothing would change. */
static void
test_nfc(void)
{
	unsigned long wrong = 0, quick = 0;

	for (uint32_t c = 0x80; c < 0x110000; c++) {
		char text[16] = "a";
		utf8proc_uint8_t *made = NULL;
		size_t n;

		if (c >= 0xD800 && c < 0xE000)
			continue;
		n = 1 + sm_utf8_put(text + 1, c);
		if (!sm_nfc_is(text, n))
			continue;
		quick++;
		utf8proc_map((utf8proc_uint8_t *)text, (utf8proc_ssize_t)n,
		    &made, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
		wrong += !made || strlen((char *)made) != n ||
		    memcmp(made, text, n) != 0;
		free(made);
	}
	is_int((int64_t)wrong, 0, "no character is taken for NFC wrongly");
	ok(quick > 40000, "most characters need no second look");
	ok(!sm_nfc_is("\xEA\xB0\x80\xE1\x86\xA8", 6),
	    "a syllable and a jamo are looked at");
}

int
main(void)
{
	test_start();
	test_direction();
	test_text();
	test_nfc();
	sm_buf_release(&out);
	return plan_done();
}
