#include "source/feed/feed_name.h"

#include <string.h>
#include <strings.h>

enum space {
	OTHER, BASE, DC, TERMS, CONTENT, MEDIA, ITUNES, THR, SLASH, BURNER,
	XHTML, WFW, SY, RDF, SPACES
};

/* In the order of enum space; what elements are called without any xmlns. */
static const char *const prefixes[SPACES] = {
	"", "", "dc", "dcterms", "content", "media", "itunes", "thr", "slash",
	"feedburner", "xhtml", "wfw", "sy", "rdf"
};

/* In lower case; they are compared in any. */
static const struct { const char *uri; enum space space; } spaces[] = {
	{ "http://www.w3.org/2005/atom", BASE },
	{ "https://www.w3.org/2005/atom", BASE },
	{ "http://purl.org/atom/ns#", BASE },
	{ "http://purl.org/rss/1.0/", BASE },
	{ "http://purl.org/net/rss1.1#", BASE },
	{ "http://purl.org/rss/1.0/modules/rss091#", BASE },
	{ "http://my.netscape.com/rdf/simple/0.9/", BASE },
	{ "http://channel.netscape.com/rdf/simple/0.9/", BASE },
	{ "http://blogs.law.harvard.edu/tech/rss", BASE },
	{ "http://cyber.law.harvard.edu/rss/rss.html", BASE },
	{ "http://example.com/newformat#", BASE },
	{ "http://example.com/necho", BASE },
	{ "http://purl.org/echo/", BASE },
	{ "uri/of/echo/namespace#", BASE },
	{ "http://purl.org/pie/", BASE },
	{ "http://purl.org/dc/elements/1.1/", DC },
	{ "http://purl.org/dc/elements/1.0/", DC },
	{ "http://purl.org/dc/terms/", TERMS },
	{ "http://purl.org/rss/1.0/modules/content/", CONTENT },
	{ "http://search.yahoo.com/mrss/", MEDIA },
	{ "http://search.yahoo.com/mrss", MEDIA },
	{ "http://video.search.yahoo.com/mrss", MEDIA },
	{ "http://www.itunes.com/dtds/podcast-1.0.dtd", ITUNES },
	{ "http://example.com/dtds/podcast-1.0.dtd", ITUNES },
	{ "http://purl.org/syndication/thread/1.0", THR },
	{ "http://purl.org/rss/1.0/modules/slash/", SLASH },
	{ "http://rssnamespace.org/feedburner/ext/1.0", BURNER },
	{ "http://www.w3.org/1999/xhtml", XHTML },
	{ "http://wellformedweb.org/commentapi/", WFW },
	{ "http://purl.org/rss/1.0/modules/syndication/", SY },
	{ "http://www.w3.org/1999/02/22-rdf-syntax-ns#", RDF }
};

