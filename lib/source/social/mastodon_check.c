/*
 * The posts of the last days, asked for again: what was edited goes out anew,
 * what is not there any more as a Tombstone.  Newer servers give many at once
 * (statuses?id[]=, Mastodon 4.3), but that one is missing there is only
 * believed when it is not found by itself either.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "source/emit.h"
#include "source/social/mastodon.h"

static void
clear(char **list, size_t *count)
{
	while (*count > 0)
		free(list[--*count]);
}

void
mastodon_check_release(struct mastodon *m)
{
	clear(m->todo, &m->ntodo);
	clear(m->alone, &m->nalone);
	m->nbatch = 0;
	m->checking = false;
}

/* Whether there is something to look at, and it is time. */
static bool
begin(struct mastodon *m)
{
	int64_t now = sm_clock_now();

	if (m->check_since <= 0)
		return false;
	if (m->checked == SM_TIME_NONE)
		m->checked = now;	/* all has just been read */
	if (now - m->checked < MASTODON_CHECK_EVERY)
		return false;
	social_recent_since(&m->recent, now - m->check_since);
	for (size_t i = 0; i < m->recent.count; i++)
		m->todo[m->ntodo++] = sm_xstrdup(m->recent.list[i].id);
	m->checking = true;
	return true;
}

static void
look_alone(struct mastodon *m, const char *id)
{
	if (m->nalone < MASTODON_CHECKS)
		m->alone[m->nalone++] = sm_xstrdup(id);
}

/* One by one: some in this sweep, others in the next. */
static void
take_turn(struct mastodon *m)
{
	size_t start = m->ntodo ? (size_t)m->turn % m->ntodo : 0;

	for (size_t i = 0; i < m->ntodo && i < MASTODON_CHECKS; i++) {
		look_alone(m, m->todo[(start + i) % m->ntodo]);
		m->turn++;
	}
	clear(m->todo, &m->ntodo);
}

static void
ask_batch(struct mastodon *m, struct sm_request *req)
{
	m->nbatch = m->ntodo < MASTODON_BATCH ? m->ntodo : MASTODON_BATCH;
	mastodon_url(m, req, "v1/statuses");
	for (size_t i = m->ntodo - m->nbatch; i < m->ntodo; i++)
		social_param(&req->url, "id[]", m->todo[i]);
}

int
mastodon_check_ask(struct mastodon *m, struct sm_request *req,
    struct sm_err *err)
{
	struct sm_buf path = SM_BUF_INIT;

	(void)err;
	if (!m->checking && !begin(m))
		return 0;
	if (m->ntodo > 0 && m->batch != -1) {
		ask_batch(m, req);
		return 1;
	}
	if (m->ntodo > 0)
		take_turn(m);
	if (m->nalone == 0) {
		m->checking = false;
		m->checked = sm_clock_now();
		return 0;
	}
	sm_buf_adds(&path, "v1/statuses/");
	social_encode(&path, m->alone[m->nalone - 1],
	    strlen(m->alone[m->nalone - 1]));
	mastodon_url(m, req, path.data);
	sm_buf_release(&path);
	return 1;
}

char
mastodon_how(const struct mastodon *m, const char *id)
{
	for (size_t i = 0; i < m->recent.count; i++)
		if (strcmp(m->recent.list[i].id, id) == 0)
			return m->recent.list[i].how;
	return MASTODON_BY_LIST;
}

static void
push_known(struct mastodon *m, json_t *status)
{
	const char *id = mastodon_id(m, status, "id");

	if (id && sm_seen_when(m->seen, social_thing(id)) > 0)
		mastodon_push(m, status, SM_TIME_NONE, mastodon_how(m, id));
}

static bool
is_in(struct mastodon *m, const json_t *list, const char *id)
{
	const json_t *status;
	size_t i;

	json_array_foreach(list, i, status) {
		const char *its = mastodon_id(m, status, "id");

		if (its && strcmp(its, id) == 0)
			return true;
	}
	return false;
}

static int
answer_batch(struct mastodon *m, const struct sm_response *res,
    const json_t *json, struct sm_err *err)
{
	json_t *status;
	size_t i;

	if (res->status == 401 || res->status == 429 || res->status >= 500)
		return sm_response_check_json(res, err);
	if (res->status != 200 || !json_is_array(json)) {
		m->batch = -1;
		m->nbatch = 0;
		return 0;
	}
	m->batch = 1;
	json_array_foreach(json, i, status)
		push_known(m, status);
	for (; m->nbatch > 0; m->nbatch--) {
		char *id = m->todo[--m->ntodo];

		if (!is_in(m, json, id))
			look_alone(m, id);
		free(id);
	}
	return 0;
}

static int
answer_alone(struct mastodon *m, const struct sm_response *res, json_t *json,
    struct sm_emit *emit, struct sm_err *err)
{
	char *id = m->alone[--m->nalone];
	int ret = 0;

	if (res->status == 404 || res->status == 410)
		ret = mastodon_gone(m, id, emit, err);
	else if (res->status == 200)
		push_known(m, json);
	else if (res->status == 401 || res->status == 429 ||
	    res->status >= 500)
		ret = sm_response_check_json(res, err);
	free(id);
	return ret;
}

int
mastodon_check_answer(struct mastodon *m, const struct sm_response *res,
    json_t *json, struct sm_emit *emit, struct sm_err *err)
{
	int ret = m->nbatch > 0 ? answer_batch(m, res, json, err) :
	    answer_alone(m, res, json, emit, err);

	return ret == -1 ? -1 : mastodon_drain(m, emit, err);
}
