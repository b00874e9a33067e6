#include "source/feed/feed_scan.h"

#include <ctype.h>
#include <string.h>

#include "text/entity.h"

#define CDATA "<![CDATA["
#define CDATA_LEN 9

void
feed_scan_release(struct feed_scan *scan)
{
	sm_buf_release(&scan->held);
	sm_buf_release(&scan->values);
}

static bool
is_name_start(char c)
{
	return isalpha((unsigned char)c) || c == '_' || c == ':' ||
	    (unsigned char)c >= 0x80;
}

/* From s to stop: text, its references decoded. */
static const char *
decoded(struct feed_scan *scan, const char *s, const char *stop, bool more)
{
	while (s < stop && !scan->stopped) {
		const char *amp = memchr(s, '&', (size_t)(stop - s));
		size_t used, len;
		char utf8[4];

		if (!amp)
			amp = stop;
		if (amp > s)
			scan->text(scan->arg, s, (size_t)(amp - s));
		s = amp;
		if (s == stop)
			break;
		if (more && stop - s < SM_ENTITY_MAX &&
		    !memchr(s, ';', (size_t)(stop - s)))
			return s;
		len = feed_reference(s, stop, &used, utf8);
		scan->text(scan->arg, utf8, len);
		s += used;
	}
	return s;
}

static const char *
text(struct feed_scan *scan, const char *s, const char *end, bool last)
{
	const char *stop = memchr(s, '<', (size_t)(end - s));
	bool more = !stop && !last;

	if (!stop)
		stop = end;
	return scan->want_text ? decoded(scan, s, stop, more) : stop;
}

/* To the end of a CDATA section, a comment or an instruction. */
static const char *
section(struct feed_scan *scan, const char *s, const char *end, bool last)
{
	size_t n = strlen(scan->closing);
	const char *found = memmem(s, (size_t)(end - s), scan->closing, n);
	const char *stop = found ? found : end;

	/* Its first characters may be there, the last not yet. */
	for (size_t i = 1; !found && !last && i < n &&
	    (size_t)(end - s) >= i; i++)
		if (memcmp(end - i, scan->closing, i) == 0)
			stop = end - i;
	if (scan->section_text && scan->want_text && stop > s)
		scan->text(scan->arg, s, (size_t)(stop - s));
	if (!found)
		return stop;
	scan->closing = NULL;
	scan->section_text = false;
	return found + n;
}

/* Behind a document type; NULL: it is not complete. */
static const char *
doctype_end(const char *s, const char *end)
{
	char quote = '\0';
	int depth = 0;

	for (; s < end; s++) {
		if (quote) {
			if (*s == quote)
				quote = '\0';
		} else if (*s == '"' || *s == '\'')
			quote = *s;
		else if (end - s >= 4 && memcmp(s, "<!--", 4) == 0) {
			s = memmem(s + 2, (size_t)(end - s) - 2, "-->", 3);
			if (!s)
				return NULL;
			s += 2;
		} else if (*s == '[')
			depth++;
		else if (*s == ']' && depth > 0)
			depth--;
		else if (*s == '>' && depth == 0)
			return s + 1;
	}
	return NULL;
}

/* Notes the first entity that a document type declares. */
static void
note_entity(struct feed_scan *scan, const char *s, const char *end)
{
	size_t n = 0;

	s = memmem(s, (size_t)(end - s), "<!ENTITY", 8);
	if (!s || scan->entities)
		return;
	scan->entities = true;
	for (s += 8; s < end && (feed_is_space(*s) || *s == '%'); s++)
		;
	while (s < end && !feed_is_space(*s) && *s != '>' &&
	    n + 1 < sizeof(scan->entity))
		scan->entity[n++] = *s++;
	scan->entity[n] = '\0';
}

static const char *
doctype(struct feed_scan *scan, const char *s, const char *end, bool last)
{
	const char *stop = doctype_end(s + 1, end);

	if (!stop && !last && end - s < FEED_SCAN_TAG)
		return s;
	if (!stop) {	/* a quote or bracket that never ends */
		scan->broken = true;
		stop = memchr(s, '>', (size_t)(end - s));
		stop = stop ? stop + 1 : end;
	}
	note_entity(scan, s, stop);
	return stop;
}

/* <!-- <![CDATA[ <!DOCTYPE */
static const char *
declaration(struct feed_scan *scan, const char *s, const char *end, bool last)
{
	size_t left = (size_t)(end - s);

	if (left < CDATA_LEN && !last && (memcmp(s, CDATA, left) == 0 ||
	    (left < 4 && memcmp(s, "<!--", left) == 0)))
		return s;
	if (left >= CDATA_LEN && memcmp(s, CDATA, CDATA_LEN) == 0) {
		scan->closing = "]]>";
		scan->section_text = true;
		return s + CDATA_LEN;
	}
	if (left >= 4 && memcmp(s, "<!--", 4) == 0) {
		scan->closing = "-->";
		return s + 4;
	}
	return doctype(scan, s, end, last);
}

