/*
 * The tree of a lexicon while it grows, and how it is written.  Used when
 * compiling only.
 */
#ifndef SM_SCORE_TREE_H
#define SM_SCORE_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "score/format.h"

struct sm_buf;
struct sm_err;
struct sm_lex_line;
struct sm_lex_pattern;
struct sm_tree;

struct sm_tree *sm_tree_new(void);
void sm_tree_free(struct sm_tree *tree);

/* Where an entry came from. */
struct sm_tree_owner {
	const char *file;	/* lent for as long as the tree lives */
	const char *pattern;	/* as written; lent */
	unsigned line;
};

/*
 * Add what line says for pattern.  Where the same pattern has an entry of the
 * same kind and label already: false, with its owner.
 */
bool sm_tree_add(struct sm_tree *tree, const struct sm_lex_pattern *pattern,
    const struct sm_lex_line *line, struct sm_tree_owner *owner);

/*
 * The same for the spelling without diacritics, after all of sm_tree_add:
 * nothing is added where a word that is spelled so has an entry, and two words
 * that would share it with unlike values both lose it.
 */
void sm_tree_alias(struct sm_tree *tree, const struct sm_lex_pattern *pattern,
    const struct sm_lex_line *line);

/*
 * Write the sections to out and fill lang's offsets.  0, or -1 and err where
 * two edges cannot be told from each other (of 2^47 keys).
 */
int sm_tree_write(const struct sm_tree *tree, struct sm_buf *out,
    struct sm_lex_lang *lang, struct sm_err *err);

/* Pads out to a multiple of 8 and gives back its length. */
uint32_t sm_tree_align(struct sm_buf *out);

#endif
