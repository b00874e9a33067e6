/*
 * The comment feed (RSS 2.0), for sites without a REST interface: the newest
 * ten comments, which is said where more may have come in between.
 */
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "source/emit.h"
#include "source/source.h"
#include "source/wordpress.h"
#include "text/date.h"

#define FEED_MAX 4194304	/* bytes */
#define REPLY_MAX 400		/* bytes in which a comment says to whom */

static const char *
child_text(xmlNode *item, const char *name)
{
	for (xmlNode *node = item->children; node; node = node->next)
		if (node->type == XML_ELEMENT_NODE &&
		    strcmp((const char *)node->name, name) == 0 &&
		    node->children && node->children->content)
			return (const char *)node->children->content;
	return "";
}

/* The number behind "#comment-". */
static int64_t
comment_number(const char *url)
{
	const char *mark = strstr(url, "#comment-");

	return mark ? strtoll(mark + strlen("#comment-"), NULL, 10) : 0;
}

/*
 * WordPress puts "In reply to <a href="...#comment-2">Jan</a>." before the
 * text, in the site's language; behind it, and the parent's number.
 */
static const char *
past_reply(const char *html, int64_t *parent)
{
	const char *close = strstr(html, "</p>"), *mark, *anchor;

	anchor = strstr(html, "<a ");
	mark = strstr(html, "#comment-");
	if (!close || !mark || !anchor || mark > close || anchor > mark ||
	    close - html > REPLY_MAX || close - mark > REPLY_MAX / 2)
		return html;
	/* A comment that only links to another has no words before it. */
	if (anchor == html + strspn(html, "<p> \n"))
		return html;
	*parent = comment_number(mark);
	return close + strlen("</p>");
}

/* 1: it was new, 0, or -1. */
static int
take_item(struct wordpress *wp, xmlNode *node, struct sm_emit *emit,
    struct sm_err *err)
{
	const char *date = child_text(node, "pubDate");
	struct wp_item item = { .site = "", .email = "", .status = "",
	    .base = "", .title = "", .date = SM_TIME_NONE };
	uint64_t before = emit->posts;

	item.link = child_text(node, "link");
	item.id = comment_number(item.link);
	if (item.id <= 0)
		item.id = comment_number(child_text(node, "guid"));
	if (item.id <= 0) {
		sm_emit_failed(emit, "an item of the comment feed without a "
		    "comment's number in its link: left out");
		return 0;
	}
	item.name = child_text(node, "creator");
	sm_date_parse(date, strlen(date), &item.date, NULL);
	item.html = child_text(node, "encoded");
	if (!*item.html)
		item.html = child_text(node, "description");
	item.html = past_reply(item.html, &item.parent);
	if (wp_emit(wp, &item, emit, err) == -1)
		return -1;
	return emit->posts > before;
}

static xmlNode *
find_child(xmlNode *node, const char *name)
{
	for (node = node ? node->children : NULL; node; node = node->next)
		if (node->type == XML_ELEMENT_NODE &&
		    strcmp((const char *)node->name, name) == 0)
			return node;
	return NULL;
}

/* The newest stands first; ours is the oldest first. */
static int
take_items(struct wordpress *wp, xmlNode *channel, struct sm_emit *emit,
    struct sm_err *err)
{
	int64_t before = wp->newest, oldest = SM_TIME_NONE;
	int items = 0, fresh = 0, ret = 0;

	for (xmlNode *node = channel->last; node && ret != -1;
	    node = node->prev) {
		const char *date;

		if (node->type != XML_ELEMENT_NODE ||
		    strcmp((const char *)node->name, "item") != 0)
			continue;
		if (items++ == 0) {
			date = child_text(node, "pubDate");
			sm_date_parse(date, strlen(date), &oldest, NULL);
		}
		ret = take_item(wp, node, emit, err);
		fresh += ret == 1;
	}
	if (ret == -1)
		return -1;
	if (items > 0 && fresh == items && (wp->known ||
	    (items >= 10 && wp->floor != SM_TIME_NONE && oldest > wp->floor)))
		sm_emit_gap(emit, before == SM_TIME_NONE ? wp->floor : before,
		    oldest, "the comment feed has the newest comments only "
		    "and all of them are new: ask more often, or give an "
		    "account for the REST interface");
	return 0;
}

int
wp_feed(struct wordpress *wp, struct sm_emit *emit, struct sm_err *err)
{
	const char *s = sm_buf_str(&wp->body);
	xmlNode *channel;
	xmlDoc *doc;
	int ret;

	if (wp->body.len > FEED_MAX || memmem(s, wp->body.len, "<!ENTITY", 8))
		return sm_err_set(err, SM_EXIT_DATA, "the comment feed is "
		    "too large, or declares entities: not read");
	doc = xmlReadMemory(s, (int)wp->body.len, NULL, NULL,
	    XML_PARSE_RECOVER | XML_PARSE_NONET | XML_PARSE_NOCDATA |
	    XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	channel = find_child((xmlNode *)doc, "rss");
	channel = find_child(channel, "channel");
	if (!channel)
		ret = sm_err_set(err, SM_EXIT_DATA, "there is neither a REST "
		    "interface nor a comment feed: is this a WordPress?");
	else
		ret = take_items(wp, channel, emit, err);
	xmlFreeDoc(doc);
	return ret;
}
