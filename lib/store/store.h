/*
 * The store: posts, the cases they form, and the events from which all else
 * follows.  One interface, a table of operations behind it (backend.h), so
 * that a server for a team can stand where SQLite stands.
 *
 * Everything is written inside sm_store_begin and sm_store_commit, one writer
 * at a time; a cursor is committed together with the posts before it.  What
 * is read needs no lock and never waits.
 *
 * What a commit promises: it outlives the death of the process, and loss of
 * power as well where the transaction began as a durable one, or once
 * sm_store_sync has come back.  Posts can be fetched again, so intake does
 * without and syncs at its end; what cannot be asked for a second time (a
 * reply that was sent, a claim) must be durable.
 *
 * Events are chained: each has the digest of the one before it in its chain,
 * one chain a case and one (case 0) for the intake.  They hold digests of
 * posts, never what posts say, so that erasing does not break them.
 *
 * Texts in structs that the store fills are lent until its next call; those
 * given to a callback until the callback ends, which may read from the same
 * store in between.
 */
#ifndef SM_STORE_STORE_H
#define SM_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/digest.h"
#include "store/uuid.h"

struct sm_buf;
struct sm_conf;
struct sm_err;
struct sm_store;

#define SM_STORE_TEXT_MAX 2048	/* bytes of a key, handle, queue, ... */
#define SM_STORE_CURSOR_MAX 262144 /* bytes */
#define SM_STORE_NEVER INT64_C(253402300800) /* year 10000: no such time */

enum sm_store_mode {
	SM_STORE_READ,		/* must be there, nothing is changed */
	SM_STORE_WRITE,		/* must be there */
	SM_STORE_CREATE		/* made where it is not there */
};

/* Bytes of somebody else's, no NUL behind them; s NULL: there is none. */
struct sm_text {
	const char *s;
	size_t len;
};

struct sm_text sm_text(const char *s);		/* of a string, or NULL */
bool sm_text_is(struct sm_text text, const char *s);
bool sm_text_same(struct sm_text a, struct sm_text b);

/*
 * Where the store is: option (-s), else [store] path, else
 * $XDG_DATA_HOME/sm/sm.db.  The caller frees.
 */
char *sm_store_path(const struct sm_conf *conf, const char *option);

/*
 * Opens the store at path, for program ("sm-case").  wait_ms: how long to
 * wait for other writers.  NULL and err: SM_EXIT_NOINPUT where there is none,
 * SM_EXIT_CANTCREAT, SM_EXIT_NOPERM, SM_EXIT_CONFIG where it is of a newer
 * version, SM_EXIT_IO where it is damaged.
 */
struct sm_store *sm_store_open(const char *path, enum sm_store_mode mode,
    const char *program, int wait_ms, struct sm_err *err);
void sm_store_close(struct sm_store *store);	/* rolls back what is open */
const char *sm_store_name(const struct sm_store *store); /* its path */

/*
 * Begin waits for other writers: SM_EXIT_TEMP where they take too long.  After
 * a failure in between only rollback makes sense; commit rolls back by itself
 * where it fails.
 */
int sm_store_begin(struct sm_store *store, bool durable, struct sm_err *err);
int sm_store_commit(struct sm_store *store, struct sm_err *err);
void sm_store_rollback(struct sm_store *store);
bool sm_store_in_transaction(const struct sm_store *store);

/*
 * All that is read until sm_store_rollback was so at one moment.  Nothing is
 * written in between.
 */
int sm_store_begin_read(struct sm_store *store, struct sm_err *err);

/* All that was committed is on the disk. */
int sm_store_sync(struct sm_store *store, struct sm_err *err);

/* ---- Cursors ----------------------------------------------------------- */

/* The cursor of a source into out (emptied first): 1, 0 for none, -1. */
int sm_store_cursor(struct sm_store *store, const char *source,
    struct sm_buf *out, struct sm_err *err);
int sm_store_set_cursor(struct sm_store *store, struct sm_text source,
    struct sm_text cursor, struct sm_err *err);

/* ---- Posts ------------------------------------------------------------- */

enum sm_post_state {
	SM_POST_LIVE,
	SM_POST_DELETED		/* a Tombstone stands where it was */
};

struct sm_stored {
	int64_t n;		/* number in this store, from 1 */
	struct sm_text brand, key; /* unique together */
	struct sm_text rev;
	struct sm_text id;	/* the network's; only when adding */
	/* Only when adding and replacing; party empty: nobody's. */
	struct sm_text channel, party, lang;
	int64_t case_n;		/* 0: of no case */
	int64_t start;		/* when its clocks start */
	int64_t stored;		/* when it came to the store */
	bool waits;		/* somebody waits for an answer to it */
	enum sm_post_state state;
	int64_t batch;		/* number of the intake's event */
	unsigned char salt[SM_SALT_SIZE];
	unsigned char digest[SM_DIGEST_SIZE];
	struct sm_text line;	/* the record, without LF */
};

