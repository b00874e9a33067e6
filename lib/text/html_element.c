/* What elements do to the text. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "text/html_attr.h"
#include "text/html_impl.h"

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
	list->number = html_number_attr(s, end, "start", 1);
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
		list->number = html_number_attr(s, end, "value", list->number);
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
void
html_start_tag(struct html *html, const struct html_tag *tag, const char *s,
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
	case HTML_IMAGE: html_image(html, s, end); break;
	case HTML_LINK:
		if (html->link)
			html_close_link(html);
		html_open_link(html, s, end);
		break;
	case HTML_SUP: open_sup(html, end); break;
	case HTML_STRUCK:
		if (push(html, tag))
			html_out_run(out, "~", 1);
		break;
	case HTML_SPAN:
		if (html->link && (html_has_class(s, end, "invisible") ||
		    html_has_class(s, end, "ellipsis")))
			html->hidden = true;
		break;
	}
}

/* What an element on the stack leaves behind. */
void
html_leave(struct html *html)
{
	const struct html_tag *tag = html->open[--html->depth].tag;
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

void
html_end_tag(struct html *html, const struct html_tag *tag)
{
	size_t i;

	switch (tag->kind) {
	case HTML_LINE: html_out_break(&html->out, 1); return;
	case HTML_BLOCK: html_out_break(&html->out, 2); return;
	case HTML_LINK:
		if (html->link)
			html_close_link(html);
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
		html_leave(html);
}
