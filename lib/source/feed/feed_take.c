#include "source/feed/feed_take.h"

#include <string.h>
#include <strings.h>

#include "record/post.h"
#include "text/url.h"

/* An attribute that has something in it, under the first name that has. */
static const struct feed_attr *
first_attr(const struct feed_tag *tag, const char *const *names)
{
	for (; *names; names++) {
		const struct feed_attr *attr = feed_attr_find(tag, *names);

		if (attr && attr->len > 0)
			return attr;
	}
	return NULL;
}

static const struct feed_attr *
href_of(const struct feed_tag *tag)
{
	static const char *const names[] = { "href", "url", "uri", NULL };

	return first_attr(tag, names);
}

void
feed_take_lang(struct feed_xml *xml, uint32_t at, int rank)
{
	const char *lang = sm_buf_str(&xml->langs) + at;

	feed_item_set(&xml->feed->item, FEED_LANGUAGE, rank, lang,
	    strlen(lang));
}

void
feed_take_url(struct feed_xml *xml, enum feed_field field, int rank,
    const char *s, size_t len)
{
	struct sm_buf *found = &xml->feed->scratch;

	sm_buf_clear(found);
	if (sm_url_resolve(feed_xml_base(xml), s, len, found) == 0)
		feed_item_set(&xml->feed->item, field, rank, found->data,
		    found->len);
}

static void
add_file(struct feed_xml *xml, const struct feed_tag *tag)
{
	static const char *const titles[] = { "title", "alt", NULL };
	const struct feed_attr *url = href_of(tag);
	const struct feed_attr *type = feed_attr_find(tag, "type");
	const struct feed_attr *title = first_attr(tag, titles);
	struct sm_buf *found = &xml->feed->scratch;

	sm_buf_clear(found);
	if (url && sm_url_resolve(feed_xml_base(xml), url->value, url->len,
	    found) == 0)
		feed_item_file(&xml->feed->item, type ? type->value : "",
		    type ? type->len : 0, found, title ? title->value : "",
		    title ? title->len : 0);
}

/* rel=replies: how many, and where. */
static void
replies_link(struct feed_xml *xml, const struct feed_tag *tag,
    const struct feed_attr *href)
{
	const struct feed_attr *count = feed_attr_find(tag, "thr:count");

	if (count)
		feed_item_set(&xml->feed->item, FEED_COMMENTS, 3,
		    count->value, count->len);
	feed_take_url(xml, feed_attr_is(tag, "type", "text/html") ||
	    !feed_attr_find(tag, "type") ? FEED_COMMENTS_URL :
	    FEED_COMMENT_FEED, 2, href->value, href->len);
}

static int
link_rank(const struct feed_tag *tag)
{
	if (!feed_attr_find(tag, "type") || feed_attr_is(tag, "type",
	    "text/html") || feed_attr_is(tag, "type", "html") ||
	    feed_attr_is(tag, "type", "application/xhtml+xml"))
		return 3;
	return 5;
}

static void
head_link(struct feed_xml *xml, const struct feed_tag *tag,
    const struct feed_attr *href)
{
	struct feed *feed = xml->feed;

	if (feed_attr_is(tag, "rel", "next") ||
	    feed_attr_is(tag, "rel", "prev-archive"))
		feed_next(feed, href->value, href->len, feed_xml_base(xml));
	else if (feed->base.len == 0 && (!feed_attr_find(tag, "rel") ||
	    feed_attr_is(tag, "rel", "alternate") ||
	    feed_attr_is(tag, "rel", "self")))
		feed_base(feed, href->value, href->len);
}

static void
take_link(struct feed_xml *xml, const struct feed_tag *tag,
    const struct feed_attr *href)
{
	if (xml->item_depth == 0)
		head_link(xml, tag, href);
	else if (!feed_attr_find(tag, "rel") ||
	    feed_attr_is(tag, "rel", "alternate") ||
	    feed_attr_is(tag, "rel", ""))
		feed_take_url(xml, FEED_LINK, link_rank(tag), href->value,
		    href->len);
	else if (feed_attr_is(tag, "rel", "enclosure"))
		add_file(xml, tag);
	else if (feed_attr_is(tag, "rel", "replies"))
		replies_link(xml, tag, href);
}

