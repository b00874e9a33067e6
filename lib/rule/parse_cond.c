#include "rule/parse_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "rule/lex.h"
#include "rule/origin.h"

/* What a member's type allows; the operator is the current token. */
struct operator {
	const char *text;
	unsigned types;		/* bits by enum sm_field_type */
	int (*parse)(struct sm_compare *compare);
};

#define BIT(type) (1u << SM_FIELD_##type)
#define ORDERED (BIT(NUMBER) | BIT(TIME) | BIT(DURATION))

static const struct operator operators[] = {
	{ "=", ORDERED, sm_parse_order },
	{ "!=", ORDERED, sm_parse_order },
	{ "<", ORDERED, sm_parse_order },
	{ "<=", ORDERED, sm_parse_order },
	{ ">", ORDERED, sm_parse_order },
	{ ">=", ORDERED, sm_parse_order },
	{ "between", ORDERED, sm_parse_between },
	{ "in", ORDERED, sm_parse_numbers },
	{ "=", BIT(TEXT), sm_parse_text },
	{ "!=", BIT(TEXT), sm_parse_text },
	{ "=~", BIT(TEXT), sm_parse_match },
	{ "!~", BIT(TEXT), sm_parse_match },
	{ "in", BIT(TEXT) | BIT(SET), sm_parse_words },
	{ "has", BIT(SET), sm_parse_has },
	{ "=", BIT(TRUTH), sm_parse_truth },
	{ "!=", BIT(TRUTH), sm_parse_truth },
	{ NULL, 0, NULL }
};

static const char *const usual[] = {
	[SM_FIELD_NUMBER] = "= != < <= > >= between in",
	[SM_FIELD_TEXT] = "= != =~ !~ in",
	[SM_FIELD_SET] = "has in",
	[SM_FIELD_TIME] = "= != < <= > >= between in",
	[SM_FIELD_DURATION] = "= != < <= > >= between in",
	[SM_FIELD_TRUTH] = "nothing, or = !=",
	[SM_FIELD_OTHER] = "'has' before it"
};

int
sm_compare_fail(const struct sm_compare *compare, const char *what)
{
	const struct sm_lexer *lexer = compare->lexer;
	size_t len = lexer->end - lexer->at;

	if (lexer->kind == SM_TOKEN_END)
		return sm_lex_expected(lexer, what, compare->err);
	return sm_origin_fail(lexer->origin, lexer->at, compare->err,
	    "'%s' is a %s: expected %s, not '%.*s'", compare->typed,
	    sm_field_type_name(compare->field.type), what,
	    (int)(len < 40 ? len : 40), lexer->origin->text + lexer->at);
}

static int
parse_operator(struct sm_compare *compare)
{
	struct sm_lexer *lexer = compare->lexer;
	const char *text = sm_buf_str(&lexer->text);
	bool known = false;

	for (const struct operator *op = operators; op->text; op++) {
		if ((lexer->kind != SM_TOKEN_SIGN &&
		    lexer->kind != SM_TOKEN_WORD) ||
		    strcmp(op->text, text) != 0)
			continue;
		known = true;
		if (op->types & 1u << compare->field.type)
			return op->parse(compare);
	}
	if (!known && compare->field.type == SM_FIELD_TRUTH) {
		compare->cond.op = SM_COND_TRUTH;
		return 0;
	}
	if (sm_lex_word(lexer, "not"))
		return sm_origin_fail(lexer->origin, lexer->at, compare->err,
		    "write 'not' in front: not %s ...", compare->typed);
	if (lexer->kind == SM_TOKEN_END)
		return sm_origin_fail(lexer->origin, lexer->at, compare->err,
		    "expected an operator behind '%s', but it ends here",
		    compare->typed);
	return sm_origin_fail(lexer->origin, lexer->at, compare->err,
	    "'%s' is a %s: expected %s, not '%.*s'", compare->typed,
	    sm_field_type_name(compare->field.type),
	    usual[compare->field.type], (int)(lexer->end - lexer->at < 40 ?
	    lexer->end - lexer->at : 40), lexer->origin->text + lexer->at);
}

