#include "source/mail/imap.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/utf8.h"

void
imap_release(struct imap_reader *reader)
{
	sm_buf_release(&reader->in);
}

void
imap_clear(struct imap_reader *reader)
{
	sm_buf_clear(&reader->in);
	reader->at = reader->line = reader->looked = reader->literals = 0;
}

void
imap_feed(struct imap_reader *reader, const char *data, size_t len)
{
	struct sm_buf *in = &reader->in;

	if (reader->at > 0) {
		memmove(in->data, in->data + reader->at,
		    in->len - reader->at);
		sm_buf_cut(in, in->len - reader->at);
		reader->at = 0;
	}
	sm_buf_add(in, data, len);
}

static bool
is_word(const char *s, size_t len, const char *word)
{
	return len == strlen(word) && strncasecmp(s, word, len) == 0;
}

/* A status ends with text for people, in which "{5}" means nothing. */
static bool
is_status(const char *s, size_t len)
{
	static const char *const words[] = { "OK", "NO", "BAD", "BYE",
	    "PREAUTH" };
	const char *end = s + len, *word;

	if (len > 0 && *s == '+')
		return true;
	while (s < end && *s != ' ')
		s++;
	word = s < end ? ++s : s;
	while (s < end && !isspace((unsigned char)*s))
		s++;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (is_word(word, (size_t)(s - word), words[i]))
			return true;
	return false;
}

/* The size of a literal that a line announces at its end, {23} or {23+}. */
static bool
announces(const char *s, size_t len, size_t *size)
{
	const char *p;

	if (len < 3 || s[len - 1] != '}')
		return false;
	p = s + len - 1;
	if (p[-1] == '+')
		p--;
	if (!isdigit((unsigned char)p[-1]))
		return false;
	while (p > s && isdigit((unsigned char)p[-1]))
		p--;
	if (p == s || p[-1] != '{')
		return false;
	for (*size = 0; isdigit((unsigned char)*p); p++)
		if (*size <= IMAP_RESPONSE)
			*size = *size * 10 + (size_t)(*p - '0');
	return true;
}

/* The length of the response at ->at, or 0: it is not all there; -1. */
static int
measure(struct imap_reader *reader, size_t *len, struct sm_err *err)
{
	const char *s = sm_buf_str(&reader->in) + reader->at, *stop;
	size_t have = reader->in.len - reader->at, size, n;

	*len = 0;
	while (reader->looked < have) {
		stop = memchr(s + reader->looked, '\n',
		    have - reader->looked);
		n = stop ? (size_t)(stop - s) : have;
		if (n - reader->literals > IMAP_TEXT)
			return sm_err_set(err, SM_EXIT_REFUSED, "the server's "
			    "answer is longer than %d bytes", IMAP_TEXT);
		reader->looked = n;
		if (!stop)
			return 0;
		if (n > reader->line && s[n - 1] == '\r')
			n--;
		if ((reader->line == 0 && is_status(s, n)) ||
		    !announces(s + reader->line, n - reader->line, &size)) {
			*len = (size_t)(stop - s) + 1;
			return 0;
		}
		if (size > IMAP_LITERAL ||
		    reader->literals + size > IMAP_RESPONSE - IMAP_TEXT)
			return sm_err_set(err, SM_EXIT_REFUSED, "the server "
			    "sends a piece of more than %d bytes, which was "
			    "not asked for", IMAP_LITERAL);
		reader->literals += size;
		reader->line = reader->looked =
		    (size_t)(stop - s) + 1 + size;
	}
	return 0;
}

/* The next word; *s is moved behind it and the blank that follows. */
static size_t
take_word(const char **s, const char *end, const char **word)
{
	size_t len;

	*word = *s;
	while (*s < end && !isspace((unsigned char)**s))
		(*s)++;
	len = (size_t)(*s - *word);
	if (*s < end)
		(*s)++;
	return len;
}

static int
take_apart(struct imap_response *res, const char *s, const char *end,
    struct sm_err *err)
{
	struct imap_token token;
	size_t first = strspn(s, " ");

