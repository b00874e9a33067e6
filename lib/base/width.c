#include "base/width.h"

#include <string.h>

#include "base/utf8.h"

enum {
	MARK = 1,	/* combining: belongs to the letter before */
	ZERO = 2,	/* takes no column */
	WIDE = 4,	/* takes two */
	EMOJI = 8,	/* Extended_Pictographic, modifiers, flags' letters */
	RTL = 16,
	UNSAFE = 32,	/* controls, bidi overrides, no characters */
	HIDDEN = 64,	/* format characters that show nothing */
	JOINS = 128	/* scripts in which a joiner changes the letters */
};

struct range {
	uint32_t from, to;
	uint8_t is;
};

#include "base/width_table.h"

static int
look_up(uint32_t c)
{
	size_t low = 0, high = sizeof(ranges) / sizeof(*ranges);

	if (c >= 0x20 && c < 0x7f)
		return 0;
	while (low < high) {
		size_t mid = (low + high) / 2;

		if (c > ranges[mid].to)
			low = mid + 1;
		else if (c < ranges[mid].from)
			high = mid;
		else
			return ranges[mid].is;
	}
	return 0;
}

int
sm_width_char(uint32_t c)
{
	int is = look_up(c);

	return is & ZERO ? 0 : is & WIDE ? 2 : 1;
}

bool
sm_width_is_mark(uint32_t c)
{
	return (look_up(c) & MARK) || c == 0x200d || c == 0x200c ||
	    (c >= 0xfe00 && c <= 0xfe0f);
}

bool
sm_width_is_emoji(uint32_t c)
{
	return look_up(c) & EMOJI;
}

bool
sm_width_is_rtl(uint32_t c)
{
	return look_up(c) & RTL;
}

bool
sm_width_is_unsafe(uint32_t c)
{
	return look_up(c) & UNSAFE;
}

bool
sm_width_is_hidden(uint32_t c)
{
	return look_up(c) & HIDDEN;
}

bool
sm_width_is_joining(uint32_t c)
{
	return look_up(c) & JOINS;
}

/*
 * The letter at s with its marks, modifiers and what a joiner ties to it: how
 * many bytes, and in *columns what it takes.
 */
static size_t
letter(const char *s, const char *end, size_t *columns)
{
	const char *p = s;
	size_t size;
	uint32_t c = sm_utf8_get(p, end, &size);
	bool flag = c >= 0x1f1e6 && c <= 0x1f1ff, joined = false;

	p += size;
	*columns = c == SM_UTF8_BAD ? 1 : (size_t)sm_width_char(c);
	while (p < end) {
		uint32_t next = sm_utf8_get(p, end, &size);

		if (next == SM_UTF8_BAD)
			break;
		if (next == 0xfe0f && sm_width_is_emoji(c))
			*columns = 2;
		if (flag && next >= 0x1f1e6 && next <= 0x1f1ff) {
			flag = false; /* two of them make one flag */
			*columns = 2;
		} else if (joined && sm_width_is_emoji(next)) {
			joined = false;
		} else if (sm_width_is_emoji(c) && next >= 0x1f3fb &&
		    next <= 0x1f3ff) {
			joined = false;
		} else if (sm_width_char(next) == 0) {
			joined = next == 0x200d;
		} else {
			break;
		}
		p += size;
	}
	return (size_t)(p - s);
}

size_t
sm_width(const char *s, size_t len)
{
	const char *end = s + len;
	size_t sum = 0;

	while (s < end) {
		size_t columns;

		s += letter(s, end, &columns);
		sum += columns;
	}
	return sum;
}

size_t
sm_width_fit(const char *s, size_t len, size_t columns, size_t *used)
{
	const char *p = s, *end = s + len;

	*used = 0;
	while (p < end) {
		size_t takes, size = letter(p, end, &takes);

		if (*used + takes > columns)
			break;
		*used += takes;
		p += size;
	}
	return (size_t)(p - s);
}
