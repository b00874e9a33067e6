/* What the elements of RSS and Atom mean, by name and namespace. */
#ifndef SM_SOURCE_FEED_NAME_H
#define SM_SOURCE_FEED_NAME_H

#include "source/feed.h"

enum feed_name_kind {
	FEED_NAME_NONE,		/* of no meaning; its children may have one */
	FEED_NAME_ITEM,
	FEED_NAME_SKIP,		/* in an item: left out with its children */
	FEED_NAME_HEAD_SKIP,	/* the same, before the items */
	FEED_NAME_PLAIN,	/* its text goes to the field */
	FEED_NAME_HTML,		/* the same; the text may be HTML */
	FEED_NAME_ATOM_TEXT,	/* the attribute type says which */
	FEED_NAME_ID,
	FEED_NAME_TAG,
	FEED_NAME_ATOM_TAG,
	FEED_NAME_ATOM_LINK,
	FEED_NAME_AUTHOR,	/* text, or elements that count only in it */
	FEED_NAME_IN_AUTHOR,
	FEED_NAME_FILE,
	FEED_NAME_PARENT
};

struct feed_name {
	const char *name;
	unsigned char space;	/* private to feed_name.c */
	unsigned char kind;	/* enum feed_name_kind */
	unsigned char field;	/* enum feed_field */
	unsigned char rank;	/* 1 is best */
};

/* Never NULL.  uri may be; then "dc:creator" is looked up by its prefix. */
const struct feed_name *feed_name_find(const char *local, const char *uri);

#endif
