#include "rule/ruleset.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/path.h"
#include "base/sha256.h"
#include "base/xalloc.h"
#include "rule/calendar.h"
#include "rule/lex.h"
#include "rule/origin.h"
#include "rule/people.h"
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

/* NAME file "FILE": what the file holds becomes declared's. */
struct from_file {
	enum sm_declared_kind kind;
	int (*read)(struct reading *reading, struct sm_declared *declared,
	    const char *path, struct sm_err *why);
};

static int
read_words(struct reading *reading, struct sm_declared *declared,
    const char *path, struct sm_err *why)
{
	struct sm_buf raw = SM_BUF_INIT;

	declared->words = sm_words_open(path, &raw, why);
	if (declared->words)
		sm_sha256_add(&reading->rules->sha, raw.data ? raw.data : "",
		    raw.len);
	sm_buf_release(&raw);
	return declared->words ? 0 : -1;
}

static int
read_calendar_file(struct reading *reading, struct sm_declared *declared,
    const char *path, struct sm_err *why)
{
	declared->calendar = sm_calendar_open(path, &reading->rules->sha, why);
	return declared->calendar ? 0 : -1;
}

/* The name that is to be declared, at the current token; the caller frees. */
static char *
take_new(struct reading *reading, enum sm_declared_kind kind)
{
	size_t at = reading->lexer.at;
	char *name = take_string(reading, "its name in quotes");

	if (!name || !sm_program_declared(&reading->rules->program, kind,
	    name))
		return name;
	sm_origin_fail(reading->lexer.origin, at, reading->err,
	    "%s '%.100s' is declared twice", sm_declared_name(kind), name);
	free(name);
	return NULL;
}

static int
read_from(struct reading *reading, const struct from_file *from,
    struct sm_declared *declared)
{
	size_t at = reading->lexer.at;
	char *file = take_string(reading, "the file's name in quotes");
	struct sm_err why;
	char *path;
	int ret = 0;

	if (!file)
		return -1;
	path = sm_path_beside(reading->path, file);
	if (from->read(reading, declared, path, &why) == -1)
		ret = sm_origin_fail(reading->lexer.origin, at, reading->err,
		    "%.700s", why.text);
	free(path);
	free(file);
	return ret;
}

static int
declare_from(struct reading *reading, const struct from_file *from)
{
	size_t at = reading->lexer.at;
	char *name = take_new(reading, from->kind);
	struct sm_declared *declared;

	if (!name)
		return -1;
	declared = sm_program_declare(&reading->rules->program, from->kind,
	    name);
	free(name);
	declared->origin = reading->lexer.origin;
	declared->at = at;
	if (!sm_lex_word(&reading->lexer, "file"))
		return sm_lex_expected(&reading->lexer, "'file' and its name",
		    reading->err);
	return next(reading) == -1 ? -1 : read_from(reading, from, declared);
}

/* list "NAME" file "FILE" */
static int
read_list(struct reading *reading)
{
	static const struct from_file list = { SM_DECLARED_LIST, read_words };

	return declare_from(reading, &list);
}

/* calendar "NAME" file "FILE" */
static int
read_calendar(struct reading *reading)
{
	static const struct from_file calendar = {
		SM_DECLARED_CALENDAR, read_calendar_file
	};

	return declare_from(reading, &calendar);
}

static int
read_sla(struct reading *reading)
{
	return sm_rules_read_sla(reading->rules, &reading->lexer,
	    reading->err);
}

/* The bytes count for the digest of all files. */
static void
digest_file(struct reading *reading, const char *path)
{
	struct sm_origin *origin = sm_origin_open(path, NULL);

	if (origin)
		sm_sha256_add(&reading->rules->sha, origin->text, origin->len);
	sm_origin_free(origin);
}

/* people file "FILE" */
static int
read_people(struct reading *reading)
{
	struct sm_program *program = &reading->rules->program;
	size_t at = reading->lexer.at;
	struct sm_err why;
	char *file, *path;
	int ret = 0;

	if (program->people)
		return sm_origin_fail(reading->lexer.origin, at, reading->err,
		    "people are declared twice");
	if (!sm_lex_word(&reading->lexer, "file"))
		return sm_lex_expected(&reading->lexer, "'file' and its name",
		    reading->err);
	if (next(reading) == -1)
		return -1;
	at = reading->lexer.at;
	file = take_string(reading, "the file's name in quotes");
	if (!file)
		return -1;
	path = sm_path_beside(reading->path, file);
	program->people = sm_people_open(path, &reading->rules->sha,
	    &why);
	if (program->people)
		digest_file(reading, path);
	else
		ret = sm_origin_fail(reading->lexer.origin, at, reading->err,
		    "%.700s", why.text);
	free(path);
	free(file);
	return ret;
}

/* queue "NAME" { , "NAME" }: then no rule may name another one. */
static int
read_queue(struct reading *reading)
{
	for (;;) {
		size_t at = reading->lexer.at;
		char *name = take_new(reading, SM_DECLARED_QUEUE);
		struct sm_declared *declared;

		if (!name)
			return -1;
		declared = sm_program_declare(&reading->rules->program,
		    SM_DECLARED_QUEUE, name);
		declared->origin = reading->lexer.origin;
		declared->at = at;
		free(name);
		if (!sm_lex_sign(&reading->lexer, ","))
			return 0;
		if (next(reading) == -1)
			return -1;
	}
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
	for (int i = 0; i < SM_CONTEXTS; i++) {
		const struct sm_field *field =
		    sm_field_find(path, (enum sm_context)i);

		if (field)
			return sm_origin_fail(lexer->origin, lexer->at,
			    reading->err, "member '%.100s' is known already: "
			    "it is a %s", path,
			    sm_field_type_name(field->type));
	}
	if (sm_program_declared(&reading->rules->program, SM_DECLARED_MEMBER,
	    path))
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
	declared = sm_program_declare(&reading->rules->program,
	    SM_DECLARED_MEMBER, text);
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
	const struct sm_lexer *lexer = &reading->lexer;
	const char *name = sm_buf_str(&lexer->text);

	if (lexer->kind != SM_TOKEN_WORD)
		return sm_lex_expected(lexer, "the stage's name",
		    reading->err);
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

/* Three stages are about something else than posts that come in. */
static enum sm_context
context_of(const char *stage)
{
	int context = sm_context_find(stage);

	return context == -1 ? SM_CONTEXT_POST : (enum sm_context)context;
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
	stage->context = context_of(stage->name);
	rules->program.context = stage->context;
	reading->stage = rules->stage_count++;
	if (next(reading) == -1)
		return -1;
	if (!sm_lex_sign(&reading->lexer, "{"))
		return sm_lex_expected(&reading->lexer, "'{'", reading->err);
	reading->in_stage = true;
	if (next(reading) == -1 || read_rules(reading) == -1)
		return -1;
	reading->in_stage = false;
	rules->program.context = SM_CONTEXT_POST;
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
	{ "calendar", read_calendar },
	{ "sla", read_sla },
	{ "queue", read_queue },
	{ "people", read_people },
	{ "member", read_member },
	{ "include", read_include },
	{ "stage", read_stage },
	{ "otherwise", read_otherwise },
};

static int
read_statement(struct reading *reading)
{
	static const char known[] =
	    "list, calendar, sla, queue, people, member, include, stage or "
	    "otherwise";

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
