/* Inside lib/score: what stands for the text of a post, see cluster.h. */
#ifndef SM_SCORE_MINHASH_H
#define SM_SCORE_MINHASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sm_tokens;

#define MINHASH_BINS 64
#define MINHASH_BANDS 16
#define MINHASH_ROWS (MINHASH_BINS / MINHASH_BANDS)
#define MINHASH_ALIKE 60	/* percent */

struct minhash {
	uint64_t exact;		/* of all words in order */
	uint32_t bins[MINHASH_BINS];
	uint32_t shingles[MINHASH_BINS];	/* sorted, where they fit */
	uint16_t count;		/* of shingles; 0: more than fit, or none */
	uint16_t words;
};

/* Of the tokens of a post; salt keeps brands apart. */
void minhash_make(struct minhash *hash, const struct sm_tokens *tokens,
    uint64_t salt);

/* Whether it has words enough to be like another one. */
bool minhash_is_near(const struct minhash *hash);

/* Jaccard index in percent. */
unsigned minhash_likeness(const struct minhash *a, const struct minhash *b);

/* By which posts that may be alike find each other. */
uint32_t minhash_band(const struct minhash *hash, int band);

#endif
