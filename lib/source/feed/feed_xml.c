/*
 * RSS and Atom: which elements are open, and what that means.  End tags close
 * what they name, however much was left open inside; those that name nothing
 * that is open close nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/xalloc.h"
#include "source/feed/feed_take.h"

/* From now on nothing is taken any more; feed->err says why. */
static void
stop(struct feed_xml *xml)
{
	xml->feed->failed = true;
	xml->scan.stopped = true;
}

/* A name in any case; eight bytes at once. */
static uint64_t
hash_name(const char *s, size_t len)
{
	const uint64_t small = UINT64_C(0x2020202020202020);
	uint64_t hash = SM_HASH_START ^ len, eight;

	for (; len >= 8; s += 8, len -= 8) {
		memcpy(&eight, s, 8);
		hash = sm_hash_mix(hash ^ (eight | small));
	}
	eight = 0;
	memcpy(&eight, s, len);
	return sm_hash_mix(hash ^ (eight | small));
}

static void
finish_item(struct feed_xml *xml)
{
	struct feed *feed = xml->feed;

	xml->item_depth = xml->source_depth = 0;
	xml->capture = NULL;
	feed->item.repaired = xml->scan.broken;
	if (!feed->failed && feed_item_emit(feed, &feed->err) == -1)
		stop(xml);
	feed_item_clear(&feed->item);
}

/* The innermost element ends. */
static void
leave(struct feed_xml *xml)
{
	const struct feed_open *open = &xml->open[xml->depth - 1];

	if (xml->capture && xml->depth == xml->capture_depth)
		feed_take_end(xml);
	if (xml->depth == xml->skip_depth)
		xml->skip_depth = 0;
	if (xml->depth == xml->author_depth)
		xml->author_depth = 0;
	if (xml->depth == xml->head_author)
		xml->head_author = 0;
	if (xml->depth == xml->source_depth)
		xml->source_depth = 0;
	if (xml->item_depth && xml->depth == xml->item_depth)
		finish_item(xml);
	if (xml->nbinds != open->binds) {
		xml->nbinds = open->binds;
		xml->era++;
	}
	sm_buf_cut(&xml->bases, xml->base > open->base ? xml->base :
	    xml->bases.len);
	sm_buf_cut(&xml->langs, xml->lang > open->lang ? xml->lang :
	    xml->langs.len);
	xml->base = open->base;
	xml->lang = open->lang;
	xml->depth--;
	if (xml->depth == 0)
		xml->closed = true;
}

static void
leave_to(struct feed_xml *xml, int depth)
{
	while (xml->depth > depth)
		leave(xml);
	xml->beyond = 0;
}

static void
enter(struct feed_xml *xml, uint64_t hash)
{
	struct feed_open *open = &xml->open[xml->depth++];

	open->hash = hash;
	open->name = NULL;
	open->binds = xml->nbinds;
	open->base = xml->base;
	open->lang = xml->lang;
}

static void
refuse_entity(struct feed_xml *xml)
{
	sm_err_set(&xml->feed->err, SM_EXIT_DATA, "the document declares an "
	    "entity ('%s'), which no feed needs: refused", xml->scan.entity);
	stop(xml);
}

static bool
is_local(const struct feed_tag *tag, const char *name)
{
	const char *colon = memchr(tag->name, ':', tag->len);
	size_t n = colon ? (size_t)(colon + 1 - tag->name) : 0;
	size_t len = strlen(name);

	return tag->len - n == len &&
	    hash_name(tag->name + n, len) == hash_name(name, len);
}

static void
root_element(struct feed_xml *xml, const struct feed_tag *tag)
{
	static const char *const roots[] = { "rss", "rdf", "feed", "channel" };
	bool known = false;

	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
		known = known || is_local(tag, roots[i]);
	xml->atom = is_local(tag, "feed");
	if (known || xml->rooted) {
		xml->rooted = true;
		return;
	}
	sm_err_set(&xml->feed->err, SM_EXIT_DATA, is_local(tag, "html") ?
	    "a web page, not a feed: look in it for <link rel=\"alternate\">" :
	    "not a feed: its root is <%.*s>",
	    tag->len > 64 ? 64 : (int)tag->len, tag->name);
	stop(xml);
}