/* The comparison as a node; cond is taken over. */
static struct sm_node *
finish(struct sm_compare *compare, size_t at)
{
	struct sm_lexer *lexer = compare->lexer;
	struct sm_node *node;
	long number;

	compare->cond.origin = lexer->origin;
	compare->cond.at = at;
	compare->cond.end = lexer->last;
	number = sm_program_cond(compare->program, &compare->cond);
	if (number == -1) {
		sm_origin_fail(lexer->origin, at, compare->err,
		    "more than %d different comparisons", SM_CONDS_MAX);
		return NULL;
	}
	node = sm_node_new(SM_NODE_COND, at, lexer->last);
	node->cond = (uint32_t)number;
	return node;
}

static int
set_ref(struct sm_compare *compare, const char *path)
{
	int ref = sm_program_ref(compare->program, &compare->field, path);

	memset(&compare->cond, 0, sizeof(compare->cond));
	if (ref == -1)
		return sm_origin_fail(compare->lexer->origin,
		    compare->lexer->at, compare->err,
		    "more than %d different members", SM_REFS_MAX);
	compare->cond.ref = (uint16_t)ref;
	return 0;
}

/* Reads what is behind the member, which is at path. */
static struct sm_node *
parse_rest(struct sm_compare *compare, const char *path, size_t at,
    bool *negate)
{
	if (set_ref(compare, path) == -1)
		return NULL;
	if (compare->presence)
		compare->cond.op = SM_COND_PRESENT;
	else if (parse_operator(compare) == -1) {
		sm_cond_release(&compare->cond);
		return NULL;
	}
	if (negate) {
		*negate = compare->cond.negate;
		compare->cond.negate = false;
	}
	return finish(compare, at);
}

static struct sm_node *
either(struct sm_node *a, struct sm_node *b)
{
	struct sm_node *node = sm_node_new(SM_NODE_OR, a->at, a->end);

	sm_node_add(node, a);
	sm_node_add(node, b);
	return node;
}

/* `author != x`: there is one, and neither id nor handle is x. */
static struct sm_node *
parse_author_not(struct sm_compare *compare, struct sm_node *node)
{
	struct sm_node *both = sm_node_new(SM_NODE_AND, node->at, node->end);
	struct sm_node *not = sm_node_new(SM_NODE_NOT, node->at, node->end);
	struct sm_node *id, *handle;

	sm_node_add(not, node);
	sm_node_add(both, not);
	compare->presence = true;
	id = parse_rest(compare, "attributedTo.id", node->at, NULL);
	handle = id ? parse_rest(compare, "attributedTo.preferredUsername",
	    node->at, NULL) : NULL;
	if (!handle) {
		sm_node_free(id);
		sm_node_free(both);
		return NULL;
	}
	sm_node_add(both, either(id, handle));
	return both;
}

/* The author is known by id and by handle: either may fit. */
static struct sm_node *
parse_author(struct sm_compare *compare, size_t at)
{
	struct sm_lexer *lexer = compare->lexer;
	size_t again = lexer->at, last = lexer->last;
	struct sm_node *id, *handle;
	bool negate;

	id = parse_rest(compare, "attributedTo.id", at, &negate);
	if (!id)
		return NULL;
	lexer->pos = again;
	handle = sm_lex_next(lexer, compare->err) == -1 ? NULL :
	    (lexer->last = last, parse_rest(compare,
	    "attributedTo.preferredUsername", at, &negate));
	if (!handle) {
		sm_node_free(id);
		return NULL;
	}
	id = either(id, handle);
	return negate ? parse_author_not(compare, id) : id;
}

