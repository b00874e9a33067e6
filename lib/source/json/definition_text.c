/* What can be done to a text behind '|'. */
#include "source/json/definition_filter.h"

#include <string.h>

#include "text/entity.h"
#include "text/html.h"

static json_t *
text_of(const struct sm_buf *buf)
{
	return json_stringn(sm_buf_str(buf), buf->len);
}

json_t *
filter_html(const struct filter *filter, json_t *value)
{
	struct sm_html html = SM_HTML_INIT;
	json_t *made;

	(void)filter;
	if (!json_is_string(value))
		return json_incref(value);
	sm_html_text(&html, json_string_value(value),
	    json_string_length(value), NULL);
	made = text_of(&html.text);
	sm_html_release(&html);
	return made;
}

/* Adds s with its character references decoded. */
static void
decode(struct sm_buf *out, const char *s, size_t len)
{
	const char *end = s + len;

	while (s < end) {
		size_t used = 1;
		uint32_t c = *s == '&' ? sm_entity(s, end, &used) : 0;

		if (c == 0) {
			sm_buf_addc(out, *s++);
			continue;
		}
		if (c < 0x80)
			sm_buf_addc(out, (char)c);
		else if (c < 0x800)
			sm_buf_addf(out, "%c%c", (int)(0xC0 | c >> 6),
			    (int)(0x80 | (c & 0x3F)));
		else if (c < 0x10000)
			sm_buf_addf(out, "%c%c%c", (int)(0xE0 | c >> 12),
			    (int)(0x80 | (c >> 6 & 0x3F)),
			    (int)(0x80 | (c & 0x3F)));
		else
			sm_buf_addf(out, "%c%c%c%c", (int)(0xF0 | c >> 18),
			    (int)(0x80 | (c >> 12 & 0x3F)),
			    (int)(0x80 | (c >> 6 & 0x3F)),
			    (int)(0x80 | (c & 0x3F)));
		s += used;
	}
}

json_t *
filter_unescape(const struct filter *filter, json_t *value)
{
	struct sm_buf out = SM_BUF_INIT;
	json_t *made;

	(void)filter;
	if (!json_is_string(value))
		return json_incref(value);
	decode(&out, json_string_value(value), json_string_length(value));
	made = text_of(&out);
	sm_buf_release(&out);
	return made;
}

/* Markdown is readable as it is; only remarks in it are not for readers. */
json_t *
filter_markdown(const struct filter *filter, json_t *value)
{
	const char *s = json_string_value(value), *from, *to;
	struct sm_buf out = SM_BUF_INIT;
	json_t *made;

	(void)filter;
	if (!s)
		return json_incref(value);
	while ((from = strstr(s, "<!--")) && (to = strstr(from, "-->"))) {
		sm_buf_add(&out, s, (size_t)(from - s));
		s = to + 3;
	}
	sm_buf_adds(&out, s);
	made = text_of(&out);
	sm_buf_release(&out);
	return made;
}

/* Without the quoted lines before the answer. */
json_t *
filter_unquote(const struct filter *filter, json_t *value)
{
	const char *s = json_string_value(value);

	(void)filter;
	if (!s || *s != '>')
		return json_incref(value);
	while (*s == '>') {
		s += strcspn(s, "\n");
		s += *s == '\n';
	}
	return json_string(s + strspn(s, "\n"));
}

/* "[id1|Ola] and [x|y]" to "Ola and y". */
json_t *
filter_labels(const struct filter *filter, json_t *value)
{
	const char *s = json_string_value(value), *bar, *end;
	struct sm_buf out = SM_BUF_INIT;
	json_t *made;

	(void)filter;
	if (!s)
		return json_incref(value);
	while (*s) {
		bar = *s == '[' ? s + 1 + strcspn(s + 1, "|[]\n") : s;
		end = *bar == '|' ? bar + 1 + strcspn(bar + 1, "[]\n") : s;
		if (*s == '[' && *bar == '|' && *end == ']') {
			sm_buf_add(&out, bar + 1, (size_t)(end - bar - 1));
			s = end + 1;
		} else
			sm_buf_addc(&out, *s++);
	}
	made = text_of(&out);
	sm_buf_release(&out);
	return made;
}

json_t *
filter_trim(const struct filter *filter, json_t *value)
{
	const char *s = json_string_value(value);
	size_t len;

	(void)filter;
	if (!s)
		return json_incref(value);
	s += strspn(s, " \t\r\n");
	len = strlen(s);
	while (len > 0 && strchr(" \t\r\n", s[len - 1]))
		len--;
	return json_stringn(s, len);
}

json_t *
filter_lower(const struct filter *filter, json_t *value)
{
	struct sm_buf out = SM_BUF_INIT;
	json_t *made;

	(void)filter;
	if (!value_text(value, &out))
		return NULL;
	for (size_t i = 0; i < out.len; i++)
		if (out.data[i] >= 'A' && out.data[i] <= 'Z')
			out.data[i] += 'a' - 'A';
	made = text_of(&out);
	sm_buf_release(&out);
	return made;
}

json_t *
filter_join(const struct filter *filter, json_t *value)
{
	struct sm_buf out = SM_BUF_INIT;
	json_t *element, *made;
	size_t i;

	if (!json_is_array(value))
		return json_incref(value);
	json_array_foreach(value, i, element) {
		size_t before = out.len;

		if (before > 0)
			sm_buf_adds(&out, filter->text);
		if (!value_text(element, &out))
			sm_buf_cut(&out, before);
	}
	made = out.len ? text_of(&out) : NULL;
	sm_buf_release(&out);
	return made;
}

/* The part of that number; from behind, where it is negative. */
json_t *
filter_split(const struct filter *filter, json_t *value)
{
	size_t n = strlen(filter->text);
	struct sm_buf text = SM_BUF_INIT;
	const char *s, *next;
	int64_t parts = 1, want = filter->number;
	json_t *made = NULL;

	if (value_text(value, &text)) {
		s = text.data;
		for (next = s; (next = strstr(next, filter->text)); next += n)
			parts++;
		if (want < 0)
			want += parts;
		for (; want > 0 && (next = strstr(s, filter->text)); want--)
			s = next + n;
		next = strstr(s, filter->text);
		if (want == 0)
			made = json_stringn(s, next ? (size_t)(next - s) :
			    strlen(s));
	}
	sm_buf_release(&text);
	return made;
}
