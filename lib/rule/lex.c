#include "rule/lex.h"

#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "record/conf.h"
#include "rule/origin.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
starts_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	    (unsigned char)c >= 0x80;
}

static bool
in_word(char c)
{
	return starts_word(c) || is_digit(c) || c == '.' || c == '-';
}

void
sm_lexer_init(struct sm_lexer *lexer, const struct sm_origin *origin)
{
	memset(lexer, 0, sizeof(*lexer));
	lexer->origin = origin;
}

void
sm_lexer_release(struct sm_lexer *lexer)
{
	sm_buf_release(&lexer->text);
}

static void
skip_blank(struct sm_lexer *lexer)
{
	const char *text = lexer->origin->text;

	for (;;) {
		lexer->pos += strspn(text + lexer->pos, " \t\r\n");
		if (text[lexer->pos] != '#')
			return;
		lexer->pos += strcspn(text + lexer->pos, "\n");
	}
}

/* The token is what lies between at and pos. */
static int
finish(struct sm_lexer *lexer, enum sm_token_kind kind)
{
	lexer->kind = kind;
	lexer->end = lexer->pos;
	if (kind != SM_TOKEN_STRING) {
		sm_buf_clear(&lexer->text);
		sm_buf_add(&lexer->text, lexer->origin->text + lexer->at,
		    lexer->end - lexer->at);
	}
	return 0;
}

int
sm_lex_micro(const char *s, size_t len, int64_t *micro)
{
	bool minus = len && *s == '-';
	size_t i = len && (*s == '-' || *s == '+');
	int decimals = -1, digits = 0;
	int64_t value = 0;

	for (; i < len; i++) {
		if (s[i] == '.' && decimals == -1 && digits) {
			decimals = 0;
			continue;
		}
		if (!is_digit(s[i]))
			return -1;
		if (decimals == 6 || value > INT64_C(899999999999999999))
			return -2;
		value = value * 10 + (s[i] - '0');
		digits++;
		if (decimals >= 0)
			decimals++;
	}
	if (!digits || decimals == 0)
		return -1;
	for (int left = decimals > 0 ? 6 - decimals : 6; left > 0; left--) {
		if (value > INT64_MAX / 10)
			return -2;
		value *= 10;
	}
	*micro = minus ? -value : value;
	return 0;
}

static bool
is_date(const char *s, size_t len)
{
	return len >= 10 && s[4] == '-' && s[7] == '-';
}

static int
date_token(struct sm_lexer *lexer, const char *s, size_t len,
    struct sm_err *err)
{
	char full[24];

	if (len == 10) {
		memcpy(full, s, 10);
		memcpy(full + 10, "T00:00:00Z", 10);
		s = full;
		len = 20;
	}
	if (sm_time_parse(s, len, &lexer->number) == -1)
		return sm_origin_fail(lexer->origin, lexer->at, err,
		    "this is no time; write 2026-11-01 or "
		    "2026-11-01T08:00:00Z");
	return finish(lexer, SM_TOKEN_TIME);
}

/* Number, duration or time: whatever begins with a digit. */
static int
number_token(struct sm_lexer *lexer, struct sm_err *err)
{
	const char *text = lexer->origin->text, *s = text + lexer->at;
	size_t len;

	lexer->is_signed = *s == '+' || *s == '-';
	lexer->pos = lexer->at + 1;
	while (in_word(text[lexer->pos]) || (text[lexer->pos] == ':' &&
	    is_date(s, lexer->pos - lexer->at)) || (text[lexer->pos] == '+' &&
	    is_date(s, lexer->pos - lexer->at)))
		lexer->pos++;
	len = lexer->pos - lexer->at;
	if (is_date(s, len))
		return date_token(lexer, s, len, err);
	switch (sm_lex_micro(s, len, &lexer->number)) {
	case 0:
		return finish(lexer, SM_TOKEN_NUMBER);
	case -2:
		return sm_origin_fail(lexer->origin, lexer->at, err,
		    "this number is too long: at most six decimals and "
		    "9 million million");
	default:
		break;
	}
	if (sm_duration_parse(s, len, &lexer->number) == 0)
		return finish(lexer, SM_TOKEN_DURATION);
	return sm_origin_fail(lexer->origin, lexer->at, err,
	    "'%.*s' is no number, duration (30s, 15m, 4h, 2d) or time "
	    "(2026-11-01)", (int)(len < 40 ? len : 40), s);
}

static int
escape(struct sm_lexer *lexer, struct sm_err *err)
{
	static const char from[] = "\"'\\nt", to[] = "\"'\\\n\t";
	char c = lexer->origin->text[lexer->pos];
	const char *found = c ? strchr(from, c) : NULL;

	if (!found)
		return sm_origin_fail(lexer->origin, lexer->pos - 1, err,
		    "in a text only \\\" \\' \\\\ \\n and \\t are known");
	sm_buf_addc(&lexer->text, to[found - from]);
	lexer->pos++;
	return 0;
}

static int
string_token(struct sm_lexer *lexer, char quote, struct sm_err *err)
{
	const char *text = lexer->origin->text;

	sm_buf_clear(&lexer->text);
	for (lexer->pos = lexer->at + 1; text[lexer->pos] != quote; ) {
		char c = text[lexer->pos++];

		if (c == '\0' || c == '\n')
			return sm_origin_fail(lexer->origin, lexer->at, err,
			    "this text has no closing %c on its line", quote);
		if (lexer->text.len >= SM_LEX_STRING_MAX)
			return sm_origin_fail(lexer->origin, lexer->at, err,
			    "this text is longer than %d bytes",
			    SM_LEX_STRING_MAX);
		if (c != '\\')
			sm_buf_addc(&lexer->text, c);
		else if (escape(lexer, err) == -1)
			return -1;
	}
	lexer->pos++;
	return finish(lexer, SM_TOKEN_STRING);
}

