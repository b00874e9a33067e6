#include "rule/ruleset.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/path.h"
#include "base/sha256.h"
#include "base/xalloc.h"
#include "rule/lex.h"
#include "rule/origin.h"
#include "rule/words.h"

/* One file being read. */
struct reading {
	struct sm_rules *rules;
	struct sm_lexer lexer;
	const char *path;
	struct sm_err *err;
	int depth;
	bool in_stage;		/* the file stands in a stage */
	size_t stage;
};

static int read_file(struct reading *above, struct sm_rules *rules,
    struct sm_origin *origin, struct sm_err *err);

static int
next(struct reading *reading)
{
	return sm_lex_next(&reading->lexer, reading->err);
}

/* A text in quotes; the caller frees it.  NULL and err. */
static char *
take_string(struct reading *reading, const char *what)
{
	const struct sm_buf *text = &reading->lexer.text;
	char *copy;

	if (reading->lexer.kind != SM_TOKEN_STRING || text->len == 0) {
		sm_lex_expected(&reading->lexer, what, reading->err);
		return NULL;
	}
	copy = sm_xstrndup(sm_buf_str(text), text->len);
	if (next(reading) == 0)
		return copy;
	free(copy);
	return NULL;
}

static int
declare_list(struct reading *reading, const char *name, const char *file,
    size_t at)
{
	struct sm_rules *rules = reading->rules;
	char *path = sm_path_beside(reading->path, file);
	struct sm_buf raw = SM_BUF_INIT;
	struct sm_words *words;
	struct sm_err why;
	int ret = 0;

	words = sm_words_open(path, &raw, &why);
	if (words) {
		struct sm_declared *declared =
		    sm_program_declare(&rules->program, name);

		declared->words = words;
		declared->origin = reading->lexer.origin;
		declared->at = at;
		sm_sha256_add(&rules->sha, raw.data ? raw.data : "", raw.len);
	} else {
		ret = sm_origin_fail(reading->lexer.origin, at, reading->err,
		    "%.400s", why.text);
	}
	sm_buf_release(&raw);
	free(path);
	return ret;
}

/* list "NAME" file "FILE" */
static int
read_list(struct reading *reading)
{
	size_t at = reading->lexer.at;
	char *name = take_string(reading, "the list's name in quotes");
	char *file = NULL;
	int ret = -1;

	if (!name)
		return -1;
	if (sm_program_declared(&reading->rules->program, name, true))
		sm_origin_fail(reading->lexer.origin, at, reading->err,
		    "list '%.100s' is declared twice", name);
	else if (!sm_lex_word(&reading->lexer, "file"))
		sm_lex_expected(&reading->lexer, "'file' and its name",
		    reading->err);
	else if (next(reading) == 0) {
		at = reading->lexer.at;
		file = take_string(reading, "the file's name in quotes");
		if (file)
			ret = declare_list(reading, name, file, at);
	}
	free(name);
	free(file);
	return ret;
}

static bool
is_path(const char *s)
{
	size_t names = 1;

	if (*s == '.' || s[strlen(s) - 1] == '.' || strstr(s, ".."))
		return false;
	for (; *s; s++)
		names += *s == '.';
	return names <= 8;
}

static int
check_member(struct reading *reading, const char *path)
{
	const struct sm_lexer *lexer = &reading->lexer;

	if (!is_path(path) || lexer->text.len >= 128)
		return sm_origin_fail(lexer->origin, lexer->at, reading->err,
		    "'%.100s' is no path: names joined by dots", path);
	if (sm_field_find(path))
		return sm_origin_fail(lexer->origin, lexer->at, reading->err,
		    "member '%.100s' is known already: it is a %s", path,
		    sm_field_type_name(sm_field_find(path)->type));
	if (sm_program_declared(&reading->rules->program, path, false))
		return sm_origin_fail(lexer->origin, lexer->at, reading->err,
		    "member '%.100s' is declared twice", path);
	return 0;
}

/* member PATH TYPE */
static int
read_member(struct reading *reading)
{
	const char *text = sm_buf_str(&reading->lexer.text);
	struct sm_declared *declared;
	int type;

	if (reading->lexer.kind != SM_TOKEN_WORD)
		return sm_lex_expected(&reading->lexer, "a path such as "
		    "crm.segment", reading->err);
	if (check_member(reading, text) == -1)
		return -1;
	declared = sm_program_declare(&reading->rules->program, text);
	declared->at = reading->lexer.at;
	declared->origin = reading->lexer.origin;
	declared->field.name = declared->name;
	declared->field.help = "declared";
	if (next(reading) == -1)
		return -1;
	type = reading->lexer.kind == SM_TOKEN_WORD ?
	    sm_field_type_find(sm_buf_str(&reading->lexer.text)) : -1;
	if (type == -1)
		return sm_lex_expected(&reading->lexer, "number, text, set, "
		    "time, duration or truth", reading->err);
	declared->field.type = (enum sm_field_type)type;
	return next(reading);
}

static int
include(struct reading *reading, const char *path, size_t at)
{
	const struct sm_origin *here = reading->lexer.origin;
	struct sm_origin *origin;
	struct sm_err why;

	if (reading->depth >= SM_RULES_INCLUDES)
		return sm_origin_fail(here, at, reading->err,
		    "more than %d files within each other: does '%.200s' "
		    "include itself?", SM_RULES_INCLUDES, path);
	origin = sm_origin_open(path, &why);
	if (!origin)
		return sm_origin_fail(here, at, reading->err, "%.400s",
		    why.text);
	return read_file(reading, reading->rules, origin, reading->err);
}

