/*
 * bluesky - mentions, replies, quotes, hashtags, searches, accounts and threads
 * of Bluesky (AT Protocol).  How: see bluesky.h.
 */
#include "source/social/bluesky.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "record/conf.h"
#include "source/auth/auth.h"
#include "source/emit.h"
#include "source/lenient.h"
#include "text/url.h"

#define OVERLAP (2 * 86400)	/* seconds; see bluesky.h */
#define CHECK_SINCE (2 * 86400)	/* seconds back that are looked at again */
#define ENTRY "https://bsky.social"	/* where most accounts log in */
#define PUBLIC "https://public.api.bsky.app"	/* answers without a login */

/* By enum bluesky_listen. */
static const struct social_word words[] = {
	{ "mentions", NULL, true },
	{ "tag", "NAME", false },
	{ "search", "WORDS", false },
	{ "account", "HANDLE", false },
	{ "thread", "URL", false },
	{ NULL, NULL, false }
};

static const struct sm_conf_key keys[] = {
	{ .section = "source", .name = "what", .type = SM_CONF_TEXT,
	    .repeat = true, .named = true,
	    .help = "what to listen to there: mentions, tag NAME, ..." },
	{ .section = "source", .name = "recheck", .type = SM_CONF_DURATION,
	    .named = true,
	    .help = "how old posts are looked at again (2d, 0: never)" },
	{ .section = "source", .name = "overlap", .type = SM_CONF_DURATION,
	    .named = true,
	    .help = "how far each sweep reads back again (2d)" },
	{ .section = NULL }
};

/* Where the account really lives, once that is known. */
static const char *
base_of(const struct bluesky *b)
{
	const char *base = b->args->auth ? sm_auth_base(b->args->auth) : NULL;

	return base ? base : sm_buf_str(&b->base);
}

void
bluesky_url(const struct bluesky *b, struct sm_request *req,
    const char *nsid)
{
	const char *base = base_of(b);
	size_t len = strlen(base);

	while (len > 0 && base[len - 1] == '/')
		len--;
	sm_buf_clear(&req->url);
	sm_buf_add(&req->url, base, len);
	sm_buf_adds(&req->url, "/xrpc/");
	sm_buf_adds(&req->url, nsid);
}

/* "https://bsky.app/profile/WHO/post/KEY" as the network names it. */
static char *
uri_of(const char *argument)
{
	const char *who = strstr(argument, "/profile/"), *key;

	if (strncmp(argument, "at://", 5) == 0 || !who)
		return sm_xstrdup(argument);
	who += strlen("/profile/");
	key = strstr(who, "/post/");
	if (!key)
		return sm_xstrdup(argument);
	return sm_xasprintf("at://%.*s/app.bsky.feed.post/%.*s",
	    (int)(key - who), who, (int)strcspn(key + 6, "/?#"), key + 6);
}

static void
want_path(struct social_wants *wants, enum bluesky_listen what,
    const char *s)
{
	social_want_add(wants, what, s, strcspn(s, "/?#"));
}

/* "/profile/WHO", "/profile/WHO/post/KEY", "/hashtag/NAME" of the web site. */
static bool
take_page(const char *where, const char *path, struct social_wants *wants)
{
	if (strncmp(path, "/hashtag/", 9) == 0)
		want_path(wants, BLUESKY_TAG, path + 9);
	else if (strncmp(path, "/profile/", 9) == 0 && strstr(path, "/post/"))
		social_want_add(wants, BLUESKY_THREAD, where, strlen(where));
	else if (strncmp(path, "/profile/", 9) == 0)
		want_path(wants, BLUESKY_ACCOUNT, path + 9);
	else
		return false;
	return true;
}