/* <ITEM HREF="..." LASTMOD="..."> of CDF. */
static void
cdf_attrs(struct feed_xml *xml, const struct feed_tag *tag)
{
	const struct feed_attr *href = feed_attr_find(tag, "href");
	const struct feed_attr *when = feed_attr_find(tag, "lastmod");

	if (href)
		feed_take_url(xml, FEED_LINK, 8, href->value, href->len);
	if (when)
		feed_item_set(&xml->feed->item, FEED_UPDATED, 4, when->value,
		    when->len);
}

static void
item_element(struct feed_xml *xml, const struct feed_tag *tag)
{
	const struct feed_attr *about = feed_attr_find(tag, "rdf:about");

	xml->skip_depth = xml->author_depth = xml->head_author = 0;
	xml->capture = NULL;
	xml->item_depth = xml->depth;
	xml->item_lang = xml->open[xml->depth - 1].lang;
	feed_take_lang(xml, xml->item_lang, 6);
	if (xml->lang != xml->item_lang)
		feed_take_lang(xml, xml->lang, 4);
	cdf_attrs(xml, tag);
	if (about)
		feed_item_set(&xml->feed->item, FEED_ID, 2, about->value,
		    about->len);
}

/* Elements of HTML that have no end tag. */
static bool
is_void(const char *s, size_t len)
{
	static const char *const names[] = { "area", "base", "br", "col",
	    "embed", "hr", "img", "input", "link", "meta", "param", "wbr" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == len &&
		    hash_name(s, len) == hash_name(names[i], len))
			return true;
	return false;
}

/* A start tag inside a text: part of it; or does the text end here? */
static bool
inside_text(struct feed_xml *xml, const struct feed_tag *tag, uint64_t hash)
{
	const struct feed_name *name;

	if (!xml->capture)
		return false;
	if (xml->how == FEED_TEXT_MARKUP)
		return true;
	name = feed_xml_name(xml, tag->name, tag->len, hash);
	if (xml->author_depth && name->kind == FEED_NAME_IN_AUTHOR)
		return false;
	if (xml->capture->kind == FEED_NAME_TAG && name->kind == FEED_NAME_TAG)
		return false;
	if (!name->breaks)
		return true;
	xml->scan.broken = true;
	leave_to(xml, xml->capture_depth - 1);
	return false;
}

static void
update_want(struct feed_xml *xml)
{
	xml->scan.want_text = xml->capture && !xml->skip_depth;
}

/* What a start tag means outside of texts. */
static void
meaning(struct feed_xml *xml, const struct feed_tag *tag, uint64_t hash)
{
	const struct feed_name *name;

	if (tag->count > 0)
		feed_xml_common(xml, tag);
	name = feed_xml_name(xml, tag->name, tag->len, hash);
	xml->open[xml->depth - 1].name = name;
	if (name->kind == FEED_NAME_ITEM)
		item_element(xml, tag);
	else if (!xml->skip_depth && xml->item_depth)
		feed_take_item(xml, name, tag);
	else if (!xml->skip_depth)
		feed_take_head(xml, name, tag);
}

static void
on_start(void *arg, const struct feed_tag *tag)
{
	struct feed_xml *xml = arg;
	uint64_t hash = hash_name(tag->name, tag->len);
	bool inside;

	if (xml->scan.entities)
		refuse_entity(xml);
	else if (xml->depth == 0)
		root_element(xml, tag);
	if (xml->scan.stopped)
		return;
	/* The item before never ended. */
	if (xml->item_depth && xml->how != FEED_TEXT_MARKUP &&
	    feed_xml_name(xml, tag->name, tag->len, hash)->kind ==
	    FEED_NAME_ITEM) {
		xml->scan.broken = true;
		leave_to(xml, xml->item_depth - 1);
	}
	inside = inside_text(xml, tag, hash);
	if (inside)
		feed_take_start(xml, tag);
	if (inside && is_void(tag->name, tag->len))
		return;
	if (xml->depth == FEED_DEPTH) {
		xml->beyond++;
		return;
	}
	enter(xml, hash);
	if (!inside)
		meaning(xml, tag, hash);
	update_want(xml);
}

