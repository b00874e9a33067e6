/*
 * The text of a post and its facets (app.bsky.richtext.facet): bytes from,
 * bytes to, and what stands there.  Whoever writes them may write anything:
 * what lies outside of the text, in the middle of a character, or over
 * another facet is passed over.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "source/social/bluesky.h"
#include "text/url.h"

struct facet {
	size_t from, to;
	const json_t *features;
};

static bool
is_middle(const struct sm_span *text, size_t at)
{
	return at < text->len && ((unsigned char)text->s[at] & 0xC0) == 0x80;
}

static bool
take_facet(struct facet *facet, const json_t *json,
    const struct sm_span *text)
{
	int64_t from = social_count(json, "index.byteStart");
	int64_t to = social_count(json, "index.byteEnd");

	if (from < 0 || to <= from || (uint64_t)to > text->len ||
	    is_middle(text, (size_t)from) || is_middle(text, (size_t)to))
		return false;
	facet->from = (size_t)from;
	facet->to = (size_t)to;
	facet->features = social_at(json, "features");
	return json_array_size(facet->features) > 0;
}

static int
by_place(const void *a, const void *b)
{
	const struct facet *left = a, *right = b;

	return left->from < right->from ? -1 : left->from > right->from;
}

static size_t
take_facets(struct facet *facets, const json_t *json,
    const struct sm_span *text)
{
	const json_t *facet;
	size_t i, n = 0;

	json_array_foreach(json, i, facet)
		if (n < BLUESKY_FACETS && take_facet(&facets[n], facet, text))
			n++;
	qsort(facets, n, sizeof(*facets), by_place);
	return n;
}

/* Without scheme, "www." and the slash at its end. */
static struct sm_span
bare(struct sm_span url)
{
	static const char *const heads[] = { "https://", "http://", "www." };

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		size_t n = strlen(heads[i]);

		if (url.len >= n && strncasecmp(url.s, heads[i], n) == 0) {
			url.s += n;
			url.len -= n;
		}
	}
	if (url.len > 0 && url.s[url.len - 1] == '/')
		url.len--;
	return url;
}

/* The address behind a text that does not say it, or not whole. */
static void
add_link(struct sm_buf *out, struct sm_span shown, struct sm_span url)
{
	struct sm_span a = bare(shown), b = bare(url);

	if (!sm_url_is_web(url.s, url.len) ||
	    (a.len == b.len && strncasecmp(a.s, b.s, a.len) == 0))
		return;
	sm_buf_adds(out, " <");
	sm_buf_add(out, url.s, url.len);
	sm_buf_addc(out, '>');
}

static struct sm_span
hashtag(struct bluesky *b, struct sm_span tag)
{
	struct sm_buf text = SM_BUF_INIT;
	struct sm_span span;

	sm_buf_addc(&text, '#');
	sm_buf_add(&text, tag.s, tag.len);
	span.s = sm_arena_strndup(&b->arena, text.data, text.len);
	span.len = text.len;
	sm_buf_release(&text);
	return span;
}

static void
add_feature(struct bluesky *b, struct sm_post *post, struct sm_span shown,
    const json_t *feature)
{
	const char *type = strchr(social_text(feature, "$type"), '#');
	struct sm_span did = social_str(feature, "did");
	struct sm_span tag = social_str(feature, "tag");

	if (!type)
		return;
	if (strcmp(type, "#link") == 0 && social_str(feature, "uri").len > 0)
		add_link(&b->content, shown, social_str(feature, "uri"));
	else if (strcmp(type, "#mention") == 0 && did.len > 0)
		sm_post_tag(post, "Mention", shown, did);
	else if (strcmp(type, "#tag") == 0 && tag.len > 0)
		sm_post_tag(post, "Hashtag", hashtag(b, tag), sm_span(NULL));
}

void
bluesky_text(struct bluesky *b, const json_t *record, struct sm_post *post)
{
	struct sm_span text = social_str(record, "text"), shown;
	struct facet facets[BLUESKY_FACETS];
	size_t n = take_facets(facets, social_at(record, "facets"), &text);
	size_t done = 0, i;
	const json_t *item;

	sm_buf_clear(&b->content);
	for (size_t f = 0; f < n; f++) {
		const struct facet *facet = &facets[f];

		if (facet->from < done)
			continue;
		sm_buf_add(&b->content, text.s + done, facet->to - done);
		done = facet->to;
		shown.s = text.s + facet->from;
		shown.len = facet->to - facet->from;
		json_array_foreach(facet->features, i, item)
			if (i < SM_POST_TAGS)
				add_feature(b, post, shown, item);
	}
	if (text.len > done)
		sm_buf_add(&b->content, text.s + done, text.len - done);
	/* Tags that do not stand in the text. */
	json_array_foreach(social_at(record, "tags"), i, item) {
		struct sm_span tag = { .s = json_string_value(item),
		    .len = json_string_length(item) };

		if (tag.len > 0)
			sm_post_tag(post, "Hashtag", hashtag(b, tag),
			    sm_span(NULL));
	}
	post->content.s = sm_buf_str(&b->content);
	post->content.len = b->content.len;
}

struct sm_span
bluesky_repo(const char *uri)
{
	struct sm_span span = { .s = NULL, .len = 0 };

	if (!uri || strncmp(uri, "at://", 5) != 0)
		return span;
	span.s = uri + 5;
	span.len = strcspn(span.s, "/");
	return span;
}

const char *
bluesky_page(struct bluesky *b, const char *uri, const char *handle)
{
	struct sm_span repo = bluesky_repo(uri);
	const char *key = uri ? strrchr(uri, '/') : NULL, *page;
	struct sm_buf url = SM_BUF_INIT;

	if (repo.len == 0 || !key)
		return NULL;
	sm_buf_adds(&url, "https://bsky.app/profile/");
	if (handle && *handle && strcmp(handle, "handle.invalid") != 0)
		social_encode(&url, handle, strlen(handle));
	else
		sm_buf_add(&url, repo.s, repo.len);
	if (strstr(uri, "/app.bsky.feed.post/"))
		sm_buf_addf(&url, "/post%s", key);
	page = sm_arena_strndup(&b->arena, url.data, url.len);
	sm_buf_release(&url);
	return page;
}
