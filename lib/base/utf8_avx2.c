/*
 * Whether bytes are UTF-8, 32 at a time.  After Keiser and Lemire, "Validating
 * UTF-8 in less than one instruction per byte" (Software: Practice and
 * Experience 51, 2021): what may follow what is told by three tables of 16,
 * looked up with the two halves of a byte and the upper half of the next.
 */
#include "base/utf8_impl.h"

#ifdef SM_UTF8_AVX2
#include <immintrin.h>
#include <string.h>

#define AVX2 __attribute__((target("avx2")))
#define WIDTH 32

/* What is wrong with two bytes, a bit for each; 0 where no table says so. */
enum {
	TOO_SHORT = 1,		/* a lead byte, then none that follows */
	TOO_LONG = 2,		/* ASCII, then one that follows */
	OVERLONG_3 = 4,
	TOO_LARGE = 8,		/* above U+10FFFF */
	SURROGATE = 16,
	OVERLONG_2 = 32,
	OVERLONG_4 = 64,	/* or far too large */
	TWO_CONTS = 128,
	CARRY = TOO_SHORT | TOO_LONG | TWO_CONTS
};

#define ROW(...) { { __VA_ARGS__ }, { __VA_ARGS__ } }

static const uint8_t first_high[2][16] = ROW(
	TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG,
	TOO_LONG, TWO_CONTS, TWO_CONTS, TWO_CONTS, TWO_CONTS,
	TOO_SHORT | OVERLONG_2, TOO_SHORT, TOO_SHORT | OVERLONG_3 | SURROGATE,
	TOO_SHORT | TOO_LARGE | OVERLONG_4);

static const uint8_t first_low[2][16] = ROW(
	CARRY | OVERLONG_2 | OVERLONG_3 | OVERLONG_4, CARRY | OVERLONG_2,
	CARRY, CARRY, CARRY | TOO_LARGE, CARRY | TOO_LARGE | OVERLONG_4,
	CARRY | TOO_LARGE | OVERLONG_4, CARRY | TOO_LARGE | OVERLONG_4,
	CARRY | TOO_LARGE | OVERLONG_4, CARRY | TOO_LARGE | OVERLONG_4,
	CARRY | TOO_LARGE | OVERLONG_4, CARRY | TOO_LARGE | OVERLONG_4,
	CARRY | TOO_LARGE | OVERLONG_4,
	CARRY | TOO_LARGE | OVERLONG_4 | SURROGATE,
	CARRY | TOO_LARGE | OVERLONG_4, CARRY | TOO_LARGE | OVERLONG_4);

static const uint8_t second_high[2][16] = ROW(
	TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
	TOO_SHORT, TOO_SHORT,
	TOO_LONG | OVERLONG_2 | TWO_CONTS | OVERLONG_3 | OVERLONG_4,
	TOO_LONG | OVERLONG_2 | TWO_CONTS | OVERLONG_3 | TOO_LARGE,
	TOO_LONG | OVERLONG_2 | TWO_CONTS | SURROGATE | TOO_LARGE,
	TOO_LONG | OVERLONG_2 | TWO_CONTS | SURROGATE | TOO_LARGE,
	TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT);

static inline AVX2 __m256i
look_up(const uint8_t table[2][16], __m256i index)
{
	return _mm256_shuffle_epi8(_mm256_loadu_si256((const void *)table),
	    index);
}

static inline AVX2 __m256i
high_half(__m256i v)
{
	return _mm256_and_si256(_mm256_srli_epi16(v, 4),
	    _mm256_set1_epi8(15));
}

/* v moved up by n bytes, filled with the last of before. */
#define BEHIND(v, before, n) _mm256_alignr_epi8(v, \
	_mm256_permute2x128_si256(before, v, 0x21), 16 - (n))

/* Bits that are not 0 where something is wrong in v or before it. */
static inline AVX2 __m256i
wrong(__m256i v, __m256i before)
{
	__m256i one = BEHIND(v, before, 1);
	__m256i pair = _mm256_and_si256(_mm256_and_si256(
	    look_up(first_high, high_half(one)),
	    look_up(first_low, _mm256_and_si256(one, _mm256_set1_epi8(15)))),
	    look_up(second_high, high_half(v)));
	/* The third and fourth bytes of a sequence must follow: 0x80 there. */
	__m256i third = _mm256_subs_epu8(BEHIND(v, before, 2),
	    _mm256_set1_epi8((char)(0xe0 - 0x80)));
	__m256i fourth = _mm256_subs_epu8(BEHIND(v, before, 3),
	    _mm256_set1_epi8((char)(0xf0 - 0x80)));

	return _mm256_xor_si256(pair, _mm256_and_si256(_mm256_or_si256(third,
	    fourth), _mm256_set1_epi8((char)0x80)));
}

AVX2 bool
sm_utf8_valid_avx2(const char *s, size_t len)
{
	__m256i before = _mm256_setzero_si256(), bad = before, v;
	char last[WIDTH] = "";

	for (; len >= WIDTH; s += WIDTH, len -= WIDTH) {
		v = _mm256_loadu_si256((const void *)s);
		bad = _mm256_or_si256(bad, wrong(v, before));
		before = v;
	}
	/* Zeros end what is left, and show where that was not complete. */
	memcpy(last, s, len);
	v = _mm256_loadu_si256((const void *)last);
	bad = _mm256_or_si256(bad, wrong(v, before));
	if (len > WIDTH - 4)
		bad = _mm256_or_si256(bad, wrong(_mm256_setzero_si256(), v));
	return _mm256_testz_si256(bad, bad);
}
#endif
