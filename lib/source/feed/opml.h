/*
 * Lists of feeds as other readers keep them: OPML 1.0 and 2.0 (opml.org).  Such
 * a file is from a stranger: only http(s) addresses come out of it, texts are
 * one line each without controls, and nothing in it is ever run or loaded.
 */
#ifndef SM_SOURCE_FEED_OPML_H
#define SM_SOURCE_FEED_OPML_H

#include <stddef.h>

struct sm_buf;
struct sm_err;

#define SM_OPML_MAX 16777216	/* bytes of a list */
#define SM_OPML_DEPTH 64	/* folders in folders that are told apart */
#define SM_OPML_TEXT 256	/* bytes of a text; longer is cut */

struct sm_opml_feed {
	const char *text;	/* what it is called; "" */
	const char *url;	/* http(s), without a password */
	const char *folder;	/* "News/Local", or "" */
};

/*
 * Calls each, which may fail, for each feed in the len bytes at s, in order;
 * what is told is lent for the call.  *passed: how many outlines had an address
 * that is no http(s) URL.  0; 1 where the list ends before </opml>; -1 and
 * err (SM_EXIT_DATA) where it is no OPML.
 */
int sm_opml_read(const char *s, size_t len, int (*each)(void *arg,
    const struct sm_opml_feed *feed, struct sm_err *err), void *arg,
    size_t *passed, struct sm_err *err);

/* Adds s as the value of an attribute in double quotes, quotes included. */
void sm_opml_value(struct sm_buf *out, const char *s);

#endif
