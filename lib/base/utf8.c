#include "base/utf8.h"

#include "base/utf8_impl.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

uint32_t
sm_utf8_get(const char *s, const char *end, size_t *size)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t left = (size_t)(end - s);
	unsigned char lo = 0x80, hi = 0xbf;
	uint32_t c;
	size_t need;

	*size = 1;
	if (p[0] < 0x80)
		return p[0];
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return SM_UTF8_BAD;
	if (p[0] < 0xe0) {
		need = 1;
		c = p[0] & 0x1fu;
	} else if (p[0] < 0xf0) {
		need = 2;
		c = p[0] & 0x0fu;
		if (p[0] == 0xe0)
			lo = 0xa0;
		else if (p[0] == 0xed)
			hi = 0x9f;
	} else {
		need = 3;
		c = p[0] & 0x07u;
		if (p[0] == 0xf0)
			lo = 0x90;
		else if (p[0] == 0xf4)
			hi = 0x8f;
	}
	for (size_t i = 1; i <= need; i++) {
		if (i >= left || p[i] < lo || p[i] > hi) {
			*size = i;
			return SM_UTF8_BAD;
		}
		c = c << 6 | (p[i] & 0x3fu);
		lo = 0x80;
		hi = 0xbf;
	}
	*size = need + 1;
	return c;
}

size_t
sm_utf8_put(char *to, uint32_t c)
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (char)(0xc0 | c >> 6);
		to[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		to[0] = (char)(0xe0 | c >> 12);
		to[1] = (char)(0x80 | (c >> 6 & 0x3f));
		to[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	to[0] = (char)(0xf0 | c >> 18);
	to[1] = (char)(0x80 | (c >> 12 & 0x3f));
	to[2] = (char)(0x80 | (c >> 6 & 0x3f));
	to[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

size_t
sm_utf8_check_scalar(const char *s, size_t len)
{
	const char *p = s, *end = s + len;

	while (p < end) {
		size_t size;

		if (sm_utf8_get(p, end, &size) == SM_UTF8_BAD)
			break;
		p += size;
	}
	return (size_t)(p - s);
}

/*
 * One sequence of two bytes or more at p, its length, or 0.  The common two
 * and three byte forms come first and without a loop, since this is where
 * Polish and Chinese posts spend the time.
 */
static inline size_t
sequence(const unsigned char *p, const unsigned char *end)
{
	if (p[0] < 0xe0)
		return p[0] >= 0xc2 && end - p >= 2 && (p[1] & 0xc0) == 0x80 ?
		    2 : 0;
	if (p[0] < 0xf0) {
		if (end - p < 3 || (p[1] & 0xc0) != 0x80 ||
		    (p[2] & 0xc0) != 0x80)
			return 0;
		if (p[0] == 0xe0)
			return p[1] >= 0xa0 ? 3 : 0;
		if (p[0] == 0xed)
			return p[1] <= 0x9f ? 3 : 0;
		return 3;
	}
	if (end - p < 4 || p[0] > 0xf4 || (p[1] & 0xc0) != 0x80 ||
	    (p[2] & 0xc0) != 0x80 || (p[3] & 0xc0) != 0x80)
		return 0;
	if (p[0] == 0xf0)
		return p[1] >= 0x90 ? 4 : 0;
	if (p[0] == 0xf4)
		return p[1] <= 0x8f ? 4 : 0;
	return 4;
}

static size_t
check_blocks(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s, *end = p + len;

	while (p < end) {
		size_t size;

#ifdef __SSE2__
		while (end - p >= 16) {
			__m128i v = _mm_loadu_si128((const __m128i *)p);
			int mask = _mm_movemask_epi8(v);

			if (mask) {
				p += __builtin_ctz((unsigned)mask);
				break;
			}
			p += 16;
		}
		if (p == end)
			break;
#endif
		if (*p < 0x80) {
			p++;
			continue;
		}
		do {
			size = sequence(p, end);
			if (!size)
				return (size_t)(p - (const unsigned char *)s);
			p += size;
		} while (p < end && *p >= 0x80);
	}
	return len;
}

size_t
sm_utf8_check(const char *s, size_t len)
{
#ifdef SM_UTF8_AVX2
	if (len >= 32 && __builtin_cpu_supports("avx2") &&
	    sm_utf8_valid_avx2(s, len))
		return len;
#endif
	return check_blocks(s, len);
}
