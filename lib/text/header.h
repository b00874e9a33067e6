/*
 * Header fields of mail (RFC 5322, 2047, 2231): finding, unfolding, decoding.
 * All text comes out as UTF-8, on one line, whatever it was.
 */
#ifndef SM_TEXT_HEADER_H
#define SM_TEXT_HEADER_H

#include <stdbool.h>
#include <stddef.h>

struct sm_buf;

#define SM_HEADER_MAX 65536	/* bytes of one field; the rest is cut off */

/*
 * The index-th field of that name among the header lines, unfolded, in out in
 * place of what was there; not decoded.  False (and empty): there is none.
 */
bool sm_header_nth(const char *head, size_t len, const char *name,
    size_t index, struct sm_buf *out);
bool sm_header(const char *head, size_t len, const char *name,
    struct sm_buf *out);

/* Adds text with its encoded words decoded to out. */
void sm_header_decode(struct sm_buf *out, const char *s, size_t len);

/*
 * A parameter of a value ("text/plain; charset=x"), decoded, in out in place
 * of what was there.  False (and empty): it has none.
 */
bool sm_header_param(const char *value, size_t len, const char *name,
    struct sm_buf *out);

/*
 * The next address of a list from *at on: its display name (decoded, "" for
 * none) and address in lower case, in place of what was there.  False at the
 * end.
 */
bool sm_header_address(const char **at, const char *end, struct sm_buf *name,
    struct sm_buf *address);

/* The next <id> from *at on without its brackets; false at the end. */
bool sm_header_id(const char **at, const char *end, struct sm_buf *id);

#endif
