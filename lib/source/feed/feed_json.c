/* JSON Feed 1 and 1.1 (jsonfeed.org): fields to the same item as XML's. */
#include <string.h>

#include "source/emit.h"
#include "source/feed/feed_take.h"
#include "source/lenient.h"
#include "text/url.h"

/* Where each member goes. */
static const struct {
	const char *member;
	enum feed_field field;
	int rank;
	enum feed_text how;
} members[] = {
	{ "id", FEED_ID, 1, FEED_TEXT_PLAIN },
	{ "title", FEED_TITLE, 1, FEED_TEXT_PLAIN },
	{ "content_html", FEED_CONTENT, 1, FEED_TEXT_HTML },
	{ "content_text", FEED_CONTENT, 2, FEED_TEXT_PLAIN },
	{ "summary", FEED_SUMMARY, 1, FEED_TEXT_PLAIN },
	{ "date_published", FEED_PUBLISHED, 1, FEED_TEXT_PLAIN },
	{ "date_modified", FEED_UPDATED, 1, FEED_TEXT_PLAIN },
	{ "language", FEED_LANGUAGE, 1, FEED_TEXT_PLAIN }
};

static const char *
base_of(const struct feed *feed)
{
	return feed->base.len ? feed->base.data : NULL;
}

static void
set(struct feed *feed, enum feed_field field, int rank, const char *s)
{
	if (s)
		feed_item_set(&feed->item, field, rank, s, strlen(s));
}

static void
set_url(struct feed *feed, enum feed_field field, int rank, const char *s)
{
	sm_buf_clear(&feed->scratch);
	if (s && sm_url_resolve(base_of(feed), s, strlen(s),
	    &feed->scratch) == 0)
		set(feed, field, rank, feed->scratch.data);
}

static void
take_author(struct feed *feed, const json_t *from)
{
	const json_t *author = json_array_get(json_object_get(from,
	    "authors"), 0);

	if (!author)
		author = json_object_get(from, "author");
	set(feed, FEED_AUTHOR, 1, json_string_value(json_is_string(author) ?
	    author : json_object_get(author, "name")));
	set_url(feed, FEED_AUTHOR_URL, 1,
	    json_string_value(json_object_get(author, "url")));
}

static void
take_tags(struct feed_item *item, const json_t *tags)
{
	const json_t *tag;
	size_t i;

	json_array_foreach(tags, i, tag)
		if (json_is_string(tag))
			feed_item_tag(item, json_string_value(tag),
			    json_string_length(tag));
}

static void
add_file(struct feed *feed, const char *url, const char *type,
    const char *title)
{
	sm_buf_clear(&feed->scratch);
	if (url && sm_url_resolve(base_of(feed), url, strlen(url),
	    &feed->scratch) == 0)
		feed_item_file(&feed->item, type ? type : "",
		    type ? strlen(type) : 0, &feed->scratch,
		    title ? title : "", title ? strlen(title) : 0);
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
	char room[32];

	feed_item_clear(&feed->item);
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		const char *s = sm_lenient_str(from, members[i].member, room);

		if (s)
			feed_text_set(feed, members[i].field,
			    members[i].rank, members[i].how, s, strlen(s),
			    base_of(feed));
	}
	set_url(feed, FEED_LINK, 1,
	    json_string_value(json_object_get(from, "url")));
	set_url(feed, FEED_LINK, 2,
	    json_string_value(json_object_get(from, "external_url")));
	take_author(feed, from);
	take_tags(&feed->item, json_object_get(from, "tags"));
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
	const char *next = json_string_value(json_object_get(json,
	    "next_url"));

	if (feed->base.len == 0 && self)
		feed_base(feed, self, strlen(self));
	if (feed->base.len == 0 && home)
		feed_base(feed, home, strlen(home));
	if (language)
		feed_head_set(feed, FEED_HEAD_LANGUAGE, language,
		    strlen(language));
	if (next)
		feed_next(feed, next, strlen(next), base_of(feed));
	feed_item_clear(&feed->item);
	take_author(feed, json);
	sm_buf_clear(&feed->author);
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