/* A short name of another context, or of a condition of another kind. */
static int
refuse_special(const struct sm_program *program,
    const struct sm_lexer *lexer, const char *word, struct sm_err *err)
{
	static const char *const whose[] = {
		[SM_CONTEXT_POST] = "a post", [SM_CONTEXT_UPDATE] = "a case",
		[SM_CONTEXT_TIME] = "a case whose clock fired",
		[SM_CONTEXT_OUTBOUND] = "a reply"
	};

	for (int i = 0; i < SM_CONTEXTS; i++)
		if (sm_field_find(word, (enum sm_context)i))
			return sm_origin_fail(lexer->origin, lexer->at, err,
			    "'%s' is known of %s, not of %s", word, whose[i],
			    whose[program->context]);
	return 0;
}

static int
unknown_member(struct sm_program *program, const struct sm_lexer *lexer,
    const char *word, struct sm_err *err)
{
	const char **names = NULL;
	size_t count = 0, room = 0;
	char near[160];

	for (const struct sm_field *f = sm_fields; f->name; f++) {
		names = sm_xgrow(names, &room, count + 2, sizeof(*names));
		names[count++] = f->name;
		if (f->alias)
			names[count++] = f->alias;
	}
	for (size_t i = 0; i < program->declared_count; i++) {
		names = sm_xgrow(names, &room, count + 1, sizeof(*names));
		if (program->declared[i].kind == SM_DECLARED_MEMBER)
			names[count++] = program->declared[i].name;
	}
	(void)sm_origin_near(word, names, (int)count, near, sizeof(near));
	free(names);
	return sm_origin_fail(lexer->origin, lexer->at, err,
	    "no member '%.100s'%s", word, near);
}

/* The member at the current token; its path goes to path. */
int
sm_parse_member(struct sm_program *program, const struct sm_lexer *lexer,
    struct sm_field *field, char *path, size_t size, struct sm_err *err)
{
	const char *word = sm_buf_str(&lexer->text);
	const struct sm_declared *declared;
	const struct sm_field *known;

	if (lexer->kind != SM_TOKEN_WORD)
		return sm_lex_expected(lexer, "a member", err);
	if (lexer->text.len >= size)
		return sm_origin_fail(lexer->origin, lexer->at, err,
		    "this name is too long");
	known = sm_field_find(word, program->context);
	declared = sm_program_declared(program, SM_DECLARED_MEMBER, word);
	if (known) {
		*field = *known;
		(void)sm_field_path(word, program->context, path, size);
	} else if (declared) {
		*field = declared->field;
		memcpy(path, word, lexer->text.len + 1);
	} else {
		if (refuse_special(program, lexer, word, err) == -1)
			return -1;
		return unknown_member(program, lexer, word, err);
	}
	return 0;
}

/* Passes NAME and '('. */
static int
begin_call(struct sm_lexer *lexer, const char *what, struct sm_err *err)
{
	if (sm_lex_next(lexer, err) == -1)
		return -1;
	if (!sm_lex_sign(lexer, "("))
		return sm_lex_expected(lexer, what, err);
	return sm_lex_next(lexer, err);
}

static int
end_call(struct sm_lexer *lexer, struct sm_err *err)
{
	if (!sm_lex_sign(lexer, ")"))
		return sm_lex_expected(lexer, "')'", err);
	return sm_lex_next(lexer, err);
}

/* in_hours("CALENDAR") */
static struct sm_node *
parse_in_hours(struct sm_compare *compare, size_t at)
{
	struct sm_lexer *lexer = compare->lexer;
	struct sm_declared *declared;

	compare->field = *sm_field_find("now", SM_CONTEXT_POST);
	if (begin_call(lexer, "'(' behind in_hours", compare->err) == -1)
		return NULL;
	declared = sm_program_take(compare->program, lexer,
	    SM_DECLARED_CALENDAR, compare->err);
	if (!declared || end_call(lexer, compare->err) == -1 ||
	    set_ref(compare, "now") == -1)
		return NULL;
	compare->cond.op = SM_COND_OPEN;
	compare->cond.calendar = declared->calendar;
	return finish(compare, at);
}

