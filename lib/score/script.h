/*
 * Languages that are told by the script alone.
 */
#ifndef SM_SCORE_SCRIPT_H
#define SM_SCORE_SCRIPT_H

#include <stdint.h>

#include "text/token.h"

/*
 * The language of a script that means one, and how many in a hundred letters
 * are of it; NULL where letters have to be weighed.
 */
const char *sm_script_lang(const struct sm_tokens *tokens, uint32_t *share);

/*
 * Cyrillic for which nothing was trained, by letters that only one of the two
 * has.
 */
const char *sm_script_cyrillic(const struct sm_tokens *tokens);

#endif
