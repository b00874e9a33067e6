/*
 * The parts of the feed connector: the document (feed.c), its XML (feed_xml.c)
 * or JSON (feed_json.c), and what an item becomes (feed_item.c).
 */
#ifndef SM_SOURCE_FEED_H
#define SM_SOURCE_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "record/post.h"
#include "source/feed_amp.h"
#include "source/seen.h"
#include "text/html.h"

struct sm_charset;
struct sm_emit;
struct sm_source_args;
struct feed_xml;

#define FEED_FIELD_MAX 1048576	/* bytes of one field; the rest is cut off */
#define FEED_HELD_MAX 4194304	/* bytes of items that wait for a verdict */
#define FEED_JSON_MAX 16777216	/* bytes of a JSON Feed */

enum feed_field {
	FEED_ID, FEED_LINK, FEED_TITLE, FEED_CONTENT, FEED_PUBLISHED,
	FEED_UPDATED, FEED_AUTHOR, FEED_AUTHOR_URL, FEED_AUTHOR_MAIL,
	FEED_LANGUAGE, FEED_PARENT, FEED_PARENT_URL, FEED_COMMENTS,
	FEED_BASE, FEED_FIELDS
};

struct feed_item {
	struct sm_buf field[FEED_FIELDS];
	unsigned char rank[FEED_FIELDS];	/* the lower wins; 0: unset */
	bool html[FEED_FIELDS];
	struct sm_buf tags;	/* a NUL behind each */
	struct sm_buf files;	/* media type, URL, title: a NUL behind each */
	size_t ntags, nfiles;
	bool no_permalink;	/* its id is no URL of a page */
	bool repaired;		/* behind the first error of the XML */
	bool cut;		/* a field was too long */
};

struct feed {
	const struct sm_source_args *args;

	/* What the cursor keeps. */
	struct sm_buf etag, modified;
	int64_t newest;		/* time of the newest post */
	int64_t before;		/* ... when this document began */
	int64_t wait;		/* ask again only then; SM_TIME_NONE */
	bool no_guid;		/* its ids are not to be trusted */
	bool known;		/* there was a cursor */
	struct sm_seen *seen;

	/* The document. */
	bool asked;
	struct sm_buf new_etag, new_modified, declared;
	struct sm_buf head;	/* until it is clear what it is */
	struct sm_charset *charset;
	struct sm_buf text;	/* a piece of it as UTF-8 */
	struct feed_amp amp;
	enum { FEED_UNKNOWN, FEED_XML, FEED_JSON } format;
	struct feed_xml *xml;
	struct sm_buf json;
	struct sm_buf language, author;	/* of the feed */
	struct sm_buf base;	/* what links are relative to */
	struct sm_buf site;	/* whose host is in the keys; "": base's */
	bool repaired_utf8;

	/* Items. */
	struct feed_item item;
	struct sm_html html, heading;
	struct sm_buf url, native, scratch;
	uint64_t mark;		/* seen's clock before this document */
	uint64_t items, fresh, moved;
	int64_t oldest;		/* of the items of this document */
	struct sm_buf held;	/* lines, a NUL behind each */
	bool verdict;		/* nothing is held any more */
	struct sm_emit *emit;	/* for the duration of .body */
	struct sm_err err;
	bool failed;		/* err says why */
};

/* feed.c: what links are relative to, if it is an address. */
void feed_base(struct feed *feed, const char *s, size_t len);

/* feed_doc.c: the next bytes of the document; last: there are no more. */
int feed_piece(struct feed *feed, const char *data, size_t len, bool last,
    struct sm_err *err);

/* feed_field.c */
void feed_item_clear(struct feed_item *item);
void feed_item_release(struct feed_item *item);
/* Put into a field unless something better is there. */
void feed_item_set(struct feed_item *item, enum feed_field field, int rank,
    const char *s, size_t len, bool html);

/* feed_item.c: the item as a post, if it is new. */
int feed_item_emit(struct feed *feed, struct sm_err *err);
/* At the end: what was held back goes out or is dropped. */
int feed_item_settle(struct feed *feed, struct sm_err *err);

/* What a buffer holds, NULL where that is nothing. */
struct sm_span feed_span(const struct sm_buf *buf);

/*
 * feed_meet.c: a hash of two texts that is the same on every machine, for one
 * kind of thing.
 */
uint64_t feed_hash(char kind, struct sm_span a, struct sm_span b);
/* Gives the post its native id and says whether it was seen. */
enum sm_seen_answer feed_meet(struct feed *feed, struct sm_post *post,
    uint64_t rev, bool *moved);

/* feed_xml.c: last may be true with len 0. */
struct feed_xml *feed_xml_new(struct feed *feed);
void feed_xml_free(struct feed_xml *xml);
int feed_xml_piece(struct feed_xml *xml, const char *s, size_t len,
    struct sm_err *err);
/* At the end: whether the document was whole; -1 where it was no feed. */
int feed_xml_end(struct feed_xml *xml, bool *whole, struct sm_err *err);

/* feed_json.c */
int feed_json(struct feed *feed, struct sm_err *err);

#endif
