#include "source/feed_amp.h"

#include <string.h>

#include "text/entity.h"

#define CDATA "<![CDATA["

void
feed_amp_release(struct feed_amp *amp)
{
	sm_buf_release(&amp->held);
	sm_buf_release(&amp->out);
}

/* Where what begins, or end.  Its last character is rare, so that is sought. */
static const char *
find(const char *s, const char *end, const char *what)
{
	size_t n = strlen(what);

	for (const char *p = s + n - 1; p < end; p++) {
		p = memchr(p, what[n - 1], (size_t)(end - p));
		if (!p)
			break;
		if (memcmp(p - n + 1, what, n) == 0)
			return p - n + 1;
	}
	return end;
}

/* "]]>" and "-->": there are many '>' in them, few of the others. */
static const char *
find_closing(const char *s, const char *end, const char *what)
{
	for (const char *p = s; p + 2 < end; p++) {
		p = memchr(p, *what, (size_t)(end - p));
		if (!p)
			break;
		if (end - p > 2 && memcmp(p, what, 3) == 0)
			return p;
	}
	return end;
}

/* XML 1.0 has no place for the other controls, not even as a number. */
static bool
is_char(uint32_t c)
{
	return c >= 0x20 ? c != 0xFFFE && c != 0xFFFF :
	    c == '\t' || c == '\n' || c == '\r';
}

/* The reference at s in figures; behind it. */
static const char *
reference(struct sm_buf *out, const char *s, const char *end)
{
	size_t used = 1;
	uint32_t c = sm_entity(s, end, &used);

	c = c == 0 ? '&' : is_char(c) ? c : ' ';
	/* '>' may stand as it is (but in "]]>"), which is half of all. */
	if (c == '>' && out->len > 0 && out->data[out->len - 1] != ']') {
		sm_buf_addc(out, '>');
		return s + used;
	}
	if (c == '&' || c == '<' || c == '>' || c == '"') {
		sm_buf_add(out, c == '&' ? "&#38;" : c == '<' ? "&#60;" :
		    c == '>' ? "&#62;" : "&#34;", 5);
		return s + used;
	}
	sm_buf_addf(out, "&#%u;", c);
	return s + used;
}

/* From where on it cannot be told yet what it is; end: nothing waits. */
static const char *
unclear(const struct feed_amp *amp, const char *s, const char *end)
{
	const char *from = end - s > SM_ENTITY_MAX ? end - SM_ENTITY_MAX : s;

	if (amp->closing) {
		for (const char *p = end - s > 2 ? end - 2 : s; p < end; p++)
			if (*p == *amp->closing)
				return p;
		return end;
	}
	for (const char *p = from; p < end; p++) {
		size_t left = (size_t)(end - p);

		if (*p == '&' && !memchr(p, ';', left))
			return p;
		if (*p == '<' && left < sizeof(CDATA) - 1 &&
		    memcmp(p, CDATA, left) == 0)
			return p;
		if (*p == '<' && left < 4 && memcmp(p, "<!--", left) == 0)
			return p;
	}
	return end;
}

/* Copies what is clear to out; gives back where it stopped. */
static const char *
walk(struct feed_amp *amp, const char *s, const char *end, bool last)
{
	const char *amp_at = NULL, *bang_at = NULL, *stop;

	for (;;) {
		if (amp->closing) {
			stop = find_closing(s, end, amp->closing);
			if (stop == end)
				break;
			stop += strlen(amp->closing);
			sm_buf_add(&amp->out, s, (size_t)(stop - s));
			s = stop;
			amp->closing = NULL;
			amp_at = bang_at = NULL;
		}
		if (!amp_at || amp_at < s)
			amp_at = find(s, end, "&");
		if (!bang_at || bang_at < s)
			bang_at = find(s, end, "<!");
		stop = amp_at < bang_at ? amp_at : bang_at;
		if (stop == end || (!last && unclear(amp, stop, end) == stop))
			break;
		sm_buf_add(&amp->out, s, (size_t)(stop - s));
		s = stop;
		if (stop == amp_at) {
			s = reference(&amp->out, s, end);
			continue;
		}
		if ((size_t)(end - s) >= sizeof(CDATA) - 1 &&
		    memcmp(s, CDATA, sizeof(CDATA) - 1) == 0)
			amp->closing = "]]>";
		else if (end - s >= 4 && memcmp(s, "<!--", 4) == 0)
			amp->closing = "-->";
		sm_buf_add(&amp->out, s, amp->closing ? 4 : 2);
		s += amp->closing ? 4 : 2;
	}
	stop = last ? end : unclear(amp, s, end);
	sm_buf_add(&amp->out, s, (size_t)(stop - s));
	return stop;
}

const char *
feed_amp_piece(struct feed_amp *amp, const char *s, size_t *len, bool last)
{
	const char *end = s + *len, *stop;

	sm_buf_clear(&amp->out);
	if (amp->held.len > 0) {
		sm_buf_add(&amp->held, s, *len);
		s = amp->held.data;
		end = s + amp->held.len;
	}
	stop = walk(amp, s, end, last);
	if (s == amp->held.data) {
		memmove(amp->held.data, stop, (size_t)(end - stop));
		sm_buf_cut(&amp->held, (size_t)(end - stop));
	} else
		sm_buf_add(&amp->held, stop, (size_t)(end - stop));
	*len = amp->out.len;
	return sm_buf_str(&amp->out);
}
