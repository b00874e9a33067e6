/* What gives a value: pointers, words, texts, choices between them. */
#include "source/json/definition_impl.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"

/* What a plain text means where it stands. */
enum style { STYLE_VALUE, STYLE_WORD, STYLE_TEMPLATE, STYLE_BODY, STYLE_REF };

static int compile(struct reading *in, json_t *json, enum style style,
    struct expr **to);

static struct expr *
new_expr(struct reading *in, enum expr_kind kind)
{
	struct expr *expr = definition_alloc(in, 1, sizeof(*expr));

	expr->kind = kind;
	return expr;
}

static json_t *
keep(struct reading *in, const char *s, size_t len)
{
	json_t *made = json_stringn(s, len);

	json_array_append_new(in->def->made, made);
	return made;
}

static int
add_part(struct reading *in, struct expr *text, struct expr *part)
{
	if (text->count == DEFINITION_PARTS)
		return definition_fail(in, "a text of more than %d parts",
		    DEFINITION_PARTS);
	text->parts[text->count++] = part;
	return 0;
}

/* "literal ${source|filter} literal" */
static int
find_text(struct reading *in, const char *s, struct expr **to)
{
	struct expr *text = new_expr(in, EXPR_TEXT), *part;
	const char *open, *close;

	text->parts = definition_alloc(in, DEFINITION_PARTS, sizeof(part));
	while (*s) {
		open = strstr(s, "${");
		if (open != s) {
			part = new_expr(in, EXPR_CONST);
			part->json = keep(in, s, open ? (size_t)(open - s) :
			    strlen(s));
			if (add_part(in, text, part) == -1)
				return -1;
			s += json_string_length(part->json);
			continue;
		}
		close = strchr(open, '}');
		if (!close)
			return definition_fail(in, "'${' without '}'");
		part = new_expr(in, EXPR_POINTER);
		if (read_source(in, open + 2, (size_t)(close - open - 2),
		    part) == -1 || add_part(in, text, part) == -1)
			return -1;
		s = close + 1;
	}
	*to = text->count == 1 ? text->parts[0] : text;
	return 0;
}

static int
string(struct reading *in, json_t *json, enum style style, struct expr **to)
{
	const char *s = json_string_value(json);

	if (strstr(s, "${"))
		return find_text(in, s, to);
	*to = new_expr(in, EXPR_CONST);
	(*to)->json = json;
	if (style == STYLE_TEMPLATE || style == STYLE_BODY)
		return 0;
	if (*s == '=') {
		(*to)->json = keep(in, s + 1, strlen(s + 1));
		return 0;
	}
	if (is_pointer(s))
		return read_source(in, s, strlen(s), *to);
	if (style == STYLE_WORD)
		return 0;
	return definition_fail(in, "'%s': expected a pointer (\"/a/b\"), a "
	    "text with ${...} or a constant (\"=text\")", s);
}

struct choice {
	struct cond *cond;
	struct expr *from, *then, *other;
	json_t *table;
};

static int
read_table(struct reading *in, json_t *json, void *to)
{
	json_t **table = to;

	if (!json_is_object(json) || json_object_size(json) == 0)
		return definition_fail(in, "expected an object: what becomes "
		    "what");
	*table = json;
	return 0;
}

static int
choice(struct reading *in, json_t *json, enum style style, struct expr **to)
{
	int (*read)(struct reading *in, json_t *part, void *at) =
	    style == STYLE_VALUE || style == STYLE_REF ? read_value :
	    style == STYLE_WORD ? read_word : read_template;
	const struct member branch[] = {
		{ "if", read_cond, offsetof(struct choice, cond), true },
		{ "then", read, offsetof(struct choice, then), true },
		{ "else", read, offsetof(struct choice, other), false },
	};
	const struct member table[] = {
		{ "map", style == STYLE_WORD ? read_value : read,
		    offsetof(struct choice, from), true },
		{ "to", read_table, offsetof(struct choice, table), true },
		{ "else", read, offsetof(struct choice, other), false },
	};
	bool is_if = json_object_get(json, "if") != NULL;
	struct choice got = { .cond = NULL };
	int ret = is_if ? definition_object(in, json, MEMBERS(branch), &got) :
	    definition_object(in, json, MEMBERS(table), &got);

	*to = new_expr(in, is_if ? EXPR_IF : EXPR_TABLE);
	(*to)->cond = got.cond;
	(*to)->json = got.table;
	(*to)->count = 2;
	(*to)->parts = definition_alloc(in, 2, sizeof(*to));
	(*to)->parts[0] = is_if ? got.then : got.from;
	(*to)->parts[1] = got.other;
	return ret;
}

