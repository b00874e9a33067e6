/*
 * What most text is made of, read in large steps: words of less than 16 bytes
 * in Latin letters, with or without marks, and common Han characters.  What is
 * anything else is left to the rest of the tokeniser, which reads all of it
 * letter by letter with the same result.
 */
#include "text/scan.h"

#ifdef __SSE2__
#include <emmintrin.h>

#define WIDTH 16

/*
 * Where the reading is: what scan and its tokens have, in locals, which the
 * compiler can keep in registers while text is written to memory.
 */
struct run {
	const char *at, *end, *last_end;
	struct sm_token *token;
	char *fold;
	uint32_t letters, han;
	uint16_t nth;
	uint8_t first;		/* SM_TOKEN_FIRST or 0, for the next word */
	bool mixed;
};

/* A word at ->at. */
struct word {
	uint32_t len;		/* bytes, less than WIDTH */
	uint32_t letters;	/* of ASCII, as bits */
	uint32_t upper;		/* of those */
	uint32_t marked;	/* bytes outside ASCII */
	uint32_t marked_upper, marked_letters;	/* how many of them */
};

/* The first len bytes of v, then zeros. */
static inline __m128i
first_bytes(__m128i v, uint32_t len)
{
	static const uint64_t mask[] = { UINT64_MAX, UINT64_MAX, 0, 0 };

	return _mm_and_si128(v, _mm_loadu_si128((const __m128i *)(const void *)
	    ((const char *)mask + WIDTH - len)));
}

/* Bytes of v, with add added to each, that are less than limit. */
static inline __m128i
below(__m128i v, int add, int limit)
{
	return _mm_cmpgt_epi8(_mm_set1_epi8((char)(limit - 128)),
	    _mm_add_epi8(v, _mm_set1_epi8((char)(add - 128))));
}

static inline uint32_t
bits(__m128i v)
{
	return (uint32_t)_mm_movemask_epi8(v);
}

/* The next bytes of the text, zeros behind its end. */
static inline __m128i
load(const struct run *run)
{
	char last[WIDTH];

	if (run->end - run->at >= WIDTH)
		return _mm_loadu_si128((const __m128i *)(const void *)run->at);
	memset(last, 0, sizeof(last));
	memcpy(last, run->at, (size_t)(run->end - run->at));
	return _mm_loadu_si128((const __m128i *)(const void *)last);
}

/* Behind a word: it may go on, or it may begin a link. */
static const bool may_go_on[256] = {
	['\''] = true, ['.'] = true, [':'] = true
};

static inline bool
goes_on(const struct run *run, uint32_t len)
{
	const char *next = run->at + len;

	if (next == run->end || !may_go_on[(unsigned char)*next])
		return false;
	switch (*next) {
	case ':': return (*run->at | 32) == 'h';
	case '.': return (*run->at | 32) == 'w' ||
	    (run->end - next >= 2 && (unsigned char)next[1] > ' ');
	default: return true;
	}
}

/*
 * Find the word at ->at and write it in lower case to ->fold.  False where it
 * is none of ours: too long, beginning with a digit, or with a letter three
 * times.
 */
static inline bool
find_word(const struct run *run, struct word *word)
{
	__m128i v = load(run), letter, low, all;
	uint32_t mask, twice;

	letter = below(_mm_or_si128(v, _mm_set1_epi8(0x20)), -'a', 26);
	all = _mm_or_si128(letter, _mm_or_si128(v, below(v, -'0', 10)));
	word->len = (uint32_t)__builtin_ctz(~bits(all));
	if (word->len - 1 >= WIDTH - 1 || goes_on(run, word->len))
		return false;
	mask = (1u << word->len) - 1;
	low = first_bytes(_mm_or_si128(v, _mm_and_si128(letter,
	    _mm_set1_epi8(0x20))), word->len);
	_mm_storeu_si128((__m128i *)(void *)run->fold, low);
	twice = bits(_mm_cmpeq_epi8(low, _mm_srli_si128(low, 1))) & mask;
	word->letters = bits(letter) & mask;
	word->marked = bits(v) & mask;
	word->upper = bits(_mm_andnot_si128(_mm_slli_epi16(v, 2), letter)) &
	    mask;
	word->marked_letters = word->marked_upper = 0;
	return !(twice & twice >> 1) && (word->letters | word->marked) & 1;
}

