#include "base/sha1.h"

#include <string.h>

#define BLOCK 64

static const uint32_t start[5] = {
	0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0
};

static uint32_t
rotate(uint32_t x, int by)
{
	return x << by | x >> (32 - by);
}

/* The function and constant of a round, FIPS 180-4, 4.1.1 and 4.2.1. */
static uint32_t
mix(int round, uint32_t b, uint32_t c, uint32_t d)
{
	if (round < 20)
		return ((b & c) ^ (~b & d)) + 0x5a827999;
	if (round < 40)
		return (b ^ c ^ d) + 0x6ed9eba1;
	if (round < 60)
		return ((b & c) ^ (b & d) ^ (c & d)) + 0x8f1bbcdc;
	return (b ^ c ^ d) + 0xca62c1d6;
}

static void
take_block(uint32_t state[5], const unsigned char *p)
{
	uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
	uint32_t e = state[4], w[80];

	for (int i = 0; i < 16; i++)
		w[i] = (uint32_t)p[4 * i] << 24 | (uint32_t)p[4 * i + 1] << 16 |
		    (uint32_t)p[4 * i + 2] << 8 | p[4 * i + 3];
	for (int i = 16; i < 80; i++)
		w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	for (int i = 0; i < 80; i++) {
		uint32_t t = rotate(a, 5) + mix(i, b, c, d) + e + w[i];

		e = d;
		d = c;
		c = rotate(b, 30);
		b = a;
		a = t;
	}
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
	state[4] += e;
}

void
sm_sha1_init(struct sm_sha1 *sha)
{
	memcpy(sha->state, start, sizeof(start));
	sha->len = 0;
}

void
sm_sha1_add(struct sm_sha1 *sha, const void *data, size_t len)
{
	const unsigned char *p = data;
	size_t have = sha->len % BLOCK;

	sha->len += len;
	if (have && have + len >= BLOCK) {
		memcpy(sha->block + have, p, BLOCK - have);
		take_block(sha->state, sha->block);
		p += BLOCK - have;
		len -= BLOCK - have;
		have = 0;
	}
	for (; len >= BLOCK; p += BLOCK, len -= BLOCK)
		take_block(sha->state, p);
	if (len)
		memcpy(sha->block + have, p, len);
}

void
sm_sha1_end(struct sm_sha1 *sha, unsigned char out[SM_SHA1_SIZE])
{
	static const unsigned char pad[BLOCK] = { 0x80 };
	uint64_t bits = sha->len * 8;
	unsigned char size[8];

	sm_sha1_add(sha, pad, 1 + (119 - sha->len % BLOCK) % BLOCK);
	for (int i = 0; i < 8; i++)
		size[i] = (unsigned char)(bits >> (56 - 8 * i));
	sm_sha1_add(sha, size, sizeof(size));
	for (int i = 0; i < SM_SHA1_SIZE; i++)
		out[i] = (unsigned char)(sha->state[i / 4] >>
		    (24 - 8 * (i % 4)));
}
