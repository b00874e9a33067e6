#include "base/hash.h"

#include <string.h>

uint64_t
sm_hash(const void *data, size_t len)
{
	const unsigned char *p = data;
	uint64_t h = SM_HASH_START;

	for (size_t i = 0; i < len; i++)
		h = sm_hash_byte(h, p[i]);
	return sm_hash_mix(h);
}

static const uint32_t k[64] = {
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

static void
compress(uint32_t s[8], const unsigned char *p)
{
	uint32_t w[64], v[8];

	for (int i = 0; i < 16; i++, p += 4)
		w[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
		    (uint32_t)p[2] << 8 | p[3];
	for (int i = 16; i < 64; i++)
		w[i] = w[i - 16] + w[i - 7] +
		    (rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^
		    w[i - 15] >> 3) +
		    (rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^
		    w[i - 2] >> 10);
	memcpy(v, s, sizeof(v));
	for (int i = 0; i < 64; i++) {
		uint32_t t1, t2;

		t1 = v[7] + (rotate(v[4], 6) ^ rotate(v[4], 11) ^
		    rotate(v[4], 25)) + ((v[4] & v[5]) ^ (~v[4] & v[6])) +
		    k[i] + w[i];
		t2 = (rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22)) +
		    ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
		memmove(v + 1, v, 7 * sizeof(*v));
		v[4] += t1;
		v[0] = t1 + t2;
	}
	for (int i = 0; i < 8; i++)
		s[i] += v[i];
}

void
sm_sha256_init(struct sm_sha256 *sha)
{
	static const uint32_t start[8] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
		0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
	};

	memcpy(sha->state, start, sizeof(start));
	sha->len = 0;
}

void
sm_sha256_add(struct sm_sha256 *sha, const void *data, size_t len)
{
	const unsigned char *p = data;
	size_t have = sha->len % 64;

	sha->len += len;
	if (have && have + len >= 64) {
		memcpy(sha->block + have, p, 64 - have);
		compress(sha->state, sha->block);
		p += 64 - have;
		len -= 64 - have;
		have = 0;
	}
	for (; len >= 64; p += 64, len -= 64)
		compress(sha->state, p);
	if (len)
		memcpy(sha->block + have, p, len);
}

void
sm_sha256_end(struct sm_sha256 *sha, unsigned char out[SM_SHA256_SIZE])
{
	static const unsigned char pad[64] = { 0x80 };
	uint64_t bits = sha->len * 8;
	unsigned char size[8];

	sm_sha256_add(sha, pad, 1 + (119 - sha->len % 64) % 64);
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