static int
sign_token(struct sm_lexer *lexer, struct sm_err *err)
{
	static const char *const signs[] = {
		"!=", "!~", "<=", ">=", "=~", "=", "<", ">", "(", ")", "{",
		"}", ",", ";", "+", "-", "/"
	};
	const char *s = lexer->origin->text + lexer->at;

	if (s[0] == '=' && s[1] == '=')
		return sm_origin_fail(lexer->origin, lexer->at, err,
		    "'==' is not known here; write '='");
	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
		size_t len = strlen(signs[i]);

		if (strncmp(s, signs[i], len) == 0) {
			lexer->pos = lexer->at + len;
			return finish(lexer, SM_TOKEN_SIGN);
		}
	}
	if (*s == '&' || *s == '|')
		return sm_origin_fail(lexer->origin, lexer->at, err,
		    "'%c' is not known here; write '%s'", *s,
		    *s == '&' ? "and" : "or");
	return sm_origin_fail(lexer->origin, lexer->at, err,
	    "'%c' is not known here", *s);
}

int
sm_lex_next(struct sm_lexer *lexer, struct sm_err *err)
{
	const char *text = lexer->origin->text;
	char c;

	lexer->last = lexer->end;
	skip_blank(lexer);
	lexer->at = lexer->pos;
	lexer->is_signed = false;
	c = text[lexer->pos];
	if (c == '\0')
		return finish(lexer, SM_TOKEN_END);
	if (starts_word(c)) {
		while (in_word(text[lexer->pos]))
			lexer->pos++;
		return finish(lexer, SM_TOKEN_WORD);
	}
	if (is_digit(c) || ((c == '-' || c == '+') &&
	    is_digit(text[lexer->pos + 1])))
		return number_token(lexer, err);
	if (c == '"' || c == '\'')
		return string_token(lexer, c, err);
	return sign_token(lexer, err);
}

bool
sm_lex_word(const struct sm_lexer *lexer, const char *word)
{
	return lexer->kind == SM_TOKEN_WORD &&
	    strcmp(sm_buf_str(&lexer->text), word) == 0;
}

bool
sm_lex_sign(const struct sm_lexer *lexer, const char *sign)
{
	return lexer->kind == SM_TOKEN_SIGN &&
	    strcmp(sm_buf_str(&lexer->text), sign) == 0;
}

int
sm_lex_pattern(struct sm_lexer *lexer, char *flags, size_t size,
    struct sm_err *err)
{
	const char *text = lexer->origin->text;
	size_t count = 0;

	sm_buf_clear(&lexer->text);
	for (lexer->pos = lexer->at + 1; text[lexer->pos] != '/'; ) {
		char c = text[lexer->pos++];

		if (c == '\0' || c == '\n')
			return sm_origin_fail(lexer->origin, lexer->at, err,
			    "this pattern has no closing / on its line");
		if (lexer->text.len >= SM_LEX_STRING_MAX)
			return sm_origin_fail(lexer->origin, lexer->at, err,
			    "this pattern is longer than %d bytes",
			    SM_LEX_STRING_MAX);
		if (c == '\\' && text[lexer->pos] == '/')
			c = text[lexer->pos++];
		else if (c == '\\' && text[lexer->pos] &&
		    text[lexer->pos] != '\n') {
			sm_buf_addc(&lexer->text, c);
			c = text[lexer->pos++];
		}
		sm_buf_addc(&lexer->text, c);
	}
	lexer->pos++;
	while (text[lexer->pos] >= 'a' && text[lexer->pos] <= 'z') {
		if (count + 1 < size)
			flags[count++] = text[lexer->pos];
		lexer->pos++;
	}
	flags[count] = '\0';
	return finish(lexer, SM_TOKEN_STRING);
}

int
sm_lex_object(struct sm_lexer *lexer, struct sm_err *err)
{
	const char *text = lexer->origin->text;
	bool quoted = false;
	int depth = 0;

	sm_buf_clear(&lexer->text);
	for (lexer->pos = lexer->at; text[lexer->pos]; lexer->pos++) {
		char c = text[lexer->pos];

		sm_buf_addc(&lexer->text, c == '\n' || c == '\t' ? ' ' : c);
		if (quoted && c == '\\' && text[lexer->pos + 1])
			sm_buf_addc(&lexer->text, text[++lexer->pos]);
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && c == '{')
			depth++;
		else if (!quoted && c == '}' && --depth == 0) {
			lexer->pos++;
			return finish(lexer, SM_TOKEN_STRING);
		}
	}
	return sm_origin_fail(lexer->origin, lexer->at, err,
	    "this object has no closing }");
}

int
sm_lex_expected(const struct sm_lexer *lexer, const char *what,
    struct sm_err *err)
{
	size_t len = lexer->end - lexer->at;

	if (lexer->kind == SM_TOKEN_END)
		return sm_origin_fail(lexer->origin, lexer->at, err,
		    "expected %s, but it ends here", what);
	return sm_origin_fail(lexer->origin, lexer->at, err,
	    "expected %s, not '%.*s'", what, (int)(len < 40 ? len : 40),
	    lexer->origin->text + lexer->at);
}
