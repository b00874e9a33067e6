/* What some networks say of their limits in bodies and headers of their own. */
#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "source/http/limit_impl.h"
#include "source/source.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)

static json_t *
load(const char *text, size_t len)
{
	json_error_t why;

	return len > 0 ? json_loadb(text, len, 0, &why) : NULL;
}

static json_t *
load_body(const struct reading *r)
{
	return load(r->body, r->len);
}

/* A number of seconds or the like, in thousandths; -1: it is none. */
static int64_t
milli_of(const json_t *value)
{
	double number = json_number_value(value);

	if (!json_is_number(value) || !(number >= 0))
		return -1;
	return number > 1e9 ? INT64_C(1000000000000) :
	    (int64_t)(number * 1000 + 0.5);
}

static void
refused(struct reading *r, int64_t wait_ms)
{
	r->limit->limited = true;
	limit_wait(r, wait_ms);
}

/* The next time of day in UTC at which a quota begins anew. */
static void
refused_until_hour(struct reading *r, int hour)
{
	int64_t past = (r->now_ms - hour * HOUR_MS) % DAY_MS;

	refused(r, DAY_MS - (past + DAY_MS) % DAY_MS);
}

/* "... in 82 seconds", "try again in 3 minutes": milliseconds, or -1. */
static int64_t
prose_ms(const char *text)
{
	static const struct {
		const char *word;
		int64_t ms;
	} units[] = { { "millisecond", 1 }, { "second", 1000 },
	    { "minute", MINUTE_MS }, { "hour", HOUR_MS } };
	int64_t value = -1;

	for (; *text; text++) {
		if (!isdigit((unsigned char)*text))
			continue;
		value = strtol(text, NULL, 10);
		text += strspn(text, "0123456789");
		text += strspn(text, " ");
		for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
			if (strncasecmp(text, units[i].word,
			    strlen(units[i].word)) == 0 && value < 100000)
				return value * units[i].ms;
		if (!*text)
			break;
		text--;
	}
	return -1;
}

/*
 * Primary: 403 or 429 with nothing remaining.  Secondary: 403 or 429 with
 * Retry-After, or without any hint, then at least a minute.
 */
void
limit_github(struct reading *r)
{
	const char *left = sm_response_header(r->res, "x-ratelimit-remaining");
	json_t *json;
	const char *said;

	if (r->res->status != 403 && r->res->status != 429)
		return;
	json = load_body(r);
	said = json_string_value(json_object_get(json, "message"));
	if (left && limit_milli(left) == 0)
		r->limit->limited = true;
	else if (!r->hint && (r->limit->limited ||
	    (said && strcasestr(said, "rate limit"))))
		refused(r, MINUTE_MS);
	json_decref(json);
}

void
limit_discord(struct reading *r)
{
	json_t *json;
	int64_t wait_ms;

	if (r->res->status != 429)
		return;
	json = load_body(r);
	wait_ms = milli_of(json_object_get(json, "retry_after"));
	if (wait_ms > 0) {
		/* Finer than the whole seconds of Retry-After. */
		r->limit->until_ms = 0;
		limit_wait(r, wait_ms);
	}
	json_decref(json);
}

void
limit_matrix(struct reading *r)
{
	json_t *json = load_body(r);
	const char *code = json_string_value(json_object_get(json, "errcode"));
	int64_t milli = milli_of(json_object_get(json, "retry_after_ms"));

	if (code && strcmp(code, "M_LIMIT_EXCEEDED") == 0)
		refused(r, r->hint || milli == -1 ? 0 : milli / 1000);
	json_decref(json);
}

void
limit_telegram(struct reading *r)
{
	json_t *json = load_body(r);
	const json_t *what = json_object_get(json, "parameters");
	int64_t wait_ms = milli_of(json_object_get(what, "retry_after"));

	if (wait_ms > 0)
		refused(r, wait_ms);
	json_decref(json);
}

void
limit_discourse(struct reading *r)
{
	json_t *json = r->limit->limited ? load_body(r) : NULL;
	const json_t *extras = json_object_get(json, "extras");
	int64_t wait_ms = milli_of(json_object_get(extras, "wait_seconds"));

	if (wait_ms > 0)
		limit_wait(r, wait_ms);
	json_decref(json);
}

/* The largest of the percentages, and the longest way back, in minutes. */
static void
meta_usage(const json_t *usage, int64_t *percent, int64_t *minutes)
{
	static const char *const names[] = { "call_count", "total_time",
	    "total_cputime", "acc_id_util_pct" };
	int64_t value;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		value = milli_of(json_object_get(usage, names[i])) / 1000;
		if (value > *percent)
			*percent = value;
	}
	value = milli_of(json_object_get(usage,
	    "estimated_time_to_regain_access")) / 1000;
	if (value > *minutes)
		*minutes = value;
}

static void
meta_header(const struct reading *r, const char *name, int64_t *percent,
    int64_t *minutes)
{
	const char *text = sm_response_header(r->res, name), *id;
	json_t *json = text ? load(text, strlen(text)) : NULL, *list;

	meta_usage(json, percent, minutes);
	json_object_foreach(json, id, list)
		for (size_t i = 0; i < json_array_size(list); i++)
			meta_usage(json_array_get(list, i), percent, minutes);
	json_decref(json);
}