static bool
is_xml(const struct feed_attr *type)
{
	const char *tail = type->value + type->len - 4;

	return type->len > 4 && (strncasecmp(tail, "+xml", 4) == 0 ||
	    strncasecmp(tail, "/xml", 4) == 0);
}

/* What an attribute type says. */
static enum feed_text
declared_text(const struct feed_tag *tag, enum feed_text usual)
{
	const struct feed_attr *type = feed_attr_find(tag, "type");

	if (feed_attr_is(tag, "mode", "base64"))
		return FEED_TEXT_BASE64;
	if (feed_attr_is(tag, "mode", "escaped") && type)
		return feed_attr_is(tag, "type", "text/plain") ? usual :
		    feed_attr_is(tag, "type", "text/html") ||
		    feed_attr_is(tag, "type", "application/xhtml+xml") ?
		    FEED_TEXT_HTML : FEED_TEXT_GUESS;
	if (feed_attr_is(tag, "mode", "xml") && type &&
	    !feed_attr_is(tag, "type", "text/plain") &&
	    !feed_attr_is(tag, "type", "text/html"))
		return FEED_TEXT_MARKUP;
	if (!type || type->len == 0)
		return usual;
	if (feed_attr_is(tag, "type", "xhtml") ||
	    feed_attr_is(tag, "type", "application/xhtml+xml"))
		return FEED_TEXT_MARKUP;
	if (feed_attr_is(tag, "type", "html") ||
	    feed_attr_is(tag, "type", "text/html"))
		return FEED_TEXT_HTML;
	if (feed_attr_is(tag, "type", "text") ||
	    feed_attr_is(tag, "type", "plain") ||
	    feed_attr_is(tag, "type", "text/plain"))
		return usual == FEED_TEXT_PLAIN ? FEED_TEXT_PLAIN :
		    FEED_TEXT_GUESS;
	if (is_xml(type))
		return FEED_TEXT_HTML;
	return !memchr(type->value, '/', type->len) ||
	    strncasecmp(type->value, "text/", 5) == 0 ? FEED_TEXT_GUESS :
	    FEED_TEXT_BASE64;
}

static void
begin_capture(struct feed_xml *xml, const struct feed_name *name,
    enum feed_text how)
{
	xml->how = how;
	xml->capture = name;
	xml->capture_depth = xml->depth;
	sm_buf_clear(&xml->taken);
}

/* A text that says itself how it is written. */
static void
begin_text(struct feed_xml *xml, const struct feed_name *name,
    const struct feed_tag *tag, enum feed_text usual)
{
	/* What is elsewhere (src) is not fetched. */
	if (feed_attr_find(tag, "src"))
		xml->skip_depth = xml->depth;
	else
		begin_capture(xml, name, declared_text(tag, usual));
}

static void
take_tag(struct feed_xml *xml, const struct feed_name *name,
    const struct feed_tag *tag)
{
	static const char *const names[] = { "term", "text", NULL };
	const struct feed_attr *term = first_attr(tag, names);
	const struct feed_attr *label = feed_attr_find(tag, "label");

	if (term)
		feed_item_tag(&xml->feed->item, term->value, term->len);
	begin_capture(xml, name, FEED_TEXT_PLAIN);
	if (!term && label)
		sm_buf_add(&xml->taken, label->value, label->len);
}

static void
take_parent(struct feed_item *item, const struct feed_tag *tag)
{
	const struct feed_attr *ref = feed_attr_find(tag, "ref");
	const struct feed_attr *href = feed_attr_find(tag, "href");

	if (ref)
		feed_item_set(item, FEED_PARENT, 1, ref->value, ref->len);
	if (href)
		feed_item_set(item, FEED_PARENT_URL, 1, href->value,
		    href->len);
}

