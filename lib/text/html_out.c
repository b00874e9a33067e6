#include "text/html_out.h"

#include <string.h>

#include "base/buf.h"

void
html_out_break(struct html_out *out, size_t n)
{
	if (!out->marked && out->newlines < n)
		out->newlines = n;
}

static void
begin_line(struct html_out *out, int indent)
{
	for (int i = 0; i < out->quote; i++)
		sm_buf_add(out->buf, "> ", 2);
	for (int i = 0; i < indent; i++)
		sm_buf_addc(out->buf, ' ');
	out->last_quote = out->quote;
}

/* The '>' of a blank line between two lines of one quote. */
static void
blank_line(struct html_out *out)
{
	int depth = out->quote < out->last_quote ? out->quote :
	    out->last_quote;

	for (int i = 0; i < depth; i++)
		sm_buf_add(out->buf, i ? " >" : ">", i ? 2 : 1);
}

static void
settle(struct html_out *out, int indent)
{
	if (out->buf->len == 0)
		begin_line(out, indent);
	else if (out->newlines > 0) {
		for (size_t i = 0; i < out->newlines; i++) {
			if (i > 0)
				blank_line(out);
			sm_buf_addc(out->buf, '\n');
		}
		begin_line(out, indent);
	} else
		while (out->spaces > 0) {
			sm_buf_addc(out->buf, ' ');
			out->spaces--;
		}
	out->newlines = out->spaces = 0;
}

void
html_out_run(struct html_out *out, const char *s, size_t len)
{
	if (len == 0)
		return;
	if (out->newlines || out->spaces || out->buf->len == 0)
		settle(out, out->indent);
	if (out->noting) {
		out->noting = false;
		out->noted = out->buf->len;
	}
	out->marked = false;
	sm_buf_add(out->buf, s, len);
}

void
html_out_mark(struct html_out *out, const char *mark, int indent)
{
	out->marked = false;
	html_out_break(out, 1);
	settle(out, indent);
	sm_buf_adds(out->buf, mark);
	out->marked = true;
}

void
html_out_tail(struct html_out *out, const char *s, size_t len)
{
	size_t newlines = out->newlines, spaces = out->spaces;

	out->newlines = out->spaces = 0;
	html_out_run(out, s, len);
	out->newlines = newlines;
	out->spaces = spaces;
}
