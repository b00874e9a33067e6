/*
 * The parts of the mastodon connector, which speaks to Mastodon, GoToSocial,
 * snac, Pleroma, Akkoma and their kin.
 *
 * How it reads on (CONNECTORS 5, A).  Each list (mentions, a hashtag, ...) has
 * a mark: an id up to which all is out.  With a mark a sweep asks for what lies
 * just above it (`min_id`) page by page, so that what is out is always whole.
 * `since_id` would give the newest page and leave out what lies between.
 *
 *  - Ids are compared by length, then bytes: they are no numbers.
 *  - Whether a server heeds min_id is found out by asking for one item above
 *    an old id: it must be the next, not the newest.  Where it is not (snac),
 *    or where we have no mark yet, the list is walked down from its newest page
 *    by the Link header or, without one, by `max_id`, until the mark or the
 *    window is met, and goes out the oldest first.
 *  - The mark stays behind: a post of another server can arrive late with an
 *    old id, and some servers' ids are random within a second.  What is met
 *    again is known by its id and revision (seen.h).
 *  - A page that repeats ends the walk with a gap; so does one too many.
 *
 * Search and conversations have no ids to page by (CONNECTORS 5, C): they are
 * read from the newest on until a page has nothing new.
 *
 * Edits and deletions: the posts of the last days are asked for again, once an
 * hour.  With --follow the server tells them, over server-sent events; after
 * each end of the stream, and every five minutes, the lists are swept again,
 * and only that moves marks: so what was said while nobody listened is found.
 */
#ifndef SM_SOURCE_SOCIAL_MASTODON_H
#define SM_SOURCE_SOCIAL_MASTODON_H

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
#include "source/social/sse.h"
#include "text/html.h"

#define MASTODON_PAGES 50	/* of a list in one sweep, before a gap */
#define MASTODON_THREADS 60	/* threads looked up in a sweep */
#define MASTODON_ROOTS 2048	/* posts whose thread is kept in mind */
#define MASTODON_ROOTS_KEPT 300	/* ... in the cursor, */
#define MASTODON_ROOTS_BYTES 24576	/* where they take so much at most */
#define MASTODON_CHECKS 40	/* posts looked at one by one in a sweep */
#define MASTODON_BATCH 20	/* ... by one request */
#define MASTODON_CHECK_EVERY 3600	/* seconds */
#define MASTODON_KEEP 86400	/* seconds: server and account are asked anew */
#define MASTODON_CATCH_UP 300	/* seconds between sweeps beside a stream */
#define MASTODON_POLL 60	/* ... where the stream does not tell all */
#define MASTODON_CHARS 500	/* of a post, where the server does not say */
#define MASTODON_URL 23		/* characters that any URL counts, likewise */
#define MASTODON_SILENCE 120	/* seconds; the heartbeat has 15 */

enum mastodon_listen { MASTODON_MENTIONS, MASTODON_NOTIFICATIONS,
	MASTODON_CONVERSATIONS, MASTODON_TAG, MASTODON_ACCOUNT,
	MASTODON_SEARCH };

/* How a post came, in the cursor too. */
#define MASTODON_BY_MENTION 'm'		/* it addresses us */
#define MASTODON_BY_QUOTE 'q'		/* it quotes us */
#define MASTODON_BY_UPDATE 'u'		/* only if we know it */
#define MASTODON_BY_TALK 'c'		/* a conversation's last post */
#define MASTODON_BY_LIST 'l'		/* any other way */

/* A list, and how far it has been read. */
struct mastodon_list {
	enum mastodon_listen what;
	char *argument;		/* tag, account, query; or NULL */

	/* In the cursor. */
	struct sm_buf id;	/* of the account */
	struct sm_buf mark;	/* "" where there is none */
	int min_id;		/* 1: is heeded, -1: is not, 0: not known */
	bool plain;		/* it knows no types but "mention" */

