#include "base/sha256.h"

#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

#define BLOCK 64

typedef void block_function(uint32_t state[8], const unsigned char *p,
    size_t blocks);

static const uint32_t start[8] = {
	0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
	0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
};

static const uint32_t k[64] __attribute__((aligned(16))) = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
	0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
	0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
};

static uint32_t
rotate(uint32_t x, int by)
{
	return x >> by | x << (32 - by);
}

/* FIPS 180-4, 6.2.2; the names are its. */
static void
portable(uint32_t state[8], const unsigned char *p, size_t blocks)
{
	for (; blocks > 0; blocks--, p += BLOCK) {
		uint32_t w[64];
		uint32_t a = state[0], b = state[1], c = state[2];
		uint32_t d = state[3], e = state[4], f = state[5];
		uint32_t g = state[6], h = state[7];

		for (int i = 0; i < 16; i++)
			w[i] = (uint32_t)p[4 * i] << 24 |
			    (uint32_t)p[4 * i + 1] << 16 |
			    (uint32_t)p[4 * i + 2] << 8 | p[4 * i + 3];
		for (int i = 16; i < 64; i++)
			w[i] = w[i - 16] + w[i - 7] +
			    (rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^
			    w[i - 15] >> 3) +
			    (rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^
			    w[i - 2] >> 10);
		for (int i = 0; i < 64; i++) {
			uint32_t t1 = h + (rotate(e, 6) ^ rotate(e, 11) ^
			    rotate(e, 25)) + ((e & f) ^ (~e & g)) + k[i] +
			    w[i];
			uint32_t t2 = (rotate(a, 2) ^ rotate(a, 13) ^
			    rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));

			h = g;
			g = f;
			f = e;
			e = d + t1;
			d = c;
			c = b;
			b = a;
			a = t1 + t2;
		}
		state[0] += a;
		state[1] += b;
		state[2] += c;
		state[3] += d;
		state[4] += e;
		state[5] += f;
		state[6] += g;
		state[7] += h;
	}
}

#if defined(__x86_64__)
/* Four words of the schedule from the sixteen before them. */
__attribute__((target("sha,ssse3,sse4.1")))
static inline __m128i
schedule(__m128i w0, __m128i w4, __m128i w8, __m128i w12)
{
	__m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(w0, w4),
	    _mm_alignr_epi8(w12, w8, 4));

	return _mm_sha256msg2_epu32(sum, w12);
}

/* The same with the processor's instructions, four rounds a step. */
__attribute__((target("sha,ssse3,sse4.1")))
static void
quick(uint32_t state[8], const unsigned char *p, size_t blocks)
{
	const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b,
	    0x0405060700010203);
	__m128i dcba = _mm_loadu_si128((const __m128i *)state);
	__m128i hgfe = _mm_loadu_si128((const __m128i *)(state + 4));
	__m128i cdab = _mm_shuffle_epi32(dcba, 0xb1);
	__m128i efgh = _mm_shuffle_epi32(hgfe, 0x1b);
	__m128i abef = _mm_alignr_epi8(cdab, efgh, 8);
	__m128i cdgh = _mm_blend_epi16(efgh, cdab, 0xf0);

	for (; blocks > 0; blocks--, p += BLOCK) {
		__m128i abef0 = abef, cdgh0 = cdgh, w[4];

		for (int i = 0; i < 16; i++) {
			__m128i *now = &w[i & 3], wk;

			if (i < 4)
				*now = _mm_shuffle_epi8(_mm_loadu_si128(
				    (const __m128i *)(p + 16 * i)), swap);
			else
				*now = schedule(w[i & 3], w[(i + 1) & 3],
				    w[(i + 2) & 3], w[(i + 3) & 3]);
			wk = _mm_add_epi32(*now, _mm_load_si128(
			    (const __m128i *)(k + 4 * i)));
			cdgh = _mm_sha256rnds2_epu32(cdgh, abef, wk);
			wk = _mm_shuffle_epi32(wk, 0x0e);
			abef = _mm_sha256rnds2_epu32(abef, cdgh, wk);
		}
		abef = _mm_add_epi32(abef, abef0);
		cdgh = _mm_add_epi32(cdgh, cdgh0);
	}
	cdab = _mm_shuffle_epi32(abef, 0x1b);
	efgh = _mm_shuffle_epi32(cdgh, 0xb1);
	_mm_storeu_si128((__m128i *)state, _mm_blend_epi16(cdab, efgh, 0xf0));
	_mm_storeu_si128((__m128i *)(state + 4),
	    _mm_alignr_epi8(efgh, cdab, 8));
}
#endif

static bool portable_only;

void
sm_sha256_portable(bool only)
{
	portable_only = only;
}

static block_function *
best(void)
{
#if defined(__x86_64__)
	unsigned a, b, c, d, leaf7;

	if (__get_cpuid_count(7, 0, &a, &leaf7, &c, &d) && leaf7 & bit_SHA &&
	    __get_cpuid(1, &a, &b, &c, &d) && c & bit_SSSE3 && c & bit_SSE4_1)
		return quick;
#endif
	return portable;
}

static block_function *
chosen(void)
{
	static _Atomic(block_function *) found;
	block_function *blocks = found;

	if (portable_only)
		return portable;
	if (!blocks)
		found = blocks = best();
	return blocks;
}

void
sm_sha256_init(struct sm_sha256 *sha)
{
	memcpy(sha->state, start, sizeof(start));
	sha->len = 0;
}

void
sm_sha256_add(struct sm_sha256 *sha, const void *data, size_t len)
{
	block_function *blocks = chosen();
	const unsigned char *p = data;
	size_t have = sha->len % BLOCK;

	sha->len += len;
	if (have && have + len >= BLOCK) {
		memcpy(sha->block + have, p, BLOCK - have);
		blocks(sha->state, sha->block, 1);
		p += BLOCK - have;
		len -= BLOCK - have;
		have = 0;
	}
	if (len >= BLOCK) {
		blocks(sha->state, p, len / BLOCK);
		p += len - len % BLOCK;
		len %= BLOCK;
	}
	if (len)
		memcpy(sha->block + have, p, len);
}

void
sm_sha256_end(struct sm_sha256 *sha, unsigned char out[SM_SHA256_SIZE])
{
	static const unsigned char pad[BLOCK] = { 0x80 };
	uint64_t bits = sha->len * 8;
	unsigned char size[8];

	sm_sha256_add(sha, pad, 1 + (119 - sha->len % BLOCK) % BLOCK);
	for (int i = 0; i < 8; i++)
		size[i] = (unsigned char)(bits >> (56 - 8 * i));
	sm_sha256_add(sha, size, sizeof(size));
	for (int i = 0; i < SM_SHA256_SIZE; i++)
		out[i] = (unsigned char)(sha->state[i / 4] >>
		    (24 - 8 * (i % 4)));
}

void
sm_sha256_hex(const void *data, size_t len, char out[SM_SHA256_HEX])
{
	static const char digit[] = "0123456789abcdef";
	unsigned char raw[SM_SHA256_SIZE];
	struct sm_sha256 sha;

	sm_sha256_init(&sha);
	sm_sha256_add(&sha, data, len);
	sm_sha256_end(&sha, raw);
	for (int i = 0; i < SM_SHA256_SIZE; i++) {
		out[2 * i] = digit[raw[i] >> 4];
		out[2 * i + 1] = digit[raw[i] & 15];
	}
	out[2 * SM_SHA256_SIZE] = '\0';
}
