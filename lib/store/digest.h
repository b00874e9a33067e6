/*
 * Digests (SHA-256) of posts and events.
 */
#ifndef SM_STORE_DIGEST_H
#define SM_STORE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define SM_DIGEST_SIZE 32	/* bytes */
#define SM_SALT_SIZE 16		/* bytes */

/* One of several pieces of what is digested. */
struct sm_piece {
	const void *data;
	size_t len;
};

/* The digest of count pieces, one behind the other. */
void sm_digest(const struct sm_piece *pieces, size_t count,
    unsigned char out[SM_DIGEST_SIZE]);

/*
 * The digest of a post: of its salt and its line.  Without the salt nobody
 * finds out by trying what an erased line said.
 */
void sm_digest_post(const unsigned char salt[SM_SALT_SIZE], const char *line,
    size_t len, unsigned char out[SM_DIGEST_SIZE]);

#endif
