#include "record/post.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/sha256.h"
#include "record/json.h"
#include "record/post_text.h"
#include "record/record.h"

#define TEXT_OF(number) TEXT_OF_IT(number)
#define TEXT_OF_IT(number) #number
#define OLDEST INT64_C(631152000)	/* 1990: no post is older */

static const char *const directions[] = { "", "in", "about", "peer", "out" };
static const char *const visibilities[] = { "public", "unlisted", "followers",
    "direct" };
static const struct { unsigned flag; const char *name; } flags[] = {
	{ SM_FLAG_CLOCK_SKEW, "clock-skew" },
	{ SM_FLAG_TRUNCATED, "truncated" },
	{ SM_FLAG_EDITED, "edited" },
	{ SM_FLAG_QUOTED, "quoted" },
	{ SM_FLAG_AUTO, "auto" },
	{ SM_FLAG_REPAIRED_UTF8, "repaired-utf8" },
	{ SM_FLAG_REPAIRED_XML, "repaired-xml" }
};

/* How much of the long members is kept: tried in turn until a line fits. */
static const struct limits {
	size_t content, summary, things, name;
} limits[] = {
	{ SM_POST_CONTENT, SM_POST_SUMMARY, SM_POST_TAGS, SM_POST_NAME },
	{ 65536, 4096, 0, 2048 }
};

void
sm_post_init(struct sm_post *post)
{
	/* The lists have no need of it, and are most of it. */
	memset(post, 0, offsetof(struct sm_post, tags));
	memset(&post->nfiles, 0, sizeof(*post) -
	    offsetof(struct sm_post, nfiles));
	post->ntags = 0;
	post->type = "Note";
	post->published = post->updated = SM_TIME_NONE;
	post->indexed = post->fetched = SM_TIME_NONE;
	post->author.published = post->deleted = SM_TIME_NONE;
	post->window = SM_TIME_NONE;
	post->author.followers = post->author.following = -1;
	post->author.posts = -1;
	post->author.verified = post->author.bot = -1;
	post->usual = SM_DIRECTION_ABOUT;
	post->likes = post->shares = post->replies = post->views = -1;
}

struct sm_span
sm_span(const char *s)
{
	struct sm_span span = { .s = s, .len = s ? strlen(s) : 0 };

	return span;
}

void
sm_post_tag(struct sm_post *post, const char *type, struct sm_span name,
    struct sm_span href)
{
	struct sm_post_tag tag = { .type = type, .name = name, .href = href };

	if (post->ntags < SM_POST_TAGS)
		post->tags[post->ntags++] = tag;
}

void
sm_post_file(struct sm_post *post, struct sm_span type, struct sm_span url,
    struct sm_span name)
{
	struct sm_post_file file = { .type = type, .url = url, .name = name };

	if (post->nfiles < SM_POST_FILES)
		post->files[post->nfiles++] = file;
}

static void
add_graphic(struct sm_buf *out, struct sm_span text)
{
	const char *s = text.s, *end = s + text.len, *from = s;

	for (; s < end; s++) {
		if ((unsigned char)*s > ' ' && *s != 0x7F)
			continue;
		sm_buf_add(out, from, (size_t)(s - from));
		from = s + 1;
	}
	sm_buf_add(out, from, (size_t)(end - from));
}

void
sm_post_key(const struct sm_post *post, struct sm_buf *out)
{
	char hex[SM_SHA256_HEX];

	add_graphic(out, post->channel);
	sm_buf_addc(out, ':');
	if (post->host.s)
		add_graphic(out, post->host);
	sm_buf_addc(out, ':');
	if (post->native.len <= SM_POST_KEY) {
		add_graphic(out, post->native);
		return;
	}
	sm_sha256_hex(post->native.s, post->native.len, hex);
	sm_buf_add(out, "sha256-", 7);
	sm_buf_adds(out, hex);
}

int64_t
sm_post_start(const struct sm_post *post, bool *skew)
{
	int64_t late = post->fetched + SM_POST_SKEW;

	*skew = (post->published != SM_TIME_NONE &&
	    (post->published < OLDEST || post->published > late)) ||
	    (post->indexed != SM_TIME_NONE &&
	    (post->indexed < OLDEST || post->indexed > late));
	if (post->indexed != SM_TIME_NONE && post->indexed <= late &&
	    post->indexed >= OLDEST)
		return post->indexed;
	if (post->published != SM_TIME_NONE && post->published >= OLDEST &&
	    post->published <= late && (post->window == SM_TIME_NONE ||
	    post->published >= post->window))
		return post->published;
	return post->fetched;
}