/* 4 application, 17 user, 32 page, 613 custom, 80000 to 80014 use cases. */
static bool
meta_refuses(const struct reading *r)
{
	json_t *json = r->res->status / 100 == 2 ? NULL : load_body(r);
	const json_t *error = json_object_get(json, "error");
	json_int_t code = json_integer_value(json_object_get(error, "code"));

	json_decref(json);
	return code == 4 || code == 17 || code == 32 || code == 613 ||
	    (code >= 80000 && code <= 80014);
}

void
limit_meta(struct reading *r)
{
	static const char *const names[] = { "x-app-usage",
	    "x-page-usage", "x-business-use-case-usage",
	    "x-ad-account-usage" };
	int64_t percent = 0, minutes = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		meta_header(r, names[i], &percent, &minutes);
	if (meta_refuses(r))
		r->limit->limited = true;
	if (minutes > 0)
		limit_wait(r, minutes * MINUTE_MS);
	else if (percent >= 100 || (r->limit->limited && !r->hint))
		limit_wait(r, 5 * MINUTE_MS);
	/* The window slides over an hour: a call a minute lets it recover. */
	if (percent > 90 && percent < 100) {
		r->limit->gap_ms = MINUTE_MS;
		r->limit->gap_until_ms = r->now_ms + HOUR_MS;
	}
}

void
limit_stackexchange(struct reading *r)
{
	json_t *json = load_body(r);
	const char *name = json_string_value(json_object_get(json,
	    "error_name"));
	const char *said = json_string_value(json_object_get(json,
	    "error_message"));
	int64_t backoff_ms = milli_of(json_object_get(json, "backoff"));
	int64_t left = milli_of(json_object_get(json, "quota_remaining"));
	int64_t all = milli_of(json_object_get(json, "quota_max"));
	int64_t day = DAY_MS - r->now_ms % DAY_MS;

	limit_wait(r, backoff_ms);
	if (left >= 0)
		limit_left(r, left / 1000, all / 1000, day);
	if (name && strcmp(name, "throttle_violation") == 0) {
		int64_t wait_ms = said ? prose_ms(said) : -1;

		refused(r, wait_ms == -1 ? MINUTE_MS : wait_ms);
	}
	json_decref(json);
}

/* The reasons of youtube/v3 and other Google interfaces. */
static void
google_reason(struct reading *r, const char *reason)
{
	static const char *const daily[] = { "quotaExceeded",
	    "dailyLimitExceeded", "dailyLimitExceededUnreg" };
	static const char *const brief[] = { "rateLimitExceeded",
	    "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED",
	    "servingLimitExceeded" };

	/* Midnight Pacific is 08:00 UTC, 07:00 in summer: the later is safe. */
	for (size_t i = 0; i < sizeof(daily) / sizeof(daily[0]); i++)
		if (strcmp(reason, daily[i]) == 0)
			refused_until_hour(r, 8);
	for (size_t i = 0; i < sizeof(brief) / sizeof(brief[0]); i++)
		if (strcmp(reason, brief[i]) == 0)
			refused(r, r->hint ? 0 : MINUTE_MS);
}

void
limit_google(struct reading *r)
{
	json_t *json = r->res->status / 100 == 2 ? NULL : load_body(r), *item;
	const json_t *error = json_object_get(json, "error");
	size_t i;

	json_array_foreach(json_object_get(error, "errors"), i, item) {
		const char *reason = json_string_value(json_object_get(item,
		    "reason"));

		if (reason)
			google_reason(r, reason);
	}
	json_array_foreach(json_object_get(error, "details"), i, item) {
		/* google.rpc.RetryInfo: "30s" */
		const char *delay = json_string_value(json_object_get(item,
		    "retryDelay"));
		const char *reason = json_string_value(json_object_get(item,
		    "reason"));
		long seconds = delay ? strtol(delay, NULL, 10) : 0;

		if (seconds > 0)
			refused(r, seconds < SM_LIMIT_MAX_S ? seconds *
			    INT64_C(1000) : SM_LIMIT_MAX_S * INT64_C(1000));
		else if (reason)
			google_reason(r, reason);
	}
	json_decref(json);
}

/* 6 too many a second, 9 too much of the same, 29 the method's quota. */
void
limit_vk(struct reading *r)
{
	static const struct {
		json_int_t code;
		int64_t wait_ms;
	} known[] = { { 6, 1000 }, { 9, 10 * MINUTE_MS }, { 29, HOUR_MS } };
	json_t *json = load_body(r);
	const json_t *error = json_object_get(json, "error");
	json_int_t code = json_integer_value(json_object_get(error,
	    "error_code"));

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].code == code)
			refused(r, known[i].wait_ms);
	json_decref(json);
}

/* {"json":{"errors":[["RATELIMIT","... try again in 3 minutes.","x"]]}} */
void
limit_reddit(struct reading *r)
{
	json_t *json = load_body(r);
	const json_t *errors = json_object_get(json_object_get(json, "json"),
	    "errors");
	const json_t *first = json_array_get(errors, 0);
	const char *code = json_string_value(json_array_get(first, 0));
	const char *said = json_string_value(json_array_get(first, 1));
	int64_t wait_ms = said ? prose_ms(said) : -1;

	if (code && strcmp(code, "RATELIMIT") == 0)
		refused(r, wait_ms == -1 ? MINUTE_MS : wait_ms);
	json_decref(json);
}

/* Quotas of a day that begins at midnight UTC; no header tells of them. */
void
limit_linkedin(struct reading *r)
{
	if (r->res->status == 429 && !r->hint)
		refused_until_hour(r, 0);
}
