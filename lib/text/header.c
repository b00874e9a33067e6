#include "text/header.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "text/charset.h"
#include "text/transfer.h"

static const char *
line_end(const char *s, const char *end)
{
	const char *stop = memchr(s, '\n', (size_t)(end - s));

	return stop ? stop : end;
}

static bool
is_folded(const char *line, const char *end)
{
	return line < end && (*line == ' ' || *line == '\t');
}

/* One line's text without its end. */
static void
add_line(struct sm_buf *out, const char *s, const char *stop)
{
	while (stop > s && (stop[-1] == '\r' || stop[-1] == ' '))
		stop--;
	while (s < stop && (*s == ' ' || *s == '\t'))
		s++;
	if (out->len + (size_t)(stop - s) + 1 > SM_HEADER_MAX)
		return;
	if (out->len > 0 && s < stop)
		sm_buf_addc(out, ' ');
	sm_buf_add(out, s, (size_t)(stop - s));
}

bool
sm_header_nth(const char *head, size_t len, const char *name, size_t index,
    struct sm_buf *out)
{
	const char *s = head, *end = head + len;
	size_t n = strlen(name);

	sm_buf_clear(out);
	for (; s < end; s = line_end(s, end) + 1) {
		const char *colon = s + n;

		if ((size_t)(end - s) <= n || strncasecmp(s, name, n) != 0)
			continue;
		while (colon < end && (*colon == ' ' || *colon == '\t'))
			colon++;
		if (colon == end || *colon != ':' || index-- > 0)
			continue;
		for (s = colon + 1; ;) {
			const char *stop = line_end(s, end);

			add_line(out, s, stop);
			s = stop + 1;
			if (stop == end || !is_folded(s, end))
				return true;
		}
	}
	return false;
}

bool
sm_header(const char *head, size_t len, const char *name, struct sm_buf *out)
{
	return sm_header_nth(head, len, name, 0, out);
}

/* An encoded word: =?charset?B?text?= */
struct word {
	const char *charset, *text, *behind;
	size_t charset_len, text_len;
	char encoding;
};

static bool
is_word(const char *s, const char *end, struct word *word)
{
	const char *p = s + 2, *stop;

	if (end - s < 8 || s[0] != '=' || s[1] != '?')
		return false;
	stop = memchr(p, '?', (size_t)(end - p));
	if (!stop || end - stop < 4 || stop[2] != '?')
		return false;
	word->charset = p;
	word->charset_len = (size_t)(stop - p);
	/* RFC 2231: a language may follow the charset. */
	if (memchr(p, '*', word->charset_len))
		word->charset_len = (size_t)((const char *)memchr(p, '*',
		    word->charset_len) - p);
	word->encoding = (char)toupper((unsigned char)stop[1]);
	word->text = stop + 3;
	for (p = word->text; p + 1 < end; p++)
		if (p[0] == '?' && p[1] == '=')
			break;
	if (p + 1 >= end || (word->encoding != 'B' && word->encoding != 'Q'))
		return false;
	word->text_len = (size_t)(p - word->text);
	word->behind = p + 2;
	return true;
}

static bool
same_charset(const struct word *a, const struct word *b)
{
	return a->charset_len == b->charset_len && a->encoding == b->encoding
	    && strncasecmp(a->charset, b->charset, a->charset_len) == 0;
}

/* The word that follows, blanks between two of them not counting. */
static const char *
next_word(const char *s, const char *end, struct word *next)
{
	while (s < end && isspace((unsigned char)*s))
		s++;
	return is_word(s, end, next) ? s : NULL;
}

/*
 * A run of words in one charset, since some cut a character in two between
 * words; behind the last of them.
 */
static const char *
decode_run(struct sm_buf *out, struct word word, const char *end)
{
	struct sm_buf bytes = SM_BUF_INIT;
	struct word next;
	const char *behind;

	for (;;) {
		if (word.encoding == 'B')
			sm_base64_decode(&bytes, word.text, word.text_len);
		else
			sm_qp_decode(&bytes, word.text, word.text_len, true);
		behind = word.behind;
		if (!next_word(behind, end, &next) ||
		    !same_charset(&word, &next))
			break;
		word = next;
	}
	sm_charset_text(out, sm_buf_str(&bytes), bytes.len, word.charset,
	    word.charset_len);
	sm_buf_release(&bytes);
	return behind;
}

void
sm_header_decode(struct sm_buf *out, const char *s, size_t len)
{
	const char *end = s + len, *from = s, *again;
	struct word word;

	while (s < end) {
		if (*s != '=' || !is_word(s, end, &word)) {
			s++;
			continue;
		}
		sm_charset_text(out, from, (size_t)(s - from), "", 0);
		s = decode_run(out, word, end);
		while ((again = next_word(s, end, &word)))
			s = decode_run(out, word, end);
		from = s;
	}
	sm_charset_text(out, from, (size_t)(end - from), "", 0);
}

/* A parameter's raw value from s on, quotes undone; behind it. */
static const char *
param_value(const char *s, const char *end, struct sm_buf *out)
{
	sm_buf_clear(out);
	while (s < end && isspace((unsigned char)*s))
		s++;
	if (s < end && *s == '"') {
		for (s++; s < end && *s != '"'; s++) {
			if (*s == '\\' && s + 1 < end)
				s++;
			sm_buf_addc(out, *s);
		}
		return s < end ? s + 1 : end;
	}
	while (s < end && *s != ';' && !isspace((unsigned char)*s))
		sm_buf_addc(out, *s++);
	return s;
}

