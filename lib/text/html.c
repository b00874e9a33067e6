#include "text/html.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/utf8.h"
#include "text/entity.h"
#include "text/html_out.h"
#include "text/html_tag.h"
#include "text/url.h"

/* An open element that has to be closed with care. */
struct open {
	const struct html_tag *tag;
	int64_t number;		/* of the next item of a list; 0: dots */
	int step;
};

struct html {
	struct html_out out;
	struct sm_html *result;
	const char *at, *end;
	const char *base;
	struct open open[SM_HTML_DEPTH];
	size_t depth;
	int lists, pre;
	const char *href;	/* of the link that is open */
	size_t href_len;
	bool link;		/* a link is open */
	bool plain_link;	/* ... whose address is not shown */
	bool hidden;		/* ... of which parts are: show the address */
	bool broken_quotes;	/* a tag's quote never ended */
	bool no_tags;		/* there is no '>' any more */
	const struct html_tag *endless[16];	/* no end tag follows */
	size_t nendless;
};

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

static const char *
skip_blanks(const char *s, const char *end)
{
	while (s < end && (isspace((unsigned char)*s) || *s == '/'))
		s++;
	return s;
}

/* The next attribute from s on; where it ends, or NULL. */
static const char *
next_attr(const char *s, const char *end, const char **name, size_t *name_len,
    const char **value, size_t *len)
{
	s = skip_blanks(s, end);
	if (s == end)
		return NULL;
	*name = s;
	while (s < end && !isspace((unsigned char)*s) && *s != '=' &&
	    *s != '/')
		s++;
	*name_len = (size_t)(s - *name);
	*value = s;
	*len = 0;
	while (s < end && isspace((unsigned char)*s))
		s++;
	if (s == end || *s != '=')
		return *name_len ? s : end;
	for (s++; s < end && isspace((unsigned char)*s); s++)
		;
	if (s < end && (*s == '"' || *s == '\'')) {
		char quote = *s++;

		*value = s;
		s = memchr(s, quote, (size_t)(end - s));
		*len = (size_t)((s ? s : end) - *value);
		return s ? s + 1 : end;
	}
	*value = s;
	while (s < end && !isspace((unsigned char)*s))
		s++;
	*len = (size_t)(s - *value);
	return s;
}

bool
sm_html_attr(const char *tag, const char *end, const char *name,
    const char **value, size_t *len)
{
	const char *found, *s = tag;
	size_t found_len;

	while (s < end && !isspace((unsigned char)*s) && *s != '/')
		s++;
	while ((s = next_attr(s, end, &found, &found_len, value, len)))
		if (found_len == strlen(name) &&
		    strncasecmp(found, name, found_len) == 0)
			return true;
	return false;
}

static bool
has_class(const char *tag, const char *end, const char *word)
{
	const char *value;
	size_t len, n = strlen(word);

	if (!sm_html_attr(tag, end, "class", &value, &len))
		return false;
	for (size_t i = 0; i + n <= len; i++)
		if (memcmp(value + i, word, n) == 0 &&
		    (i == 0 || isspace((unsigned char)value[i - 1])) &&
		    (i + n == len || isspace((unsigned char)value[i + n])))
			return true;
	return false;
}

/* An attribute's value with its references decoded. */
static void
decode(struct sm_buf *out, const char *s, size_t len)
{
	const char *end = s + len;

	while (s < end) {
		const char *amp = memchr(s, '&', (size_t)(end - s));
		size_t used = 1;
		uint32_t c;
		char utf8[4];

		sm_buf_add(out, s, (size_t)((amp ? amp : end) - s));
		if (!amp)
			return;
		c = sm_entity(amp, end, &used);
		sm_buf_add(out, utf8, sm_utf8_put(utf8, c ? c : '&'));
		s = amp + used;
	}
}

