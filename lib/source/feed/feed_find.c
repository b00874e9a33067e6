/*
 * From a web page to its feed: what the page itself names first, then what is
 * known of the place or of the program behind it, then links that look like a
 * feed, then the usual paths.  All are only tried; none is believed before it
 * has proved to be one.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "source/feed/feed.h"
#include "text/html.h"
#include "text/html_attr.h"
#include "text/url.h"

struct page {
	struct feed *feed;
	const char *at, *end;
	struct sm_buf href, later;	/* later: the feeds of comments */
	char program[32];		/* <meta name="generator"> */
};

/* The value of an attribute, decoded, in out: whether it has any. */
static bool
attr(const char *tag, const char *end, const char *name, struct sm_buf *out)
{
	const char *value;
	size_t len;

	sm_buf_clear(out);
	if (!sm_html_attr(tag, end, name, &value, &len) || len > SM_URL_MAX)
		return false;
	html_decode(out, value, len);
	return out->len > 0;
}

static bool
attr_has(const char *tag, const char *end, const char *name, const char *what)
{
	struct sm_buf text = SM_BUF_INIT;
	bool has = attr(tag, end, name, &text) &&
	    strcasestr(text.data, what) != NULL;

	sm_buf_release(&text);
	return has;
}

static bool
is_feed_type(const char *tag, const char *end)
{
	static const char *const types[] = { "application/rss",
	    "application/atom", "application/feed+json", "application/rdf",
	    "text/rss", "application/x.atom", "application/x-rss",
	    "text/atom" };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (attr_has(tag, end, "type", types[i]))
			return true;
	return (attr_has(tag, end, "type", "application/json") ||
	    attr_has(tag, end, "type", "xml")) &&
	    attr_has(tag, end, "href", "feed");
}

static void
link_tag(struct page *page, const char *tag, const char *end)
{
	if (attr_has(tag, end, "rel", "https://api.w.org"))
		memcpy(page->program, "wordpress", sizeof("wordpress"));
	if ((!attr_has(tag, end, "rel", "alternate") &&
	    !attr_has(tag, end, "rel", "feed")) ||
	    !is_feed_type(tag, end) || !attr(tag, end, "href", &page->href))
		return;
	if (attr_has(tag, end, "title", "comment") ||
	    strcasestr(page->href.data, "comment"))
		sm_buf_add(&page->later, page->href.data, page->href.len + 1);
	else
		feed_plan_try(page->feed, page->href.data, page->href.len);
}

static void
meta_tag(struct page *page, const char *tag, const char *end)
{
	size_t n = 0;

	if (!attr_has(tag, end, "name", "generator") ||
	    !attr(tag, end, "content", &page->href))
		return;
	while (n + 1 < sizeof(page->program) && n < page->href.len) {
		page->program[n] = (char)tolower(
		    (unsigned char)page->href.data[n]);
		n++;
	}
	page->program[n] = '\0';
}

static void
base_tag(struct page *page, const char *tag, const char *end)
{
	if (attr(tag, end, "href", &page->href))
		feed_base(page->feed, page->href.data, page->href.len);
}

/* A link that looks as if it led to a feed. */
static void
a_tag(struct page *page, const char *tag, const char *end)
{
	static const char *const ends[] = { ".rss", ".atom", "/feed", "/feed/",
	    "/rss", "/rss/", "rss.xml", "feed.xml", "atom.xml", "index.xml",
	    "feed.json", "rss.php", "/atom", "/atom/" };

	if (!attr(tag, end, "href", &page->href))
		return;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t n = strlen(ends[i]);

		if (page->href.len < n || strcasecmp(page->href.data +
		    page->href.len - n, ends[i]) != 0)
			continue;
		feed_plan_try(page->feed, page->href.data, page->href.len);
		return;
	}
}

static const struct {
	const char *name;
	void (*look)(struct page *page, const char *tag, const char *end);
	bool second;	/* only where the page names none */
} tags[] = {
	{ "base", base_tag, false },
	{ "link", link_tag, false },
	{ "meta", meta_tag, false },
	{ "a", a_tag, true }
};

/* Comments and scripts have no tags. */
static const char *
skip_hidden(const char *s, const char *end)
{
	static const struct { const char *begin, *end; } hidden[] = {
		{ "<!--", "-->" }, { "<script", "</script" },
		{ "<style", "</style" }, { "<noscript", "</noscript" }
	};

	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
		size_t n = strlen(hidden[i].begin);
		const char *found;

		if ((size_t)(end - s) < n ||
		    strncasecmp(s, hidden[i].begin, n) != 0)
			continue;
		found = strcasestr(s + n, hidden[i].end);
		return found ? found + strlen(hidden[i].end) : end;
	}
	return s;
}

static void
look_at_tag(struct page *page, const char *tag, const char *end, bool second)
{
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		size_t n = strlen(tags[i].name);

		if (tags[i].second == second && (size_t)(end - tag) > n &&
		    strncasecmp(tag, tags[i].name, n) == 0 &&
		    isspace((unsigned char)tag[n]))
			tags[i].look(page, tag, end);
	}
}

