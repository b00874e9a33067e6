/*
 * Whether vector instructions are to be used where there are any.  What they
 * do is done without them elsewhere, with the same result; SM_SIMD=scalar in
 * the environment chooses that, so that tests can compare.
 */
#ifndef SM_BASE_SIMD_H
#define SM_BASE_SIMD_H

#include <stdbool.h>

bool sm_simd(void);

#endif