/* %XX of RFC 2231, the charset in front of the first piece. */
static void
decode_percent(const struct sm_buf *in, bool first, struct sm_buf *charset,
    struct sm_buf *bytes)
{
	const char *s = sm_buf_str(in), *end = s + in->len;
	const char *quote = memchr(s, '\'', in->len);
	const char *second = first && quote ? memchr(quote + 1, '\'',
	    (size_t)(end - quote - 1)) : NULL;

	if (second) {
		sm_buf_clear(charset);
		sm_buf_add(charset, s, (size_t)(quote - s));
		s = second + 1;
	}
	for (; s < end; s++) {
		if (*s == '%' && end - s > 2 &&
		    isxdigit((unsigned char)s[1]) &&
		    isxdigit((unsigned char)s[2])) {
			char hex[4] = { '=', s[1], s[2], '\0' };

			sm_qp_decode(bytes, hex, 3, false);
			s += 2;
		} else
			sm_buf_addc(bytes, *s);
	}
}

bool
sm_header_param(const char *value, size_t len, const char *name,
    struct sm_buf *out)
{
	const char *s = memchr(value, ';', len), *end = value + len;
	struct sm_buf raw = SM_BUF_INIT, charset = SM_BUF_INIT;
	struct sm_buf bytes = SM_BUF_INIT;
	size_t n = strlen(name);
	bool found = false, coded = false;

	sm_buf_clear(out);
	while (s && s < end) {
		const char *key, *equals;
		bool percent;

		while (s < end && (*s == ';' || isspace((unsigned char)*s)))
			s++;
		key = s;
		while (s < end && *s != '=' && *s != ';')
			s++;
		if (s == end || *s == ';')
			continue;
		equals = s;
		s = param_value(s + 1, end, &raw);
		while (equals > key && isspace((unsigned char)equals[-1]))
			equals--;
		percent = equals > key && equals[-1] == '*';
		if ((size_t)(equals - key) < n ||
		    strncasecmp(key, name, n) != 0 ||
		    (key + n < equals && key[n] != '*'))
			continue;
		coded = coded || percent || key + n < equals;
		if (percent)
			decode_percent(&raw, !found, &charset, &bytes);
		else
			sm_buf_add(&bytes, sm_buf_str(&raw), raw.len);
		found = true;
	}
	if (coded)
		sm_charset_text(out, sm_buf_str(&bytes), bytes.len,
		    sm_buf_str(&charset), charset.len);
	else
		sm_header_decode(out, sm_buf_str(&bytes), bytes.len);
	sm_buf_release(&raw);
	sm_buf_release(&charset);
	sm_buf_release(&bytes);
	return found;
}

/* Copies a quoted string, its opening quote at s; behind it. */
static const char *
quoted(const char *s, const char *end, struct sm_buf *out)
{
	for (s++; s < end && *s != '"'; s++) {
		if (*s == '\\' && s + 1 < end)
			s++;
		sm_buf_addc(out, *s);
	}
	return s < end ? s + 1 : end;
}

static const char *
comment(const char *s, const char *end)
{
	int depth = 0;

	for (; s < end; s++) {
		if (*s == '\\' && s + 1 < end)
			s++;
		else if (*s == '(')
			depth++;
		else if (*s == ')' && --depth == 0)
			return s + 1;
	}
	return end;
}

static void
tidy_address(struct sm_buf *address)
{
	size_t n = 0;

	for (size_t i = 0; i < address->len; i++) {
		unsigned char c = (unsigned char)address->data[i];

		if (c > ' ' && c != 0x7F)
			address->data[n++] = (char)tolower(c);
	}
	if (address->data)
		sm_buf_cut(address, n);
}

bool
sm_header_address(const char **at, const char *end, struct sm_buf *name,
    struct sm_buf *address)
{
	struct sm_buf words = SM_BUF_INIT;
	const char *s = *at, *close;
	bool angle = false;

	sm_buf_clear(name);
	sm_buf_clear(address);
	while (s < end && (*s == ',' || *s == ';' ||
	    isspace((unsigned char)*s)))
		s++;
	if (s == end)
		return false;
	while (s < end && *s != ',' && *s != ';') {
		if (*s == '"')
			s = quoted(s, end, &words);
		else if (*s == '(')
			s = comment(s, end);
		else if (*s == '<') {
			close = memchr(s, '>', (size_t)(end - s));
			if (!close)
				close = end;
			sm_buf_clear(address);
			sm_buf_add(address, s + 1, (size_t)(close - s - 1));
			angle = true;
			s = close < end ? close + 1 : end;
		} else if (*s == ':') {		/* a group's name */
			sm_buf_clear(&words);
			s++;
		} else
			sm_buf_addc(&words, *s++);
	}
	while (words.len > 0 && words.data[words.len - 1] == ' ')
		sm_buf_cut(&words, words.len - 1);
	if (angle)
		sm_header_decode(name, sm_buf_str(&words), words.len);
	else
		sm_buf_add(address, sm_buf_str(&words), words.len);
	tidy_address(address);
	sm_buf_release(&words);
	*at = s;
	return true;
}

bool
sm_header_id(const char **at, const char *end, struct sm_buf *id)
{
	const char *s = memchr(*at, '<', (size_t)(end - *at)), *close;

	sm_buf_clear(id);
	if (!s || !(close = memchr(s, '>', (size_t)(end - s))))
		return false;
	for (s++; s < close; s++)
		if ((unsigned char)*s > ' ' && *s != '<')
			sm_buf_addc(id, *s);
	*at = close + 1;
	return true;
}
