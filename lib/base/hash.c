#include "base/hash.h"

uint64_t
sm_hash(const void *data, size_t len)
{
	const unsigned char *p = data;
	uint64_t h = SM_HASH_START;

	for (size_t i = 0; i < len; i++)
		h = sm_hash_byte(h, p[i]);
	return sm_hash_mix(h);
}
