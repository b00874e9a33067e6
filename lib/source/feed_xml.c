/*
 * RSS and Atom through libxml2's push parser: nothing is built in memory, and
 * where the XML is broken the parser goes on behind the fault.  Entities are
 * never expanded: named references were turned into numbers before
 * (feed_amp.h), and a document that declares any is refused.
 */
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "record/post.h"
#include "source/feed.h"
#include "source/feed_name.h"
#include "text/url.h"

#define CACHE 64	/* names met; a power of two */

/* A name as the parser's dictionary has it, so that pointers compare. */
struct cached {
	const xmlChar *local, *uri;
	const struct feed_name *name;
};

struct feed_xml {
	struct feed *feed;
	xmlParserCtxtPtr parser;
	struct cached cache[CACHE];
	int depth, item_depth, skip_depth, author_depth, head_author;
	const struct feed_name *capture;	/* the field being read */
	int capture_depth;
	bool capture_html;
	bool capture_markup;	/* its elements are markup, text is escaped */
	struct sm_buf taken;
	struct sm_buf root;	/* name of the root as written */
	struct sm_buf tail;	/* the last bytes of the document */
	bool feed_like, closed, entities, broken;
};

static struct feed_xml *
state_of(void *ctx)
{
	return ctx;
}

/*
 * From now on nothing is taken any more.  The parser is not stopped: that would
 * free what it has just lent to us.
 */
static void
stop(struct feed_xml *xml)
{
	xml->feed->failed = true;
}

static const struct feed_name *
name_of(struct feed_xml *xml, const xmlChar *local, const xmlChar *uri)
{
	size_t slot = (((uintptr_t)local >> 3) ^ ((uintptr_t)uri >> 7)) &
	    (CACHE - 1);
	struct cached *cached = &xml->cache[slot];

	if (cached->local != local || cached->uri != uri || !cached->name) {
		cached->local = local;
		cached->uri = uri;
		cached->name = feed_name_find((const char *)local,
		    (const char *)uri);
	}
	return cached->name;
}

/* An attribute's value, lent and not NUL-terminated; false: there is none. */
static bool
attr(const xmlChar **attrs, int count, const char *prefix, const char *name,
    const char **value, size_t *len)
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

	return attr(attrs, count, NULL, name, &value, &len) &&
	    len == strlen(what) && memcmp(value, what, len) == 0;
}

static void
copy_attr(const xmlChar **attrs, int count, const char *prefix,
    const char *name, struct sm_buf *out)
{
	const char *value;
	size_t len;

	if (!attr(attrs, count, prefix, name, &value, &len))
		return;
	sm_buf_clear(out);
	sm_buf_add(out, value, len);
}

static void
finish_item(struct feed_xml *xml)
{
	struct feed *feed = xml->feed;

	xml->item_depth = 0;
	xml->capture = NULL;
	feed->item.repaired = xml->broken;
	if (!feed->failed && feed_item_emit(feed, &feed->err) == -1)
		stop(xml);
	feed_item_clear(&feed->item);
}

/* xml:lang and xml:base, for the item or for the whole feed. */
static void
common_attrs(struct feed_xml *xml, const xmlChar **attrs, int count)
{
	struct feed *feed = xml->feed;
	const char *value;
	size_t len;

	if (xml->item_depth == 0) {
		copy_attr(attrs, count, "xml", "lang", &feed->language);
		if (attr(attrs, count, "xml", "base", &value, &len))
			feed_base(feed, value, len);
		return;
	}
	if (attr(attrs, count, "xml", "lang", &value, &len))
		feed_item_set(&feed->item, FEED_LANGUAGE, 1, value, len,
		    false);
	if (attr(attrs, count, "xml", "base", &value, &len)) {
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

	if (!attr(attrs, count, NULL, href, &url, &len) ||
	    item->nfiles == SM_POST_FILES || len > SM_URL_MAX)
		return;
	sm_buf_clear(&feed->scratch);
	if (sm_url_resolve(sm_buf_str(&feed->base), url, len,
	    &feed->scratch) == -1)
		return;
	attr(attrs, count, NULL, "type", &type, &type_len);
	attr(attrs, count, NULL, "title", &title, &title_len);
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
	bool alternate = !attr(attrs, count, NULL, "rel", &rel, &rel_len) ||
	    attr_is(attrs, count, "rel", "alternate");

	if (!attr(attrs, count, NULL, "href", &href, &len))
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

	if (attr(attrs, count, NULL, "label", &value, &len) ||
	    attr(attrs, count, NULL, "term", &value, &len))
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
	if (!attr(attrs, count, NULL, "type", &type, &len)) {
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
	    attr(attrs, count, NULL, "src", &src, &len))) {
		xml->skip_depth = xml->depth;
		return;
	}
	xml->capture = name;
	xml->capture_depth = xml->depth;
	sm_buf_clear(&xml->taken);
}

