#include "text/scan.h"

#include "base/utf8.h"

#define NO_QUOTE UINT32_MAX
#define QUOTE_MAX 64		/* tokens between two quotation marks */

static void
next_clause(struct sm_scan *scan)
{
	const struct sm_tokens *tokens = scan->tokens;

	if (scan->clause < UINT16_MAX && tokens->count &&
	    tokens->list[tokens->count - 1].clause == scan->clause)
		scan->clause++;
}

static void
next_sentence(struct sm_scan *scan)
{
	next_clause(scan);
	if (!scan->sentence_start && scan->sentence < UINT16_MAX) {
		scan->sentence++;
		scan->sentence_start = true;
	}
}

/* "b. dobre", "np. to": a dot behind a single letter ends nothing. */
static bool
abbreviated(const struct sm_scan *scan)
{
	const struct sm_tokens *tokens = scan->tokens;
	const struct sm_token *last = tokens->count >= 2 ?
	    &tokens->list[tokens->count - 2] : NULL;

	return last && last->kind == SM_TOKEN_WORD && last->fold_len == 1 &&
	    scan->at < scan->end && *scan->at == ' ';
}

/* What a mark that was just read means for what comes behind it. */
static void
mark_meaning(struct sm_scan *scan, uint32_t c)
{
	struct sm_tokens *tokens = scan->tokens;

	switch (c) {
	case '!': tokens->exclaims++; next_sentence(scan); break;
	case '?': tokens->questions++; next_sentence(scan); break;
	case '.':
		if (!abbreviated(scan))
			next_sentence(scan);
		break;
	case ';': case 0x2026: next_sentence(scan); break;
	case ',': case ':': case '(': case ')': case 0xa1: case 0xbf:
	case 0x2013: case 0x2014: case '|': next_clause(scan); break;
	default: break;
	}
}

static void
close_quote(struct sm_scan *scan)
{
	struct sm_tokens *tokens = scan->tokens;

	if (tokens->count - scan->quote <= QUOTE_MAX)
		for (uint32_t i = scan->quote; i < tokens->count; i++)
			tokens->list[i].flags |= SM_TOKEN_QUOTED;
	scan->quote = NO_QUOTE;
}

/* Quotation marks give no token; they mark what is between them. */
static bool
quote(struct sm_scan *scan, uint32_t c)
{
	bool opens = c == 0x201c || c == 0x201e || c == 0xab;
	bool closes = c == 0x201d || c == 0xbb;

	if (c != '"' && !opens && !closes)
		return false;
	if (scan->quote != NO_QUOTE && !opens)
		close_quote(scan);
	else if (scan->quote != NO_QUOTE && c == 0x201c)
		close_quote(scan); /* the German way: low, then this one */
	else if (!closes)
		scan->quote = scan->tokens->count;
	return true;
}

