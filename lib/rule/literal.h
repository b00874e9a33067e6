/*
 * What a look at a pattern tells before PCRE2 runs it: letters that every
 * match contains, and how long a text must be to make it slow.
 */
#ifndef SM_RULE_LITERAL_H
#define SM_RULE_LITERAL_H

#include <stdbool.h>
#include <stddef.h>

#define SM_LITERALS 16		/* alternatives */
#define SM_LITERAL_LEN 24	/* bytes looked at */

struct sm_literals {
	int count;		/* 0: nothing is known */
	struct {
		unsigned char len;
		char text[SM_LITERAL_LEN];	/* lower case */
	} word[SM_LITERALS];
};

/* Every match contains one of out->word; caseless: flag i. */
void sm_literal_find(const char *pattern, size_t len, bool caseless,
    struct sm_literals *out);

/*
 * Open repeats (* + {n,} and large counts) outside of repeated groups; -1:
 * a group repeated as a whole, or a pattern that calls itself.
 */
int sm_literal_repeats(const char *pattern, size_t len);

#endif