	/* This sweep. */
	bool walking, probing, over;
	unsigned pages;
	size_t offset;		/* of a search */
	struct sm_buf next;	/* where the Link leads */
	struct sm_buf last;	/* id of the last item of the last page */
	struct sm_buf above;	/* ... and of the item before that */
	struct sm_buf newest;	/* the highest id of a walk */
	struct sm_buf top;	/* the highest that is new */
	struct sm_buf settled;	/* the highest that is old enough */
	int64_t oldest;		/* that was met */
};

/* A post that waits to go out. */
struct mastodon_item {
	json_t *status;		/* ours */
	int64_t when;		/* the server noticed it, or NONE */
	char raw[80];		/* digest of the answer, or "" */
	char how;
	bool looked;		/* its thread has been looked up */
};

struct mastodon_root {
	char *id, *root;
};

struct mastodon {
	const struct sm_source_args *args;
	struct sm_buf base;	/* "https://social.example" */
	struct sm_buf host;	/* in the keys */
	bool logged_in;
	int64_t check_since;	/* seconds back; 0: never look again */
	struct mastodon_list lists[SOCIAL_WANTS];
	size_t nlists;

	/* In the cursor. */
	struct {
		int64_t read;	/* when it was asked */
		int64_t max, url;	/* characters of a post, of a URL */
		struct sm_buf domain;	/* of its accounts */
		struct sm_buf streaming;	/* "https://..." or "" */
		bool snac, no_stream;
	} server;
	struct {
		int64_t read;
		struct sm_buf id, acct;
	} me;
	struct sm_seen *seen;
	struct social_recent recent;
	int64_t checked;	/* when recent was looked through */
	int64_t turn;		/* where to go on, one by one */
	int batch;		/* as min_id: statuses?id[]= */
	struct mastodon_root roots[MASTODON_ROOTS];
	size_t nroots;

	/* What is being asked. */
	size_t stage;
	size_t at;		/* list */
	bool asked_thread, me_tried;
	int server_tries;
	struct sm_buf body;
	char raw[80];		/* its digest, or "" */
	bool finished;		/* nothing more is wanted */
	bool failed;		/* err: of one list; the others are read */
	struct sm_err err;
	int pause_ms;		/* before the next request */

	struct mastodon_item *queue;
	size_t nqueue, head, queue_room;
	unsigned threads;	/* looked up in this sweep */

	/* Looking again. */
	char *todo[SOCIAL_RECENT];	/* ids */
	size_t ntodo, nbatch;	/* of the end of todo, being asked for */
	char *alone[MASTODON_CHECKS];
	size_t nalone;
	bool checking;

	/* The stream. */
	struct sm_sse sse;
	bool streaming, broken_off;
	int64_t swept;		/* when the last sweep began */
	int64_t stream_began;
	int backoff_ms;
	struct sm_emit *emit;	/* for the duration of .body */

	struct sm_arena arena;	/* of one post */
	struct sm_html html;
	struct sm_buf content, ref;
};

/* mastodon_server.c: what the server is, and who we are there. */
int mastodon_server_ask(struct mastodon *m, struct sm_request *req,
    struct sm_err *err);
int mastodon_server_answer(struct mastodon *m, const struct sm_response *res,
    json_t *json, struct sm_emit *emit, struct sm_err *err);
int mastodon_me_ask(struct mastodon *m, struct sm_request *req,
    struct sm_err *err);
int mastodon_me_answer(struct mastodon *m, const struct sm_response *res,
    json_t *json, struct sm_emit *emit, struct sm_err *err);

/* mastodon_cursor.c */
void mastodon_read_cursor(struct mastodon *m, const char *text);
void mastodon_cursor(const void *state, struct sm_buf *out);
/* The name of a list in the cursor. */
void mastodon_list_name(const struct mastodon_list *list, struct sm_buf *out);

/* mastodon_list.c: the next request of the list at m->at; 0: it is read. */
int mastodon_list_ask(struct mastodon *m, struct sm_request *req,
    struct sm_err *err);
int mastodon_list_answer(struct mastodon *m, const struct sm_response *res,
    json_t *json, struct sm_emit *emit, struct sm_err *err);
void mastodon_explain(const void *state, struct sm_buf *out);
/* Begin a sweep: all lists are to be read again. */
void mastodon_sweep(struct mastodon *m);

