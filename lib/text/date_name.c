#include "text/date.h"

#include <string.h>

struct name {
	const char *name;	/* lower case, without accents */
	int month;
};

/* Sorted.  English, German, Spanish, French, Polish, Hungarian. */
static const struct name months[] = {
	{ "abr", 4 }, { "abril", 4 }, { "ago", 8 }, { "agosto", 8 },
	{ "aout", 8 }, { "apr", 4 }, { "april", 4 }, { "aprilis", 4 },
	{ "aug", 8 }, { "august", 8 }, { "augusztus", 8 }, { "avr", 4 },
	{ "avril", 4 }, { "cze", 6 }, { "czerwca", 6 }, { "czerwiec", 6 },
	{ "dec", 12 }, { "december", 12 }, { "decembre", 12 }, { "dez", 12 },
	{ "dezember", 12 }, { "dic", 12 }, { "diciembre", 12 }, { "ene", 1 },
	{ "enero", 1 }, { "feb", 2 }, { "febrero", 2 }, { "februar", 2 },
	{ "februari", 2 }, { "february", 2 }, { "fevr", 2 }, { "fevrier", 2 },
	{ "gru", 12 }, { "grudnia", 12 }, { "grudzien", 12 }, { "jan", 1 },
	{ "janner", 1 }, { "januar", 1 }, { "january", 1 }, { "janv", 1 },
	{ "janvier", 1 }, { "juil", 7 }, { "juillet", 7 }, { "juin", 6 },
	{ "jul", 7 }, { "juli", 7 }, { "julio", 7 }, { "julius", 7 },
	{ "july", 7 }, { "jun", 6 }, { "june", 6 }, { "juni", 6 },
	{ "junio", 6 }, { "junius", 6 }, { "kwi", 4 }, { "kwiecien", 4 },
	{ "kwietnia", 4 }, { "lip", 7 }, { "lipca", 7 }, { "lipiec", 7 },
	{ "lis", 11 }, { "listopad", 11 }, { "listopada", 11 }, { "lut", 2 },
	{ "lutego", 2 }, { "luty", 2 }, { "mai", 5 }, { "maj", 5 },
	{ "maja", 5 }, { "majus", 5 }, { "mar", 3 }, { "marca", 3 },
	{ "march", 3 }, { "marcius", 3 }, { "mars", 3 }, { "marz", 3 },
	{ "marzec", 3 }, { "marzo", 3 }, { "may", 5 }, { "mayo", 5 },
	{ "mrz", 3 }, { "nov", 11 }, { "november", 11 }, { "novembre", 11 },
	{ "noviembre", 11 }, { "oct", 10 }, { "october", 10 },
	{ "octobre", 10 }, { "octubre", 10 }, { "okt", 10 }, { "oktober", 10 },
	{ "paz", 10 }, { "pazdziernik", 10 }, { "pazdziernika", 10 },
	{ "sep", 9 }, { "sept", 9 }, { "september", 9 }, { "septembre", 9 },
	{ "septiembre", 9 }, { "setiembre", 9 }, { "sie", 8 },
	{ "sierpien", 8 }, { "sierpnia", 8 }, { "sty", 1 }, { "styczen", 1 },
	{ "stycznia", 1 }, { "szept", 9 }, { "szeptember", 9 }, { "wrz", 9 },
	{ "wrzesien", 9 }, { "wrzesnia", 9 }
};