static void
take_author(struct feed_xml *xml, const struct feed_name *name)
{
	/* The first of the best kind is the author. */
	if (!feed_item_author(&xml->feed->item, name->rank)) {
		xml->skip_depth = xml->depth;
		return;
	}
	xml->author_depth = xml->depth;
	begin_capture(xml, name, FEED_TEXT_PLAIN);
}

static void
take_in_source(struct feed_xml *xml, const struct feed_name *name)
{
	if (name->kind == FEED_NAME_AUTHOR && !xml->source_author)
		xml->source_author = xml->depth;
	else if (name->kind == FEED_NAME_IN_AUTHOR &&
	    name->field == FEED_AUTHOR && xml->source_author)
		begin_capture(xml, name, FEED_TEXT_PLAIN);
}

static void
take_id(struct feed_xml *xml, const struct feed_name *name,
    const struct feed_tag *tag)
{
	if (feed_attr_find(tag, "ispermalink"))
		xml->feed->item.no_permalink = !feed_attr_is(tag,
		    "ispermalink", "true");
	begin_capture(xml, name, FEED_TEXT_PLAIN);
}

void
feed_take_item(struct feed_xml *xml, const struct feed_name *name,
    const struct feed_tag *tag)
{
	enum feed_text guess = xml->atom ? FEED_TEXT_PLAIN : FEED_TEXT_GUESS;
	const struct feed_attr *href;

	if (xml->source_depth) {
		take_in_source(xml, name);
		return;
	}
	switch ((enum feed_name_kind)name->kind) {
	case FEED_NAME_NONE: case FEED_NAME_ITEM: return;
	case FEED_NAME_SKIP: xml->skip_depth = xml->depth; return;
	case FEED_NAME_SOURCE:
		xml->source_depth = xml->depth;
		xml->source_author = 0;
		return;
	case FEED_NAME_PLAIN: case FEED_NAME_DATE: case FEED_NAME_WORDS:
		begin_capture(xml, name, FEED_TEXT_PLAIN);
		return;
	case FEED_NAME_GUESS: begin_text(xml, name, tag, guess); return;
	case FEED_NAME_HTML:
		begin_text(xml, name, tag, FEED_TEXT_HTML);
		return;
	case FEED_NAME_BODY:
		begin_text(xml, name, tag, FEED_TEXT_MARKUP);
		return;
	case FEED_NAME_ID: take_id(xml, name, tag); return;
	case FEED_NAME_LINK:
		href = href_of(tag);
		if (href)
			take_link(xml, tag, href);
		else
			begin_capture(xml, name, FEED_TEXT_PLAIN);
		return;
	case FEED_NAME_TAG: take_tag(xml, name, tag); return;
	case FEED_NAME_AUTHOR: take_author(xml, name); return;
	case FEED_NAME_IN_AUTHOR:
		if (xml->author_depth)
			begin_capture(xml, name, FEED_TEXT_PLAIN);
		return;
	case FEED_NAME_FILE: add_file(xml, tag); return;
	case FEED_NAME_PARENT: take_parent(&xml->feed->item, tag); return;
	}
}

void
feed_take_head(struct feed_xml *xml, const struct feed_name *name,
    const struct feed_tag *tag)
{
	const struct feed_attr *href;

	if (name->kind == FEED_NAME_SKIP) {
		xml->skip_depth = xml->depth;
		return;
	}
	if (name->kind == FEED_NAME_AUTHOR)
		xml->head_author = xml->depth;
	if (name->kind == FEED_NAME_IN_AUTHOR) {
		if (xml->head_author && name->field == FEED_AUTHOR)
			begin_capture(xml, name, FEED_TEXT_PLAIN);
	} else if (name->kind == FEED_NAME_LINK && (href = href_of(tag)))
		take_link(xml, tag, href);
	else if (name->head != FEED_HEAD_NONE)
		begin_capture(xml, name, FEED_TEXT_PLAIN);
}
