/* A post of the network as a post of ours. */
#include <string.h>

#include "base/clock.h"
#include "record/json.h"
#include "source/social/bluesky.h"
#include "source/emit.h"

int64_t
bluesky_time(const json_t *view)
{
	int64_t made = social_time(view, "record.createdAt");
	int64_t indexed = social_time(view, "indexedAt");

	if (made == SM_TIME_NONE || (indexed != SM_TIME_NONE &&
	    indexed < made))
		return indexed;
	return made;
}

/* The labels that stand, what their own authors took back left out. */
static bool
has_label(const json_t *labels, const char *value)
{
	const json_t *label;
	size_t i;

	json_array_foreach(labels, i, label)
		if (!social_true(label, "neg") &&
		    strcmp(social_text(label, "val"), value) == 0)
			return true;
	return false;
}

bool
bluesky_is_hidden(const json_t *view)
{
	const json_t *labels = social_at(view, "labels");

	return has_label(labels, "!hide") || has_label(labels, "!takedown");
}

bool
bluesky_is_known(const struct bluesky *b, const json_t *view)
{
	return sm_seen_look(b->seen, social_thing(social_text(view, "uri")),
	    social_rev(social_text(view, "cid"))) == SM_SEEN_SAME;
}

static void
take_author(struct bluesky *b, struct sm_post_author *author,
    const json_t *json)
{
	const char *did = social_text(json, "did");
	const json_t *profile = json_object_get(b->profiles, did);
	const char *status = social_text(json, "verification.verifiedStatus");
	struct sm_buf url = SM_BUF_INIT;

	author->id = social_str(json, "did");
	author->username = social_str(json, "handle");
	/* Whoever lost his handle is not the same as others who did. */
	if (author->username.len == 0 || strcmp(author->username.s,
	    "handle.invalid") == 0)
		author->username = author->id;
	author->name = social_str(json, "displayName");
	if (*did) {
		const char *handle = social_text(json, "handle");

		sm_buf_adds(&url, "https://bsky.app/profile/");
		if (!*handle || strcmp(handle, "handle.invalid") == 0)
			handle = did;
		for (; *handle; handle += strcspn(handle, ":")) {
			/* A colon of a DID stays as it is. */
			if (*handle == ':')
				sm_buf_addc(&url, *handle++);
			social_encode(&url, handle, strcspn(handle, ":"));
		}
		author->url = sm_span(sm_arena_strndup(&b->arena, url.data,
		    url.len));
		sm_buf_release(&url);
	}
	author->published = social_time(json, "createdAt");
	if (author->published == SM_TIME_NONE)
		author->published = social_time(profile, "createdAt");
	author->followers = social_count(profile, "followersCount");
	author->following = social_count(profile, "followsCount");
	author->posts = social_count(profile, "postsCount");
	if (*status)
		author->verified = strcmp(status, "valid") == 0;
	if (has_label(social_at(json, "labels"), "bot"))
		author->bot = 1;
	author->type = author->bot == 1 ? "Service" : "Person";
}

/* What warns of it: its own labels, and those of the network's moderators. */
static struct sm_span
warning(struct bluesky *b, const json_t *view)
{
	struct sm_buf text = SM_BUF_INIT;
	struct sm_span span = { .s = NULL, .len = 0 };
	const json_t *label;
	size_t i;

	json_array_foreach(social_at(view, "labels"), i, label) {
		const char *value = social_text(label, "val");

		if (!*value || *value == '!' || social_true(label, "neg") ||
		    i >= SM_POST_TAGS)
			continue;
		sm_buf_addf(&text, "%s%s", text.len ? ", " : "", value);
	}
	if (text.len > 0) {
		span.s = sm_arena_strndup(&b->arena, text.data, text.len);
		span.len = text.len;
	}
	sm_buf_release(&text);
	return span;
}

/* The post by uri and cid, as com.atproto.repo.strongRef has it. */
static void
add_strong(struct sm_buf *out, const char *name, const char *uri,
    const char *cid)
{
	sm_json_open(out, name, '{');
	sm_json_strz(out, "uri", uri);
	sm_json_strz(out, "cid", cid);
	sm_json_close(out, '}');
}

/* What an answer has to name: this post, and the one that began it all. */
static void
make_ref(struct bluesky *b, const json_t *view)
{
	struct sm_buf *out = &b->ref;
	const json_t *root = social_at(view, "record.reply.root");
	const char *uri = social_text(view, "uri");
	const char *cid = social_text(view, "cid");
	bool closed = social_true(view, "viewer.replyDisabled");

	sm_buf_clear(out);
	sm_json_open(out, NULL, '{');
	if (*social_text(root, "uri") && *social_text(root, "cid"))
		add_strong(out, "root", social_text(root, "uri"),
		    social_text(root, "cid"));
	else
		add_strong(out, "root", uri, cid);
	add_strong(out, "parent", uri, cid);
	sm_json_strz(out, "acct", social_text(view, "author.handle"));
	sm_json_open(out, "modes", '[');
	if (!closed)
		sm_json_strz(out, NULL, "public");
	sm_json_close(out, ']');
	if (closed)
		sm_json_bool(out, "closed", true);
	else
		sm_json_strz(out, "default", "public");
	sm_json_int(out, "max", BLUESKY_GRAPHEMES);
	sm_json_strz(out, "unit", "graphemes");
	sm_json_close(out, '}');
}

