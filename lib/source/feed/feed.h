/*
 * The parts of the feed connector: what is asked and when (feed.c, feed_plan.c,
 * feed_wait.c, feed_cursor.c), the document (feed_doc.c, feed_head.c), its XML
 * (feed_scan.h, feed_take.h) or JSON (feed_json.c), what an item becomes
 * (feed_field.c, feed_item.c, feed_author.c, feed_meet.c), and how a web page
 * leads to its feed (feed_find.c).
 */
#ifndef SM_SOURCE_FEED_FEED_H
#define SM_SOURCE_FEED_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "record/post.h"
#include "source/seen.h"
#include "text/html.h"

struct feed_xml;
struct sm_charset;
struct sm_emit;
struct sm_response;
struct sm_source_args;

#define FEED_FIELD_MAX 1048576	/* bytes of one field; the rest is cut off */
#define FEED_HELD_MAX 4194304	/* bytes of items that wait for a verdict */
#define FEED_JSON_MAX 16777216	/* bytes of a JSON Feed */
#define FEED_PAGE_MAX 2097152	/* bytes of a web page that are looked at */
#define FEED_PAGES 20		/* of one feed in one run */
#define FEED_TRIES 12		/* addresses that a page may lead to */
#define FEED_TALKS 50		/* comment feeds asked in one run */
#define FEED_TALK_BYTES 1024	/* bytes that we keep of each */
#define FEED_VALIDATOR 1024	/* bytes of an ETag; a longer one is none */
#define FEED_MISSING 5		/* polls for which a 404 may pass */
#define FEED_MOVED 3		/* polls after which a move is told */
#define FEED_WAIT_MAX 86400	/* seconds for which we stay away */

enum feed_field {
	FEED_ID, FEED_LINK, FEED_TITLE, FEED_CONTENT, FEED_SUMMARY,
	FEED_PUBLISHED, FEED_UPDATED, FEED_AUTHOR, FEED_AUTHOR_URL,
	FEED_AUTHOR_MAIL, FEED_SOURCE_AUTHOR, FEED_LANGUAGE, FEED_PARENT,
	FEED_PARENT_URL, FEED_COMMENTS, FEED_COMMENTS_URL, FEED_COMMENT_FEED,
	FEED_FIELDS
};

/* What an element says of the whole feed. */
enum feed_head {
	FEED_HEAD_NONE, FEED_HEAD_LINK, FEED_HEAD_LANGUAGE, FEED_HEAD_AUTHOR,
	FEED_HEAD_TTL, FEED_HEAD_PERIOD, FEED_HEAD_FREQUENCY, FEED_HEAD_HOUR,
	FEED_HEAD_DAY
};

/* An item while it is gathered: texts are plain, addresses absolute. */
struct feed_item {
	struct sm_buf field[FEED_FIELDS];
	unsigned char rank[FEED_FIELDS];	/* the lower wins; 0: unset */
	struct sm_buf tags;	/* a NUL behind each */
	struct sm_buf files;	/* media type, URL, title: a NUL behind each */
	size_t ntags, nfiles;
	int author_rank;	/* of the author element taken; 0: none yet */
	bool no_permalink;	/* its id is no URL of a page */
	bool repaired;		/* behind the first error of the XML */
	bool cut;		/* a field was too long */
};

/* How often a feed wants to be asked, in its own words. */
struct feed_manners {
	int64_t ttl_s;		/* 0: it does not say */
	int64_t period_s;
	int64_t frequency;	/* times a period; 0: once */
	uint32_t hours;		/* bit n: not from n to n+1 o'clock, GMT */
	uint32_t days;		/* bit n: not on that day, Sunday 0 */
};

enum feed_kind {
	FEED_MAIN,		/* the feed itself */
	FEED_MORE,		/* a further page of it */
	FEED_TRY,		/* what a web page may have meant */
	FEED_TALK		/* the comments of an item */
};

/* What is still to be asked in this run. */
struct feed_plan {
	enum feed_kind kind;	/* of what is asked now */
	struct sm_buf url;	/* of what is asked now */
	struct sm_buf next;	/* the page that the document names, or "" */
	uint64_t visited[FEED_PAGES + 1];	/* hashes */
	size_t npages;
	struct sm_buf tries;	/* a NUL behind each */
	size_t ntries, tried;
	struct sm_buf talks;	/* feed, id, address: a NUL behind each */
	size_t ntalks, talked;
	bool done;		/* nothing any more */
};

struct feed {
	const struct sm_source_args *args;
	bool comments;		/* comment feeds are followed */

	/* What the cursor keeps. */
	struct sm_buf etag, modified;
	struct sm_buf found;	/* where the page that we watch led, or "" */
	struct sm_buf moved_to;	/* by a permanent redirect, or "" */
	int64_t moved_polls;	/* how often in a row */
	int64_t missing;	/* 404s in a row */
	bool gone;		/* 410: not asked any more */
	int64_t newest;		/* time of the newest post */
	int64_t before;		/* ... when this run began */
	int64_t wait;		/* ask again only then; SM_TIME_NONE */
	int64_t backoff_s;	/* how long we stayed away at last; 0 */
	bool refused;		/* wait is what the server said */
	bool plain;		/* asked again without our Accept, see below */
	bool again;		/* ... and that is what is to be asked now */
	uint32_t hours, days;	/* struct feed_manners */
	bool no_guid;		/* its ids are not to be trusted */
	bool known;		/* there was a cursor with posts */
	struct sm_seen *seen;

