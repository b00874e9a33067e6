#include "store/digest.h"

#include "base/sha256.h"

void
sm_digest(const struct sm_piece *pieces, size_t count,
    unsigned char out[SM_DIGEST_SIZE])
{
	struct sm_sha256 sha;

	sm_sha256_init(&sha);
	for (size_t i = 0; i < count; i++)
		sm_sha256_add(&sha, pieces[i].data, pieces[i].len);
	sm_sha256_end(&sha, out);
}

void
sm_digest_post(const unsigned char salt[SM_SALT_SIZE], const char *line,
    size_t len, unsigned char out[SM_DIGEST_SIZE])
{
	struct sm_piece pieces[2] = {
		{ .data = salt, .len = SM_SALT_SIZE },
		{ .data = line, .len = len }
	};

	sm_digest(pieces, 2, out);
}
