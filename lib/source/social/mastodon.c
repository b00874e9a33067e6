/*
 * mastodon - mentions, conversations, hashtags, accounts and searches of a
 * server that speaks the Mastodon client API.  How: see mastodon.h.
 */
#include "source/social/mastodon.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "record/conf.h"
#include "source/emit.h"
#include "source/lenient.h"
#include "text/url.h"

#define CHECK_SINCE (2 * 86400)	/* seconds back that are looked at again */

/* By enum mastodon_listen. */
static const struct social_word words[] = {
	{ "mentions", NULL, true },
	{ "notifications", NULL, true },
	{ "conversations", NULL, true },
	{ "tag", "NAME", false },
	{ "account", "NAME@HOST", false },
	{ "search", "WORDS", true },
	{ NULL, NULL, false }
};

static const struct sm_conf_key keys[] = {
	{ .section = "source", .name = "what", .type = SM_CONF_TEXT,
	    .repeat = true, .named = true,
	    .help = "what to listen to there: mentions, tag NAME, ..." },
	{ .section = "source", .name = "recheck", .type = SM_CONF_DURATION,
	    .named = true,
	    .help = "how old posts are looked at again (2d, 0: never)" },
	{ .section = NULL }
};

void
mastodon_url(const struct mastodon *m, struct sm_request *req,
    const char *path)
{
	sm_buf_add(&req->url, m->base.data, m->base.len);
	sm_buf_adds(&req->url, "/api/");
	sm_buf_adds(&req->url, path);
}

/* "https://social.example/tags/acme" and "/@care", as people see them. */
static size_t
take_page(const char *path, struct social_wants *wants)
{
	static const struct {
		const char *head;
		enum mastodon_listen what;
	} pages[] = {
		{ "/tags/", MASTODON_TAG }, { "/@", MASTODON_ACCOUNT }
	};

	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		const char *head = strstr(path, pages[i].head), *name;
		size_t len;

		if (!head)
			continue;
		name = head + strlen(pages[i].head);
		len = strcspn(name, "/?#");
		if (len == 0)
			continue;
		if (wants->count == 0)
			social_want_add(wants, pages[i].what, name, len);
		return (size_t)(head - path);
	}
	return strcspn(path, "?#");
}

static int
take_where(struct mastodon *m, struct social_wants *wants, struct sm_err *err)
{
	const char *where = m->args->where;
	struct sm_url url;
	size_t len;

	if (sm_url_split(where, strlen(where), &url) == -1)
		return sm_err_set(err, SM_EXIT_CONFIG, "'%.200s' is no http(s)"
		    " URL: expected that of the server, "
		    "https://social.example", where);
	len = (size_t)(url.path - where) + take_page(url.path, wants);
	while (len > 0 && where[len - 1] == '/')
		len--;
	sm_buf_add(&m->base, where, len);
	for (size_t i = 0; i < url.host_len; i++)
		sm_buf_addc(&m->host,
		    (char)tolower((unsigned char)url.host[i]));
	if (wants->count == 0 && !m->logged_in)
		return sm_err_set(err, SM_EXIT_CONFIG, "nothing to listen to "
		    "at '%.200s' without an account: what = tag NAME, or its "
		    "URL", where);
	if (wants->count == 0)
		social_want_add(wants, MASTODON_MENTIONS, "", 0);
	return 0;
}

/* A tag without its '#', an account without its first '@'. */
static char *
bare(const char *argument)
{
	return argument ? sm_xstrdup(argument + strspn(argument, "#@")) :
	    NULL;
}

static void
take_lists(struct mastodon *m, const struct social_wants *wants)
{
	for (size_t i = 0; i < wants->count; i++) {
		struct mastodon_list *list = &m->lists[m->nlists++];

		list->what = (enum mastodon_listen)wants->list[i].word;
		list->argument = list->what == MASTODON_SEARCH ?
		    sm_xstrdup(wants->list[i].argument) :
		    bare(wants->list[i].argument);
	}
}

static void mastodon_close(void *state);

static void *
mastodon_open(const struct sm_source_args *args, struct sm_err *err)
{
	struct mastodon *m = sm_xcalloc(1, sizeof(*m));
	struct social_wants wants = { .count = 0 };
	int ret;

	m->args = args;
	m->logged_in = args->account != NULL;
	m->seen = sm_seen_new();
	m->server.max = MASTODON_CHARS;
	m->server.url = MASTODON_URL;
	m->server.read = m->me.read = m->checked = SM_TIME_NONE;
	m->sse.retry_ms = -1;
	m->check_since = args->conf ? sm_conf_seconds(args->conf, "source",
	    args->name, "recheck", CHECK_SINCE) : CHECK_SINCE;
	ret = social_wants(&wants, words, args, err);
	if (ret == 0)
		ret = take_where(m, &wants, err);
	if (ret == 0)
		take_lists(m, &wants);
	social_wants_release(&wants);
	if (ret == -1) {
		mastodon_close(m);
		return NULL;
	}
	if (args->cursor)
		mastodon_read_cursor(m, args->cursor);
	mastodon_sweep(m);
	return m;
}

