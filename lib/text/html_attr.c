#include "text/html_attr.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "text/entity.h"
#include "text/html.h"

static const char *
skip_blanks(const char *s, const char *end)
{
	while (s < end && (isspace((unsigned char)*s) || *s == '/'))
		s++;
	return s;
}

/* The next attribute from s on; where it ends, or NULL. */
static const char *
next_attr(const char *s, const char *end, const char **name, size_t *name_len,
    const char **value, size_t *len)
{
	s = skip_blanks(s, end);
	if (s == end)
		return NULL;
	*name = s;
	while (s < end && !isspace((unsigned char)*s) && *s != '=' &&
	    *s != '/')
		s++;
	*name_len = (size_t)(s - *name);
	*value = s;
	*len = 0;
	while (s < end && isspace((unsigned char)*s))
		s++;
	if (s == end || *s != '=')
		return *name_len ? s : end;
	for (s++; s < end && isspace((unsigned char)*s); s++)
		;
	if (s < end && (*s == '"' || *s == '\'')) {
		char quote = *s++;

		*value = s;
		s = memchr(s, quote, (size_t)(end - s));
		*len = (size_t)((s ? s : end) - *value);
		return s ? s + 1 : end;
	}
	*value = s;
	while (s < end && !isspace((unsigned char)*s))
		s++;
	*len = (size_t)(s - *value);
	return s;
}

bool
sm_html_attr(const char *tag, const char *end, const char *name,
    const char **value, size_t *len)
{
	const char *found, *s = tag;
	size_t found_len;

	while (s < end && !isspace((unsigned char)*s) && *s != '/')
		s++;
	while ((s = next_attr(s, end, &found, &found_len, value, len)))
		if (found_len == strlen(name) &&
		    strncasecmp(found, name, found_len) == 0)
			return true;
	return false;
}

bool
html_has_class(const char *tag, const char *end, const char *word)
{
	const char *value;
	size_t len, n = strlen(word);

	if (!sm_html_attr(tag, end, "class", &value, &len))
		return false;
	for (size_t i = 0; i + n <= len; i++)
		if (memcmp(value + i, word, n) == 0 &&
		    (i == 0 || isspace((unsigned char)value[i - 1])) &&
		    (i + n == len || isspace((unsigned char)value[i + n])))
			return true;
	return false;
}

/* An attribute's value with its references decoded. */
void
html_decode(struct sm_buf *out, const char *s, size_t len)
{
	const char *end = s + len;

	while (s < end) {
		const char *amp = memchr(s, '&', (size_t)(end - s));
		size_t used = 1;
		uint32_t c;
		char utf8[4];

		sm_buf_add(out, s, (size_t)((amp ? amp : end) - s));
		if (!amp)
			return;
		c = sm_entity(amp, end, &used);
		sm_buf_add(out, utf8, sm_utf8_put(utf8, c ? c : '&'));
		s = amp + used;
	}
}

int64_t
html_number_attr(const char *tag, const char *end, const char *name,
    int64_t other)
{
	const char *value;
	int64_t number = 0;
	size_t len;

	if (!sm_html_attr(tag, end, name, &value, &len) || len == 0 || len > 6)
		return other;
	for (size_t i = 0; i < len; i++) {
		if (!isdigit((unsigned char)value[i]))
			return other;
		number = number * 10 + (value[i] - '0');
	}
	return number;
}
