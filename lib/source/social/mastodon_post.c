/* A status as a post. */
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/hash.h"
#include "source/emit.h"
#include "source/social/mastodon.h"

/*
 * snac's ids begin with the time when it last heard of the post, so an edit
 * changes them; it looks at the rest only, and so do we.
 */
#define SNAC_ID 42
#define SNAC_STAMP 10

#define ARRAY(a) (sizeof(a) / sizeof((a)[0]))

static const struct {
	const char *name;
	enum sm_visibility visibility;
} visibilities[] = {
	{ "public", SM_PUBLIC },
	{ "unlisted", SM_UNLISTED },
	{ "local", SM_UNLISTED },	/* Akkoma: only those of the server */
	{ "private", SM_FOLLOWERS },
	{ "mutuals_only", SM_FOLLOWERS },	/* GoToSocial */
	{ "direct", SM_DIRECT }
};

/* What is not known is answered as if it were the most private. */
static enum sm_visibility
visibility_of(const struct mastodon *m, const char *name)
{
	if (m->server.snac && strcmp(name, "private") == 0)
		return SM_DIRECT;
	for (size_t i = 0; i < ARRAY(visibilities); i++)
		if (strcmp(visibilities[i].name, name) == 0)
			return visibilities[i].visibility;
	return *name ? SM_DIRECT : SM_PUBLIC;
}

const char *
mastodon_id(struct mastodon *m, const json_t *status, const char *path)
{
	const char *id = social_id(&m->arena, status, path);
	struct sm_buf stable = SM_BUF_INIT;

	if (!m->server.snac || !id || strlen(id) != SNAC_ID)
		return id;
	sm_buf_addf(&stable, "%0*d%s", SNAC_STAMP, 0, id + SNAC_STAMP);
	id = sm_arena_strndup(&m->arena, stable.data, stable.len);
	sm_buf_release(&stable);
	return id;
}

const char *
mastodon_rev(struct mastodon *m, const json_t *status)
{
	char text[SM_TIME_TEXT];
	int64_t time = social_time(status, "edited_at");

	if (time == SM_TIME_NONE)
		time = social_time(status, "created_at");
	if (time == SM_TIME_NONE)
		return "";
	sm_time_format(time, text);
	return sm_arena_strndup(&m->arena, text, strlen(text));
}

static int
verified(const json_t *fields)
{
	const json_t *field;
	size_t i;

	if (json_array_size(fields) == 0)
		return -1;
	json_array_foreach(fields, i, field)
		if (json_is_string(social_at(field, "verified_at")))
			return 1;
	return 0;
}

static void
take_author(struct mastodon *m, struct sm_post_author *author,
    const json_t *account)
{
	const char *uri = social_text(account, "uri");
	const char *url = social_text(account, "url");
	struct sm_buf own = SM_BUF_INIT;

	author->bot = social_truth(account, "bot");
	author->type = author->bot == 1 ? "Service" : "Person";
	/* Local ids would be somebody else on another server. */
	if (!*uri)
		uri = url;
	if (!*uri) {
		const char *id = social_id(&m->arena, account, "id");

		sm_buf_addf(&own, "%s/%s", sm_buf_str(&m->host), id ? id :
		    "");
		uri = sm_arena_strndup(&m->arena, own.data, own.len);
		sm_buf_release(&own);
	}
	author->id = sm_span(uri);
	author->username = sm_span(mastodon_acct(m, social_text(account,
	    "acct")));
	author->name = social_str(account, "display_name");
	author->url = sm_span(url);
	author->published = social_time(account, "created_at");
	author->followers = social_count(account, "followers_count");
	author->following = social_count(account, "following_count");
	author->posts = social_count(account, "statuses_count");
	author->verified = verified(social_at(account, "fields"));
}

static struct sm_span
with_sign(struct mastodon *m, char sign, const char *name)
{
	struct sm_buf text = SM_BUF_INIT;
	struct sm_span span;

	sm_buf_addf(&text, "%s%s", *name == sign ? "" : sign == '@' ? "@" :
	    "#", name);
	span.s = sm_arena_strndup(&m->arena, text.data, text.len);
	span.len = text.len;
	sm_buf_release(&text);
	return span;
}

