/* What a document says of the whole feed. */
#include <string.h>
#include <strings.h>

#include "source/feed/feed.h"

static int64_t
number(const char *s, size_t len, int64_t most)
{
	int64_t value = 0;

	for (size_t i = 0; i < len && s[i] >= '0' && s[i] <= '9' &&
	    value <= most; i++)
		value = value * 10 + (s[i] - '0');
	return value > most ? most : value;
}

/* The first three letters of a weekday, or a period of sy:updatePeriod. */
static int64_t
named(const char *s, size_t len, const char *const *names)
{
	for (int64_t i = 0; names[i]; i++)
		if (len >= strlen(names[i]) &&
		    strncasecmp(s, names[i], strlen(names[i])) == 0)
			return i;
	return -1;
}

static void
set_manners(struct feed_manners *manners, enum feed_head head, const char *s,
    size_t len)
{
	static const char *const days[] = { "sun", "mon", "tue", "wed", "thu",
	    "fri", "sat", NULL };
	static const char *const periods[] = { "hourly", "daily", "weekly",
	    "monthly", "yearly", NULL };
	static const int64_t seconds[] = { 3600, 86400, 604800, 2592000,
	    31536000 };
	int64_t value = number(s, len, 1000000), which;

	switch (head) {
	case FEED_HEAD_TTL: manners->ttl_s = value * 60; break;
	case FEED_HEAD_FREQUENCY: manners->frequency = value; break;
	case FEED_HEAD_PERIOD:
		which = named(s, len, periods);
		if (which >= 0)
			manners->period_s = seconds[which];
		break;
	case FEED_HEAD_HOUR:
		if (value <= 24)	/* 24 is midnight with some */
			manners->hours |= UINT32_C(1) << value % 24;
		break;
	case FEED_HEAD_DAY:
		which = named(s, len, days);
		if (which >= 0)
			manners->days |= UINT32_C(1) << which;
		break;
	default:
		break;
	}
}

static void
set_once(struct sm_buf *to, const char *s, size_t len)
{
	if (to->len == 0)
		sm_buf_add(to, s, len);
}

void
feed_head_set(struct feed *feed, enum feed_head head, const char *s,
    size_t len)
{
	while (len > 0 && (unsigned char)*s <= ' ') {
		s++;
		len--;
	}
	while (len > 0 && (unsigned char)s[len - 1] <= ' ')
		len--;
	if (head == FEED_HEAD_LINK && feed->base.len == 0)
		feed_base(feed, s, len);
	else if (head == FEED_HEAD_LANGUAGE) {
		set_once(&feed->language, s, len);
		for (size_t i = 0; i < feed->language.len; i++)
			if (feed->language.data[i] == '_')
				feed->language.data[i] = '-';
	} else if (head == FEED_HEAD_AUTHOR)
		set_once(&feed->author, s, len);
	else if (len > 0)
		set_manners(&feed->manners, head, s, len);
}
