/*
 * RSS and Atom through libxml2's push parser: nothing is built in memory, and
 * where the XML is broken the parser goes on behind the fault.  Entities are
 * never expanded: named references were turned into numbers before
 * (feed_amp.h), and a document that declares any is refused.
 */
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "source/feed_take.h"

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
	size_t slot = (((uintptr_t)local >> 2) ^ ((uintptr_t)uri >> 5)) &
	    (FEED_XML_CACHE - 1);
	struct cached *cached = &xml->cache[slot];

	if (cached->local != local || cached->uri != uri || !cached->name) {
		cached->local = local;
		cached->uri = uri;
		cached->name = feed_name_find((const char *)local,
		    (const char *)uri);
	}
	return cached->name;
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
		feed_take_common(xml, attrs, count);
		if (name->field == FEED_ID && count > 0) {
			const char *about;
			size_t len;

			if (feed_take_attr(attrs, count, "rdf", "about",
			    &about, &len))
				feed_item_set(&xml->feed->item, FEED_ID, 1,
				    about, len, false);
		}
		return;
	}
	if (xml->skip_depth)
		return;
	if (xml->capture && name->kind != FEED_NAME_IN_AUTHOR) {
		feed_take_markup(xml, local, attrs, count);
		return;
	}
	if (count > 0)
		feed_take_common(xml, attrs, count);
	if (xml->item_depth)
		feed_take_item(xml, name, attrs, count);
	else
		feed_take_head(xml, name, attrs, count);
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
		feed_take_end(xml);
	else if (xml->capture && xml->capture_html &&
	    xml->depth > xml->capture_depth) {
		feed_take_text(xml, "</", 2);
		feed_take_text(xml, (const char *)local,
		    strlen((const char *)local));
		feed_take_text(xml, ">", 1);
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
		feed_take_text(xml, s, (size_t)len);
		return;
	}
	for (; s < end; s++)
		if (*s == '<')
			feed_take_text(xml, "&lt;", 4);
		else if (*s == '&')
			feed_take_text(xml, "&amp;", 5);
		else
			feed_take_text(xml, s, 1);
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
