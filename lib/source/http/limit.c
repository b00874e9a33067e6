#include "source/http/limit.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "source/http/limit_impl.h"
#include "source/source.h"
#include "text/date.h"

#define MOST_MS ((int64_t)SM_LIMIT_MAX_S * 1000)
#define FAMILIES 3

/* How a Reset header tells when. */
enum reset {
	RESET_ANY,		/* by its looks */
	RESET_TIME,		/* RFC 3339 */
	RESET_EPOCH,		/* seconds since 1970 */
	RESET_DELTA		/* seconds from now */
};

struct sm_limit_dialect {
	const char *name;
	enum reset reset;
	bool body;		/* a 2xx answer may refuse */
	/* Families of headers: "x-ratelimit-" for -limit, -remaining, ... */
	const char *families[FAMILIES];
	void (*more)(struct reading *r);
};

#define X_RATELIMIT { "x-ratelimit-" }

static const struct sm_limit_dialect dialects[] = {
	{ "usual", RESET_ANY, false,
	    { "x-ratelimit-", "x-rate-limit-", "ratelimit-" }, NULL },
	{ "none", RESET_ANY, false, { NULL }, NULL },
	{ "retry-after", RESET_ANY, false, { NULL }, NULL },
	{ "mastodon", RESET_TIME, false, X_RATELIMIT, NULL },
	{ "ietf", RESET_ANY, false, { "ratelimit-" }, NULL },
	{ "bluesky", RESET_EPOCH, false, { "ratelimit-" }, NULL },
	{ "epoch", RESET_EPOCH, false,
	    { "x-ratelimit-", "x-rate-limit-" }, NULL },
	{ "x", RESET_EPOCH, false, { "x-rate-limit-", "x-app-limit-24hour-",
	    "x-user-limit-24hour-" }, NULL },
	{ "github", RESET_EPOCH, false, X_RATELIMIT, limit_github },
	{ "delta", RESET_DELTA, false, X_RATELIMIT, NULL },
	{ "reddit", RESET_DELTA, false, X_RATELIMIT, NULL },
	{ "reddit-body", RESET_DELTA, true, X_RATELIMIT, limit_reddit },
	{ "matrix", RESET_ANY, false, { NULL }, limit_matrix },
	{ "telegram", RESET_ANY, false, { NULL }, limit_telegram },
	{ "discord", RESET_EPOCH, false, X_RATELIMIT, limit_discord },
	{ "discourse", RESET_ANY, false, { NULL }, limit_discourse },
	{ "slack", RESET_ANY, false, { NULL }, NULL },
	{ "twilio", RESET_ANY, false, { NULL }, NULL },
	{ "linkedin", RESET_ANY, false, { NULL }, limit_linkedin },
	{ "meta", RESET_ANY, false, { NULL }, limit_meta },
	{ "stackexchange", RESET_ANY, true, { NULL }, limit_stackexchange },
	{ "google", RESET_ANY, false, { NULL }, limit_google },
	{ "vk", RESET_ANY, true, { NULL }, limit_vk }
};

const struct sm_limit_dialect *
sm_limit_find(const char *name)
{
	for (size_t i = 0; i < sizeof(dialects) / sizeof(dialects[0]); i++)
		if (!name || strcmp(dialects[i].name, name) == 0)
			return &dialects[i];
	return NULL;
}

const char *
sm_limit_nth(size_t index)
{
	return index < sizeof(dialects) / sizeof(dialects[0]) ?
	    dialects[index].name : NULL;
}

bool
sm_limit_needs_body(const struct sm_limit_dialect *dialect)
{
	return dialect && dialect->body;
}

void
limit_wait(struct reading *r, int64_t wait_ms)
{
	int64_t until;

	if (wait_ms <= 0)
		return;
	until = r->now_ms + (wait_ms < MOST_MS ? wait_ms : MOST_MS);
	if (until > r->limit->until_ms)
		r->limit->until_ms = until;
}

void
limit_left(struct reading *r, int64_t left, int64_t all, int64_t wait_ms)
{
	int64_t gap;

	if (left < 0 || wait_ms <= 0)
		return;
	if (wait_ms > MOST_MS)
		wait_ms = MOST_MS;
	if (left == 0) {
		limit_wait(r, wait_ms);
		return;
	}
	/* Under a twentieth: what is left has to last until the reset. */
	if (left * 20 >= all)
		return;
	gap = wait_ms / left;
	if (gap <= r->limit->gap_ms)
		return;
	r->limit->gap_ms = gap;
	r->limit->gap_until_ms = r->now_ms + wait_ms;
}

int64_t
limit_milli(const char *text)
{
	int64_t value = 0, unit = 1000;

	if (!isdigit((unsigned char)*text))
		return -1;
	for (; isdigit((unsigned char)*text); text++)
		if (value < INT64_C(1000000000000))
			value = value * 10 + (*text - '0');
	value *= 1000;
	if (*text == '.')
		for (text++; isdigit((unsigned char)*text); text++) {
			unit /= 10;
			value += unit * (*text - '0');
		}
	while (*text == ' ' || *text == '\t')
		text++;
	/* "100, 100;w=60": the first item counts. */
	return !*text || *text == ',' || *text == ';' ? value : -1;
}

