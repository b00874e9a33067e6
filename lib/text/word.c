#include "text/scan.h"

#include "base/utf8.h"

/* What is known of the letters of the word being read. */
struct letters {
	char *fold;		/* where the next one goes */
	const char *fold_end;
	char *bare;		/* and without its diacritics */
	uint32_t last[2];	/* folded, the latest first */
	uint32_t count, upper, lower, digits;
	bool elong, wide;
};

/* Folding changes the letter's case (and not only its width). */
static bool
was_upper(uint32_t raw, uint32_t c)
{
	return c != raw && !(raw >= 0xff41 && raw <= 0xff5a);
}

static void
add_letter(struct letters *word, uint32_t raw, uint32_t c)
{
	if (c == word->last[0] && c == word->last[1] && c > '9') {
		word->elong = true;
		word->upper += was_upper(raw, c);
		word->lower += !was_upper(raw, c);
		word->count++;
		return;
	}
	word->last[1] = word->last[0];
	word->last[0] = c;
	word->count++;
	if (c - '0' < 10)
		word->digits++;
	else if (was_upper(raw, c))
		word->upper++;
	else
		word->lower++;
	if (word->fold >= word->fold_end)
		return;
	word->fold += sm_utf8_put(word->fold, c);
	word->bare += sm_utf8_put(word->bare, sm_fold_bare(c));
}

/* An apostrophe belongs to the word where letters stand on both sides. */
static bool
apostrophe(uint32_t c, const char *next, const char *end)
{
	size_t step;

	return c == '\'' && next < end && sm_char_class(
	    sm_fold(sm_utf8_get(next, end, &step))) == SM_CHAR_LETTER;
}

/* What an ASCII byte is in a word: its lower case differs by the 0x20. */
enum {
	IN_WORD = 0x40,
	IS_UPPER = 0x20,
	IS_DIGIT = 1
};

static const uint8_t in_word[256] = {
	['0'] = 0x41, ['1'] = 0x41, ['2'] = 0x41, ['3'] = 0x41, ['4'] = 0x41,
	['5'] = 0x41, ['6'] = 0x41, ['7'] = 0x41, ['8'] = 0x41, ['9'] = 0x41,
	['A'] = 0x60, ['B'] = 0x60, ['C'] = 0x60, ['D'] = 0x60, ['E'] = 0x60,
	['F'] = 0x60, ['G'] = 0x60, ['H'] = 0x60, ['I'] = 0x60, ['J'] = 0x60,
	['K'] = 0x60, ['L'] = 0x60, ['M'] = 0x60, ['N'] = 0x60, ['O'] = 0x60,
	['P'] = 0x60, ['Q'] = 0x60, ['R'] = 0x60, ['S'] = 0x60, ['T'] = 0x60,
	['U'] = 0x60, ['V'] = 0x60, ['W'] = 0x60, ['X'] = 0x60, ['Y'] = 0x60,
	['Z'] = 0x60,
	['a'] = 0x40, ['b'] = 0x40, ['c'] = 0x40, ['d'] = 0x40, ['e'] = 0x40,
	['f'] = 0x40, ['g'] = 0x40, ['h'] = 0x40, ['i'] = 0x40, ['j'] = 0x40,
	['k'] = 0x40, ['l'] = 0x40, ['m'] = 0x40, ['n'] = 0x40, ['o'] = 0x40,
	['p'] = 0x40, ['q'] = 0x40, ['r'] = 0x40, ['s'] = 0x40, ['t'] = 0x40,
	['u'] = 0x40, ['v'] = 0x40, ['w'] = 0x40, ['x'] = 0x40, ['y'] = 0x40,
	['z'] = 0x40
};

/*
 * The letter of two bytes at p, folded, or 0 where there is none: Latin and
 * Cyrillic, for which one look into a table is enough.
 */
static inline uint32_t
two_bytes(const unsigned char *p, const unsigned char *end, uint32_t *raw)
{
	uint32_t c;

	if (end - p < 2 || *p < 0xc3 || *p > 0xd4 || (p[1] & 0xc0) != 0x80)
		return 0;
	c = *raw = (*p & 0x1fu) << 6 | (p[1] & 0x3fu);
	if (c < 0x250 ? c == 0xd7 || c == 0xf7 : c < 0x400 || c > 0x52f ||
	    (c > 0x481 && c < 0x48a))
		return 0;
	if (c == 0x23a || c == 0x23e)
		return 0; /* they fold to letters of three bytes */
	return sm_fold_low[c - 0xc0];
}

/*
 * Letters and digits from p on as long as they are common ones: what
 * add_letter does, but quickly.
 */
static const char *
read_common(struct letters *word, const char *p, const char *end)
{
	uint32_t last = word->last[0], before = word->last[1], letters = 0;
	uint32_t upper = 0, digits = 0, raw, c;
	char *fold = word->fold, *bare = word->bare;

	for (; p < end; letters++) {
		uint32_t byte = (unsigned char)*p, what = in_word[byte];

		if (what) {
			p++;
			c = byte | (what & IS_UPPER);
			upper += what >> 5 & 1;
			digits += what & IS_DIGIT;
		} else {
			c = two_bytes((const unsigned char *)p,
			    (const unsigned char *)end, &raw);
			if (!c)
				break;
			p += 2;
			upper += c != raw;
			word->wide = true;
		}
		if (c == last && c == before && c > '9') {
			word->elong = true;
			continue;
		}
		before = last;
		last = c;
		if (fold >= word->fold_end)
			continue;
		if (c < 0x80) {
			*fold++ = (char)c;
			*bare++ = (char)c;
			continue;
		}
		fold[0] = bare[0] = (char)(0xc0 | c >> 6);
		fold[1] = bare[1] = (char)(0x80 | (c & 0x3f));
		fold += 2;
		if (c < 0x250 && sm_bare_low[c - 0xc0])
			*bare++ = sm_bare_low[c - 0xc0];
		else
			bare += 2;
	}
	word->fold = fold;
	word->bare = bare;
	word->last[0] = last;
	word->last[1] = before;
	word->count += letters;
	word->upper += upper;
	word->digits += digits;
	word->lower += letters - upper - digits;
	return p;
}

