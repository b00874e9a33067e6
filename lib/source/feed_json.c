/* JSON Feed 1 and 1.1 (jsonfeed.org): fields to the same item as XML's. */
#include <string.h>

#include "record/post.h"
#include "source/emit.h"
#include "source/feed.h"
#include "source/lenient.h"
#include "text/url.h"

/* Where each member goes. */
static const struct {
	const char *member;
	enum feed_field field;
	int rank;
	bool html;
} members[] = {
	{ "id", FEED_ID, 1, false },
	{ "url", FEED_LINK, 1, false },
	{ "external_url", FEED_LINK, 2, false },
	{ "title", FEED_TITLE, 1, false },
	{ "content_html", FEED_CONTENT, 1, true },
	{ "content_text", FEED_CONTENT, 2, false },
	{ "summary", FEED_CONTENT, 3, false },
	{ "date_published", FEED_PUBLISHED, 1, false },
	{ "date_modified", FEED_UPDATED, 1, false },
	{ "language", FEED_LANGUAGE, 1, false }
};

static void
set(struct feed_item *item, enum feed_field field, int rank, const char *s,
    bool html)
{
	if (s)
		feed_item_set(item, field, rank, s, strlen(s), html);
}

static void
take_author(struct feed_item *item, const json_t *from)
{
	const json_t *author = json_array_get(json_object_get(from,
	    "authors"), 0);

	if (!author)
		author = json_object_get(from, "author");
	set(item, FEED_AUTHOR, 1,
	    json_string_value(json_object_get(author, "name")), false);
	set(item, FEED_AUTHOR_URL, 1,
	    json_string_value(json_object_get(author, "url")), false);
}

static void
take_tags(struct feed_item *item, const json_t *tags)
{
	const json_t *tag;
	size_t i;

	json_array_foreach(tags, i, tag) {
		const char *s = json_string_value(tag);

		if (!s || !*s || strlen(s) > SM_POST_NAME ||
		    item->ntags == SM_POST_TAGS)
			continue;
		sm_buf_add(&item->tags, s, strlen(s) + 1);
		item->ntags++;
	}
}

static void
add_file(struct feed *feed, const char *url, const char *type,
    const char *title)
{
	struct feed_item *item = &feed->item;

	sm_buf_clear(&feed->scratch);
	if (!url || item->nfiles == SM_POST_FILES ||
	    sm_url_resolve(sm_buf_str(&feed->base), url, strlen(url),
	    &feed->scratch) == -1)
		return;
	sm_buf_add(&item->files, type ? type : "", type ? strlen(type) + 1 :
	    1);
	sm_buf_add(&item->files, feed->scratch.data, feed->scratch.len + 1);
	sm_buf_add(&item->files, title ? title : "",
	    title ? strlen(title) + 1 : 1);
	item->nfiles++;
}

static void
take_files(struct feed *feed, const json_t *from)
{
	const json_t *file;
	size_t i;

	add_file(feed, json_string_value(json_object_get(from, "image")),
	    NULL, NULL);
	json_array_foreach(json_object_get(from, "attachments"), i, file)
		add_file(feed,
		    json_string_value(json_object_get(file, "url")),
		    json_string_value(json_object_get(file, "mime_type")),
		    json_string_value(json_object_get(file, "title")));
}

static void
take_item(struct feed *feed, const json_t *from)
{
	struct feed_item *item = &feed->item;
	char room[32];

	feed_item_clear(item);
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		set(item, members[i].field, members[i].rank,
		    sm_lenient_str(from, members[i].member, room),
		    members[i].html);
	take_author(item, from);
	take_tags(item, json_object_get(from, "tags"));
	take_files(feed, from);
}

static void
take_head(struct feed *feed, const json_t *json)
{
	const char *home = json_string_value(json_object_get(json,
	    "home_page_url"));
	const char *self = json_string_value(json_object_get(json,
	    "feed_url"));
	const char *language = json_string_value(json_object_get(json,
	    "language"));

	if (feed->base.len == 0 && self)
		feed_base(feed, self, strlen(self));
	if (feed->base.len == 0 && home)
		feed_base(feed, home, strlen(home));
	if (language)
		sm_buf_adds(&feed->language, language);
	feed_item_clear(&feed->item);
	take_author(&feed->item, json);
	sm_buf_add(&feed->author,
	    sm_buf_str(&feed->item.field[FEED_AUTHOR]),
	    feed->item.field[FEED_AUTHOR].len);
}

int
feed_json(struct feed *feed, struct sm_err *err)
{
	json_t *json = sm_lenient_json(sm_buf_str(&feed->json), feed->json.len,
	    err);
	const json_t *items = json_object_get(json, "items"), *item;
	size_t i;
	int ret = 0;

	if (!json)
		return sm_err_prefix(err, "not a JSON Feed");
	if (!json_is_array(items))
		ret = sm_err_set(err, SM_EXIT_DATA,
		    "not a JSON Feed: no array 'items'");
	else
		take_head(feed, json);
	json_array_foreach(items, i, item) {
		if (ret == -1)
			break;
		if (json_is_object(item)) {
			take_item(feed, item);
			ret = feed_item_emit(feed, err);
		} else
			sm_emit_failed(feed->emit, "item %zu is no object",
			    i + 1);
	}
	json_decref(json);
	return ret;
}