/* Mentions and hashtags; whether we are mentioned. */
static bool
take_tags(struct mastodon *m, struct sm_post *post, const json_t *status)
{
	const json_t *item;
	bool ours = false;
	size_t i;

	json_array_foreach(social_at(status, "mentions"), i, item) {
		const char *acct = mastodon_acct(m, social_text(item,
		    "acct"));

		ours = ours || mastodon_is_me(m, item);
		if (*acct)
			sm_post_tag(post, "Mention", with_sign(m, '@', acct),
			    social_str(item, "url"));
	}
	json_array_foreach(social_at(status, "tags"), i, item) {
		const char *name = social_text(item, "name");

		if (*name)
			sm_post_tag(post, "Hashtag", with_sign(m, '#', name),
			    social_str(item, "url"));
	}
	return ours;
}

/* By the end of its address, since the API only says "image". */
static const char *
media_type(const char *url)
{
	static const struct { const char *end, *type; } known[] = {
		{ "jpg", "image/jpeg" }, { "jpeg", "image/jpeg" },
		{ "png", "image/png" }, { "gif", "image/gif" },
		{ "webp", "image/webp" }, { "avif", "image/avif" },
		{ "heic", "image/heic" }, { "svg", "image/svg+xml" },
		{ "mp4", "video/mp4" }, { "webm", "video/webm" },
		{ "mov", "video/quicktime" }, { "m4v", "video/mp4" },
		{ "mp3", "audio/mpeg" }, { "ogg", "audio/ogg" },
		{ "oga", "audio/ogg" }, { "opus", "audio/ogg" },
		{ "flac", "audio/flac" }, { "wav", "audio/wav" },
		{ "m4a", "audio/mp4" }
	};
	size_t len = strcspn(url, "?#");

	for (size_t i = 0; i < ARRAY(known); i++) {
		size_t n = strlen(known[i].end);

		if (len > n && url[len - n - 1] == '.' &&
		    strncasecmp(url + len - n, known[i].end, n) == 0)
			return known[i].type;
	}
	return NULL;
}

/* Whom and what a post quotes, on one line. */
static struct sm_span
quoted_name(struct mastodon *m, const json_t *quoted)
{
	struct sm_span html = social_str(quoted, "content"), span;
	struct sm_buf text = SM_BUF_INIT;

	sm_html_text(&m->html, html.s ? html.s : "", html.len, m->base.data);
	sm_buf_addf(&text, "@%s: %s", mastodon_acct(m, social_text(quoted,
	    "account.acct")), sm_buf_str(&m->html.text));
	span.s = sm_arena_strndup(&m->arena, text.data, text.len);
	span.len = text.len;
	sm_buf_release(&text);
	return span;
}

static void
take_files(struct mastodon *m, struct sm_post *post, const json_t *status)
{
	const json_t *quoted = social_at(status, "quote.quoted_status");
	const json_t *file;
	size_t i;

	json_array_foreach(social_at(status, "media_attachments"), i, file) {
		const char *url = social_text(file, "url");
		struct sm_span type = social_str(file, "pleroma.mime_type");

		if (!*url)
			url = social_text(file, "remote_url");
		if (!type.s)
			type = sm_span(media_type(url));
		if (*url)
			sm_post_file(post, type, sm_span(url),
			    social_str(file, "description"));
	}
	/* The preview of a link in the text. */
	if (social_str(status, "card.url").len > 0)
		sm_post_file(post, sm_span("text/html"), social_str(status,
		    "card.url"), social_str(status, "card.title"));
	if (json_is_object(quoted))
		sm_post_file(post, sm_span("text/html"), social_str(quoted,
		    "url"), quoted_name(m, quoted));
}

static void
take_thread(struct mastodon *m, struct sm_post *post, const json_t *status)
{
	const char *parent = mastodon_id(m, status, "in_reply_to_id");
	const char *root = mastodon_root(m, post->native.s);

	if (!root && parent)
		root = mastodon_root(m, parent);
	if (!root)
		root = parent ? parent : post->native.s;
	post->reply_to = sm_span(parent);
	post->context = sm_span(sm_arena_strndup(&m->arena, root,
	    strlen(root)));
}

