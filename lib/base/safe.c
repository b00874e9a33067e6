#include "base/safe.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "base/width.h"

#define MARKS_MAX 8	/* combining marks on one letter */
#define FSI "\xe2\x81\xa8"
#define PDI "\xe2\x81\xa9"
#define ZWNJ 0x200cu
#define ZWJ 0x200du

/* What is to be done with a character. */
enum fate { KEEP, REPLACE, HIDE };

/* Where we are in a text: what stood before decides about joiners and marks. */
struct scan {
	const char *at, *end;
	uint32_t before;	/* last character that was neither mark nor
				   joiner nor selector */
	int marks;
	bool flag;		/* inside a flag made of tag characters */
};

static bool
joins(uint32_t c)
{
	return sm_width_is_joining(c) || sm_width_is_emoji(c);
}

/* The character behind a joiner, marks and selectors passed over. */
static uint32_t
letter_behind(const char *p, const char *end)
{
	while (p < end) {
		size_t size;
		uint32_t c = sm_utf8_get(p, end, &size);

		if (c == SM_UTF8_BAD || !sm_width_is_mark(c))
			return c;
		p += size;
	}
	return 0;
}

/* Tag characters are good for one thing: flags like that of Scotland, a black
   flag, 3 to 6 of them and the cancel tag. */
static bool
is_tag_flag(const char *p, const char *end)
{
	int count = 0;

	while (p < end) {
		size_t size;
		uint32_t c = sm_utf8_get(p, end, &size);

		if (c == 0xe007f)
			return count >= 3;
		if (c < 0xe0030 || c > 0xe007a || ++count > 6)
			return false;
		p += size;
	}
	return false;
}

static enum fate
judge(struct scan *scan, uint32_t c, const char *behind)
{
	if (c == SM_UTF8_BAD)
		return REPLACE;
	if (c >= 0xe0020 && c <= 0xe007f) {
		if (scan->before == 0x1f3f4 && !scan->flag)
			scan->flag = is_tag_flag(behind -
			    4, scan->end);
		if (!scan->flag)
			return HIDE;
		if (c == 0xe007f) {
			scan->flag = false;
			scan->before = 0;
		}
		return KEEP;
	}
	scan->flag = false;
	if (c == ZWJ || c == ZWNJ)
		return joins(scan->before) &&
		    joins(letter_behind(behind, scan->end)) ? KEEP : HIDE;
	if (sm_width_is_unsafe(c))
		return REPLACE;
	if (sm_width_is_hidden(c))
		return HIDE;
	if (sm_width_is_mark(c))
		return ++scan->marks > MARKS_MAX ? HIDE : KEEP;
	scan->marks = 0;
	scan->before = c;
	return KEEP;
}

static void
add_json(struct sm_buf *out, uint32_t c)
{
	if (c == SM_UTF8_BAD)
		sm_buf_adds(out, "\\ufffd");
	else if (c >= 0x10000)
		sm_buf_addf(out, "\\u%04x\\u%04x", 0xd7c0 + (c >> 10),
		    0xdc00 + (c & 0x3ff));
	else
		sm_buf_addf(out, "\\u%04x", c);
}

static void
add_log(struct sm_buf *out, uint32_t c, const char *at, size_t size)
{
	if (c == '\n')
		sm_buf_adds(out, "\\n");
	else if (c == '\t')
		sm_buf_adds(out, "\\t");
	else if (c < 0x80)
		sm_buf_addf(out, "\\x%02x", c);
	else if (c != SM_UTF8_BAD)
		sm_buf_addf(out, "\\u{%04x}", c);
	else
		for (size_t i = 0; i < size; i++)
			sm_buf_addf(out, "\\x%02x", (unsigned char)at[i]);
}

