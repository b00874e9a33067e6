/* What elements mean to html.c. */
#ifndef SM_TEXT_HTML_TAG_H
#define SM_TEXT_HTML_TAG_H

#include <stddef.h>

enum html_kind {
	HTML_INLINE,	/* nothing: its text alone */
	HTML_SKIP,	/* left out with all that is in it */
	HTML_RAW,	/* the same; what is in it is no markup */
	HTML_BREAK,
	HTML_LINE,	/* begins and ends a line */
	HTML_BLOCK,	/* a blank line before and after */
	HTML_LIST,
	HTML_ITEM,
	HTML_QUOTE,
	HTML_PRE,
	HTML_CELL,
	HTML_RULE,
	HTML_IMAGE,
	HTML_LINK,
	HTML_SUP,
	HTML_STRUCK,
	HTML_SPAN
};

struct html_tag {
	const char *name;
	enum html_kind kind;
};

/* Never NULL: what is not known is HTML_INLINE, with name "". */
const struct html_tag *html_tag_find(const char *name, size_t len);

#endif