static int64_t
number_attr(const char *tag, const char *end, const char *name, int64_t other)
{
	const char *value;
	int64_t number = 0;
	size_t len;

	if (!sm_html_attr(tag, end, name, &value, &len) || len == 0 || len > 6)
		return other;
	for (size_t i = 0; i < len; i++) {
		if (!isdigit((unsigned char)value[i]))
			return other;
		number = number * 10 + (value[i] - '0');
	}
	return number;
}

static struct open *
push(struct html *html, const struct html_tag *tag)
{
	if (html->depth == SM_HTML_DEPTH)
		return NULL;
	html->open[html->depth].tag = tag;
	html->open[html->depth].number = 0;
	html->open[html->depth].step = 0;
	return &html->open[html->depth++];
}

static void
open_list(struct html *html, const struct html_tag *tag, const char *s,
    const char *end)
{
	struct open *list = push(html, tag);
	const char *value;
	size_t len;

	html_out_break(&html->out, html->lists ? 1 : 2);
	if (!list)
		return;
	html->lists++;
	html->out.indent = 2 * (html->lists > 16 ? 16 : html->lists);
	if (tag->name[0] != 'o')
		return;
	list->number = number_attr(s, end, "start", 1);
	list->step = sm_html_attr(s, end, "reversed", &value, &len) ? -1 : 1;
}

static void
open_item(struct html *html, const char *s, const char *end)
{
	struct open *list = NULL;
	char mark[32] = "- ";
	struct sm_buf text = SM_BUF_INIT;

	for (size_t i = html->depth; i > 0 && !list; i--)
		if (html->open[i - 1].tag->kind == HTML_LIST)
			list = &html->open[i - 1];
	if (list && list->step) {
		list->number = number_attr(s, end, "value", list->number);
		sm_buf_addi(&text, list->number);
		sm_buf_adds(&text, ". ");
		memcpy(mark, text.data, text.len + 1);
		sm_buf_release(&text);
		list->number += list->step;
	}
	html_out_mark(&html->out, mark,
	    html->out.indent > 2 ? html->out.indent - 2 : 0);
}

static void
note_link(struct html *html, const struct sm_buf *url)
{
	struct sm_html *result = html->result;

	if (result->nlinks == SM_HTML_LINKS || url->len > SM_HTML_URL)
		return;
	sm_buf_add(&result->links, url->data, url->len + 1);
	result->nlinks++;
}

static void
open_link(struct html *html, const char *s, const char *end)
{
	html->link = sm_html_attr(s, end, "href", &html->href,
	    &html->href_len);
	html->plain_link = has_class(s, end, "mention") ||
	    has_class(s, end, "hashtag") || has_class(s, end, "u-url");
	html->hidden = false;
	html->out.noting = html->link;
	html->out.noted = html->out.buf->len;
}

/* Without scheme, "www.", and what shortens it at its end. */
static void
bare(const char **s, size_t *len)
{
	static const char *const heads[] = { "https://", "http://", "www." };
	static const char *const tails[] = { "\xE2\x80\xA6", "...", "/" };

	for (size_t i = 0; i < 3; i++) {
		size_t n = strlen(heads[i]);

		if (*len >= n && strncasecmp(*s, heads[i], n) == 0) {
			*s += n;
			*len -= n;
		}
	}
	for (size_t i = 0; i < 3; i++) {
		size_t n = strlen(tails[i]);

		if (*len >= n && memcmp(*s + *len - n, tails[i], n) == 0)
			*len -= n;
	}
}

static bool
is_same_address(const struct sm_buf *text, size_t from,
    const struct sm_buf *url)
{
	const char *shown = text->data + from, *real = url->data;
	size_t shown_len = text->len - from, real_len = url->len, whole;

	bare(&shown, &shown_len);
	whole = shown_len;
	bare(&real, &real_len);
	return whole > 0 && whole <= real_len &&
	    strncasecmp(shown, real, whole) == 0 &&
	    (whole == real_len || text->len - from > shown_len);
}

