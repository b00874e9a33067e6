#include "score/settings.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/utf8.h"
#include "score/name.h"
#include "score/source.h"
#include "score/weight.h"

static int
number(const char *s, int32_t *value)
{
	char *end;
	long n = strtol(s, &end, 10);

	if (end == s || *end || n < -100000 || n > 100000)
		return -1;
	*value = (int32_t)n;
	return 0;
}

static void
read_weight(struct sm_source_file *file, char *field[], size_t count,
    int32_t *weight, bool *seen, struct sm_lex_report *report)
{
	int found = sm_name_find(sm_weight_names, SM_WEIGHTS, field[0],
	    strlen(field[0]));

	if (found == -1)
		sm_lex_error(report, file->name, file->line, "there is no "
		    "weight '%s'", field[0]);
	else if (count < 2 || number(field[1], &weight[found]) == -1 ||
	    weight[found] < -100 || weight[found] > 100)
		sm_lex_error(report, file->name, file->line, "weight '%s': "
		    "expected a whole number from -100 to 100", field[0]);
	else
		seen[found] = true;
}

int
sm_settings_weights(const char *path, int32_t weight[SM_WEIGHTS_MAX],
    struct sm_lex_report *report, struct sm_err *err)
{
	bool seen[SM_WEIGHTS] = { false };
	struct sm_source_file file;
	char *field[3];
	size_t count;

	memset(weight, 0, SM_WEIGHTS_MAX * sizeof(*weight));
	if (sm_source_open(&file, path, "score/priority.tsv", err) == -1)
		return -1;
	while ((count = sm_source_fields(&file, field, 3)))
		read_weight(&file, field, count, weight, seen, report);
	for (int i = 0; i < SM_WEIGHTS; i++)
		if (!seen[i])
			sm_lex_error(report, file.name, file.line,
			    "weight '%s' is missing", sm_weight_names[i]);
	sm_source_close(&file);
	return 0;
}

struct rule {
	const char *name;
	size_t offset;		/* in struct sm_lex_rules */
	bool text;
	int32_t least, most;
};

#define NUMBER(member, low, high) { #member, \
	offsetof(struct sm_lex_rules, member), false, low, high }
#define TEXT(member) { #member, offsetof(struct sm_lex_rules, member), true, \
	0, 0 }

static const struct rule rule_list[] = {
	NUMBER(scope, 1, 16), NUMBER(concord, 0, 1),
	NUMBER(degree_after, 0, 1), NUMBER(negative_below, -1000, 1000),
	NUMBER(positive_from, -1000, 1000),
	TEXT(not_prefix), TEXT(very_prefix), TEXT(very_suffix),
	TEXT(very_suffix_bare)
};

static int
set_rule(struct sm_lex_rules *rules, const struct rule *rule,
    const char *value)
{
	char *at = (char *)rules + rule->offset;
	size_t len = strlen(value);
	int32_t n;

	if (rule->text) {
		if (!len || len >= SM_LEX_AFFIX)
			return -1;
		memcpy(at, value, len + 1);
		return 0;
	}
	if (number(value, &n) == -1 || n < rule->least || n > rule->most)
		return -1;
	memcpy(at, &n, sizeof(n));
	return 0;
}

static void
read_rule(struct sm_source_file *file, char *field[],
    struct sm_lex_rules *rules, struct sm_lex_report *report)
{
	for (size_t i = 0; i < sizeof(rule_list) / sizeof(*rule_list); i++) {
		if (strcmp(rule_list[i].name, field[1]) != 0)
			continue;
		if (set_rule(rules, &rule_list[i], field[2]) == -1)
			sm_lex_error(report, file->name, file->line,
			    "'%s' cannot be '%s'", field[1], field[2]);
		return;
	}
	sm_lex_error(report, file->name, file->line, "there is no rule '%s'",
	    field[1]);
}

int
sm_settings_rules(const char *path, const char *tag,
    struct sm_lex_rules *rules, struct sm_lex_report *report,
    struct sm_err *err)
{
	struct sm_source_file file;
	char *field[3];
	size_t count;

	memset(rules, 0, sizeof(*rules));
	rules->scope = 4;
	rules->negative_below = -50;
	rules->positive_from = 300;
	if (sm_source_open(&file, path, "score/language.tsv", err) == -1)
		return -1;
	while ((count = sm_source_fields(&file, field, 3))) {
		if (count < 3)
			sm_lex_error(report, file.name, file.line,
			    "expected tag, name and value");
		else if (strcmp(field[0], tag) == 0)
			read_rule(&file, field, rules, report);
	}
	sm_source_close(&file);
	return 0;
}

static uint32_t
one_char(const char *s)
{
	size_t len = strlen(s), step;
	uint32_t c = len ? sm_utf8_get(s, s + len, &step) : 0;

	return len && step == len && c - SM_HAN_FIRST < SM_HAN_COUNT ? c : 0;
}

int
sm_settings_simple(const char *path, uint16_t simple[SM_HAN_COUNT],
    struct sm_lex_report *report, struct sm_err *err)
{
	struct sm_source_file file;
	char *field[2];
	size_t count;

	memset(simple, 0, SM_HAN_COUNT * sizeof(*simple));
	if (sm_source_open(&file, path, "score/han.tsv", err) == -1)
		return -1;
	while ((count = sm_source_fields(&file, field, 2))) {
		uint32_t from = one_char(field[0]);
		uint32_t to = count > 1 ? one_char(field[1]) : 0;

		if (!from || !to || from == to)
			sm_lex_error(report, file.name, file.line,
			    "expected a traditional character and its "
			    "simplified form");
		else if (simple[from - SM_HAN_FIRST])
			sm_lex_error(report, file.name, file.line,
			    "'%s' is here already", field[0]);
		else
			simple[from - SM_HAN_FIRST] = (uint16_t)to;
	}
	sm_source_close(&file);
	return 0;
}
