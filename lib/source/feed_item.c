#include "source/feed.h"

#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
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

/* A field as plain text, by way of work where it may be HTML. */
static struct sm_span
plain(struct feed *feed, enum feed_field field, struct sm_html *work)
{
	struct feed_item *item = &feed->item;

	if (item->field[field].len == 0 || !item->html[field])
		return feed_span(&item->field[field]);
	sm_html_text(work, item->field[field].data, item->field[field].len,
	    sm_buf_str(&feed->base));
	item->cut = item->cut || work->cut;
	return feed_span(&work->text);
}

static bool
resolve(struct feed *feed, const struct sm_buf *ref, struct sm_buf *out)
{
	const struct sm_buf *own = &feed->item.field[FEED_BASE];
	const struct sm_buf *base = own->len ? own : &feed->base;

	sm_buf_clear(out);
	return ref->len > 0 && sm_url_resolve(base->len ? base->data : NULL,
	    ref->data, ref->len, out) == 0;
}

/* Where a person can look at it: its link, else its id if that is a URL. */
static void
find_url(struct feed *feed)
{
	struct feed_item *item = &feed->item;

	if (resolve(feed, &item->field[FEED_LINK], &feed->url))
		return;
	if (!item->no_permalink && sm_url_is_web(
	    sm_buf_str(&item->field[FEED_ID]), item->field[FEED_ID].len))
		resolve(feed, &item->field[FEED_ID], &feed->url);
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

/* "mail (Name)", "Name <mail>", or a name alone. */
static void
split_author(struct feed_item *item)
{
	struct sm_buf *name = &item->field[FEED_AUTHOR];
	char *open = name->len ? strpbrk(name->data, "(<") : NULL;
	char *close = open ? strrchr(open, *open == '(' ? ')' : '>') : NULL;
	size_t head;

	if (!close || close[1] != '\0' || !memchr(name->data, '@', name->len))
		return;
	head = (size_t)(open - name->data);
	while (head > 0 && name->data[head - 1] == ' ')
		head--;
	if (head == 0)
		return;
	if (*open == '<') {
		feed_item_set(item, FEED_AUTHOR_MAIL, 1, open + 1,
		    (size_t)(close - open - 1), false);
		sm_buf_cut(name, head);
		return;
	}
	feed_item_set(item, FEED_AUTHOR_MAIL, 1, name->data, head, false);
	memmove(name->data, open + 1, (size_t)(close - open - 1));
	sm_buf_cut(name, (size_t)(close - open - 1));
}

static void
fill_author(struct feed *feed, struct sm_post *post)
{
	struct feed_item *item = &feed->item;
	struct sm_post_author *author = &post->author;

	split_author(item);
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
		author->name = feed_span(&feed->author);
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

/* The address without its #fragment, which is what a thread has in common. */
static struct sm_span
thread_of(struct feed *feed)
{
	struct sm_buf *parent = &feed->item.field[FEED_PARENT_URL];
	struct sm_span thread = feed_span(&feed->url);
	const char *hash;

	if (parent->len > 0 && resolve(feed, parent, &feed->scratch))
		thread = feed_span(&feed->scratch);
	hash = thread.s ? memchr(thread.s, '#', thread.len) : NULL;
	if (hash)
		thread.len = (size_t)(hash - thread.s);
	if (thread.len == 0)
		thread = feed_span(&feed->item.field[FEED_PARENT]);
	return thread;
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
	bool bad = false;

	sm_post_init(post);
	find_url(feed);
	post->channel = sm_span("feed");
	if (sm_url_split(site, strlen(site), &url) == 0) {
		post->host.s = url.host;
		post->host.len = url.host_len;
	}
	post->name = plain(feed, FEED_TITLE, &feed->heading);
	post->content = plain(feed, FEED_CONTENT, &feed->html);
	if (!post->content.s)
		post->content = post->name;
	post->url = feed_span(&feed->url);
	post->id = item->field[FEED_ID].len ? feed_span(&item->field[FEED_ID]) :
	    post->url;
	post->published = read_date(item, FEED_PUBLISHED, &bad);
	post->updated = read_date(item, FEED_UPDATED, &bad);
	if (post->published == SM_TIME_NONE)
		post->published = post->updated;
	if (post->updated == post->published)
		post->updated = SM_TIME_NONE;
	post->language = feed_span(item->field[FEED_LANGUAGE].len ?
	    &item->field[FEED_LANGUAGE] : &feed->language);
	post->reply_to = feed_span(&item->field[FEED_PARENT]);
	post->context = thread_of(feed);
	post->type = post->name.len && !post->reply_to.len ? "Article" :
	    "Note";
	post->replies = number(&item->field[FEED_COMMENTS]);
	fill_author(feed, post);
	fill_tags(item, post);
	if (bad)
		post->flags |= SM_FLAG_CLOCK_SKEW;
	if (item->repaired)
		post->flags |= SM_FLAG_REPAIRED_XML;
	if (item->cut)
		post->flags |= SM_FLAG_TRUNCATED;
	if (feed->repaired_utf8)
		post->flags |= SM_FLAG_REPAIRED_UTF8;
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

	if (time == SM_TIME_NONE || time > feed->emit->fetched)
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
	fill(feed, &post);
	if (post.content.len == 0 && post.url.len == 0 && post.id.len == 0)
		return 0;	/* nothing in it at all */
	rev = feed_hash('r', post.name, post.content);
	answer = feed_meet(feed, &post, rev, &moved);
	feed->items++;
	note_time(feed, &post);
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
