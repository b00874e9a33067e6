#include "record/nfc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/buf.h"
#include "base/utf8.h"

/*
 * What can follow a lead byte without a doubt about NFC: 0 nothing, 1 anything,
 * 2 see careful().  A character that is in NFC by itself and neither combines
 * with one before it nor is combined with is safe.
 */
static const unsigned char safe[256] = {
	[0xC2] = 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,	/* U+0080-02FF */
	[0xCE] = 2, [0xCF] = 1,			/* Greek */
	[0xD0] = 1, 1, 2,			/* Cyrillic */
	[0xD7] = 2,				/* Hebrew letters */
	[0xE2] = 2, 2, 1, 1, 1, 1, 1, 1, 2, 1, 1, 2,	/* to U+D7FF */
	[0xEF] = 2, [0xF0] = 2
};

static bool
careful(const unsigned char *s, const unsigned char *end)
{
	unsigned char second = s + 1 < end ? s[1] : 0;
	unsigned char third = s + 2 < end ? s[2] : 0;

	switch (s[0]) {
	case 0xCE: return second != 0x87;
	case 0xD2: return second < 0x83 || second > 0x87;
	case 0xD7: return second >= 0x90 && second <= 0xAA;
	case 0xE2:	/* punctuation, currency, arrows, symbols */
		return (second == 0x80 && third > 0x81) ||
		    (second == 0x82 && third < 0x90) || second == 0x86 ||
		    (second >= 0x94 && second <= 0x9E);
	case 0xE3:	/* kana without the voicing marks */
		return (second == 0x80 && third < 0xAA) || second == 0x81 ||
		    (second == 0x82 && third != 0x99 && third != 0x9A) ||
		    second == 0x83 || second >= 0x90;
	case 0xEA: return second >= 0xB0;
	case 0xED: return second < 0x9E;
	case 0xEF:	/* variation selectors, full-width forms */
		return second == 0xBC || second == 0xBD ||
		    (second == 0xB8 && third < 0xA0);
	default:	/* emoji */
		return second == 0x9F;
	}
}

/* How many of the first bytes surely are ASCII. */
static size_t
ascii(const unsigned char *p, const unsigned char *end)
{
	const unsigned char *s = p;
	uint64_t eight;

	for (; end - s >= 8; s += 8) {
		memcpy(&eight, s, sizeof(eight));
		eight &= UINT64_C(0x8080808080808080);
		if (eight)
			break;
	}
	return (size_t)(s - p);
}

static bool
goes_on(const unsigned char *p, const unsigned char *end, int count)
{
	if (end - p <= count)
		return false;
	for (int i = 1; i <= count; i++)
		if ((p[i] & 0xC0) != 0x80)
			return false;
	return true;
}

bool
sm_nfc_is(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s, *end = p + len;
	size_t size;

	while (p < end) {
		if (*p < 0x80) {
			p += ascii(p, end);
			while (p < end && *p < 0x80)
				p++;
			continue;
		}
		/* All of two bytes, and of three from U+4000 to U+9FFF. */
		if (safe[*p] == 1 && *p < 0xE0 && goes_on(p, end, 1))
			p += 2;
		else if (*p >= 0xE4 && *p <= 0xE9 && goes_on(p, end, 2))
			p += 3;
		else if (safe[*p] == 0 || (safe[*p] == 2 && !careful(p, end)))
			return false;
		else if (sm_utf8_get((const char *)p, (const char *)end,
		    &size) == SM_UTF8_BAD)
			return false;
		else
			p += size;
	}
	return true;
}

void
sm_nfc_add(struct sm_buf *out, const char *s, size_t len)
{
	utf8proc_uint8_t *made = NULL;
	utf8proc_ssize_t n = -1;

	if (!sm_nfc_is(s, len))
		n = utf8proc_map((const utf8proc_uint8_t *)s,
		    (utf8proc_ssize_t)len, &made,
		    UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	if (n >= 0)
		sm_buf_add(out, made, (size_t)n);
	else
		sm_buf_add(out, s, len);
	free(made);
}