static const char *
header(const struct reading *r, const char *family, const char *name)
{
	struct sm_buf full = SM_BUF_INIT;
	const char *value;

	sm_buf_adds(&full, family);
	sm_buf_adds(&full, name);
	value = sm_response_header(r->res, sm_buf_str(&full));
	sm_buf_release(&full);
	return value;
}

/* From now to the time of a date header, by the server's own clock. */
static int64_t
until_date(const struct reading *r, const char *text)
{
	const char *date = sm_response_header(r->res, "date");
	int64_t when, now;

	if (sm_date_parse(text, strlen(text), &when, NULL) == -1)
		return -1;
	if (!date || sm_date_parse(date, strlen(date), &now, NULL) == -1)
		now = r->now_ms / 1000;
	return when > now ? (when - now) * 1000 : 0;
}

static void
read_retry_after(struct reading *r)
{
	const char *text = sm_response_header(r->res, "retry-after");
	int64_t wait_ms;

	if (!text || !*text || *text == '-')
		return;
	wait_ms = limit_milli(text);
	if (wait_ms == -1)
		wait_ms = until_date(r, text);
	if (wait_ms == -1)
		return;
	r->hint = true;
	if (r->limit->limited)
		limit_wait(r, wait_ms);
}

/* Milliseconds from now to what a Reset header says, or -1. */
static int64_t
parse_reset(const struct reading *r, enum reset how, const char *text)
{
	int64_t value = limit_milli(text), when;

	if (value == -1) {
		if (how == RESET_EPOCH || how == RESET_DELTA ||
		    sm_date_parse(text, strlen(text), &when, NULL) == -1)
			return -1;
		return when * 1000 - r->now_ms;
	}
	if (how == RESET_TIME)
		return -1;
	if (how == RESET_DELTA)
		return value;
	/* The draft says seconds from now, atproto gives seconds since 1970. */
	if (how == RESET_ANY && value < INT64_C(1000000000000))
		return value;
	if (value >= INT64_C(1000000000000000))
		value /= 1000;	/* it was in milliseconds */
	return value - r->now_ms;
}

static int64_t
count_of(const char *text)
{
	int64_t milli = text ? limit_milli(text) : -1;

	return milli == -1 ? -1 : milli / 1000;
}

static void
read_family(struct reading *r, enum reset how, const char *family)
{
	const char *reset = header(r, family, "reset");
	const char *after = header(r, family, "reset-after");
	int64_t left = count_of(header(r, family, "remaining"));
	int64_t all = count_of(header(r, family, "limit"));
	int64_t used = count_of(header(r, family, "used"));
	int64_t wait_ms = after ? limit_milli(after) : reset ?
	    parse_reset(r, how, reset) : -1;

	if (wait_ms == -1)
		return;
	if (all == -1 && used != -1 && left != -1)
		all = used + left;
	/*
	 * A refusal may come with plenty left, since the headers tell of one
	 * limit of several (Mastodon); then its reset is all there is.
	 */
	if (r->limit->limited && !r->hint)
		limit_wait(r, wait_ms);
	limit_left(r, left, all, wait_ms);
}

/* A parameter of an item of a structured field: ";r=50". */
static int64_t
parameter(const char *text, char name)
{
	for (; *text && *text != ','; text++) {
		if (*text != ';')
			continue;
		text += 1 + strspn(text + 1, " ");
		if (*text == name && text[1] == '=')
			return count_of(text + 2);
		if (!*text)
			break;
		text--;
	}
	return -1;
}

/*
 * draft-ietf-httpapi-ratelimit-headers since its eighth version:
 * RateLimit: "default";r=50;t=30 and RateLimit-Policy: "default";q=100;w=60.
 */
static void
read_structured(struct reading *r)
{
	const char *now = sm_response_header(r->res, "ratelimit");
	const char *policy = sm_response_header(r->res, "ratelimit-policy");
	int64_t seconds = now ? parameter(now, 't') : -1;

	if (seconds == -1)
		return;
	if (r->limit->limited && !r->hint)
		limit_wait(r, seconds * 1000);
	limit_left(r, parameter(now, 'r'), policy ? parameter(policy, 'q') :
	    -1, seconds * 1000);
}

static bool
refuses(const struct sm_response *res)
{
	if (res->status == 429 || res->status == 420)
		return true;
	return (res->status == 503 || res->status == 403) &&
	    sm_response_header(res, "retry-after");
}

void
sm_limit_read(const struct sm_limit_dialect *dialect,
    const struct sm_response *res, const char *body, size_t len,
    int64_t now_ms, struct sm_limit *limit)
{
	struct reading r = {
		.res = res,
		.body = body,
		.len = body && len <= SM_LIMIT_BODY ? len : 0,
		.now_ms = now_ms,
		.limit = limit,
	};

	memset(limit, 0, sizeof(*limit));
	limit->limited = refuses(res);
	read_retry_after(&r);
	for (size_t i = 0; i < FAMILIES && dialect->families[i]; i++)
		read_family(&r, dialect->reset, dialect->families[i]);
	if (dialect->families[0])
		read_structured(&r);
	if (dialect->more)
		dialect->more(&r);
}
