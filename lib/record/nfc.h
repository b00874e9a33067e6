/* Unicode Normalisation Form C (UAX 15), for text that mostly is in it. */
#ifndef SM_RECORD_NFC_H
#define SM_RECORD_NFC_H

#include <stdbool.h>
#include <stddef.h>

struct sm_buf;

/*
 * True where s is valid UTF-8 and in NFC for sure; one quick pass over the
 * bytes.  False means that it has to be looked at.
 */
bool sm_nfc_is(const char *s, size_t len);

/* Adds s, which must be valid UTF-8, in NFC to out. */
void sm_nfc_add(struct sm_buf *out, const char *s, size_t len);

#endif
