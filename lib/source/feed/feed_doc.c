/* The document: its charset, its format, its text piece by piece. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "source/feed/feed.h"
#include "text/charset.h"

#define HEAD 1024	/* bytes by which charset and format are told */

/* The mark, else the declaration, else the header, if they name one at all. */
static void
open_charset(struct feed *feed)
{
	size_t skip, len;
	const char *name = sm_charset_detect(sm_buf_str(&feed->head),
	    feed->head.len, &skip);

	if (name)
		feed->charset = sm_charset_new(name, strlen(name));
	else if (sm_charset_xml(sm_buf_str(&feed->head), feed->head.len,
	    &name, &len))
		feed->charset = sm_charset_new(name, len);
	if (!feed->charset)
		feed->charset = sm_charset_new(sm_buf_str(&feed->declared),
		    feed->declared.len);
	if (!feed->charset)
		feed->charset = sm_charset_new("", 0);
	memmove(feed->head.data, feed->head.data + skip,
	    feed->head.len - skip);
	sm_buf_cut(&feed->head, feed->head.len - skip);
}

static bool
begins(const char *s, const char *word)
{
	return strncasecmp(s, word, strlen(word)) == 0;
}

/* Behind declarations, comments and the document type. */
static const char *
first_element(const char *s)
{
	while ((s = strchr(s, '<')) && (s[1] == '!' || s[1] == '?')) {
		const char *stop = begins(s, "<!--") ? "-->" :
		    s[1] == '?' ? "?>" : ">";
		const char *end = strstr(s, stop);

		if (!end)
			return NULL;
		s = end + strlen(stop);
	}
	return s;
}

static bool
is_page(const char *s)
{
	static const char *const names[] = { "html", "head", "body", "script",
	    "meta", "title", "div", "p" };
	const char *first = first_element(s);

	if (!first)
		return strcasestr(s, "<!doctype html") != NULL;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (begins(first + 1, names[i]) &&
		    !isalnum((unsigned char)first[1 + strlen(names[i])]) &&
		    first[1 + strlen(names[i])] != ':')
			return true;
	return false;
}

/* Behind what some servers print before the document; NULL: no XML in it. */
static const char *
skip_junk(const char *s)
{
	static const char *const starts[] = { "<?xml", "<rss", "<feed",
	    "<rdf:RDF", "<channel" };

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		const char *found = strstr(s, starts[i]);

		if (found)
			return found;
	}
	return NULL;
}

static int
tell_format(struct feed *feed, struct sm_err *err)
{
	const char *s = sm_buf_str(&feed->text), *start;

	s += strspn(s, " \t\r\n\f\v");
	if (*s == '\0')
		return 0;
	start = *s == '<' || *s == '{' ? s : skip_junk(s);
	if (!start)
		return sm_err_set(err, SM_EXIT_DATA,
		    "not a feed: neither XML nor JSON");
	if (*start == '{')
		feed->format = FEED_JSON;
	else if (is_page(start))
		feed->format = FEED_PAGE;
	else {
		feed->format = FEED_XML;
		feed->xml = feed_xml_new(feed);
		if (start != s)
			feed_xml_broken(feed->xml);
	}
	memmove(feed->text.data, start, strlen(start) + 1);
	sm_buf_cut(&feed->text, strlen(feed->text.data));
	return 0;
}

/* A piece that is UTF-8, in feed->text. */
static int
text_piece(struct feed *feed, bool last, struct sm_err *err)
{
	size_t len;

	if (feed->format == FEED_UNKNOWN && tell_format(feed, err) == -1)
		return -1;
	len = feed->text.len;
	switch (feed->format) {
	case FEED_UNKNOWN:
		return 0;
	case FEED_PAGE:
		if (feed->json.len + len <= FEED_PAGE_MAX)
			sm_buf_add(&feed->json, sm_buf_str(&feed->text), len);
		return 0;
	case FEED_JSON:
		if (feed->json.len + len > FEED_JSON_MAX)
			return sm_err_set(err, SM_EXIT_DATA,
			    "a JSON Feed of more than %d bytes",
			    FEED_JSON_MAX);
		sm_buf_add(&feed->json, sm_buf_str(&feed->text), len);
		return 0;
	case FEED_XML:
		break;
	}
	return feed_xml_piece(feed->xml, sm_buf_str(&feed->text), len, last,
	    err);
}

/* To what looks for the end of a string they would be one. */
static void
drop_nuls(struct sm_buf *text)
{
	char *nul = text->data;

	while (text->len > 0 && (nul = memchr(nul, '\0',
	    text->len - (size_t)(nul - text->data))))
		*nul = ' ';
}

void
feed_doc_begin(struct feed *feed)
{
	struct sm_buf *bufs[] = { &feed->head, &feed->text, &feed->json,
	    &feed->language, &feed->author, &feed->held, &feed->plan.next };

	for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
		sm_buf_clear(bufs[i]);
	sm_charset_free(feed->charset);
	feed->charset = NULL;
	feed_xml_free(feed->xml);
	feed->xml = NULL;
	feed->format = FEED_UNKNOWN;
	feed->manners = (struct feed_manners){ .ttl_s = 0 };
	feed->repaired_utf8 = feed->failed = feed->verdict = false;
	feed->items = feed->fresh = feed->moved = 0;
	feed_item_clear(&feed->item);
}

int
feed_piece(struct feed *feed, const char *data, size_t len, bool last,
    struct sm_err *err)
{
	sm_buf_clear(&feed->text);
	if (!feed->charset) {
		sm_buf_add(&feed->head, data, len);
		if (feed->head.len < HEAD && !last)
			return 0;
		open_charset(feed);
		data = sm_buf_str(&feed->head);
		len = feed->head.len;
	}
	sm_charset_add(feed->charset, &feed->text, data, len, last);
	feed->repaired_utf8 = sm_charset_repaired(feed->charset);
	drop_nuls(&feed->text);
	return text_piece(feed, last, err);
}
