/*
 * Dates as found in the wild: RFC 3339 and its relatives, mail (RFC 822 to
 * 5322), asctime, what forums and shops print, with month names in English,
 * Polish, Spanish, German and French, and bare Unix time.  Nothing here looks
 * at TZ or the locale.
 */
#ifndef SM_TEXT_DATE_H
#define SM_TEXT_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SM_DATE_MAX 128		/* bytes that are looked at */

/*
 * The time that s stands for; a fraction is dropped, second 60 counts as 59,
 * 24:00 is the next day's 00:00, two digits of a year are 1969 to 2068, a year
 * of more than four digits counts as 9999.
 * zoned, which may be NULL: whether s names a zone (else UTC is assumed).
 * 0, or -1 where s is no date, or one that can be read in two ways
 * (03/04/2026).
 */
int sm_date_parse(const char *s, size_t len, int64_t *time, bool *zoned);

/*
 * The month 1..12 that a word names, in full or short, a full stop at its end
 * and case and accents aside; 0 for any other word.
 */
int sm_date_month(const char *word, size_t len);

#endif