bool
sm_post_is_own(const char *const *own, struct sm_span account)
{
	if (account.len > 0 && *account.s == '@') {
		account.s++;
		account.len--;
	}
	for (; own && *own && account.len > 0; own++) {
		const char *name = **own == '@' ? *own + 1 : *own;

		if (strlen(name) == account.len &&
		    strncasecmp(name, account.s, account.len) == 0)
			return true;
	}
	return false;
}

enum sm_direction
sm_post_direction(const struct sm_post *post)
{
	const struct sm_post_author *author = &post->author;

	if (post->direction != SM_DIRECTION_ASK)
		return post->direction;
	if (sm_post_is_own(post->own, author->id) ||
	    sm_post_is_own(post->own, author->username) ||
	    sm_post_is_own(post->own, author->url))
		return SM_DIRECTION_OUT;
	for (size_t i = 0; i < post->ntags; i++)
		if (post->tags[i].type[0] == 'M' &&
		    (sm_post_is_own(post->own, post->tags[i].name) ||
		    sm_post_is_own(post->own, post->tags[i].href)))
			return SM_DIRECTION_IN;
	if (post->usual == SM_DIRECTION_ABOUT && post->reply_to.len > 0)
		return SM_DIRECTION_PEER;
	return post->usual;
}

static void
add_count(struct sm_buf *out, const char *name, int64_t value)
{
	if (value >= 0)
		sm_json_int(out, name, value);
}

static void
add_time(struct sm_buf *out, const char *name, int64_t time)
{
	if (time != SM_TIME_NONE)
		post_time(out, name, time);
}

static void
add_author(struct sm_buf *out, const struct sm_post_author *author,
    size_t max)
{
	size_t start = out->len, empty;

	post_member(out, "attributedTo");
	sm_buf_addc(out, '{');
	empty = out->len;
	if (author->id.len || author->username.len || author->name.len ||
	    author->url.len)
		post_fixed(out, "type", author->type ? author->type :
		    "Person");
	post_whole(out, "id", author->id, max);
	post_text(out, "preferredUsername", author->username, max,
	    POST_ONE_LINE, NULL);
	post_text(out, "name", author->name, max, POST_ONE_LINE, NULL);
	post_whole(out, "url", author->url, max);
	add_time(out, "published", author->published);
	add_count(out, "followers", author->followers);
	add_count(out, "following", author->following);
	add_count(out, "posts", author->posts);
	if (author->verified >= 0)
		sm_json_bool(out, "verified", author->verified > 0);
	if (author->bot >= 0)
		sm_json_bool(out, "bot", author->bot > 0);
	if (out->len == empty)
		sm_buf_cut(out, start);
	else
		sm_json_close(out, '}');
}

static void
add_tags(struct sm_buf *out, const struct sm_post *post, size_t max)
{
	if (post->ntags == 0)
		return;
	sm_json_open(out, "tag", '[');
	for (size_t i = 0; i < post->ntags; i++) {
		sm_json_open(out, NULL, '{');
		post_fixed(out, "type", post->tags[i].type);
		post_text(out, "name", post->tags[i].name, max, POST_ONE_LINE,
		    NULL);
		post_whole(out, "href", post->tags[i].href, max);
		sm_json_close(out, '}');
	}
	sm_json_close(out, ']');
}

static void
add_files(struct sm_buf *out, const struct sm_post *post, size_t max)
{
	if (post->nfiles == 0)
		return;
	sm_json_open(out, "attachment", '[');
	for (size_t i = 0; i < post->nfiles; i++) {
		sm_json_open(out, NULL, '{');
		post_text(out, "mediaType", post->files[i].type, max,
		    POST_ONE_LINE, NULL);
		post_whole(out, "url", post->files[i].url, max);
		post_text(out, "name", post->files[i].name, max,
		    POST_ONE_LINE, NULL);
		sm_json_close(out, '}');
	}
	sm_json_close(out, ']');
}

static void
add_metrics(struct sm_buf *out, const struct sm_post *post)
{
	if (post->likes >= 0 || post->shares >= 0 || post->replies >= 0 ||
	    post->views >= 0) {
		sm_json_open(out, "metrics", '{');
		add_count(out, "likes", post->likes);
		add_count(out, "shares", post->shares);
		add_count(out, "replies", post->replies);
		add_count(out, "views", post->views);
		sm_json_close(out, '}');
	}
	if (post->best > 0) {
		sm_json_open(out, "rating", '{');
		sm_json_int(out, "value", post->rating);
		sm_json_int(out, "best", post->best);
		sm_json_close(out, '}');
	}
}

