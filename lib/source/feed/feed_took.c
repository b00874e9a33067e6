/* The texts of elements: gathered, and put where they belong at their end. */
#include <string.h>

#include "source/feed/feed_take.h"

void
feed_take_text(struct feed_xml *xml, const char *s, size_t len)
{
	if (xml->taken.len + len <= FEED_FIELD_MAX + 1)
		sm_buf_add(&xml->taken, s, len);
	else
		xml->feed->item.cut = true;
}

static void
take_value(struct feed_xml *xml, const char *s, size_t len)
{
	feed_take_text(xml, "\"", 1);
	for (size_t i = 0; i < len; i++)
		if (s[i] == '"')
			feed_take_text(xml, "&quot;", 6);
		else if (s[i] == '&')
			feed_take_text(xml, "&amp;", 5);
		else
			feed_take_text(xml, &s[i], 1);
	feed_take_text(xml, "\"", 1);
}

/* A name without its prefix: <xhtml:p> is <p>. */
static const char *
local_name(const char *name, size_t *len)
{
	const char *colon = memchr(name, ':', *len);

	if (!colon)
		return name;
	*len -= (size_t)(colon + 1 - name);
	return colon + 1;
}

void
feed_take_start(struct feed_xml *xml, const struct feed_tag *tag)
{
	size_t len = tag->len;
	const char *name = local_name(tag->name, &len);

	if (xml->how == FEED_TEXT_PLAIN || xml->how == FEED_TEXT_BASE64)
		return;
	feed_take_text(xml, "<", 1);
	feed_take_text(xml, name, len);
	for (size_t i = 0; i < tag->count; i++) {
		feed_take_text(xml, " ", 1);
		feed_take_text(xml, tag->attrs[i].name,
		    tag->attrs[i].name_len);
		feed_take_text(xml, "=", 1);
		take_value(xml, tag->attrs[i].value, tag->attrs[i].len);
	}
	feed_take_text(xml, ">", 1);
}

void
feed_take_close(struct feed_xml *xml, const char *name, size_t len)
{
	if (xml->how == FEED_TEXT_PLAIN || xml->how == FEED_TEXT_BASE64)
		return;
	name = local_name(name, &len);
	feed_take_text(xml, "</", 2);
	feed_take_text(xml, name, len);
	feed_take_text(xml, ">", 1);
}

static void
end_words(struct feed_item *item, const char *s, size_t len)
{
	const char *end = s + len;

	while (s < end) {
		const char *comma = memchr(s, ',', (size_t)(end - s));

		if (!comma)
			comma = end;
		feed_item_tag(item, s, (size_t)(comma - s));
		s = comma + (comma < end);
	}
}

static void
end_id(struct feed_xml *xml, const struct feed_name *name, const char *s,
    size_t len)
{
	struct feed_item *item = &xml->feed->item;

	while (len > 0 && (unsigned char)*s <= ' ') {
		s++;
		len--;
	}
	feed_item_set(item, FEED_ID, name->rank, s, len);
	/* Many a guid is no address, whatever it says; this one may be. */
	if (!item->no_permalink && ((len > 4 && strncmp(s, "http", 4) == 0) ||
	    (len > 1 && *s == '/')))
		feed_take_url(xml, FEED_LINK, 9, s, len);
}

/* Text of the item that has come to its end. */
static void
end_item_text(struct feed_xml *xml, const struct feed_name *name,
    const char *s, size_t len)
{
	struct feed *feed = xml->feed;
	struct feed_item *item = &feed->item;

	switch ((enum feed_name_kind)name->kind) {
	case FEED_NAME_WORDS: end_words(item, s, len); return;
	case FEED_NAME_TAG: feed_item_tag(item, s, len); return;
	case FEED_NAME_ID: end_id(xml, name, s, len); return;
	case FEED_NAME_DATE:
		feed_item_set(item, FEED_UPDATED, name->rank, s, len);
		break;
	default: break;
	}
	if (xml->source_depth)
		feed_item_set(item, FEED_SOURCE_AUTHOR, 1, s, len);
	else if (name->field == FEED_LINK || name->field == FEED_COMMENTS_URL ||
	    name->field == FEED_COMMENT_FEED)
		feed_take_url(xml, (enum feed_field)name->field, name->rank, s,
		    len);
	else if (name->field == FEED_TITLE || name->field == FEED_CONTENT ||
	    name->field == FEED_SUMMARY) {
		feed_text_set(feed, (enum feed_field)name->field, name->rank,
		    xml->how, s, len, feed_xml_base(xml));
		if (xml->lang != xml->item_lang)
			feed_take_lang(xml, xml->lang,
			    name->field == FEED_TITLE ? 7 :
			    name->field == FEED_CONTENT ? 1 : 2);
	} else
		feed_item_set(item, (enum feed_field)name->field, name->rank,
		    s, len);
}

void
feed_take_end(struct feed_xml *xml)
{
	const struct feed_name *name = xml->capture;
	const char *s = sm_buf_str(&xml->taken);

	xml->capture = NULL;
	if (xml->item_depth)
		end_item_text(xml, name, s, xml->taken.len);
	else
		feed_head_set(xml->feed, xml->head_author ? FEED_HEAD_AUTHOR :
		    (enum feed_head)name->head, s, xml->taken.len);
}
