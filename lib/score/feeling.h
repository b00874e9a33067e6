/*
 * Sentiment: which words of feeling a post has, what negation, degree,
 * contrast, capitals and irony do to them, and what they sum to.  Everything
 * is in thousandths of the lexicons' scale of -4..4, so the sum can be
 * explained word by word.
 */
#ifndef SM_SCORE_FEELING_H
#define SM_SCORE_FEELING_H

#include <stdbool.h>
#include <stdint.h>

#include "score/match.h"

#define SM_FEELINGS_MAX 1024	/* words of feeling, and of each helper */

enum sm_polarity {
	SM_NEGATIVE,
	SM_NEUTRAL,
	SM_POSITIVE
};

/* A word of feeling, or a helper of one. */
struct sm_feel {
	uint32_t first, last;	/* tokens */
	int32_t value;		/* with all that was done to it */
	uint32_t entry;		/* of the lexicon */
	uint16_t clause;
	uint8_t scope;		/* of a negator */
	uint8_t flags;		/* enum sm_lex_entry's, and below */
};

enum {
	SM_FEEL_NEGATED = 64,
	SM_FEEL_QUOTED = 128
};

struct sm_feels {
	struct sm_feel list[SM_FEELINGS_MAX];
	uint32_t count;
};

struct sm_feeling {
	struct sm_feels words, negators, degrees;
	int32_t emphasis;	/* what exclamation marks add */
	int32_t rating;		/* what the stars of a review add */
	int32_t sum;
	int32_t compound;	/* -1000..1000 */
	int32_t points;		/* -100..100: what is printed */
	int32_t confidence;	/* 0..100 */
	enum sm_polarity polarity;
	uint32_t but;		/* token behind the last contrast word, or 0 */
	int32_t irony;		/* of the cues, 0..1000 */
	bool ironic;		/* praise was turned round */
};

/* What to work with; rating is -1000..1000, or SM_NO_RATING. */
#define SM_NO_RATING INT32_MIN
struct sm_feeling_input {
	const struct sm_lexicon *lex;
	const struct sm_lex_lang *lang;
	const struct sm_tokens *tokens;
	const struct sm_matches *matches;
	int32_t rating;
	int32_t grievance;	/* 0..1000: how surely something went wrong,
				   by words that are not of feeling */
};

/* Find the words; from then on sm_feeling_negated can be asked. */
void sm_feeling_collect(struct sm_feeling *feeling,
    const struct sm_feeling_input *in);

/* Work out what they are worth, with in->grievance known by now. */
void sm_feeling_sum(struct sm_feeling *feeling,
    const struct sm_feeling_input *in);

/* Whether a negator covers the tokens from first to last. */
bool sm_feeling_negated(const struct sm_feeling *feeling,
    const struct sm_feeling_input *in, uint32_t first, uint32_t last);

#endif