static void
close_link(struct html *html)
{
	struct html_out *out = &html->out;
	struct sm_buf raw = SM_BUF_INIT, url = SM_BUF_INIT;

	html->link = false;
	if (html->href_len > SM_HTML_URL)
		return;
	decode(&raw, html->href, html->href_len);
	if (raw.len && sm_url_resolve(html->base, raw.data, raw.len,
	    &url) == 0) {
		note_link(html, &url);
		if (out->noting || html->plain_link)
			;	/* nothing to see, or clear without it */
		else if (html->hidden) {
			sm_buf_cut(out->buf, out->noted);
			html_out_tail(out, url.data, url.len);
		} else if (!is_same_address(out->buf, out->noted, &url)) {
			html_out_tail(out, " <", 2);
			html_out_tail(out, url.data, url.len);
			html_out_tail(out, ">", 1);
		}
	}
	out->noting = false;
	sm_buf_release(&raw);
	sm_buf_release(&url);
}

static void
image(struct html *html, const char *s, const char *end)
{
	struct sm_buf alt = SM_BUF_INIT;
	const char *value;
	size_t len;
	bool emoji;

	if (!sm_html_attr(s, end, "alt", &value, &len) || len == 0)
		return;
	emoji = has_class(s, end, "emoji") || has_class(s, end, "wp-smiley") ||
	    has_class(s, end, "custom-emoji");
	decode(&alt, value, len < 2048 ? len : 2048);
	if (!emoji)
		html_out_run(&html->out, "[", 1);
	for (size_t i = 0; i < alt.len; i++)
		if ((unsigned char)alt.data[i] < ' ')
			alt.data[i] = ' ';
	html_out_run(&html->out, alt.data, alt.len);
	if (!emoji)
		html_out_run(&html->out, "]", 1);
	sm_buf_release(&alt);
}

static void
open_sup(struct html *html, const char *end)
{
	const char *s = end + 1;

	while (s < html->end && isdigit((unsigned char)*s))
		s++;
	if (s > end + 1 && s < html->end && *s == '<')
		html_out_run(&html->out, "^", 1);
}

static bool
is_endless(const struct html *html, const struct html_tag *tag)
{
	for (size_t i = 0; i < html->nendless; i++)
		if (html->endless[i] == tag)
			return true;
	return false;
}

/* Whether the tag at s (behind '<' or '</') has this name. */
static bool
is_named(const char *s, const char *end, const struct html_tag *tag)
{
	size_t n = strlen(tag->name);

	return (size_t)(end - s) > n && strncasecmp(s, tag->name, n) == 0 &&
	    !isalnum((unsigned char)s[n]) && s[n] != '-';
}

/*
 * Behind the end tag of the element whose content begins at s, elements of the
 * same name inside it counted; NULL where it never ends.
 */
static const char *
find_end(const struct html *html, const struct html_tag *tag, const char *s)
{
	const char *end = html->end;
	size_t depth = 1;

	while ((s = memchr(s, '<', (size_t)(end - s)))) {
		bool closing = ++s < end && *s == '/';

		if (!is_named(s + closing, end, tag))
			continue;
		if (!closing && tag->kind == HTML_SKIP)
			depth++;
		else if (closing && --depth == 0) {
			s = memchr(s, '>', (size_t)(end - s));
			return s ? s + 1 : end;
		}
	}
	return NULL;
}

/*
 * An element that never ends hides the rest only if it is a script or the
 * like: better a form too much than a complaint lost.
 */
static void
skip(struct html *html, const struct html_tag *tag)
{
	const char *behind;

	if (is_endless(html, tag))
		return;
	behind = find_end(html, tag, html->at);
	if (behind)
		html->at = behind;
	else if (strcmp(tag->name, "script") == 0 ||
	    strcmp(tag->name, "style") == 0)
		html->at = html->end;
	else if (html->nendless < 16)
		html->endless[html->nendless++] = tag;
}