static int
take_where(struct bluesky *b, struct social_wants *wants, struct sm_err *err)
{
	const char *where = b->args->where;
	struct social_wants page = { .count = 0 };
	struct sm_url url;
	size_t len;

	if (sm_url_split(where, strlen(where), &url) == -1)
		return sm_err_set(err, SM_EXIT_CONFIG, "'%.200s' is no http(s)"
		    " URL: expected " ENTRY ", or that of an account, a post "
		    "or a hashtag", where);
	len = (size_t)(url.path - where);
	if (take_page(where, url.path, wants->count ? &page : wants) ||
	    (url.host_len == 8 && strncmp(url.host, "bsky.app", 8) == 0))
		sm_buf_adds(&b->base, b->logged_in ? ENTRY : PUBLIC);
	else
		sm_buf_add(&b->base, where, len);
	social_wants_release(&page);
	if (wants->count == 0 && !b->logged_in)
		return sm_err_set(err, SM_EXIT_CONFIG, "nothing to listen to "
		    "at '%.200s' without an account: what = account HANDLE, "
		    "or its URL", where);
	if (wants->count == 0)
		social_want_add(wants, BLUESKY_MENTIONS, "", 0);
	return 0;
}

static void
take_lists(struct bluesky *b, const struct social_wants *wants)
{
	for (size_t i = 0; i < wants->count; i++) {
		struct bluesky_list *list = &b->lists[b->nlists++];
		const char *argument = wants->list[i].argument;

		list->what = (enum bluesky_listen)wants->list[i].word;
		list->mark = list->depth = SM_TIME_NONE;
		if (list->what == BLUESKY_THREAD)
			list->argument = uri_of(argument);
		else if (list->what == BLUESKY_SEARCH)
			list->argument = sm_xstrdup(argument);
		else if (argument)
			list->argument = sm_xstrdup(argument +
			    strspn(argument, "#@"));
	}
}

static int64_t
seconds(const struct sm_source_args *args, const char *key, int64_t other)
{
	return args->conf ? sm_conf_seconds(args->conf, "source", args->name,
	    key, other) : other;
}

static void bluesky_close(void *state);

static void *
bluesky_open(const struct sm_source_args *args, struct sm_err *err)
{
	struct bluesky *b = sm_xcalloc(1, sizeof(*b));
	struct social_wants wants = { .count = 0 };
	int ret;

	b->args = args;
	b->logged_in = args->account != NULL;
	b->seen = sm_seen_new();
	b->profiles = json_object();
	b->checked = SM_TIME_NONE;
	b->overlap = seconds(args, "overlap", OVERLAP);
	b->check_since = seconds(args, "recheck", CHECK_SINCE);
	ret = social_wants(&wants, words, args, err);
	if (ret == 0)
		ret = take_where(b, &wants, err);
	if (ret == 0)
		take_lists(b, &wants);
	social_wants_release(&wants);
	if (ret == -1) {
		bluesky_close(b);
		return NULL;
	}
	if (args->cursor)
		bluesky_read_cursor(b, args->cursor);
	bluesky_sweep(b);
	return b;
}

static void
bluesky_close(void *state)
{
	struct bluesky *b = state;

	for (size_t i = 0; i < b->nlists; i++) {
		free(b->lists[i].argument);
		sm_buf_release(&b->lists[i].cursor);
	}
	bluesky_queue_release(b);
	bluesky_check_release(b);
	social_recent_release(&b->recent);
	json_decref(b->profiles);
	sm_seen_free(b->seen);
	sm_arena_release(&b->arena);
	sm_buf_release(&b->base);
	sm_buf_release(&b->me);
	sm_buf_release(&b->body);
	sm_buf_release(&b->content);
	sm_buf_release(&b->ref);
	free(b);
}

/* -- who we are ------------------------------------------------------------ */

static int
me_ask(struct bluesky *b, struct sm_request *req, struct sm_err *err)
{
	const char *id = b->args->auth ? sm_auth_id(b->args->auth) : NULL;

	(void)err;
	if (id && b->me.len == 0)
		sm_buf_adds(&b->me, id);
	if (!b->logged_in || b->me.len > 0 || b->me_tried)
		return 0;
	bluesky_url(b, req, "com.atproto.server.getSession");
	return 1;
}

