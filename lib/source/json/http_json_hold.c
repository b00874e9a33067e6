/* Records that wait until they can go out, oldest first. */
#include "source/json/http_json_impl.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/xalloc.h"
#include "record/post.h"
#include "source/source.h"

/* Whether it is from before where we were told to begin. */
static bool
is_old(const struct http_json *state, const struct sm_post *post)
{
	const struct run *run = &state->runs[state->now];
	int64_t last = post->former ? post->deleted :
	    post->updated != SM_TIME_NONE ? post->updated : post->published;

	if (last == SM_TIME_NONE || state->local ||
	    run->since == SM_TIME_NONE)
		return false;
	return (run->first || run->stream->resume.kind == RESUME_TIME) &&
	    last < run->since;
}

static void
hold(struct http_json *state, struct sm_post *post, uint64_t thing,
    uint64_t rev)
{
	struct hold *held = &state->hold;
	struct sm_emit *emit = state->emit;
	struct sm_buf line = SM_BUF_INIT;
	struct sm_err why;

	sm_emit_fill(emit, post);
	if (sm_post_write(post, &line, &why) == -1) {
		sm_emit_failed(emit, "stream '%s', item %zu: %s",
		    state->turn.stream->name, state->number, why.text);
		sm_buf_release(&line);
		return;
	}
	held->list = sm_xgrow(held->list, &held->room, held->count + 1,
	    sizeof(*held->list));
	held->list[held->count] = (struct held){ .from = held->lines.len,
	    .len = line.len, .thing = thing, .rev = rev,
	    .time = post->former || post->published == SM_TIME_NONE ?
	    post->fetched : post->published, .index = held->count };
	held->count++;
	sm_buf_add(&held->lines, line.data, line.len);
	sm_buf_release(&line);
}

void
http_json_keep(struct http_json *state, struct sm_post *post, uint64_t rev)
{
	struct sm_emit *emit = state->emit;
	struct sm_buf key = SM_BUF_INIT;
	uint64_t thing;

	sm_post_key(post, &key);
	thing = sm_hash(sm_buf_str(&key), key.len);
	sm_buf_release(&key);
	if (!sm_seen_when(state->seen, thing))
		state->fresh++;
	if (is_old(state, post)) {
		/* Not to be taken for new the next time. */
		if (state->runs[state->now].stream->resume.kind ==
		    RESUME_SEEN)
			sm_seen_meet(state->seen, thing, rev, NULL);
		return;
	}
	state->young++;
	if (state->args->since != SM_TIME_NONE && !post->former &&
	    post->published != SM_TIME_NONE &&
	    post->published < state->args->since)
		emit->old++;
	else
		hold(state, post, thing, rev);
}

static int
as_they_came(const void *a, const void *b)
{
	const struct held *left = a, *right = b;

	return left->index < right->index ? -1 : left->index > right->index;
}

static int
from_behind(const void *a, const void *b)
{
	return as_they_came(b, a);
}

static int
by_time(const void *a, const void *b)
{
	const struct held *left = a, *right = b;

	if (left->time != right->time)
		return left->time < right->time ? -1 : 1;
	return as_they_came(a, b);
}

/*
 * What went out in the last run is not to go out again, nor what was changed
 * into it: of a thing that is held several times, all up to the revision that
 * we have seen last.
 */
static void
drop_seen(struct http_json *state)
{
	struct hold *hold = &state->hold;
	struct sm_seen *done = sm_seen_new();

	for (size_t i = hold->count; i-- > 0;) {
		struct held *held = &hold->list[i];

		if (sm_seen_look(state->seen, held->thing, held->rev) ==
		    SM_SEEN_SAME)
			sm_seen_meet(done, held->thing, 0, NULL);
		if (sm_seen_when(done, held->thing))
			held->len = 0;
	}
	sm_seen_free(done);
}

int
http_json_release(struct http_json *state, struct sm_err *err)
{
	static int (*const orders[])(const void *a, const void *b) = {
		[ORDER_NONE] = by_time, [ORDER_ASC] = as_they_came,
		[ORDER_DESC] = from_behind };
	struct run *run = &state->runs[state->now];
	struct hold *hold = &state->hold;
	int ret = 0;

	if (hold->count > 0)
		qsort(hold->list, hold->count, sizeof(*hold->list),
		    orders[run->nchildren > 0 || run->stream->ntakes > 1 ?
		    ORDER_NONE : run->stream->order]);
	drop_seen(state);
	for (size_t i = 0; i < hold->count && ret == 0; i++) {
		const struct held *held = &hold->list[i];

		if (held->len == 0)
			continue;
		if (sm_emit_full(state->emit)) {
			run->cut = true;
			break;
		}
		/* Before it goes: a cursor may be asked for meanwhile. */
		if (sm_seen_meet(state->seen, held->thing, held->rev, NULL) !=
		    SM_SEEN_SAME)
			ret = sm_emit_line(state->emit,
			    hold->lines.data + held->from, held->len, err);
	}
	hold->count = 0;
	sm_buf_clear(&hold->lines);
	return ret;
}
