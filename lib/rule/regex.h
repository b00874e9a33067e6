/*
 * Regular expressions (PCRE2) for texts from strangers.
 *
 * Nothing a stranger writes may keep us busy, and the answer may not depend
 * on a clock.  PCRE2's match limit starts anew at each byte of the text and
 * does not see what a simple repeat passes over, so it alone bounds nothing.
 * Patterns are therefore looked at when they are read: how many open repeats
 * they have says up to which length a text can be searched at full speed with
 * the match limit; beyond it, a second compiled form with callouts between
 * its items is used, and what these pass over is counted against one budget
 * for the whole search.  Both ends are the same on every machine.
 *
 * Before either, a text is asked whether it can contain the letters which the
 * pattern needs (the literal prefilter): most texts end there.
 */
#ifndef SM_RULE_REGEX_H
#define SM_RULE_REGEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sm_err;
struct sm_regex;
struct sm_regex_state;

#define SM_REGEX_MATCHES 100000	/* PCRE2's match limit, each start */
#define SM_REGEX_BUDGET 6000000	/* characters and items a search passes */

enum sm_regex_result {
	SM_REGEX_LIMIT = -1,	/* it took too long and was given up */
	SM_REGEX_NO = 0,
	SM_REGEX_YES = 1
};

/*
 * flags: of "ims" (letters of either case, lines, dot is also \n).  NULL and
 * err (only its text) on failure; *at is the byte of the pattern at fault.
 */
struct sm_regex *sm_regex_new(const char *pattern, size_t len,
    const char *flags, size_t *at, struct sm_err *err);
void sm_regex_free(struct sm_regex *regex);

const char *sm_regex_pattern(const struct sm_regex *regex);
const char *sm_regex_flags(const struct sm_regex *regex);

/* What makes the pattern slow on some texts, or NULL where nothing does. */
const char *sm_regex_risk(const struct sm_regex *regex);

/* What one thread needs for searching; may be kept for ever. */
struct sm_regex_state *sm_regex_state_new(void);
void sm_regex_state_free(struct sm_regex_state *state);

/* Pairs of letters that occur in a text. */
struct sm_grams {
	uint64_t bits[64];
};

void sm_grams_fill(struct sm_grams *grams, const char *text, size_t len);

/* Whether the text (UTF-8) with these grams contains the pattern. */
enum sm_regex_result sm_regex_search(const struct sm_regex *regex,
    struct sm_regex_state *state, const struct sm_grams *grams,
    const char *text, size_t len);

#endif
