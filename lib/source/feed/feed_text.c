/* Texts of items: how they are written, and what they say. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "source/feed/feed_take.h"
#include "text/entity.h"
#include "text/transfer.h"

/* What HTML has in a line of text; others say that '<' is just a character. */
static const char *const inline_tags[] = { "a", "abbr", "acronym", "b", "big",
    "blockquote", "br", "cite", "code", "del", "div", "em", "font", "h1",
    "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "ol",
    "p", "pre", "q", "s", "samp", "small", "span", "strike", "strong", "sub",
    "sup", "table", "tbody", "td", "th", "tr", "tt", "u", "ul", "var", "wbr" };

static bool
is_inline(const char *s, size_t len)
{
	for (size_t i = 0; i < sizeof(inline_tags) / sizeof(inline_tags[0]);
	    i++)
		if (strlen(inline_tags[i]) == len &&
		    strncasecmp(s, inline_tags[i], len) == 0)
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
		if (!is_inline(name, n))
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
		sm_base64_decode(decoded, s, len);
		if (!is_text(sm_buf_str(decoded), decoded->len))
			return;
		s = sm_buf_str(decoded);
		len = decoded->len;
		how = FEED_TEXT_GUESS;
	}
	if (how == FEED_TEXT_GUESS)
		how = feed_text_is_html(s, len) ? FEED_TEXT_HTML :
		    FEED_TEXT_PLAIN;
	if (how == FEED_TEXT_PLAIN)
		feed_item_set(item, field, rank, s, len);
	else
		set_html(feed, field, rank, s, len, base);
}
