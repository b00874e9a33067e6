#include "score/detect.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define WORDS_MAX 64		/* of a post that are looked at */
#define WEIGHT_HINT 28		/* what the platform's word is worth */
#define WEIGHT_KNOWN 44
#define MARGIN_SURE 160		/* from the best to the second */
#define MARGIN_ENOUGH 120	/* not to look at letters */

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
			run[count++] = (uint16_t)(sm_word_hash(word + start[i],
			    start[i + n] - start[i]) >> (64 - SM_LID_BITS));
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

/* Sums for each language; 64 words of at most 2 * 127 fit. */
struct sums {
	int16_t of[SM_LID_LANGS];
};

#ifdef __SSE2__
static inline void
add_row(struct sums *sums, const int8_t *row)
{
	__m128i *to = (__m128i *)(void *)sums->of;
	__m128i x = _mm_loadu_si128((const __m128i *)(const void *)row);
	/* Each byte above itself, shifted down with its sign. */
	__m128i low = _mm_srai_epi16(_mm_unpacklo_epi8(x, x), 8);
	__m128i high = _mm_srai_epi16(_mm_unpackhi_epi8(x, x), 8);

	_mm_storeu_si128(to, _mm_add_epi16(_mm_loadu_si128(to), low));
	_mm_storeu_si128(to + 1, _mm_add_epi16(_mm_loadu_si128(to + 1),
	    high));
}
#else
static inline void
add_row(struct sums *sums, const int8_t *row)
{
	for (int i = 0; i < SM_LID_LANGS; i++)
		sums->of[i] = (int16_t)(sums->of[i] + row[i]);
}
#endif

/* The row of a frequent word, or NULL. */
static const int8_t *
word_row(const struct sm_lexicon *lex, uint64_t hash)
{
	const struct sm_lid *lid = lex->lid;
	const struct sm_lid_word *words = (const void *)(lex->base +
	    lid->words);
	uint32_t at = (uint32_t)hash & lid->word_mask;

	for (uint32_t n = 0; n <= lid->word_mask && words[at].row; n++) {
		if (words[at].check == (uint32_t)(hash >> 32))
			return words[at].row <= lid->row_count ?
			    (const int8_t *)lex->base + lid->rows +
			    (size_t)(words[at].row - 1) * SM_LID_LANGS : NULL;
		at = (at + 1) & lid->word_mask;
	}
	return NULL;
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
	struct sums word = { .of = { 0 } };
	uint16_t run[SM_DETECT_RUNS];
	size_t count = sm_detect_runs(fold, len, run);

	for (size_t i = 0; i < count; i++)
		add_row(&word, rows + (size_t)run[i] * SM_LID_LANGS);
	/* The runs of a word say the same thing several times. */
	for (int i = 0; i < SM_LID_LANGS; i++)
		sums->of[i] = (int16_t)(sums->of[i] + word.of[i] / 3);
}

/* The best language and how far the second is; -1 where there is none. */
static int
leader(const struct sm_lid *lid, const struct sums *sums, int32_t *margin)
{
	int first = -1, second = -1;

	for (int i = 0; i < (int)lid->langs; i++) {
		if (first == -1 || sums->of[i] > sums->of[first]) {
			second = first;
			first = i;
		} else if (second == -1 || sums->of[i] > sums->of[second])
			second = i;
	}
	*margin = first == -1 ? 0 : second == -1 ? MARGIN_SURE :
	    sums->of[first] - sums->of[second];
	return first;
}

static bool
decided(const struct sm_lid *lid, const struct sums *sums)
{
	int32_t margin;

	(void)leader(lid, sums, &margin);
	return margin >= MARGIN_ENOUGH;
}

/* The words of a post that tell something, unknown ones kept for later. */
struct words {
	uint32_t unknown[WORDS_MAX];
	uint32_t unknowns, known;
};