/*
 * Sets n, salt and digest: 1; 0 where brand and key are there already; -1.
 */
int sm_store_add_post(struct sm_store *store, struct sm_stored *post,
    struct sm_err *err);
/* The n of the next post and case: within a transaction. */
int64_t sm_store_next_post(const struct sm_store *store);
int64_t sm_store_next_case(const struct sm_store *store);

/* 1, 0 where there is none, -1. */
int sm_store_find_post(struct sm_store *store, struct sm_text brand,
    struct sm_text key, struct sm_stored *post, struct sm_err *err);
/* The case of the post that the network calls id: 1, 0, -1. */
int sm_store_find_parent(struct sm_store *store, struct sm_text brand,
    struct sm_text id, int64_t *case_n, struct sm_err *err);
/*
 * Writes line, rev, state, waits and case_n of post->n, whose it is, and a new
 * salt and digest, which are set.
 */
int sm_store_replace_post(struct sm_store *store, struct sm_stored *post,
    struct sm_err *err);
/* The posts of a case in the order of their start, limit at most. */
int sm_store_each_post(struct sm_store *store, int64_t case_n, int64_t limit,
    int (*each)(const struct sm_stored *post, void *arg, struct sm_err *err),
    void *arg, struct sm_err *err);
/* The newest post of a case that is not deleted: 1, 0, -1. */
int sm_store_last_post(struct sm_store *store, int64_t case_n,
    struct sm_stored *post, struct sm_err *err);
/* The oldest start after `after` of a post that waits; SM_STORE_NEVER. */
int sm_store_oldest_waiting(struct sm_store *store, int64_t case_n,
    int64_t after, int64_t *start, struct sm_err *err);

/* ---- Cases ------------------------------------------------------------- */

struct sm_case {
	int64_t n;		/* number in this store, from 1 */
	char id[SM_UUID_TEXT];
	/* What makes it this case: fixed. */
	struct sm_text brand, channel, account, context, party;
	struct sm_text handle;	/* the party as people know it */
	int64_t opened;
	int64_t follows;	/* n of the closed case before it, or 0 */
	/* What changes. */
	struct sm_text status;	/* new open waiting solved closed ignored ... */
	bool active;		/* its status is one in which work remains */
	struct sm_text reason;	/* of the status, where there is one */
	struct sm_text queue, owner; /* "" for none */
	int64_t priority;
	int64_t due;		/* all times: SM_STORE_NEVER for none */
	int64_t waiting_since;	/* the oldest unanswered inbound post */
	int64_t last_in, last_out;
	int64_t reopened, posts;
	int64_t rev;		/* counts changes, from 1 */
	int64_t seq;		/* of its last event */
	unsigned char head[SM_DIGEST_SIZE]; /* of its last event */
};

/*
 * Adds a case and its first event, Create with body.  Sets n, id, rev, seq and
 * head; opened and what changes are the caller's.
 */
int sm_store_add_case(struct sm_store *store, struct sm_case *c,
    struct sm_text body, struct sm_err *err);
/*
 * Writes what changes, counts rev on and adds an event of this type; type NULL:
 * no event, for which status, reason, queue, owner and reopened must be the
 * same as they were.
 * SM_EXIT_TEMP where the case was changed since it was read.
 */
int sm_store_change_case(struct sm_store *store, struct sm_case *c,
    const char *type, struct sm_text body, struct sm_err *err);
/* The newest case of brand, channel, account, context, party: 1, 0, -1. */
int sm_store_find_case(struct sm_store *store, const struct sm_case *key,
    struct sm_case *found, struct sm_err *err);
int sm_store_get_case(struct sm_store *store, int64_t n,
    struct sm_case *found, struct sm_err *err);
/*
 * The case whose id ends in digits: 1, 0 for none, -1; more than one, or no
 * end of an id, is an error (SM_EXIT_USAGE).
 */
int sm_store_find_case_id(struct sm_store *store, const char *digits,
    struct sm_case *found, struct sm_err *err);

/* Whether work remains on a case of this status. */
bool sm_status_active(struct sm_text status);

/* Since when the longest waiting active case waits; SM_STORE_NEVER. */
int sm_store_oldest(struct sm_store *store, int64_t *since,
    struct sm_err *err);

int sm_store_add_label(struct sm_store *store, int64_t case_n,
    struct sm_text label, struct sm_err *err); /* 1 new, 0 there, -1 */
