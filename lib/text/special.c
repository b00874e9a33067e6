#include "text/scan.h"

#include <strings.h>

#include "base/utf8.h"

static bool
is_alnum(char c)
{
	unsigned u = (unsigned char)c;

	return (u | 32) - 'a' < 26 || u - '0' < 10;
}

/* What ends a link besides white space and what is outside ASCII. */
static const bool ends_link[128] = {
	['<'] = true, ['>'] = true, ['"'] = true, ['{'] = true, ['}'] = true,
	['|'] = true, ['\\'] = true, ['^'] = true, ['`'] = true
};

/* Bytes of a link: until white space, a quote or something outside ASCII. */
static const char *
link_end(const char *p, const char *end)
{
	while (p < end && (unsigned char)*p > ' ' && (unsigned char)*p < 0x7f &&
	    !ends_link[(unsigned char)*p])
		p++;
	while (strchr(".,;:!?'*_~)", p[-1]))
		p--;
	return p;
}

static bool
add_plain(struct sm_scan *scan, enum sm_token_kind kind, const char *end)
{
	struct sm_token *token = sm_scan_token(scan, kind, scan->at);

	if (token)
		sm_scan_done(scan, token, end);
	else
		scan->at = end;
	return true;
}

bool
sm_scan_link(struct sm_scan *scan, const char *from)
{
	scan->tokens->links++;
	return add_plain(scan, SM_TOKEN_URL, link_end(from, scan->end));
}

static bool
starts(const struct sm_scan *scan, const char *with)
{
	size_t len = strlen(with);

	return (size_t)(scan->end - scan->at) > len &&
	    strncasecmp(scan->at, with, len) == 0;
}

/*
 * Endings by which "word.word" is told from two sentences without a space.
 * Those that are words somewhere count with a slash behind them only.
 */
static const struct {
	const char *name;
	bool slash;
} endings[] = {
	{ "com", false }, { "net", false }, { "org", false }, { "ly", true },
	{ "co", true }, { "uk", false }, { "de", true }, { "pl", false },
	{ "es", true }, { "cn", false }, { "io", true }, { "eu", false },
	{ "gov", false }, { "edu", false }, { "info", false }, { "me", true },
	{ "tv", true }, { "example", false }, { "test", true },
	{ "shop", true }, { "app", true }, { "xyz", false }, { "fr", true },
	{ "it", true }, { "mx", true }, { "ar", true }, { "gl", true }
};

static bool
is_ending(const char *s, size_t len, bool slash)
{
	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
		if (strlen(endings[i].name) == len &&
		    strncasecmp(s, endings[i].name, len) == 0)
			return slash || !endings[i].slash;
	return false;
}

const char *
sm_scan_domain(const struct sm_scan *scan, const char *from)
{
	const char *p = from, *dot = NULL;

	while (p < scan->end && (is_alnum(*p) || *p == '-' || *p == '.')) {
		if (*p == '.') {
			if (p[-1] == '.')
				break;
			dot = p;
		}
		p++;
	}
	if (dot && dot == p - 1) {
		p = dot;
		do
			dot--;
		while (dot > from && *dot != '.');
		if (*dot != '.')
			return NULL;
	}
	return dot && is_ending(dot + 1, (size_t)(p - dot - 1),
	    p < scan->end && *p == '/') ? p : NULL;
}

/* "@" behind letters and before a name with a dot in it. */
static bool
read_email(struct sm_scan *scan)
{
	const char *p = scan->at + 1;
	bool dot = false;

	while (p < scan->end && (is_alnum(*p) || *p == '.' || *p == '-'))
		dot |= *p++ == '.';
	if (!dot)
		return false;
	while (p[-1] == '.' || p[-1] == '-')
		p--;
	return add_plain(scan, SM_TOKEN_EMAIL, p);
}

static bool
read_user(struct sm_scan *scan)
{
	const char *p = scan->at + 1;

	while (p < scan->end) {
		size_t step;
		enum sm_char class = sm_char_class(sm_fold(sm_utf8_get(p,
		    scan->end, &step)));

		if (class != SM_CHAR_LETTER && class != SM_CHAR_DIGIT &&
		    *p != '_' && !((*p == '.' || *p == '-' || *p == '@') &&
		    p + 1 < scan->end && is_alnum(p[1])))
			break;
		p += step;
	}
	if (p == scan->at + 1)
		return false;
	scan->tokens->users++;
	return add_plain(scan, SM_TOKEN_USER, p);
}

