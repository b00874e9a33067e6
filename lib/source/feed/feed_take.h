/*
 * Between the nesting of elements (feed_xml.c) and the item (feed_item.c):
 * what names mean (feed_space.c, feed_name.c), what elements give to which
 * field (feed_take.c, feed_took.c), and how texts are written (feed_text.c).
 */
#ifndef SM_SOURCE_FEED_FEED_TAKE_H
#define SM_SOURCE_FEED_FEED_TAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source/feed/feed.h"
#include "source/feed/feed_name.h"
#include "source/feed/feed_scan.h"

#define FEED_DEPTH 256		/* elements that are kept in mind */
#define FEED_BINDS 64		/* xmlns declarations in force at once */
#define FEED_PREFIX 32		/* bytes of a prefix, NUL included */
#define FEED_XML_CACHE 256	/* names met; a power of two */

/* How the text of a field is written. */
enum feed_text {
	FEED_TEXT_PLAIN,
	FEED_TEXT_GUESS,	/* HTML if it looks like it */
	FEED_TEXT_HTML,
	FEED_TEXT_MARKUP,	/* its elements are HTML, its text is text */
	FEED_TEXT_BASE64	/* of text, plain or HTML */
};

struct feed_open {		/* an element that is open */
	uint64_t hash;		/* of its name */
	const struct feed_name *name;
	unsigned binds;		/* what was in force before it: */
	uint32_t base, lang;	/* offsets in bases and langs */
};

struct feed_bind {
	char prefix[FEED_PREFIX];
	unsigned char space;
};

struct feed_cached {
	uint64_t hash;
	uint32_t era;		/* of the declarations */
	const struct feed_name *name;
};

struct feed_xml {
	struct feed *feed;
	struct feed_scan scan;
	struct feed_open open[FEED_DEPTH];
	int depth;
	size_t beyond;		/* elements deeper than that */
	struct feed_bind binds[FEED_BINDS];
	unsigned nbinds;
	uint32_t era;
	struct feed_cached cache[FEED_XML_CACHE];
	struct sm_buf bases, langs;	/* those in force, a NUL behind each */
	uint32_t base, lang;	/* where the innermost one begins */
	uint32_t item_lang;	/* langs' length before the item */
	int item_depth, skip_depth, author_depth, head_author, source_depth;
	int source_author;
	const struct feed_name *capture;	/* the field being read */
	int capture_depth;
	enum feed_text how;
	struct sm_buf taken;
	bool atom;		/* its root is <feed> */
	bool rooted;		/* there was a root */
	bool closed;		/* and it has ended */
};

/*
 * feed_space.c: what an element means here; hash is that of its name.  Never
 * NULL.
 */
const struct feed_name *feed_xml_name(struct feed_xml *xml, const char *s,
    size_t len, uint64_t hash);
/* What relative addresses are relative to here, or NULL; lent. */
const char *feed_xml_base(const struct feed_xml *xml);
/* xmlns, xml:base and xml:lang of the element that has just been opened. */
void feed_xml_common(struct feed_xml *xml, const struct feed_tag *tag);

/* The start of an element in an item, or before the items. */
void feed_take_item(struct feed_xml *xml, const struct feed_name *name,
    const struct feed_tag *tag);
void feed_take_head(struct feed_xml *xml, const struct feed_name *name,
    const struct feed_tag *tag);

/* The language at that place of langs, if any, for the item. */
void feed_take_lang(struct feed_xml *xml, uint32_t at, int rank);

/* An address into a field of the item, resolved by what is in force here. */
void feed_take_url(struct feed_xml *xml, enum feed_field field, int rank,
    const char *s, size_t len);

/* feed_took.c: text and tags inside a field that is being read; its end. */
void feed_take_text(struct feed_xml *xml, const char *s, size_t len);
void feed_take_start(struct feed_xml *xml, const struct feed_tag *tag);
void feed_take_close(struct feed_xml *xml, const char *name, size_t len);
void feed_take_end(struct feed_xml *xml);

/*
 * feed_text.c: s, written as how says, into a field of the item, as plain
 * text, unless something better is there; base is what its links are relative
 * to, or NULL.
 */
void feed_text_set(struct feed *feed, enum feed_field field, int rank,
    enum feed_text how, const char *s, size_t len, const char *base);

/* Whether a text that may be plain is HTML, by its tags and references. */
bool feed_text_is_html(const char *s, size_t len);

#endif