/* The Latin letter of two bytes at p, folded, or 0. */
static inline uint32_t
marked_letter(const unsigned char *p, uint32_t *raw)
{
	uint32_t c;

	if (*p < 0xc3 || *p > 0xc8 || (p[1] & 0xc0) != 0x80)
		return 0;
	*raw = (*p & 0x1fu) << 6 | (p[1] & 0x3fu);
	c = sm_fold_low[*raw - 0xc0];
	return *raw == 0xd7 || *raw == 0xf7 || c < 0x80 || c >= 0x250 ? 0 : c;
}

/*
 * Fold the letters with marks, and write the word without them to bare, which
 * has room for 3 * WIDTH and gets zeros behind it.  Its length, or 0 where
 * there is something else in the word.
 */
static uint32_t
fold_marked(struct word *word, const char *text, char *fold, char *bare)
{
	const unsigned char *at = (const unsigned char *)text;
	uint32_t from = 0, used = 0, before = 0;

	for (uint32_t left = word->marked; left; left &= left - 1) {
		uint32_t i = (uint32_t)__builtin_ctz(left), raw = 0, c = 0;

		/* The second byte is part of the word, too. */
		if (left & UINT32_C(2) << i)
			c = marked_letter(at + i, &raw);
		if (!c || (c == before && i == from))
			return 0;
		left &= left - 1;
		word->marked_letters++;
		word->marked_upper += c != raw;
		fold[i] = (char)(0xc0 | c >> 6);
		fold[i + 1] = (char)(0x80 | (c & 0x3f));
		memcpy(bare + used, fold + from, WIDTH);
		used += i - from;
		if (sm_bare_low[c - 0xc0])
			bare[used++] = sm_bare_low[c - 0xc0];
		else {
			memcpy(bare + used, fold + i, 2);
			used += 2;
		}
		from = i + 2;
		before = c;
	}
	memcpy(bare + used, fold + from, WIDTH);
	used += word->len - from;
	memset(bare + used, 0, WIDTH);
	return used;
}

/* The next token, of len bytes that are written to ->fold. */
static inline struct sm_token *
add_token(struct run *run, const struct sm_scan *scan,
    enum sm_token_kind kind, uint32_t len)
{
	struct sm_token *token = run->token++;

	token->at = run->at;
	token->len = len;
	token->fold = (uint32_t)(run->fold - scan->tokens->fold);
	token->hash = token->bare = sm_word_hash_short(run->fold);
	token->c = 0;
	token->start = SM_TOKEN_NO_START;
	token->clause = scan->clause;
	token->nth = run->nth++;
	token->reps = 1;
	token->fold_len = (uint8_t)len;
	token->kind = (uint8_t)kind;
	token->flags = run->first |
	    (run->at == run->last_end ? SM_TOKEN_GLUED : 0);
	run->first = 0;
	run->fold += len;
	run->at += len;
	run->last_end = run->at;
	return token;
}

/* What capitals there are, for the token and the text. */
static inline void
count_cases(struct sm_tokens *tokens, struct sm_token *token,
    const struct word *word)
{
	uint32_t upper = word->marked_upper +
	    (uint32_t)__builtin_popcount(word->upper);
	bool lower = word->letters != word->upper ||
	    word->marked_letters != word->marked_upper;

	token->flags |= SM_TOKEN_CASED;
	tokens->mixed |= lower;
	if (lower || upper < 3)
		return;
	token->flags |= SM_TOKEN_UPPER;
	tokens->uppers++;
}

