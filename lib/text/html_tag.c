#include "text/html_tag.h"

/* Sorted by name. */
static const struct html_tag tags[] = {
	{ "a", HTML_LINK }, { "address", HTML_BLOCK },
	{ "article", HTML_BLOCK }, { "aside", HTML_BLOCK },
	{ "blockquote", HTML_QUOTE }, { "body", HTML_LINE },
	{ "br", HTML_BREAK }, { "button", HTML_SKIP },
	{ "caption", HTML_LINE }, { "dd", HTML_LINE }, { "del", HTML_STRUCK },
	{ "details", HTML_LINE }, { "div", HTML_LINE }, { "dl", HTML_BLOCK },
	{ "dt", HTML_LINE }, { "fieldset", HTML_BLOCK },
	{ "figcaption", HTML_LINE }, { "figure", HTML_BLOCK },
	{ "footer", HTML_BLOCK }, { "form", HTML_SKIP }, { "h1", HTML_BLOCK },
	{ "h2", HTML_BLOCK }, { "h3", HTML_BLOCK }, { "h4", HTML_BLOCK },
	{ "h5", HTML_BLOCK }, { "h6", HTML_BLOCK }, { "head", HTML_SKIP },
	{ "header", HTML_BLOCK }, { "hr", HTML_RULE }, { "html", HTML_LINE },
	{ "iframe", HTML_RAW }, { "img", HTML_IMAGE }, { "li", HTML_ITEM },
	{ "main", HTML_LINE }, { "math", HTML_SKIP },
	{ "mx-reply", HTML_SKIP }, { "nav", HTML_BLOCK },
	{ "noembed", HTML_RAW }, { "noscript", HTML_SKIP },
	{ "object", HTML_SKIP }, { "ol", HTML_LIST }, { "p", HTML_BLOCK },
	{ "pre", HTML_PRE }, { "s", HTML_STRUCK }, { "script", HTML_RAW },
	{ "section", HTML_BLOCK }, { "select", HTML_SKIP },
	{ "span", HTML_SPAN }, { "strike", HTML_STRUCK },
	{ "style", HTML_RAW }, { "summary", HTML_LINE }, { "sup", HTML_SUP },
	{ "svg", HTML_SKIP }, { "table", HTML_BLOCK }, { "td", HTML_CELL },
	{ "template", HTML_SKIP }, { "textarea", HTML_RAW },
	{ "th", HTML_CELL }, { "title", HTML_RAW }, { "tr", HTML_LINE },
	{ "ul", HTML_LIST }
};

static const struct html_tag unknown = { "", HTML_INLINE };

/* name in any case against a lower-case one of the table, as strcmp. */
static int
compare(const char *name, size_t len, const char *known)
{
	for (size_t i = 0; i < len; i++) {
		int c = (unsigned char)name[i];

		if (c >= 'A' && c <= 'Z')
			c += 'a' - 'A';
		if (c == '\0')
			return 1;
		if (c != (unsigned char)known[i])
			return c - (unsigned char)known[i];
	}
	return known[len] == '\0' ? 0 : -1;
}

const struct html_tag *
html_tag_find(const char *name, size_t len)
{
	size_t low = 0, high = sizeof(tags) / sizeof(tags[0]);

	while (low < high) {
		size_t mid = (low + high) / 2;
		int order = compare(name, len, tags[mid].name);

		if (order == 0)
			return &tags[mid];
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return &unknown;
}
