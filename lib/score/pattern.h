/*
 * Patterns of lexicons as elements, each of which stands on one edge of the
 * tree.  Used when compiling only.
 */
#ifndef SM_SCORE_PATTERN_H
#define SM_SCORE_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "score/format.h"

struct sm_tokens;

struct sm_lex_element {
	uint64_t what;		/* as it stands, see lexicon.h */
	uint64_t fold;		/* hash of a cased word, folded */
	uint64_t bare;		/* the same without diacritics */
	uint8_t stem;		/* bytes of a stem, 0: a whole word */
	uint8_t bare_stem;
	uint16_t start, bare_start;	/* rows of stems, see sm_lex_start */
	uint8_t gap;		/* free words allowed, 0: not a gap */
	bool cased;
};

struct sm_lex_pattern {
	struct sm_lex_element element[SM_LEX_PATTERN_MAX];
	uint32_t count;
	bool marks;		/* bare differs somewhere */
};

/*
 * The elements of one pattern without macro.  NULL, or what is wrong with it
 * (a text that lives as long as the program).
 */
const char *sm_lex_pattern_read(struct sm_lex_pattern *pattern,
    const char *text, struct sm_tokens *tokens);

/*
 * A pattern with the macros of its language expanded: calls each for every
 * form (once for a pattern without).  NULL, or what is wrong.
 */
const char *sm_lex_pattern_forms(const char *text, const char *tag,
    const char *(*each)(const char *form, void *arg), void *arg);

#endif