static enum sm_direction
direction_of(struct mastodon *m, const json_t *status, char how, bool ours)
{
	const char *to = social_id(&m->arena, status,
	    "in_reply_to_account_id");

	if (mastodon_is_me(m, social_at(status, "account")))
		return SM_DIRECTION_OUT;
	if (ours || how == MASTODON_BY_MENTION || how == MASTODON_BY_TALK ||
	    (to && m->me.id.len > 0 && strcmp(to, m->me.id.data) == 0))
		return SM_DIRECTION_IN;
	return how == MASTODON_BY_QUOTE ? SM_DIRECTION_ABOUT :
	    SM_DIRECTION_ASK;
}

static void
take_status(struct mastodon *m, struct sm_post *post, const json_t *status,
    char how)
{
	bool ours;

	post->channel = sm_span("mastodon");
	post->host = sm_span(sm_buf_str(&m->host));
	post->id = post->native;
	post->url = social_str(status, "url");
	if (!post->url.s)
		post->url = social_str(status, "uri");
	if (json_is_object(social_at(status, "poll")))
		post->type = "Question";
	take_author(m, &post->author, social_at(status, "account"));
	ours = take_tags(m, post, status);
	take_files(m, post, status);	/* before the text: uses m->html */
	mastodon_content(m, status);
	mastodon_ref(m, status);
	post->content.s = sm_buf_str(&m->content);
	post->content.len = m->content.len;
	post->ref.s = m->ref.data;
	post->ref.len = m->ref.len;
	post->summary = social_str(status, "spoiler_text");
	post->language = social_str(status, "language");
	post->published = social_time(status, "created_at");
	post->updated = social_time(status, "edited_at");
	post->visibility = visibility_of(m, social_text(status,
	    "visibility"));
	post->likes = social_count(status, "favourites_count");
	post->shares = social_count(status, "reblogs_count");
	post->replies = social_count(status, "replies_count");
	take_thread(m, post, status);
	post->direction = direction_of(m, status, how, ours);
	if (json_is_object(social_at(status, "quote")))
		post->flags |= SM_FLAG_QUOTED;
}

static int
emit_new(struct mastodon *m, const json_t *status, int64_t when, char how,
    struct sm_emit *emit, struct sm_err *err)
{
	const char *id = mastodon_id(m, status, "id"), *rev;
	enum sm_seen_answer answer;
	struct sm_post post;

	/* A boost says nothing of its own. */
	if (!id || json_is_object(social_at(status, "reblog")))
		return 0;
	if (how == MASTODON_BY_UPDATE) {
		if (sm_seen_when(m->seen, social_thing(id)) == 0)
			return 0;
		how = mastodon_how(m, id);
	}
	rev = mastodon_rev(m, status);
	answer = sm_seen_meet(m->seen, social_thing(id), social_rev(rev),
	    NULL);
	mastodon_root_learn(m, status);
	if (answer == SM_SEEN_SAME)
		return 0;
	sm_post_init(&post);
	post.native = sm_span(id);
	post.rev = sm_span(rev);
	post.indexed = when;
	take_status(m, &post, status, how);
	if (answer == SM_SEEN_CHANGED || post.updated != SM_TIME_NONE)
		post.flags |= SM_FLAG_EDITED;
	if (m->check_since > 0)
		social_recent_add(&m->recent, id, post.published ==
		    SM_TIME_NONE ? emit->fetched : post.published, how);
	return sm_emit_post(emit, &post, err);
}

int
mastodon_emit(struct mastodon *m, const json_t *status, int64_t when,
    char how, struct sm_emit *emit, struct sm_err *err)
{
	int ret = emit_new(m, status, when, how, emit, err);

	sm_arena_reset(&m->arena);
	return ret;
}

int
mastodon_gone(struct mastodon *m, const char *id, struct sm_emit *emit,
    struct sm_err *err)
{
	struct sm_span host = sm_span(sm_buf_str(&m->host));

	if (sm_seen_meet(m->seen, social_thing(id), social_rev("deleted"),
	    NULL) == SM_SEEN_SAME)
		return 0;
	social_recent_drop(&m->recent, id);
	return social_tombstone(emit, "mastodon", host, id, err);
}
