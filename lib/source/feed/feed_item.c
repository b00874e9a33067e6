#include "source/feed/feed.h"

#include <string.h>

#include "base/clock.h"
#include "record/json.h"
#include "source/emit.h"
#include "source/seen.h"
#include "source/source.h"
#include "text/date.h"
#include "text/url.h"

struct sm_span
feed_span(const struct sm_buf *buf)
{
	struct sm_span text = { .s = buf->len ? buf->data : NULL,
	    .len = buf->len };

	return text;
}

/* Where a person can look at it: its link, else its id if that is a URL. */
static void
find_url(struct feed *feed)
{
	const struct sm_buf *link = &feed->item.field[FEED_LINK];

	sm_buf_clear(&feed->url);
	sm_buf_add(&feed->url, sm_buf_str(link), link->len);
}

static int64_t
read_date(const struct feed_item *item, enum feed_field field, bool *bad)
{
	const struct sm_buf *text = &item->field[field];
	int64_t time;

	if (text->len == 0)
		return SM_TIME_NONE;
	if (sm_date_parse(text->data, text->len, &time, NULL) == 0)
		return time;
	*bad = true;
	return SM_TIME_NONE;
}

static void
fill_author(struct feed *feed, struct sm_post *post)
{
	struct feed_item *item = &feed->item;
	struct sm_post_author *author = &post->author;

	feed_author_split(item);
	author->name = feed_span(&item->field[FEED_AUTHOR]);
	author->username = feed_span(&item->field[FEED_AUTHOR_MAIL]);
	if (item->field[FEED_AUTHOR_URL].len > 0 && sm_url_is_web(
	    item->field[FEED_AUTHOR_URL].data,
	    item->field[FEED_AUTHOR_URL].len)) {
		author->url = feed_span(&item->field[FEED_AUTHOR_URL]);
		author->id = author->url;
	}
	if (author->name.len == 0 && author->username.len == 0 &&
	    author->url.len == 0)
		author->name = feed_span(item->field[FEED_SOURCE_AUTHOR].len ?
		    &item->field[FEED_SOURCE_AUTHOR] : &feed->author);
	if (author->username.len == 0)
		author->username = author->name;
}

static void
fill_tags(struct feed_item *item, struct sm_post *post)
{
	static const struct sm_span none = { .s = NULL, .len = 0 };
	const char *s = sm_buf_str(&item->tags);

	for (size_t i = 0; i < item->ntags; i++) {
		sm_post_tag(post, "Hashtag", sm_span(s), none);
		s += strlen(s) + 1;
	}
	s = sm_buf_str(&item->files);
	for (size_t i = 0; i < item->nfiles; i++) {
		struct sm_span part[3];

		for (int j = 0; j < 3; j++) {
			part[j] = sm_span(s);
			s += part[j].len + 1;
		}
		sm_post_file(post, part[0], part[1], part[2]);
	}
}

/* Who wrote the article that comments are about, and where they belong. */
static void
fill_thread(struct feed *feed, struct sm_post *post)
{
	struct feed_item *item = &feed->item;
	const char *context, *parent = feed_plan_parent(feed, &context);
	struct sm_buf *url = &item->field[FEED_PARENT_URL];
	const char *hash;

	post->reply_to = feed_span(&item->field[FEED_PARENT]);
	if (post->reply_to.len == 0 && parent)
		post->reply_to = sm_span(parent);
	sm_buf_clear(&feed->scratch);
	if (parent)
		post->context = sm_span(context);
	else if (url->len > 0 && sm_url_resolve(sm_buf_str(&feed->base),
	    url->data, url->len, &feed->scratch) == 0)
		post->context = feed_span(&feed->scratch);
	else
		post->context = feed_span(&feed->url);
	/* What a thread has in common is the address without #fragment. */
	hash = post->context.s ? memchr(post->context.s, '#',
	    post->context.len) : NULL;
	if (hash)
		post->context.len = (size_t)(hash - post->context.s);
	if (post->context.len == 0)
		post->context = post->reply_to;
}

/* Where its comments are, for who wants to answer there. */
static void
fill_ref(struct feed *feed, struct sm_post *post)
{
	const struct sm_buf *page = &feed->item.field[FEED_COMMENTS_URL];
	const struct sm_buf *comments = &feed->item.field[FEED_COMMENT_FEED];

	if (page->len == 0 && comments->len == 0)
		return;
	sm_buf_clear(&feed->ref);
	sm_json_open(&feed->ref, NULL, '{');
	if (page->len > 0)
		sm_json_str(&feed->ref, "comments", page->data, page->len);
	if (comments->len > 0)
		sm_json_str(&feed->ref, "comments_feed", comments->data,
		    comments->len);
	sm_json_close(&feed->ref, '}');
	post->ref = feed_span(&feed->ref);
}

/* A summary that is more than the beginning of the text. */
static bool
says_more(struct sm_span summary, struct sm_span content)
{
	static const char *const tails[] = { "[\xE2\x80\xA6]", "[...]", "...",
	    "\xE2\x80\xA6" };

	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		size_t n = strlen(tails[i]);

		if (summary.len >= n && memcmp(summary.s + summary.len - n,
		    tails[i], n) == 0) {
			summary.len -= n;
			break;
		}
	}
	while (summary.len > 0 && (unsigned char)summary.s[summary.len - 1] <=
	    ' ')
		summary.len--;
	return summary.len > content.len ||
	    memcmp(summary.s, content.s, summary.len) != 0;
}

