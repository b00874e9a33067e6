#include "score/minhash.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "text/token.h"

#define SHORT 6		/* words; fewer: runs of letters as well */
#define NEAR 4		/* words; fewer: only the same text is alike */
#define GRAM 4		/* letters in a run */
#define EMPTY UINT32_MAX
#define SHINGLES 4096	/* of a post that are looked at */

struct shingles {
	uint64_t list[SHINGLES];
	size_t count;
};

static void
add(struct shingles *all, uint64_t hash)
{
	if (all->count < SHINGLES)
		all->list[all->count++] = sm_hash_mix(hash ^
		    UINT64_C(0x9e3779b97f4a7c15));
}

static bool
counts(const struct sm_token *token)
{
	return token->kind == SM_TOKEN_WORD || token->kind == SM_TOKEN_HAN ||
	    token->kind == SM_TOKEN_NUMBER;
}

/* Letters of a word begin with a byte that is no continuation. */
static bool
is_letter(char c)
{
	return ((unsigned char)c & 0xC0) != 0x80;
}

/* Runs of four letters of a folded word. */
static void
add_grams(struct shingles *all, const char *text, size_t len)
{
	for (size_t from = 0; from < len; from++) {
		uint64_t hash = SM_HASH_START;
		size_t letters = 0, at = from;

		if (!is_letter(text[from]))
			continue;
		for (; at < len; at++) {
			if (is_letter(text[at]) && letters++ == GRAM)
				break;
			hash = sm_hash_byte(hash, (unsigned char)text[at]);
		}
		if (letters >= GRAM)
			add(all, hash);
		if (at == len)
			return;
	}
}

static void
gather(struct shingles *all, struct minhash *hash,
    const struct sm_tokens *tokens)
{
	const struct sm_token *before = NULL;
	uint64_t exact = SM_HASH_START;

	for (uint32_t i = 0; i < tokens->count; i++) {
		const struct sm_token *token = &tokens->list[i];

		if (!counts(token))
			continue;
		if (hash->words < UINT16_MAX)
			hash->words++;
		exact = sm_hash_mix(exact ^ token->hash) * 31;
		if (token->kind != SM_TOKEN_HAN)
			add(all, token->hash);
		else if (before && before->kind == SM_TOKEN_HAN)
			add(all, before->hash * 31 + token->hash);
		before = token;
	}
	hash->exact ^= sm_hash_mix(exact);
	if (hash->words >= SHORT)
		return;
	for (uint32_t i = 0; i < tokens->count; i++)
		if (tokens->list[i].kind == SM_TOKEN_WORD)
			add_grams(all, sm_token_fold(tokens,
			    &tokens->list[i]), tokens->list[i].fold_len);
}

static int
by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* The different shingles, where all of them fit. */
static void
keep_shingles(struct minhash *hash, const struct shingles *all)
{
	uint32_t list[SHINGLES];
	size_t count = 0;

	for (size_t i = 0; i < all->count; i++)
		list[i] = (uint32_t)(all->list[i] >> 16);
	qsort(list, all->count, sizeof(*list), by_number);
	for (size_t i = 0; i < all->count; i++)
		if (count == 0 || list[i] != list[count - 1])
			list[count++] = list[i];
	hash->count = 0;
	if (count > MINHASH_BINS)
		return;
	memcpy(hash->shingles, list, count * sizeof(*list));
	hash->count = (uint16_t)count;
}

/* An empty bin takes what the next full one has, and how far that is. */
static void
fill_empty(uint32_t bins[MINHASH_BINS])
{
	uint32_t full[MINHASH_BINS];

	memcpy(full, bins, sizeof(full));
	for (int i = 0; i < MINHASH_BINS; i++) {
		int far = 0;

		while (far < MINHASH_BINS &&
		    full[(i + far) % MINHASH_BINS] == EMPTY)
			far++;
		if (far > 0 && far < MINHASH_BINS)
			bins[i] = full[(i + far) % MINHASH_BINS] +
			    (uint32_t)far * UINT32_C(0x9e3779b1);
	}
}

void
minhash_make(struct minhash *hash, const struct sm_tokens *tokens,
    uint64_t salt)
{
	struct shingles all = { .count = 0 };

	memset(hash, 0, sizeof(*hash));
	hash->exact = salt;
	gather(&all, hash, tokens);
	memset(hash->bins, 0xFF, sizeof(hash->bins));
	for (size_t i = 0; i < all.count; i++) {
		uint64_t mixed = sm_hash_mix(all.list[i] ^ salt);
		size_t bin = mixed % MINHASH_BINS;
		uint32_t value = (uint32_t)(mixed >> 32);

		if (value < hash->bins[bin])
			hash->bins[bin] = value;
	}
	fill_empty(hash->bins);
	keep_shingles(hash, &all);
}

bool
minhash_is_near(const struct minhash *hash)
{
	return hash->words >= NEAR;
}

/* How many both have, of two sorted lists. */
static unsigned
common(const struct minhash *a, const struct minhash *b)
{
	unsigned count = 0;

	for (unsigned i = 0, k = 0; i < a->count && k < b->count; ) {
		if (a->shingles[i] == b->shingles[k]) {
			count++;
			i++;
			k++;
		} else if (a->shingles[i] < b->shingles[k]) {
			i++;
		} else {
			k++;
		}
	}
	return count;
}

unsigned
minhash_likeness(const struct minhash *a, const struct minhash *b)
{
	unsigned same = 0;

	if (a->count > 0 && b->count > 0) {
		same = common(a, b);
		return same * 100 / (a->count + b->count - same);
	}
	for (int i = 0; i < MINHASH_BINS; i++)
		same += a->bins[i] == b->bins[i];
	return same * 100 / MINHASH_BINS;
}

uint32_t
minhash_band(const struct minhash *hash, int band)
{
	uint64_t mixed = (uint64_t)band + 1;

	for (int i = 0; i < MINHASH_ROWS; i++)
		mixed = sm_hash_mix(mixed * 31 ^
		    hash->bins[band * MINHASH_ROWS + i]);
	return (uint32_t)(mixed >> 16);
}