/* include "FILE" */
static int
read_include(struct reading *reading)
{
	size_t at = reading->lexer.at;
	char *file = take_string(reading, "the file's name in quotes");
	char *path;
	int ret;

	if (!file)
		return -1;
	path = sm_path_beside(reading->path, file);
	free(file);
	ret = include(reading, path, at);
	free(path);
	return ret;
}

static int
check_stage(struct reading *reading)
{
	static const char *const cases[] = { "update", "time", "outbound" };
	const struct sm_lexer *lexer = &reading->lexer;
	const char *name = sm_buf_str(&lexer->text);

	if (lexer->kind != SM_TOKEN_WORD)
		return sm_lex_expected(lexer, "the stage's name",
		    reading->err);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (strcmp(name, cases[i]) == 0)
			return sm_origin_fail(lexer->origin, lexer->at,
			    reading->err, "no stage '%s': rules here are "
			    "about posts that come in, not about cases, "
			    "clocks or replies", name);
	for (size_t i = 0; i < reading->rules->stage_count; i++)
		if (strcmp(name, reading->rules->stages[i].name) == 0)
			return sm_origin_fail(lexer->origin, lexer->at,
			    reading->err, "stage '%.100s' stands here twice",
			    name);
	return 0;
}

static int
read_rules(struct reading *reading)
{
	for (;;) {
		int ret;

		if (sm_lex_sign(&reading->lexer, "}") ||
		    reading->lexer.kind == SM_TOKEN_END)
			return 0;
		if (sm_lex_word(&reading->lexer, "rule"))
			ret = sm_rules_read_rule(reading->rules,
			    &reading->lexer, reading->stage, reading->err);
		else if (sm_lex_word(&reading->lexer, "include"))
			ret = next(reading) == -1 ? -1 :
			    read_include(reading);
		else
			return sm_lex_expected(&reading->lexer,
			    "'rule', 'include' or '}'", reading->err);
		if (ret == -1)
			return -1;
	}
}

/* stage NAME { rule ... } */
static int
read_stage(struct reading *reading)
{
	struct sm_rules *rules = reading->rules;
	struct sm_stage *stage;

	if (check_stage(reading) == -1)
		return -1;
	rules->stages = sm_xgrow(rules->stages, &rules->stage_room,
	    rules->stage_count + 1, sizeof(*rules->stages));
	stage = &rules->stages[rules->stage_count];
	stage->name = sm_xstrdup(sm_buf_str(&reading->lexer.text));
	stage->origin = reading->lexer.origin;
	stage->at = reading->lexer.at;
	reading->stage = rules->stage_count++;
	if (next(reading) == -1)
		return -1;
	if (!sm_lex_sign(&reading->lexer, "{"))
		return sm_lex_expected(&reading->lexer, "'{'", reading->err);
	reading->in_stage = true;
	if (next(reading) == -1 || read_rules(reading) == -1)
		return -1;
	reading->in_stage = false;
	if (!sm_lex_sign(&reading->lexer, "}"))
		return sm_lex_expected(&reading->lexer, "'}'", reading->err);
	return next(reading);
}

static int
read_otherwise(struct reading *reading)
{
	return sm_rules_read_otherwise(reading->rules, &reading->lexer,
	    reading->err);
}

static const struct {
	const char *word;
	int (*read)(struct reading *reading);
} statements[] = {
	{ "list", read_list },
	{ "member", read_member },
	{ "include", read_include },
	{ "stage", read_stage },
	{ "otherwise", read_otherwise },
};

static int
read_statement(struct reading *reading)
{
	static const char known[] =
	    "list, member, include, stage or otherwise";

	for (size_t i = 0; i < sizeof(statements) / sizeof(*statements); i++)
		if (sm_lex_word(&reading->lexer, statements[i].word))
			return next(reading) == -1 ? -1 :
			    statements[i].read(reading);
	if (sm_lex_word(&reading->lexer, "rule"))
		return sm_origin_fail(reading->lexer.origin,
		    reading->lexer.at, reading->err,
		    "a rule stands in a stage: stage NAME { rule ... }");
	return sm_lex_expected(&reading->lexer, known, reading->err);
}

static int
read_statements(struct reading *reading)
{
	if (next(reading) == -1)
		return -1;
	if (reading->in_stage) {
		if (read_rules(reading) == -1)
			return -1;
		return reading->lexer.kind == SM_TOKEN_END ? 0 :
		    sm_lex_expected(&reading->lexer, "a rule",
		    reading->err);
	}
	while (reading->lexer.kind != SM_TOKEN_END) {
		if (reading->rules->otherwise)
			return sm_origin_fail(reading->lexer.origin,
			    reading->lexer.at, reading->err,
			    "nothing comes behind 'otherwise'");
		if (read_statement(reading) == -1)
			return -1;
	}
	return 0;
}

static int
read_file(struct reading *above, struct sm_rules *rules,
    struct sm_origin *origin, struct sm_err *err)
{
	struct reading reading = {
		.rules = rules, .path = origin->name, .err = err,
		.depth = above ? above->depth + 1 : 0
	};
	int ret;

	origin->next = rules->origins;
	rules->origins = origin;
	sm_sha256_add(&rules->sha, origin->text, origin->len);
	if (above) {
		reading.in_stage = above->in_stage;
		reading.stage = above->stage;
	}
	sm_lexer_init(&reading.lexer, origin);
	ret = read_statements(&reading);
	sm_lexer_release(&reading.lexer);
	return ret;
}

int
sm_rules_read(struct sm_rules *rules, const char *path, struct sm_err *err)
{
	struct sm_origin *origin = sm_origin_open(path, err);

	return origin ? read_file(NULL, rules, origin, err) : -1;
}
