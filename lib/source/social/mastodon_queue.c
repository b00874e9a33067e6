/* Posts on their way out, and the threads they are part of. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "source/emit.h"
#include "source/social/mastodon.h"

void
mastodon_push(struct mastodon *m, json_t *status, int64_t when, char how)
{
	struct mastodon_item item = { .when = when, .how = how };

	if (!json_is_object(status))
		return;
	item.status = json_incref(status);
	memcpy(item.raw, m->raw, sizeof(item.raw));
	m->queue = sm_xgrow(m->queue, &m->queue_room, m->nqueue + 1,
	    sizeof(*m->queue));
	m->queue[m->nqueue++] = item;
}

void
mastodon_push_notification(struct mastodon *m, const json_t *note, bool all)
{
	static const struct {
		const char *type;
		char how;
		bool all;	/* only for what = notifications */
	} kinds[] = {
		{ "mention", MASTODON_BY_MENTION, false },
		{ "quote", MASTODON_BY_QUOTE, false },
		{ "update", MASTODON_BY_UPDATE, false },
		{ "quoted_update", MASTODON_BY_UPDATE, false },
		{ "status", MASTODON_BY_LIST, true }
	};
	const char *type = social_text(note, "type");

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].type, type) == 0 &&
		    (all || !kinds[i].all))
			mastodon_push(m, social_at(note, "status"),
			    kinds[i].how == MASTODON_BY_UPDATE ?
			    SM_TIME_NONE : social_time(note, "created_at"),
			    kinds[i].how);
}

void
mastodon_reverse(struct mastodon *m, size_t count)
{
	size_t i = m->head + count, j = m->nqueue;

	for (; i + 1 < j; i++, j--) {
		struct mastodon_item item = m->queue[i];

		m->queue[i] = m->queue[j - 1];
		m->queue[j - 1] = item;
	}
}

static void
shift(struct mastodon *m)
{
	json_decref(m->queue[m->head++].status);
	if (m->head == m->nqueue)
		m->head = m->nqueue = 0;
}

void
mastodon_queue_release(struct mastodon *m)
{
	while (m->head < m->nqueue)
		shift(m);
	free(m->queue);
	m->queue = NULL;
	m->queue_room = 0;
}

/* Whether the thread of what is next has to be asked for first. */
static bool
needs_thread(struct mastodon *m, const struct mastodon_item *item)
{
	const char *id = mastodon_id(m, item->status, "id");
	const char *parent = mastodon_id(m, item->status,
	    "in_reply_to_id");

	if (item->looked || !id || !parent || m->threads >= MASTODON_THREADS)
		return false;
	if (sm_seen_look(m->seen, social_thing(id),
	    social_rev(mastodon_rev(m, item->status))) == SM_SEEN_SAME)
		return false;
	/* Of a conversation only the last post is listed. */
	return item->how == MASTODON_BY_TALK || !mastodon_root(m, parent);
}

/* What a walk has found so far is the wrong way round. */
static bool
is_held(const struct mastodon *m)
{
	return m->at < m->nlists && m->lists[m->at].walking &&
	    m->lists[m->at].pages > 0;
}

/* With the digest of the answer that it was in, which may be an earlier one. */
static int
emit_item(struct mastodon *m, const struct mastodon_item *item,
    struct sm_emit *emit, struct sm_err *err)
{
	const char *raw = emit->raw;
	int ret;

	emit->raw = item->raw[0] ? item->raw : NULL;
	ret = mastodon_emit(m, item->status, item->when, item->how, emit,
	    err);
	emit->raw = raw;
	return ret;
}

int
mastodon_drain(struct mastodon *m, struct sm_emit *emit, struct sm_err *err)
{
	while (m->head < m->nqueue && !is_held(m)) {
		const struct mastodon_item *item = &m->queue[m->head];

		if (sm_emit_full(emit)) {
			m->finished = true;
			return 0;
		}
		if (needs_thread(m, item))
			return 0;
		if (emit_item(m, item, emit, err) == -1)
			return -1;
		shift(m);
	}
	return 0;
}

int
mastodon_thread_ask(struct mastodon *m, struct sm_request *req)
{
	struct sm_buf path = SM_BUF_INIT;
	const char *id;

	m->asked_thread = m->head < m->nqueue && !is_held(m) &&
	    needs_thread(m, &m->queue[m->head]);
	if (!m->asked_thread)
		return 0;
	id = mastodon_id(m, m->queue[m->head].status, "id");
	sm_buf_adds(&path, "v1/statuses/");
	social_encode(&path, id, strlen(id));
	sm_buf_adds(&path, "/context");
	mastodon_url(m, req, path.data);
	sm_buf_release(&path);
	return 1;
}

/* All that the answer names are of the same thread. */
static void
learn_thread(struct mastodon *m, const char *root, const json_t *list)
{
	const json_t *status;
	size_t i;

	json_array_foreach(list, i, status) {
		const char *id = mastodon_id(m, status, "id");

		if (id && i < MASTODON_ROOTS / 4)
			mastodon_root_add(m, id, root);
	}
}

/* The earlier posts of a conversation go before its last. */
static void
push_talk(struct mastodon *m, const json_t *ancestors)
{
	size_t before = m->nqueue - m->head, added;
	int64_t window = m->args->window;
	struct mastodon_item *first;
	json_t *status;
	size_t i;

	json_array_foreach(ancestors, i, status) {
		int64_t when = social_time(status, "created_at");

		if (when != SM_TIME_NONE && window != SM_TIME_NONE &&
		    when < window)
			continue;
		mastodon_push(m, status, SM_TIME_NONE, MASTODON_BY_TALK);
		m->queue[m->nqueue - 1].looked = true;
	}
	added = m->nqueue - m->head - before;
	if (added == 0)
		return;
	/* To the head: reverse the parts, then the whole. */
	mastodon_reverse(m, before);
	first = m->queue + m->head;
	for (size_t a = 0, b = before; a + 1 < b; a++, b--) {
		struct mastodon_item item = first[a];

		first[a] = first[b - 1];
		first[b - 1] = item;
	}
	mastodon_reverse(m, 0);
}

int
mastodon_thread_answer(struct mastodon *m, const struct sm_response *res,
    const json_t *json)
{
	struct mastodon_item *item = &m->queue[m->head];
	const json_t *ancestors = social_at(json, "ancestors");
	const char *id = mastodon_id(m, item->status, "id");
	const char *root = mastodon_id(m, item->status,
	    "in_reply_to_id");
	const char *first = mastodon_id(m, json_array_get(ancestors, 0),
	    "id");

	item->looked = true;
	m->threads++;
	if (res->status != 200 || !id)
		return 0;
	if (first)
		root = first;
	/* The parent may be hidden, and yet be what others answer to. */
	mastodon_root_add(m, id, root);
	mastodon_root_add(m, root, root);
	learn_thread(m, root, ancestors);
	learn_thread(m, root, social_at(json, "descendants"));
	if (item->how == MASTODON_BY_TALK)
		push_talk(m, ancestors);
	return 0;
}
