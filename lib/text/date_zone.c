#include "text/date_zone.h"

#include <string.h>
#include <strings.h>

/*
 * Single letters but Z are left out: RFC 822 had their signs wrong, and RFC
 * 5322 has them taken as UTC.
 */
static const struct { const char *name; int minutes; } zones[] = {
	{ "Z", 0 }, { "UT", 0 }, { "UTC", 0 }, { "GMT", 0 }, { "WET", 0 },
	{ "CET", 60 }, { "MEZ", 60 }, { "MET", 60 }, { "BST", 60 },
	{ "WEST", 60 }, { "CEST", 120 }, { "MESZ", 120 }, { "MEST", 120 },
	{ "EET", 120 }, { "EEST", 180 }, { "MSK", 180 }, { "JST", 540 },
	{ "KST", 540 }, { "AEST", 600 }, { "AEDT", 660 }, { "NZST", 720 },
	{ "NZDT", 780 }, { "AST", -240 }, { "ADT", -180 }, { "AT", -240 },
	{ "EST", -300 }, { "EDT", -240 }, { "ET", -300 }, { "CST", -360 },
	{ "CDT", -300 }, { "CT", -360 }, { "MST", -420 }, { "MDT", -360 },
	{ "MT", -420 }, { "PST", -480 }, { "PDT", -420 }, { "PT", -480 },
	{ "HST", -600 }, { "AKST", -540 }, { "AKDT", -480 },
	{ "BRT", -180 }, { "ART", -180 }, { "SGT", 480 }, { "HKT", 480 }
};

bool
date_zone(const char *word, size_t len, int *minutes)
{
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		if (strlen(zones[i].name) == len &&
		    strncasecmp(zones[i].name, word, len) == 0) {
			*minutes = zones[i].minutes;
			return true;
		}
	}
	return false;
}

bool
date_korean(const char *word, size_t len, int *half)
{
	static const struct { const char *word; int half; } words[] = {
		{ "\xEB\x85\x84", 0 },			/* year */
		{ "\xEC\x9B\x94", 0 },			/* month */
		{ "\xEC\x9D\xBC", 0 },			/* day */
		{ "\xEC\x98\xA4\xEC\xA0\x84", 1 },	/* morning */
		{ "\xEC\x98\xA4\xED\x9B\x84", 2 }	/* afternoon */
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strlen(words[i].word) == len &&
		    memcmp(words[i].word, word, len) == 0) {
			if (words[i].half)
				*half = words[i].half;
			return true;
		}
	}
	return false;
}