static void
add_flags(struct sm_buf *out, unsigned set)
{
	if (set == 0)
		return;
	sm_json_open(out, "flags", '[');
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (set & flags[i].flag)
			sm_json_strz(out, NULL, flags[i].name);
	sm_json_close(out, ']');
}

static void
add_origin(struct sm_buf *out, const struct sm_post *post, size_t max)
{
	struct sm_buf key = SM_BUF_INIT;
	struct sm_span span;

	sm_buf_reserve(&key, 120);
	sm_buf_adds(out, "\"v\":" TEXT_OF(SM_RECORD_VERSION));
	sm_post_key(post, &key);
	span.s = key.data;
	span.len = key.len;
	post_text(out, "key", span, key.len, POST_ONE_LINE, NULL);
	sm_buf_release(&key);
	post_fixed(out, "type", post->type);
	post_text(out, "channel", post->channel, max, POST_ONE_LINE, NULL);
	post_text(out, "source", post->source, max, POST_ONE_LINE, NULL);
	post_text(out, "account", post->account, max, POST_ONE_LINE, NULL);
	post_text(out, "rev", post->rev, max, POST_ONE_LINE, NULL);
	post_text(out, "brand", post->brand, max, POST_ONE_LINE, NULL);
	post_whole(out, "id", post->id, max);
	post_whole(out, "url", post->url, max);
}

/* The text; which flags its state sets. */
static unsigned
add_content(struct sm_buf *out, const struct sm_post *post,
    const struct limits *limit)
{
	bool repaired = false;
	size_t before = out->len, cut;

	if (post->former)
		return 0;
	cut = post_text(out, "content", post->content, limit->content,
	    POST_LINES, &repaired);
	if (out->len == before)		/* it must be there */
		post_fixed(out, "content", "");
	cut += post_text(out, "name", post->name, limit->name, POST_ONE_LINE,
	    &repaired);
	cut += post_text(out, "summary", post->summary, limit->summary,
	    POST_LINES, &repaired);
	return (cut ? SM_FLAG_TRUNCATED : 0) |
	    (repaired ? SM_FLAG_REPAIRED_UTF8 : 0);
}

static void
write_line(const struct sm_post *post, struct sm_buf *out,
    const struct limits *limit)
{
	unsigned set = post->flags;
	bool skew;
	int64_t start = sm_post_start(post, &skew);

	sm_buf_clear(out);
	sm_buf_addc(out, '{');
	add_origin(out, post, limit->name);
	set |= add_content(out, post, limit);
	add_author(out, &post->author, limit->name);
	add_time(out, "published", post->published);
	add_time(out, "updated", post->updated);
	add_time(out, "indexed", post->indexed);
	post_time(out, "fetched", post->fetched);
	post_time(out, "start", start);
	post_text(out, "language", post->language, 64, POST_ONE_LINE, NULL);
	post_whole(out, "inReplyTo", post->reply_to, limit->name);
	post_whole(out, "context", post->context, limit->name);
	post_fixed(out, "direction", directions[sm_post_direction(post)]);
	post_fixed(out, "visibility", visibilities[post->visibility]);
	if (limit->things > 0) {
		add_tags(out, post, limit->name);
		add_files(out, post, limit->name);
	} else if (post->ntags || post->nfiles)
		set |= SM_FLAG_TRUNCATED;
	add_metrics(out, post);
	if (post->ref.s && post->ref.len <= SM_POST_REF)
		sm_json_raw(out, "ref", post->ref.s, post->ref.len);
	if (skew)
		set |= SM_FLAG_CLOCK_SKEW;
	add_flags(out, set);
	post_whole(out, "raw", post->raw, SM_POST_NAME);
	add_time(out, "deleted", post->deleted);
	if (post->former)
		sm_json_strz(out, "formerType", post->former);
	sm_buf_add(out, "}\n", 2);
}

int
sm_post_write(const struct sm_post *post, struct sm_buf *out,
    struct sm_err *err)
{
	if (post->channel.len == 0 || post->native.len == 0 ||
	    post->source.len == 0 || post->brand.len == 0)
		return sm_err_set(err, SM_EXIT_DATA,
		    "a post without channel, id, source or brand");
	assert(post->fetched != SM_TIME_NONE);
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		write_line(post, out, &limits[i]);
		if (out->len <= SM_RECORD_MAX)
			return 0;
	}
	return sm_err_set(err, SM_EXIT_DATA, "a post does not fit into a line "
	    "of %d bytes", SM_RECORD_MAX);
}
