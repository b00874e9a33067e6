/* The fields of an item while they are gathered. */
#include <string.h>

#include "record/post.h"
#include "source/feed/feed.h"
#include "text/url.h"

void
feed_item_clear(struct feed_item *item)
{
	for (int i = 0; i < FEED_FIELDS; i++) {
		item->field[i].len = 0;
		item->rank[i] = 0;
	}
	sm_buf_clear(&item->tags);
	sm_buf_clear(&item->files);
	item->ntags = item->nfiles = 0;
	item->author_rank = 0;
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
    const char *s, size_t len)
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
	/* en_GB is what BCP 47 has as en-GB. */
	for (size_t i = 0; field == FEED_LANGUAGE && i < len; i++)
		if (s[i] == '_')
			item->field[field].data[i] = '-';
}

bool
feed_item_author(struct feed_item *item, int rank)
{
	static const enum feed_field fields[] = { FEED_AUTHOR,
	    FEED_AUTHOR_URL, FEED_AUTHOR_MAIL };
	bool empty = true;

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		empty = empty && item->field[fields[i]].len == 0;
	if (!empty && item->author_rank && item->author_rank <= rank)
		return false;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		item->field[fields[i]].len = 0;
		item->rank[fields[i]] = 0;
	}
	item->author_rank = rank;
	return true;
}

static bool
has_tag(const struct feed_item *item, const char *s, size_t len)
{
	const char *tag = sm_buf_str(&item->tags);

	for (size_t i = 0; i < item->ntags; i++) {
		if (strlen(tag) == len && memcmp(tag, s, len) == 0)
			return true;
		tag += strlen(tag) + 1;
	}
	return false;
}

void
feed_item_tag(struct feed_item *item, const char *s, size_t len)
{
	while (len > 0 && (unsigned char)*s <= ' ') {
		s++;
		len--;
	}
	while (len > 0 && (unsigned char)s[len - 1] <= ' ')
		len--;
	if (len == 0 || len > SM_POST_NAME || item->ntags == SM_POST_TAGS ||
	    memchr(s, '\0', len) || has_tag(item, s, len))
		return;
	sm_buf_add(&item->tags, s, len);
	sm_buf_addc(&item->tags, '\0');
	item->ntags++;
}

static bool
has_file(const struct feed_item *item, const struct sm_buf *url)
{
	const char *s = sm_buf_str(&item->files);

	for (size_t i = 0; i < item->nfiles; i++) {
		s += strlen(s) + 1;
		if (strlen(s) == url->len && memcmp(s, url->data, url->len) ==
		    0)
			return true;
		s += strlen(s) + 1;
		s += strlen(s) + 1;
	}
	return false;
}

void
feed_item_file(struct feed_item *item, const char *type, size_t type_len,
    const struct sm_buf *url, const char *name, size_t name_len)
{
	if (item->nfiles == SM_POST_FILES || url->len == 0 ||
	    url->len > SM_URL_MAX || name_len > SM_POST_NAME ||
	    memchr(type, '\0', type_len) || memchr(name, '\0', name_len) ||
	    has_file(item, url))
		return;
	sm_buf_add(&item->files, type, type_len);
	sm_buf_addc(&item->files, '\0');
	sm_buf_add(&item->files, url->data, url->len);
	sm_buf_addc(&item->files, '\0');
	sm_buf_add(&item->files, name, name_len);
	sm_buf_addc(&item->files, '\0');
	item->nfiles++;
}