struct filling {
	struct expr *expr;
	enum style style;
};

static int
add_element(struct reading *in, json_t *json, size_t index, void *arg)
{
	struct filling *filling = arg;

	return compile(in, json, filling->style, &filling->expr->parts[index]);
}

static int
add_member(struct reading *in, const char *name, json_t *json, size_t index,
    void *arg)
{
	struct filling *filling = arg;

	filling->expr->names[index] = name;
	return compile(in, json, filling->style, &filling->expr->parts[index]);
}

static int
several(struct reading *in, json_t *json, enum style style, struct expr **to)
{
	struct filling filling = { .style = style };
	bool object = json_is_object(json);
	struct expr *expr = new_expr(in, object ? EXPR_OBJECT :
	    style == STYLE_BODY ? EXPR_LIST : EXPR_FIRST);

	*to = filling.expr = expr;
	expr->count = object ? json_object_size(json) : json_array_size(json);
	if (expr->count > DEFINITION_PARTS)
		return definition_fail(in, "more than %d parts",
		    DEFINITION_PARTS);
	expr->parts = definition_alloc(in, expr->count, sizeof(expr));
	expr->names = definition_alloc(in, expr->count, sizeof(char *));
	if (object)
		return definition_members(in, json, DEFINITION_PARTS,
		    add_member, &filling);
	return definition_list(in, json, DEFINITION_PARTS, add_element,
	    &filling);
}

static int
compile_it(struct reading *in, json_t *json, enum style style,
    struct expr **to)
{
	if (json_is_string(json))
		return string(in, json, style, to);
	if (json_object_get(json, "if") || json_object_get(json, "map"))
		return choice(in, json, style, to);
	if (json_is_array(json) || (json_is_object(json) &&
	    (style == STYLE_BODY || style == STYLE_REF)))
		return several(in, json, style, to);
	if (!json_is_integer(json) && !json_is_boolean(json))
		return definition_fail(in, "expected a text, a number, true, "
		    "false, an array (the first that is there), or an object "
		    "with 'if' or 'map'");
	*to = new_expr(in, EXPR_CONST);
	(*to)->json = json;
	return 0;
}

static int
compile(struct reading *in, json_t *json, enum style style, struct expr **to)
{
	int ret;

	if (++in->depth > DEFINITION_DEPTH)
		return definition_fail(in, "nested deeper than %d levels",
		    DEFINITION_DEPTH);
	ret = compile_it(in, json, style, to);
	in->depth--;
	return ret;
}

int
read_value(struct reading *in, json_t *json, void *to)
{
	return compile(in, json, STYLE_VALUE, to);
}

int
read_word(struct reading *in, json_t *json, void *to)
{
	return compile(in, json, STYLE_WORD, to);
}

int
read_template(struct reading *in, json_t *json, void *to)
{
	return compile(in, json, STYLE_TEMPLATE, to);
}

int
read_body(struct reading *in, json_t *json, void *to)
{
	return compile(in, json, STYLE_BODY, to);
}

int
read_ref(struct reading *in, json_t *json, void *to)
{
	return compile(in, json, STYLE_REF, to);
}

int
read_pointer(struct reading *in, json_t *json, void *to)
{
	const struct sm_pointer **pointer = to;
	struct sm_err why;

	if (!json_is_string(json))
		return definition_fail(in, "expected a pointer such as "
		    "\"/items/*\"");
	*pointer = sm_pointer_new(&in->def->arena, json_string_value(json),
	    json_string_length(json), &why);
	return *pointer ? 0 : definition_fail(in, "%s", why.text);
}

static int
add_field(struct reading *in, const char *name, json_t *json, size_t index,
    void *arg)
{
	struct fields *fields = arg;

	fields->list[index].name = name;
	return read_template(in, json, &fields->list[index].expr);
}

int
read_fields(struct reading *in, json_t *json, void *to)
{
	struct fields *fields = to;

	fields->count = json_object_size(json);
	fields->list = definition_alloc(in, fields->count,
	    sizeof(*fields->list));
	return definition_members(in, json, DEFINITION_PARTS, add_field,
	    fields);
}
