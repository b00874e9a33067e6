/*
 * What a lexicon finds in the tokens of a post: at each token all patterns
 * that begin there.  Which of those that overlap count is decided by
 * sm_matches_settle.
 */
#ifndef SM_SCORE_MATCH_H
#define SM_SCORE_MATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "score/lexicon.h"
#include "text/token.h"

#define SM_MATCHES_MAX 8192	/* of one post; more are left out */
#define SM_MATCH_LENGTH 64	/* tokens, free words included */

/* How the word of a match differs from that of the lexicon, by the rules of
   the language; then only its sentiment counts. */
enum sm_affix {
	SM_AFFIX_NONE,
	SM_AFFIX_NOT,		/* niezadowolony */
	SM_AFFIX_VERY,		/* najgorszy */
	SM_AFFIX_UTMOST,	/* buenísimo */
	SM_AFFIX_PART		/* #happybirthday */
};

struct sm_match {
	uint32_t first, last;	/* tokens */
	uint32_t entry;		/* index of the first entry */
	uint16_t entries;
	uint8_t rank;		/* of those equally long: 255 exact, else the
				   bytes of the stem */
	uint8_t dropped;	/* SM_TRAIT_FEELING or MEANING: does not count
				   as that */
	uint8_t traits;		/* enum sm_trait */
	uint8_t affix;		/* enum sm_affix */
};

struct sm_matches {
	struct sm_match *list;	/* SM_MATCHES_MAX */
	uint32_t count;
	/* Those that count as what, when settled: indexes. */
	uint16_t feeling[SM_MATCHES_MAX], meaning[SM_MATCHES_MAX];
	uint32_t feelings, meanings;
};

/*
 * Fill matches; they are sorted by their first token.  Traditional Han
 * characters get the hashes of their simplified forms.
 */
void sm_matches_find(struct sm_matches *matches, const struct sm_lexicon *lex,
    const struct sm_lex_lang *lang, struct sm_tokens *tokens);

/* Decide which count: longest first, guards stop what they cover. */
void sm_matches_settle(struct sm_matches *matches,
    const struct sm_tokens *tokens);

/* The entries of a match; lent. */
const struct sm_lex_entry *sm_match_entries(const struct sm_lexicon *lex,
    const struct sm_lex_lang *lang, const struct sm_match *match);

/* Hash of a word as it is written, for patterns of exact case. */
uint64_t sm_match_raw_hash(const struct sm_token *token);

/*
 * What stands on an edge for token behind prev (NULL: it is the first of its
 * pattern), a run of punctuation taken as reps of the same.
 */
static inline uint64_t
sm_match_what(const struct sm_token *token, const struct sm_token *prev,
    uint32_t reps)
{
	uint64_t what = token->hash;

	if (prev && token->flags & SM_TOKEN_GLUED &&
	    (token->kind == SM_TOKEN_PUNCT || prev->kind == SM_TOKEN_PUNCT))
		what ^= SM_LEX_GLUE;
	if (token->kind == SM_TOKEN_PUNCT && reps > 1)
		what += SM_LEX_REPS * (reps > 3 ? 2 : reps - 1);
	return what;
}

#endif
