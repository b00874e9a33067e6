#include "text/charset.h"

#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "base/xalloc.h"

#define HELD 16		/* bytes of a character cut in two, at most */

/* UNSURE: said to be LATIN, but nothing beyond ASCII has come yet. */
enum kind { UTF8, LATIN, UNSURE, ICONV };

struct sm_charset {
	enum kind kind;
	iconv_t iconv;
	bool repaired;
	char held[HELD];
	size_t nheld;
};

/* 0x80 to 0x9F; what windows-1252 leaves open stays the C1 control. */
static const uint16_t latin[32] = {
	0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
	0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D, 0x017D, 0x008F,
	0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
	0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178
};

static const struct { const char *name; enum kind kind; } known[] = {
	{ "", UTF8 }, { "utf-8", UTF8 }, { "utf8", UTF8 },
	{ "unicode-1-1-utf-8", UTF8 }, { "us-ascii", UNSURE },
	{ "ascii", UNSURE }, { "iso-8859-1", UNSURE }, { "iso8859-1", UNSURE },
	{ "latin1", UNSURE }, { "windows-1252", UNSURE }, { "cp1252", UNSURE },
	{ "x-ansi", UNSURE }, { "unknown-8bit", UTF8 }, { "8bit", UTF8 },
	{ "binary", UTF8 }, { "default", UTF8 }, { "unknown", UTF8 }
};

/* Count n bytes that were written where sm_buf_reserve said. */
static void
grow(struct sm_buf *out, size_t n)
{
	out->len += n;
	out->data[out->len] = '\0';
}

static void
put(struct sm_buf *out, uint32_t c)
{
	grow(out, sm_utf8_put(sm_buf_reserve(out, 4), c));
}

static void
put_latin(struct sm_buf *out, unsigned char byte)
{
	put(out, byte >= 0x80 && byte < 0xA0 ? latin[byte - 0x80] : byte);
}

/* A charset's name as iconv is to see it: no blanks, quotes or options. */
static bool
tidy(const char *name, size_t len, char out[SM_CHARSET_NAME])
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)name[i];

		if (c == ' ' || c == '"' || c == '\'' || c == '\t')
			continue;
		if ((!isalnum(c) && !strchr("-_.:+", c)) || c == '\0' ||
		    n + 1 == SM_CHARSET_NAME)
			return false;
		out[n++] = (char)tolower(c);
	}
	out[n] = '\0';
	return true;
}

struct sm_charset *
sm_charset_new(const char *name, size_t len)
{
	char tidied[SM_CHARSET_NAME];
	struct sm_charset charset = { .kind = ICONV };
	struct sm_charset *made;

	if (!tidy(name, len, tidied))
		return NULL;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(tidied, known[i].name) == 0)
			charset.kind = known[i].kind;
	if (charset.kind == ICONV) {
		charset.iconv = iconv_open("UTF-8", tidied);
		/* iconv_open is specified to answer (iconv_t)-1. */
		if ((intptr_t)charset.iconv == -1)
			return NULL;
	}
	made = sm_xmalloc(sizeof(*made));
	*made = charset;
	return made;
}

void
sm_charset_free(struct sm_charset *charset)
{
	if (!charset)
		return;
	if (charset->kind == ICONV)
		iconv_close(charset->iconv);
	free(charset);
}

bool
sm_charset_repaired(const struct sm_charset *charset)
{
	return charset->repaired;
}

/*
 * Whether the bytes at s, which are not UTF-8 as they stand, are the beginning
 * of a character whose rest may be in the next piece.
 */
static bool
is_begun(const char *s, const char *end)
{
	unsigned char first = (unsigned char)*s;
	ptrdiff_t need = first >= 0xF0 && first <= 0xF4 ? 4 :
	    first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
	size_t size;

	if (first > 0xF4 || end - s >= need)
		return false;
	sm_utf8_get(s, end, &size);
	return size == (size_t)(end - s);
}

static size_t add(struct sm_charset *charset, struct sm_buf *out, const char *s,
    size_t len, bool last);

/* How many bytes were used: all, but for a character that is cut. */
static size_t
add_utf8(struct sm_charset *charset, struct sm_buf *out, const char *s,
    size_t len, bool last)
{
	size_t at = 0;

	while (at < len) {
		size_t good = sm_utf8_check(s + at, len - at);
		size_t size;

		if (good > 0)
			sm_buf_add(out, s + at, good);
		at += good;
		if (at == len)
			break;
		if (!last && is_begun(s + at, s + len))
			return at;
		sm_utf8_get(s + at, s + len, &size);
		charset->repaired = true;
		for (size_t i = 0; i < size; i++)
			put_latin(out, (unsigned char)s[at + i]);
		at += size;
	}
	return len;
}

static size_t
add_latin(struct sm_buf *out, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] < 0x80)
			sm_buf_addc(out, s[i]);
		else
			put_latin(out, (unsigned char)s[i]);
	return len;
}

static size_t
add_iconv(struct sm_charset *charset, struct sm_buf *out, const char *s,
    size_t len, bool last)
{
	union { const char *in; char *unwise; } from = { .in = s };
	size_t left = len;

	while (left > 0) {
		size_t room = left * 3 + 16;
		char *to = sm_buf_reserve(out, room), *start = to;
		size_t ret = iconv(charset->iconv, &from.unwise, &left, &to,
		    &room);
		int error = ret == (size_t)-1 ? errno : 0;

		grow(out, (size_t)(to - start));
		if (error == 0 || error == E2BIG)
			continue;
		if (error == EINVAL && !last && left < HELD)
			break;
		charset->repaired = true;
		put(out, SM_UTF8_REPLACEMENT);
		from.in++;
		left--;
	}
	return len - left;
}

