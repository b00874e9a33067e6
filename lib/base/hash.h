/*
 * A quick hash, the same on every machine and in every version (cursors keep
 * its values).  It does not withstand an attacker: base/sha256.h is for what
 * must.
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

#endif
