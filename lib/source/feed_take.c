#include "source/feed_take.h"

#include <string.h>

#include "record/post.h"
#include "text/url.h"

/* An attribute's value, lent and not NUL-terminated; false: there is none. */
bool
feed_take_attr(const xmlChar **attrs, int count, const char *prefix,
    const char *name, const char **value, size_t *len)
{
	for (int i = 0; i < count; i++, attrs += 5) {
		const char *p = (const char *)attrs[1];

		if (strcmp((const char *)attrs[0], name) != 0 ||
		    (prefix ? !p || strcmp(p, prefix) != 0 : p != NULL))
			continue;
		*value = (const char *)attrs[3];
		*len = (size_t)(attrs[4] - attrs[3]);
		return true;
	}
	return false;
}

static bool
attr_is(const xmlChar **attrs, int count, const char *name, const char *what)
{
	const char *value;
	size_t len;

	return feed_take_attr(attrs, count, NULL, name, &value, &len) &&
	    len == strlen(what) && memcmp(value, what, len) == 0;
}

static void
copy_attr(const xmlChar **attrs, int count, const char *prefix,
    const char *name, struct sm_buf *out)
{
	const char *value;
	size_t len;

	if (!feed_take_attr(attrs, count, prefix, name, &value, &len))
		return;
	sm_buf_clear(out);
	sm_buf_add(out, value, len);
}

/* xml:lang and xml:base, for the item or for the whole feed. */
void
feed_take_common(struct feed_xml *xml, const xmlChar **attrs, int count)
{
	struct feed *feed = xml->feed;
	const char *value;
	size_t len;

	if (xml->item_depth == 0) {
		copy_attr(attrs, count, "xml", "lang", &feed->language);
		if (feed_take_attr(attrs, count, "xml", "base", &value, &len))
			feed_base(feed, value, len);
		return;
	}
	if (feed_take_attr(attrs, count, "xml", "lang", &value, &len))
		feed_item_set(&feed->item, FEED_LANGUAGE, 1, value, len,
		    false);
	if (feed_take_attr(attrs, count, "xml", "base", &value, &len)) {
		sm_buf_clear(&feed->scratch);
		if (sm_url_resolve(sm_buf_str(&feed->base), value, len,
		    &feed->scratch) == 0)
			feed_item_set(&feed->item, FEED_BASE, 1,
			    feed->scratch.data, feed->scratch.len, false);
	}
}

static void
add_file(struct feed *feed, const xmlChar **attrs, int count,
    const char *href)
{
	struct feed_item *item = &feed->item;
	const char *url, *type = "", *title = "";
	size_t len, type_len = 0, title_len = 0;

	if (!feed_take_attr(attrs, count, NULL, href, &url, &len) ||
	    item->nfiles == SM_POST_FILES || len > SM_URL_MAX)
		return;
	sm_buf_clear(&feed->scratch);
	if (sm_url_resolve(sm_buf_str(&feed->base), url, len,
	    &feed->scratch) == -1)
		return;
	feed_take_attr(attrs, count, NULL, "type", &type, &type_len);
	feed_take_attr(attrs, count, NULL, "title", &title, &title_len);
	sm_buf_add(&item->files, type, type_len);
	sm_buf_addc(&item->files, '\0');
	sm_buf_add(&item->files, feed->scratch.data, feed->scratch.len + 1);
	sm_buf_add(&item->files, title, title_len);
	sm_buf_addc(&item->files, '\0');
	item->nfiles++;
}

static void
atom_link(struct feed_xml *xml, const xmlChar **attrs, int count)
{
	struct feed *feed = xml->feed;
	const char *href;
	size_t len, rel_len;
	const char *rel;
	bool alternate = !feed_take_attr(attrs, count, NULL, "rel", &rel,
	    &rel_len) || attr_is(attrs, count, "rel", "alternate");

	if (!feed_take_attr(attrs, count, NULL, "href", &href, &len))
		return;
	if (xml->item_depth == 0) {
		if (feed->base.len == 0 && (alternate ||
		    attr_is(attrs, count, "rel", "self")))
			feed_base(feed, href, len);
	} else if (alternate)
		feed_item_set(&feed->item, FEED_LINK, attr_is(attrs, count,
		    "type", "text/html") ? 2 : 3, href, len, false);
	else if (attr_is(attrs, count, "rel", "enclosure"))
		add_file(feed, attrs, count, "href");
}

static void
add_tag(struct feed_item *item, const char *s, size_t len)
{
	while (len > 0 && (unsigned char)*s <= ' ') {
		s++;
		len--;
	}
	if (len == 0 || len > SM_POST_NAME || item->ntags == SM_POST_TAGS ||
	    memchr(s, '\0', len))
		return;
	sm_buf_add(&item->tags, s, len);
	sm_buf_addc(&item->tags, '\0');
	item->ntags++;
}

static void
atom_category(struct feed_item *item, const xmlChar **attrs, int count)
{
	const char *value;
	size_t len;

	if (feed_take_attr(attrs, count, NULL, "label", &value, &len) ||
	    feed_take_attr(attrs, count, NULL, "term", &value, &len))
		add_tag(item, value, len);
}

/* What Atom says about how a text is written. */
static bool
atom_type(struct feed_xml *xml, const xmlChar **attrs, int count)
{
	const char *type;
	size_t len;

	xml->capture_html = xml->capture_markup = false;
	if (attr_is(attrs, count, "mode", "base64"))
		return false;
	if (!feed_take_attr(attrs, count, NULL, "type", &type, &len)) {
		xml->capture_html = attr_is(attrs, count, "mode", "escaped");
		return true;
	}
	if (attr_is(attrs, count, "type", "xhtml") ||
	    attr_is(attrs, count, "type", "application/xhtml+xml") ||
	    attr_is(attrs, count, "mode", "xml"))
		xml->capture_html = xml->capture_markup = true;
	else if (attr_is(attrs, count, "type", "html") ||
	    attr_is(attrs, count, "type", "text/html"))
		xml->capture_html = true;
	else
		return len == 4 || (len > 5 && memcmp(type, "text/", 5) == 0);
	return true;
}