static void
item_element(struct feed_xml *xml, const struct feed_name *name,
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
		if (attr(attrs, count, NULL, "ref", &value, &len))
			feed_item_set(item, FEED_PARENT, 1, value, len, false);
		if (attr(attrs, count, NULL, "href", &value, &len))
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

static void
head_element(struct feed_xml *xml, const struct feed_name *name,
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

static void
root_element(struct feed_xml *xml, const xmlChar *local, const xmlChar *prefix)
{
	static const char *const roots[] = { "rss", "RDF", "feed", "channel",
	    "rdf" };

	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
		if (strcmp((const char *)local, roots[i]) == 0)
			xml->feed_like = true;
	if (prefix) {
		sm_buf_adds(&xml->root, (const char *)prefix);
		sm_buf_addc(&xml->root, ':');
	}
	sm_buf_adds(&xml->root, (const char *)local);
	if (!xml->feed_like) {
		sm_err_set(&xml->feed->err, SM_EXIT_DATA, strcmp(
		    (const char *)local, "html") == 0 ? "a web page, not a "
		    "feed: look in it for <link rel=\"alternate\">" :
		    "not a feed: its root is <%.64s>", (const char *)local);
		stop(xml);
	}
}

static void
add_taken(struct feed_xml *xml, const char *s, size_t len)
{
	if (xml->taken.len + len <= FEED_FIELD_MAX + 1)
		sm_buf_add(&xml->taken, s, len);
	else
		xml->feed->item.cut = true;
}

/* An element inside a text that may have markup: as markup again. */
static void
take_start(struct feed_xml *xml, const xmlChar *local, const xmlChar **attrs,
    int count)
{
	if (!xml->capture_html)
		return;
	add_taken(xml, "<", 1);
	add_taken(xml, (const char *)local, strlen((const char *)local));
	for (int i = 0; i < count; i++, attrs += 5) {
		size_t len = (size_t)(attrs[4] - attrs[3]);

		add_taken(xml, " ", 1);
		add_taken(xml, (const char *)attrs[0],
		    strlen((const char *)attrs[0]));
		add_taken(xml, "=\"", 2);
		for (size_t j = 0; j < len; j++)
			if (attrs[3][j] == '"')
				add_taken(xml, "&quot;", 6);
			else if (attrs[3][j] == '&')
				add_taken(xml, "&amp;", 5);
			else
				add_taken(xml, (const char *)&attrs[3][j], 1);
		add_taken(xml, "\"", 1);
	}
	add_taken(xml, ">", 1);
}

static void
on_start(void *ctx, const xmlChar *local, const xmlChar *prefix,
    const xmlChar *uri, int nnamespaces, const xmlChar **namespaces,
    int count, int defaulted, const xmlChar **attrs)
{
	struct feed_xml *xml = state_of(ctx);
	const struct feed_name *name = name_of(xml, local, uri);

	(void)nnamespaces;
	(void)namespaces;
	(void)defaulted;
	xml->depth++;
	if (xml->depth == 1)
		root_element(xml, local, prefix);
	if (xml->feed->failed)
		return;
	if (name->kind == FEED_NAME_ITEM) {
		if (xml->item_depth)	/* the one before never ended */
			finish_item(xml);
		xml->skip_depth = xml->author_depth = xml->head_author = 0;
		xml->capture = NULL;
		xml->item_depth = xml->depth;
		common_attrs(xml, attrs, count);
		if (name->field == FEED_ID && count > 0) {
			const char *about;
			size_t len;

			if (attr(attrs, count, "rdf", "about", &about, &len))
				feed_item_set(&xml->feed->item, FEED_ID, 1,
				    about, len, false);
		}
		return;
	}
	if (xml->skip_depth)
		return;
	if (xml->capture && name->kind != FEED_NAME_IN_AUTHOR) {
		take_start(xml, local, attrs, count);
		return;
	}
	if (count > 0)
		common_attrs(xml, attrs, count);
	if (xml->item_depth)
		item_element(xml, name, attrs, count);
	else
		head_element(xml, name, attrs, count);
}

static void
finish_capture(struct feed_xml *xml)
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

static void
on_end(void *ctx, const xmlChar *local, const xmlChar *prefix,
    const xmlChar *uri)
{
	struct feed_xml *xml = state_of(ctx);

	(void)prefix;
	(void)uri;
	if (xml->feed->failed)
		return;
	if (xml->capture && xml->depth == xml->capture_depth)
		finish_capture(xml);
	else if (xml->capture && xml->capture_html &&
	    xml->depth > xml->capture_depth) {
		add_taken(xml, "</", 2);
		add_taken(xml, (const char *)local,
		    strlen((const char *)local));
		add_taken(xml, ">", 1);
	}
	if (xml->depth == xml->skip_depth)
		xml->skip_depth = 0;
	if (xml->depth == xml->author_depth)
		xml->author_depth = 0;
	if (xml->depth == xml->head_author)
		xml->head_author = 0;
	if (xml->item_depth && xml->depth == xml->item_depth)
		finish_item(xml);
	xml->depth--;
	if (xml->depth == 0)
		xml->closed = true;
}

static void
on_text(void *ctx, const xmlChar *text, int len)
{
	struct feed_xml *xml = state_of(ctx);
	const char *s = (const char *)text, *end = s + len;

	if (!xml->capture || xml->skip_depth || xml->feed->failed)
		return;
	if (!xml->capture_markup) {
		add_taken(xml, s, (size_t)len);
		return;
	}
	for (; s < end; s++)
		if (*s == '<')
			add_taken(xml, "&lt;", 4);
		else if (*s == '&')
			add_taken(xml, "&amp;", 5);
		else
			add_taken(xml, s, 1);
}

static void
on_entity(void *ctx, const xmlChar *name, int type, const xmlChar *public_id,
    const xmlChar *system_id, xmlChar *content)
{
	struct feed_xml *xml = state_of(ctx);

	(void)type;
	(void)public_id;
	(void)system_id;
	(void)content;
	sm_err_set(&xml->feed->err, SM_EXIT_DATA, "the document declares an "
	    "entity ('%.64s'), which no feed needs: refused",
	    (const char *)name);
	stop(xml);
}

static void
on_error(void *ctx, xmlErrorPtr error)
{
	struct feed_xml *xml = state_of(ctx);

	if (error->domain == XML_FROM_NAMESPACE ||
	    error->level == XML_ERR_WARNING ||
	    error->code == XML_ERR_DOCUMENT_END)
		return;
	xml->broken = true;
}

/* For who looks for more than there is: nothing is ever loaded. */
static xmlParserInputPtr
no_entity(const char *url, const char *id, xmlParserCtxtPtr parser)
{
	(void)url;
	(void)id;
	(void)parser;
	return NULL;
}

struct feed_xml *
feed_xml_new(struct feed *feed)
{
	struct feed_xml *xml = sm_xcalloc(1, sizeof(*xml));
	xmlSAXHandler sax;

	xmlSetExternalEntityLoader(no_entity);
	memset(&sax, 0, sizeof(sax));
	sax.initialized = XML_SAX2_MAGIC;
	sax.startElementNs = on_start;
	sax.endElementNs = on_end;
	sax.characters = on_text;
	sax.cdataBlock = on_text;
	sax.ignorableWhitespace = on_text;
	sax.entityDecl = on_entity;
	sax.serror = on_error;
	xml->feed = feed;
	xml->parser = xmlCreatePushParserCtxt(&sax, xml, NULL, 0, NULL);
	if (!xml->parser) {
		free(xml);
		return NULL;
	}
	xmlCtxtUseOptions(xml->parser, XML_PARSE_RECOVER | XML_PARSE_NONET |
	    XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_IGNORE_ENC);
	/* Else it guesses in the midst of a tag, and loses its attributes. */
	xmlSwitchEncoding(xml->parser, XML_CHAR_ENCODING_UTF8);
	return xml;
}

void
feed_xml_free(struct feed_xml *xml)
{
	if (!xml)
		return;
	if (xml->parser->myDoc)
		xmlFreeDoc(xml->parser->myDoc);
	xmlFreeParserCtxt(xml->parser);
	sm_buf_release(&xml->taken);
	sm_buf_release(&xml->root);
	sm_buf_release(&xml->tail);
	free(xml);
}

int
feed_xml_piece(struct feed_xml *xml, const char *s, size_t len,
    struct sm_err *err)
{
	size_t keep = len < 256 ? len : 256;

	while (len > 0 && !xml->feed->failed) {
		/* The parser counts in int. */
		size_t n = len < (1 << 20) ? len : 1 << 20;

		xmlParseChunk(xml->parser, s, (int)n, 0);
		s += n;
		len -= n;
	}
	if (xml->feed->failed) {
		*err = xml->feed->err;
		return -1;
	}
	sm_buf_add(&xml->tail, s - keep, keep);
	if (xml->tail.len > 512) {
		memmove(xml->tail.data, xml->tail.data + xml->tail.len - 256,
		    256);
		sm_buf_cut(&xml->tail, 256);
	}
	return 0;
}

/* Whether the last tag of the document is the end tag of its root. */
static bool
ends_well(const struct feed_xml *xml)
{
	const char *tail = sm_buf_str(&xml->tail), *last = NULL;

	for (const char *p = tail; (p = strstr(p, "</")); p += 2)
		last = p + 2;
	return last && xml->root.len > 0 &&
	    strncmp(last, xml->root.data, xml->root.len) == 0 &&
	    strchr(last, '>');
}

int
feed_xml_end(struct feed_xml *xml, bool *whole, struct sm_err *err)
{
	bool ended_well = xml->closed || ends_well(xml);

	/* An item that is complete in a document whose nesting is broken. */
	if (ended_well && xml->item_depth && !xml->feed->failed)
		finish_item(xml);
	xml->item_depth = 0;
	xmlParseChunk(xml->parser, NULL, 0, 1);
	if (xml->feed->failed) {
		*err = xml->feed->err;
		return -1;
	}
	if (xml->root.len == 0)
		return sm_err_set(err, SM_EXIT_DATA, "not a feed: no element "
		    "in it");
	*whole = ended_well;
	return 0;
}
