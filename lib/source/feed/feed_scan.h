/*
 * Tags and text of XML as feeds have it, piece by piece, in constant memory.
 * It never stops at a fault: what is no tag is text, attributes need no
 * quotes, references are those of HTML, and what cannot be told apart is left
 * to whoever keeps the nesting.  Nothing is ever loaded or expanded: comments,
 * instructions and the document type are passed over, and a declaration of an
 * entity is only noticed.
 *
 * Time is linear in the input: a tag never reaches beyond the next '<'.
 */
#ifndef SM_SOURCE_FEED_FEED_SCAN_H
#define SM_SOURCE_FEED_FEED_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

#define FEED_SCAN_ATTRS 64	/* of a tag; more are left out */
#define FEED_SCAN_TAG 1048576	/* bytes of a tag; longer is text */

struct feed_attr {
	const char *name, *value;	/* not NUL-terminated */
	size_t name_len, len;		/* the value is decoded */
};

struct feed_tag {
	const char *name;		/* as written: "dc:creator" */
	size_t len;
	const struct feed_attr *attrs;
	size_t count;
	bool empty;			/* <name/>: its end follows by itself */
};

struct feed_scan {
	void *arg;
	/* All lent for the call; none may be NULL. */
	void (*start)(void *arg, const struct feed_tag *tag);
	void (*end)(void *arg, const char *name, size_t len);
	void (*text)(void *arg, const char *s, size_t len);

	bool want_text;		/* may be changed by the callbacks */
	bool stopped;		/* ditto: nothing is called any more */
	bool broken;		/* the XML has a fault; a caller may set it */
	bool entities;		/* the document type declares any: */
	char entity[64];	/* the first's name */

	/* The rest is private. */
	struct sm_buf held;	/* what is not complete yet */
	struct sm_buf values;	/* decoded values of attributes */
	const char *closing;	/* what ends the section we are in, or NULL */
	bool section_text;	/* ... which is CDATA */
	int subset;		/* depth of [ in the document type */
	char quote;		/* in the document type, or '\0' */
	struct feed_attr attrs[FEED_SCAN_ATTRS];
};

void feed_scan_release(struct feed_scan *scan);

/* The next bytes, which are UTF-8; last: there are no more. */
void feed_scan_piece(struct feed_scan *scan, const char *s, size_t len,
    bool last);

/* The attribute of that name, in any case, as written; or NULL. */
const struct feed_attr *feed_attr_find(const struct feed_tag *tag,
    const char *name);
/* Whether it is there with that value, in any case. */
bool feed_attr_is(const struct feed_tag *tag, const char *name,
    const char *value);

/* Between feed_scan.c and feed_attr.c: white space as XML has it. */
static inline bool
feed_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
/* What the '&' at s stands for, to utf8; *used: how much of s that is. */
size_t feed_reference(const char *s, const char *end, size_t *used,
    char utf8[4]);
/* The attributes from s to end, to scan->attrs; how many. */
size_t feed_attrs(struct feed_scan *scan, const char *s, const char *end);

#endif
