/*
 * How many columns text takes on a terminal, by our own table (Unicode 15,
 * East Asian Width and emoji presentation), so that our columns stand still
 * whatever the C library or the terminal think.
 */
#ifndef SM_BASE_WIDTH_H
#define SM_BASE_WIDTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 0 for combining marks and other zero-width characters, 1, or 2. */
int sm_width_char(uint32_t c);

bool sm_width_is_mark(uint32_t c);	/* Mn, Me, Mc, joiners, selectors */
bool sm_width_is_emoji(uint32_t c);	/* Extended_Pictographic */
bool sm_width_is_rtl(uint32_t c);	/* Hebrew, Arabic, ... */
bool sm_width_is_unsafe(uint32_t c);	/* controls, bidi, no characters */
bool sm_width_is_hidden(uint32_t c);	/* format characters: show nothing */
bool sm_width_is_joining(uint32_t c);	/* scripts that need the joiners */

/* Columns of len bytes, an emoji sequence joined by ZWJ counting as one. */
size_t sm_width(const char *s, size_t len);

/*
 * How many bytes of s fit into columns, never cutting a letter from its
 * marks; *used is what they take.
 */
size_t sm_width_fit(const char *s, size_t len, size_t columns, size_t *used);

#endif
