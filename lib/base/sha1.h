/*
 * SHA-1 (FIPS 180-4, 6.1), for peers that still sign with it.  It proves
 * nothing by itself any more; inside HMAC it still does.
 */
#ifndef SM_BASE_SHA1_H
#define SM_BASE_SHA1_H

#include <stddef.h>
#include <stdint.h>

#define SM_SHA1_SIZE 20		/* bytes */

struct sm_sha1 {
	uint32_t state[5];
	uint64_t len;		/* bytes so far */
	unsigned char block[64];
};

void sm_sha1_init(struct sm_sha1 *sha);
void sm_sha1_add(struct sm_sha1 *sha, const void *data, size_t len);
void sm_sha1_end(struct sm_sha1 *sha, unsigned char out[SM_SHA1_SIZE]);

#endif
