/*
 * Letters: what is one, in which script, and its folded forms.  Own tables,
 * so that the same text gives the same bytes whatever the C library knows.
 */
#ifndef SM_TEXT_FOLD_H
#define SM_TEXT_FOLD_H

#include <stddef.h>
#include <stdint.h>

/*
 * The letter in lower case (Unicode simple case folding of Latin, Greek,
 * Cyrillic and Armenian), full-width forms as ASCII, typographic apostrophes
 * as ', and the usual CJK punctuation as its ASCII counterpart.
 */
uint32_t sm_fold(uint32_t c);

/*
 * The base letter of a folded Latin letter: what is left without its marks
 * (also l of l with stroke, o of o with stroke); c itself where it has none.
 */
uint32_t sm_fold_bare(uint32_t c);

/*
 * The tables behind them, for who reads many letters: U+00C0..058F folded, and
 * U+00C0..024F without marks (0: nothing to take away).
 */
extern const uint16_t sm_fold_low[0x4d0];
extern const char sm_bare_low[0x190];

enum sm_char {
	SM_CHAR_SPACE,
	SM_CHAR_LETTER,
	SM_CHAR_DIGIT,
	SM_CHAR_HAN,
	SM_CHAR_EMOJI,
	SM_CHAR_MARK,		/* combining: part of the letter before it */
	SM_CHAR_NOTHING,	/* selectors, joiners, skin tones: left out */
	SM_CHAR_PUNCT		/* and everything else that is seen */
};

/* The class of a folded character. */
enum sm_char sm_char_class(uint32_t c);

enum sm_script {
	SM_SCRIPT_LATIN,
	SM_SCRIPT_CYRILLIC,
	SM_SCRIPT_GREEK,
	SM_SCRIPT_HAN,
	SM_SCRIPT_KANA,
	SM_SCRIPT_HANGUL,
	SM_SCRIPT_ARABIC,
	SM_SCRIPT_HEBREW,
	SM_SCRIPT_INDIC,
	SM_SCRIPT_THAI,
	SM_SCRIPT_OTHER,
	SM_SCRIPTS
};

/* The script of a letter or a Han character. */
enum sm_script sm_char_script(uint32_t c);

/*
 * s in lower case by sm_fold, into out (size bytes, at least 1, always
 * ended by NUL, cut at a character).  Gives back its length.
 */
size_t sm_fold_text(const char *s, size_t len, char *out, size_t size);

#endif
