#include "record/post_text.h"

#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/buf.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "record/nfc.h"

/* 0: as it is; 1: needs escaping or is left out; 2: maybe a C1 control. */
static const unsigned char class[256] = {
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	['"'] = 1, ['\\'] = 1, [0x7F] = 1, [0xC2] = 2
};

/* How many of the first bytes are of class 0. */
static size_t
plain(const char *s, size_t len)
{
	size_t n = 0;

#ifdef __SSE2__
	for (; len - n >= 16; n += 16) {
		__m128i v = _mm_loadu_si128((const void *)(s + n));
		__m128i odd = _mm_cmpeq_epi8(_mm_min_epu8(v,
		    _mm_set1_epi8(0x1F)), v);
		int mask;

		for (int i = 0; i < 4; i++)
			odd = _mm_or_si128(odd, _mm_cmpeq_epi8(v,
			    _mm_set1_epi8("\"\\\x7F\xC2"[i])));
		mask = _mm_movemask_epi8(odd);
		if (mask)
			return n + (size_t)__builtin_ctz((unsigned)mask);
	}
#endif
	while (n < len && class[(unsigned char)s[n]] == 0)
		n++;
	return n;
}

static void
escape(struct sm_buf *out, const char *s, size_t len, enum post_lines lines)
{
	const char *end = s + len, *from = s;

	for (; s < end; s++) {
		unsigned char c;
		size_t size = 1;

		s += plain(s, (size_t)(end - s));
		if (s == end)
			break;
		c = (unsigned char)*s;
		if (class[c] == 0)
			continue;
		if (class[c] == 2) {
			if (s + 1 == end || (unsigned char)s[1] >= 0xA0)
				continue;
			size = 2;
		}
		sm_buf_add(out, from, (size_t)(s - from));
		if (c == '"' || c == '\\') {
			sm_buf_addc(out, '\\');
			sm_buf_addc(out, (char)c);
		} else if ((c == '\n' || c == '\t') && lines == POST_LINES)
			sm_buf_add(out, c == '\n' ? "\\n" : "\\t", 2);
		else if (c == '\n' || c == '\t')
			sm_buf_addc(out, ' ');
		s += size - 1;
		from = s + 1;
	}
	sm_buf_add(out, from, (size_t)(end - from));
}

static struct sm_span
trim(struct sm_span text)
{
	while (text.len > 0 && (unsigned char)*text.s <= ' ') {
		text.s++;
		text.len--;
	}
	while (text.len > 0 && (unsigned char)text.s[text.len - 1] <= ' ')
		text.len--;
	return text;
}

/* Where max bytes end without cutting a character. */
static size_t
fit(struct sm_span text, size_t max)
{
	if (text.len <= max)
		return text.len;
	while (max > 0 && ((unsigned char)text.s[max] & 0xC0) == 0x80)
		max--;
	return max;
}

void
post_member(struct sm_buf *out, const char *name)
{
	size_t len = strlen(name);
	char *to = sm_buf_reserve(out, len + 4), *from = to;

	if (out->len > 0 && to[-1] != '{' && to[-1] != '[')
		*to++ = ',';
	*to++ = '"';
	memcpy(to, name, len);
	memcpy(to + len, "\":", 3);	/* with its NUL */
	out->len += (size_t)(to - from) + len + 2;
}

void
post_fixed(struct sm_buf *out, const char *name, const char *text)
{
	size_t len = strlen(text);
	char *to;

	post_member(out, name);
	to = sm_buf_reserve(out, len + 2);
	to[0] = '"';
	memcpy(to + 1, text, len);
	memcpy(to + 1 + len, "\"", 2);
	out->len += len + 2;
}

static char *
digits(char *to, unsigned value, int count)
{
	for (int i = count - 1; i >= 0; i--, value /= 10)
		to[i] = (char)('0' + value % 10);
	return to + count;
}

/* The day's date (after Howard Hinnant's civil_from_days). */
static char *
put_date(char *to, int64_t day)
{
	int64_t z = day + 719468, era = z / 146097;
	unsigned doe = (unsigned)(z - era * 146097);
	unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	unsigned mp = (5 * doy + 2) / 153;
	unsigned month = mp < 10 ? mp + 3 : mp - 9;
	unsigned year = yoe + (unsigned)era * 400 + (month <= 2);

	to = digits(to, year, 4);
	*to++ = '-';
	to = digits(to, month, 2);
	*to++ = '-';
	return digits(to, doy - (153 * mp + 2) / 5 + 1, 2);
}

/* As sm_time_format, which costs more than all else here, does it. */
void
post_time(struct sm_buf *out, const char *name, int64_t time)
{
	int64_t most = INT64_C(253402300799);	/* the end of 9999 */
	unsigned rest;
	char *to;

	if (time < 0 || time > most) {
		char text[SM_TIME_TEXT];

		sm_time_format(time, text);
		post_fixed(out, name, text);
		return;
	}
	post_member(out, name);
	to = sm_buf_reserve(out, 22);
	rest = (unsigned)(time % 86400);
	*to++ = '"';
	to = put_date(to, time / 86400);
	*to++ = 'T';
	to = digits(to, rest / 3600, 2);
	*to++ = ':';
	to = digits(to, rest / 60 % 60, 2);
	*to++ = ':';
	memcpy(digits(to, rest % 60, 2), "Z\"", 3);
	out->len += 22;
}

/* The rare case: neither plain UTF-8 nor in NFC. */
static void
slow(struct sm_buf *out, struct sm_span text, enum post_lines lines,
    bool *repaired)
{
	const char *s = text.s, *end = s + text.len;
	struct sm_buf good = SM_BUF_INIT, nfc = SM_BUF_INIT;

	while (s < end) {
		size_t n = sm_utf8_check(s, (size_t)(end - s));

		sm_buf_add(&good, s, n);
		s += n;
		if (s == end)
			break;
		sm_utf8_get(s, end, &n);
		sm_buf_add(&good, "\xEF\xBF\xBD", 3);
		s += n;
		if (repaired)
			*repaired = true;
	}
	sm_nfc_add(&nfc, sm_buf_str(&good), good.len);
	escape(out, sm_buf_str(&nfc), nfc.len, lines);
	sm_buf_release(&good);
	sm_buf_release(&nfc);
}

size_t
post_text(struct sm_buf *out, const char *name, struct sm_span text,
    size_t max, enum post_lines lines, bool *repaired)
{
	size_t whole, before = out->len, start;

	if (!text.s)
		return 0;
	text = trim(text);
	if (text.len == 0)
		return 0;
	whole = text.len;
	text.len = fit(text, max);
	post_member(out, name);
	sm_buf_addc(out, '"');
	start = out->len;
	if (sm_nfc_is(text.s, text.len))
		escape(out, text.s, text.len, lines);
	else
		slow(out, text, lines, repaired);
	if (out->len == start)	/* nothing but controls */
		sm_buf_cut(out, before);
	else
		sm_buf_addc(out, '"');
	return whole - text.len;
}

void
post_whole(struct sm_buf *out, const char *name, struct sm_span text,
    size_t max)
{
	if (text.s && text.len <= max)
		post_text(out, name, text, max, POST_ONE_LINE, NULL);
}
