#include "record/scan.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/utf8.h"
#include "base/xalloc.h"
#include "record/paths.h"

static const char *
fail(struct sm_scan_state *scan, const char *at, const char *error)
{
	scan->error = error;
	scan->error_at = at;
	return NULL;
}

static inline const char *
skip_space(const char *p, const char *end)
{
	while (p < end && (unsigned char)*p <= ' ' &&
	    (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
		p++;
	return p;
}

static const char *
word(struct sm_scan_state *scan, const char *p, const char *text, size_t len)
{
	if ((size_t)(scan->end - p) < len || memcmp(p, text, len) != 0)
		return fail(scan, p, "expected a value");
	return p + len;
}

static inline bool
is_digit(const char *p, const char *end)
{
	return p < end && (unsigned char)(*p - '0') <= 9;
}

static const char *
number(struct sm_scan_state *scan, const char *p)
{
	const char *end = scan->end;

	if (p < end && *p == '-')
		p++;
	if (!is_digit(p, end))
		return fail(scan, p, "expected a value");
	if (*p == '0')
		p++;
	else
		while (is_digit(p, end))
			p++;
	if (p < end && *p == '.') {
		p++;
		if (!is_digit(p, end))
			return fail(scan, p, "expected a digit");
		while (is_digit(p, end))
			p++;
	}
	if (p < end && (*p == 'e' || *p == 'E')) {
		p++;
		if (p < end && (*p == '+' || *p == '-'))
			p++;
		if (!is_digit(p, end))
			return fail(scan, p, "expected a digit");
		while (is_digit(p, end))
			p++;
	}
	return p;
}

/* Four hex digits, or -1. */
static int
hex4(const char *p, const char *end)
{
	int value = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int c = (unsigned char)p[i] | 0x20;

		if (c >= '0' && c <= '9' && (unsigned char)p[i] >= '0')
			value = value * 16 + c - '0';
		else if (c >= 'a' && c <= 'f')
			value = value * 16 + c - 'a' + 10;
		else
			return -1;
	}
	return value;
}

/* The escape at p, a backslash; behind it. */
static const char *
escape(struct sm_scan_state *scan, const char *p)
{
	const char *end = scan->end;
	int high, low;

	if (end - p < 2)
		return fail(scan, p, "unterminated string");
	if (p[1] != 'u') {
		if (!p[1] || !strchr("\"\\/bfnrt", p[1]))
			return fail(scan, p, "no such escape");
		return p + 2;
	}
	high = hex4(p + 2, end);
	if (high == -1)
		return fail(scan, p, "expected four hex digits");
	if (high < 0xd800 || high > 0xdfff)
		return p + 6;
	low = high < 0xdc00 && end - p >= 12 && p[6] == '\\' && p[7] == 'u' ?
	    hex4(p + 8, end) : -1;
	if (low < 0xdc00 || low > 0xdfff)
		return fail(scan, p, "a lone surrogate");
	return p + 12;
}

size_t
sm_scan_unescape(char *to, const char *text, size_t len)
{
	static const char from[] = "\"\\/bfnrt", is[] = "\"\\/\b\f\n\r\t";
	const char *p = text, *end = text + len;
	char *out = to;

	while (p < end) {
		const char *back = memchr(p, '\\', (size_t)(end - p));
		size_t run = (size_t)((back ? back : end) - p);
		uint32_t c;

		memmove(out, p, run);
		out += run;
		p += run;
		if (!back)
			break;
		if (p[1] != 'u') {
			*out++ = is[strchr(from, p[1]) - from];
			p += 2;
			continue;
		}
		c = (uint32_t)hex4(p + 2, end);
		p += 6;
		if (c >= 0xd800 && c <= 0xdbff) {
			c = 0x10000 + ((c - 0xd800) << 10) +
			    ((uint32_t)hex4(p + 2, end) - 0xdc00);
			p += 6;
		}
		out += sm_utf8_put(out, c);
	}
	return (size_t)(out - to);
}

static inline bool
same_name(const struct sm_scan_name *a, const struct sm_scan_name *b)
{
	return a->key == b->key && a->len == b->len &&
	    (a->len <= 8 || memcmp(a->text, b->text, a->len) == 0);
}

/*
 * Notes a name of the object whose names begin at base.  Few names are
 * compared at once, behind a filter of 64 bits that says "new" for most; from
 * SM_SCAN_FEW on only when the object ends, by sorting, so that a hostile
 * object costs no more than n log n whatever its names are.
 */
static inline int
add_name(struct sm_scan_state *scan, const struct sm_scan_name *name,
    size_t base, uint64_t *seen)
{
	uint64_t bit = UINT64_C(1) << sm_paths_hash(name->key, name->len);

	if (*seen & bit && scan->name_count - base < SM_SCAN_FEW)
		for (size_t i = base; i < scan->name_count; i++)
			if (same_name(&scan->names[i], name))
				return -1;
	*seen |= bit;
	if (scan->name_count == scan->name_room)
		scan->names = sm_xgrow(scan->names, &scan->name_room,
		    scan->name_count + 1, sizeof(*scan->names));
	scan->names[scan->name_count++] = *name;
	return 0;
}

static int
compare_names(const void *a, const void *b)
{
	const struct sm_scan_name *x = a, *y = b;

	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return memcmp(x->text, y->text, x->len);
}

static int
end_names(struct sm_scan_state *scan, size_t base)
{
	size_t count = scan->name_count - base;
	struct sm_scan_name *names = scan->names + base;

	scan->name_count = base;
	if (count <= SM_SCAN_FEW)
		return 0;
	qsort(names, count, sizeof(*names), compare_names);
	for (size_t i = 1; i < count; i++)
		if (compare_names(&names[i - 1], &names[i]) == 0)
			return -1;
	return 0;
}

static int
unescape_name(struct sm_scan_state *scan, struct sm_scan_name *name)
{
	char *to = sm_arena_alloc(&scan->arena, name->len);
	size_t len = sm_scan_unescape(to, name->text, name->len);

	if (memchr(to, '\0', len)) {
		fail(scan, name->text, "U+0000 in a name");
		return -1;
	}
	name->text = to;
	name->len = (uint32_t)len;
	return 0;
}

static inline bool
is_plain(char c)
{
	return (unsigned char)c >= 0x20 && c != '"' && c != '\\';
}

static inline const char *
run_end_scalar(const char *p, const char *end, uint32_t *high)
{
	for (; p < end && is_plain(*p); p++)
		*high |= *p & 0x80;
	return p;
}

#define SCAN sm_scan_scalar
#define SCAN_VALUE scalar_value
#define SCAN_LONG scalar_long
#define SCAN_STRING scalar_string
#define SCAN_NAME scalar_name
#define SCAN_OBJECT scalar_object
#define SCAN_ARRAY scalar_array
#define RUN_END run_end_scalar
#define SHORT_END(p, end) NULL
#define UTF8_CHECK sm_utf8_check_scalar
#include "record/scan_body.h"

#ifdef __SSE2__
/* What ends a run of plain characters, as bits. */
static inline uint32_t
stops(__m128i v)
{
	const __m128i control = _mm_set1_epi8(0x1f);

	return (uint32_t)_mm_movemask_epi8(_mm_or_si128(
	    _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('"')),
	    _mm_cmpeq_epi8(v, _mm_set1_epi8('\\'))),
	    _mm_cmpeq_epi8(_mm_max_epu8(v, control), control)));
}

