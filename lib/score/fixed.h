/*
 * Arithmetic without floating point, so that every machine gives the same
 * bytes.
 */
#ifndef SM_SCORE_FIXED_H
#define SM_SCORE_FIXED_H

#include <stddef.h>
#include <stdint.h>

/* Logarithms in 1/65536, off by at most 1/10000; 0 for x < 2. */
uint32_t sm_log2(uint64_t x);
uint32_t sm_log10(uint64_t x);

/* The largest whole number whose square is not above x (x < 2^63). */
uint32_t sm_sqrt(uint64_t x);

/* value times thousandths, cut towards zero. */
static inline int32_t
sm_milli(int32_t value, int32_t thousandths)
{
	return (int32_t)((int64_t)value * thousandths / 1000);
}

#define SM_PARTS_MAX 32

/*
 * Whole points for each of count (at most SM_PARTS_MAX) parts, in proportion
 * part / of, that sum to total exactly: what is left over goes to those with
 * the largest remainders, the first of equals first.  of is the sum of the
 * parts; where it is 0 the parts get nothing until they sum to total.
 */
void sm_largest_remainder(const int64_t *part, int32_t *points, size_t count,
    int64_t of, int32_t total);

#endif
