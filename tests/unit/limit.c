/* Limits of use, as each network tells them. */
#include "source/http/limit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/http/limit_window.h"
#include "source/source.h"
#include "tap.h"

#define NOW INT64_C(1787659200000)	/* 2026-08-25T12:00:00Z */
#define DAY 86400000

/* What is expected in milliseconds from NOW; headers end with '\n' each. */
struct answer {
	const char *name, *dialect;
	int status;
	const char *headers, *body;
	bool limited;
	int64_t until, gap, gap_until;
};

static const struct answer answers[] = {
	/* Retry-After, in every dialect */
	{ "seconds", NULL, 429, "Retry-After: 30\n", NULL, true, 30000, 0, 0 },
	{ "an HTTP date", "retry-after", 429, "Retry-After: Tue, 25 Aug 2026 "
	    "12:01:00 GMT\n", NULL, true, 60000, 0, 0 },
	{ "a date of 1994's form", "retry-after", 429, "Retry-After: Tuesday, "
	    "25-Aug-26 12:01:00 GMT\n", NULL, true, 60000, 0, 0 },
	{ "a date counts from the server's clock", "retry-after", 503,
	    "Date: Tue, 25 Aug 2026 13:00:00 GMT\nRetry-After: Tue, 25 Aug "
	    "2026 13:00:09 GMT\n", NULL, true, 9000, 0, 0 },
	{ "a date that is past", "retry-after", 429, "Retry-After: Mon, 24 "
	    "Aug 2026 12:00:00 GMT\n", NULL, true, 0, 0, 0 },
	{ "a negative number", "retry-after", 429, "Retry-After: -60\n", NULL,
	    true, 0, 0, 0 },
	{ "a huge number", "retry-after", 429, "Retry-After: "
	    "99999999999999999999999\n", NULL, true, DAY, 0, 0 },
	{ "a date in the year 9999", "retry-after", 429, "Retry-After: Fri, "
	    "31 Dec 9999 23:59:59 GMT\n", NULL, true, DAY, 0, 0 },
	{ "a fraction", "retry-after", 429, "Retry-After: 0.5\n", NULL, true,
	    500, 0, 0 },
	{ "words", "retry-after", 429, "Retry-After: later\n", NULL, true, 0,
	    0, 0 },
	{ "nothing", "retry-after", 429, "", NULL, true, 0, 0, 0 },
	{ "empty", "retry-after", 429, "Retry-After: \n", NULL, true, 0, 0,
	    0 },
	{ "a server at work", NULL, 503, "Retry-After: 120\n", NULL, true,
	    120000, 0, 0 },
	{ "a server at work, without a hint", NULL, 503, "", NULL, false, 0, 0,
	    0 },
	{ "a redirect's Retry-After", NULL, 301, "Retry-After: 120\n", NULL,
	    false, 0, 0, 0 },
	{ "Twitter's old 420", NULL, 420, "Retry-After: 7\n", NULL, true,
	    7000, 0, 0 },
	{ "none hears no headers", "none", 200, "X-RateLimit-Remaining: 0\n"
	    "X-RateLimit-Reset: 60\n", NULL, false, 0, 0, 0 },

	/* the usual headers, whoever sends them */
	{ "seconds left", NULL, 200, "X-RateLimit-Limit: 100\n"
	    "X-RateLimit-Remaining: 0\nX-RateLimit-Reset: 60\n", NULL, false,
	    60000, 0, 0 },
	{ "Unix time", NULL, 200, "X-Rate-Limit-Limit: 100\n"
	    "X-Rate-Limit-Remaining: 0\nX-Rate-Limit-Reset: 1787659260\n",
	    NULL, false, 60000, 0, 0 },
	{ "Unix time in milliseconds", NULL, 200, "X-RateLimit-Remaining: 0\n"
	    "X-RateLimit-Reset: 1787659260000\n", NULL, false, 60000, 0, 0 },
	{ "plenty left", NULL, 200, "X-RateLimit-Limit: 100\n"
	    "X-RateLimit-Remaining: 50\nX-RateLimit-Reset: 60\n", NULL, false,
	    0, 0, 0 },
	{ "a twentieth left", NULL, 200, "X-RateLimit-Limit: 100\n"
	    "X-RateLimit-Remaining: 5\nX-RateLimit-Reset: 60\n", NULL, false,
	    0, 0, 0 },
	{ "less than a twentieth left", NULL, 200, "X-RateLimit-Limit: 100\n"
	    "X-RateLimit-Remaining: 4\nX-RateLimit-Reset: 60\n", NULL, false,
	    0, 15000, 60000 },
	{ "a reset that is past", NULL, 200, "X-RateLimit-Limit: 100\n"
	    "X-RateLimit-Remaining: 0\nX-RateLimit-Reset: 1787659100\n", NULL,
	    false, 0, 0, 0 },
	{ "a refusal's reset", NULL, 429, "X-RateLimit-Remaining: 9\n"
	    "X-RateLimit-Reset: 60\n", NULL, true, 60000, 0, 0 },
	{ "Retry-After rather than a reset", NULL, 429, "Retry-After: 5\n"
	    "X-RateLimit-Remaining: 9\nX-RateLimit-Reset: 60\n", NULL, true,
	    5000, 0, 0 },
	{ "but not before a reset with nothing left", NULL, 429,
	    "Retry-After: 5\nX-RateLimit-Remaining: 0\n"
	    "X-RateLimit-Reset: 60\n", NULL, true, 60000, 0, 0 },
	{ "numbers that are none", NULL, 200, "X-RateLimit-Remaining: zero\n"
	    "X-RateLimit-Reset: soon\n", NULL, false, 0, 0, 0 },

	/* mastodon: RFC 3339 with a fraction, no Retry-After */
	{ "mastodon", "mastodon", 429, "X-RateLimit-Limit: 300\n"
	    "X-RateLimit-Remaining: 0\n"
	    "X-RateLimit-Reset: 2026-08-25T12:05:00.000000Z\n",
	    "{\"error\":\"Too many requests\"}", true, 300000, 0, 0 },
	{ "mastodon, with plenty remaining", "mastodon", 429,
	    "X-RateLimit-Limit: 300\nX-RateLimit-Remaining: 290\n"
	    "X-RateLimit-Reset: 2026-08-25T12:05:00.000000Z\n", NULL, true,
	    300000, 0, 0 },
	{ "mastodon, spread", "mastodon", 200, "X-RateLimit-Limit: 300\n"
	    "X-RateLimit-Remaining: 10\n"
	    "X-RateLimit-Reset: 2026-08-25T12:05:00.000000Z\n", NULL, false, 0,
	    30000, 300000 },
	{ "mastodon knows no numbers", "mastodon", 429,
	    "X-RateLimit-Reset: 300\n", NULL, true, 0, 0, 0 },

	/* the drafts of the IETF, and Bluesky's reading of them */
	{ "ietf, delta", "ietf", 200, "RateLimit-Limit: 100\n"
	    "RateLimit-Remaining: 0\nRateLimit-Reset: 50\n", NULL, false,
	    50000, 0, 0 },
	{ "ietf, policy in the limit", "ietf", 200,
	    "RateLimit-Limit: 100, 100;w=60\nRateLimit-Remaining: 2\n"
	    "RateLimit-Reset: 50\n", NULL, false, 0, 25000, 50000 },
	{ "ietf, one structured field", "ietf", 200,
	    "RateLimit: \"default\";r=0;t=30\n"
	    "RateLimit-Policy: \"default\";q=100;w=60\n", NULL, false, 30000,
	    0, 0 },
	{ "ietf, structured, spread", "ietf", 200,
	    "RateLimit: \"default\"; r=2; t=30\n"
	    "RateLimit-Policy: \"default\"; q=100; w=60\n", NULL, false, 0,
	    15000, 30000 },
	{ "bluesky", "bluesky", 429, "RateLimit-Limit: 30\n"
	    "RateLimit-Remaining: 0\nRateLimit-Reset: 1787659500\n"
	    "RateLimit-Policy: 30;w=300\n",
	    "{\"error\":\"RateLimitExceeded\"}", true, 300000, 0, 0 },

	/* epoch: X, GitHub */
	{ "x", "x", 429, "x-rate-limit-limit: 15\nx-rate-limit-remaining: 0\n"
	    "x-rate-limit-reset: 1787660100\n", NULL, true, 900000, 0, 0 },
	{ "x, of a day", "x", 200, "x-rate-limit-limit: 15\n"
	    "x-rate-limit-remaining: 9\nx-rate-limit-reset: 1787660100\n"
	    "x-user-limit-24hour-limit: 25\n"
	    "x-user-limit-24hour-remaining: 0\n"
	    "x-user-limit-24hour-reset: 1787670000\n", NULL, false, 10800000,
	    0, 0 },
	{ "github, primary", "github", 403, "x-ratelimit-limit: 60\n"
	    "x-ratelimit-remaining: 0\nx-ratelimit-reset: 1787659800\n",
	    "{\"message\":\"API rate limit exceeded for 1.2.3.4.\"}", true,
	    600000, 0, 0 },
	{ "github, secondary, with a hint", "github", 403,
	    "Retry-After: 61\nx-ratelimit-limit: 5000\n"
	    "x-ratelimit-remaining: 4000\nx-ratelimit-reset: 1787660000\n",
	    "{\"message\":\"You have exceeded a secondary rate limit\"}",
	    true, 61000, 0, 0 },
	{ "github, secondary, without", "github", 403,
	    "x-ratelimit-limit: 5000\nx-ratelimit-remaining: 4000\n"
	    "x-ratelimit-reset: 1787660000\n",
	    "{\"message\":\"You have exceeded a secondary rate limit\"}",
	    true, 60000, 0, 0 },
	{ "github, only forbidden", "github", 403, "x-ratelimit-limit: 5000\n"
	    "x-ratelimit-remaining: 4000\nx-ratelimit-reset: 1787660000\n",
	    "{\"message\":\"Resource not accessible\"}", false, 0, 0, 0 },

	/* delta: Reddit */
	{ "reddit", "reddit", 200, "X-Ratelimit-Used: 996\n"
	    "X-Ratelimit-Remaining: 4.0\nX-Ratelimit-Reset: 120\n", NULL,
	    false, 0, 30000, 120000 },
	{ "reddit, nothing left", "delta", 429, "X-Ratelimit-Used: 1000\n"
	    "X-Ratelimit-Remaining: 0.0\nX-Ratelimit-Reset: 120\n", NULL,
	    true, 120000, 0, 0 },
	{ "reddit, in the body of a 200", "reddit-body", 200, "",
	    "{\"json\":{\"errors\":[[\"RATELIMIT\",\"Looks like you've been "
	    "doing that a lot. Take a break for 3 minutes before trying "
	    "again.\",\"ratelimit\"]]}}", true, 180000, 0, 0 },
	{ "reddit, in milliseconds", "reddit-body", 200, "",
	    "{\"json\":{\"errors\":[[\"RATELIMIT\",\"try again in 500 "
	    "milliseconds.\",\"ratelimit\"]]}}", true, 500, 0, 0 },
	{ "reddit, another error", "reddit-body", 200, "",
	    "{\"json\":{\"errors\":[[\"THREAD_LOCKED\",\"in 3 minutes\","
	    "\"x\"]]}}", false, 0, 0, 0 },

	/* in bodies */
	{ "matrix", "matrix", 429, "", "{\"errcode\":\"M_LIMIT_EXCEEDED\","
	    "\"retry_after_ms\":2000}", true, 2000, 0, 0 },
	{ "matrix prefers the header", "matrix", 429, "Retry-After: 4\n",
	    "{\"errcode\":\"M_LIMIT_EXCEEDED\",\"retry_after_ms\":2000}",
	    true, 4000, 0, 0 },
	{ "telegram", "telegram", 429, "", "{\"ok\":false,\"error_code\":429,"
	    "\"parameters\":{\"retry_after\":35}}", true, 35000, 0, 0 },
	{ "discord", "discord", 429, "X-RateLimit-Limit: 5\n"
	    "X-RateLimit-Remaining: 0\nX-RateLimit-Reset: 1787659200.65\n"
	    "X-RateLimit-Reset-After: 0.65\nRetry-After: 1\n",
	    "{\"message\":\"You are being rate limited.\","
	    "\"retry_after\":0.65,\"global\":false}", true, 650, 0, 0 },
	{ "discord, the last of a bucket", "discord", 200,
	    "X-RateLimit-Limit: 5\nX-RateLimit-Remaining: 0\n"
	    "X-RateLimit-Reset-After: 1.5\n", NULL, false, 1500, 0, 0 },
	{ "discourse", "discourse", 429, "", "{\"error_type\":\"rate_limit\","
	    "\"extras\":{\"wait_seconds\":12}}", true, 12000, 0, 0 },
	{ "stackexchange, backoff", "stackexchange", 200, "",
	    "{\"items\":[],\"backoff\":10,\"quota_max\":300,"
	    "\"quota_remaining\":200}", false, 10000, 0, 0 },
	{ "stackexchange, quota used up", "stackexchange", 200, "",
	    "{\"items\":[],\"quota_max\":300,\"quota_remaining\":0}", false,
	    43200000, 0, 0 },
	{ "stackexchange, throttled", "stackexchange", 400, "",
	    "{\"error_id\":502,\"error_name\":\"throttle_violation\","
	    "\"error_message\":\"too many requests from this IP, more "
	    "requests available in 82 seconds\"}", true, 82000, 0, 0 },
	{ "google, of the day", "google", 403, "", "{\"error\":{\"code\":403,"
	    "\"errors\":[{\"reason\":\"quotaExceeded\"}]}}", true, 72000000,
	    0, 0 },
	{ "google, of the moment", "google", 403, "", "{\"error\":{\"errors\":"
	    "[{\"reason\":\"userRateLimitExceeded\"}]}}", true, 60000, 0,
	    0 },
	{ "google, with RetryInfo", "google", 429, "", "{\"error\":{\"details"
	    "\":[{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\","
	    "\"retryDelay\":\"17s\"}]}}", true, 17000, 0, 0 },
	{ "google, only forbidden", "google", 403, "", "{\"error\":{\"errors"
	    "\":[{\"reason\":\"commentsDisabled\"}]}}", false, 0, 0, 0 },
	{ "vk, a second", "vk", 200, "", "{\"error\":{\"error_code\":6,"
	    "\"error_msg\":\"Too many requests per second\"}}", true, 1000, 0,
	    0 },
	{ "vk, the method's quota", "vk", 200, "", "{\"error\":{\"error_code"
	    "\":29}}", true, 3600000, 0, 0 },
	{ "vk, another error", "vk", 200, "", "{\"error\":{\"error_code"
	    "\":14}}", false, 0, 0, 0 },
	{ "linkedin, until midnight", "linkedin", 429, "", "{}", true,
	    43200000, 0, 0 },

	/* meta: JSON in headers, percentages, minutes */
	{ "meta", "meta", 200, "X-App-Usage: {\"call_count\":28,"
	    "\"total_time\":25,\"total_cputime\":25}\n", NULL, false, 0, 0,
	    0 },
	{ "meta, nearly used up", "meta", 200, "X-App-Usage: {\"call_count\":"
	    "93,\"total_time\":25,\"total_cputime\":25}\n", NULL, false, 0,
	    60000, 3600000 },
	{ "meta, a business", "meta", 400, "X-Business-Use-Case-Usage: {\"17"
	    "\":[{\"type\":\"pages\",\"call_count\":100,\"total_cputime\":25,"
	    "\"total_time\":25,\"estimated_time_to_regain_access\":19}]}\n",
	    "{\"error\":{\"message\":\"x\",\"code\":80001}}", true,
	    19 * 60000, 0, 0 },
	{ "meta, without an estimate", "meta", 400, "", "{\"error\":{\"code\":"
	    "4}}", true, 300000, 0, 0 },
	{ "meta, another error", "meta", 400, "", "{\"error\":{\"code\":190}}",
	    false, 0, 0, 0 },

	/* bodies that are none */
	{ "no JSON", "telegram", 429, "", "<html>", true, 0, 0, 0 },
	{ "JSON of another shape", "discord", 429, "", "[[[1]]]", true, 0, 0,
	    0 },
	{ "strings for numbers", "telegram", 429, "", "{\"parameters\":"
	    "{\"retry_after\":\"35\"}}", true, 0, 0, 0 },
	{ "negative", "telegram", 429, "", "{\"parameters\":{\"retry_after\":"
	    "-35}}", true, 0, 0, 0 },
	{ "beyond all numbers", "telegram", 429, "", "{\"parameters\":"
	    "{\"retry_after\":1e300}}", true, DAY, 0, 0 }
};

