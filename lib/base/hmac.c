#include "base/hmac.h"

#include <string.h>

#include "base/buf.h"

static void
begin(struct sm_hmac *hmac)
{
	if (hmac->digest == SM_DIGEST_SHA1)
		sm_sha1_init(&hmac->inner.sha1);
	else
		sm_sha256_init(&hmac->inner.sha256);
}

static size_t
finish(struct sm_hmac *hmac, unsigned char out[SM_HMAC_MAX])
{
	if (hmac->digest == SM_DIGEST_SHA1) {
		sm_sha1_end(&hmac->inner.sha1, out);
		return SM_SHA1_SIZE;
	}
	sm_sha256_end(&hmac->inner.sha256, out);
	return SM_SHA256_SIZE;
}

void
sm_hmac_add(struct sm_hmac *hmac, const void *data, size_t len)
{
	if (hmac->digest == SM_DIGEST_SHA1)
		sm_sha1_add(&hmac->inner.sha1, data, len);
	else
		sm_sha256_add(&hmac->inner.sha256, data, len);
}

/* The key with each byte changed, as what is hashed first. */
static void
add_key(struct sm_hmac *hmac, unsigned char pad)
{
	unsigned char key[SM_HMAC_BLOCK];

	for (size_t i = 0; i < SM_HMAC_BLOCK; i++)
		key[i] = hmac->key[i] ^ pad;
	sm_hmac_add(hmac, key, sizeof(key));
	explicit_bzero(key, sizeof(key));
}

void
sm_hmac_init(struct sm_hmac *hmac, enum sm_digest digest, const void *key,
    size_t len)
{
	memset(hmac, 0, sizeof(*hmac));
	hmac->digest = digest;
	begin(hmac);
	if (len > SM_HMAC_BLOCK) {
		sm_hmac_add(hmac, key, len);
		(void)finish(hmac, hmac->key);
		begin(hmac);
	} else if (len > 0)
		memcpy(hmac->key, key, len);
	add_key(hmac, 0x36);
}

size_t
sm_hmac_end(struct sm_hmac *hmac, unsigned char out[SM_HMAC_MAX])
{
	size_t len = finish(hmac, out);

	begin(hmac);
	add_key(hmac, 0x5c);
	sm_hmac_add(hmac, out, len);
	(void)finish(hmac, out);
	explicit_bzero(hmac, sizeof(*hmac));
	return len;
}

bool
sm_same_bytes(const void *a, const void *b, size_t len)
{
	const volatile unsigned char *p = a, *q = b;
	unsigned char different = 0;

	for (size_t i = 0; i < len; i++)
		different |= p[i] ^ q[i];
	return different == 0;
}

bool
sm_same_secret(const char *a, size_t a_len, const char *b, size_t b_len)
{
	unsigned char left[SM_SHA256_SIZE], right[SM_SHA256_SIZE];
	struct sm_sha256 sha;

	sm_sha256_init(&sha);
	sm_sha256_add(&sha, a, a_len);
	sm_sha256_end(&sha, left);
	sm_sha256_init(&sha);
	sm_sha256_add(&sha, b, b_len);
	sm_sha256_end(&sha, right);
	return sm_same_bytes(left, right, sizeof(left));
}

void
sm_hex_add(struct sm_buf *out, const void *data, size_t len)
{
	static const char digit[] = "0123456789abcdef";
	const unsigned char *p = data;

	for (size_t i = 0; i < len; i++) {
		sm_buf_addc(out, digit[p[i] >> 4]);
		sm_buf_addc(out, digit[p[i] & 15]);
	}
}

void
sm_base64_add(struct sm_buf *out, const void *data, size_t len)
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *p = data;

	for (size_t i = 0; i < len; i += 3) {
		unsigned n = (unsigned)p[i] << 16;

		if (i + 1 < len)
			n |= (unsigned)p[i + 1] << 8;
		if (i + 2 < len)
			n |= p[i + 2];
		sm_buf_addc(out, digit[n >> 18]);
		sm_buf_addc(out, digit[n >> 12 & 63]);
		sm_buf_addc(out, i + 1 < len ? digit[n >> 6 & 63] : '=');
		sm_buf_addc(out, i + 2 < len ? digit[n & 63] : '=');
	}
}
