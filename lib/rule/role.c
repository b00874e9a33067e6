#include "rule/role.h"

#include <stddef.h>
#include <string.h>

#include "base/err.h"
#include "rule/lex.h"
#include "rule/origin.h"

const char *const sm_roles[] = {
	"agent", "analyst", "lead", "liaison", "listener", "machine",
	"moderator", "opinion-leader", "spokesperson", NULL
};

bool
sm_role_is(const char *name)
{
	for (size_t i = 0; sm_roles[i]; i++)
		if (strcmp(sm_roles[i], name) == 0)
			return true;
	return false;
}

int
sm_role_check(const struct sm_lexer *lexer, struct sm_err *err)
{
	const char *typed = sm_buf_str(&lexer->text);
	char near[160];
	int count = 0;

	if (lexer->kind != SM_TOKEN_STRING)
		return sm_lex_expected(lexer, "a role in quotes", err);
	if (sm_role_is(typed))
		return 0;
	while (sm_roles[count])
		count++;
	return sm_origin_fail(lexer->origin, lexer->at, err,
	    "no role '%.60s'%s", typed, sm_origin_near(typed, sm_roles, count,
	    near, sizeof(near)));
}
