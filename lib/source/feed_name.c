#include "source/feed_name.h"

#include <string.h>

enum space {
	ANY, RSS, ATOM, DC, TERMS, CONTENT, MEDIA, ITUNES, THR, SLASH, BURNER,
	OTHER
};

static const struct { const char *uri, *prefix; enum space space; } spaces[] = {
	{ "http://www.w3.org/2005/Atom", "atom:", ATOM },
	{ "http://purl.org/atom/ns#", NULL, ATOM },
	{ "http://purl.org/dc/elements/1.1/", "dc:", DC },
	{ "http://purl.org/dc/terms/", "dcterms:", TERMS },
	{ "http://purl.org/rss/1.0/modules/content/", "content:", CONTENT },
	{ "http://search.yahoo.com/mrss/", "media:", MEDIA },
	{ "http://search.yahoo.com/mrss", NULL, MEDIA },
	{ "http://www.itunes.com/dtds/podcast-1.0.dtd", "itunes:", ITUNES },
	{ "http://purl.org/syndication/thread/1.0", "thr:", THR },
	{ "http://purl.org/rss/1.0/modules/slash/", "slash:", SLASH },
	{ "http://rssnamespace.org/feedburner/ext/1.0", "feedburner:",
	    BURNER },
	{ "http://purl.org/rss/1.0/", NULL, RSS },
	{ "http://purl.org/net/rss1.1#", NULL, RSS },
	{ "http://my.netscape.com/rdf/simple/0.9/", NULL, RSS },
	{ "http://channel.netscape.com/rdf/simple/0.9/", NULL, RSS },
	{ "http://backend.userland.com/rss2", NULL, RSS },
	{ "http://backend.userland.com/RSS2", NULL, RSS },
	{ "http://blogs.law.harvard.edu/tech/rss", NULL, RSS }
};

#define TEXT(space, name, field, rank) \
	{ name, space, FEED_NAME_PLAIN, field, rank },
#define HTML(space, name, field, rank) \
	{ name, space, FEED_NAME_HTML, field, rank },
#define MARK(space, name, field, rank) \
	{ name, space, FEED_NAME_ATOM_TEXT, field, rank },
#define KIND(space, name, kind) { name, space, FEED_NAME_##kind, 0, 1 },

static const struct feed_name names[] = {
	{ "item", RSS, FEED_NAME_ITEM, FEED_ID, 1 },
	{ "item", ATOM, FEED_NAME_ITEM, FEED_TITLE, 1 },
	{ "entry", ATOM, FEED_NAME_ITEM, FEED_TITLE, 1 },
	{ "guid", RSS, FEED_NAME_ID, FEED_ID, 1 },
	TEXT(RSS, "link", FEED_LINK, 4)
	HTML(RSS, "title", FEED_TITLE, 1)
	HTML(RSS, "description", FEED_CONTENT, 3)
	TEXT(RSS, "pubDate", FEED_PUBLISHED, 1)
	TEXT(RSS, "lastmod", FEED_UPDATED, 3)
	TEXT(RSS, "language", FEED_LANGUAGE, 3)
	TEXT(RSS, "published", FEED_PUBLISHED, 5)
	{ "author", RSS, FEED_NAME_AUTHOR, FEED_AUTHOR, 2 },
	{ "category", RSS, FEED_NAME_TAG, 0, 1 },
	KIND(RSS, "enclosure", FILE)
	KIND(RSS, "source", SKIP)
	KIND(RSS, "image", HEAD_SKIP)
	KIND(RSS, "textInput", HEAD_SKIP)
	KIND(RSS, "textinput", HEAD_SKIP)

	{ "id", ATOM, FEED_NAME_ID, FEED_ID, 2 },
	KIND(ATOM, "link", ATOM_LINK)
	KIND(ATOM, "category", ATOM_TAG)
	{ "author", ATOM, FEED_NAME_AUTHOR, FEED_AUTHOR, 5 },
	{ "name", ATOM, FEED_NAME_IN_AUTHOR, FEED_AUTHOR, 1 },
	{ "uri", ATOM, FEED_NAME_IN_AUTHOR, FEED_AUTHOR_URL, 1 },
	{ "url", ATOM, FEED_NAME_IN_AUTHOR, FEED_AUTHOR_URL, 2 },
	{ "email", ATOM, FEED_NAME_IN_AUTHOR, FEED_AUTHOR_MAIL, 1 },
	KIND(ATOM, "contributor", SKIP)
	KIND(ATOM, "source", SKIP)
	MARK(ATOM, "title", FEED_TITLE, 1)
	MARK(ATOM, "content", FEED_CONTENT, 1)
	MARK(ATOM, "summary", FEED_CONTENT, 4)
	TEXT(ATOM, "published", FEED_PUBLISHED, 1)
	TEXT(ATOM, "issued", FEED_PUBLISHED, 2)
	TEXT(ATOM, "created", FEED_PUBLISHED, 3)
	TEXT(ATOM, "updated", FEED_UPDATED, 1)
	TEXT(ATOM, "modified", FEED_UPDATED, 2)

	TEXT(DC, "creator", FEED_AUTHOR, 3)
	TEXT(DC, "date", FEED_PUBLISHED, 2)
	TEXT(DC, "language", FEED_LANGUAGE, 2)
	TEXT(DC, "identifier", FEED_ID, 6)
	{ "subject", DC, FEED_NAME_TAG, 0, 1 },
	TEXT(TERMS, "created", FEED_PUBLISHED, 3)
	TEXT(TERMS, "modified", FEED_UPDATED, 2)
	HTML(CONTENT, "encoded", FEED_CONTENT, 1)
	HTML(MEDIA, "description", FEED_CONTENT, 5)
	HTML(MEDIA, "title", FEED_TITLE, 5)
	KIND(MEDIA, "content", FILE)
	KIND(MEDIA, "thumbnail", FILE)
	HTML(ITUNES, "summary", FEED_CONTENT, 6)
	TEXT(ITUNES, "author", FEED_AUTHOR, 6)
	KIND(THR, "in-reply-to", PARENT)
	TEXT(THR, "total", FEED_COMMENTS, 1)
	TEXT(SLASH, "comments", FEED_COMMENTS, 2)
	TEXT(BURNER, "origLink", FEED_LINK, 1)
};

static const struct feed_name none = { "", OTHER, FEED_NAME_NONE, 0, 0 };

static const struct feed_name *
find(const char *local, enum space space)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].space == space &&
		    strcmp(names[i].name, local) == 0)
			return &names[i];
	return &none;
}

const struct feed_name *
feed_name_find(const char *local, const char *uri)
{
	size_t count = sizeof(spaces) / sizeof(spaces[0]);
	const struct feed_name *name;

	for (size_t i = 0; uri && i < count; i++)
		if (strcmp(spaces[i].uri, uri) == 0)
			return find(local, spaces[i].space);
	if (uri)
		return &none;
	for (size_t i = 0; i < count; i++)
		if (spaces[i].prefix && strncmp(local, spaces[i].prefix,
		    strlen(spaces[i].prefix)) == 0)
			return find(local + strlen(spaces[i].prefix),
			    spaces[i].space);
	name = find(local, RSS);
	return name->kind != FEED_NAME_NONE ? name : find(local, ATOM);
}
