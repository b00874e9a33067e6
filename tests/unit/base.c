/*
 * The lowest floor: UTF-8, what is made safe, widths, time, digests.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/opt.h"
#include "base/safe.h"
#include "base/sha256.h"
#include "base/utf8.h"
#include "base/width.h"
#include "random.h"
#include "tap.h"

/* Every sequence of up to four bytes from the edges of all ranges. */
static void
test_utf8(void)
{
	static const unsigned char edge[] = {
		0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0,
		0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0,
		0xf1, 0xf3, 0xf4, 0xf5, 0xff
	};
	enum { N = sizeof(edge) };
	unsigned wrong = 0;

	for (unsigned i = 0; i < N * N * N * N; i++) {
		char text[40];
		size_t at = i % 2 ? 17 : 30; /* blocks have 16 and 32 bytes */

		memset(text, 'a', sizeof(text));
		text[at] = (char)edge[i % N];
		text[at + 1] = (char)edge[i / N % N];
		text[at + 2] = (char)edge[i / N / N % N];
		text[at + 3] = (char)edge[i / N / N / N];
		for (size_t len = at + 1; len <= sizeof(text); len += 3)
			wrong += sm_utf8_check(text, len) !=
			    sm_utf8_check_scalar(text, len);
	}
	is_int(wrong, 0, "the quick UTF-8 check and the plain one agree");
	for (uint32_t c = 0; c < 0x110000; c++) {
		char text[4];
		size_t size, len;

		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		len = sm_utf8_put(text, c);
		wrong += sm_utf8_get(text, text + len, &size) != c ||
		    size != len;
	}
	is_int(wrong, 0, "every character comes back as it went");
}

static void
check_safe(const char *text, enum sm_safe how, const char *want,
    const char *name)
{
	struct sm_buf out = SM_BUF_INIT;

	sm_safe(&out, text, strlen(text), how);
	is_str(sm_buf_str(&out), want, name);
	sm_buf_release(&out);
}

#define BAD "\xef\xbf\xbd"

static void
test_safe(void)
{
	check_safe("\033]52;c;AAAA\007", SM_SAFE_TTY, BAD "]52;c;AAAA" BAD,
	    "a clipboard escape is only text");
	check_safe("a\xc2\x9b" "31mb", SM_SAFE_TTY, "a" BAD "31mb",
	    "C1 as UTF-8 does not reach the terminal");
	check_safe("a\x9b" "31mb", SM_SAFE_TTY, "a" BAD "31mb",
	    "nor as a byte");
	check_safe("a\xe2\x80\xae" "b", SM_SAFE_TTY, "a" BAD "b",
	    "an override of direction is seen");
	check_safe("a\xe2\x80\x8b" "b\xef\xbb\xbf", SM_SAFE_TTY, "ab",
	    "zero-width characters are left out");
	check_safe("l1\nl2\tx\r", SM_SAFE_TTY, "l1 l2 x" BAD,
	    "a field stays on its line");
	check_safe("l1\nl2\tx", SM_SAFE_LINES, "l1\nl2\tx",
	    "lines stay where they are wanted");
	check_safe("\xe2\x80\xa9", SM_SAFE_TTY, BAD,
	    "a paragraph separator is none");
	check_safe("\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9",
	    SM_SAFE_TTY, "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9",
	    "a family stays a family");
	check_safe("a\xe2\x80\x8d" "b", SM_SAFE_TTY, "ab",
	    "a joiner between Latin letters goes");
	check_safe("\xf0\x9f\x8f\xb4\xf3\xa0\x81\xa7\xf3\xa0\x81\xa2"
	    "\xf3\xa0\x81\xb3\xf3\xa0\x81\xa3\xf3\xa0\x81\xb4\xf3\xa0\x81\xbf",
	    SM_SAFE_TTY, "\xf0\x9f\x8f\xb4\xf3\xa0\x81\xa7\xf3\xa0\x81\xa2"
	    "\xf3\xa0\x81\xb3\xf3\xa0\x81\xa3\xf3\xa0\x81\xb4\xf3\xa0\x81\xbf",
	    "the flag of Scotland stays");
	check_safe("x\xf3\xa0\x81\xa7\xf3\xa0\x81\xa2y", SM_SAFE_TTY, "xy",
	    "tags that are no flag go");
	check_safe("\xd7\xa9\xd7\x9c", SM_SAFE_TTY,
	    "\xe2\x81\xa8\xd7\xa9\xd7\x9c\xe2\x81\xa9",
	    "right-to-left text is isolated");
	check_safe("{\"a\":\"\x7f\xe2\x80\xae\xf3\xa0\x81\xa7\"}",
	    SM_SAFE_JSON, "{\"a\":\"\\u007f\\u202e\\udb40\\udc67\"}",
	    "JSON stays the same JSON");
	check_safe("<a href='x'>&\"\033", SM_SAFE_HTML,
	    "&lt;a href=&#39;x&#39;&gt;&amp;&quot;" BAD,
	    "nothing is left that HTML would understand");
	check_safe("a\\b\nc\033\xff\xe2\x80\xae", SM_SAFE_LOG,
	    "a\\\\b\\nc\\x1b\\xff\\u{202e}", "a log entry stays a line");
	check_safe("Hi\r\nBcc: x@y.example", SM_SAFE_MAIL,
	    "HiBcc: x@y.example", "a header stays one header");
}

