/* What names mean where they stand, and what addresses are relative to. */
#include <string.h>
#include <strings.h>

#include "source/feed/feed_take.h"
#include "text/url.h"

#define LANG_MAX 64	/* bytes of xml:lang */

static unsigned char
find_space(const struct feed_xml *xml, const char *prefix, size_t len)
{
	for (unsigned i = xml->nbinds; i > 0; i--)
		if (strlen(xml->binds[i - 1].prefix) == len &&
		    memcmp(xml->binds[i - 1].prefix, prefix, len) == 0)
			return xml->binds[i - 1].space;
	return len > 0 ? feed_space_usual(prefix, len) : feed_space_base();
}

const struct feed_name *
feed_xml_name(struct feed_xml *xml, const char *s, size_t len, uint64_t hash)
{
	struct feed_cached *cached = &xml->cache[hash & (FEED_XML_CACHE - 1)];
	const char *colon;
	size_t n;

	if (cached->name && cached->hash == hash && cached->era == xml->era)
		return cached->name;
	colon = memchr(s, ':', len);
	n = colon ? (size_t)(colon - s) : 0;
	cached->hash = hash;
	cached->era = xml->era;
	cached->name = feed_name_find(find_space(xml, s, n),
	    colon ? colon + 1 : s, len - (colon ? n + 1 : 0));
	return cached->name;
}

const char *
feed_xml_base(const struct feed_xml *xml)
{
	const char *base = sm_buf_str(&xml->bases) + xml->base;

	if (xml->bases.len > 0 && *base)
		return base;
	return xml->feed->base.len ? xml->feed->base.data : NULL;
}

static void
declare(struct feed_xml *xml, const char *prefix, size_t len,
    const struct feed_attr *attr)
{
	struct feed_bind *bind = &xml->binds[xml->nbinds];

	if (xml->nbinds == FEED_BINDS || len >= FEED_PREFIX)
		return;
	memcpy(bind->prefix, prefix, len);
	bind->prefix[len] = '\0';
	bind->space = feed_space_of(attr->value, attr->len);
	/* A wrong address behind a usual prefix is the more usual fault. */
	if (bind->space == 0)
		bind->space = len > 0 ? feed_space_usual(prefix, len) :
		    feed_space_base();
	xml->nbinds++;
	xml->era++;
}

static void
set_base(struct feed_xml *xml, const struct feed_attr *attr)
{
	struct sm_buf found = SM_BUF_INIT;

	if (sm_url_resolve(feed_xml_base(xml), attr->value, attr->len,
	    &found) == 0) {
		xml->base = (uint32_t)xml->bases.len;
		sm_buf_add(&xml->bases, found.data, found.len + 1);
	}
	sm_buf_release(&found);
}

static void
set_lang(struct feed_xml *xml, const struct feed_attr *attr)
{
	size_t len = attr->len > LANG_MAX ? 0 : attr->len;

	xml->lang = (uint32_t)xml->langs.len;
	sm_buf_add(&xml->langs, attr->value, len);
	sm_buf_addc(&xml->langs, '\0');
}

static bool
is_named(const struct feed_attr *attr, const char *name)
{
	return attr->name_len == strlen(name) &&
	    strncasecmp(attr->name, name, attr->name_len) == 0;
}

void
feed_xml_common(struct feed_xml *xml, const struct feed_tag *tag)
{
	for (size_t i = 0; i < tag->count; i++) {
		const struct feed_attr *attr = &tag->attrs[i];

		if (is_named(attr, "xml:base") || is_named(attr, "base"))
			set_base(xml, attr);
		else if (is_named(attr, "xml:lang") || is_named(attr, "lang"))
			set_lang(xml, attr);
		else if (attr->name_len >= 5 &&
		    memcmp(attr->name, "xmlns", 5) == 0 &&
		    (attr->name_len == 5 || attr->name[5] == ':'))
			declare(xml, attr->name + 6,
			    attr->name_len > 6 ? attr->name_len - 6 : 0, attr);
	}
}