static bool
is_me(const struct bluesky *b, struct sm_span did)
{
	return b->me.len > 0 && did.len == b->me.len &&
	    memcmp(did.s, b->me.data, did.len) == 0;
}

static enum sm_direction
direction_of(const struct bluesky *b, const struct sm_post *post, char how)
{
	struct sm_span parent = bluesky_repo(post->reply_to.s);

	if (is_me(b, post->author.id))
		return SM_DIRECTION_OUT;
	if (how == BLUESKY_BY_MENTION || is_me(b, parent))
		return SM_DIRECTION_IN;
	for (size_t i = 0; i < post->ntags; i++)
		if (is_me(b, post->tags[i].href))
			return SM_DIRECTION_IN;
	if (how == BLUESKY_BY_QUOTE)
		return SM_DIRECTION_ABOUT;
	/* Below our post, but to somebody else. */
	return how == BLUESKY_BY_REPLY ? SM_DIRECTION_PEER :
	    SM_DIRECTION_ASK;
}

/*
 * published is the earlier of what the writer and the network say, as the
 * network itself sorts.  Where both are the same and old, nobody knows when
 * the network really saw it.
 */
static void
take_times(const struct bluesky *b, struct sm_post *post, const json_t *view,
    int64_t now)
{
	int64_t made = social_time(view, "record.createdAt");
	int64_t indexed = social_time(view, "indexedAt");

	post->published = bluesky_time(view);
	if (made != SM_TIME_NONE && (made > now + SM_POST_SKEW ||
	    (indexed != SM_TIME_NONE && made > indexed + SM_POST_SKEW)))
		post->flags |= SM_FLAG_CLOCK_SKEW;
	if (indexed != made || b->args->window == SM_TIME_NONE ||
	    indexed >= b->args->window)
		post->indexed = indexed;
}

static void
take_view(struct bluesky *b, struct sm_post *post, const json_t *view,
    char how, int64_t now)
{
	const json_t *record = social_at(view, "record");
	const char *uri = post->native.s;

	post->channel = sm_span("bluesky");
	post->id = post->native;
	post->rev = social_str(view, "cid");
	post->url = sm_span(bluesky_page(b, uri, social_text(view,
	    "author.handle")));
	take_author(b, &post->author, social_at(view, "author"));
	bluesky_text(b, record, post);
	bluesky_files(b, view, post);
	make_ref(b, view);
	post->ref.s = b->ref.data;
	post->ref.len = b->ref.len;
	post->summary = warning(b, view);
	post->language.s = json_string_value(json_array_get(social_at(record,
	    "langs"), 0));
	post->language = sm_span(post->language.s);
	take_times(b, post, view, now);
	post->reply_to = social_str(record, "reply.parent.uri");
	post->context = social_str(record, "reply.root.uri");
	if (post->context.len == 0)
		post->context = post->native;
	post->likes = social_count(view, "likeCount");
	post->shares = social_count(view, "repostCount");
	post->replies = social_count(view, "replyCount");
	post->direction = direction_of(b, post, how);
}

static int
emit_new(struct bluesky *b, const struct bluesky_item *item,
    struct sm_emit *emit, struct sm_err *err)
{
	const json_t *view = item->view;
	const char *uri = social_text(view, "uri");
	struct sm_post post;
	enum sm_seen_answer answer;

	if (!social_is_id(uri, strlen(uri)) || strcmp(social_text(view,
	    "record.$type"), "app.bsky.feed.post") != 0)
		return 0;
	answer = sm_seen_meet(b->seen, social_thing(uri),
	    social_rev(social_text(view, "cid")), NULL);
	if (answer == SM_SEEN_SAME)
		return 0;
	sm_post_init(&post);
	post.native = sm_span(uri);
	take_view(b, &post, view, item->how, emit->fetched);
	if (answer == SM_SEEN_CHANGED)
		post.flags |= SM_FLAG_EDITED;
	if (b->check_since > 0)
		social_recent_add(&b->recent, uri, post.published ==
		    SM_TIME_NONE ? emit->fetched : post.published, item->how);
	return sm_emit_post(emit, &post, err);
}

int
bluesky_emit(struct bluesky *b, const struct bluesky_item *item,
    struct sm_emit *emit, struct sm_err *err)
{
	const char *raw = emit->raw;
	int ret;

	emit->raw = item->raw[0] ? item->raw : NULL;
	ret = emit_new(b, item, emit, err);
	emit->raw = raw;
	sm_arena_reset(&b->arena);
	return ret;
}

int
bluesky_gone(struct bluesky *b, const char *uri, struct sm_emit *emit,
    struct sm_err *err)
{
	if (sm_seen_meet(b->seen, social_thing(uri), social_rev("deleted"),
	    NULL) == SM_SEEN_SAME)
		return 0;
	social_recent_drop(&b->recent, uri);
	return social_tombstone(emit, "bluesky", sm_span(NULL), uri, err);
}