/* Adds to out the labels of a case as a JSON array. */
int sm_store_labels(struct sm_store *store, int64_t case_n,
    struct sm_buf *out, struct sm_err *err);

/* A place in the list, from which the next page goes on. */
struct sm_case_place {
	int64_t priority, waiting_since, n;
};

struct sm_case_filter {
	const char *queue, *status, *brand;	/* NULL: any */
	bool all;		/* not only active ones */
	bool after;		/* only what comes behind place */
	struct sm_case_place place;
	int64_t limit;
};

/*
 * Active cases from the highest priority, among equals from the longest
 * waiting.  With all, or a status that is not active: from the newest.
 */
int sm_store_each_case(struct sm_store *store,
    const struct sm_case_filter *filter,
    int (*each)(const struct sm_case *c, void *arg, struct sm_err *err),
    void *arg, struct sm_err *err);

/* How many cases a brand has in a queue in a status. */
struct sm_case_count {
	struct sm_text brand, queue, status;
	int64_t count;
};

int sm_store_each_count(struct sm_store *store,
    int (*each)(const struct sm_case_count *count, void *arg,
    struct sm_err *err), void *arg, struct sm_err *err);

/* ---- Authors ----------------------------------------------------------- */

#define SM_STORE_LANG_MAX 35	/* bytes of a language that is kept */
#define SM_STORE_COUNTED 10000	/* posts of one author: counted at most */
#define SM_STORE_RECENT 1000	/* and the last of them, or of their cases,
				   that are looked at */

/* Whom to look for: a party in a channel, for one brand. */
struct sm_author {
	struct sm_text brand, channel, party;
	int64_t until;		/* posts of a later start do not count */
	int64_t posts_since;	/* nor do those until then */
	int64_t cases_since;	/* the same for cases */
	int64_t but;		/* n of a post that does not count, or 0 */
};

/*
 * What there is of an author.  Deleted posts do not count, nor do cases that
 * are ignored or merged.
 */
struct sm_author_facts {
	int64_t first;		/* start of the first post, or NEVER */
	int64_t posts, cases;
	/* Of the last posts the most frequent language; of as many the one
	   used last, then the first by name.  "": none. */
	char lang[SM_STORE_LANG_MAX + 1];
	char open_case[SM_UUID_TEXT]; /* the active one opened last, or "" */
};

int sm_store_author(struct sm_store *store, const struct sm_author *who,
    struct sm_author_facts *facts, struct sm_err *err);

/*
 * How many active cases each owner has, by owner; of more than limit owners
 * those who have the most.
 */
int sm_store_each_load(struct sm_store *store, int64_t limit,
    int (*each)(struct sm_text owner, int64_t cases, void *arg,
    struct sm_err *err), void *arg, struct sm_err *err);

/* ---- Events ------------------------------------------------------------ */

struct sm_event {
	int64_t n;		/* number in this store, from 1 */
	int64_t case_n;		/* 0: the intake's */
	char chain[SM_UUID_TEXT]; /* the case's id, or "intake" */
	int64_t seq;		/* in its chain, from 1 */
	int64_t at;
	const char *type;	/* ActivityStreams: Create, Update, ... */
	const char *actor;	/* JSON: who, program, host */
	struct sm_text body;	/* JSON object: what, before, after, why */
	struct sm_text digests;	/* of posts, 32 bytes each; intake only */
	unsigned char prev[SM_DIGEST_SIZE]; /* zero for the first */
	unsigned char hash[SM_DIGEST_SIZE];
};

/*
 * hash = SHA-256 of prev, then chain, seq, at (RFC 3339), type, actor and
 * body, an LF behind each, then digests.
 */
void sm_event_hash(const struct sm_event *event,
    unsigned char out[SM_DIGEST_SIZE]);

/* Adds an event to the intake's chain. */
int sm_store_add_intake(struct sm_store *store, const char *type,
    struct sm_text body, struct sm_text digests, struct sm_err *err);
/* The number of the intake's next event: within a transaction. */
int64_t sm_store_next_batch(const struct sm_store *store);

/* The events of a case (0: the intake's) in their order. */
int sm_store_each_event(struct sm_store *store, int64_t case_n,
    int (*each)(const struct sm_event *event, void *arg, struct sm_err *err),
    void *arg, struct sm_err *err);

/* What sm_store_verify has looked at. */
struct sm_store_sums {
	int64_t cases, events, posts;
	int64_t faults;
};

/*
 * Follows every chain and digests every post.  fault is called for each
 * disagreement, with a sentence.  0, or -1 and err where the store cannot be
 * read.
 */
int sm_store_verify(struct sm_store *store, struct sm_store_sums *sums,
    void (*fault)(const char *text, void *arg), void *arg,
    struct sm_err *err);

#endif