static void
fill_texts(struct feed *feed, struct sm_post *post)
{
	struct sm_span summary = feed_span(&feed->item.field[FEED_SUMMARY]);

	post->name = feed_span(&feed->item.field[FEED_TITLE]);
	post->content = feed_span(&feed->item.field[FEED_CONTENT]);
	if (post->content.len == 0)
		post->content = summary;
	else if (summary.len > 0 && says_more(summary, post->content))
		post->summary = summary;
	if (post->content.len == 0)
		post->content = post->name;
}

static void
fill_times(struct feed *feed, struct sm_post *post)
{
	bool bad = false;

	post->published = read_date(&feed->item, FEED_PUBLISHED, &bad);
	post->updated = read_date(&feed->item, FEED_UPDATED, &bad);
	if (post->published == SM_TIME_NONE)
		post->published = post->updated;
	if (bad)
		post->flags |= SM_FLAG_CLOCK_SKEW;
}

static int64_t
number(const struct sm_buf *text)
{
	int64_t value = 0;

	if (text->len == 0 || text->len > 9)
		return -1;
	for (size_t i = 0; i < text->len; i++) {
		if (text->data[i] < '0' || text->data[i] > '9')
			return -1;
		value = value * 10 + (text->data[i] - '0');
	}
	return value;
}

static void
fill(struct feed *feed, struct sm_post *post)
{
	struct feed_item *item = &feed->item;
	struct sm_url url;
	const char *site = sm_buf_str(feed->site.len ? &feed->site :
	    &feed->base);

	sm_post_init(post);
	find_url(feed);
	post->channel = sm_span("feed");
	if (sm_url_split(site, strlen(site), &url) == 0) {
		post->host.s = url.host;
		post->host.len = url.host_len;
	}
	fill_texts(feed, post);
	post->url = feed_span(&feed->url);
	post->id = item->field[FEED_ID].len ? feed_span(&item->field[FEED_ID]) :
	    post->url;
	fill_times(feed, post);
	post->language = feed_span(item->field[FEED_LANGUAGE].len ?
	    &item->field[FEED_LANGUAGE] : feed->language.len ?
	    &feed->language : &feed->said);
	fill_thread(feed, post);
	fill_ref(feed, post);
	post->type = post->name.len && !post->reply_to.len ? "Article" :
	    "Note";
	post->replies = number(&item->field[FEED_COMMENTS]);
	fill_author(feed, post);
	fill_tags(item, post);
	if (item->repaired)
		post->flags |= SM_FLAG_REPAIRED_XML;
	if (item->cut)
		post->flags |= SM_FLAG_TRUNCATED;
	if (feed->repaired_utf8)
		post->flags |= SM_FLAG_REPAIRED_UTF8;
}

/* Whether there is anything that tells it from nothing. */
static bool
is_empty(const struct feed_item *item)
{
	for (int i = 0; i < FEED_FIELDS; i++)
		if (i != FEED_LANGUAGE && item->field[i].len > 0)
			return false;
	return item->ntags == 0 && item->nfiles == 0;
}

/*
 * New by its id, but title and link were there before: either a second post of
 * the same name, or a feed that gives new ids at each visit.  Which, is clear
 * at the end; until then the line waits.
 */
static int
hold(struct feed *feed, struct sm_post *post, struct sm_err *err)
{
	struct sm_emit *emit = feed->emit;
	struct sm_buf line = SM_BUF_INIT;

	feed->moved++;
	sm_emit_fill(emit, post);
	if (sm_post_write(post, &line, NULL) == 0)
		sm_buf_add(&feed->held, line.data, line.len + 1);
	sm_buf_release(&line);
	return feed->held.len > FEED_HELD_MAX ? feed_item_settle(feed, err) :
	    0;
}

int
feed_item_settle(struct feed *feed, struct sm_err *err)
{
	const char *s = sm_buf_str(&feed->held), *end = s + feed->held.len;
	int ret = 0;

	feed->verdict = true;
	if (feed->moved * 2 > feed->items)
		feed->no_guid = true;
	else
		for (; s < end && ret == 0; s += strlen(s) + 1)
			ret = sm_emit_line(feed->emit, s, strlen(s), err);
	sm_buf_clear(&feed->held);
	return ret;
}

static void
note_time(struct feed *feed, const struct sm_post *post)
{
	int64_t time = post->published;

	if (time == SM_TIME_NONE || time > feed->emit->fetched ||
	    feed->plan.kind == FEED_TALK)
		return;
	if (feed->newest == SM_TIME_NONE || time > feed->newest)
		feed->newest = time;
	if (feed->oldest == SM_TIME_NONE || time < feed->oldest)
		feed->oldest = time;
}

int
feed_item_emit(struct feed *feed, struct sm_err *err)
{
	struct sm_post post;
	enum sm_seen_answer answer;
	bool moved;
	char text[16];
	uint64_t rev;

	if (sm_emit_full(feed->emit))
		return 0;
	if (is_empty(&feed->item))
		return 0;
	fill(feed, &post);
	rev = feed_hash('r', post.name, post.content);
	answer = feed_meet(feed, &post, rev, &moved);
	feed->items++;
	note_time(feed, &post);
	feed_plan_talk(feed, &post);
	if (answer == SM_SEEN_SAME)
		return 0;
	if (answer == SM_SEEN_CHANGED)
		post.flags |= SM_FLAG_EDITED;
	else
		feed->fresh++;
	for (int i = 0; i < 16; i++)
		text[i] = "0123456789abcdef"[rev >> (60 - 4 * i) & 15];
	post.rev.s = text;
	post.rev.len = 16;
	if (moved && !feed->verdict)
		return hold(feed, &post, err);
	return sm_emit_post(feed->emit, &post, err);
}
