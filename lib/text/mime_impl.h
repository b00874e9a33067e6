/* What mime.c and mime_text.c share. */
#ifndef SM_TEXT_MIME_IMPL_H
#define SM_TEXT_MIME_IMPL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* A part: header fields that matter, and its body. */
struct part {
	const char *head, *body;
	size_t head_len, body_len;
	struct sm_buf type;	/* "text/plain; charset=..." as it stands */
	struct sm_buf disposition;
};

/* Adds the name in front of the parameters, in lower case. */
void mime_bare(const struct sm_buf *value, const char *other,
    struct sm_buf *out);
/* Whether a parameter of the part's type is this, in any case. */
bool mime_param_is(const struct part *part, const char *name,
    const char *what);

/*
 * mime_text.c: adds the part's text as UTF-8 to out; true where bytes were not
 * of their charset.
 */
bool mime_text(const struct part *part, struct sm_buf *out);
/*
 * Takes OpenPGP's armour (RFC 9580, 6 and 7) out of text from the byte at on:
 * what is signed stays, what is encrypted is said to be.
 */
void mime_armour(struct sm_buf *text, size_t at);

#endif
