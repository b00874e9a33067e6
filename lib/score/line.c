#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "score/format.h"
#include "score/name.h"
#include "score/source.h"

static const struct {
	int32_t least, most;	/* thousandths */
} bounds[SM_LEX_KINDS] = {
	[SM_LEX_SENTIMENT] = { -4000, 4000 },
	[SM_LEX_NEGATOR] = { -1500, 1500 },
	[SM_LEX_DEGREE] = { -1000, 2000 },
	[SM_LEX_CONTRAST] = { 0, 1000 },
	[SM_LEX_GUARD] = { -4000, 4000 },
	[SM_LEX_SARCASM] = { 0, 1000 },
	[SM_LEX_EMOTION] = { 0, 1000 },
	[SM_LEX_QUESTION] = { 0, 1000 },
	[SM_LEX_INTENT] = { 0, 1000 },
	[SM_LEX_TOPIC] = { 0, 1000 },
	[SM_LEX_URGENCY] = { 0, 1000 },
	[SM_LEX_LADDER] = { 1000, 7000 }
};

/* What is being read, for the option readers. */
struct reading {
	struct sm_lex_line *line;
	struct sm_lex_topics *topics;
	bool labelled;		/* intent=, topic=, cat= or emotion= was seen */
};

static int
find_label(struct reading *reading, const char *const *names, int count,
    const char *value)
{
	int found = sm_name_find(names, count, value, strlen(value));

	if (found == -1)
		return -1;
	reading->line->label = (uint8_t)found;
	reading->labelled = true;
	return 0;
}

static int
set_intent(struct reading *reading, const char *value)
{
	return reading->line->kind != SM_LEX_INTENT ? -1 :
	    find_label(reading, sm_intent_names, SM_INTENTS, value);
}

static int
set_topic(struct reading *reading, const char *value)
{
	struct sm_lex_topics *topics = reading->topics;
	size_t len = strlen(value);
	unsigned i;

	if (reading->line->kind != SM_LEX_INTENT || !len ||
	    len >= SM_LEX_NAME ||
	    strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789-_") != len)
		return -1;
	for (i = 0; i < topics->count; i++)
		if (strcmp(topics->name[i], value) == 0)
			break;
	if (i == SM_LEX_TOPICS)
		return -1;
	if (i == topics->count)
		memcpy(topics->name[topics->count++], value, len + 1);
	reading->line->kind = SM_LEX_TOPIC;
	reading->line->label = (uint8_t)i;
	reading->labelled = true;
	return 0;
}

static int
set_urgent(struct reading *reading, const char *value)
{
	return reading->line->kind != SM_LEX_URGENCY ? -1 :
	    find_label(reading, sm_urgent_names, SM_URGENTS, value);
}

static int
set_emotion(struct reading *reading, const char *value)
{
	return reading->line->kind != SM_LEX_EMOTION ? -1 :
	    find_label(reading, sm_emotion_names, SM_EMOTIONS, value);
}

static int
set_scope(struct reading *reading, const char *value)
{
	if (reading->line->kind != SM_LEX_NEGATOR ||
	    (*value != 'r' && *value != 'l') || value[1] < '1' ||
	    value[1] > '9' || value[2])
		return -1;
	reading->line->scope = (uint8_t)(value[1] - '0');
	if (*value == 'l')
		reading->line->flags |= SM_LEX_LEFT;
	return 0;
}

static int
set_nofold(struct reading *reading, const char *value)
{
	reading->line->nofold = true;
	return *value ? -1 : 0;
}

static int
set_once(struct reading *reading, const char *value)
{
	reading->line->flags |= SM_LEX_ONCE;
	return *value ? -1 : 0;
}

static int
set_clause(struct reading *reading, const char *value)
{
	reading->line->flags |= SM_LEX_CLAUSE;
	return *value ? -1 : 0;
}

/* Says something to people only: where a word is used, its part of speech. */
static int
set_nothing(struct reading *reading, const char *value)
{
	(void)reading;
	(void)value;
	return 0;
}

static const struct {
	const char *name;
	int (*set)(struct reading *reading, const char *value);
} options[] = {
	{ "intent", set_intent }, { "topic", set_topic },
	{ "cat", set_urgent }, { "emotion", set_emotion },
	{ "scope", set_scope }, { "nofold", set_nofold },
	{ "once", set_once }, { "clause", set_clause },
	{ "dom", set_nothing }, { "pos", set_nothing }
};

static int
set_option(struct reading *reading, char *option)
{
	char *value = strchr(option, '=');

	if (value)
		*value++ = '\0';
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		if (strcmp(options[i].name, option) == 0)
			return options[i].set(reading, value ? value : "");
	return -1;
}

static int
parse_options(struct reading *reading, char *field,
    struct sm_lex_report *report)
{
	struct sm_lex_line *line = reading->line;

	while (field && *field) {
		char *next = strchr(field, ','), shown[64];

		if (next)
			*next++ = '\0';
		(void)snprintf(shown, sizeof(shown), "%s", field);
		if (set_option(reading, field) == -1) {
			sm_lex_error(report, line->file, line->line,
			    "option '%s' is unknown, or does not go with "
			    "this kind", shown);
			return -1;
		}
		field = next;
	}
	return 0;
}

static bool
needs_label(const struct sm_lex_line *line)
{
	return line->kind == SM_LEX_INTENT || line->kind == SM_LEX_EMOTION ||
	    line->kind == SM_LEX_URGENCY;
}

static int
parse_value(struct sm_lex_line *line, const char *field,
    struct sm_lex_report *report)
{
	int32_t milli;

	if (sm_source_milli(field, &milli) == -1 ||
	    milli < bounds[line->kind].least ||
	    milli > bounds[line->kind].most) {
		sm_lex_error(report, line->file, line->line, "value '%s': "
		    "expected a number from %d to %d", field,
		    bounds[line->kind].least / 1000,
		    bounds[line->kind].most / 1000);
		return -1;
	}
	line->value = (int16_t)(line->kind == SM_LEX_LADDER ? milli / 1000 :
	    milli);
	return 0;
}

int
sm_lex_line_parse(struct sm_lex_line *line, char *field[], size_t count,
    struct sm_lex_topics *topics, struct sm_lex_report *report)
{
	struct reading reading = { .line = line, .topics = topics };
	const char *kind;

	if (count < 3) {
		sm_lex_error(report, line->file, line->line, "expected "
		    "pattern, kind and value, separated by tabs");
		return -1;
	}
	line->pattern = field[0];
	kind = field[1][0] && !field[1][1] ? strchr(sm_lex_kinds,
	    field[1][0]) : NULL;
	if (!kind) {
		sm_lex_error(report, line->file, line->line, "kind '%s' is "
		    "unknown: expected one letter of \"%s\"", field[1],
		    "snibgxeqtul");
		return -1;
	}
	line->kind = (uint8_t)(kind - sm_lex_kinds);
	if (parse_value(line, field[2], report) == -1 ||
	    (count > 3 && parse_options(&reading, field[3], report) == -1))
		return -1;
	if (needs_label(line) && !reading.labelled) {
		sm_lex_error(report, line->file, line->line, "kind '%s' needs "
		    "intent=, topic=, cat= or emotion=", field[1]);
		return -1;
	}
	return 0;
}