/* The innermost open element of that name; 0: there is none. */
static int
find_open(const struct feed_xml *xml, uint64_t hash)
{
	for (int i = xml->depth; i > 0; i--)
		if (xml->open[i - 1].hash == hash)
			return i;
	return 0;
}

static void
on_end(void *arg, const char *name, size_t len)
{
	struct feed_xml *xml = arg;
	uint64_t hash = hash_name(name, len);
	int depth = find_open(xml, hash);
	const struct feed_name *known = depth ? xml->open[depth - 1].name :
	    NULL;

	if (xml->capture && depth > xml->capture_depth)
		feed_take_close(xml, name, len);
	/* Below FEED_DEPTH only names of feeds are sure to be meant. */
	if (xml->beyond > 0 && !(known && (known->kind || known->head))) {
		xml->beyond--;
		return;
	}
	if (depth == 0) {
		if (!xml->capture || !is_void(name, len))
			xml->scan.broken = true;
		return;
	}
	if (depth < xml->depth)
		xml->scan.broken = true;
	leave_to(xml, depth - 1);
	update_want(xml);
}

static void
on_text(void *arg, const char *s, size_t len)
{
	struct feed_xml *xml = arg;
	const char *end = s + len;

	if (!xml->capture)
		return;
	if (xml->how != FEED_TEXT_MARKUP) {
		feed_take_text(xml, s, len);
		return;
	}
	for (const char *from = s; s <= end; s++) {
		if (s < end && *s != '<' && *s != '&')
			continue;
		feed_take_text(xml, from, (size_t)(s - from));
		if (s < end)
			feed_take_text(xml, *s == '<' ? "&lt;" : "&amp;",
			    *s == '<' ? 4 : 5);
		from = s + 1;
	}
}

struct feed_xml *
feed_xml_new(struct feed *feed)
{
	struct feed_xml *xml = sm_xcalloc(1, sizeof(*xml));

	xml->feed = feed;
	xml->scan.arg = xml;
	xml->scan.start = on_start;
	xml->scan.end = on_end;
	xml->scan.text = on_text;
	/* Offset 0 of both: nothing said. */
	sm_buf_addc(&xml->bases, '\0');
	sm_buf_addc(&xml->langs, '\0');
	return xml;
}

void
feed_xml_free(struct feed_xml *xml)
{
	if (!xml)
		return;
	feed_scan_release(&xml->scan);
	sm_buf_release(&xml->bases);
	sm_buf_release(&xml->langs);
	sm_buf_release(&xml->taken);
	free(xml);
}

int
feed_xml_piece(struct feed_xml *xml, const char *s, size_t len, bool last,
    struct sm_err *err)
{
	feed_scan_piece(&xml->scan, s, len, last);
	if (xml->scan.entities && !xml->feed->failed)
		refuse_entity(xml);
	if (xml->feed->failed) {
		*err = xml->feed->err;
		return -1;
	}
	return 0;
}

int
feed_xml_end(struct feed_xml *xml, bool *whole, struct sm_err *err)
{
	xml->item_depth = 0;	/* what is open now is only half there */
	if (!xml->rooted)
		return sm_err_set(err, SM_EXIT_DATA, "not a feed: no element "
		    "in it");
	*whole = xml->closed && xml->depth == 0;
	return 0;
}

void
feed_xml_broken(struct feed_xml *xml)
{
	xml->scan.broken = true;
}
