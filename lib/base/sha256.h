/*
 * SHA-256 (FIPS 180-4), by the processor's own instructions where it has them.
 */
#ifndef SM_BASE_SHA256_H
#define SM_BASE_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/* Tests compare the plain way with the quick one. */
void sm_sha256_portable(bool only);

#endif
