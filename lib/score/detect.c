#include "score/detect.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "score/script.h"

#define WORDS_MAX 64		/* of a post that are looked at */
#define WEIGHT_HINT 28		/* what the platform's word is worth */
#define WEIGHT_KNOWN 44
#define MARGIN_SURE 160		/* from the best to the second */
#define MARGIN_ENOUGH 120	/* not to look at letters */

/* Of at most four letters, of which 8 bytes more must be readable. */
static inline uint32_t
run_hash(const char *s, size_t len)
{
	uint64_t h = UINT64_C(0x8ebc6af09c88c6e3);

	for (; len > 8; s += 8, len -= 8)
		h = sm_word_mix(h, sm_load64(s));
	h = sm_word_mix(h, sm_low_bytes(sm_load64(s), len));
	return (uint32_t)(h * UINT64_C(0xd6e8feb86659fd93) >>
	    (64 - SM_LID_BITS));
}

size_t
sm_detect_runs(const char *fold, size_t len, uint16_t run[SM_DETECT_RUNS])
{
	char word[40] = "_";
	uint8_t start[40];
	size_t chars = 0, bytes = 1, count = 0;

	if (len > 24)
		for (len = 24; ((unsigned char)fold[len] & 0xc0) == 0x80; )
			len--;
	memcpy(word + 1, fold, len);
	bytes += len;
	word[bytes++] = '_';
	memset(word + bytes, 0, sizeof(word) - bytes);
	for (size_t i = 0; i < bytes; i++)
		if (((unsigned char)word[i] & 0xc0) != 0x80)
			start[chars++] = (uint8_t)i;
	start[chars] = (uint8_t)bytes;
	for (size_t i = 0; i < chars; i++)
		for (size_t n = i == 0 || i == chars - 1 ? 2 : 1;
		    n <= 4 && i + n <= chars && count < SM_DETECT_RUNS; n++)
			run[count++] = (uint16_t)run_hash(word + start[i],
			    (size_t)(start[i + n] - start[i]));
	return count;
}

bool
sm_detect_laughter(const char *fold, size_t len)
{
	if (len < 4)
		return len == 2 && memcmp(fold, "xd", 2) == 0;
	for (size_t i = 2; i < len; i++)
		if (fold[i] != fold[i - 2])
			return false;
	return true;
}

/*
 * Sums for each language; 64 words of at most 2 * 127 fit.  They are added up
 * side by side, in registers.
 */
#ifdef __SSE2__
struct sums {
	__m128i low, high;
};

/* Adds the row times 1 << shift. */
static inline void
add_row(struct sums *sums, const int8_t *row, int shift)
{
	__m128i x = _mm_loadu_si128((const __m128i *)(const void *)row);
	/* Each byte above itself, shifted down with its sign. */
	__m128i low = _mm_srai_epi16(_mm_unpacklo_epi8(x, x), 8);
	__m128i high = _mm_srai_epi16(_mm_unpackhi_epi8(x, x), 8);

	sums->low = _mm_add_epi16(sums->low, _mm_slli_epi16(low, shift));
	sums->high = _mm_add_epi16(sums->high, _mm_slli_epi16(high, shift));
}
#else
struct sums {
	int16_t of[SM_LID_LANGS];
};

static inline void
add_row(struct sums *sums, const int8_t *row, int shift)
{
	for (int i = 0; i < SM_LID_LANGS; i++)
		sums->of[i] = (int16_t)(sums->of[i] + row[i] * (1 << shift));
}
#endif

static inline void
get_sums(const struct sums *sums, int16_t of[SM_LID_LANGS])
{
	memcpy(of, sums, SM_LID_LANGS * sizeof(*of));
}

static inline void
set_sums(struct sums *sums, const int16_t of[SM_LID_LANGS])
{
	memcpy(sums, of, SM_LID_LANGS * sizeof(*of));
}