/* Adds known words until they decide; then true. */
static bool
add_words(const struct sm_lexicon *lex, const struct sm_tokens *tokens,
    struct sums *sums, struct words *words)
{
	words->unknowns = words->known = 0;
	for (uint32_t i = 0; i < tokens->count &&
	    words->unknowns + words->known < WORDS_MAX; i++) {
		const struct sm_token *token = &tokens->list[i];
		const int8_t *row;

		if (token->kind != SM_TOKEN_WORD)
			continue;
		row = word_row(lex, token->hash);
		if (!row) {
			words->unknown[words->unknowns++] = i;
			continue;
		}
		add_row(sums, row);
		add_row(sums, row);
		if (++words->known % 8 == 0 && decided(lex->lid, sums))
			return true;
	}
	return false;
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
add_hint(const struct sm_lid *lid, struct sums *sums, const char *tag,
    size_t len, int16_t weight)
{
	int found = tag ? lang_index(lid, tag, len) : -1;

	if (found != -1)
		sums->of[found] = (int16_t)(sums->of[found] + weight);
}

static const struct {
	enum sm_script script;
	const char *tag;
} by_script[] = {
	{ SM_SCRIPT_HANGUL, "ko" }, { SM_SCRIPT_ARABIC, "ar" },
	{ SM_SCRIPT_HEBREW, "he" }, { SM_SCRIPT_INDIC, "hi" },
	{ SM_SCRIPT_THAI, "th" }, { SM_SCRIPT_GREEK, "el" }
};

/* Scripts that mean one language; NULL where letters have to be weighed. */
static const char *
from_script(const struct sm_tokens *tokens, uint32_t *share)
{
	const uint32_t *letters = tokens->letters;
	/* A Han character says as much as some letters of a word. */
	uint32_t han = letters[SM_SCRIPT_HAN] * 3, all = han;

	for (int i = 0; i < SM_SCRIPTS; i++)
		if (i != SM_SCRIPT_HAN)
			all += letters[i];
	*share = 100;
	if (letters[SM_SCRIPT_KANA] * 8 > letters[SM_SCRIPT_HAN] &&
	    letters[SM_SCRIPT_KANA] * 4 > all)
		return "ja";
	if (han * 2 > all) {
		*share = han * 100 / all;
		return letters[SM_SCRIPT_KANA] * 4 > letters[SM_SCRIPT_HAN] ?
		    "ja" : "zh";
	}
	for (size_t i = 0; i < sizeof(by_script) / sizeof(*by_script); i++)
		if (letters[by_script[i].script] * 2 > all) {
			*share = letters[by_script[i].script] * 100 / all;
			return by_script[i].tag;
		}
	return NULL;
}

/*
 * Cyrillic for which nothing was trained, by letters that only one of the two
 * has.
 */
static const char *
cyrillic(const struct sm_tokens *tokens)
{
	static const char ukrainian[][3] = { "і", "ї", "є", "ґ" };

	for (size_t i = 0; i < 4; i++)
		if (memmem(tokens->fold, tokens->fold_len, ukrainian[i], 2))
			return "uk";
	return "ru";
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
	struct sums sums = { .of = { 0 } };
	uint32_t share;

	if (!tokens->words)
		return told(lex->lid, hint, hint_len, known, known_len);
	found.tag = from_script(tokens, &share);
	if (found.tag) {
		found.confidence = share > 99 ? 99 : (int)share;
		return found;
	}
	if (tokens->letters[SM_SCRIPT_CYRILLIC] >
	    tokens->letters[SM_SCRIPT_LATIN] &&
	    lang_index(lex->lid, "ru", 2) == -1) {
		found.tag = cyrillic(tokens);
		found.confidence = 70;
		return found;
	}
	for (uint32_t i = 0; i < lex->lid->langs; i++)
		sums.of[i] = lex->lid->prior[i];
	add_hint(lex->lid, &sums, hint, hint_len, WEIGHT_HINT);
	add_hint(lex->lid, &sums, known, known_len, WEIGHT_KNOWN);
	weigh(lex, tokens, &sums);
	found = best(lex->lid, &sums);
	if (!found.confidence)
		return told(lex->lid, hint, hint_len, known, known_len);
	return found;
}
