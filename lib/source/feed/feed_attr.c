/* References, and the attributes of a tag. */
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "source/feed/feed_scan.h"
#include "text/entity.h"

/* XML 1.0 has no place for the other controls, not even as a number. */
static bool
is_char(uint32_t c)
{
	return c >= 0x20 ? c != 0xFFFE && c != 0xFFFF :
	    c == '\t' || c == '\n' || c == '\r';
}

size_t
feed_reference(const char *s, const char *end, size_t *used, char utf8[4])
{
	uint32_t c;

	*used = 1;
	c = sm_entity(s, end, used);
	return sm_utf8_put(utf8, c == 0 ? '&' : is_char(c) ? c : ' ');
}

static const char *
decode_value(struct feed_scan *scan, const char *s, size_t *len)
{
	const char *end = s + *len;
	size_t from = scan->values.len;

	if (!memchr(s, '&', *len))
		return s;
	while (s < end) {
		const char *amp = memchr(s, '&', (size_t)(end - s));
		size_t used, n;
		char utf8[4];

		sm_buf_add(&scan->values, s, (size_t)((amp ? amp : end) - s));
		if (!amp)
			break;
		n = feed_reference(amp, end, &used, utf8);
		sm_buf_add(&scan->values, utf8, n);
		s = amp + used;
	}
	*len = scan->values.len - from;
	return scan->values.data + from;
}

/* The value behind a '='; where it ends. */
static const char *
value(struct feed_scan *scan, const char *s, const char *end,
    struct feed_attr *attr)
{
	const char *stop;
	char quote = s < end ? *s : '\0';

	if (quote == '"' || quote == '\'') {
		s++;
		stop = memchr(s, quote, (size_t)(end - s));
		if (!stop) {
			scan->broken = true;
			stop = end;
		}
	} else {
		scan->broken = true;
		quote = '\0';
		for (stop = s; stop < end && !feed_is_space(*stop); stop++)
			;
	}
	attr->len = (size_t)(stop - s);
	attr->value = decode_value(scan, s, &attr->len);
	return stop + (quote && stop < end);
}

size_t
feed_attrs(struct feed_scan *scan, const char *s, const char *end)
{
	size_t count = 0;

	/* Nothing decoded is longer than what it was: no pointer moves. */
	sm_buf_clear(&scan->values);
	sm_buf_reserve(&scan->values, (size_t)(end - s) + 1);
	while (count < FEED_SCAN_ATTRS) {
		struct feed_attr *attr = &scan->attrs[count];

		while (s < end && (feed_is_space(*s) || *s == '/'))
			s++;
		if (s == end)
			break;
		attr->name = attr->value = s;
		while (s < end && !feed_is_space(*s) && *s != '=')
			s++;
		attr->name_len = (size_t)(s - attr->name);
		attr->len = 0;
		while (s < end && feed_is_space(*s))
			s++;
		if (s < end && *s == '=') {
			for (s++; s < end && feed_is_space(*s); s++)
				;
			s = value(scan, s, end, attr);
		} else
			scan->broken = true;
		count += attr->name_len > 0;
	}
	return count;
}

const struct feed_attr *
feed_attr_find(const struct feed_tag *tag, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < tag->count; i++)
		if (tag->attrs[i].name_len == len &&
		    strncasecmp(tag->attrs[i].name, name, len) == 0)
			return &tag->attrs[i];
	return NULL;
}

bool
feed_attr_is(const struct feed_tag *tag, const char *name, const char *value)
{
	const struct feed_attr *attr = feed_attr_find(tag, name);

	return attr && attr->len == strlen(value) &&
	    strncasecmp(attr->value, value, attr->len) == 0;
}