static const struct {
	const char *name;
	char c;
} entities[] = {
	{ "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' },
	{ "&quot;", '"' }, { "&#39;", '\'' }, { "&nbsp;", ' ' }
};

/* The character at scan->at and where the next begins. */
static uint32_t
decode(struct sm_scan *scan, const char **next)
{
	size_t step;
	uint32_t c;

	if (*scan->at == '&')
		for (size_t i = 0; i < sizeof(entities) / sizeof(*entities);
		    i++) {
			size_t len = strlen(entities[i].name);

			if ((size_t)(scan->end - scan->at) >= len &&
			    memcmp(scan->at, entities[i].name, len) == 0) {
				*next = scan->at + len;
				return (unsigned char)entities[i].c;
			}
		}
	c = sm_utf8_get(scan->at, scan->end, &step);
	*next = scan->at + step;
	return c == SM_UTF8_BAD ? SM_UTF8_REPLACEMENT : c;
}

/* A hyphen between two letters joins what are two words to us. */
static bool
hyphen(const struct sm_scan *scan, uint32_t c, const char *next)
{
	size_t step;

	return (c == '-' || c == 0x2010) && scan->at == scan->last_end &&
	    scan->tokens->list[scan->tokens->count - 1].kind ==
	    SM_TOKEN_WORD && next < scan->end &&
	    sm_char_class(sm_fold(sm_utf8_get(next, scan->end, &step))) ==
	    SM_CHAR_LETTER;
}

static bool
other(struct sm_scan *scan, uint32_t c, const char *next)
{
	const char *at = scan->at;

	if (c == '\n')
		next_sentence(scan);
	if (quote(scan, c) || hyphen(scan, c, next) || c <= ' ') {
		scan->at = next;
		return true;
	}
	if (!sm_scan_punct(scan, c, next))
		return false;
	mark_meaning(scan, c);
	return scan->at > at;
}

/* Digits with . , or : between them are one number. */
bool
sm_scan_number(struct sm_scan *scan)
{
	struct sm_token *token;
	const char *p;

	if (!sm_scan_word(scan, scan->end))
		return false;
	token = &scan->tokens->list[scan->tokens->count - 1];
	if (token->kind != SM_TOKEN_NUMBER)
		return true;
	for (p = scan->at; scan->end - p >= 2 &&
	    (*p == '.' || *p == ',' || *p == ':') && p[1] >= '0' &&
	    p[1] <= '9'; )
		for (p++; p < scan->end && *p >= '0' && *p <= '9'; )
			p++;
	if (p > scan->at) {
		token->len = (uint32_t)(p - token->at);
		scan->at = scan->last_end = p;
	}
	return true;
}

/* What begins something special, or could begin a link. */
static const bool special[256] = {
	['@'] = true, ['#'] = true, ['$'] = true, ['h'] = true,
	['H'] = true, ['w'] = true, ['W'] = true
};

/* The Han character at scan->at, where it is one of the many in U+4E00.. */
static inline bool
plain_han(const struct sm_scan *scan, uint32_t *c)
{
	const unsigned char *p = (const unsigned char *)scan->at;

	if (scan->end - scan->at < 3 || (p[1] & 0xc0) != 0x80 ||
	    (p[2] & 0xc0) != 0x80)
		return false;
	*c = (p[0] & 15u) << 12 | (p[1] & 63u) << 6 | (p[2] & 63u);
	return *c >= 0x4e00 && *c <= 0x9fff;
}

static bool
step(struct sm_scan *scan)
{
	unsigned char byte = (unsigned char)*scan->at;
	const char *next;
	uint32_t c;

	if (byte == ' ') {
		scan->at++;
		return true;
	}
	if (special[byte] && sm_scan_special(scan))
		return true;
	if ((byte | 32u) - 'a' < 26u)
		return sm_scan_word_or_link(scan);
	if (byte >= 0xe4 && byte <= 0xe9 && plain_han(scan, &c))
		return sm_scan_han(scan, c, scan->at + 3);
	c = sm_fold(decode(scan, &next));
	switch (sm_char_class(c)) {
	case SM_CHAR_LETTER: return sm_scan_word_or_link(scan);
	case SM_CHAR_DIGIT: return sm_scan_number(scan);
	case SM_CHAR_HAN: return sm_scan_han(scan, c, next);
	case SM_CHAR_EMOJI: return sm_scan_emoji(scan, c, next);
	case SM_CHAR_MARK: scan->marks = true; scan->at = next; return true;
	case SM_CHAR_NOTHING:
		if (scan->last_end == scan->at)
			scan->last_end = next;
		scan->at = next;
		return true;
	default: return other(scan, c, next);
	}
}

/* "RT @name:" in front says who said it, not what. */
static void
skip_retweet(struct sm_scan *scan)
{
	const char *p = scan->at;

	if (scan->end - p < 5 || memcmp(p, "RT @", 4) != 0)
		return;
	/* last_end stays: there is no token of this text before it. */
	scan->at = p + 3;
	if (!sm_scan_special(scan))
		return;
	scan->tokens->retweet = true;
	if (scan->at < scan->end && *scan->at == ':')
		scan->at++;
	scan->sentence_start = true;
}

static void
read_all(struct sm_scan *scan)
{
#ifdef __SSE2__
	if (scan->tokens->wide) {
		do
			sm_scan_plain(scan);
		while (scan->at < scan->end && step(scan));
		return;
	}
#endif
	while (scan->at < scan->end && step(scan))
		;
}

void
sm_scan_run(struct sm_scan *scan, struct sm_tokens *tokens, const char *text,
    size_t len)
{
	memset(scan, 0, sizeof(*scan));
	scan->tokens = tokens;
	scan->text = scan->at = text;
	scan->end = text + len;
	scan->quote = NO_QUOTE;
	scan->clause = tokens->clauses;
	scan->sentence = tokens->sentences;
	scan->sentence_start = true;
	skip_retweet(scan);
	read_all(scan);
	if (tokens->count) {
		const struct sm_token *last = &tokens->list[tokens->count - 1];

		tokens->clauses = (uint16_t)(last->clause < UINT16_MAX ?
		    last->clause + 1 : UINT16_MAX);
		tokens->sentences = (uint16_t)(tokens->sentence < UINT16_MAX ?
		    tokens->sentence + 1 : UINT16_MAX);
	}
}
