/* Names of zones, and Korean words for parts of a time, for date.c. */
#ifndef SM_TEXT_DATE_ZONE_H
#define SM_TEXT_DATE_ZONE_H

#include <stdbool.h>
#include <stddef.h>

/* Minutes east of UTC of the zone that a word names, in any case. */
bool date_zone(const char *word, size_t len, int *minutes);

/*
 * Whether the word is one of those that stand in Korean dates (year, month,
 * day, morning, afternoon); *half becomes 1 for the morning, 2 for the
 * afternoon.
 */
bool date_korean(const char *word, size_t len, int *half);

#endif