static inline const char *
run_end_sse2(const char *p, const char *end, uint32_t *high)
{
	while (end - p >= 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)p);
		uint32_t mask = stops(v);
		uint32_t above = (uint32_t)_mm_movemask_epi8(v);

		if (mask) {
			*high |= above & ((mask & (0 - mask)) - 1);
			return p + __builtin_ctz(mask);
		}
		*high |= above;
		p += 16;
	}
	return run_end_scalar(p, end, high);
}

static inline const char *
short_end_sse2(const char *p, const char *end)
{
	uint32_t mask;
	__m128i v;

	if (end - p < 16)
		return NULL;
	v = _mm_loadu_si128((const __m128i *)p);
	mask = stops(v) | (uint32_t)_mm_movemask_epi8(v);
	p += mask ? __builtin_ctz(mask) : 0;
	return *p == '"' ? p : NULL;
}

#define SCAN sm_scan_sse2
#define SCAN_VALUE sse2_value
#define SCAN_LONG sse2_long
#define SCAN_STRING sse2_string
#define SCAN_NAME sse2_name
#define SCAN_OBJECT sse2_object
#define SCAN_ARRAY sse2_array
#define RUN_END run_end_sse2
#define SHORT_END short_end_sse2
#define UTF8_CHECK sm_utf8_check
#include "record/scan_body.h"
#endif
