/*
 * Numbers that are the same in every run: xorshift64*, Vigna 2016.  The seed
 * is SM_TEST_SEED, or 1, so that a failure can be had again.
 */
#ifndef SM_TESTS_RANDOM_H
#define SM_TESTS_RANDOM_H

#include <stdint.h>
#include <stdlib.h>

static uint64_t random_state;

static inline uint64_t
random_next(void)
{
	if (!random_state) {
		const char *seed = getenv("SM_TEST_SEED");

		random_state = seed ? strtoull(seed, NULL, 10) : 1;
		random_state = random_state * UINT64_C(0x9e3779b97f4a7c15) | 1;
	}
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return random_state * UINT64_C(0x2545f4914f6cdd1d);
}

/* 0 .. below - 1 */
static inline unsigned
random_below(unsigned below)
{
	return (unsigned)((random_next() >> 32) % below);
}

/* How many trials: SM_TRIALS (make soak), else few. */
static inline unsigned
random_trials(unsigned few)
{
	const char *trials = getenv("SM_TRIALS");

	return trials ? (unsigned)strtoul(trials, NULL, 10) : few;
}

#endif