/* Which of the words at a place are the one, as bits. */
static inline uint32_t
same_words(const struct sm_lid_place *place, uint32_t check)
{
#ifdef __SSE2__
	__m128i checks = _mm_loadu_si128((const void *)place->check);
	__m128i rows = _mm_loadu_si128((const void *)place->row);

	return (uint32_t)_mm_movemask_ps(_mm_castsi128_ps(_mm_andnot_si128(
	    _mm_cmpeq_epi32(rows, _mm_setzero_si128()),
	    _mm_cmpeq_epi32(checks, _mm_set1_epi32((int)check)))));
#else
	uint32_t same = 0;

	for (uint32_t i = 0; i < SM_LID_PLACE; i++)
		same |= (uint32_t)((place->check[i] == check) &
		    (place->row[i] != 0)) << i;
	return same;
#endif
}

/* The row of a frequent word, or NULL; nearly always in one step. */
static inline const int8_t *
word_row(const struct sm_lexicon *lex, uint64_t hash)
{
	const struct sm_lid *lid = lex->lid;
	const struct sm_lid_place *places = (const void *)(lex->base +
	    lid->words), *place = &places[hash & lid->word_mask];
	uint32_t check = (uint32_t)(hash >> 32), row;
	uint32_t same = same_words(place, check);

	/* One question, since whether it is there cannot be guessed. */
	for (uint32_t n = 1; (same == 0) & (place->row[SM_LID_PLACE - 1] != 0)
	    & (n <= lid->word_mask); n++) {
		place = &places[(hash + n) & lid->word_mask];
		same = same_words(place, check);
	}
	row = place->row[__builtin_ctz(same | 1u << (SM_LID_PLACE - 1))] &
	    (0 - (uint32_t)(same != 0));
	return row && row <= lid->row_count ? (const int8_t *)lex->base +
	    lid->rows + (size_t)(row - 1) * SM_LID_LANGS : NULL;
}

bool
sm_detect_knows(const struct sm_lexicon *lex, uint64_t hash)
{
	return word_row(lex, hash) != NULL;
}

static void
add_runs(const struct sm_lexicon *lex, struct sums *sums, const char *fold,
    size_t len)
{
	const int8_t *rows = (const int8_t *)lex->base + lex->lid->runs;
	int16_t of[SM_LID_LANGS], own[SM_LID_LANGS] = { 0 };
	uint16_t run[SM_DETECT_RUNS];
	struct sums word;
	size_t count = sm_detect_runs(fold, len, run);

	set_sums(&word, own);
	for (size_t i = 0; i < count; i++)
		add_row(&word, rows + (size_t)run[i] * SM_LID_LANGS, 0);
	/* The runs of a word say the same thing several times. */
	get_sums(&word, own);
	get_sums(sums, of);
	for (int i = 0; i < SM_LID_LANGS; i++)
		of[i] = (int16_t)(of[i] + own[i] / 3);
	set_sums(sums, of);
}

/*
 * The best language, the first of equals, and how far the second is; -1 where
 * there is none.
 */
static int
leader(const struct sm_lid *lid, const struct sums *sums, int32_t *margin)
{
	int32_t most = INT32_MIN, second = INT32_MIN;
	int16_t of[SM_LID_LANGS];
	int first = -1;

	get_sums(sums, of);
	for (int i = 0; i < (int)lid->langs; i++) {
		int32_t sum = of[i], less = sum < most ? sum : most;

		first = sum > most ? i : first;
		second = less > second ? less : second;
		most = sum > most ? sum : most;
	}
	*margin = first == -1 ? 0 : lid->langs == 1 ? MARGIN_SURE :
	    most - second;
	return first;
}

static bool
decided(const struct sm_lid *lid, const struct sums *sums)
{
	int32_t margin;

	(void)leader(lid, sums, &margin);
	return margin >= MARGIN_ENOUGH;
}

/* Words that are not known, kept for later. */
struct words {
	uint32_t unknown[WORDS_MAX];
	uint32_t unknowns;
};

/*
 * Adds known words until they decide; then true.  Whether a word is known
 * cannot be guessed, so there is no branch for it.
 */
static bool
add_words(const struct sm_lexicon *lex, const struct sm_tokens *tokens,
    struct sums *sums, struct words *words)
{
	static const int8_t nothing[SM_LID_LANGS];
	uint32_t unknowns = 0, known = 0;
	struct sums now = *sums;
	bool sure = false;

