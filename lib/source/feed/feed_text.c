/* Texts of items: how they are written, and what they say. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "source/feed/feed_take.h"
#include "text/entity.h"
#include "text/transfer.h"

/* What HTML has in a text; others say that '<' is just a character. */
static const char *const text_tags[] = {
    "a", "abbr", "acronym", "address", "area", "article", "aside", "audio",
    "b", "big", "blockquote", "br", "button", "canvas", "caption", "center",
    "cite", "code", "col", "colgroup", "command", "datagrid", "datalist",
    "dd", "del", "details", "dfn", "dialog", "dir", "div", "dl", "dt", "em",
    "event-source", "fieldset", "figcaption", "figure", "font", "footer",
    "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img",
    "input", "ins", "kbd", "keygen", "label", "legend", "li", "m", "map",
    "menu", "meter", "multicol", "nav", "nextid", "noscript", "ol",
    "optgroup", "option", "output", "p", "pre", "progress", "q", "s", "samp",
    "section", "select", "small", "sound", "source", "spacer", "span",
    "strike", "strong", "sub", "sup", "table", "tbody", "td", "textarea",
    "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var", "video",
    "wbr" };

static bool
is_text_tag(const char *s, size_t len)
{
	for (size_t i = 0; i < sizeof(text_tags) / sizeof(text_tags[0]);
	    i++)
		if (strlen(text_tags[i]) == len &&
		    strncasecmp(s, text_tags[i], len) == 0)
			return true;
	return false;
}

bool
feed_text_is_html(const char *s, size_t len)
{
	const char *end = s + len;
	bool found = false;

	for (; s < end; s++) {
		const char *name = s + 1;
		size_t used, n = 0;

		if (*s == '&') {
			if (sm_entity(s, end, &used) != 0 &&
			    s[used - 1] == ';')
				found = true;
			continue;
		}
		if (*s != '<')
			continue;
		name += name < end && *name == '/';
		while (name + n < end && isalnum((unsigned char)name[n]))
			n++;
		if (n == 0)
			continue;
		if (!is_text_tag(name, n))
			return false;
		found = found || memchr(s, '>', (size_t)(end - s));
	}
	return found;
}

/* Text of its own, without controls. */
static bool
is_text(const char *s, size_t len)
{
	if (sm_utf8_check(s, len) != len)
		return false;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] < ' ' && !isspace((unsigned char)s[i]))
			return false;
	return true;
}

/* Many a text that is called so was never encoded. */
static bool
is_base64(const char *s, size_t len)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++) {
		if (isspace((unsigned char)s[i])) {
			if (s[i] == ' ' && i > 0 && i + 1 < len &&
			    !isspace((unsigned char)s[i - 1]) &&
			    !isspace((unsigned char)s[i + 1]))
				return false;	/* between words */
			continue;
		}
		if (!isalnum((unsigned char)s[i]) && s[i] != '+' &&
		    s[i] != '/' && s[i] != '=')
			return false;
		count++;
	}
	return count % 4 == 0;
}

/* Whether valid UTF-8 is so, and what is below it too. */
static bool
is_encoded_twice(const char *s, size_t len)
{
	unsigned more = 0;	/* bytes that the character still needs */

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c >= 0x80) {
			if ((c != 0xC2 && c != 0xC3) || i + 1 == len)
				return false;
			c = (unsigned char)(c << 6 | (s[++i] & 0x3F));
		}
		if (more > 0 ? (c & 0xC0) != 0x80 : c >= 0x80 &&
		    (c < 0xC2 || c > 0xF4))
			return false;
		if (more > 0)
			more--;
		else if (c >= 0x80)
			more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : 1;
	}
	return more == 0;
}

/*
 * UTF-8 that was taken for Latin 1 and encoded again: what is left if every
 * character is the byte of its number, if that is UTF-8.
 */
static void
encode_once(struct sm_buf *text)
{
	size_t to = 0, i = 0;

	while (i < text->len && (unsigned char)text->data[i] < 0x80)
		i++;
	if (i == text->len || !is_encoded_twice(text->data + i,
	    text->len - i))
		return;
	for (i = 0; i < text->len; i++) {
		unsigned char c = (unsigned char)text->data[i];

		if (c >= 0x80)
			c = (unsigned char)(c << 6 | (text->data[++i] & 0x3F));
		text->data[to++] = (char)c;
	}
	sm_buf_cut(text, to);
}

static void
set_html(struct feed *feed, enum feed_field field, int rank, const char *s,
    size_t len, const char *base)
{
	sm_html_text(&feed->html, s, len, base);
	feed->item.cut = feed->item.cut || feed->html.cut;
	feed_item_set(&feed->item, field, rank, feed->html.text.data,
	    feed->html.text.len);
}

void
feed_text_set(struct feed *feed, enum feed_field field, int rank,
    enum feed_text how, const char *s, size_t len, const char *base)
{
	struct feed_item *item = &feed->item;
	struct sm_buf *decoded = &feed->scratch;

	if (len == 0 || (item->rank[field] && item->rank[field] <= rank))
		return;
	if (how == FEED_TEXT_BASE64) {
		sm_buf_clear(decoded);
		if (is_base64(s, len)) {
			sm_base64_decode(decoded, s, len);
			if (!is_text(sm_buf_str(decoded), decoded->len))
				return;
			s = sm_buf_str(decoded);
			len = decoded->len;
		}
		how = FEED_TEXT_GUESS;
	}
	if (how == FEED_TEXT_GUESS)
		how = feed_text_is_html(s, len) ? FEED_TEXT_HTML :
		    FEED_TEXT_PLAIN;
	if (how == FEED_TEXT_PLAIN)
		feed_item_set(item, field, rank, s, len);
	else
		set_html(feed, field, rank, s, len, base);
	encode_once(&item->field[field]);
}
