/*
 * When to ask a feed, and when again: what the server says (Retry-After), what
 * the feed says (ttl, sy:updatePeriod, skipHours, skipDays), and what answers
 * that are no feed mean for the next time.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "source/feed/feed.h"
#include "source/source.h"
#include "text/date.h"
#include "text/url.h"

#define FIRST_BACKOFF 900	/* seconds */

static bool
is_skipped(const struct feed *feed, int64_t now)
{
	int64_t hour = now / 3600 % 24, day = (now / 86400 + 4) % 7;

	/* Who skips everything has not understood the question. */
	return ((feed->hours & 0xFFFFFF) != 0xFFFFFF &&
	    feed->hours >> hour & 1) ||
	    ((feed->days & 0x7F) != 0x7F && feed->days >> day & 1);
}

int
feed_wait_over(struct feed *feed, struct sm_err *err)
{
	int64_t now = sm_clock_now();
	char until[SM_TIME_TEXT];

	if (feed->gone)
		return 0;
	if (feed->wait != SM_TIME_NONE && now < feed->wait) {
		if (!feed->refused)
			return 0;
		sm_time_format(feed->wait, until);
		return sm_err_set(err, SM_EXIT_TEMP, "the server wants to be "
		    "left alone until %s", until);
	}
	feed->wait = SM_TIME_NONE;
	feed->refused = false;
	return !is_skipped(feed, now);
}

static int64_t
max_age(const struct sm_response *res)
{
	const char *text = sm_response_header(res, "cache-control");
	const char *age = text ? strcasestr(text, "max-age=") : NULL;

	return age ? strtoll(age + strlen("max-age="), NULL, 10) : 0;
}

void
feed_wait_next(struct feed *feed, const struct sm_response *res)
{
	const struct feed_manners *manners = &feed->manners;
	int64_t wait = manners->ttl_s, often = manners->frequency;
	struct sm_url url;

	feed->missing = feed->backoff_s = 0;
	feed->hours = manners->hours;
	feed->days = manners->days;
	if (sm_url_split(res->url, strlen(res->url), &url) == -1)
		return;		/* a file may be read at any time */
	if (manners->period_s / (often > 0 ? often : 1) > wait)
		wait = manners->period_s / (often > 0 ? often : 1);
	if (wait > 0 && max_age(res) > wait)
		wait = max_age(res);
	if (wait > FEED_WAIT_MAX)
		wait = FEED_WAIT_MAX;
	/* A little less, or each second visit comes just too early. */
	if (wait > 0)
		feed->wait = sm_clock_now() + wait - wait / 10;
}

/* How long the server asks us to stay away, in seconds or as a date. */
static int64_t
retry_after(const struct sm_response *res)
{
	const char *text = sm_response_header(res, "retry-after");
	char *end;
	int64_t seconds, time;

	if (!text)
		return 0;
	seconds = strtoll(text, &end, 10);
	if (end != text && *end == '\0')
		return seconds;
	if (sm_date_parse(text, strlen(text), &time, NULL) == 0)
		return time - sm_clock_now();
	return 0;
}

static void
stay_away(struct feed *feed, const struct sm_response *res)
{
	int64_t wait = retry_after(res);

	feed->backoff_s = feed->backoff_s ? feed->backoff_s * 2 :
	    FIRST_BACKOFF;
	if (wait <= 0)
		wait = feed->backoff_s;
	if (wait > FEED_WAIT_MAX)
		wait = FEED_WAIT_MAX;
	if (feed->backoff_s > FEED_WAIT_MAX)
		feed->backoff_s = FEED_WAIT_MAX;
	feed->wait = sm_clock_now() + wait;
	feed->refused = true;
}

void
feed_wait_failed(struct feed *feed, const struct sm_response *res,
    struct sm_err *err)
{
	switch (res->status) {
	case 404:
		feed->missing++;
		if (feed->known && feed->missing < FEED_MISSING)
			sm_err_set(err, SM_EXIT_TEMP, "not found (404), for "
			    "the %lld. time; it counts as lost from the %d. on",
			    (long long)feed->missing, FEED_MISSING);
		break;
	case 410:
		feed->gone = true;
		sm_err_set(err, SM_EXIT_REFUSED, "the feed is gone for good "
		    "(410): it is not asked any more; take it out of the "
		    "configuration");
		break;
	case 429: case 503:
		stay_away(feed, res);
		break;
	default:
		if (retry_after(res) > 0)
			stay_away(feed, res);
		break;
	}
}

void
feed_wait_moved(struct feed *feed, const struct sm_response *res)
{
	if (!res->moved || !*res->moved) {
		sm_buf_clear(&feed->moved_to);
		feed->moved_polls = 0;
		return;
	}
	if (strcmp(sm_buf_str(&feed->moved_to), res->moved) != 0) {
		sm_buf_clear(&feed->moved_to);
		sm_buf_adds(&feed->moved_to, res->moved);
		feed->moved_polls = 0;
	}
	if (++feed->moved_polls == FEED_MOVED)
		feed_say(feed, "the feed has moved for good: put %s into the "
		    "configuration", res->moved);
}
