/* SHA-1, HMAC, hex, base64 and comparing secrets, by the RFCs' vectors. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hmac.h"
#include "tap.h"

static const char *
sha1_of(struct sm_buf *out, const char *s, size_t len, size_t piece)
{
	unsigned char digest[SM_SHA1_SIZE];
	struct sm_sha1 sha;

	sm_sha1_init(&sha);
	for (size_t at = 0; at < len; at += piece)
		sm_sha1_add(&sha, s + at, len - at < piece ? len - at : piece);
	sm_sha1_end(&sha, digest);
	sm_buf_clear(out);
	sm_hex_add(out, digest, sizeof(digest));
	return sm_buf_str(out);
}

/* FIPS 180-4's examples, and RFC 3174's. */
static void
test_sha1(void)
{
	static const char two[] =
	    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
	struct sm_buf out = SM_BUF_INIT;
	char *million = malloc(1000000);
	int same = 1;

	memset(million, 'a', 1000000);
	is_str(sha1_of(&out, "abc", 3, 64),
	    "a9993e364706816aba3e25717850c26c9cd0d89d", "SHA-1 of abc");
	is_str(sha1_of(&out, "", 0, 64),
	    "da39a3ee5e6b4b0d3255bfef95601890afd80709", "SHA-1 of nothing");
	is_str(sha1_of(&out, two, strlen(two), 64),
	    "84983e441c3bd26ebaae4aa1f95129e5e54670f1", "SHA-1 of two blocks");
	for (size_t piece = 1; piece < 200; piece += 7)
		same &= strcmp(sha1_of(&out, million, 1000000, piece),
		    "34aa973cd4c4daa4f61eeb2bdbad27316534016f") == 0;
	ok(same, "SHA-1 of a million a, in pieces of any size");
	free(million);
	sm_buf_release(&out);
}

struct vector {
	size_t key_len;
	const char *key;	/* NULL: that many of key_byte */
	int key_byte;
	const char *data;	/* NULL: 50 of data_byte */
	int data_byte;
	const char *sha1, *sha256;
};

/*
 * The cases that RFC 2202 and RFC 4231 share, and each one's own with a long
 * key (80 and 131 bytes).
 */
static const struct vector vectors[] = {
	{ .key_len = 20, .key_byte = 0x0b, .data = "Hi There",
	    .sha1 = "b617318655057264e28bc0b6fb378c8ef146be00",
	    .sha256 = "b0344c61d8db38535ca8afceaf0bf12b"
	    "881dc200c9833da726e9376c2e32cff7" },
	{ .key_len = 4, .key = "Jefe", .data = "what do ya want for nothing?",
	    .sha1 = "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
	    .sha256 = "5bdcc146bf60754e6a042426089575c7"
	    "5a003f089d2739839dec58b964ec3843" },
	{ .key_len = 20, .key_byte = 0xaa, .data_byte = 0xdd,
	    .sha1 = "125d7342b9ac11cd91a39af48aa17b4f63f175d3",
	    .sha256 = "773ea91e36800e46854db8ebd09181a7"
	    "2959098b3ef8c122d9635514ced565fe" },
	{ .key_len = 25, .data_byte = 0xcd, .key =
	    "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10"
	    "\x11\x12\x13\x14\x15\x16\x17\x18\x19",
	    .sha1 = "4c9007f4026250c6bc8414f9bf50c86c2d7235da",
	    .sha256 = "82558a389a443c0ea4cc819899f2083a"
	    "85f0faa3e578f8077a2e3ff46729665b" },
	{ .key_len = 80, .key_byte = 0xaa, .data =
	    "Test Using Larger Than Block-Size Key - Hash Key First",
	    .sha1 = "aa4ae5e15272d00e95705637ce8a3b55ed402112" },
	{ .key_len = 80, .key_byte = 0xaa, .data =
	    "Test Using Larger Than Block-Size Key and Larger Than One "
	    "Block-Size Data",
	    .sha1 = "e8e99d0f45237d786d6bbaa7965c7808bbff1a91" },
	{ .key_len = 131, .key_byte = 0xaa, .data =
	    "Test Using Larger Than Block-Size Key - Hash Key First",
	    .sha256 = "60e431591ee0b67f0d8a26aacbf5b77f"
	    "8e0bc6213728c5140546040f0ee37f54" },
	{ .key_len = 131, .key_byte = 0xaa, .data =
	    "This is a test using a larger than block-size key and a larger "
	    "than block-size data. The key needs to be hashed before being "
	    "used by the HMAC algorithm.",
	    .sha256 = "9b09ffa71b942fcb27635fbcd5b0e944"
	    "bfdc63644f0713938a7f51535c3a35e2" }
};

