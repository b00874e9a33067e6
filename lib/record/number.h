/*
 * JSON numbers as integers, without floating point.  Private to lib/record.
 */
#ifndef SM_RECORD_NUMBER_H
#define SM_RECORD_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The number spelled in text (RFC 8259 grammar, checked before) times
 * 10^scale, cut towards zero and held within int64; *exact tells whether
 * nothing was lost.
 */
int64_t sm_number_scaled(const char *text, size_t len, int scale,
    bool *exact);

#endif
