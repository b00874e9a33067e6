/* queue "NAME" - where the case waits. */
#include <string.h>

#include "base/buf.h"
#include "rule/action.h"
#include "rule/lex.h"
#include "rule/program.h"

/* Where a file says which queues there are, there are no others but ours. */
static bool
is_free(const struct sm_act_parser *parser)
{
	const char *name = sm_buf_str(&parser->lexer->text);

	for (size_t i = 0; i < parser->program->declared_count; i++)
		if (parser->program->declared[i].kind == SM_DECLARED_QUEUE)
			return strcmp(name, "duty") == 0 ||
			    strcmp(name, "unsorted") == 0;
	return true;
}

static int
parse(struct sm_act_parser *parser)
{
	struct sm_declared *declared;

	if (parser->lexer->kind != SM_TOKEN_STRING || is_free(parser))
		return sm_act_parse_text(parser);
	declared = sm_program_declared(parser->program, SM_DECLARED_QUEUE,
	    sm_buf_str(&parser->lexer->text));
	if (!declared) {
		(void)sm_program_take(parser->program, parser->lexer,
		    SM_DECLARED_QUEUE, parser->err);
		return -1;
	}
	declared->used = true;
	return sm_act_parse_text(parser);
}

const struct sm_action sm_action_queue = {
	.name = "queue",
	.synopsis = "\"NAME\"",
	.summary = "the queue in which it waits",
	.form = SM_FORM_NONE,
	.contexts = SM_IN_POST | SM_IN_CASE,
	.group = "queue",
	.parse = parse,
};
