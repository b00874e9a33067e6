/*
 * What the store knows about the author and the thread of a post: the object
 * `known` of sm-record(5).
 *
 * An author is a party in a channel, for one brand; time is the record's own
 * `fetched`, so that the same record and the same store give the same bytes.
 * Posts of a batch are looked up in the store as it was when the batch began,
 * and a question that was asked is not asked again; so authors of many posts
 * cost what others cost.
 *
 * What intake would do with a post is asked of intake itself: `case` is the
 * case that the post will join, if it is there already.
 *
 * Nothing is written.
 */
#ifndef SM_DESK_KNOWN_H
#define SM_DESK_KNOWN_H

struct sm_buf;
struct sm_err;
struct sm_known;
struct sm_paths;
struct sm_record;
struct sm_store;

#define SM_KNOWN_OWNERS 1000	/* in `load`, those who have the most */
#define SM_KNOWN_LOAD_MAX 65536	/* bytes of `load`, about */

enum sm_knows {
	SM_KNOWS_FAILED = -1,	/* the store */
	SM_KNOWS_NOTHING = 0,
	SM_KNOWS = 1,
	SM_KNOWS_BAD = 2	/* the record: it cannot be a post */
};

/* Adds to paths what records must be parsed with. */
struct sm_known *sm_known_new(struct sm_paths *paths);
void sm_known_free(struct sm_known *known);

/*
 * Begins a batch, in which the store (open for reading) stands still; not in
 * a transaction of its own.  0, or -1 and err.
 */
int sm_known_begin(struct sm_known *known, struct sm_store *store,
    struct sm_err *err);
void sm_known_end(struct sm_known *known);

/*
 * The object as JSON into out, emptied first.  err: why, for BAD
 * (SM_EXIT_DATA) and FAILED.
 */
enum sm_knows sm_known_post(struct sm_known *known, struct sm_record *rec,
    struct sm_buf *out, struct sm_err *err);

#endif
