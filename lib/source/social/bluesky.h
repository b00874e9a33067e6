/*
 * The parts of the bluesky connector (AT Protocol, app.bsky.*).
 *
 * How it reads on (CONNECTORS 5, C).  All lists are sorted by a time that the
 * writer's own clock has a say in (the earlier of createdAt and when the server
 * saw it), so nothing of them is ever known to be complete below a mark.  Each
 * sweep reads from the newest item back to two days (`overlap`) before the
 * newest that was met; what has been met is known by its uri and cid (seen.h),
 * the rest goes out, the oldest first.  Pages may be short or empty though
 * more follow; only a missing cursor ends a list.  A cursor that repeats, or
 * one page too many, is a gap.
 *
 * The first sweep goes back to its window, and notes what is older without
 * telling it: so a post that turns up later with a forged, old date is told
 * apart from what was there before we came, as far down as was read then.
 *
 * Notifications say neither what is attached to a post nor how often it was
 * liked, and nothing says how many follow its author: before posts go out they
 * are asked for by twenty-five (getPosts, getProfiles).  One that is not there
 * any more does not go out.  Hourly the posts of the last days are asked for
 * again: another cid is an edit, none a Tombstone.
 */
#ifndef SM_SOURCE_SOCIAL_BLUESKY_H
#define SM_SOURCE_SOCIAL_BLUESKY_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "source/seen.h"
#include "source/social/social.h"
#include "source/source.h"

#define BLUESKY_PAGES 20	/* of a list in one sweep, before a gap */
#define BLUESKY_BATCH 25	/* posts, and profiles, of one request */
#define BLUESKY_CHECK_EVERY 3600	/* seconds */
#define BLUESKY_PROFILES 2000	/* that are kept in mind */
#define BLUESKY_FACETS 128	/* of a post; more are left out */
#define BLUESKY_DEPTH 200	/* of a thread */
#define BLUESKY_GRAPHEMES 300	/* of a post */

enum bluesky_listen { BLUESKY_MENTIONS, BLUESKY_TAG, BLUESKY_SEARCH,
	BLUESKY_ACCOUNT, BLUESKY_THREAD };

/* How a post came, in the cursor too. */
#define BLUESKY_BY_MENTION 'm'
#define BLUESKY_BY_REPLY 'r'
#define BLUESKY_BY_QUOTE 'q'
#define BLUESKY_BY_LIST 'l'

struct bluesky_list {
	enum bluesky_listen what;
	char *argument;

	/* In the cursor; NONE before the first sweep. */
	int64_t mark;		/* the newest time that was met */
	int64_t depth;		/* how far down all was met then */

	/* This sweep. */
	bool over;
	unsigned pages;
	struct sm_buf cursor;	/* of the next page */
	int64_t newest, oldest;
};

struct bluesky_item {
	json_t *view;		/* a post or a notification; ours */
	char raw[80];		/* digest of the answer, or "" */
	char how;
	bool full;		/* a view of the post itself */
};

struct bluesky {
	const struct sm_source_args *args;
	struct sm_buf base;	/* "https://bsky.social" */
	bool logged_in;
	int64_t overlap, check_since;	/* seconds */
	struct bluesky_list lists[SOCIAL_WANTS];
	size_t nlists;

	/* In the cursor. */
	struct sm_buf me;	/* our DID, or "" */
	struct sm_seen *seen;
	struct social_recent recent;
	int64_t checked;

	/* What is being asked. */
	size_t stage, at;
	struct sm_buf body;
	char raw[80];		/* its digest, or "" */
	enum bluesky_fill {
		BLUESKY_NOTHING, BLUESKY_FILL_POSTS, BLUESKY_FILL_PROFILES
	} filling;
	bool me_tried, no_profiles, finished;
	bool failed;		/* err: of one list; the others are read */
	struct sm_err err;

	struct bluesky_item *queue;
	size_t nqueue, head, queue_room;
	json_t *profiles;	/* by DID; null where there is none */

	/* Looking again. */
	char *todo[SOCIAL_RECENT];
	size_t ntodo, nbatch;
	bool checking;

	struct sm_arena arena;	/* of one post */
	struct sm_buf content, ref;
};

/* bluesky.c: "BASE/xrpc/NSID", and what all requests have. */
void bluesky_url(const struct bluesky *b, struct sm_request *req,
    const char *nsid);

/* bluesky_cursor.c */
void bluesky_read_cursor(struct bluesky *b, const char *text);
void bluesky_cursor(const void *state, struct sm_buf *out);
void bluesky_list_name(const struct bluesky_list *list, struct sm_buf *out);

/* bluesky_list.c: the next request of the lists, 1; 0: all are read. */
int bluesky_list_ask(struct bluesky *b, struct sm_request *req,
    struct sm_err *err);
int bluesky_list_answer(struct bluesky *b, const struct sm_response *res,
    json_t *json, struct sm_emit *emit, struct sm_err *err);
void bluesky_explain(const void *state, struct sm_buf *out);
void bluesky_sweep(struct bluesky *b);

/*
 * bluesky_thread.c: all posts of a thread to the queue, the oldest first; those
 * that are not there any more, as Tombstones.
 */
int bluesky_thread(struct bluesky *b, json_t *thread, struct sm_emit *emit,
    struct sm_err *err);

/* bluesky_queue.c: at the end of the queue; view is borrowed. */
void bluesky_push(struct bluesky *b, json_t *view, char how, bool full);
void bluesky_queue_release(struct bluesky *b);
/* Turn round what was added since there were count of them. */
void bluesky_reverse(struct bluesky *b, size_t count);
/* What the first ones lack: 1 and a request for it; 0: nothing. */
int bluesky_fill_ask(struct bluesky *b, struct sm_request *req);
int bluesky_fill_answer(struct bluesky *b, const struct sm_response *res,
    json_t *json, struct sm_err *err);
/* Emit until something is lacking. */
int bluesky_drain(struct bluesky *b, struct sm_emit *emit,
    struct sm_err *err);

/* bluesky_post.c: what is new or changed goes out. */
int bluesky_emit(struct bluesky *b, const struct bluesky_item *item,
    struct sm_emit *emit, struct sm_err *err);
int bluesky_gone(struct bluesky *b, const char *uri, struct sm_emit *emit,
    struct sm_err *err);
/* The earlier of its two times. */
int64_t bluesky_time(const json_t *view);
/* Whether labels of the network hide it. */
bool bluesky_is_hidden(const json_t *view);
/* Whether this uri and cid have gone out. */
bool bluesky_is_known(const struct bluesky *b, const json_t *view);

/* bluesky_text.c: the text with its links, tags to post. */
void bluesky_text(struct bluesky *b, const json_t *record,
    struct sm_post *post);
/* "did:plc:x" of "at://did:plc:x/app.bsky.feed.post/y"; none: NULL. */
struct sm_span bluesky_repo(const char *uri);
/* Where people see it, in arena; handle may be NULL. */
const char *bluesky_page(struct bluesky *b, const char *uri,
    const char *handle);

/* bluesky_embed.c */
void bluesky_files(struct bluesky *b, const json_t *view,
    struct sm_post *post);

/* bluesky_check.c */
int bluesky_check_ask(struct bluesky *b, struct sm_request *req,
    struct sm_err *err);
int bluesky_check_answer(struct bluesky *b, const struct sm_response *res,
    json_t *json, struct sm_emit *emit, struct sm_err *err);
void bluesky_check_release(struct bluesky *b);

#endif
