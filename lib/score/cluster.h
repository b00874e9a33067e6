/*
 * Posts that say the same: near-duplicates within a window of time.
 *
 * Shingles are the words of a post; where it has fewer than six, runs of four
 * letters of them as well; of Han text, pairs of characters.  Sixty-four
 * minima of one hash of each shingle (one-permutation MinHash: Li, Owen, Zhang
 * 2012; empty bins filled by rotation: Shrivastava, Li 2014) stand for a post;
 * 16 bands of 4 minima find those that may be alike (LSH: Indyk, Motwani
 * 1998), and two count as alike from a Jaccard index of 0.6 of their shingles
 * on (of their minima, where one has more than 64).  Posts of fewer than four
 * words are alike only where their text is the same.  Links and handles do not
 * count; brands do not mix.
 *
 * The cluster of a post is that of the most similar one before it.
 */
#ifndef SM_SCORE_CLUSTER_H
#define SM_SCORE_CLUSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sm_buf;
struct sm_cluster;
struct sm_err;

#define SM_CLUSTER_WINDOW (48 * 3600)	/* seconds */
#define SM_CLUSTER_POSTS 100000		/* different texts, by default */
#define SM_CLUSTER_AUTHORS 4096		/* that are told apart in a cluster */
#define SM_CLUSTER_KEY 600		/* bytes of a first post's key */

/* One post; all lent. */
struct sm_cluster_post {
	const char *key, *brand, *author, *text;
	size_t key_len, brand_len, author_len, text_len;
	int64_t time;		/* when it came; SM_TIME_NONE: as the last */
};

struct sm_cluster_found {
	uint64_t id;		/* by the key of the first post */
	uint64_t size;		/* posts so far, this one included */
	uint64_t authors;	/* different ones so far */
	const char *first;	/* key of the first post; lent until the next */
	int64_t began;		/* its time */
};

/* window in seconds; most: different texts that are remembered. */
struct sm_cluster *sm_cluster_new(int64_t window, size_t most);
void sm_cluster_free(struct sm_cluster *cluster);

/*
 * The post goes to its cluster.  The same key again changes nothing but is
 * told its cluster.
 */
void sm_cluster_add(struct sm_cluster *cluster,
    const struct sm_cluster_post *post, struct sm_cluster_found *found);

/*
 * All that is remembered, as bytes for another day; and back: 0, or -1 and err
 * (SM_EXIT_DATA) where they are not from this version on such a machine.
 */
void sm_cluster_save(const struct sm_cluster *cluster, struct sm_buf *out);
int sm_cluster_load(struct sm_cluster *cluster, const char *data, size_t len,
    struct sm_err *err);

#endif
