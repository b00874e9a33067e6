/* Text members of a post as JSON. */
#ifndef SM_RECORD_POST_TEXT_H
#define SM_RECORD_POST_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record/post.h"

struct sm_buf;

enum post_lines {
	POST_ONE_LINE,	/* white space becomes a blank */
	POST_LINES	/* \n and \t stay */
};

/*
 * Adds ,"name":"text" where there is text: valid UTF-8, NFC, no controls,
 * trimmed, at most max bytes before escaping.  How many bytes had to be left
 * out.  *repaired, which may be NULL, is set where bytes were no UTF-8.
 */
size_t post_text(struct sm_buf *out, const char *name, struct sm_span text,
    size_t max, enum post_lines lines, bool *repaired);

/* Adds ,"name": - a value has to follow. */
void post_member(struct sm_buf *out, const char *name);
/* Adds ,"name":"text" for text of ours that needs no escaping. */
void post_fixed(struct sm_buf *out, const char *name, const char *text);
/* Adds ,"name":"2026-11-21T12:00:00Z". */
void post_time(struct sm_buf *out, const char *name, int64_t time);

/* As post_text, for text that must be kept whole or not at all. */
void post_whole(struct sm_buf *out, const char *name, struct sm_span text,
    size_t max);

#endif
