/*
 * --follow: the server's events (Mastodon API, streaming), over HTTP.  What
 * comes is not told to any mark: the next sweep meets it again and knows it.
 */
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "source/emit.h"
#include "source/lenient.h"
#include "source/social/mastodon.h"
#include "text/url.h"

#define BACKOFF_MS 1000
#define BACKOFF_MAX_MS 60000
#define SHORT_S 10		/* a stream that ends so soon is none */

static bool
is_personal(const struct mastodon_list *list)
{
	return list->what <= MASTODON_CONVERSATIONS;
}

/* The list whose stream is read; NULL: none has one. */
static const struct mastodon_list *
main_list(const struct mastodon *m)
{
	const struct mastodon_list *tag = NULL;

	for (size_t i = 0; i < m->nlists; i++) {
		if (is_personal(&m->lists[i]))
			return &m->lists[i];
		if (m->lists[i].what == MASTODON_TAG && !tag)
			tag = &m->lists[i];
	}
	return tag;
}

/* Whether the stream tells all that the source listens to. */
static bool
tells_all(const struct mastodon *m)
{
	const struct mastodon_list *first = main_list(m);

	for (size_t i = 0; i < m->nlists; i++)
		if (&m->lists[i] != first && !(first && is_personal(first) &&
		    is_personal(&m->lists[i])))
			return false;
	return true;
}

/* Elsewhere our token does not go, so there is nothing to follow. */
static bool
can_stream(const struct mastodon *m)
{
	const char *url = sm_buf_str(&m->server.streaming);

	return !m->server.no_stream && main_list(m) && (!*url ||
	    sm_url_same_origin(url, m->base.data));
}

static void
sweep_again(struct mastodon *m, int pause_ms)
{
	mastodon_sweep(m);
	m->stage = 0;
	m->pause_ms = pause_ms;
}

int
mastodon_stream_ask(struct mastodon *m, struct sm_request *req,
    struct sm_err *err)
{
	const struct mastodon_list *list = main_list(m);

	(void)err;
	/* What cannot be followed is looked at again by whoever runs us. */
	if (!m->args->follow || !can_stream(m))
		return 0;
	mastodon_url(m, req, is_personal(list) ? "v1/streaming/user" :
	    "v1/streaming/hashtag");
	if (!is_personal(list))
		social_param(&req->url, "tag", list->argument);
	req->stream = true;
	req->timeout_s = MASTODON_SILENCE;
	m->streaming = true;
	m->broken_off = false;
	m->stream_began = sm_clock_now();
	sm_sse_reset(&m->sse);
	return 1;
}

static bool
wants(const struct mastodon *m, enum mastodon_listen what)
{
	for (size_t i = 0; i < m->nlists; i++)
		if (m->lists[i].what == what)
			return true;
	return false;
}

static void
on_notification(struct mastodon *m, json_t *json)
{
	bool all = wants(m, MASTODON_NOTIFICATIONS);

	if (all || wants(m, MASTODON_MENTIONS))
		mastodon_push_notification(m, json, all);
}

/* On the user's stream that is the home timeline: good for threads only. */
static void
on_update(struct mastodon *m, json_t *json)
{
	if (is_personal(main_list(m)))
		mastodon_root_learn(m, json);
	else
		mastodon_push(m, json, SM_TIME_NONE, MASTODON_BY_LIST);
}

static void
on_edit(struct mastodon *m, json_t *json)
{
	mastodon_push(m, json, SM_TIME_NONE, MASTODON_BY_UPDATE);
}

static void
on_conversation(struct mastodon *m, json_t *json)
{
	if (wants(m, MASTODON_CONVERSATIONS))
		mastodon_push(m, social_at(json, "last_status"),
		    SM_TIME_NONE, MASTODON_BY_TALK);
}

static int
on_delete(struct mastodon *m, const char *id, size_t len, struct sm_err *err)
{
	if (!social_is_id(id, len) ||
	    sm_seen_when(m->seen, social_thing(id)) == 0)
		return 0;
	return mastodon_gone(m, id, m->emit, err);
}

static int
on_event(void *arg, const char *type, const char *data, size_t len,
    struct sm_err *err)
{
	static const struct {
		const char *type;
		void (*take)(struct mastodon *m, json_t *json);
	} events[] = {
		{ "notification", on_notification },
		{ "update", on_update },
		{ "status.update", on_edit },
		{ "conversation", on_conversation }
	};
	struct mastodon *m = arg;
	json_t *json;

	m->backoff_ms = 0;
	if (strcmp(type, "delete") == 0)
		return on_delete(m, data, len, err);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		if (strcmp(events[i].type, type) != 0)
			continue;
		json = sm_lenient_json(data, len, err);
		if (!json)
			sm_emit_failed(m->emit, "an event of the stream: %s",
			    err->text);
		events[i].take(m, json);
		json_decref(json);
		return mastodon_drain(m, m->emit, err);
	}
	return 0;
}

/* Leave the stream for a moment: to ask for a thread, or to catch up. */
static int
break_off(struct mastodon *m, struct sm_err *err)
{
	m->broken_off = true;
	return sm_err_set(err, SM_EXIT_TEMP, "reading on elsewhere");
}

int
mastodon_stream_body(struct mastodon *m, const char *data, size_t len,
    struct sm_emit *emit, struct sm_err *err)
{
	int64_t every = tells_all(m) ? MASTODON_CATCH_UP : MASTODON_POLL;
	int ret;

	m->emit = emit;
	m->sse.event = on_event;
	m->sse.arg = m;
	ret = sm_sse_add(&m->sse, data, len, err);
	m->emit = NULL;
	if (ret == -1)
		return -1;
	if (m->finished || m->head < m->nqueue || m->sse.lost > 0 ||
	    sm_clock_now() - m->swept >= every)
		return break_off(m, err);
	return 0;
}

/* How long to wait before asking again, longer each time. */
static int
backoff(struct mastodon *m)
{
	int ms = m->backoff_ms;

	if (sm_clock_now() - m->stream_began >= SHORT_S)
		ms = 0;
	m->backoff_ms = ms == 0 ? BACKOFF_MS : 2 * ms > BACKOFF_MAX_MS ?
	    BACKOFF_MAX_MS : 2 * ms;
	return m->backoff_ms;
}

int
mastodon_stream_answer(struct mastodon *m, const struct sm_response *res,
    json_t *json, struct sm_emit *emit, struct sm_err *err)
{
	bool there = res->status / 100 == 2;

	(void)json;
	(void)emit;
	m->streaming = false;
	m->sse.lost = 0;
	if (there && m->broken_off) {
		sweep_again(m, 0);
		return 0;
	}
	if (res->status == 401)
		return sm_response_check_json(res, err);
	/* snac and Pleroma have none; others are down for a while. */
	if (!there && res->status != 429 && res->status / 100 == 4)
		m->server.no_stream = true;
	else
		sweep_again(m, backoff(m));
	return 0;
}
