/*
 * HMAC (RFC 2104) with SHA-1 or SHA-256, and comparing what must not be
 * guessed byte by byte.
 */
#ifndef SM_BASE_HMAC_H
#define SM_BASE_HMAC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/sha1.h"
#include "base/sha256.h"

struct sm_buf;

#define SM_HMAC_MAX 32		/* bytes of the longest result */
#define SM_HMAC_BLOCK 64

enum sm_digest { SM_DIGEST_SHA256, SM_DIGEST_SHA1 };

struct sm_hmac {
	enum sm_digest digest;
	union {
		struct sm_sha256 sha256;
		struct sm_sha1 sha1;
	} inner;
	unsigned char key[SM_HMAC_BLOCK];	/* wiped by _end */
};

void sm_hmac_init(struct sm_hmac *hmac, enum sm_digest digest,
    const void *key, size_t len);
void sm_hmac_add(struct sm_hmac *hmac, const void *data, size_t len);
/* How many bytes there are in out: 20 or 32. */
size_t sm_hmac_end(struct sm_hmac *hmac, unsigned char out[SM_HMAC_MAX]);

/* Whether both are the same, in a time that depends on len alone. */
bool sm_same_bytes(const void *a, const void *b, size_t len);

/*
 * The same for texts of any length: their digests are compared, so the time
 * does not tell how long the secret is, nor how much of it was right.
 */
bool sm_same_secret(const char *a, size_t a_len, const char *b, size_t b_len);

/* Adds the bytes to out as lower-case hex, and as base64 with its '='. */
void sm_hex_add(struct sm_buf *out, const void *data, size_t len);
void sm_base64_add(struct sm_buf *out, const void *data, size_t len);

#endif