static bool
read_cashtag(struct sm_scan *scan)
{
	const char *p = scan->at + 1;

	while (p < scan->end && *p >= 'A' && *p <= 'Z')
		p++;
	if (p - scan->at < 2 || p - scan->at > 7 ||
	    (p < scan->end && is_alnum(*p)))
		return false;
	return add_plain(scan, SM_TOKEN_CASHTAG, p);
}

/* Lower case, upper case, digit, or end of the tag. */
static int
border_class(const char *p, const char *end, size_t *step)
{
	uint32_t raw, c;

	if (p >= end)
		return 0;
	raw = sm_utf8_get(p, end, step);
	c = sm_fold(raw);
	switch (sm_char_class(c)) {
	case SM_CHAR_LETTER: return c == raw ? 'a' : 'A';
	case SM_CHAR_DIGIT: return '0';
	case SM_CHAR_MARK: return 'a';
	default: return *p == '_' ? '_' : 0;
	}
}

/* Where the part of a hashtag that begins at p ends: CamelCase, digits, _. */
static const char *
part_end(const char *p, const char *end)
{
	size_t step = 1, next_step;
	int class = border_class(p, end, &step), next;

	for (p += step; p < end; p += next_step) {
		next = border_class(p, end, &next_step);
		if (!next || next == '_' || (next == '0') != (class == '0') ||
		    (next == 'A' && class == 'a'))
			break;
		if (next == 'A' && p + next_step < end) {
			size_t unused;

			if (border_class(p + next_step, end, &unused) == 'a')
				break;
		}
		class = next;
	}
	return p;
}

static const char *
tag_end(const struct sm_scan *scan, const char *p)
{
	size_t step = 1;

	while (p < scan->end && border_class(p, scan->end, &step))
		p += step;
	return p;
}

/* The parts as words, marked, behind the tag as a whole. */
static uint16_t
read_parts(struct sm_scan *scan, const char *p, const char *end)
{
	uint16_t parts = 0;

	while (p < end && scan->tokens->count < SM_TOKENS_MAX) {
		if (*p == '_') {
			p++;
			continue;
		}
		scan->at = p;
		p = part_end(p, end);
		if (!sm_scan_word(scan, p))
			break;
		scan->tokens->list[scan->tokens->count - 1].flags |=
		    SM_TOKEN_TAG;
		parts++;
	}
	scan->at = scan->last_end = end;
	return parts;
}

static bool
read_hashtag(struct sm_scan *scan)
{
	struct sm_tokens *tokens = scan->tokens;
	const char *from = scan->at + 1, *end = tag_end(scan, from);
	struct sm_token *token;
	size_t len;

	if (end == from)
		return false;
	tokens->tags++;
	if (part_end(from, end) == end && *from != '_') {
		read_parts(scan, from, end);
		return true;
	}
	token = sm_scan_token(scan, SM_TOKEN_HASHTAG, scan->at);
	if (!token)
		return false;
	len = sm_fold_text(from, (size_t)(end - from),
	    tokens->fold + tokens->fold_len, SM_TOKEN_FOLD_MAX);
	tokens->fold_len += (uint32_t)len;
	sm_scan_done(scan, token, end);
	scan->last_end = NULL;
	token->reps = read_parts(scan, from, end);
	if (token->reps > 1)
		token->flags |= SM_TOKEN_AGAIN;
	return true;
}

bool
sm_scan_special(struct sm_scan *scan)
{
	bool inside = scan->at == scan->last_end;

	switch (*scan->at) {
	case '@': return inside && scan->tokens->count &&
	    scan->tokens->list[scan->tokens->count - 1].kind <=
	    SM_TOKEN_NUMBER && read_email(scan) ? true : read_user(scan);
	case '#': return read_hashtag(scan);
	case '$': return read_cashtag(scan);
	case 'h': case 'H':
		return scan->end - scan->at > 7 && (scan->at[1] | 32) == 't' &&
		    (starts(scan, "http://") || starts(scan, "https://")) &&
		    sm_scan_link(scan, scan->at + 7);
	case 'w': case 'W':
		return scan->end - scan->at > 4 && (scan->at[1] | 32) == 'w' &&
		    starts(scan, "www.") && sm_scan_link(scan, scan->at + 4);
	default: return false;
	}
}