static void
mastodon_close(void *state)
{
	struct mastodon *m = state;
	struct sm_buf *bufs[] = { &m->base, &m->host, &m->server.domain,
	    &m->server.streaming, &m->me.id, &m->me.acct, &m->body,
	    &m->content, &m->ref };

	for (size_t i = 0; i < m->nlists; i++) {
		struct mastodon_list *list = &m->lists[i];

		free(list->argument);
		sm_buf_release(&list->id);
		sm_buf_release(&list->mark);
		sm_buf_release(&list->next);
		sm_buf_release(&list->last);
		sm_buf_release(&list->above);
		sm_buf_release(&list->newest);
		sm_buf_release(&list->top);
		sm_buf_release(&list->settled);
	}
	mastodon_queue_release(m);
	mastodon_check_release(m);
	mastodon_roots_release(m);
	social_recent_release(&m->recent);
	sm_seen_free(m->seen);
	sm_sse_release(&m->sse);
	sm_arena_release(&m->arena);
	sm_html_release(&m->html);
	for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
		sm_buf_release(bufs[i]);
	free(m);
}

/* In turn, until all are done; .ask gives 0 when it has no more. */
static const struct {
	int (*ask)(struct mastodon *m, struct sm_request *req,
	    struct sm_err *err);
	int (*answer)(struct mastodon *m, const struct sm_response *res,
	    json_t *json, struct sm_emit *emit, struct sm_err *err);
} stages[] = {
	{ mastodon_server_ask, mastodon_server_answer },
	{ mastodon_me_ask, mastodon_me_answer },
	{ mastodon_list_ask, mastodon_list_answer },
	{ mastodon_check_ask, mastodon_check_answer },
	{ mastodon_stream_ask, mastodon_stream_answer }
};

#define STAGES (sizeof(stages) / sizeof(stages[0]))

/* What all requests have. */
static void
finish_request(struct mastodon *m, struct sm_request *req)
{
	sm_request_header(req, "Accept", req->stream ? "text/event-stream" :
	    "application/json");
	req->limits = "mastodon";
	req->pause_ms = m->pause_ms;
	req->max_body = SOCIAL_BODY_MAX;
	m->pause_ms = 0;
}

static int
mastodon_request(void *state, struct sm_request *req, struct sm_err *err)
{
	struct mastodon *m = state;
	int ret = 0;

	if (!m->finished)
		ret = mastodon_thread_ask(m, req);
	while (ret == 0 && !m->finished && m->stage < STAGES) {
		ret = stages[m->stage].ask(m, req, err);
		if (ret == 0)
			m->stage++;
	}
	if (ret == 1)
		finish_request(m, req);
	if (ret == 0 && m->failed) {
		*err = m->err;
		return -1;
	}
	return ret;
}

static int
mastodon_begin(void *state, const struct sm_response *res, struct sm_err *err)
{
	struct mastodon *m = state;

	sm_buf_clear(&m->body);
	snprintf(m->raw, sizeof(m->raw), "%s", res->raw ? res->raw : "");
	return sm_response_check_json(res, err);
}

static int
mastodon_body(void *state, const char *data, size_t len, struct sm_emit *emit,
    struct sm_err *err)
{
	struct mastodon *m = state;

	if (m->streaming)
		return mastodon_stream_body(m, data, len, emit, err);
	return social_body(&m->body, data, len, err);
}

static int
answer(struct mastodon *m, const struct sm_response *res,
    struct sm_emit *emit, struct sm_err *err)
{
	json_t *json = NULL;
	int ret;

	if (res->cut) {
		*err = *res->err;
		return -1;
	}
	if (res->status == 200) {
		json = sm_lenient_json(sm_buf_str(&m->body), m->body.len,
		    err);
		if (!json)
			return sm_err_prefix(err, "the answer is no JSON");
	}
	if (m->asked_thread) {
		m->asked_thread = false;
		ret = res->status == 429 || res->status >= 500 ?
		    sm_response_check_json(res, err) :
		    mastodon_thread_answer(m, res, json);
		if (ret == 0)
			ret = mastodon_drain(m, emit, err);
	} else
		ret = stages[m->stage].answer(m, res, json, emit, err);
	json_decref(json);
	return ret;
}

static int
mastodon_response(void *state, const struct sm_response *res,
    struct sm_emit *emit, struct sm_err *err)
{
	struct mastodon *m = state;
	int ret = m->streaming ? mastodon_stream_answer(m, res, NULL, emit,
	    err) : answer(m, res, emit, err);

	sm_arena_reset(&m->arena);
	sm_buf_clear(&m->body);
	return ret;
}

const struct sm_source sm_source_mastodon = {
	.name = "mastodon",
	.summary = "mentions, hashtags and more of a Mastodon (API) server",
	.keys = keys,
	.auth = "bearer",
	.streams = true,
	.open = mastodon_open,
	.request = mastodon_request,
	.begin = mastodon_begin,
	.body = mastodon_body,
	.response = mastodon_response,
	.cursor = mastodon_cursor,
	.explain = mastodon_explain,
	.close = mastodon_close,
};