static void
check(const struct vector *v, enum sm_digest digest, const char *want)
{
	char key[200], fill[50];
	const char *data = v->data ? v->data : fill;
	size_t len = v->data ? strlen(v->data) : sizeof(fill);
	struct sm_buf out = SM_BUF_INIT;
	unsigned char mac[SM_HMAC_MAX];
	struct sm_hmac hmac;
	size_t n;

	if (!want)
		return;
	memset(key, v->key_byte, sizeof(key));
	memset(fill, v->data_byte, sizeof(fill));
	if (v->key)
		memcpy(key, v->key, v->key_len);
	sm_hmac_init(&hmac, digest, key, v->key_len);
	sm_hmac_add(&hmac, data, len / 2);
	sm_hmac_add(&hmac, data + len / 2, len - len / 2);
	n = sm_hmac_end(&hmac, mac);
	sm_hex_add(&out, mac, n);
	is_str(sm_buf_str(&out), want, digest == SM_DIGEST_SHA1 ?
	    "HMAC-SHA-1 is that of RFC 2202" :
	    "HMAC-SHA-256 is that of RFC 4231");
	sm_buf_release(&out);
}

static void
test_wiped(void)
{
	static const struct sm_hmac none;
	struct sm_hmac hmac;
	unsigned char mac[SM_HMAC_MAX];

	sm_hmac_init(&hmac, SM_DIGEST_SHA256, "secret", 6);
	(void)sm_hmac_end(&hmac, mac);
	ok(memcmp(&hmac, &none, sizeof(none)) == 0,
	    "nothing of the key is left behind");
}

/* RFC 4648, 10. */
static void
test_base64(void)
{
	static const char *const want[] = { "", "Zg==", "Zm8=", "Zm9v",
	    "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy" };
	struct sm_buf out = SM_BUF_INIT;

	for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++) {
		sm_buf_clear(&out);
		sm_base64_add(&out, "foobar", i);
		is_str(sm_buf_str(&out), want[i],
		    "base64 is that of RFC 4648");
	}
	sm_buf_release(&out);
}

static void
test_same(void)
{
	ok(sm_same_bytes("abc", "abc", 3), "the same bytes are the same");
	ok(!sm_same_bytes("abc", "abd", 3), "a last byte tells apart");
	ok(!sm_same_bytes("xbc", "abc", 3), "so does a first one");
	ok(sm_same_bytes("x", "y", 0), "no bytes are the same");
	ok(sm_same_secret("abc", 3, "abc", 3), "a secret is known again");
	ok(!sm_same_secret("abc", 3, "ab", 2), "a part of it is not it");
	ok(!sm_same_secret("", 0, "ab", 2), "nor is nothing");
}

int
main(void)
{
	test_sha1();
	for (size_t i = 0; i < sizeof(vectors) / sizeof(*vectors); i++) {
		check(&vectors[i], SM_DIGEST_SHA1, vectors[i].sha1);
		check(&vectors[i], SM_DIGEST_SHA256, vectors[i].sha256);
	}
	test_wiped();
	test_base64();
	test_same();
	return plan_done();
}
