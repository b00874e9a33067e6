/*
 * Between the XML parser (feed_xml.c) and the item (feed_item.c): what elements
 * give to which field (feed_take.c).
 */
#ifndef SM_SOURCE_FEED_TAKE_H
#define SM_SOURCE_FEED_TAKE_H

#include <libxml/parser.h>
#include <stdbool.h>
#include <stddef.h>

#include "source/feed.h"
#include "source/feed_name.h"

#define FEED_XML_CACHE 256	/* names met; a power of two */

/* A name as the parser's dictionary has it, so that pointers compare. */
struct cached {
	const xmlChar *local, *uri;
	const struct feed_name *name;
};

struct feed_xml {
	struct feed *feed;
	xmlParserCtxtPtr parser;
	struct cached cache[FEED_XML_CACHE];
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

/* An attribute's value, lent and not NUL-terminated; false: there is none. */
bool feed_take_attr(const xmlChar **attrs, int count, const char *prefix,
    const char *name, const char **value, size_t *len);

/* xml:lang and xml:base, for the item or for the whole feed. */
void feed_take_common(struct feed_xml *xml, const xmlChar **attrs, int count);

/* The start of an element in an item, or before the items. */
void feed_take_item(struct feed_xml *xml, const struct feed_name *name,
    const xmlChar **attrs, int count);
void feed_take_head(struct feed_xml *xml, const struct feed_name *name,
    const xmlChar **attrs, int count);

/* Text, and a start tag, inside a field that is being read; and its end. */
void feed_take_text(struct feed_xml *xml, const char *s, size_t len);
void feed_take_markup(struct feed_xml *xml, const xmlChar *local,
    const xmlChar **attrs, int count);
void feed_take_end(struct feed_xml *xml);

#endif
