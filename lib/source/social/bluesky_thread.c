/* getPostThread: a tree of views, of posts that are gone, and of others. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "source/social/bluesky.h"

static bool
is_kind(const json_t *node, const char *kind)
{
	const char *hash = strchr(social_text(node, "$type"), '#');

	return hash && strcmp(hash, kind) == 0;
}

/* One node of the tree. */
static int
take_node(struct bluesky *b, json_t *node, struct sm_emit *emit,
    struct sm_err *err)
{
	const char *uri = social_text(node, "uri");

	if (is_kind(node, "#threadViewPost")) {
		json_t *post = social_at(node, "post");

		if (post && !bluesky_is_known(b, post))
			bluesky_push(b, post, BLUESKY_BY_LIST, true);
	} else if (is_kind(node, "#notFoundPost") &&
	    social_is_id(uri, strlen(uri)) &&
	    sm_seen_when(b->seen, social_thing(uri)) > 0)
		return bluesky_gone(b, uri, emit, err);
	return 0;
}

/* The answers below a node; what lies too deep is left out. */
static int
take_answers(struct bluesky *b, json_t *node, int depth, struct sm_emit *emit,
    struct sm_err *err)
{
	json_t *answer;
	size_t i;

	if (take_node(b, node, emit, err) == -1)
		return -1;
	if (depth == BLUESKY_DEPTH)
		return 0;
	json_array_foreach(social_at(node, "replies"), i, answer)
		if (take_answers(b, answer, depth + 1, emit, err) == -1)
			return -1;
	return 0;
}

static int
by_time(const void *a, const void *b)
{
	const struct bluesky_item *left = a, *right = b;
	int64_t before = bluesky_time(left->view);
	int64_t after = bluesky_time(right->view);

	if (before != after)
		return before < after ? -1 : 1;
	return strcmp(social_text(left->view, "uri"),
	    social_text(right->view, "uri"));
}

int
bluesky_thread(struct bluesky *b, json_t *thread, struct sm_emit *emit,
    struct sm_err *err)
{
	json_t *node = social_at(thread, "parent");

	for (int i = 0; node && i < BLUESKY_DEPTH; i++) {
		if (take_node(b, node, emit, err) == -1)
			return -1;
		node = social_at(node, "parent");
	}
	if (take_answers(b, thread, 0, emit, err) == -1)
		return -1;
	if (b->nqueue > b->head)
		qsort(b->queue + b->head, b->nqueue - b->head,
		    sizeof(*b->queue), by_time);
	return 0;
}
