/* Posts on their way out, by twenty-five: what they lack is asked for first. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "source/social/bluesky.h"
#include "source/emit.h"

void
bluesky_push(struct bluesky *b, json_t *view, char how, bool full)
{
	struct bluesky_item item = { .how = how, .full = full };

	if (!json_is_object(view))
		return;
	item.view = json_incref(view);
	memcpy(item.raw, b->raw, sizeof(item.raw));
	b->queue = sm_xgrow(b->queue, &b->queue_room, b->nqueue + 1,
	    sizeof(*b->queue));
	b->queue[b->nqueue++] = item;
}

void
bluesky_reverse(struct bluesky *b, size_t count)
{
	size_t i = b->head + count, j = b->nqueue;

	for (; i + 1 < j; i++, j--) {
		struct bluesky_item item = b->queue[i];

		b->queue[i] = b->queue[j - 1];
		b->queue[j - 1] = item;
	}
}

static void
shift(struct bluesky *b)
{
	json_decref(b->queue[b->head++].view);
	if (b->head == b->nqueue)
		b->head = b->nqueue = 0;
}

void
bluesky_queue_release(struct bluesky *b)
{
	while (b->head < b->nqueue)
		shift(b);
	free(b->queue);
	b->queue = NULL;
	b->queue_room = 0;
}

/* Where the batch at the head ends. */
static size_t
batch_end(const struct bluesky *b)
{
	size_t end = b->head + BLUESKY_BATCH;

	return end < b->nqueue ? end : b->nqueue;
}

/* What has come by another list in the meantime need not be asked for. */
static void
drop_known(struct bluesky *b)
{
	while (b->head < b->nqueue &&
	    bluesky_is_known(b, b->queue[b->head].view))
		shift(b);
}

/* What a list has given so far is the wrong way round. */
static bool
is_held(const struct bluesky *b)
{
	return b->at < b->nlists && !b->lists[b->at].over &&
	    b->lists[b->at].pages > 0;
}

/* What the batch at the head lacks. */
static enum bluesky_fill
lacks(const struct bluesky *b)
{
	enum bluesky_fill fill = BLUESKY_NOTHING;

	for (size_t i = b->head; i < batch_end(b); i++) {
		const char *did = social_text(b->queue[i].view, "author.did");

		if (!b->queue[i].full)
			return BLUESKY_FILL_POSTS;
		if (*did && !b->no_profiles &&
		    !json_object_get(b->profiles, did))
			fill = BLUESKY_FILL_PROFILES;
	}
	return fill;
}

static void
ask_posts(struct bluesky *b, struct sm_request *req)
{
	bluesky_url(b, req, "app.bsky.feed.getPosts");
	for (size_t i = b->head; i < batch_end(b); i++)
		if (!b->queue[i].full)
			social_param(&req->url, "uris",
			    social_text(b->queue[i].view, "uri"));
}

static void
ask_profiles(struct bluesky *b, struct sm_request *req)
{
	if (json_object_size(b->profiles) > BLUESKY_PROFILES)
		json_object_clear(b->profiles);
	bluesky_url(b, req, "app.bsky.actor.getProfiles");
	for (size_t i = b->head; i < batch_end(b); i++) {
		const char *did = social_text(b->queue[i].view, "author.did");

		if (!*did || json_object_get(b->profiles, did))
			continue;
		social_param(&req->url, "actors", did);
		/* Who is not in the answer is not asked for again. */
		json_object_set_new(b->profiles, did, json_null());
	}
}

int
bluesky_fill_ask(struct bluesky *b, struct sm_request *req)
{
	b->filling = b->head < b->nqueue && !is_held(b) ? lacks(b) :
	    BLUESKY_NOTHING;
	if (b->filling == BLUESKY_FILL_POSTS)
		ask_posts(b, req);
	else if (b->filling == BLUESKY_FILL_PROFILES)
		ask_profiles(b, req);
	return b->filling != BLUESKY_NOTHING;
}

static json_t *
find_post(const json_t *posts, const char *uri)
{
	json_t *post;
	size_t i;

	json_array_foreach(posts, i, post)
		if (strcmp(social_text(post, "uri"), uri) == 0)
			return post;
	return NULL;
}

/* What is not there any more does not go out, and may be asked for again. */
static void
take_posts(struct bluesky *b, const json_t *posts)
{
	for (size_t i = b->head; i < batch_end(b); i++) {
		struct bluesky_item *item = &b->queue[i];
		json_t *post;

		if (item->full)
			continue;
		post = find_post(posts, social_text(item->view, "uri"));
		json_decref(item->view);
		item->view = post ? json_incref(post) : json_object();
		item->full = true;
	}
}

static void
take_profiles(struct bluesky *b, const json_t *profiles)
{
	json_t *profile;
	size_t i;

	json_array_foreach(profiles, i, profile) {
		const char *did = social_text(profile, "did");

		if (*did)
			json_object_set(b->profiles, did, profile);
	}
}

/* The batch goes out. */
static int
emit_batch(struct bluesky *b, struct sm_emit *emit, struct sm_err *err)
{
	for (size_t left = batch_end(b) - b->head; left > 0; left--) {
		const struct bluesky_item *item = &b->queue[b->head];

		if (sm_emit_full(emit)) {
			b->finished = true;
			return 0;
		}
		if (!bluesky_is_hidden(item->view) &&
		    bluesky_emit(b, item, emit, err) == -1)
			return -1;
		shift(b);
	}
	return 0;
}

int
bluesky_drain(struct bluesky *b, struct sm_emit *emit, struct sm_err *err)
{
	while (!b->finished && !is_held(b)) {
		drop_known(b);
		if (b->head == b->nqueue || lacks(b) != BLUESKY_NOTHING)
			return 0;
		if (emit_batch(b, emit, err) == -1)
			return -1;
	}
	return 0;
}

int
bluesky_fill_answer(struct bluesky *b, const struct sm_response *res,
    json_t *json, struct sm_err *err)
{
	bool posts = b->filling == BLUESKY_FILL_POSTS;

	b->filling = BLUESKY_NOTHING;
	if (res->status != 200) {
		/* Without counts a post is still one. */
		if (posts || res->status == 401 || res->status == 429 ||
		    res->status >= 500)
			return sm_response_check_json(res, err);
		b->no_profiles = true;
	} else if (posts)
		take_posts(b, social_at(json, "posts"));
	else
		take_profiles(b, social_at(json, "profiles"));
	return 0;
}