/* "BASE/api/v1/..." of a list, without parameters. */
void mastodon_list_url(const struct mastodon *m,
    const struct mastodon_list *list, struct sm_buf *out);
int mastodon_list_limit(const struct mastodon_list *list);
/* Whether its items have ids to page by. */
bool mastodon_list_has_ids(const struct mastodon_list *list);

/*
 * mastodon_page.c: a page of the list's items, the newest first: what is new
 * is queued, and the list knows what to ask next, or that it is over.
 */
void mastodon_page(struct mastodon *m, struct mastodon_list *list,
    const struct sm_response *res, const json_t *items,
    struct sm_emit *emit);
/* All that was met is out: the mark may move. */
void mastodon_settle(struct mastodon_list *list);
/* Less than 0, 0, more: as ids are ordered. */
int mastodon_id_cmp(const char *a, const char *b);

/* mastodon_queue.c: at the end of the queue; status is borrowed. */
void mastodon_push(struct mastodon *m, json_t *status, int64_t when,
    char how);
/* A notification, if it is of a kind that is wanted. */
void mastodon_push_notification(struct mastodon *m, const json_t *note,
    bool all);
/* What was added since there were count of them, the other way round. */
void mastodon_reverse(struct mastodon *m, size_t count);
/* Emit from its beginning, until it is empty or a thread has to be asked. */
int mastodon_drain(struct mastodon *m, struct sm_emit *emit,
    struct sm_err *err);
void mastodon_queue_release(struct mastodon *m);
/* Where the context of the first is to be asked for, 1; else 0. */
int mastodon_thread_ask(struct mastodon *m, struct sm_request *req);
int mastodon_thread_answer(struct mastodon *m, const struct sm_response *res,
    const json_t *json);

/* mastodon_root.c: the thread of a post, NULL where it is not known. */
const char *mastodon_root(const struct mastodon *m, const char *id);
void mastodon_root_add(struct mastodon *m, const char *id, const char *root);
/* What the status itself tells of it. */
void mastodon_root_learn(struct mastodon *m, const json_t *status);
void mastodon_roots_release(struct mastodon *m);

/* mastodon_post.c: what is new or changed goes out. */
int mastodon_emit(struct mastodon *m, const json_t *status, int64_t when,
    char how, struct sm_emit *emit, struct sm_err *err);
/* The id of a status, as it stays; in the arena. */
const char *mastodon_id(struct mastodon *m, const json_t *status,
    const char *path);
/* The revision of a status; lent until the arena is reset. */
const char *mastodon_rev(struct mastodon *m, const json_t *status);
int mastodon_gone(struct mastodon *m, const char *id, struct sm_emit *emit,
    struct sm_err *err);

/* mastodon_text.c: content and ref of a status. */
void mastodon_content(struct mastodon *m, const json_t *status);
void mastodon_ref(struct mastodon *m, const json_t *status);
/* "care" is "care@social.example" to the world. */
const char *mastodon_acct(struct mastodon *m, const char *acct);
bool mastodon_is_me(struct mastodon *m, const json_t *account);

/*
 * mastodon_check.c.  How a post that we know came at first, which tells whether
 * it addresses us.
 */
char mastodon_how(const struct mastodon *m, const char *id);
int mastodon_check_ask(struct mastodon *m, struct sm_request *req,
    struct sm_err *err);
int mastodon_check_answer(struct mastodon *m, const struct sm_response *res,
    json_t *json, struct sm_emit *emit, struct sm_err *err);
void mastodon_check_release(struct mastodon *m);

/* mastodon_stream.c: 0 where there is nothing to follow. */
int mastodon_stream_ask(struct mastodon *m, struct sm_request *req,
    struct sm_err *err);
int mastodon_stream_answer(struct mastodon *m, const struct sm_response *res,
    json_t *json, struct sm_emit *emit, struct sm_err *err);
int mastodon_stream_body(struct mastodon *m, const char *data, size_t len,
    struct sm_emit *emit, struct sm_err *err);

/* mastodon.c: "BASE/api/PATH", and what all requests have. */
void mastodon_url(const struct mastodon *m, struct sm_request *req,
    const char *path);

#endif
