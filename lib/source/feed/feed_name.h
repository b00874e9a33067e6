/*
 * What the elements of RSS, Atom and their modules mean, by name and
 * namespace.  RSS and Atom are one vocabulary here: feeds mix them, and no name
 * of one means something else in the other.
 */
#ifndef SM_SOURCE_FEED_FEED_NAME_H
#define SM_SOURCE_FEED_FEED_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "source/feed/feed.h"

enum feed_name_kind {
	FEED_NAME_NONE,		/* of no meaning; its children may have one */
	FEED_NAME_ITEM,
	FEED_NAME_SOURCE,	/* where an item was before */
	FEED_NAME_SKIP,		/* left out with its children */
	FEED_NAME_PLAIN,	/* its text goes to the field */
	FEED_NAME_DATE,		/* ... to both fields of time */
	FEED_NAME_GUESS,	/* type= says what the text is, else a look */
	FEED_NAME_HTML,		/* type= says so, else it is HTML */
	FEED_NAME_BODY,		/* type= says so, else it is markup */
	FEED_NAME_ID,
	FEED_NAME_LINK,
	FEED_NAME_TAG,		/* term= or text= or its text */
	FEED_NAME_WORDS,	/* tags with commas between them */
	FEED_NAME_AUTHOR,	/* text, or elements that count only in it */
	FEED_NAME_IN_AUTHOR,
	FEED_NAME_FILE,
	FEED_NAME_PARENT
};

struct feed_name {
	const char *name;	/* in lower case */
	unsigned char space;	/* private to feed_name.c */
	unsigned char kind;	/* enum feed_name_kind */
	unsigned char field;	/* enum feed_field */
	unsigned char rank;	/* 1 is best */
	unsigned char head;	/* enum feed_head */
	bool breaks;		/* no HTML: ends a text that never ended */
};

/* A number for a namespace: 0 for one that we do not know. */
unsigned char feed_space_of(const char *uri, size_t len);
/* The same, for a prefix that nobody declared. */
unsigned char feed_space_usual(const char *prefix, size_t len);
/* That of elements without a prefix, where nothing else is declared. */
unsigned char feed_space_base(void);

/* Never NULL.  local may be in any case. */
const struct feed_name *feed_name_find(unsigned char space, const char *local,
    size_t len);

#endif