/* A '<' that begins nothing is text. */
static const char *
no_tag(struct feed_scan *scan, const char *s)
{
	scan->broken = true;
	if (scan->want_text)
		scan->text(scan->arg, s, 1);
	return s + 1;
}

/* Whether the quote at s stands behind a '='. */
static bool
is_value(const char *start, const char *s)
{
	for (s--; s > start && feed_is_space(*s); s--)
		;
	return *s == '=';
}

/*
 * Where the tag at start ends: its '>', or the '<' that comes before it; NULL
 * where neither has come.  A '>' in quotes is part of the value, unless the
 * quotes never end.
 */
static const char *
tag_end(const char *start, const char *end)
{
	static const unsigned char odd[256] = { ['<'] = 1, ['>'] = 1,
	    ['"'] = 1, ['\''] = 1 };
	const char *inside = NULL;	/* the first '>' in quotes */
	char quote = '\0';

	for (const char *s = start + 1; s < end; s++) {
		if (!odd[(unsigned char)*s])
			continue;
		if (*s == '<')
			return quote && inside ? inside : s;
		if (quote && *s == quote)
			quote = '\0';
		else if (quote && *s == '>' && !inside)
			inside = s;
		else if (!quote && *s == '>')
			return s;
		else if (!quote && is_value(start, s)) {
			quote = *s;
			inside = NULL;
		}
	}
	return NULL;
}

static const char *
start_tag(struct feed_scan *scan, const char *s, const char *stop)
{
	struct feed_tag tag = { .name = s + 1, .attrs = scan->attrs };
	const char *at = s + 1, *end = stop;

	tag.empty = *stop == '>' && stop[-1] == '/';
	if (tag.empty)
		end--;
	while (at < end && !feed_is_space(*at) && *at != '/')
		at++;
	tag.len = (size_t)(at - tag.name);
	if (at < end)
		tag.count = feed_attrs(scan, at, end);
	scan->start(scan->arg, &tag);
	if (tag.empty && !scan->stopped)
		scan->end(scan->arg, tag.name, tag.len);
	return stop + (*stop == '>');
}

static const char *
end_tag(struct feed_scan *scan, const char *s, const char *stop)
{
	const char *name = s + 2, *at = name;

	while (at < stop && !feed_is_space(*at))
		at++;
	scan->end(scan->arg, name, (size_t)(at - name));
	return stop + (*stop == '>');
}

static const char *
markup(struct feed_scan *scan, const char *s, const char *end, bool last)
{
	const char *stop;
	bool closing = end - s > 1 && s[1] == '/';

	if (end - s < 2 + closing)
		return last ? end : s;
	if (s[1] == '!')
		return declaration(scan, s, end, last);
	if (s[1] == '?') {
		scan->closing = ">";
		return s + 2;
	}
	if (!is_name_start(s[1 + closing]))
		return no_tag(scan, s);
	stop = tag_end(s, end);
	if (!stop && end - s >= FEED_SCAN_TAG)
		return no_tag(scan, s);
	if (!stop)
		return last ? end : s;
	if (*stop == '<')
		scan->broken = true;
	return closing ? end_tag(scan, s, stop) : start_tag(scan, s, stop);
}

static const char *
walk(struct feed_scan *scan, const char *s, const char *end, bool last)
{
	while (s < end && !scan->stopped) {
		const char *at = s;

		if (scan->closing)
			s = section(scan, s, end, last);
		else if (*s == '<')
			s = markup(scan, s, end, last);
		else
			s = text(scan, s, end, last);
		if (s == at)
			break;
	}
	return s;
}

void
feed_scan_piece(struct feed_scan *scan, const char *s, size_t len, bool last)
{
	const char *end = s + len, *stop;

	if (scan->held.len > 0) {
		sm_buf_add(&scan->held, s, len);
		s = scan->held.data;
		end = s + scan->held.len;
	}
	stop = walk(scan, s, end, last);
	if (scan->stopped)
		sm_buf_clear(&scan->held);
	else if (s == scan->held.data) {
		memmove(scan->held.data, stop, (size_t)(end - stop));
		sm_buf_cut(&scan->held, (size_t)(end - stop));
	} else
		sm_buf_add(&scan->held, stop, (size_t)(end - stop));
}
