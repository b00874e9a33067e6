/*
 * HTML to plain text: blocks become lines, lists get their marks, quotes '> ',
 * links their address behind them.  One pass, no tree, no recursion; time is
 * linear in the input whatever the input is, and nothing is ever fetched.
 * Text without any markup passes through (white space is still collapsed), so
 * it does no harm where a feed does not say whether it escapes.
 */
#ifndef SM_TEXT_HTML_H
#define SM_TEXT_HTML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

#define SM_HTML_MAX 1048576	/* bytes of input; the rest is cut off */
#define SM_HTML_DEPTH 256	/* open elements that are kept in mind */
#define SM_HTML_LINKS 256	/* addresses that are collected */
#define SM_HTML_URL 4096	/* bytes of an address; longer: left out */

struct sm_html {
	struct sm_buf text;	/* what was read, trimmed */
	struct sm_buf links;	/* http(s) addresses, a NUL behind each */
	size_t nlinks;
	bool cut;		/* the input was longer than SM_HTML_MAX */
};

#define SM_HTML_INIT { .text = SM_BUF_INIT, .links = SM_BUF_INIT }

void sm_html_release(struct sm_html *html);

/*
 * The text of s, in place of what was there.  s should be UTF-8; base, which
 * may be NULL, is what relative addresses are relative to.
 */
void sm_html_text(struct sm_html *html, const char *s, size_t len,
    const char *base);

/* The value of a start tag's attribute, undecoded; false: it has none. */
bool sm_html_attr(const char *tag, const char *end, const char *name,
    const char **value, size_t *len);

#endif
