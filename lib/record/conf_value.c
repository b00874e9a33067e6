#include "record/conf_impl.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/xalloc.h"

struct unit {
	char letter;
	int64_t seconds;
};

/* From the largest, as they follow one another in "1d12h". */
static const struct unit plain_units[] = {
	{ 'w', 604800 }, { 'd', 86400 }, { 'h', 3600 }, { 'm', 60 },
	{ 's', 1 }, { '\0', 0 }
};
static const struct unit date_units[] = {
	{ 'W', 604800 }, { 'D', 86400 }, { '\0', 0 }
};
static const struct unit time_units[] = {
	{ 'H', 3600 }, { 'M', 60 }, { 'S', 1 }, { '\0', 0 }
};

/* Digits at *at; -1 where there are none or the number is too large. */
static int
digits(const char **at, const char *end, int64_t *value)
{
	const char *p = *at;

	for (*value = 0; p < end && isdigit((unsigned char)*p); p++) {
		if (*value > (INT64_MAX - 9) / 10)
			return -1;
		*value = *value * 10 + (*p - '0');
	}
	if (p == *at)
		return -1;
	*at = p;
	return 0;
}

static int
add_units(const char **at, const char *end, const struct unit *units,
    int64_t *sum)
{
	const struct unit *unit = units;

	while (*at < end && isdigit((unsigned char)**at)) {
		int64_t n;

		if (digits(at, end, &n) == -1 || *at == end)
			return -1;
		while (unit->letter && unit->letter != **at)
			unit++;
		if (!unit->letter || n > (INT64_MAX - *sum) / unit->seconds)
			return -1;
		*sum += n * unit->seconds;
		unit++;
		(*at)++;
	}
	return 0;
}

static int
iso_duration(const char *at, const char *end, int64_t *seconds)
{
	const char *begin = at;

	if (add_units(&at, end, date_units, seconds) == -1)
		return -1;
	if (at < end && *at == 'T') {
		const char *time = ++at;

		if (add_units(&at, end, time_units, seconds) == -1 ||
		    at == time)
			return -1;
	}
	return at == end && at > begin ? 0 : -1;
}

int
sm_duration_parse(const char *s, size_t len, int64_t *seconds)
{
	const char *end = s + len, *at = s;
	int64_t sum = 0;

	if (len > 1 && *s == 'P') {
		if (iso_duration(s + 1, end, &sum) == -1)
			return -1;
	} else if (digits(&at, end, &sum) == -1) {
		return -1;
	} else if (at < end) {
		sum = 0;
		at = s;
		if (add_units(&at, end, plain_units, &sum) == -1 || at != end)
			return -1;
	}
	*seconds = sum;
	return 0;
}

int
conf_parse_int(const char *s, int64_t *value)
{
	const char *at = s + (*s == '-' || *s == '+');
	const char *end = s + strlen(s);
	int64_t factor = 1;

	if (digits(&at, end, value) == -1)
		return -1;
	if (at < end) {
		switch (tolower((unsigned char)*at++)) {
		case 'k': factor = 1024; break;
		case 'm': factor = 1048576; break;
		case 'g': factor = 1073741824; break;
		default: return -1;
		}
	}
	if (at != end || *value > INT64_MAX / factor)
		return -1;
	*value *= *s == '-' ? -factor : factor;
	return 0;
}

int
conf_parse_bool(const char *s, bool *value)
{
	static const struct {
		const char *name;
		bool value;
	} words[] = {
		{ "true", true }, { "yes", true }, { "on", true },
		{ "1", true }, { "false", false }, { "no", false },
		{ "off", false }, { "0", false }
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strcasecmp(s, words[i].name) == 0) {
			*value = words[i].value;
			return 0;
		}
	}
	return -1;
}

/* One word from *at to to; where it ends, or NULL where a quote is open. */
static const char *
one_word(const char *at, char **to)
{
	char quote = '\0';

	for (; *at; at++) {
		if (quote == '\'' && *at != '\'') {
			*(*to)++ = *at;
		} else if (*at == '\\' && quote != '\'') {
			if (!*++at)
				return NULL;
			*(*to)++ = *at;
		} else if (quote ? *at == quote : *at == '\'' || *at == '"') {
			quote = quote ? '\0' : *at;
		} else if (!quote && (*at == ' ' || *at == '\t')) {
			break;
		} else {
			*(*to)++ = *at;
		}
	}
	*(*to)++ = '\0';
	return quote ? NULL : at;
}

char **
conf_words(const char *s)
{
	/* The list first, the words behind it: one piece of memory. */
	size_t head = (CONF_WORDS + 1) * sizeof(char *);
	char **words = sm_xmalloc(head + 2 * strlen(s) + 2);
	char *to = (char *)words + head;
	size_t count = 0;

	for (;;) {
		s += strspn(s, " \t");
		if (!*s || count == CONF_WORDS)
			break;
		words[count++] = to;
		s = one_word(s, &to);
		if (!s)
			break;
	}
	if (!s || *s || count == 0) {
		free(words);
		return NULL;
	}
	words[count] = NULL;
	return words;
}

/* scheme:rest without blanks and controls. */
static bool
is_url(const char *s)
{
	const char *at = s;

	while (isalnum((unsigned char)*at) || (at > s && strchr("+-.", *at) &&
	    *at))
		at++;
	if (!isalpha((unsigned char)*s) || *at != ':' || !at[1])
		return false;
	for (; *at; at++)
		if ((unsigned char)*at <= ' ' || *at == 0x7f)
			return false;
	return true;
}

const char *
conf_value_check(enum sm_conf_type type, const char *text)
{
	int64_t number;
	bool truth;
	char **words;

	switch (type) {
	case SM_CONF_TEXT:
		return NULL;
	case SM_CONF_PATH:
		return *text ? NULL : "a path";
	case SM_CONF_URL:
		return is_url(text) ? NULL : "a URL such as https://host/path";
	case SM_CONF_INT:
		return conf_parse_int(text, &number) == 0 ? NULL :
		    "a whole number such as 20 or 4k";
	case SM_CONF_BOOL:
		return conf_parse_bool(text, &truth) == 0 ? NULL :
		    "yes or no";
	case SM_CONF_DURATION:
		return sm_duration_parse(text, strlen(text), &number) == 0 ?
		    NULL : "a duration such as 90, 15m, 4h or 2d";
	case SM_CONF_CMD:
		words = conf_words(text);
		free(words);
		return words ? NULL : "a command, its quotes closed";
	}
	return "a known type";
}
