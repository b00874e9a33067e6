/*
 * Two hashes.  sm_hash is quick and the same on every machine and in every
 * version (compiled lexicons and cursors keep its values); it does not
 * withstand an attacker.  sm_sha256 (FIPS 180-4) is for what must.
 */
#ifndef SM_BASE_HASH_H
#define SM_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* 64-bit FNV-1a with a final mix. */
uint64_t sm_hash(const void *data, size_t len);

/* For hashing piecewise: begin with SM_HASH_START, end with sm_hash_mix. */
#define SM_HASH_START UINT64_C(0xcbf29ce484222325)
static inline uint64_t
sm_hash_byte(uint64_t h, unsigned char byte)
{
	return (h ^ byte) * UINT64_C(0x100000001b3);
}

static inline uint64_t
sm_hash_mix(uint64_t h)
{
	h ^= h >> 32;
	h *= UINT64_C(0xd6e8feb86659fd93);
	h ^= h >> 32;
	return h;
}

#define SM_SHA256_SIZE 32	/* bytes */
#define SM_SHA256_HEX 65	/* bytes of text, NUL included */

struct sm_sha256 {
	uint32_t state[8];
	uint64_t len;		/* bytes so far */
	unsigned char block[64];
};

void sm_sha256_init(struct sm_sha256 *sha);
void sm_sha256_add(struct sm_sha256 *sha, const void *data, size_t len);
void sm_sha256_end(struct sm_sha256 *sha, unsigned char out[SM_SHA256_SIZE]);

/* The digest of data as lower-case hex. */
void sm_sha256_hex(const void *data, size_t len, char out[SM_SHA256_HEX]);

#endif