/*
 * What is valid UTF-8 beyond ASCII is never windows-1252 by chance; the first
 * piece that goes beyond ASCII tells.  How many bytes of it were used: none of
 * a character that is cut.
 */
static size_t
add_unsure(struct sm_charset *charset, struct sm_buf *out, const char *s,
    size_t len, bool last)
{
	size_t at = 0, good;

	while (at < len && (unsigned char)s[at] < 0x80)
		at++;
	if (at > 0)
		sm_buf_add(out, s, at);
	if (at == len || (!last && is_begun(s + at, s + len)))
		return at;
	good = at + sm_utf8_check(s + at, len - at);
	charset->kind = good == len || (good > at &&
	    is_begun(s + good, s + len)) ? UTF8 : LATIN;
	return at + add(charset, out, s + at, len - at, last);
}

static size_t
add(struct sm_charset *charset, struct sm_buf *out, const char *s, size_t len,
    bool last)
{
	switch (charset->kind) {
	case UNSURE: return add_unsure(charset, out, s, len, last);
	case UTF8: return add_utf8(charset, out, s, len, last);
	case LATIN: return add_latin(out, s, len);
	case ICONV: break;
	}
	return add_iconv(charset, out, s, len, last);
}

void
sm_charset_add(struct sm_charset *charset, struct sm_buf *out,
    const char *bytes, size_t len, bool end)
{
	size_t used;

	/* Complete the character that is held, byte by byte. */
	while (charset->nheld > 0 && len > 0) {
		size_t had = charset->nheld;

		charset->held[had] = *bytes++;
		len--;
		used = add(charset, out, charset->held, had + 1,
		    had + 1 == HELD);
		charset->nheld = had + 1 - used;
		memmove(charset->held, charset->held + used, charset->nheld);
	}
	used = add(charset, out, bytes, len, false);
	if (used < len) {
		charset->nheld = len - used;
		memcpy(charset->held, bytes + used, charset->nheld);
	}
	if (end && charset->nheld > 0) {
		add(charset, out, charset->held, charset->nheld, true);
		charset->nheld = 0;
	}
}

const char *
sm_charset_detect(const char *bytes, size_t len, size_t *skip)
{
	static const struct {
		const char *mark;
		size_t len, skip;
		const char *name;
	} marks[] = {
		{ "\xEF\xBB\xBF", 3, 3, "utf-8" },
		{ "\xFF\xFE\0\0", 4, 4, "utf-32le" },
		{ "\0\0\xFE\xFF", 4, 4, "utf-32be" },
		{ "\xFF\xFE", 2, 2, "utf-16le" },
		{ "\xFE\xFF", 2, 2, "utf-16be" },
		{ "<\0\0\0", 4, 0, "utf-32le" },
		{ "\0\0\0<", 4, 0, "utf-32be" },
		{ "<\0", 2, 0, "utf-16le" },
		{ "\0<", 2, 0, "utf-16be" },
		{ "{\0", 2, 0, "utf-16le" },
		{ "\0{", 2, 0, "utf-16be" }
	};

	*skip = 0;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (len >= marks[i].len &&
		    memcmp(bytes, marks[i].mark, marks[i].len) == 0) {
			*skip = marks[i].skip;
			return marks[i].name;
		}
	}
	return NULL;
}

bool
sm_charset_text(struct sm_buf *out, const char *bytes, size_t len,
    const char *name, size_t name_len)
{
	size_t skip;
	const char *detected = sm_charset_detect(bytes, len, &skip);
	struct sm_charset *charset;
	bool repaired;

	if (detected)
		charset = sm_charset_new(detected, strlen(detected));
	else
		charset = sm_charset_new(name ? name : "", name_len);
	if (!charset)
		charset = sm_charset_new("", 0);
	sm_charset_add(charset, out, bytes + skip, len - skip, true);
	repaired = sm_charset_repaired(charset);
	sm_charset_free(charset);
	return repaired;
}

bool
sm_charset_xml(const char *text, size_t len, const char **name, size_t *n)
{
	static const char *const wide[] = { "utf-16", "utf-32", "ucs-",
	    "iso-10646" };
	const char *s = text, *end = text + len;

	while (s < end && isspace((unsigned char)*s))
		s++;
	if (end - s < 5 || memcmp(s, "<?xml", 5) != 0)
		return false;
	end = memchr(s, '>', (size_t)(end - s));
	s = end ? memmem(s, (size_t)(end - s), "encoding", 8) : NULL;
	if (!s)
		return false;
	for (s += 8; s < end && (isspace((unsigned char)*s) || *s == '=');)
		s++;
	if (s == end || (*s != '"' && *s != '\''))
		return false;
	*name = s + 1;
	s = memchr(*name, *s, (size_t)(end - *name));
	*n = s ? (size_t)(s - *name) : 0;
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (*n >= strlen(wide[i]) && strncasecmp(*name, wide[i],
		    strlen(wide[i])) == 0)
			return false;
	return *n > 0;
}
