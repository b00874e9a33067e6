/* What html.c, html_element.c and html_link.c share. */
#ifndef SM_TEXT_HTML_IMPL_H
#define SM_TEXT_HTML_IMPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/html.h"
#include "text/html_out.h"
#include "text/html_tag.h"

/* An open element that has to be closed with care. */
struct open {
	const struct html_tag *tag;
	int64_t number;		/* of the next item of a list; 0: dots */
	int step;
};

struct html {
	struct html_out out;
	struct sm_html *result;
	const char *at, *end;
	const char *base;
	struct open open[SM_HTML_DEPTH];
	size_t depth;
	int lists, pre;
	const char *href;	/* of the link that is open */
	size_t href_len;
	bool link;		/* a link is open */
	bool plain_link;	/* ... whose address is not shown */
	bool hidden;		/* ... of which parts are: show the address */
	bool broken_quotes;	/* a tag's quote never ended */
	bool no_tags;		/* there is no '>' any more */
	const struct html_tag *endless[16];	/* no end tag follows */
	size_t nendless;
};

/* html_element.c: a start tag, its name and attributes from s to its '>'. */
void html_start_tag(struct html *html, const struct html_tag *tag,
    const char *s, const char *end);
void html_end_tag(struct html *html, const struct html_tag *tag);
/* The innermost element that is open ends. */
void html_leave(struct html *html);

/* html_link.c */
void html_open_link(struct html *html, const char *s, const char *end);
void html_close_link(struct html *html);
void html_image(struct html *html, const char *s, const char *end);

#endif
