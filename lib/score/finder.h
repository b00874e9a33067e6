/*
 * Looking for the patterns that begin at one token.  Inside of match.h:
 * match.c goes through the text, with many tokens side by side as long as there
 * is one way for each; follow.c goes all ways of one token, one after the
 * other; variant.c knows words that a lexicon does not have as they stand.
 */
#ifndef SM_SCORE_FINDER_H
#define SM_SCORE_FINDER_H

#include "score/match.h"

struct sm_finder {
	struct sm_matches *matches;
	const struct sm_lexicon *lex;
	const struct sm_lex_lang *lang;
	const struct sm_tokens *tokens;
	uint32_t first, base;	/* base: the first token of the batch */
	uint64_t matched;	/* tokens of the batch where something began,
				   as bits */
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

/* Whether some pattern may want the word as it is written. */
static inline bool
sm_finder_has_case(const struct sm_finder *finder,
    const struct sm_token *token)
{
	return finder->lang->cased[token->hash >> 58] >>
	    (token->hash >> 52 & 63) & 1;
}

/*
 * Whether there is one way on from node to the token next: exactly that word,
 * as it stands or, where it is not there, without its marks.  Nearly all steps
 * are such.
 */
static inline bool
sm_finder_plain(const struct sm_lex_slot *node, const struct sm_token *next)
{
	if ((node->flags & SM_LEX_WAYS) != SM_LEX_HAS_NEXT || node->stems)
		return false;
	if (next->kind == SM_TOKEN_HAN)
		return next[-1].kind == SM_TOKEN_HAN;
	return next->kind == SM_TOKEN_WORD &&
	    !(next->flags & (SM_TOKEN_GLUED | SM_TOKEN_ELONG |
	    SM_TOKEN_CLIPPED));
}

/*
 * What ends at node is a match of the tokens from ->first to last.  rank as in
 * struct sm_match.
 */
static inline void
sm_finder_add(struct sm_finder *finder, const struct sm_lex_slot *node,
    uint32_t last, uint8_t rank)
{
	const struct sm_lex_lang *lang = finder->lang;
	struct sm_matches *matches = finder->matches;
	struct sm_match *match = &matches->list[matches->count];

	if (matches->count == SM_MATCHES_MAX ||
	    node->entry > lang->entry_count ||
	    node->entries > lang->entry_count - node->entry)
		return;
	match->first = finder->first;
	match->last = last;
	match->entry = node->entry;
	match->entries = node->entries;
	match->rank = rank;
	match->dropped = 0;
	match->traits = (uint8_t)(node->flags >> SM_LEX_TRAITS);
	match->affix = finder->affix;
	if (finder->bared && !(sm_match_entries(finder->lex, lang,
	    match)->flags & SM_LEX_ALIAS))
		return;
	finder->matched |= UINT64_C(1) << ((finder->first - finder->base) &
	    63);
	matches->count++;
}

/*
 * A pattern may end at node to, to which token last led; and it may go on from
 * there.
 */
void sm_finder_arrive(struct sm_finder *finder, uint32_t to, uint32_t last,
    uint8_t rank);

/* All ways on from node at with token next and those behind it. */
void sm_finder_follow(struct sm_finder *finder, uint32_t at,
    const struct sm_lex_slot *node, uint32_t next, uint8_t rank);

/*
 * All ways on from node from with the token next alone, of which stems are the
 * lengths of stems that may follow there and flags those of the node; with its
 * form without marks; and with its stems.
 */
void sm_finder_token(struct sm_finder *finder, uint32_t from, uint32_t stems,
    uint32_t flags, uint32_t next, uint8_t rank);
void sm_finder_bare(struct sm_finder *finder, uint32_t from, uint32_t next,
    uint8_t rank);
void sm_finder_stems(struct sm_finder *finder, uint32_t from, uint32_t stems,
    uint32_t next, uint8_t rank);

/*
 * The word at ->first without what the language puts before or behind it, or
 * the strongest of the words that a hashtag is made of.
 */
void sm_finder_variants(struct sm_finder *finder);

#endif