/* changed(status): what it was before stands in case.before. */
static struct sm_node *
parse_changed(struct sm_compare *compare, size_t at)
{
	static const char *const members[] = { "status", "queue", "owner",
	    "priority", "labels", "reason", "due" };
	struct sm_lexer *lexer = compare->lexer;
	char path[SM_MEMBER_MAX] = "";

	if (compare->program->context != SM_CONTEXT_UPDATE) {
		sm_origin_fail(lexer->origin, lexer->at, compare->err,
		    "'changed' is for the stage 'update' alone");
		return NULL;
	}
	if (begin_call(lexer, "'(' behind changed", compare->err) == -1)
		return NULL;
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
		if (sm_lex_word(lexer, members[i]))
			(void)snprintf(path, sizeof(path), "case.before.%s",
			    members[i]);
	if (!*path) {
		sm_lex_expected(lexer, "status, queue, owner, priority, "
		    "labels, reason or due", compare->err);
		return NULL;
	}
	compare->field = (struct sm_field){ .name = path,
	    .type = SM_FIELD_OTHER, .help = "what it was before" };
	if (sm_lex_next(lexer, compare->err) == -1 ||
	    end_call(lexer, compare->err) == -1 ||
	    set_ref(compare, path) == -1)
		return NULL;
	compare->cond.op = SM_COND_PRESENT;
	return finish(compare, at);
}

/* draft.by has role "NAME": the roles are a set of their own. */
static struct sm_node *
parse_role(struct sm_compare *compare, size_t at)
{
	struct sm_lexer *lexer = compare->lexer;

	if (sm_lex_next(lexer, compare->err) == -1)
		return NULL;
	if (!sm_lex_word(lexer, "role")) {
		sm_lex_expected(lexer, "role \"NAME\"", compare->err);
		return NULL;
	}
	compare->field = *sm_field_find("reply.roles", SM_CONTEXT_OUTBOUND);
	if (set_ref(compare, "reply.roles") == -1)
		return NULL;
	if (sm_parse_has(compare) == 0)
		return finish(compare, at);
	sm_cond_release(&compare->cond);
	return NULL;
}

static struct sm_node *
parse_constant(struct sm_lexer *lexer, struct sm_err *err)
{
	struct sm_node *node = sm_node_new(sm_lex_word(lexer, "true") ?
	    SM_NODE_TRUE : SM_NODE_FALSE, lexer->at, lexer->end);

	if (sm_lex_next(lexer, err) == 0)
		return node;
	sm_node_free(node);
	return NULL;
}

struct sm_node *
sm_parse_cond(struct sm_program *program, struct sm_lexer *lexer,
    struct sm_err *err)
{
	struct sm_compare compare = {
		.program = program, .lexer = lexer, .err = err
	};
	char path[SM_MEMBER_MAX];
	size_t at = lexer->at;

	if (sm_lex_word(lexer, "true") || sm_lex_word(lexer, "false"))
		return parse_constant(lexer, err);
	if (sm_lex_word(lexer, "has")) {
		compare.presence = true;
		if (sm_lex_next(lexer, err) == -1)
			return NULL;
	}
	if (sm_lex_word(lexer, "in_hours"))
		return parse_in_hours(&compare, at);
	if (sm_lex_word(lexer, "changed"))
		return parse_changed(&compare, at);
	if (sm_parse_member(program, lexer, &compare.field, path,
	    sizeof(path), err) == -1)
		return NULL;
	memcpy(compare.typed, sm_buf_str(&lexer->text), lexer->text.len + 1);
	if (sm_lex_next(lexer, err) == -1)
		return NULL;
	if (compare.field.flags & SM_FIELD_BY && sm_lex_word(lexer, "has"))
		return parse_role(&compare, at);
	if (compare.field.flags & SM_FIELD_AUTHOR)
		return parse_author(&compare, at);
	return parse_rest(&compare, path, at, NULL);
}