static int64_t
from_now(int64_t ms)
{
	return ms ? ms - NOW : 0;
}

static void
test_answer(const struct answer *answer)
{
	const struct sm_limit_dialect *dialect =
	    sm_limit_find(answer->dialect);
	char headers[1024], name[200];
	struct sm_response res = {
		.status = answer->status,
		.headers = headers,
		.headers_len = strlen(answer->headers),
	};
	struct sm_limit limit;

	memcpy(headers, answer->headers, res.headers_len + 1);
	for (char *p = headers; *p; p++)
		if (*p == '\n')
			*p = '\0';
	sm_limit_read(dialect, &res, answer->body,
	    answer->body ? strlen(answer->body) : 0, NOW, &limit);
	(void)snprintf(name, sizeof(name), "%s: refused or not",
	    answer->name);
	is_int(limit.limited, answer->limited, name);
	(void)snprintf(name, sizeof(name), "%s: until when", answer->name);
	is_int(from_now(limit.until_ms), answer->until, name);
	(void)snprintf(name, sizeof(name), "%s: how far apart", answer->name);
	is_int(limit.gap_ms, answer->gap, name);
	is_int(from_now(limit.gap_until_ms), answer->gap_until, name);
}

static void
test_names(void)
{
	size_t n = 0;

	for (; sm_limit_nth(n); n++)
		ok(sm_limit_find(sm_limit_nth(n)), sm_limit_nth(n));
	ok(n > 20, "there are many dialects");
	ok(!sm_limit_find("klingon"), "an unknown one is not found");
	ok(sm_limit_needs_body(sm_limit_find("vk")),
	    "some refuse with status 200");
	ok(!sm_limit_needs_body(sm_limit_find(NULL)), "most do not");
}

