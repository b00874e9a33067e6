/*
 * UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above
 * U+10FFFF.
 */
#ifndef SM_BASE_UTF8_H
#define SM_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

#define SM_UTF8_BAD 0xFFFFFFFFu
#define SM_UTF8_REPLACEMENT 0xFFFDu

/*
 * The code point at s (end > s) and in *size how many bytes it takes.  For
 * bytes that are not UTF-8: SM_UTF8_BAD, and *size is the length of the
 * maximal part to be replaced by one U+FFFD (Unicode 15, 3.9), at least 1.
 */
uint32_t sm_utf8_get(const char *s, const char *end, size_t *size);

/* Writes c, at most 4 bytes; gives back how many.  c must be a scalar value. */
size_t sm_utf8_put(char *to, uint32_t c);

/* The offset of the first byte that is not UTF-8, or len where all is. */
size_t sm_utf8_check(const char *s, size_t len);

/* The same, byte by byte: the reference that tests compare with. */
size_t sm_utf8_check_scalar(const char *s, size_t len);

#endif
