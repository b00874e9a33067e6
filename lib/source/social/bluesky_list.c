/* The lists of a source: their requests, and what is new in the answers. */
#include <string.h>

#include "base/clock.h"
#include "source/social/bluesky.h"
#include "source/emit.h"

/* By enum bluesky_listen. */
static const struct {
	const char *nsid, *items;
} lists[] = {
	[BLUESKY_MENTIONS] = { "app.bsky.notification.listNotifications",
	    "notifications" },
	[BLUESKY_TAG] = { "app.bsky.feed.searchPosts", "posts" },
	[BLUESKY_SEARCH] = { "app.bsky.feed.searchPosts", "posts" },
	[BLUESKY_ACCOUNT] = { "app.bsky.feed.getAuthorFeed", "feed" },
	[BLUESKY_THREAD] = { "app.bsky.feed.getPostThread", "thread" }
};

static const struct {
	const char *reason;
	char how;
} reasons[] = {
	{ "mention", BLUESKY_BY_MENTION },
	{ "reply", BLUESKY_BY_REPLY },
	{ "quote", BLUESKY_BY_QUOTE }
};

#define REASONS (sizeof(reasons) / sizeof(reasons[0]))

void
bluesky_sweep(struct bluesky *b)
{
	b->at = 0;
	for (size_t i = 0; i < b->nlists; i++) {
		struct bluesky_list *list = &b->lists[i];

		list->over = false;
		list->pages = 0;
		list->newest = list->oldest = SM_TIME_NONE;
		sm_buf_clear(&list->cursor);
	}
}

/* How far down this sweep reads. */
static int64_t
floor_of(const struct bluesky *b, const struct bluesky_list *list)
{
	return list->mark == SM_TIME_NONE ? b->args->window : list->mark -
	    b->overlap;
}

static void
add_query(const struct bluesky *b, const struct bluesky_list *list,
    struct sm_buf *url)
{
	struct sm_buf query = SM_BUF_INIT;
	int64_t since = floor_of(b, list);
	char text[SM_TIME_TEXT];

	if (list->what == BLUESKY_TAG)
		sm_buf_addc(&query, '#');
	sm_buf_adds(&query, list->argument);
	social_param(url, "q", query.data);
	if (list->what == BLUESKY_TAG)
		social_param(url, "tag", list->argument);
	social_param(url, "sort", "latest");
	if (since != SM_TIME_NONE) {
		sm_time_format(since, text);
		social_param(url, "since", text);
	}
	sm_buf_release(&query);
}

static void
add_params(const struct bluesky *b, const struct bluesky_list *list,
    struct sm_buf *url)
{
	switch (list->what) {
	case BLUESKY_MENTIONS:
		for (size_t i = 0; i < REASONS; i++)
			social_param(url, "reasons", reasons[i].reason);
		break;
	case BLUESKY_TAG: case BLUESKY_SEARCH:
		add_query(b, list, url);
		break;
	case BLUESKY_ACCOUNT:
		social_param(url, "actor", list->argument);
		social_param(url, "filter", "posts_with_replies");
		break;
	case BLUESKY_THREAD:
		social_param(url, "uri", list->argument);
		social_param(url, "depth", "100");
		social_param(url, "parentHeight", "80");
		return;
	}
	social_param(url, "limit", "100");
	if (list->cursor.len > 0)
		social_param(url, "cursor", list->cursor.data);
}

/* All that was met is out. */
static void
settle(struct bluesky_list *list)
{
	if (list->newest != SM_TIME_NONE && (list->mark == SM_TIME_NONE ||
	    list->newest > list->mark))
		list->mark = list->newest;
}

int
bluesky_list_ask(struct bluesky *b, struct sm_request *req,
    struct sm_err *err)
{
	(void)err;
	for (; b->at < b->nlists; b->at++) {
		struct bluesky_list *list = &b->lists[b->at];

		if (list->over) {
			settle(list);
			continue;
		}
		bluesky_url(b, req, lists[list->what].nsid);
		add_params(b, list, &req->url);
		return 1;
	}
	return 0;
}

/* A list that cannot be read does not keep the others from being read. */
static int
give_up(struct bluesky *b, struct bluesky_list *list, struct sm_emit *emit,
    struct sm_err *err)
{
	struct sm_buf name = SM_BUF_INIT;

	bluesky_list_name(list, &name);
	sm_err_prefix(err, "%s", name.data);
	sm_buf_release(&name);
	if (err->code == SM_EXIT_TEMP)
		return -1;
	list->over = true;
	list->newest = SM_TIME_NONE;
	if (b->args->follow)
		sm_emit_failed(emit, "%s", err->text);
	else if (!b->failed)
		b->err = *err;
	b->failed = !b->args->follow;
	return 0;
}

/* The post in an item of a list, and how it came; NULL: none of ours. */
static json_t *
view_of(const struct bluesky_list *list, json_t *item, char *how)
{
	const char *reason = social_text(item, "reason");

	*how = BLUESKY_BY_LIST;
	if (list->what == BLUESKY_MENTIONS) {
		for (size_t i = 0; i < REASONS; i++) {
			*how = reasons[i].how;
			if (strcmp(reasons[i].reason, reason) == 0)
				return item;
		}
		return NULL;
	}
	if (list->what != BLUESKY_ACCOUNT)
		return item;
	/* What others wrote and this account repeated; a pinned post. */
	return json_is_object(social_at(item, "reason")) ? NULL :
	    social_at(item, "post");
}

