/*
 * The transfer encodings of mail (RFC 2045), decoded without complaint: what
 * does not belong there is passed over.
 */
#ifndef SM_TEXT_TRANSFER_H
#define SM_TEXT_TRANSFER_H

#include <stdbool.h>
#include <stddef.h>

struct sm_buf;

void sm_base64_decode(struct sm_buf *out, const char *s, size_t len);

/* word: as in headers (RFC 2047), where '_' is a blank. */
void sm_qp_decode(struct sm_buf *out, const char *s, size_t len, bool word);

/* By the name in Content-Transfer-Encoding; others: as it is. */
void sm_transfer_decode(struct sm_buf *out, const char *s, size_t len,
    const char *encoding);

#endif