static void
add_bad(struct sm_buf *out, enum sm_safe how, enum fate fate, uint32_t c,
    const char *at, size_t size)
{
	switch (how) {
	case SM_SAFE_JSON:
		add_json(out, c);
		break;
	case SM_SAFE_LOG:
		add_log(out, c, at, size);
		break;
	case SM_SAFE_MAIL:
		break;
	default:
		if (fate == REPLACE)
			sm_buf_adds(out, "\xef\xbf\xbd");
		break;
	}
}

/* Characters that are good but mean something where they go. */
static bool
add_special(struct sm_buf *out, enum sm_safe how, uint32_t c)
{
	const char *to = NULL;

	if (c == '\n' || c == '\t')
		switch (how) {
		case SM_SAFE_TTY:
			to = " ";
			break;
		case SM_SAFE_LINES:
		case SM_SAFE_HTML:
			to = c == '\n' ? "\n" : "\t";
			break;
		case SM_SAFE_JSON: /* white space between tokens */
			to = c == '\t' ? "\t" : NULL;
			break;
		default:
			return false;
		}
	else if (how == SM_SAFE_LOG && c == '\\')
		to = "\\\\";
	else if (how == SM_SAFE_HTML)
		to = c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ?
		    "&gt;" : c == '"' ? "&quot;" : c == '\'' ? "&#39;" : NULL;
	if (!to)
		return false;
	sm_buf_adds(out, to);
	return true;
}

static bool
isolates(enum sm_safe how)
{
	return how == SM_SAFE_TTY || how == SM_SAFE_LINES;
}

static bool
is_plain(enum sm_safe how, unsigned char c)
{
	if (c < 0x20 || c >= 0x7f)
		return false;
	return how == SM_SAFE_HTML ? !strchr("&<>\"'", c) :
	    how != SM_SAFE_LOG || c != '\\';
}

/*
 * One line; a stretch with right-to-left letters in it is isolated, so that it
 * cannot reorder what we print around it.
 */
static void
safe_line(struct sm_buf *out, const char *s, const char *end,
    enum sm_safe how)
{
	struct scan scan = { .at = s, .end = end };
	size_t start = out->len;
	bool rtl = false;

	while (scan.at < end) {
		const char *at = scan.at;
		enum fate fate;
		uint32_t c;
		size_t size;

		while (at < end && is_plain(how, (unsigned char)*at))
			at++;
		if (at > scan.at) {
			sm_buf_add(out, scan.at, (size_t)(at - scan.at));
			scan.before = (unsigned char)at[-1];
			scan.marks = 0;
			scan.flag = false;
			scan.at = at;
			continue;
		}
		c = sm_utf8_get(at, end, &size);
		scan.at += size;
		if (add_special(out, how, c))
			continue;
		fate = judge(&scan, c, at + size);
		if (fate == KEEP)
			sm_buf_add(out, at, size);
		else
			add_bad(out, how, fate, c, at, size);
		if (fate == KEEP && isolates(how) && sm_width_is_rtl(c))
			rtl = true;
	}
	if (!rtl)
		return;
	sm_buf_reserve(out, 6);
	memmove(out->data + start + 3, out->data + start, out->len - start);
	memcpy(out->data + start, FSI, 3);
	out->len += 3;
	sm_buf_adds(out, PDI);
}

void
sm_safe(struct sm_buf *out, const char *s, size_t len, enum sm_safe how)
{
	const char *end = s + len;

	if (how != SM_SAFE_LINES) {
		safe_line(out, s, end, how);
		return;
	}
	while (s < end) {
		const char *lf = memchr(s, '\n', (size_t)(end - s));
		const char *stop = lf ? lf : end;

		safe_line(out, s, stop, how);
		if (lf)
			sm_buf_addc(out, '\n');
		s = stop + (lf != NULL);
	}
}

bool
sm_safe_is(const char *s, size_t len)
{
	struct sm_buf out = SM_BUF_INIT;
	bool same;

	sm_safe(&out, s, len, SM_SAFE_LINES);
	same = out.len == len && (len == 0 || memcmp(out.data, s, len) == 0);
	sm_buf_release(&out);
	return same;
}
