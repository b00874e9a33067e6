/*
 * The one way from untrusted text to a terminal, a page, a mail header or a
 * log.  What is stored and what goes down a pipe stays as it came; this is
 * for the moment at which it is shown.
 *
 * Made harmless: C0 and C1 controls and DEL (also as raw bytes), bytes that
 * are not UTF-8, bidirectional controls, zero-width characters but for the
 * joiners that emoji, Arabic and Indic scripts need, tag characters outside
 * a flag, line and paragraph separators, noncharacters, private use, and more
 * than 8 combining marks on one letter.
 */
#ifndef SM_BASE_SAFE_H
#define SM_BASE_SAFE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sm_buf;

enum sm_safe {
	SM_SAFE_TTY,	/* one line for a terminal: bad -> U+FFFD, \n ->
			   space, right-to-left text isolated (FSI, PDI) */
	SM_SAFE_LINES,	/* the same, but \n and \t stay */
	SM_SAFE_JSON,	/* JSON text: bad -> \uXXXX, still the same JSON */
	SM_SAFE_HTML,	/* TTY, and & < > " ' as references; lines stay */
	SM_SAFE_LOG,	/* one line, bad -> \xHH and \u{HHHH}, \ doubled */
	SM_SAFE_MAIL	/* one header value: controls are left out */
};

void sm_safe(struct sm_buf *out, const char *s, size_t len, enum sm_safe how);

/* Whether sm_safe(..., SM_SAFE_LINES) would change nothing. */
bool sm_safe_is(const char *s, size_t len);

#endif