	memset(res, 0, sizeof(*res));
	while (end > s && (end[-1] == '\n' || end[-1] == '\r'))
		end--;
	if (first > 0 && s + first <= end)
		s += first;
	res->tag_len = take_word(&s, end, &res->tag);
	res->end = end;
	res->rest = s;
	if (res->tag_len == 0)
		return sm_err_set(err, SM_EXIT_REFUSED,
		    "the server does not speak IMAP");
	if (*res->tag == '+') {
		res->kind = IMAP_GO_ON;
		return 0;
	}
	res->word_len = take_word(&s, end, &res->word);
	token.kind = IMAP_ATOM;
	token.s = res->word;
	token.len = res->word_len;
	if (imap_token_number(&token, &res->number))
		res->word_len = take_word(&s, end, &res->word);
	res->rest = s;
	if (res->tag_len != 1 || *res->tag != '*')
		res->kind = IMAP_TAGGED;
	else if (is_status(res->tag, (size_t)(end - res->tag)))
		res->kind = IMAP_STATUS;
	return 0;
}

int
imap_next(struct imap_reader *reader, struct imap_response *res,
    struct sm_err *err)
{
	const char *s;
	size_t len;

	for (;;) {
		if (measure(reader, &len, err) == -1)
			return -1;
		if (len == 0)
			return 0;
		s = reader->in.data + reader->at;
		reader->at += len;
		reader->line = reader->looked = reader->literals = 0;
		if (len > 2 || (*s != '\r' && *s != '\n'))
			break;	/* some servers send empty lines */
	}
	return take_apart(res, s, s + len, err) == -1 ? -1 : 1;
}

bool
imap_is(const struct imap_response *res, const char *word)
{
	return is_word(res->word, res->word_len, word);
}

/* Behind a quoted string whose quote is at s. */
static const char *
quoted(const char *s, const char *end, struct imap_token *token)
{
	token->kind = IMAP_STRING;
	token->s = ++s;
	while (s < end && *s != '"')
		s += *s == '\\' && s + 1 < end ? 2 : 1;
	token->len = (size_t)(s - token->s);
	return s < end ? s + 1 : end;
}

/* Behind a literal whose brace is at s; s itself where it is none. */
static const char *
literal(const char *s, const char *end, struct imap_token *token)
{
	const char *stop = memchr(s, '\n', (size_t)(end - s));
	size_t size, n;

	if (!stop)
		return s;
	n = (size_t)(stop - s);
	if (n > 0 && stop[-1] == '\r')
		n--;
	if (n > 30 || !announces(s, n, &size) ||
	    size > (size_t)(end - stop - 1))
		return s;
	token->kind = IMAP_STRING;
	token->s = stop + 1;
	token->len = size;
	return stop + 1 + size;
}

/* BODY[HEADER.FIELDS (DATE)]<0> is one word. */
static const char *
atom(const char *s, const char *end, struct imap_token *token)
{
	bool section = false;

	token->kind = IMAP_ATOM;
	token->s = s;
	for (; s < end; s++) {
		if (*s == '[')
			section = true;
		else if (*s == ']')
			section = false;
		else if (*s == '\r' || *s == '\n' || (!section &&
		    (*s == ' ' || *s == '(' || *s == ')')))
			break;
	}
	token->len = (size_t)(s - token->s);
	return s;
}

struct imap_token
imap_token(const char **at, const char *end)
{
	struct imap_token token = { .kind = IMAP_END };
	const char *s = *at, *behind;

	while (s < end && isspace((unsigned char)*s))
		s++;
	*at = token.s = s;
	if (s == end)
		return token;
	if (*s == '(' || *s == ')') {
		token.kind = *s == '(' ? IMAP_OPEN : IMAP_CLOSE;
		*at = s + 1;
		return token;
	}
	if (*s == '"') {
		*at = quoted(s, end, &token);
		return token;
	}
	if (*s == '{' || (*s == '~' && s + 1 < end && s[1] == '{')) {
		behind = literal(*s == '~' ? s + 1 : s, end, &token);
		if (token.kind == IMAP_STRING) {
			*at = behind;
			return token;
		}
	}
	*at = atom(s, end, &token);
	return token;
}

