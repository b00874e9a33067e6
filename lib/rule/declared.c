/* Names that a rule file declares. */
#include "rule/program.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/xalloc.h"
#include "rule/lex.h"
#include "rule/origin.h"

static const char *const kinds[] = {
	[SM_DECLARED_LIST] = "list",
	[SM_DECLARED_MEMBER] = "member",
	[SM_DECLARED_CALENDAR] = "calendar",
	[SM_DECLARED_SLA] = "SLA",
	[SM_DECLARED_QUEUE] = "queue"
};

const char *
sm_declared_name(enum sm_declared_kind kind)
{
	return kinds[kind];
}

struct sm_declared *
sm_program_declare(struct sm_program *program, enum sm_declared_kind kind,
    const char *name)
{
	struct sm_declared *declared;

	program->declared = sm_xgrow(program->declared,
	    &program->declared_room, program->declared_count + 1,
	    sizeof(*program->declared));
	declared = &program->declared[program->declared_count++];
	memset(declared, 0, sizeof(*declared));
	declared->kind = kind;
	declared->name = sm_xstrdup(name);
	return declared;
}

struct sm_declared *
sm_program_declared(const struct sm_program *program,
    enum sm_declared_kind kind, const char *name)
{
	for (size_t i = 0; i < program->declared_count; i++) {
		struct sm_declared *declared = &program->declared[i];

		if (declared->kind == kind &&
		    strcmp(declared->name, name) == 0)
			return declared;
	}
	return NULL;
}

static int
unknown(const struct sm_program *program, const struct sm_lexer *lexer,
    enum sm_declared_kind kind, struct sm_err *err)
{
	const char **names = sm_xcalloc(program->declared_count + 1,
	    sizeof(*names));
	char near[160];
	int count = 0;

	for (size_t i = 0; i < program->declared_count; i++)
		if (program->declared[i].kind == kind)
			names[count++] = program->declared[i].name;
	(void)sm_origin_near(sm_buf_str(&lexer->text), names, count, near,
	    sizeof(near));
	free(names);
	return sm_origin_fail(lexer->origin, lexer->at, err,
	    "no %s '%.100s'%s", kinds[kind], sm_buf_str(&lexer->text), near);
}

struct sm_declared *
sm_program_take(struct sm_program *program, struct sm_lexer *lexer,
    enum sm_declared_kind kind, struct sm_err *err)
{
	struct sm_declared *declared;

	if (lexer->kind != SM_TOKEN_STRING) {
		sm_origin_fail(lexer->origin, lexer->at, err,
		    "expected the name of a %s in quotes", kinds[kind]);
		return NULL;
	}
	declared = sm_program_declared(program, kind,
	    sm_buf_str(&lexer->text));
	if (!declared)
		unknown(program, lexer, kind, err);
	else
		declared->used = true;
	return declared && sm_lex_next(lexer, err) == 0 ? declared : NULL;
}