/* Whatever comes in: no control, no override, valid UTF-8, and again safe. */
static void
test_safe_property(void)
{
	unsigned trials = random_trials(20000), wrong = 0;
	struct sm_buf out = SM_BUF_INIT, again = SM_BUF_INIT;

	for (unsigned i = 0; i < trials; i++) {
		char text[64], *end = text;
		unsigned count = random_below(12);

		for (unsigned j = 0; j < count; j++)
			if (random_below(4) == 0) {
				*end++ = (char)random_next();
			} else {
				uint32_t c = random_below(0x110000);

				c = random_below(2) ? c & 0x20ff : c;
				if (c >= 0xd800 && c <= 0xdfff)
					c = 0x202e;
				end += sm_utf8_put(end, c);
			}
		sm_buf_clear(&out);
		sm_buf_clear(&again);
		sm_safe(&out, text, (size_t)(end - text), SM_SAFE_TTY);
		wrong += sm_utf8_check(sm_buf_str(&out), out.len) != out.len;
		for (size_t at = 0, size; at < out.len; at += size) {
			uint32_t c = sm_utf8_get(out.data + at,
			    out.data + out.len, &size);

			wrong += c < 0x20 || (c >= 0x7f && c < 0xa0) ||
			    (c >= 0x202a && c <= 0x202e) || c == 0x2066 ||
			    c == 0x2067 || c == 0x200b || c == 0x2029;
		}
	}
	is_int(wrong, 0, "nothing dangerous gets through, whatever comes in");
	sm_buf_release(&out);
	sm_buf_release(&again);
}

static void
test_width(void)
{
	size_t used;

	is_int(sm_width("abc", 3), 3, "Latin letters take a column each");
	is_int(sm_width("\xe4\xb8\xad\xe6\x96\x87", 6), 4, "Han take two");
	is_int(sm_width("e\xcc\x81", 3), 1, "a combining mark takes none");
	is_int(sm_width("\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9", 11),
	    2, "joined emoji take two together");
	is_int(sm_width("\xf0\x9f\x87\xb5\xf0\x9f\x87\xb1", 8), 2,
	    "a flag takes two");
	is_int(sm_width_fit("a\xe4\xb8\xad" "b", 5, 2, &used), 1,
	    "a wide letter is not cut in half");
	is_int(used, 1, "and what fits is told");
}

