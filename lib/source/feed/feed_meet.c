/* What names an item, and whether it was met before. */
#include <string.h>

#include "base/hash.h"
#include "record/post.h"
#include "source/feed/feed.h"
#include "source/seen.h"

/* Eight bytes, the first the lowest, on every machine. */
static uint64_t
eight(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;

	return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 |
	    (uint64_t)p[3] << 24 | (uint64_t)p[4] << 32 |
	    (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 |
	    (uint64_t)p[7] << 56;
}

/* sm_hash for long texts, by eights; what cursors and revs keep: stays. */
static uint64_t
add_hash(uint64_t hash, struct sm_span text)
{
	size_t i = 0;

	for (; text.len - i >= 8; i += 8)
		hash = sm_hash_mix(hash ^ eight(text.s + i));
	for (; i < text.len; i++)
		hash = sm_hash_byte(hash, (unsigned char)text.s[i]);
	return sm_hash_mix(hash ^ text.len);
}

uint64_t
feed_hash(char kind, struct sm_span a, struct sm_span b)
{
	return add_hash(add_hash(sm_hash_byte(SM_HASH_START,
	    (unsigned char)kind), a), b);
}

/* What names the item if its id does not: its address, else its contents. */
static void
fallback_native(struct feed *feed, struct sm_post *post)
{
	struct sm_span head = post->content;
	struct sm_span date = feed_span(&feed->item.field[FEED_PUBLISHED]);
	struct sm_span none = { .s = NULL, .len = 0 };

	if (feed->url.len > 0) {
		sm_buf_add(&feed->native, feed->url.data, feed->url.len);
		return;
	}
	if (head.len > 200)
		head.len = 200;
	sm_buf_addf(&feed->native, "h-%016llx", (unsigned long long)
	    (feed_hash('t', post->name, head) ^ feed_hash('d', date, none)));
}

/* Its id, or without one what else tells it from others. */
static void
find_native(struct feed *feed, struct sm_post *post)
{
	const struct sm_buf *id = &feed->item.field[FEED_ID];

	sm_buf_clear(&feed->native);
	if (id->len > 0 && !feed->no_guid)
		sm_buf_add(&feed->native, id->data, id->len);
	else
		fallback_native(feed, post);
	post->native = feed_span(&feed->native);
}

/*
 * Whether the item was seen.  An id that an earlier item of this document had
 * with another title and link is worth nothing, now and later.  *moved: it is
 * new by its id, but title and link were there in an earlier document.
 */
enum sm_seen_answer
feed_meet(struct feed *feed, struct sm_post *post, uint64_t rev, bool *moved)
{
	struct sm_span none = { .s = NULL, .len = 0 };
	uint64_t pair_when, when;
	enum sm_seen_answer answer;

	sm_seen_meet(feed->seen, feed_hash('p', post->name, post->url), 0,
	    &pair_when);
	find_native(feed, post);
	answer = sm_seen_meet(feed->seen, feed_hash('k', post->native, none),
	    rev, &when);
	if (!feed->no_guid && feed->item.field[FEED_ID].len > 0 &&
	    when > feed->mark && pair_when <= feed->mark) {
		feed->no_guid = true;
		find_native(feed, post);
		answer = sm_seen_meet(feed->seen,
		    feed_hash('k', post->native, none), rev, NULL);
	}
	*moved = answer == SM_SEEN_NEW && pair_when > 0 &&
	    pair_when <= feed->mark;
	return answer;
}