/* The accented letters of those names: two bytes of UTF-8, and the base. */
static const struct { unsigned char utf8[2]; char base; } accents[] = {
	{ { 0xC3, 0xA4 }, 'a' }, { { 0xC3, 0x84 }, 'a' },	/* a umlaut */
	{ { 0xC3, 0xA9 }, 'e' }, { { 0xC3, 0x89 }, 'e' },	/* e acute */
	{ { 0xC3, 0xBB }, 'u' }, { { 0xC3, 0x9B }, 'u' }, /* circumflex */
	{ { 0xC5, 0x84 }, 'n' }, { { 0xC5, 0x83 }, 'n' },	/* n acute */
	{ { 0xC5, 0x9B }, 's' }, { { 0xC5, 0x9A }, 's' },	/* s acute */
	{ { 0xC5, 0xBA }, 'z' }, { { 0xC5, 0xB9 }, 'z' },	/* z acute */
	{ { 0xC3, 0xA1 }, 'a' }, { { 0xC3, 0x81 }, 'a' },	/* a acute */
	{ { 0xC3, 0xBA }, 'u' }, { { 0xC3, 0x9A }, 'u' },	/* u acute */
	{ { 0xC3, 0xB3 }, 'o' }, { { 0xC3, 0x93 }, 'o' }	/* o acute */
};

static char
base_letter(const char *s)
{
	for (size_t i = 0; i < sizeof(accents) / sizeof(accents[0]); i++)
		if (memcmp(s, accents[i].utf8, 2) == 0)
			return accents[i].base;
	return '\0';
}

/* word in lower case without accents; false where it cannot be a month. */
static bool
fold(const char *word, size_t len, char *to, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)word[i];

		if (n + 1 == room)
			return false;
		if (c >= 'A' && c <= 'Z')
			to[n++] = (char)(c + ('a' - 'A'));
		else if (c >= 'a' && c <= 'z')
			to[n++] = (char)c;
		else if (c >= 0x80 && i + 1 < len &&
		    (to[n] = base_letter(word + i))) {
			n++;
			i++;
		} else
			return false;
	}
	to[n] = '\0';
	return n > 0;
}

/* Greek months, by how they begin; the longer first. */
static int
greek_month(const char *word, size_t len)
{
	static const struct { const char *begin; int month; } names[] = {
		{ "\u0399\u03b1\u03bd", 1 }, { "\u03a6\u03b5\u03b2", 2 },
		{ "\u039c\u03b1\u03c1", 3 }, { "\u039c\u03ac\u03c1", 3 },
		{ "\u039c\u03ac\u03ce", 3 }, { "\u039c\u03b1\u03ce", 3 },
		{ "\u0391\u03c0\u03c1", 4 }, { "\u039c\u03ac\u03b9", 5 },
		{ "\u039c\u03b1\u03b9", 5 }, { "\u039c\u03b1\u03ca", 5 },
		{ "\u0399\u03bf\u03cd\u03bd", 6 },
		{ "\u0399\u03bf\u03c5\u03bd", 6 },
		{ "\u0399\u03bf\u03bd", 6 },
		{ "\u0399\u03bf\u03cd\u03bb", 7 },
		{ "\u0399\u03bf\u03c5\u03bb", 7 },
		{ "\u0399\u03bf\u03bb", 7 },
		{ "\u0391\u03c5\u03b3", 8 }, { "\u0391\u03cd\u03b3", 8 },
		{ "\u03a3\u03b5\u03c0", 9 }, { "\u039f\u03ba\u03c4", 10 },
		{ "\u039d\u03bf\u03ad", 11 }, { "\u039d\u03bf\u03b5", 11 },
		{ "\u0394\u03b5\u03ba", 12 }
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (len >= strlen(names[i].begin) && memcmp(word,
		    names[i].begin, strlen(names[i].begin)) == 0)
			return names[i].month;
	return 0;
}

int
sm_date_month(const char *word, size_t len)
{
	char folded[16];
	size_t low = 0, high = sizeof(months) / sizeof(months[0]);

	if (len > 0 && word[len - 1] == '.')
		len--;
	if (!fold(word, len, folded, sizeof(folded)))
		return greek_month(word, len);
	while (low < high) {
		size_t mid = (low + high) / 2;
		int order = strcmp(folded, months[mid].name);

		if (order == 0)
			return months[mid].month;
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return 0;
}