static void
begin_capture(struct feed_xml *xml, const struct feed_name *name,
    const xmlChar **attrs, int count)
{
	const char *src;
	size_t len;

	xml->capture_html = name->kind == FEED_NAME_HTML;
	xml->capture_markup = false;
	if (name->kind == FEED_NAME_ATOM_TEXT &&
	    (!atom_type(xml, attrs, count) ||
	    feed_take_attr(attrs, count, NULL, "src", &src, &len))) {
		xml->skip_depth = xml->depth;
		return;
	}
	xml->capture = name;
	xml->capture_depth = xml->depth;
	sm_buf_clear(&xml->taken);
}

void
feed_take_item(struct feed_xml *xml, const struct feed_name *name,
    const xmlChar **attrs, int count)
{
	struct feed_item *item = &xml->feed->item;
	const char *value;
	size_t len;

	switch (name->kind) {
	case FEED_NAME_NONE: return;
	case FEED_NAME_SKIP: xml->skip_depth = xml->depth; return;
	case FEED_NAME_AUTHOR:
		xml->author_depth = xml->depth;
		begin_capture(xml, name, attrs, count);
		return;
	case FEED_NAME_IN_AUTHOR:
		if (xml->author_depth)
			begin_capture(xml, name, attrs, count);
		return;
	case FEED_NAME_ATOM_LINK: atom_link(xml, attrs, count); return;
	case FEED_NAME_ATOM_TAG: atom_category(item, attrs, count); return;
	case FEED_NAME_FILE: add_file(xml->feed, attrs, count, "url"); return;
	case FEED_NAME_PARENT:
		if (feed_take_attr(attrs, count, NULL, "ref", &value, &len))
			feed_item_set(item, FEED_PARENT, 1, value, len, false);
		if (feed_take_attr(attrs, count, NULL, "href", &value, &len))
			feed_item_set(item, FEED_PARENT_URL, 1, value, len,
			    false);
		return;
	case FEED_NAME_ID:
		item->no_permalink = attr_is(attrs, count, "isPermaLink",
		    "false");
		begin_capture(xml, name, attrs, count);
		return;
	default:
		begin_capture(xml, name, attrs, count);
	}
}

void
feed_take_head(struct feed_xml *xml, const struct feed_name *name,
    const xmlChar **attrs, int count)
{
	switch (name->kind) {
	case FEED_NAME_ATOM_LINK: atom_link(xml, attrs, count); return;
	case FEED_NAME_AUTHOR: xml->head_author = xml->depth; return;
	case FEED_NAME_HEAD_SKIP: xml->skip_depth = xml->depth; return;
	case FEED_NAME_IN_AUTHOR:
		if (xml->head_author && name->field == FEED_AUTHOR)
			begin_capture(xml, name, attrs, count);
		return;
	default:
		if (xml->depth <= 3 && (name->field == FEED_LINK ||
		    name->field == FEED_LANGUAGE))
			begin_capture(xml, name, attrs, count);
	}
}

void
feed_take_text(struct feed_xml *xml, const char *s, size_t len)
{
	if (xml->taken.len + len <= FEED_FIELD_MAX + 1)
		sm_buf_add(&xml->taken, s, len);
	else
		xml->feed->item.cut = true;
}

/* An element inside a text that may have markup: as markup again. */
void
feed_take_markup(struct feed_xml *xml, const xmlChar *local,
    const xmlChar **attrs, int count)
{
	if (!xml->capture_html)
		return;
	feed_take_text(xml, "<", 1);
	feed_take_text(xml, (const char *)local, strlen((const char *)local));
	for (int i = 0; i < count; i++, attrs += 5) {
		size_t len = (size_t)(attrs[4] - attrs[3]);

		feed_take_text(xml, " ", 1);
		feed_take_text(xml, (const char *)attrs[0],
		    strlen((const char *)attrs[0]));
		feed_take_text(xml, "=\"", 2);
		for (size_t j = 0; j < len; j++)
			if (attrs[3][j] == '"')
				feed_take_text(xml, "&quot;", 6);
			else if (attrs[3][j] == '&')
				feed_take_text(xml, "&amp;", 5);
			else
				feed_take_text(xml,
				    (const char *)&attrs[3][j], 1);
		feed_take_text(xml, "\"", 1);
	}
	feed_take_text(xml, ">", 1);
}

void
feed_take_end(struct feed_xml *xml)
{
	const struct feed_name *name = xml->capture;
	struct feed *feed = xml->feed;
	const char *s = sm_buf_str(&xml->taken);
	size_t len = xml->taken.len;

	xml->capture = NULL;
	if (name->kind == FEED_NAME_TAG) {
		if (xml->item_depth)
			add_tag(&feed->item, s, len);
	} else if (xml->item_depth)
		feed_item_set(&feed->item, name->field, name->rank, s, len,
		    xml->capture_html);
	else if (name->field == FEED_LINK && feed->base.len == 0)
		feed_base(feed, s, len);
	else if (name->field == FEED_LANGUAGE && feed->language.len == 0)
		sm_buf_add(&feed->language, s, len);
	else if (name->field == FEED_AUTHOR && feed->author.len == 0)
		sm_buf_add(&feed->author, s, len);
}
