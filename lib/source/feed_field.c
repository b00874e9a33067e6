/* The fields of an item while they are gathered. */
#include <string.h>

#include "source/feed.h"

void
feed_item_clear(struct feed_item *item)
{
	for (int i = 0; i < FEED_FIELDS; i++) {
		item->field[i].len = 0;
		item->rank[i] = 0;
		item->html[i] = false;
	}
	sm_buf_clear(&item->tags);
	sm_buf_clear(&item->files);
	item->ntags = item->nfiles = 0;
	item->no_permalink = item->repaired = item->cut = false;
}

void
feed_item_release(struct feed_item *item)
{
	for (int i = 0; i < FEED_FIELDS; i++)
		sm_buf_release(&item->field[i]);
	sm_buf_release(&item->tags);
	sm_buf_release(&item->files);
}

void
feed_item_set(struct feed_item *item, enum feed_field field, int rank,
    const char *s, size_t len, bool html)
{
	while (len > 0 && (unsigned char)*s <= ' ') {
		s++;
		len--;
	}
	while (len > 0 && (unsigned char)s[len - 1] <= ' ')
		len--;
	if (len == 0 || (item->rank[field] && item->rank[field] <= rank))
		return;
	if (len > FEED_FIELD_MAX) {
		len = FEED_FIELD_MAX;
		item->cut = true;
	}
	item->field[field].len = 0;
	sm_buf_add(&item->field[field], s, len);
	item->rank[field] = (unsigned char)rank;
	item->html[field] = html;
}
