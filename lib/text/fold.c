#include "text/fold.h"

#include <stdbool.h>

#include "base/utf8.h"
#include "base/width.h"
#include "text/fold_table.h"

/* Punctuation that means the same as an ASCII character. */
static const struct {
	uint16_t from, to;
} plain[] = {
	{ 0x2018, '\'' }, { 0x2019, '\'' }, { 0x201a, '\'' },
	{ 0x2032, '\'' }, { 0x3000, ' ' }, { 0x3001, ',' }, { 0x3002, '.' },
	{ 0x300c, 0x201c }, { 0x300d, 0x201d }, { 0x300e, 0x201c },
	{ 0x300f, 0x201d }, { 0x3010, '[' }, { 0x3011, ']' }
};

static uint32_t
fold_rare(uint32_t c)
{
	if (c >= 0xff01 && c <= 0xff5e)
		return sm_fold(c - 0xff01 + '!');
	if (c == 0x2bc)
		return '\'';
	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		if (plain[i].from == c)
			return plain[i].to;
	return c;
}

uint32_t
sm_fold(uint32_t c)
{
	if (c < 0x80)
		return c - 'A' < 26 ? c + 32 : c;
	if (c < 0xc0)
		return c;
	if (c < 0x590)
		return c == 0x2bc ? '\'' : sm_fold_low[c - 0xc0];
	if (c >= 0x1e00 && c < 0x2000)
		return fold_high[c - 0x1e00];
	if (c >= 0x4e00 && c < 0xfe00)
		return c;
	return fold_rare(c);
}

uint32_t
sm_fold_bare(uint32_t c)
{
	char base = 0;

	if (c >= 0xc0 && c < 0x250)
		base = sm_bare_low[c - 0xc0];
	else if (c >= 0x1e00 && c < 0x1f00)
		base = bare_high[c - 0x1e00];
	return base ? (uint32_t)(unsigned char)base : c;
}

struct range {
	uint32_t first, last;
	uint8_t what;
};

/* Sorted; what is in no range is punctuation. */
static const struct range classes[] = {
	{ 0x00a0, 0x00a0, SM_CHAR_SPACE },
	{ 0x00aa, 0x00aa, SM_CHAR_LETTER },
	{ 0x00ad, 0x00ad, SM_CHAR_NOTHING },
	{ 0x00b5, 0x00b5, SM_CHAR_LETTER },
	{ 0x00ba, 0x00ba, SM_CHAR_LETTER },
	{ 0x00c0, 0x00d6, SM_CHAR_LETTER },
	{ 0x00d8, 0x00f6, SM_CHAR_LETTER },
	{ 0x00f8, 0x02c1, SM_CHAR_LETTER },
	{ 0x0300, 0x036f, SM_CHAR_MARK },
	{ 0x0370, 0x0373, SM_CHAR_LETTER },
	{ 0x0376, 0x037d, SM_CHAR_LETTER },
	{ 0x037f, 0x0386, SM_CHAR_LETTER },
	{ 0x0388, 0x0481, SM_CHAR_LETTER },
	{ 0x0483, 0x0489, SM_CHAR_MARK },
	{ 0x048a, 0x0559, SM_CHAR_LETTER },
	{ 0x0560, 0x0588, SM_CHAR_LETTER },
	{ 0x0591, 0x05bd, SM_CHAR_MARK },
	{ 0x05d0, 0x05f2, SM_CHAR_LETTER },
	{ 0x0620, 0x064a, SM_CHAR_LETTER },
	{ 0x064b, 0x065f, SM_CHAR_MARK },
	{ 0x0660, 0x0669, SM_CHAR_DIGIT },
	{ 0x066e, 0x06d3, SM_CHAR_LETTER },
	{ 0x06d5, 0x06d5, SM_CHAR_LETTER },
	{ 0x06d6, 0x06dc, SM_CHAR_MARK },
	{ 0x06ee, 0x06ef, SM_CHAR_LETTER },
	{ 0x06f0, 0x06f9, SM_CHAR_DIGIT },
	{ 0x06fa, 0x0963, SM_CHAR_LETTER },
	{ 0x0966, 0x096f, SM_CHAR_DIGIT },
	{ 0x0970, 0x0e3a, SM_CHAR_LETTER },
	{ 0x0e40, 0x0e4e, SM_CHAR_LETTER },
	{ 0x0e50, 0x0e59, SM_CHAR_DIGIT },
	{ 0x0e80, 0x1aaf, SM_CHAR_LETTER },
	{ 0x1ab0, 0x1aff, SM_CHAR_MARK },
	{ 0x1b00, 0x1dbf, SM_CHAR_LETTER },
	{ 0x1dc0, 0x1dff, SM_CHAR_MARK },
	{ 0x1e00, 0x1fff, SM_CHAR_LETTER },
	{ 0x2000, 0x200a, SM_CHAR_SPACE },
	{ 0x200b, 0x200f, SM_CHAR_NOTHING },
	{ 0x2028, 0x2029, SM_CHAR_SPACE },
	{ 0x202a, 0x202e, SM_CHAR_NOTHING },
	{ 0x202f, 0x202f, SM_CHAR_SPACE },
	{ 0x205f, 0x205f, SM_CHAR_SPACE },
	{ 0x2060, 0x206f, SM_CHAR_NOTHING },
	{ 0x20d0, 0x20ff, SM_CHAR_NOTHING },
	{ 0x2640, 0x2640, SM_CHAR_NOTHING },
	{ 0x2642, 0x2642, SM_CHAR_NOTHING },
	{ 0x2c00, 0x2dff, SM_CHAR_LETTER },
	{ 0x3005, 0x3007, SM_CHAR_HAN },
	{ 0x3041, 0x3096, SM_CHAR_LETTER },
	{ 0x3099, 0x309a, SM_CHAR_MARK },
	{ 0x309d, 0x309f, SM_CHAR_LETTER },
	{ 0x30a1, 0x30fa, SM_CHAR_LETTER },
	{ 0x30fc, 0x31ff, SM_CHAR_LETTER },
	{ 0x3400, 0x4dbf, SM_CHAR_HAN },
	{ 0x4e00, 0x9fff, SM_CHAR_HAN },
	{ 0xa000, 0xd7ff, SM_CHAR_LETTER },
	{ 0xf900, 0xfaff, SM_CHAR_HAN },
	{ 0xfb00, 0xfdff, SM_CHAR_LETTER },
	{ 0xfe00, 0xfe0f, SM_CHAR_NOTHING },
	{ 0xfe20, 0xfe2f, SM_CHAR_MARK },
	{ 0xfe70, 0xfefc, SM_CHAR_LETTER },
	{ 0xfeff, 0xfeff, SM_CHAR_NOTHING },
	{ 0xff66, 0xffdc, SM_CHAR_LETTER },
	{ 0x10000, 0x1d3ff, SM_CHAR_LETTER },
	{ 0x1e000, 0x1efff, SM_CHAR_LETTER },
	{ 0x1f1e6, 0x1f1ff, SM_CHAR_EMOJI },
	{ 0x1f3fb, 0x1f3ff, SM_CHAR_NOTHING },
	{ 0x20000, 0x3ffff, SM_CHAR_HAN },
	{ 0xe0000, 0xe0fff, SM_CHAR_NOTHING }
};

