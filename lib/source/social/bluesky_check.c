/*
 * The posts of the last days, asked for again.  What is missing in the answer
 * is deleted, or hidden; but that all of many are missing is rather a fault of
 * the server's.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "source/social/bluesky.h"
#include "source/emit.h"

#define TOO_MANY 10	/* posts that do not vanish together */

void
bluesky_check_release(struct bluesky *b)
{
	while (b->ntodo > 0)
		free(b->todo[--b->ntodo]);
	b->nbatch = 0;
	b->checking = false;
}

static bool
begin(struct bluesky *b)
{
	int64_t now = sm_clock_now();

	if (b->check_since <= 0)
		return false;
	if (b->checked == SM_TIME_NONE)
		b->checked = now;	/* all has just been read */
	if (now - b->checked < BLUESKY_CHECK_EVERY)
		return false;
	social_recent_since(&b->recent, now - b->check_since);
	for (size_t i = 0; i < b->recent.count; i++)
		b->todo[b->ntodo++] = sm_xstrdup(b->recent.list[i].id);
	b->checking = true;
	return true;
}

int
bluesky_check_ask(struct bluesky *b, struct sm_request *req,
    struct sm_err *err)
{
	(void)err;
	if (!b->checking && !begin(b))
		return 0;
	if (b->ntodo == 0) {
		b->checking = false;
		b->checked = sm_clock_now();
		return 0;
	}
	b->nbatch = b->ntodo < BLUESKY_BATCH ? b->ntodo : BLUESKY_BATCH;
	bluesky_url(b, req, "app.bsky.feed.getPosts");
	for (size_t i = b->ntodo - b->nbatch; i < b->ntodo; i++)
		social_param(&req->url, "uris", b->todo[i]);
	return 1;
}

/* How it came at first tells whether it addresses us. */
static char
how_of(const struct bluesky *b, const char *uri)
{
	for (size_t i = 0; i < b->recent.count; i++)
		if (strcmp(b->recent.list[i].id, uri) == 0)
			return b->recent.list[i].how;
	return BLUESKY_BY_LIST;
}

static bool
is_in(const json_t *posts, const char *uri)
{
	const json_t *post;
	size_t i;

	json_array_foreach(posts, i, post)
		if (strcmp(social_text(post, "uri"), uri) == 0)
			return !bluesky_is_hidden(post);
	return false;
}

static int
drop_missing(struct bluesky *b, const json_t *posts, struct sm_emit *emit,
    struct sm_err *err)
{
	int ret = 0;

	for (; b->nbatch > 0 && ret == 0; b->nbatch--) {
		char *uri = b->todo[--b->ntodo];

		if (!is_in(posts, uri))
			ret = bluesky_gone(b, uri, emit, err);
		free(uri);
	}
	return ret;
}

int
bluesky_check_answer(struct bluesky *b, const struct sm_response *res,
    json_t *json, struct sm_emit *emit, struct sm_err *err)
{
	const json_t *posts = social_at(json, "posts");
	json_t *post;
	size_t i;

	if (res->status != 200)
		return sm_response_check_json(res, err);
	if (!json_is_array(posts) || (json_array_size(posts) == 0 &&
	    b->nbatch >= TOO_MANY)) {
		sm_emit_failed(emit, "of %zu posts that were asked for again "
		    "none is there: not believed", b->nbatch);
		bluesky_check_release(b);
		b->checked = sm_clock_now();
		return 0;
	}
	json_array_foreach(posts, i, post) {
		const char *uri = social_text(post, "uri");

		if (!bluesky_is_known(b, post))
			bluesky_push(b, post, how_of(b, uri), true);
	}
	if (drop_missing(b, posts, emit, err) == -1)
		return -1;
	return bluesky_drain(b, emit, err);
}
