/* Attributes of a start tag, which lies between tag and end. */
#ifndef SM_TEXT_HTML_ATTR_H
#define SM_TEXT_HTML_ATTR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sm_buf;

/* Whether word is one of those in class. */
bool html_has_class(const char *tag, const char *end, const char *word);

/* A value of at most six digits, or other. */
int64_t html_number_attr(const char *tag, const char *end, const char *name,
    int64_t other);

/* Adds a value with its references decoded to out. */
void html_decode(struct sm_buf *out, const char *s, size_t len);

#endif