static void
open_pre(struct html *html, const struct html_tag *tag)
{
	html_out_break(&html->out, 2);
	if (!push(html, tag))
		return;
	html->pre++;
	if (html->at < html->end && *html->at == '\n')
		html->at++;
}

static void
open_quote(struct html *html, const struct html_tag *tag)
{
	html->out.marked = false;
	html_out_break(&html->out, 2);
	if (html->out.quote < 32 && push(html, tag))
		html->out.quote++;
}

/* A start tag: name and attributes from s to end, where its '>' is. */
static void
start_tag(struct html *html, const struct html_tag *tag, const char *s,
    const char *end)
{
	struct html_out *out = &html->out;

	switch (tag->kind) {
	case HTML_INLINE: break;
	case HTML_SKIP: case HTML_RAW: skip(html, tag); break;
	case HTML_BREAK:
		out->newlines += out->newlines < 2 || html->pre ? 1 : 0;
		break;
	case HTML_LINE: html_out_break(out, 1); break;
	case HTML_BLOCK: html_out_break(out, 2); break;
	case HTML_LIST: open_list(html, tag, s, end); break;
	case HTML_ITEM: open_item(html, s, end); break;
	case HTML_QUOTE: open_quote(html, tag); break;
	case HTML_PRE: open_pre(html, tag); break;
	case HTML_CELL:
		if (out->newlines == 0 && out->buf->len > 0)
			out->spaces = 2;
		break;
	case HTML_RULE:
		html_out_break(out, 1);
		html_out_run(out, "---", 3);
		html_out_break(out, 1);
		break;
	case HTML_IMAGE: image(html, s, end); break;
	case HTML_LINK:
		if (html->link)
			close_link(html);
		open_link(html, s, end);
		break;
	case HTML_SUP: open_sup(html, end); break;
	case HTML_STRUCK:
		if (push(html, tag))
			html_out_run(out, "~", 1);
		break;
	case HTML_SPAN:
		if (html->link && (has_class(s, end, "invisible") ||
		    has_class(s, end, "ellipsis")))
			html->hidden = true;
		break;
	}
}

/* What an element on the stack leaves behind. */
static void
leave(struct html *html, const struct html_tag *tag)
{
	struct html_out *out = &html->out;

	switch (tag->kind) {
	case HTML_LIST:
		html->lists--;
		out->indent = 2 * (html->lists > 16 ? 16 : html->lists);
		out->marked = false;
		html_out_break(out, html->lists ? 1 : 2);
		break;
	case HTML_QUOTE:
		out->marked = false;
		out->quote--;
		html_out_break(out, 2);
		break;
	case HTML_PRE:
		html->pre--;
		if (out->newlines > 2)
			out->newlines = 2;
		html_out_break(out, 2);
		break;
	case HTML_STRUCK:
		html_out_tail(out, "~", 1);
		break;
	default:
		break;
	}
}

static void
end_tag(struct html *html, const struct html_tag *tag)
{
	size_t i;

	switch (tag->kind) {
	case HTML_LINE: html_out_break(&html->out, 1); return;
	case HTML_BLOCK: html_out_break(&html->out, 2); return;
	case HTML_LINK:
		if (html->link)
			close_link(html);
		return;
	case HTML_LIST: case HTML_QUOTE: case HTML_PRE: case HTML_STRUCK:
		break;
	default:
		return;
	}
	for (i = html->depth; i > 0; i--)
		if (html->open[i - 1].tag == tag)
			break;
	while (i > 0 && html->depth >= i)
		leave(html, html->open[--html->depth].tag);
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
		end_tag(html, html_tag_find(name, (size_t)(s - name)));
	else
		start_tag(html, html_tag_find(name, (size_t)(s - name)), name,
		    end);
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
		close_link(&html);
	while (html.depth > 0)
		leave(&html, html.open[--html.depth].tag);
	while (text->len > 0 && (text->data[text->len - 1] == ' ' ||
	    text->data[text->len - 1] == '\t'))
		sm_buf_cut(text, text->len - 1);
}
