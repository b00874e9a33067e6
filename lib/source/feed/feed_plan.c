/*
 * What is asked in one run besides the feed itself: further pages (RFC 5005,
 * next_url) as far as something may be missing, what a web page may have meant,
 * and the comments of items.
 */
#include <string.h>

#include "base/clock.h"
#include "source/emit.h"
#include "source/feed/feed.h"
#include "source/source.h"
#include "text/url.h"

void
feed_plan_release(struct feed_plan *plan)
{
	sm_buf_release(&plan->url);
	sm_buf_release(&plan->next);
	sm_buf_release(&plan->tries);
	sm_buf_release(&plan->talks);
}

void
feed_next(struct feed *feed, const char *s, size_t len, const char *base)
{
	struct sm_buf *next = &feed->plan.next;

	if (next->len > 0)
		return;
	if (sm_url_resolve(base, s, len, next) == 0 &&
	    !sm_url_same_origin(next->data, sm_buf_str(&feed->plan.url)))
		sm_buf_clear(next);	/* nobody else is asked for us */
}

static bool
is_tried(const struct feed_plan *plan, const char *url)
{
	const char *at = sm_buf_str(&plan->tries);

	for (size_t i = 0; i < plan->ntries; i++, at += strlen(at) + 1)
		if (strcmp(at, url) == 0)
			return true;
	return false;
}

void
feed_plan_try(struct feed *feed, const char *s, size_t len)
{
	struct feed_plan *plan = &feed->plan;
	struct sm_buf found = SM_BUF_INIT;

	if (plan->ntries < FEED_TRIES && sm_url_resolve(
	    sm_buf_str(&feed->base), s, len, &found) == 0 &&
	    !is_tried(plan, found.data)) {
		sm_buf_add(&plan->tries, found.data, found.len + 1);
		plan->ntries++;
	}
	sm_buf_release(&found);
}

/* The string of that number in a buffer of strings. */
static const char *
nth(const struct sm_buf *strings, size_t n)
{
	const char *s = sm_buf_str(strings);

	while (n-- > 0)
		s += strlen(s) + 1;
	return s;
}

static void
forget_talk(struct feed_plan *plan, size_t at)
{
	const char *from = nth(&plan->talks, 3 * at);
	const char *to = nth(&plan->talks, 3 * at + 3);
	size_t start = (size_t)(from - plan->talks.data);
	size_t rest = plan->talks.len - (size_t)(to - plan->talks.data);

	memmove(plan->talks.data + start, to, rest);
	sm_buf_cut(&plan->talks, start + rest);
	plan->ntalks--;
}

void
feed_plan_talk(struct feed *feed, const struct sm_post *post)
{
	struct feed_plan *plan = &feed->plan;
	const struct sm_buf *url = &feed->item.field[FEED_COMMENT_FEED];

	if (!feed->comments || plan->kind == FEED_TALK || url->len == 0 ||
	    !sm_url_is_web(url->data, url->len) || post->replies == 0 ||
	    url->len + post->id.len + post->url.len >
	    FEED_TALK_BYTES ||
	    (post->published != SM_TIME_NONE && feed->args->window !=
	    SM_TIME_NONE && post->published < feed->args->window))
		return;
	for (size_t i = 0; i < plan->ntalks; i++)
		if (strcmp(nth(&plan->talks, 3 * i), url->data) == 0)
			return;
	if (plan->ntalks == FEED_TALKS)
		forget_talk(plan, 0);
	sm_buf_add(&plan->talks, url->data, url->len + 1);
	sm_buf_add(&plan->talks, post->id.s ? post->id.s : "", post->id.len);
	sm_buf_addc(&plan->talks, '\0');
	sm_buf_add(&plan->talks, post->url.s ? post->url.s : "",
	    post->url.len);
	sm_buf_addc(&plan->talks, '\0');
	plan->ntalks++;
}

const char *
feed_plan_parent(const struct feed *feed, const char **context)
{
	const struct feed_plan *plan = &feed->plan;

	*context = NULL;
	if (plan->kind != FEED_TALK || plan->talked == 0)
		return NULL;
	*context = nth(&plan->talks, 3 * (plan->talked - 1) + 2);
	return nth(&plan->talks, 3 * (plan->talked - 1) + 1);
}

static uint64_t
hash_url(const struct sm_buf *url)
{
	struct sm_span none = { .s = NULL, .len = 0 };

	return feed_hash('u', feed_span(url), none);
}

/* Whether it was not asked before in this run; notes that it is. */
static bool
is_unseen(struct feed_plan *plan, const struct sm_buf *url)
{
	uint64_t hash = hash_url(url);

	for (size_t i = 0; i < plan->npages; i++)
		if (plan->visited[i] == hash)
			return false;
	plan->visited[plan->npages++] = hash;
	return true;
}

bool
feed_plan_more(const struct feed *feed)
{
	int64_t until = feed->before != SM_TIME_NONE ? feed->before :
	    feed->args->window;

	return feed->plan.next.len > 0 && feed->plan.npages <= FEED_PAGES &&
	    feed->items > 0 &&
	    feed->fresh == feed->items && feed->moved == 0 &&
	    !sm_emit_full(feed->emit) && feed->oldest != SM_TIME_NONE &&
	    until != SM_TIME_NONE && feed->oldest > until;
}

static int
ask(struct feed_plan *plan, enum feed_kind kind, const char *url)
{
	plan->kind = kind;
	sm_buf_clear(&plan->url);
	sm_buf_adds(&plan->url, url);
	return 1;
}

static int
first(struct feed *feed)
{
	ask(&feed->plan, FEED_MAIN, feed->found.len ? feed->found.data :
	    feed->args->where);
	is_unseen(&feed->plan, &feed->plan.url);
	return 1;
}

static int
next_try(struct feed_plan *plan)
{
	if (plan->tried == plan->ntries)
		return 0;
	return ask(plan, FEED_TRY, nth(&plan->tries, plan->tried++));
}

static int
next_talk(struct feed_plan *plan)
{
	if (plan->talked == plan->ntalks)
		return 0;
	plan->talked++;
	return ask(plan, FEED_TALK, nth(&plan->talks, 3 * (plan->talked - 1)));
}

int
feed_plan_step(struct feed *feed)
{
	struct feed_plan *plan = &feed->plan;

	if (plan->done)
		return 0;
	if (plan->url.len == 0)
		return first(feed);
	if (plan->kind == FEED_TRY || (plan->kind == FEED_MAIN &&
	    feed->format == FEED_PAGE))
		return next_try(plan);
	if (plan->kind != FEED_TALK && feed_plan_more(feed) &&
	    is_unseen(plan, &plan->next))
		return ask(plan, FEED_MORE, sm_buf_str(&plan->next));
	return next_talk(plan);
}
