/*
 * The text side of html.c: white space that waits until something follows it,
 * and what stands at the beginning of each line.
 */
#ifndef SM_TEXT_HTML_OUT_H
#define SM_TEXT_HTML_OUT_H

#include <stdbool.h>
#include <stddef.h>

struct sm_buf;

struct html_out {
	struct sm_buf *buf;
	size_t newlines;	/* that wait */
	size_t spaces;		/* that wait; newlines win */
	int quote;		/* depth of '> ' */
	int last_quote;		/* on the line before */
	int indent;		/* columns */
	bool marked;		/* a list mark has just been written: stay */
	bool noting;		/* note where the next text begins: */
	size_t noted;
};

/* Ask for at least n newlines before what follows. */
void html_out_break(struct html_out *out, size_t n);

/* A run of text, after what waits. */
void html_out_run(struct html_out *out, const char *s, size_t len);

/* A list mark at the beginning of a line of its own. */
void html_out_mark(struct html_out *out, const char *mark, int indent);

/* Text that belongs to what is there already: what waits goes on waiting. */
void html_out_tail(struct html_out *out, const char *s, size_t len);

#endif