static void
test_window(void)
{
	struct limit_window w = { .until_ms = 0 };
	struct sm_limit limit = { .until_ms = NOW + 5000 };

	is_int(limit_window_free(&w, NOW), NOW, "nothing known: at once");
	ok(limit_window_learn(&w, &limit, NOW), "a limit is learnt");
	is_int(limit_window_free(&w, NOW), NOW + 5000, "and kept to");
	is_int(limit_window_free(&w, NOW + 6000), NOW + 6000,
	    "until it is over");
	limit.until_ms = NOW + 1000;
	limit_window_learn(&w, &limit, NOW);
	is_int(w.until_ms, NOW + 5000, "a shorter one takes nothing back");
	limit = (struct sm_limit){ .gap_ms = 1000, .gap_until_ms = NOW + 9000 };
	w.until_ms = 0;
	limit_window_learn(&w, &limit, NOW);
	is_int(limit_window_free(&w, NOW + 200), NOW + 1000,
	    "requests are spread");
	is_int(limit_window_free(&w, NOW + 9500), NOW + 9500,
	    "until the reset");
}

static void
test_break(void)
{
	struct limit_window w = { .until_ms = 0 };

	for (int i = 0; i < LIMIT_BREAK - 1; i++)
		limit_window_failed(&w, NOW);
	is_int(w.until_ms, 0, "four failures are borne");
	limit_window_failed(&w, NOW);
	is_int(w.until_ms, NOW + LIMIT_BREAK_S * 1000, "five are too many");
	limit_window_failed(&w, NOW);
	is_int(w.until_ms, NOW + 2 * LIMIT_BREAK_S * 1000,
	    "each more doubles the break");
	for (int i = 0; i < 3000; i++)
		limit_window_failed(&w, NOW);
	is_int(w.until_ms, NOW + LIMIT_BREAK_MAX_S * INT64_C(1000),
	    "up to a bound");
	ok(limit_window_worked(&w), "a success ends it");
	is_int(limit_window_free(&w, NOW), NOW, "at once");
	w = (struct limit_window){ .until_ms = NOW + 5000 };
	limit_window_worked(&w);
	is_int(w.until_ms, NOW + 5000, "but not what the server said");
}