#define ROW(space, name, kind, field, rank, head, breaks) \
	{ name, space, FEED_NAME_##kind, FEED_##field, rank, \
	    FEED_HEAD_##head, breaks },
#define ITEM(space, name, kind, field, rank) \
	ROW(space, name, kind, field, rank, NONE, false)
#define ONLY(space, name, kind, field, rank) \
	ROW(space, name, kind, field, rank, NONE, true)
#define HEAD(space, name, head) ROW(space, name, NONE, ID, 1, head, false)

static const struct feed_name names[] = {
	ONLY(BASE, "item", ITEM, ID, 1)
	ONLY(BASE, "entry", ITEM, ID, 1)
	ONLY(BASE, "guid", ID, ID, 1)
	ITEM(BASE, "id", ID, ID, 1)
	ROW(BASE, "link", LINK, LINK, 3, LINK, false)
	ITEM(BASE, "title", GUESS, TITLE, 1)
	ONLY(BASE, "description", HTML, SUMMARY, 1)
	ITEM(BASE, "summary", GUESS, SUMMARY, 1)
	ITEM(BASE, "abstract", GUESS, SUMMARY, 2)
	ITEM(BASE, "content", GUESS, CONTENT, 1)
	ITEM(BASE, "body", BODY, CONTENT, 2)
	ITEM(XHTML, "body", BODY, CONTENT, 2)
	ITEM(BASE, "fullitem", HTML, CONTENT, 1)
	ONLY(BASE, "pubdate", PLAIN, PUBLISHED, 1)
	ONLY(BASE, "published", PLAIN, PUBLISHED, 1)
	ITEM(BASE, "issued", PLAIN, PUBLISHED, 2)
	ITEM(BASE, "created", PLAIN, PUBLISHED, 4)
	ONLY(BASE, "updated", PLAIN, UPDATED, 1)
	ITEM(BASE, "modified", PLAIN, UPDATED, 2)
	ITEM(BASE, "lastbuilddate", PLAIN, UPDATED, 3)
	ITEM(BASE, "lastmod", PLAIN, UPDATED, 3)
	ROW(BASE, "language", PLAIN, LANGUAGE, 3, LANGUAGE, false)
	ROW(BASE, "author", AUTHOR, AUTHOR, 3, AUTHOR, true)
	ROW(BASE, "managingeditor", AUTHOR, AUTHOR, 3, AUTHOR, true)
	ITEM(BASE, "name", IN_AUTHOR, AUTHOR, 1)
	ITEM(BASE, "uri", IN_AUTHOR, AUTHOR_URL, 1)
	ITEM(BASE, "url", IN_AUTHOR, AUTHOR_URL, 2)
	ITEM(BASE, "homepage", IN_AUTHOR, AUTHOR_URL, 3)
	ITEM(BASE, "email", IN_AUTHOR, AUTHOR_MAIL, 1)
	ONLY(BASE, "category", TAG, ID, 1)
	ITEM(BASE, "keywords", TAG, ID, 1)
	ITEM(BASE, "tags", WORDS, ID, 1)
	ONLY(BASE, "enclosure", FILE, ID, 1)
	ONLY(BASE, "comments", PLAIN, COMMENTS_URL, 1)
	ITEM(BASE, "source", SOURCE, ID, 1)
	ITEM(BASE, "contributor", SKIP, ID, 1)
	ITEM(BASE, "image", SKIP, ID, 1)
	ITEM(BASE, "textinput", SKIP, ID, 1)
	HEAD(BASE, "ttl", TTL)
	HEAD(BASE, "hour", HOUR)
	HEAD(BASE, "day", DAY)
	HEAD(SY, "updateperiod", PERIOD)
	HEAD(SY, "updatefrequency", FREQUENCY)

	ONLY(DC, "title", GUESS, TITLE, 1)
	ONLY(DC, "description", HTML, SUMMARY, 2)
	ROW(DC, "creator", AUTHOR, AUTHOR, 3, AUTHOR, true)
	ROW(DC, "author", AUTHOR, AUTHOR, 3, AUTHOR, true)
	ONLY(DC, "date", DATE, PUBLISHED, 4)
	ROW(DC, "language", PLAIN, LANGUAGE, 3, LANGUAGE, true)
	ONLY(DC, "identifier", PLAIN, ID, 6)
	ONLY(DC, "subject", TAG, ID, 1)
	ITEM(TERMS, "created", PLAIN, PUBLISHED, 4)
	ITEM(TERMS, "issued", PLAIN, PUBLISHED, 2)
	ITEM(TERMS, "modified", PLAIN, UPDATED, 2)
	ONLY(CONTENT, "encoded", HTML, CONTENT, 1)
	ITEM(MEDIA, "title", GUESS, TITLE, 5)
	ITEM(MEDIA, "description", HTML, SUMMARY, 4)
	ITEM(MEDIA, "content", FILE, ID, 1)
	ITEM(MEDIA, "thumbnail", FILE, ID, 1)
	ITEM(MEDIA, "category", TAG, ID, 1)
	ITEM(MEDIA, "keywords", WORDS, ID, 1)
	ITEM(MEDIA, "credit", AUTHOR, AUTHOR, 9)
	ROW(ITUNES, "author", AUTHOR, AUTHOR, 3, AUTHOR, false)
	ITEM(ITUNES, "title", GUESS, TITLE, 6)
	ITEM(ITUNES, "summary", GUESS, SUMMARY, 5)
	ITEM(ITUNES, "subtitle", GUESS, SUMMARY, 6)
	ITEM(ITUNES, "image", FILE, ID, 1)
	ITEM(ITUNES, "keywords", WORDS, ID, 1)
	ITEM(ITUNES, "category", TAG, ID, 1)
	ITEM(ITUNES, "owner", SKIP, ID, 1)
	ITEM(THR, "in-reply-to", PARENT, PARENT, 1)
	ITEM(THR, "total", PLAIN, COMMENTS, 1)
	ITEM(SLASH, "comments", PLAIN, COMMENTS, 2)
	ITEM(WFW, "commentrss", PLAIN, COMMENT_FEED, 1)
	ITEM(BURNER, "origlink", PLAIN, LINK, 1)
};

static const struct feed_name none = { "", OTHER, FEED_NAME_NONE, 0, 0, 0,
    false };

static bool
same(const char *s, size_t len, const char *lower)
{
	return strlen(lower) == len && strncasecmp(s, lower, len) == 0;
}

unsigned char
feed_space_of(const char *uri, size_t len)
{
	static const char userland[] = "http://backend.userland.com/rss";

	for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++)
		if (same(uri, len, spaces[i].uri))
			return spaces[i].space;
	if (len >= sizeof(userland) - 1 &&
	    strncasecmp(uri, userland, sizeof(userland) - 1) == 0)
		return BASE;
	return OTHER;
}

unsigned char
feed_space_usual(const char *prefix, size_t len)
{
	for (unsigned char i = DC; i < SPACES; i++)
		if (same(prefix, len, prefixes[i]))
			return i;
	return same(prefix, len, "atom") || same(prefix, len, "rss") ||
	    same(prefix, len, "a10") ? BASE : OTHER;
}

unsigned char
feed_space_base(void)
{
	return BASE;
}

const struct feed_name *
feed_name_find(unsigned char space, const char *local, size_t len)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].space == space && same(local, len, names[i].name))
			return &names[i];
	return &none;
}