/* A character that is not a common letter; false: it ends the word. */
static bool
read_other(struct sm_scan *scan, struct letters *word, const char *p,
    size_t *step)
{
	uint32_t raw, c;
	enum sm_char class;

	if ((unsigned char)*p < 0x80 && *p != '\'')
		return false;
	raw = sm_utf8_get(p, scan->end, step);
	c = sm_fold(raw);
	class = sm_char_class(c);
	word->wide |= raw >= 0x80;
	if (class == SM_CHAR_LETTER || class == SM_CHAR_DIGIT ||
	    (word->count && apostrophe(c, p + *step, scan->end)))
		add_letter(word, raw, c);
	else if (class == SM_CHAR_MARK)
		scan->marks = true;
	else if (class != SM_CHAR_NOTHING)
		return false;
	return true;
}

/* Letters, digits and marks from p on; gives back where they end. */
static const char *
read_letters(struct sm_scan *scan, struct letters *word, const char *p)
{
	size_t step = 1;

	while ((p = read_common(word, p, scan->end)) < scan->end &&
	    read_other(scan, word, p, &step))
		p += step;
	return p;
}

static void
count_word(struct sm_scan *scan, struct sm_token *token,
    const struct letters *word)
{
	struct sm_tokens *tokens = scan->tokens;

	tokens->words++;
	tokens->letters[word->wide ? sm_char_script(word->last[0]) :
	    SM_SCRIPT_LATIN] += word->count;
	if (word->upper)
		token->flags |= SM_TOKEN_CASED;
	if (word->lower)
		tokens->mixed = true;
	else if (word->upper >= 3) {
		token->flags |= SM_TOKEN_UPPER;
		tokens->uppers++;
	}
	if (word->elong)
		token->flags |= SM_TOKEN_ELONG;
	if (scan->sentence_start) {
		token->flags |= SM_TOKEN_FIRST;
		scan->sentence_start = false;
	}
}

bool
sm_scan_word(struct sm_scan *scan, const char *stop)
{
	struct sm_tokens *tokens = scan->tokens;
	struct letters word = { .count = 0 };
	struct sm_token *token;
	const char *saved = scan->end, *p;
	char bare[SM_TOKEN_FOLD_MAX + 24];

	token = sm_scan_token(scan, SM_TOKEN_WORD, scan->at);
	if (!token)
		return false;
	word.fold = tokens->fold + tokens->fold_len;
	word.fold_end = word.fold + SM_TOKEN_FOLD_MAX - 4;
	word.bare = bare;
	scan->end = stop;
	p = read_letters(scan, &word, scan->at);
	scan->end = saved;
	tokens->fold_len = (uint32_t)(word.fold - tokens->fold);
	sm_scan_done(scan, token, p);
	if (word.digits == word.count)
		token->kind = SM_TOKEN_NUMBER;
	else {
		count_word(scan, token, &word);
		memset(word.fold, 0, 4); /* behind a word of one letter */
		token->start = sm_token_start(tokens->fold + token->fold);
	}
	if (token->fold_len > 3 && word.fold[-2] == '\'')
		token->flags |= SM_TOKEN_CLIPPED;
	if (!word.wide)
		return true;
	token->bare = sm_word_hash(bare, (size_t)(word.bare - bare));
	if (token->bare != token->hash)
		token->flags |= SM_TOKEN_MARKS;
	return true;
}

/* What was counted before a word that is none. */
struct counted {
	const char *from, *last_end;
	uint32_t words, uppers, letters;
	bool mixed, start;
};

/* The word was the beginning of a link that ends at end. */
static bool
make_link(struct sm_scan *scan, const struct counted *before,
    const char *end)
{
	struct sm_tokens *tokens = scan->tokens;

	tokens->fold_len = tokens->list[--tokens->count].fold;
	tokens->nth = tokens->list[tokens->count].nth;
	tokens->words = before->words;
	tokens->uppers = before->uppers;
	tokens->letters[SM_SCRIPT_LATIN] = before->letters;
	tokens->mixed = before->mixed;
	scan->sentence_start = before->start;
	scan->last_end = before->last_end;
	scan->at = before->from;
	return sm_scan_link(scan, end);
}

bool
sm_scan_word_or_link(struct sm_scan *scan)
{
	const struct sm_tokens *tokens = scan->tokens;
	struct counted before = { .from = scan->at,
	    .last_end = scan->last_end, .words = tokens->words,
	    .uppers = tokens->uppers,
	    .letters = tokens->letters[SM_SCRIPT_LATIN],
	    .mixed = tokens->mixed, .start = scan->sentence_start };
	const char *end;

	if (!sm_scan_word(scan, scan->end))
		return false;
	if (scan->end - scan->at < 2 || *scan->at != '.' ||
	    (unsigned char)scan->at[1] <= ' ')
		return true;
	end = sm_scan_domain(scan, before.from);
	return end ? make_link(scan, &before, end) : true;
}
