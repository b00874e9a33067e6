/*
 * Text to tokens in one pass: words, numbers, Han characters (one token each),
 * emoji, punctuation, hashtags, handles, links.  Each has the place where it
 * was found and a hash of its folded form, by which lexicons are looked up.
 *
 * The tokens lie in room that is taken once; a post costs no allocation
 * (but where combining marks have to be composed first).  What does not fit
 * is left out: SM_TOKENS_MAX is some 90 KB of prose.
 */
#ifndef SM_TEXT_TOKEN_H
#define SM_TEXT_TOKEN_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "text/fold.h"

#define SM_TOKENS_MAX 16384	/* tokens of one post */
#define SM_TOKENS_TEXTS 4	/* that are composed; further ones stay as is */
#define SM_TOKEN_FOLD_MAX 96	/* bytes of a folded word; the rest is cut */

enum sm_token_kind {
	SM_TOKEN_WORD,
	SM_TOKEN_HAN,		/* one character */
	SM_TOKEN_NUMBER,
	SM_TOKEN_EMOJI,		/* reps: the same one several times */
	SM_TOKEN_PUNCT,		/* one character, reps times */
	SM_TOKEN_HASHTAG,	/* as a whole; its reps parts follow as words */
	SM_TOKEN_USER,
	SM_TOKEN_URL,
	SM_TOKEN_EMAIL,
	SM_TOKEN_CASHTAG
};

enum {
	SM_TOKEN_UPPER = 1,	/* three letters or more, all upper case */
	SM_TOKEN_CASED = 2,	/* some upper case */
	SM_TOKEN_ELONG = 4,	/* a letter three times or more, now two */
	SM_TOKEN_QUOTED = 8,	/* between quotation marks */
	SM_TOKEN_GLUED = 16,	/* nothing between it and the one before */
	SM_TOKEN_TAG = 32,	/* came from a hashtag */
	SM_TOKEN_FIRST = 64,	/* the first word of its sentence */
	SM_TOKEN_MARKS = 128,	/* has diacritics: bare differs from hash */
	SM_TOKEN_CLIPPED = 256,	/* an apostrophe before its last letter: 's */
	SM_TOKEN_AGAIN = 512	/* reps is more than 1 */
};

struct sm_token {
	const char *at;		/* in the text, or in its composed copy */
	uint32_t len;		/* bytes there */
	uint32_t fold;		/* offset of the folded form in ->fold */
	uint64_t hash;		/* of the folded form */
	uint64_t bare;		/* of the folded form without diacritics */
	uint32_t c;		/* folded character: Han, emoji, punctuation */
	uint16_t clause;	/* number of the clause, from 0 */
	uint16_t nth;		/* words, Han characters, numbers before it */
	uint16_t reps;
	uint16_t flags;
	uint16_t start;		/* of a word, sm_token_start; else
				   SM_TOKEN_NO_START */
	uint8_t fold_len;	/* bytes */
	uint8_t kind;		/* enum sm_token_kind */
};

#define SM_TOKEN_STARTS 4096	/* values of sm_token_start */
#define SM_TOKEN_NO_START SM_TOKEN_STARTS

struct sm_tokens {
	struct sm_token *list;
	uint32_t count;
	char *fold;		/* folded words, one behind the other */
	uint32_t fold_len;
	uint32_t words;		/* words and Han characters */
	uint32_t nth;		/* these, and numbers */
	uint32_t exclaims, questions;	/* marks */
	uint32_t uppers;	/* words with SM_TOKEN_UPPER */
	uint32_t links, users, tags;
	uint32_t letters[SM_SCRIPTS];
	uint16_t clauses, sentences;	/* numbers in use: last one + 1 */
	uint16_t sentence;	/* of the last token */
	bool mixed;		/* there is lower case: caps mean something */
	bool retweet;		/* began with RT @x:, which was passed over */
	bool full;		/* something was left out */
	char *composed[SM_TOKENS_TEXTS];	/* copies with composed marks */
	uint32_t composed_count;
	bool wide;		/* words may be read many bytes at once: as
				   SM_SIMD says, and tests try both */
};

struct sm_tokens *sm_tokens_new(void);
void sm_tokens_free(struct sm_tokens *tokens);

/* Forget the post before. */
void sm_tokens_clear(struct sm_tokens *tokens);

/*
 * Add the tokens of text, which must stay where it is while they are used.
 * What was there before (a title) is taken as a sentence of its own.
 */
void sm_tokens_add(struct sm_tokens *tokens, const char *text, size_t len);

/* The folded form, fold_len bytes; lent. */
static inline const char *
sm_token_fold(const struct sm_tokens *tokens, const struct sm_token *token)
{
	return tokens->fold + token->fold;
}

/*
 * A number for the first three bytes of a folded word, of which 4 must be
 * readable: those that share a stem share it.
 */
static inline uint16_t
sm_token_start(const char *fold)
{
	uint32_t x;

	memcpy(&x, fold, sizeof(x));
	return (uint16_t)((le32toh(x) & 0xffffff) * 0x9e3779b1u >> 20);
}

/* The next 8 bytes as a number, the same on every machine. */
static inline uint64_t
sm_load64(const char *s)
{
	uint64_t x;

	memcpy(&x, s, sizeof(x));
	return le64toh(x);
}

/* The low bytes of a number of 8, 0 <= bytes <= 8. */
static inline uint64_t
sm_low_bytes(uint64_t x, size_t bytes)
{
	return bytes >= 8 ? x : x & ((UINT64_C(1) << (8 * bytes)) - 1);
}

static inline uint64_t
sm_word_mix(uint64_t h, uint64_t x)
{
	h = (h ^ x) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 32;
}

#define SM_WORD_SEED UINT64_C(0x8ebc6af09c88c6e3)

/*
 * Hash of len bytes at s, of which 16 more than len must be readable.  Not
 * sm_hash: a stem is looked up for every length of a word's beginning, which
 * costs two masks and two multiplications this way.
 */
static inline uint64_t
sm_word_hash(const char *s, size_t len)
{
	uint64_t h = SM_WORD_SEED;

	for (; len > 16; s += 16, len -= 16)
		h = sm_word_mix(sm_word_mix(h, sm_load64(s)),
		    sm_load64(s + 8));
	h = sm_word_mix(h, sm_low_bytes(sm_load64(s), len));
	return sm_word_mix(h, sm_low_bytes(sm_load64(s + 8),
	    len > 8 ? len - 8 : 0));
}

/* The same for a word of at most 16 bytes, with zeros behind it up to that. */
static inline uint64_t
sm_word_hash_short(const char *s)
{
	return sm_word_mix(sm_word_mix(SM_WORD_SEED, sm_load64(s)),
	    sm_load64(s + 8));
}

#endif