bool
imap_token_is(const struct imap_token *token, const char *word)
{
	return token->kind == IMAP_ATOM &&
	    is_word(token->s, token->len, word);
}

bool
imap_token_number(const struct imap_token *token, uint32_t *number)
{
	uint64_t value = 0;

	if (token->kind != IMAP_ATOM || token->len == 0 || token->len > 10)
		return false;
	for (size_t i = 0; i < token->len; i++) {
		if (!isdigit((unsigned char)token->s[i]))
			return false;
		value = value * 10 + (uint64_t)(token->s[i] - '0');
	}
	if (value > UINT32_MAX)
		return false;
	*number = (uint32_t)value;
	return true;
}

void
imap_skip(const char **at, const char *end)
{
	size_t depth = 0;

	do {
		struct imap_token token = imap_token(at, end);

		if (token.kind == IMAP_END)
			return;
		if (token.kind == IMAP_OPEN)
			depth++;
		else if (token.kind == IMAP_CLOSE && depth > 0)
			depth--;
	} while (depth > 0);
}

bool
imap_code_is(const struct imap_response *res, const char *code)
{
	size_t n = strlen(code);

	return (size_t)(res->end - res->rest) > n + 1 && *res->rest == '[' &&
	    strncasecmp(res->rest + 1, code, n) == 0 &&
	    (res->rest[n + 1] == ' ' || res->rest[n + 1] == ']');
}

uint32_t
imap_code_number(const struct imap_response *res, const char *code)
{
	uint64_t value = 0;

	if (!imap_code_is(res, code))
		return 0;
	for (const char *s = res->rest + strlen(code) + 2; s < res->end &&
	    isdigit((unsigned char)*s) && value <= UINT32_MAX; s++)
		value = value * 10 + (uint64_t)(*s - '0');
	return value <= UINT32_MAX ? (uint32_t)value : 0;
}

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz0123456789+,";

static void
add_unit(struct sm_buf *out, uint32_t *bits, int *count, uint32_t unit)
{
	*bits = *bits << 16 | unit;
	for (*count += 16; *count >= 6; *count -= 6)
		sm_buf_addc(out, digits[*bits >> (*count - 6) & 63]);
}

/* A run of characters beyond ASCII (RFC 3501, 5.1.3); behind it. */
static const char *
add_run(struct sm_buf *out, const char *s, const char *end)
{
	uint32_t bits = 0;
	int count = 0;

	sm_buf_addc(out, '&');
	while (s < end && (unsigned char)*s >= 0x7F) {
		size_t size;
		uint32_t c = sm_utf8_get(s, end, &size);

		if (c == SM_UTF8_BAD)
			c = SM_UTF8_REPLACEMENT;
		if (c > 0xFFFF) {
			c -= 0x10000;
			add_unit(out, &bits, &count, 0xD800 + (c >> 10));
			c = 0xDC00 + (c & 0x3FF);
		}
		add_unit(out, &bits, &count, c);
		s += size;
	}
	if (count > 0)		/* zero bits fill the last digit */
		sm_buf_addc(out, digits[bits << (6 - count) & 63]);
	sm_buf_addc(out, '-');
	return s;
}

void
imap_add_mailbox(struct sm_buf *out, const char *name)
{
	const char *s = name, *end = name + strlen(name);

	sm_buf_addc(out, '"');
	while (s < end) {
		unsigned char c = (unsigned char)*s;

		if (c >= 0x7F) {
			s = add_run(out, s, end);
			continue;
		}
		if (c == '"' || c == '\\')
			sm_buf_addc(out, '\\');
		if (c >= ' ')
			sm_buf_addc(out, *s);
		if (c == '&')
			sm_buf_addc(out, '-');
		s++;
	}
	sm_buf_addc(out, '"');
}

void
imap_add_date(struct sm_buf *out, int64_t time)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char text[SM_TIME_TEXT];
	int month;

	sm_time_format(time, text);
	month = (text[5] - '0') * 10 + text[6] - '0';
	sm_buf_addf(out, "%.2s-%.3s-%.4s", text + 8, months + 3 * (month - 1),
	    text);
}
