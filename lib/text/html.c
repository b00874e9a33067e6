#include "text/html.h"

#include <ctype.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/utf8.h"
#include "text/entity.h"
#include "text/html_impl.h"

/* Text: which bytes end a run.  1: white space, 2: look closer. */
static const unsigned char class[256] = {
	2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 2, 1, 1, 2, 2,
	2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
	[' '] = 1, ['<'] = 2, ['&'] = 2, [0x7F] = 2, [0xC2] = 2, [0xE2] = 2,
	[0xEF] = 2
};

static void
space(struct html *html)
{
	if (html->pre)
		html_out_run(&html->out, " ", 1);
	else if (html->out.spaces == 0 && !html->out.marked)
		html->out.spaces = 1;
}

static void
character(struct html *html, uint32_t c)
{
	char utf8[4];

	if (c == 0xA0 || c == '\t' || c == ' ' || c == '\r' ||
	    (c == '\n' && !html->pre))
		space(html);
	else if (c == '\n')
		html->out.newlines++;
	else if (c >= 0xA0 ? c != 0xAD && c != 0x200B && c != 0xFEFF :
	    c >= 0x20 && c < 0x7F)
		html_out_run(&html->out, utf8, sm_utf8_put(utf8, c));
}

/* A byte of class 2 that is no markup. */
static void
closer(struct html *html)
{
	size_t size = 1;
	uint32_t c = sm_utf8_get(html->at, html->end, &size);

	if (c == SM_UTF8_BAD)
		c = SM_UTF8_REPLACEMENT;
	character(html, c);
	html->at += size;
}

static void
reference(struct html *html)
{
	size_t used;
	uint32_t c = sm_entity(html->at, html->end, &used);

	if (c == 0) {
		html_out_run(&html->out, "&", 1);
		html->at++;
		return;
	}
	character(html, c);
	html->at += used;
}

static void
white(struct html *html)
{
	for (; html->at < html->end; html->at++) {
		unsigned char c = (unsigned char)*html->at;

		if (class[c] != 1)
			return;
		if (!html->pre)
			continue;
		if (c == '\n')
			html->out.newlines++;
		else if (c == ' ' || c == '\t')
			html_out_run(&html->out, html->at, 1);
	}
}

#ifdef __SSE2__
/* Sixteen bytes at a time of which none needs thought, as run does it. */
static const char *
skip_plain(const char *s, const char *end)
{
	const __m128i low = _mm_set1_epi8(0x1F);

	for (; end - s > 16; s += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)s);
		__m128i odd = _mm_cmpeq_epi8(_mm_min_epu8(v, low), v);
		unsigned blanks = (unsigned)_mm_movemask_epi8(
		    _mm_cmpeq_epi8(v, _mm_set1_epi8(' ')));

		for (int i = 0; i < 6; i++)
			odd = _mm_or_si128(odd, _mm_cmpeq_epi8(v,
			    _mm_set1_epi8("<&\x7F\xC2\xE2\xEF"[i])));
		blanks |= (s[16] == ' ') ? 0x10000u : 0;
		if (_mm_movemask_epi8(odd) || (blanks & blanks >> 1) ||
		    ((blanks & 0x8000u) && class[(unsigned char)s[16]]))
			break;
	}
	return s;
}
#else
static const char *
skip_plain(const char *s, const char *end)
{
	(void)end;
	return s;
}
#endif

/* Up to the next byte that needs thought; single blanks are part of it. */
static void
run(struct html *html)
{
	const char *s = html->at, *end = html->end;

	for (s = skip_plain(s, end); s < end; s++) {
		unsigned char c = (unsigned char)*s;

		if (class[c] == 0)
			continue;
		if (c != ' ' || s + 1 == end ||
		    class[(unsigned char)s[1]] != 0)
			break;
	}
	html_out_run(&html->out, html->at, (size_t)(s - html->at));
	html->at = s;
}

/* The '>' that ends the tag at s, or NULL. */
static const char *
tag_end(struct html *html, const char *s)
{
	const char *end = html->end;
	char quote = '\0';

	if (html->no_tags)
		return NULL;
	for (const char *p = s; !html->broken_quotes && p < end; p++) {
		if (quote) {
			if (*p == quote)
				quote = '\0';
		} else if (*p == '>')
			return p;
		else if ((*p == '"' || *p == '\'') && p[-1] == '=')
			quote = *p;
	}
	html->broken_quotes = true;
	s = memchr(s, '>', (size_t)(end - s));
	html->no_tags = !s;
	return s;
}

/* <!-- ... -->, <!DOCTYPE ...>, <?xml ...?> */
static void
declaration(struct html *html)
{
	const char *s = html->at, *end = html->end, *found;

	if (end - s >= 9 && memcmp(s, "<![CDATA[", 9) == 0) {
		html->at += 9;
		return;
	}
	if (end - s >= 4 && memcmp(s, "<!--", 4) == 0) {
		found = memmem(s + 2, (size_t)(end - s) - 2, "-->", 3);
		html->at = found ? found + 3 : end;
		return;
	}
	found = memchr(s, '>', (size_t)(end - s));
	html->at = found ? found + 1 : end;
}

static void
markup(struct html *html)
{
	const char *s = html->at + 1, *end;
	bool closing = s < html->end && *s == '/';
	const char *name = s + closing;

	if (s < html->end && (*s == '!' || *s == '?')) {
		declaration(html);
		return;
	}
	if (name >= html->end || !isalpha((unsigned char)*name) ||
	    !(end = tag_end(html, name + 1))) {
		html_out_run(&html->out, "<", 1);
		html->at++;
		return;
	}
	html->at = end + 1;
	for (s = name; s < end && !isspace((unsigned char)*s) && *s != '/';)
		s++;
	if (closing)
		html_end_tag(html, html_tag_find(name, (size_t)(s - name)));
	else
		html_start_tag(html, html_tag_find(name, (size_t)(s - name)),
		    name, end);
}

static void
step(struct html *html)
{
	unsigned char c = (unsigned char)*html->at;

	if (class[c] == 0)
		run(html);
	else if (class[c] == 1) {
		white(html);
		if (!html->pre)
			space(html);
	} else if (c == '<')
		markup(html);
	else if (c == '&')
		reference(html);
	else
		closer(html);
}

void
sm_html_release(struct sm_html *html)
{
	sm_buf_release(&html->text);
	sm_buf_release(&html->links);
}

void
sm_html_text(struct sm_html *result, const char *s, size_t len,
    const char *base)
{
	struct html html;
	struct sm_buf *text = &result->text;

	/* All but the stack, of which depth says how much is alive. */
	memset(&html, 0, offsetof(struct html, open));
	memset(&html.depth, 0, sizeof(html) - offsetof(struct html, depth));
	sm_buf_clear(text);
	sm_buf_clear(&result->links);
	result->nlinks = 0;
	result->cut = len > SM_HTML_MAX;
	html.result = result;
	html.out.buf = text;
	html.base = base;
	html.at = s;
	html.end = s + (result->cut ? SM_HTML_MAX : len);
	while (html.at < html.end)
		step(&html);
	if (html.link)
		html_close_link(&html);
	while (html.depth > 0)
		html_leave(&html);
	while (text->len > 0 && (text->data[text->len - 1] == ' ' ||
	    text->data[text->len - 1] == '\t'))
		sm_buf_cut(text, text->len - 1);
}