static void
test_file(const char *folder)
{
	struct limit_window a, b;
	char *path, *other;
	struct stat st;
	int fd, second;

	(void)setenv("XDG_STATE_HOME", folder, 1);
	path = limit_window_path("https://a.example", "");
	other = limit_window_path("https://a.example", "brand");
	ok(strcmp(path, other) != 0, "each account has a file of its own");
	ok(!strstr(path, "a.example"), "whose name tells nothing");
	fd = limit_window_lock(path, &a);
	ok(fd >= 0, "it is made and locked");
	ok(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600,
	    "for its owner only");
	is_int(limit_window_lock(path, &b), -2, "one has it at a time");
	a.until_ms = limit_clock_ms() + 60000;
	a.failures = 3;
	limit_window_write(fd, &a);
	limit_window_unlock(path, fd, &a);
	second = limit_window_lock(path, &b);
	ok(second >= 0, "and then the next");
	is_int(b.until_ms, a.until_ms, "who reads what the first wrote");
	is_int(b.failures, 3, "all of it");
	b = (struct limit_window){ .until_ms = limit_clock_ms() + 2 *
	    (int64_t)DAY };
	limit_window_write(second, &b);
	limit_window_unlock(path, second, &b);
	fd = limit_window_lock(path, &a);
	is_int(a.until_ms, 0, "a time beyond a day is a broken clock's");
	limit_window_unlock(path, fd, &a);
	ok(access(path, F_OK) == -1, "a file that says nothing goes");
	is_int(limit_window_lock("/proc/none/x", &a), -1,
	    "where there can be no file it is said");
	free(path);
	free(other);
}

int
main(void)
{
	char folder[] = "/tmp/sm-limit.XXXXXX", path[64];

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		test_answer(&answers[i]);
	test_names();
	test_window();
	test_break();
	if (!mkdtemp(folder))
		return 1;
	test_file(folder);
	(void)snprintf(path, sizeof(path), "%s/sm/limit", folder);
	(void)rmdir(path);
	(void)snprintf(path, sizeof(path), "%s/sm", folder);
	(void)rmdir(path);
	(void)rmdir(folder);
	return plan_done();
}