static const struct range scripts[] = {
	{ 0x0041, 0x02c1, SM_SCRIPT_LATIN },
	{ 0x0370, 0x03ff, SM_SCRIPT_GREEK },
	{ 0x0400, 0x052f, SM_SCRIPT_CYRILLIC },
	{ 0x0590, 0x05ff, SM_SCRIPT_HEBREW },
	{ 0x0600, 0x077f, SM_SCRIPT_ARABIC },
	{ 0x0900, 0x097f, SM_SCRIPT_INDIC },
	{ 0x0e00, 0x0e7f, SM_SCRIPT_THAI },
	{ 0x1100, 0x11ff, SM_SCRIPT_HANGUL },
	{ 0x1e00, 0x1eff, SM_SCRIPT_LATIN },
	{ 0x1f00, 0x1fff, SM_SCRIPT_GREEK },
	{ 0x3005, 0x3007, SM_SCRIPT_HAN },
	{ 0x3041, 0x30ff, SM_SCRIPT_KANA },
	{ 0x3131, 0x318e, SM_SCRIPT_HANGUL },
	{ 0x3400, 0x9fff, SM_SCRIPT_HAN },
	{ 0xac00, 0xd7ff, SM_SCRIPT_HANGUL },
	{ 0xf900, 0xfaff, SM_SCRIPT_HAN },
	{ 0xfb1d, 0xfb4f, SM_SCRIPT_HEBREW },
	{ 0xfb50, 0xfefc, SM_SCRIPT_ARABIC },
	{ 0xff66, 0xff9f, SM_SCRIPT_KANA },
	{ 0x20000, 0x3ffff, SM_SCRIPT_HAN }
};

static int
find(const struct range *range, size_t count, uint32_t c, int other)
{
	size_t low = 0;

	while (low < count) {
		size_t mid = low + (count - low) / 2;

		if (c > range[mid].last)
			low = mid + 1;
		else if (c < range[mid].first)
			count = mid;
		else
			return range[mid].what;
	}
	return other;
}

static enum sm_char
class_ascii(uint32_t c)
{
	if (c - 'a' < 26 || c - 'A' < 26)
		return SM_CHAR_LETTER;
	if (c - '0' < 10)
		return SM_CHAR_DIGIT;
	return c <= ' ' || c == 0x7f ? SM_CHAR_SPACE : SM_CHAR_PUNCT;
}

enum sm_char
sm_char_class(uint32_t c)
{
	int class;

	if (c < 0x80)
		return class_ascii(c);
	if (c >= 0x4e00 && c <= 0x9fff)
		return SM_CHAR_HAN;
	if (c >= 0xc0 && c < 0x2c0 && c != 0xd7 && c != 0xf7)
		return SM_CHAR_LETTER;
	class = find(classes, sizeof(classes) / sizeof(*classes), c,
	    SM_CHAR_PUNCT);
	if (class == SM_CHAR_PUNCT && c >= 0x203c && c != 0x2122 &&
	    sm_width_is_emoji(c))
		return SM_CHAR_EMOJI;
	return (enum sm_char)class;
}

enum sm_script
sm_char_script(uint32_t c)
{
	if (c < 0x250)
		return SM_SCRIPT_LATIN;
	if (c >= 0x4e00 && c <= 0x9fff)
		return SM_SCRIPT_HAN;
	return (enum sm_script)find(scripts,
	    sizeof(scripts) / sizeof(*scripts), c, SM_SCRIPT_OTHER);
}

size_t
sm_fold_text(const char *s, size_t len, char *out, size_t size)
{
	const char *end = s + len;
	size_t used = 0;

	while (s < end) {
		size_t step;
		uint32_t c = sm_utf8_get(s, end, &step);

		if (c == SM_UTF8_BAD)
			c = SM_UTF8_REPLACEMENT;
		if (used + 5 > size)
			break;
		used += sm_utf8_put(out + used, sm_fold(c));
		s += step;
	}
	out[used] = '\0';
	return used;
}