/* What was there before we came is noted, not told. */
static bool
is_from_before(struct bluesky *b, const struct bluesky_list *list,
    const json_t *view, int64_t when)
{
	const char *uri = social_text(view, "uri");

	if (when == SM_TIME_NONE)
		return false;
	if (list->mark != SM_TIME_NONE)
		return list->depth != SM_TIME_NONE && when < list->depth;
	if (b->args->window == SM_TIME_NONE || when >= b->args->window)
		return false;
	sm_seen_meet(b->seen, social_thing(uri),
	    social_rev(social_text(view, "cid")), NULL);
	return true;
}

/* Whether the page reaches below what this sweep is to read. */
static bool
take_page(struct bluesky *b, struct bluesky_list *list, const json_t *items)
{
	int64_t floor = floor_of(b, list);
	bool below = false;
	json_t *item;
	size_t i;

	json_array_foreach(items, i, item) {
		char how;
		json_t *view = view_of(list, item, &how);
		int64_t when = bluesky_time(view);
		const char *uri = social_text(view, "uri");

		if (!view || !social_is_id(uri, strlen(uri)))
			continue;
		if (when != SM_TIME_NONE) {
			if (list->newest == SM_TIME_NONE ||
			    when > list->newest)
				list->newest = when;
			if (list->oldest == SM_TIME_NONE ||
			    when < list->oldest)
				list->oldest = when;
			below = below || (floor != SM_TIME_NONE &&
			    when < floor);
		}
		if (!is_from_before(b, list, view, when) &&
		    !bluesky_is_known(b, view))
			bluesky_push(b, view, how,
			    list->what != BLUESKY_MENTIONS);
	}
	return below;
}

static void
end_list(struct bluesky *b, struct bluesky_list *list, bool whole)
{
	bluesky_reverse(b, 0);
	list->over = true;
	if (list->mark == SM_TIME_NONE)
		list->depth = whole ? SM_TIME_NONE : list->oldest;
}

static void
next_page(struct bluesky *b, struct bluesky_list *list, const char *cursor,
    bool below, struct sm_emit *emit)
{
	const char *why = NULL;

	if (*cursor && !below) {
		if (strcmp(cursor, sm_buf_str(&list->cursor)) == 0)
			why = "the server gives the same page again";
		else if (list->pages >= BLUESKY_PAGES)
			why = "more was said than is read at once";
	}
	if (why)
		sm_emit_gap(emit, floor_of(b, list), list->oldest, why);
	if (!*cursor || below || why) {
		end_list(b, list, !*cursor);
		return;
	}
	sm_buf_clear(&list->cursor);
	sm_buf_adds(&list->cursor, cursor);
}

/* The post that the thread hangs on is gone (status 400, "NotFound"). */
static int
answer_gone(struct bluesky *b, struct bluesky_list *list,
    struct sm_emit *emit, struct sm_err *err)
{
	list->over = true;
	if (sm_seen_when(b->seen, social_thing(list->argument)) == 0)
		return 0;
	return bluesky_gone(b, list->argument, emit, err);
}

static int
take_thread(struct bluesky *b, struct bluesky_list *list, json_t *json,
    struct sm_emit *emit, struct sm_err *err)
{
	if (bluesky_thread(b, social_at(json, "thread"), emit, err) == -1)
		return -1;
	list->over = true;
	return bluesky_drain(b, emit, err);
}

int
bluesky_list_answer(struct bluesky *b, const struct sm_response *res,
    json_t *json, struct sm_emit *emit, struct sm_err *err)
{
	struct bluesky_list *list = &b->lists[b->at];
	const json_t *items = social_at(json, lists[list->what].items);

	if (res->status == 400 && list->what == BLUESKY_THREAD &&
	    res->body && memmem(res->body, res->body_len, "\"NotFound\"", 10))
		return answer_gone(b, list, emit, err);
	if (res->status != 200) {
		sm_response_check_json(res, err);
		return res->status == 401 ? -1 : give_up(b, list, emit, err);
	}
	if (list->what == BLUESKY_THREAD && json_is_object(items))
		return take_thread(b, list, json, emit, err);
	if (!json_is_array(items)) {
		sm_err_set(err, SM_EXIT_DATA, "expected '%s' in the answer, "
		    "got something else", lists[list->what].items);
		return give_up(b, list, emit, err);
	}
	list->pages++;
	next_page(b, list, social_text(json, "cursor"), take_page(b, list,
	    items), emit);
	return bluesky_drain(b, emit, err);
}

void
bluesky_explain(const void *state, struct sm_buf *out)
{
	static const struct social_map map[] = {
		{ "key, id", "/uri" },
		{ "rev", "/cid" },
		{ "content", "/record/text, with the links of its facets" },
		{ "summary", "/labels" },
		{ "author", "/author, and getProfiles for its counts" },
		{ "published", "the earlier of createdAt and indexedAt" },
		{ "inReplyTo", "/record/reply/parent/uri" },
		{ "context", "/record/reply/root/uri, else /uri" },
		{ "language", "/record/langs/0" },
		{ "tag", "/record/facets, /record/tags" },
		{ "attachment", "/embed" },
		{ "metrics", "/likeCount, /repostCount, /replyCount" },
		{ NULL, NULL }
	};
	const struct bluesky *b = state;

	for (size_t i = 0; i < b->nlists; i++) {
		sm_buf_adds(out, i == 0 ? "reads      " : "           ");
		bluesky_list_name(&b->lists[i], out);
		sm_buf_adds(out, ": /xrpc/");
		sm_buf_adds(out, lists[b->lists[i].what].nsid);
		sm_buf_addc(out, '\n');
	}
	social_explain(map, out);
}
