/* The document: its charset, its format, its text piece by piece. */
#include <string.h>

#include "source/feed.h"
#include "text/charset.h"

#define HEAD 512	/* bytes by which the charset is told */

/* What the XML declaration says; false: it says nothing. */
static bool
xml_charset(const struct sm_buf *head, const char **name, size_t *len)
{
	const char *s = sm_buf_str(head), *end;

	s += strspn(s, " \t\r\n");
	if (strncmp(s, "<?xml", 5) != 0 || !(end = strstr(s, "?>")))
		return false;
	s = strstr(s, "encoding");
	if (!s || s > end)
		return false;
	s += strlen("encoding");
	s += strspn(s, " \t\r\n=");
	if (*s != '"' && *s != '\'')
		return false;
	*name = s + 1;
	*len = strcspn(s + 1, "\"'");
	return s + 1 + *len < end;
}

static void
open_charset(struct feed *feed)
{
	size_t skip, len;
	const char *name = sm_charset_detect(sm_buf_str(&feed->head),
	    feed->head.len, &skip);

	if (name)
		len = strlen(name);
	else if (!xml_charset(&feed->head, &name, &len)) {
		name = sm_buf_str(&feed->declared);
		len = feed->declared.len;
	}
	feed->charset = sm_charset_new(name, len);
	if (!feed->charset)
		feed->charset = sm_charset_new("", 0);
	memmove(feed->head.data, feed->head.data + skip,
	    feed->head.len - skip);
	sm_buf_cut(&feed->head, feed->head.len - skip);
}

static int
tell_format(struct feed *feed, struct sm_err *err)
{
	const char *s = sm_buf_str(&feed->text);

	s += strspn(s, " \t\r\n\f\v");
	if (*s == '\0')
		return 0;
	if (*s == '{')
		feed->format = FEED_JSON;
	else if (*s == '<') {
		feed->format = FEED_XML;
		feed->xml = feed_xml_new(feed);
		if (!feed->xml)
			return sm_err_set(err, SM_EXIT_OS,
			    "cannot begin to parse XML");
		/* Blanks before <?xml are a fault that many make. */
		memmove(feed->text.data, s, strlen(s));
		sm_buf_cut(&feed->text, strlen(s));
	} else
		return sm_err_set(err, SM_EXIT_DATA,
		    "not a feed: neither XML nor JSON");
	return 0;
}

/* A piece that is UTF-8, in feed->text. */
static int
text_piece(struct feed *feed, bool last, struct sm_err *err)
{
	size_t len;
	const char *s;

	if (feed->format == FEED_UNKNOWN && tell_format(feed, err) == -1)
		return -1;
	len = feed->text.len;
	switch (feed->format) {
	case FEED_UNKNOWN:
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
	s = feed_amp_piece(&feed->amp, sm_buf_str(&feed->text), &len, last);
	return feed_xml_piece(feed->xml, s, len, err);
}

/* To a parser of C strings they would be the end. */
static void
drop_nuls(struct sm_buf *text)
{
	char *nul = text->data;

	while (text->len > 0 && (nul = memchr(nul, '\0',
	    text->len - (size_t)(nul - text->data))))
		*nul = ' ';
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