	struct feed_plan plan;

	/* The document. */
	struct sm_buf new_etag, new_modified, declared;
	struct sm_buf head;	/* until it is clear what it is */
	struct sm_charset *charset;
	struct sm_buf text;	/* a piece of it as UTF-8 */
	enum { FEED_UNKNOWN, FEED_XML, FEED_JSON, FEED_PAGE } format;
	struct feed_xml *xml;
	struct sm_buf json;	/* a JSON Feed or a web page, whole */
	struct sm_buf language, author;	/* of the feed */
	struct sm_buf said;	/* Content-Language */
	struct sm_buf base;	/* what links are relative to */
	struct sm_buf site;	/* whose host is in the keys; "": base's */
	struct feed_manners manners;
	bool repaired_utf8;

	/* Items. */
	struct feed_item item;
	struct sm_html html;
	struct sm_buf url, native, ref, scratch;
	uint64_t mark;		/* seen's clock before this run */
	uint64_t items, fresh, moved;	/* of this document */
	int64_t oldest;		/* of the items of this run */
	struct sm_buf held;	/* lines, a NUL behind each */
	bool verdict;		/* nothing is held any more */
	struct sm_emit *emit;	/* for the duration of .body */
	struct sm_err err;
	bool failed;		/* err says why */
	bool unfit;		/* no feed, where that is no failure */
};

/* feed.c: what links are relative to, if it is an address. */
void feed_base(struct feed *feed, const char *s, size_t len);
/* feed_head.c: what the document says of the whole feed. */
void feed_head_set(struct feed *feed, enum feed_head head, const char *s,
    size_t len);
/* Something that people should know; no fault. */
void feed_say(struct feed *feed, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* feed_cursor.c */
void feed_cursor_read(struct feed *feed, const char *text);
void feed_cursor_write(const struct feed *feed, struct sm_buf *out);

/* feed_wait.c: 1: ask now, 0: not yet, by the feed's own words, -1: err. */
int feed_wait_over(struct feed *feed, struct sm_err *err);
/* After a whole document: when to ask again. */
void feed_wait_next(struct feed *feed, const struct sm_response *res);
/* An answer that is no feed; adds to err what it means for the next time. */
void feed_wait_failed(struct feed *feed, const struct sm_response *res,
    struct sm_err *err);
/* Tells of an address that has moved for good. */
void feed_wait_moved(struct feed *feed, const struct sm_response *res);

/* feed_plan.c: what to ask next, in plan.url: 1, or 0 at the end. */
int feed_plan_step(struct feed *feed);
/*
 * Whether the page behind this one may have more that is new: everything here
 * was, and it does not reach back to what we know, or to where the sweep
 * begins.
 */
bool feed_plan_more(const struct feed *feed);
void feed_plan_release(struct feed_plan *plan);
/* The document names the page behind it. */
void feed_next(struct feed *feed, const char *s, size_t len,
    const char *base);
/* An address where the feed of a page may be; FEED_TRIES of them at most. */
void feed_plan_try(struct feed *feed, const char *s, size_t len);
/* The item that is being made has a feed of comments. */
void feed_plan_talk(struct feed *feed, const struct sm_post *post);
/* What the comments that are being read belong to; NULL: nothing. */
const char *feed_plan_parent(const struct feed *feed, const char **context);

/* feed_find.c: adds to the plan where the feed of the page may be. */
void feed_find(struct feed *feed, const char *html, size_t len);

/* feed_doc.c: everything of the document before is forgotten. */
void feed_doc_begin(struct feed *feed);
/* The next bytes of the document; last: there are no more. */
int feed_piece(struct feed *feed, const char *data, size_t len, bool last,
    struct sm_err *err);

/* feed_field.c */
void feed_item_clear(struct feed_item *item);
void feed_item_release(struct feed_item *item);
/* Put into a field unless something better is there. */
void feed_item_set(struct feed_item *item, enum feed_field field, int rank,
    const char *s, size_t len);
/* An author element of that rank begins: whether it is to be taken. */
bool feed_item_author(struct feed_item *item, int rank);
void feed_item_tag(struct feed_item *item, const char *s, size_t len);
/* url is absolute; one that is there already is not added again. */
void feed_item_file(struct feed_item *item, const char *type, size_t type_len,
    const struct sm_buf *url, const char *name, size_t name_len);

/* feed_item.c: the item as a post, if it is new. */
int feed_item_emit(struct feed *feed, struct sm_err *err);
/* At the end: what was held back goes out or is dropped. */
int feed_item_settle(struct feed *feed, struct sm_err *err);

/* feed_author.c: "mail (Name)", "Name <mail>" and the like taken apart. */
void feed_author_split(struct feed_item *item);

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
int feed_xml_piece(struct feed_xml *xml, const char *s, size_t len, bool last,
    struct sm_err *err);
/* At the end: whether the document was whole; -1 where it was no feed. */
int feed_xml_end(struct feed_xml *xml, bool *whole, struct sm_err *err);
/* The document had a fault before its XML began. */
void feed_xml_broken(struct feed_xml *xml);

/* feed_json.c */
int feed_json(struct feed *feed, struct sm_err *err);

#endif
