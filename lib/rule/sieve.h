/*
 * Which rules can speak at all of a record, by a few look-ups for all of them
 * together.  Most rules begin with `lang = "pl" and sentiment <= -30 and ...`:
 * what must hold of one member is gathered over all rules, so that one search
 * for the member's value gives a bit for each rule.  What the sieve lets
 * through is tried as ever; what it holds back could not have spoken.
 */
#ifndef SM_RULE_SIEVE_H
#define SM_RULE_SIEVE_H

#include <stddef.h>
#include <stdint.h>

struct sm_eval;
struct sm_node;
struct sm_program;
struct sm_sieve;

#define SM_SIEVE_ITEMS 64	/* of a set that are looked at */
#define SM_SIEVE_MAX 4194304	/* bytes of all tables; beyond, fewer members */

/* For count conditions; whens[i] may be NULL: always.  Free after use. */
struct sm_sieve *sm_sieve_new(const struct sm_program *program,
    const struct sm_node *const *whens, size_t count);
void sm_sieve_free(struct sm_sieve *sieve);

/* Words of 64 bits that .sift fills. */
size_t sm_sieve_words(const struct sm_sieve *sieve);

/* Bit i % 64 of bits[i / 64]: condition i can be true. */
void sm_sieve_sift(const struct sm_sieve *sieve, struct sm_eval *eval,
    uint64_t *bits);

#endif
