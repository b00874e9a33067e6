/* What is attached to a post: pictures, video, links, quoted posts. */
#include <string.h>

#include "source/social/bluesky.h"

/* "images" of "app.bsky.embed.images#view". */
static bool
is_embed(const json_t *embed, const char *name)
{
	static const char head[] = "app.bsky.embed.";
	const char *type = social_text(embed, "$type");
	size_t n = strlen(name);

	return strncmp(type, head, sizeof(head) - 1) == 0 &&
	    strncmp(type + sizeof(head) - 1, name, n) == 0 &&
	    (!type[sizeof(head) - 1 + n] || type[sizeof(head) - 1 + n] == '#');
}

/* The record has the type of each picture, the view its address. */
static void
add_images(struct sm_post *post, const json_t *view, const json_t *record)
{
	const json_t *kept = social_at(record, "images"), *image;
	size_t i;

	json_array_foreach(social_at(view, "images"), i, image)
		sm_post_file(post, social_str(json_array_get(kept, i),
		    "image.mimeType"), social_str(image, "fullsize"),
		    social_str(image, "alt"));
}

static void
add_video(struct sm_post *post, const json_t *view, const json_t *record)
{
	sm_post_file(post, social_str(record, "video.mimeType"),
	    social_str(view, "playlist"), social_str(view, "alt"));
}

static void
add_external(struct sm_post *post, const json_t *view, const json_t *record)
{
	(void)record;
	if (social_str(view, "external.uri").len > 0)
		sm_post_file(post, sm_span("text/html"), social_str(view,
		    "external.uri"), social_str(view, "external.title"));
}

/* Whom and what it quotes; a post that is hidden or gone has but its uri. */
static void
add_quote(struct bluesky *b, struct sm_post *post, const json_t *quoted)
{
	const char *handle = social_text(quoted, "author.handle");
	const char *text = social_text(quoted, "value.text");
	const char *page = bluesky_page(b, social_text(quoted, "uri"),
	    handle);
	struct sm_buf name = SM_BUF_INIT;
	struct sm_span span = sm_span(NULL);

	post->flags |= SM_FLAG_QUOTED;
	if (!page)
		return;
	if (*handle) {
		sm_buf_addf(&name, "@%s: ", handle);
		sm_buf_adds(&name, text);
		span.s = sm_arena_strndup(&b->arena, name.data, name.len);
		span.len = name.len;
	}
	sm_post_file(post, sm_span("text/html"), sm_span(page), span);
	sm_buf_release(&name);
}

static void
add_media(struct sm_post *post, const json_t *view, const json_t *record)
{
	static const struct {
		const char *name;
		void (*add)(struct sm_post *post, const json_t *view,
		    const json_t *record);
	} kinds[] = {
		{ "images", add_images },
		{ "video", add_video },
		{ "external", add_external }
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (is_embed(view, kinds[i].name))
			kinds[i].add(post, view, record);
}

void
bluesky_files(struct bluesky *b, const json_t *view, struct sm_post *post)
{
	const json_t *embed = social_at(view, "embed");
	const json_t *record = social_at(view, "record.embed");

	/* A notification has no views, only what the writer wrote. */
	if (!embed)
		embed = record;
	if (is_embed(embed, "recordWithMedia")) {
		add_media(post, social_at(embed, "media"), social_at(record,
		    "media"));
		add_quote(b, post, social_at(embed, "record.record"));
	} else if (is_embed(embed, "record"))
		add_quote(b, post, social_at(embed, "record"));
	else
		add_media(post, embed, record);
}
