/*
 * The parts of the wordpress connector.  What is asked, one after the other:
 *
 *	the site (its Link header names the REST interface); who we are; the
 *	comments since the newest one less an overlap, oldest first, page by
 *	page, and for each page the titles of the articles in it; the same for
 *	the shop's reviews; then comments that should have been there and were
 *	not, by id: those that are really gone become Tombstones.
 *
 * Where there is no REST interface, the comment feed is read instead, which
 * has the newest ten only.  A cursor is {"root", "newest", "floor", "seen",
 * "recent": [[id, date, review, url]]}.
 */
#ifndef SM_SOURCE_WORDPRESS_H
#define SM_SOURCE_WORDPRESS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "record/post.h"
#include "text/html.h"

struct sm_emit;
struct sm_err;
struct sm_response;
struct sm_seen;
struct sm_source_args;

#define WP_PAGE 100		/* comments of an answer */
#define WP_PAGES 1000		/* of one run */
#define WP_OVERLAP 1209600	/* seconds: how late an approval is noticed */
#define WP_RECENT 400		/* comments whose end is noticed */
#define WP_URL 250		/* bytes of the URL of such a one */
#define WP_TITLES 4096		/* articles of one run */
#define WP_BATCH 100		/* ids that are asked for at once */

enum wp_phase {
	WP_FIND,		/* the site */
	WP_ROOT,		/* what its REST interface has */
	WP_ME,
	WP_COMMENTS,
	WP_REVIEWS,
	WP_TITLE,		/* on the way to the end of a page */
	WP_CHECK,		/* comments by id */
	WP_CHECK_REVIEWS,
	WP_FEED,
	WP_FEED_PLAIN,		/* where the site has no pretty addresses */
	WP_OVER
};

/* A comment or review, as either interface has it; strings are lent. */
struct wp_item {
	int64_t id, post, parent, author;
	int64_t date;			/* SM_TIME_NONE */
	const char *name, *site, *email, *html, *link, *status;
	const char *base;		/* "posts": where its article is */
	const char *title;		/* of the article, as HTML; or NULL */
	int64_t rating;			/* 0: none */
	bool review;
};

struct wp_recent {
	int64_t id, date;
	bool review;
	bool met;		/* in this run */
	bool asked;		/* by id */
	char *url;		/* its ->id in the record */
};

struct wp_title {
	char base[64];
	int64_t post;
	bool asked;
	char *text;		/* or NULL */
};

struct wordpress {
	const struct sm_source_args *args;
	enum wp_phase phase, page_phase;	/* page_phase: of ->items */
	struct sm_buf root;	/* of the REST interface, or empty */
	bool guessed;		/* nobody said that it is there */
	bool login, moderator, shop, feed;
	int64_t me;		/* our user's id, or 0 */
	int64_t newest;		/* date of the newest comment */
	int64_t floor;		/* where the first run began */
	int64_t after;		/* where this run begins */
	bool known;		/* there was a cursor */
	struct sm_seen *seen;
	struct wp_recent *recent;	/* by date */
	size_t nrecent;
	size_t turn;		/* where old ones are looked at next */
	int page, pages;	/* pages: as the server says, or 0 */
	struct sm_buf body, etag;
	json_t *items;		/* of the page that waits for titles */
	struct wp_title *titles;
	size_t ntitles, titles_room;
	struct sm_html html, heading, who;
	struct sm_buf id, context, reply, native, ref, author_id, rev;
};

/* wordpress_cursor.c */
void wp_read_cursor(struct wordpress *wp, const char *text);
void wp_cursor(const void *state, struct sm_buf *out);
/* Notes it as met; url is its id in the record. */
void wp_remember(struct wordpress *wp, const struct wp_item *item,
    const char *url);
void wp_recent_free(struct wp_recent *recent);

/* wordpress_item.c: an element of an answer; false: it is none. */
bool wp_comment(const json_t *json, struct wp_item *item);
bool wp_review(const json_t *json, struct wp_item *item);
/* Whether it did not go out before in this form. */
bool wp_is_new(struct wordpress *wp, const struct wp_item *item);
/* Emits it, unless it went out before in this form. */
int wp_emit(struct wordpress *wp, const struct wp_item *item,
    struct sm_emit *emit, struct sm_err *err);
int wp_emit_gone(struct wordpress *wp, const struct wp_recent *recent,
    struct sm_emit *emit, struct sm_err *err);
/* Adds a comment's link without what changes in it, the page of comments. */
void wp_stable(struct sm_buf *out, const char *link);

/* wordpress_page.c: what the answers mean. */
int wp_page_done(struct wordpress *wp, const struct sm_response *res,
    struct sm_emit *emit, struct sm_err *err);
int wp_titles_done(struct wordpress *wp, const struct sm_response *res,
    struct sm_emit *emit, struct sm_err *err);
int wp_check_done(struct wordpress *wp, const struct sm_response *res,
    struct sm_emit *emit, struct sm_err *err);
/* Adds up to WP_BATCH ids that are to be looked at; how many. */
size_t wp_check_ids(struct wordpress *wp, bool reviews, struct sm_buf *out);
/* The same for articles, all of one kind. */
size_t wp_title_ids(struct wordpress *wp, struct sm_buf *base,
    struct sm_buf *out);
const char *wp_title(const struct wordpress *wp, const struct wp_item *item);
/* The JSON array of an answer, or NULL and err. */
json_t *wp_array(const struct wordpress *wp, struct sm_err *err);

/* wordpress_feed.c: the comment feed in ->body. */
int wp_feed(struct wordpress *wp, struct sm_emit *emit, struct sm_err *err);

#endif
