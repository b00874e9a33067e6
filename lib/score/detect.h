/*
 * Which language a post is in: scripts decide where they can, else frequent
 * words and runs of letters are weighed for every language that the lexicon
 * was trained with, with what the platform says as a start.
 */
#ifndef SM_SCORE_DETECT_H
#define SM_SCORE_DETECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "score/lexicon.h"
#include "text/token.h"

struct sm_detected {
	const char *tag;	/* "pl", or "und"; lent from the lexicon, or
				   for as long as the program lives */
	int confidence;		/* 0..100 */
};

/*
 * hint: what the platform declares, known: what was seen of the author
 * before; each a language tag of which the first part counts, or NULL.
 */
struct sm_detected sm_detect(const struct sm_lexicon *lex,
    const struct sm_tokens *tokens, const char *hint, size_t hint_len,
    const char *known, size_t known_len);

/*
 * Calls each with the hash of every run of one to four letters of a word,
 * its borders counting as letters; the trainer and the detector share it.
 * At most SM_DETECT_RUNS are given to a word.
 */
#define SM_DETECT_RUNS 64
size_t sm_detect_runs(const char *fold, size_t len,
    uint16_t run[SM_DETECT_RUNS]);

/* "haha", "jajaja", "xd": laughter tells no language. */
bool sm_detect_laughter(const char *fold, size_t len);

/* Whether the word with this hash was frequent in what was learnt from. */
bool sm_detect_knows(const struct sm_lexicon *lex, uint64_t hash);

#endif
