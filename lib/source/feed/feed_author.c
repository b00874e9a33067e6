/* Who wrote it, where name and address stand in one text. */
#include <ctype.h>
#include <string.h>

#include "source/feed/feed.h"

static bool
is_mail_char(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("._%+-=", c));
}

/* The address around the '@' at at: user@host.tld. */
static bool
find_mail(const char *s, size_t len, const char *at, const char **from,
    const char **to)
{
	const char *end = s + len, *dot;

	for (*from = at; *from > s && is_mail_char((*from)[-1]); (*from)--)
		;
	for (*to = at + 1; *to < end && (isalnum((unsigned char)**to) ||
	    **to == '.' || **to == '-'); (*to)++)
		;
	while (*to > at + 1 && ((*to)[-1] == '.' || (*to)[-1] == '-'))
		(*to)--;
	dot = memchr(at, '.', (size_t)(*to - at));
	return *from < at && dot && dot > at + 1;
}

/* Blanks, and brackets that were about an address or a name. */
static bool
is_rim(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '(' ||
	    c == ')' || c == '<' || c == '>' || c == '[' || c == ']' ||
	    c == ',' || c == '"';
}

void
feed_author_split(struct feed_item *item)
{
	struct sm_buf *name = &item->field[FEED_AUTHOR];
	const char *at = name->len ? memchr(name->data, '@', name->len) :
	    NULL;
	struct sm_buf rest = SM_BUF_INIT;
	const char *from, *to, *s, *end;

	if (!at || !find_mail(name->data, name->len, at, &from, &to))
		return;
	feed_item_set(item, FEED_AUTHOR_MAIL, 1, from, (size_t)(to - from));
	if (from - name->data >= 7 && memcmp(from - 7, "mailto:", 7) == 0)
		from -= 7;
	/* mailto:a@b?subject=c */
	if (to < name->data + name->len && *to == '?')
		while (to < name->data + name->len && !is_rim(*to))
			to++;
	/* Its brackets go with it. */
	if (from > name->data && to < name->data + name->len &&
	    ((from[-1] == '(' && *to == ')') ||
	    (from[-1] == '<' && *to == '>'))) {
		from--;
		to++;
	}
	sm_buf_add(&rest, name->data, (size_t)(from - name->data));
	sm_buf_add(&rest, to, (size_t)(name->data + name->len - to));
	s = sm_buf_str(&rest);
	end = s + rest.len;
	while (s < end && is_rim(*s))
		s++;
	while (end > s && is_rim(end[-1]) && (end[-1] != ')' ||
	    !memchr(s, '(', (size_t)(end - s))))
		end--;
	if (end == s) {	/* the address is all there is */
		s = item->field[FEED_AUTHOR_MAIL].data;
		end = s + item->field[FEED_AUTHOR_MAIL].len;
	}
	name->len = 0;
	sm_buf_add(name, s, (size_t)(end - s));
	sm_buf_release(&rest);
}
