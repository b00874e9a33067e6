/*
 * Looking for the patterns that begin at one token.  Inside of match.h:
 * match.c goes through the text, variant.c knows words that a lexicon does
 * not have as they stand.
 */
#ifndef SM_SCORE_FINDER_H
#define SM_SCORE_FINDER_H

#include "score/match.h"

struct sm_finder {
	struct sm_matches *matches;
	const struct sm_lexicon *lex;
	const struct sm_lex_lang *lang;
	const struct sm_tokens *tokens;
	uint32_t first;
	bool bared;		/* some word matched without its diacritics */
	uint8_t affix;		/* enum sm_affix, of a word tried without it */
	size_t not_prefix_len, very_prefix_len;	/* bytes */
	uint32_t affix_least;	/* bytes of a word that has an affix */
};

static inline uint32_t
sm_finder_edge(const struct sm_finder *finder, uint32_t node, uint64_t what)
{
	return sm_lex_edge(finder->lex, finder->lang, sm_lex_key(node, what));
}

/*
 * A pattern may end at node to, to which token last led; and it may go on from
 * there.  rank as in struct sm_match.
 */
void sm_finder_arrive(struct sm_finder *finder, uint32_t to, uint32_t last,
    uint8_t rank);

/*
 * The word at ->first without what the language puts before or behind it, or
 * the strongest of the words that a hashtag is made of.
 */
void sm_finder_variants(struct sm_finder *finder);

#endif