static void
look(struct page *page, bool second)
{
	const char *s = page->at, *end;

	while ((s = memchr(s, '<', (size_t)(page->end - s)))) {
		const char *behind = skip_hidden(s, page->end);

		if (behind != s) {
			s = behind;
			continue;
		}
		end = memchr(s, '>', (size_t)(page->end - s));
		if (!end)
			return;
		look_at_tag(page, s + 1, end, second);
		s = end;
	}
}

/* What is known of places: host and path begin so, the feed is there. */
static const struct {
	const char *host;	/* its end; NULL: any */
	const char *path;	/* of the page, its beginning */
	int parts;		/* of the path that are kept; 0: all */
	const char *tail;	/* put behind them */
} places[] = {
	{ "github.com", "/", 2, "/releases.atom" },
	{ "github.com", "/", 1, ".atom" },
	{ "gitlab.com", "/", 2, ".atom" },
	{ "reddit.com", "/r/", 2, "/.rss" },
	{ "reddit.com", "/user/", 2, "/.rss" },
	{ "tumblr.com", "/", -1, "/rss" },
	{ "blogspot.com", "/", -1, "/feeds/posts/default" },
	{ "substack.com", "/", -1, "/feed" },
	{ "wordpress.com", "/", -1, "/feed/" },
	{ NULL, "/@", 1, ".rss" },
	{ NULL, "/users/", 2, ".rss" }
};

static const struct { const char *program, *path; } programs[] = {
	{ "wordpress", "/feed/" }, { "discourse", "/latest.rss" },
	{ "ghost", "/rss/" }, { "jekyll", "/feed.xml" },
	{ "hugo", "/index.xml" }, { "drupal", "/rss.xml" },
	{ "blogger", "/feeds/posts/default" }, { "joomla", "/?format=feed" },
	{ "mediawiki", "/index.php?title=Special:RecentChanges&feed=atom" },
	{ "typo3", "/feed.xml" }
};

static const char *const usual[] = { "/feed/", "/rss.xml", "/feed.xml",
    "/atom.xml", "/index.xml", "/rss", "/feed.json" };

static bool
ends_with(const struct sm_url *url, const char *host)
{
	size_t n = strlen(host);

	return url->host_len >= n && strncasecmp(url->host + url->host_len - n,
	    host, n) == 0 && (url->host_len == n ||
	    url->host[url->host_len - n - 1] == '.');
}

/* Where the first n parts of a path end; NULL: it has fewer. */
static const char *
parts_end(const char *path, int n)
{
	const char *end = path + strcspn(path, "?#");

	if (n == -1)
		return path;
	for (; n > 0; n--) {
		if (path == end || path + 1 == end)
			return NULL;
		path++;
		while (path < end && *path != '/')
			path++;
	}
	return path;
}

static void
try_place(struct feed *feed, const struct sm_url *url, size_t i)
{
	struct sm_buf guess = SM_BUF_INIT;
	const char *end;

	if ((places[i].host && !ends_with(url, places[i].host)) ||
	    strncmp(url->path, places[i].path, strlen(places[i].path)) != 0 ||
	    !(end = parts_end(url->path, places[i].parts)))
		return;
	sm_buf_add(&guess, url->path, (size_t)(end - url->path));
	sm_buf_adds(&guess, places[i].tail);
	feed_plan_try(feed, guess.data, guess.len);
	sm_buf_release(&guess);
}

/* A channel's id, in the address of the page or somewhere in it. */
static void
try_channel(struct page *page, const struct sm_url *url)
{
	static const char *const marks[] = { "/channel/UC",
	    "\"channelId\":\"UC", "\"externalId\":\"UC",
	    "itemprop=\"channelId\" content=\"UC" };
	struct sm_buf guess = SM_BUF_INIT;
	const char *found = NULL;

	if (!ends_with(url, "youtube.com"))
		return;
	found = strstr(url->path, marks[0]);
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]) && !found;
	    i++) {
		found = strstr(page->at, marks[i]);
		if (found)
			found += strlen(marks[i]) - strlen(marks[0]);
	}
	if (!found)
		return;
	found += strlen("/channel/");
	sm_buf_adds(&guess, "/feeds/videos.xml?channel_id=");
	for (int i = 0; i < 24 && (isalnum((unsigned char)found[i]) ||
	    found[i] == '_' || found[i] == '-'); i++)
		sm_buf_addc(&guess, found[i]);
	feed_plan_try(page->feed, guess.data, guess.len);
	sm_buf_release(&guess);
}

static void
guess(struct page *page)
{
	const char *where = sm_buf_str(&page->feed->plan.url);
	struct sm_url url;

	if (sm_url_split(where, strlen(where), &url) == -1)
		return;
	try_channel(page, &url);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		try_place(page->feed, &url, i);
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (strstr(page->program, programs[i].program))
			feed_plan_try(page->feed, programs[i].path,
			    strlen(programs[i].path));
	look(page, true);
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		feed_plan_try(page->feed, usual[i], strlen(usual[i]));
}

void
feed_find(struct feed *feed, const char *html, size_t len)
{
	struct page page = { .feed = feed, .at = html, .end = html + len };

	look(&page, false);
	if (feed->plan.ntries == 0)
		guess(&page);
	for (const char *s = sm_buf_str(&page.later), *end = s +
	    page.later.len; s < end; s += strlen(s) + 1)
		feed_plan_try(feed, s, strlen(s));
	sm_buf_release(&page.href);
	sm_buf_release(&page.later);
}