static void
test_clock(void)
{
	static const struct {
		const char *text;
		int64_t time;
	} good[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "2026-11-21T12:00:00Z", 1795262400 },
		{ "2024-02-29t23:59:60z", 1709251199 },
		{ "2026-03-29 03:00:00.123456+02:00", 1774746000 },
		{ "0000-01-01T00:00:00Z", -62167219200 },
		{ "9999-12-31T23:59:59Z", 253402300799 },
	};
	static const char *const bad[] = {
		"", "2026", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
		"2026-01-01T24:00:00Z", "2026-01-01T00:00:00",
		"2026-01-01T00:00:00+2", "2026-01-01T00:00:00Zx",
		"20260101T000000Z", "2026-01-01T00:00:00.Z"
	};
	char text[SM_TIME_TEXT];
	unsigned wrong = 0;

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		int64_t time = -1;

		sm_time_parse(good[i].text, strlen(good[i].text), &time);
		is_int(time, good[i].time, good[i].text);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		int64_t time;

		ok(sm_time_parse(bad[i], strlen(bad[i]), &time) == -1,
		    bad[i]);
	}
	for (int64_t t = -62167219200; t < 253402300799; t += 86399 * 37) {
		int64_t back;

		sm_time_format(t, text);
		wrong += sm_time_parse(text, strlen(text), &back) != 0 ||
		    back != t;
	}
	is_int(wrong, 0, "times of ten thousand years come back");
	sm_time_format(INT64_MAX, text);
	is_str(text, "9999-12-31T23:59:59Z", "the end of time is held");
	setenv("SM_NOW", "2026-11-21T12:00:00Z", 1);
	is_int(sm_clock_now(), 1795262400, "SM_NOW rules the clock");
}

static void
test_sha256(void)
{
	char hex[SM_SHA256_HEX], *million = malloc(1000000);

	sm_sha256_hex("", 0, hex);
	is_str(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b"
	    "7852b855", "SHA-256 of nothing");
	sm_sha256_hex("abc", 3, hex);
	is_str(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61"
	    "f20015ad", "SHA-256 of 'abc'");
	sm_sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopno"
	    "pq", 56, hex);
	is_str(hex, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd4"
	    "19db06c1", "SHA-256 of 56 bytes");
	memset(million, 'a', 1000000);
	sm_sha256_hex(million, 1000000, hex);
	is_str(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39cc"
	    "c7112cd0", "SHA-256 of a million letters");
	free(million);
}

static void
test_nearest(void)
{
	static const char *const names[] = { "format", "jobs", "strict" };

	is_str(sm_opt_nearest("fromat", names, 3), "format",
	    "two letters changed places");
	is_str(sm_opt_nearest("strcit", names, 3), "strict", "also here");
	ok(!sm_opt_nearest("colour", names, 3), "what is far is not offered");
}

static void
test_err(void)
{
	struct sm_err err;
	char text[SM_ERR_MAX * 2];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	is_int(sm_err_set(&err, SM_EXIT_DATA, "%s", text), -1,
	    "an error gives back -1");
	is_int(strlen(err.text), SM_ERR_MAX - 1, "its text is held");
	sm_err_set(&err, SM_EXIT_DATA, "no colon");
	sm_err_prefix(&err, "%s:%d", "file", 3);
	is_str(err.text, "file:3: no colon", "context comes before it");
}

static void
test_arena(void)
{
	struct sm_arena arena = SM_ARENA_INIT;
	unsigned wrong = 0;

	for (int round = 0; round < 3; round++) {
		char *kept[400];

		for (int i = 0; i < 400; i++) {
			size_t len = 1 + (size_t)i * 97 % 40000;

			kept[i] = sm_arena_alloc(&arena, len);
			memset(kept[i], i & 0xff, len);
		}
		for (int i = 0; i < 400; i++)
			wrong += (unsigned char)kept[i][0] != (i & 0xff);
		sm_arena_reset(&arena);
	}
	is_int(wrong, 0, "what an arena gives stays until it is reset");
	sm_arena_release(&arena);
}

int
main(void)
{
	test_utf8();
	test_safe();
	test_safe_property();
	test_width();
	test_clock();
	test_sha256();
	test_nearest();
	test_err();
	test_arena();
	return plan_done();
}