	for (uint32_t i = 0; i < tokens->count && !sure &&
	    unknowns + known < WORDS_MAX; i++) {
		const struct sm_token *token = &tokens->list[i];
		const int8_t *row;

		if (token->kind != SM_TOKEN_WORD)
			continue;
		row = word_row(lex, token->hash);
		words->unknown[unknowns] = i;
		unknowns += !row;
		known += row != NULL;
		add_row(&now, row ? row : nothing, 1);
		if ((known % 8 == 0) & (row != NULL))
			sure = decided(lex->lid, &now);
	}
	words->unknowns = unknowns;
	*sums = now;
	return sure;
}

/*
 * Known words first; letters only of words that are left, and only until the
 * matter is decided: they cost ten times as much.
 */
static void
weigh(const struct sm_lexicon *lex, const struct sm_tokens *tokens,
    struct sums *sums)
{
	struct words words;

	if (add_words(lex, tokens, sums, &words))
		return;
	for (uint32_t i = 0; i < words.unknowns; i++) {
		const struct sm_token *token =
		    &tokens->list[words.unknown[i]];
		const char *fold = sm_token_fold(tokens, token);

		if (i % 4 == 0 && decided(lex->lid, sums))
			return;
		if (!sm_detect_laughter(fold, token->fold_len))
			add_runs(lex, sums, fold, token->fold_len);
	}
}

/* Index of the language whose tag begins as tag does, or -1. */
static int
lang_index(const struct sm_lid *lid, const char *tag, size_t len)
{
	size_t primary = 0;

	while (primary < len && tag[primary] != '-' && tag[primary] != '_')
		primary++;
	for (uint32_t i = 0; i < lid->langs; i++)
		if (strlen(lid->tags[i]) == primary && primary &&
		    memcmp(lid->tags[i], tag, primary) == 0)
			return (int)i;
	return -1;
}

static void
add_hint(const struct sm_lid *lid, int16_t of[SM_LID_LANGS], const char *tag,
    size_t len, int16_t weight)
{
	int found = tag ? lang_index(lid, tag, len) : -1;

	if (found != -1)
		of[found] = (int16_t)(of[found] + weight);
}

static struct sm_detected
best(const struct sm_lid *lid, const struct sums *sums)
{
	struct sm_detected found = { .tag = "und", .confidence = 0 };
	int32_t margin;
	int first = leader(lid, sums, &margin);

	if (margin <= 0)
		return found;
	found.tag = lid->tags[first];
	/* Half sure at no margin, and ever surer. */
	found.confidence = 50 + 49 * margin / (margin + MARGIN_SURE / 4);
	return found;
}

static struct sm_detected
told(const struct sm_lid *lid, const char *hint, size_t hint_len,
    const char *known, size_t known_len)
{
	struct sm_detected found = { .tag = "und", .confidence = 0 };
	int index = hint ? lang_index(lid, hint, hint_len) : -1;

	if (index == -1 && known)
		index = lang_index(lid, known, known_len);
	if (index != -1) {
		found.tag = lid->tags[index];
		found.confidence = 50;
	}
	return found;
}

struct sm_detected
sm_detect(const struct sm_lexicon *lex, const struct sm_tokens *tokens,
    const char *hint, size_t hint_len, const char *known, size_t known_len)
{
	struct sm_detected found = { .tag = NULL };
	int16_t start[SM_LID_LANGS] = { 0 };
	struct sums sums;
	uint32_t share;

	if (!tokens->words)
		return told(lex->lid, hint, hint_len, known, known_len);
	found.tag = sm_script_lang(tokens, &share);
	if (found.tag) {
		found.confidence = share > 99 ? 99 : (int)share;
		return found;
	}
	if (tokens->letters[SM_SCRIPT_CYRILLIC] >
	    tokens->letters[SM_SCRIPT_LATIN] &&
	    lang_index(lex->lid, "ru", 2) == -1) {
		found.tag = sm_script_cyrillic(tokens);
		found.confidence = 70;
		return found;
	}
	for (uint32_t i = 0; i < lex->lid->langs; i++)
		start[i] = lex->lid->prior[i];
	add_hint(lex->lid, start, hint, hint_len, WEIGHT_HINT);
	add_hint(lex->lid, start, known, known_len, WEIGHT_KNOWN);
	set_sums(&sums, start);
	weigh(lex, tokens, &sums);
	found = best(lex->lid, &sums);
	if (!found.confidence)
		return told(lex->lid, hint, hint_len, known, known_len);
	return found;
}