static int
me_answer(struct bluesky *b, const struct sm_response *res, json_t *json,
    struct sm_emit *emit, struct sm_err *err)
{
	const char *did = social_text(json, "did");

	(void)emit;
	b->me_tried = true;
	if (res->status != 200)
		return sm_response_check_json(res, err);
	if (strncmp(did, "did:", 4) != 0 || !social_is_id(did, strlen(did)))
		return sm_err_set(err, SM_EXIT_DATA, "expected a session, got "
		    "something else: is this a server of the AT Protocol?");
	sm_buf_adds(&b->me, did);
	return 0;
}

/* -- one request after the other ------------------------------------------- */

/* In turn, until all are done; .ask gives 0 when it has no more. */
static const struct {
	int (*ask)(struct bluesky *b, struct sm_request *req,
	    struct sm_err *err);
	int (*answer)(struct bluesky *b, const struct sm_response *res,
	    json_t *json, struct sm_emit *emit, struct sm_err *err);
} stages[] = {
	{ me_ask, me_answer },
	{ bluesky_list_ask, bluesky_list_answer },
	{ bluesky_check_ask, bluesky_check_answer }
};

#define STAGES (sizeof(stages) / sizeof(stages[0]))

static int
bluesky_request(void *state, struct sm_request *req, struct sm_err *err)
{
	struct bluesky *b = state;
	int ret = 0;

	if (!b->finished)
		ret = bluesky_fill_ask(b, req);
	while (ret == 0 && !b->finished && b->stage < STAGES) {
		ret = stages[b->stage].ask(b, req, err);
		if (ret == 0)
			b->stage++;
	}
	if (ret == 1) {
		sm_request_header(req, "Accept", "application/json");
		req->limits = "bluesky";
		req->max_body = SOCIAL_BODY_MAX;
		req->origin = sm_buf_str(&b->base);
	}
	if (ret == 0 && b->failed) {
		*err = b->err;
		return -1;
	}
	return ret;
}

static int
bluesky_begin(void *state, const struct sm_response *res, struct sm_err *err)
{
	struct bluesky *b = state;

	sm_buf_clear(&b->body);
	snprintf(b->raw, sizeof(b->raw), "%s", res->raw ? res->raw : "");
	return sm_response_check_json(res, err);
}

static int
bluesky_body(void *state, const char *data, size_t len, struct sm_emit *emit,
    struct sm_err *err)
{
	struct bluesky *b = state;

	(void)emit;
	return social_body(&b->body, data, len, err);
}

static int
answer(struct bluesky *b, const struct sm_response *res,
    struct sm_emit *emit, struct sm_err *err)
{
	json_t *json = NULL;
	int ret;

	if (res->status == 200) {
		json = sm_lenient_json(sm_buf_str(&b->body), b->body.len,
		    err);
		if (!json)
			return sm_err_prefix(err, "the answer is no JSON");
	}
	if (b->filling != BLUESKY_NOTHING) {
		ret = bluesky_fill_answer(b, res, json, err);
		if (ret == 0)
			ret = bluesky_drain(b, emit, err);
	} else
		ret = stages[b->stage].answer(b, res, json, emit, err);
	json_decref(json);
	return ret;
}

static int
bluesky_response(void *state, const struct sm_response *res,
    struct sm_emit *emit, struct sm_err *err)
{
	struct bluesky *b = state;
	int ret;

	if (res->cut) {
		*err = *res->err;
		return -1;
	}
	ret = answer(b, res, emit, err);
	sm_arena_reset(&b->arena);
	sm_buf_clear(&b->body);
	return ret;
}

const struct sm_source sm_source_bluesky = {
	.name = "bluesky",
	.summary = "mentions, hashtags, threads and more of Bluesky",
	.keys = keys,
	.auth = "bluesky",
	.open = bluesky_open,
	.request = bluesky_request,
	.begin = bluesky_begin,
	.body = bluesky_body,
	.response = bluesky_response,
	.cursor = bluesky_cursor,
	.explain = bluesky_explain,
	.close = bluesky_close,
};