/* The word at ->at; false where it is to be read otherwise. */
static inline bool
read_word(struct run *run, const struct sm_scan *scan)
{
	char bare[3 * WIDTH];
	struct sm_token *token;
	struct word word;
	uint16_t start;

	if (!find_word(run, &word) || (word.marked &&
	    !fold_marked(&word, run->at, run->fold, bare)))
		return false;
	start = sm_token_start(run->fold);
	token = add_token(run, scan, SM_TOKEN_WORD, word.len);
	token->start = start;
	run->letters += word.len - word.marked_letters;
	if (word.marked) {
		token->bare = sm_word_hash_short(bare);
		if (token->bare != token->hash)
			token->flags |= SM_TOKEN_MARKS;
	}
	if (word.upper | word.marked_upper)
		count_cases(scan->tokens, token, &word);
	else
		run->mixed = true;
	return true;
}

/* The same for a Han character, one of the many in U+4E00..9FFF. */
static inline bool
read_han(struct run *run, const struct sm_scan *scan)
{
	const unsigned char *p = (const unsigned char *)run->at;
	uint32_t c;

	if (run->end - run->at < 3 || (p[1] & 0xc0) != 0x80 ||
	    (p[2] & 0xc0) != 0x80)
		return false;
	c = (p[0] & 15u) << 12 | (p[1] & 63u) << 6 | (p[2] & 63u);
	if (c < 0x4e00)
		return false;
	memset(run->fold, 0, WIDTH);
	memcpy(run->fold, p, 3);
	add_token(run, scan, SM_TOKEN_HAN, 3)->c = c;
	run->han++;
	return true;
}

static void
run_begin(struct run *run, const struct sm_scan *scan)
{
	const struct sm_tokens *tokens = scan->tokens;

	*run = (struct run) { .at = scan->at, .end = scan->end,
	    .last_end = scan->last_end, .token = tokens->list + tokens->count,
	    .fold = tokens->fold + tokens->fold_len,
	    .nth = (uint16_t)tokens->nth,
	    .first = scan->sentence_start ? SM_TOKEN_FIRST : 0 };
}

static void
run_end(const struct run *run, struct sm_scan *scan)
{
	struct sm_tokens *tokens = scan->tokens;

	scan->at = run->at;
	scan->last_end = run->last_end;
	scan->sentence_start = run->first != 0;
	if (run->nth > tokens->nth)
		tokens->sentence = scan->sentence;
	tokens->words += run->nth - tokens->nth;
	tokens->nth = run->nth;
	tokens->count = (uint32_t)(run->token - tokens->list);
	tokens->fold_len = (uint32_t)(run->fold - tokens->fold);
	tokens->letters[SM_SCRIPT_LATIN] += run->letters;
	tokens->letters[SM_SCRIPT_HAN] += run->han;
	tokens->mixed |= run->mixed;
}

/* So many of ours fit in any case. */
static uint32_t
room_of(const struct sm_tokens *tokens)
{
	uint32_t list = SM_TOKENS_MAX - tokens->count;
	uint32_t fold = (uint32_t)(SM_SCAN_FOLD - tokens->fold_len) / WIDTH;

	fold = fold > 2 * SM_TOKEN_FOLD_MAX / WIDTH ?
	    fold - 2 * SM_TOKEN_FOLD_MAX / WIDTH : 0;
	return list < fold ? list : fold;
}

void
sm_scan_plain(struct sm_scan *scan)
{
	uint32_t room = room_of(scan->tokens);
	struct run run;
	bool more = true;

	run_begin(&run, scan);
	for (; more && room; room--) {
		while (run.at < run.end && *run.at == ' ')
			run.at++;
		if (run.at == run.end)
			break;
		more = (unsigned char)(*run.at - 0xe4) <= 5 ?
		    read_han(&run, scan) : read_word(&run, scan);
	}
	run_end(&run, scan);
}
#endif
