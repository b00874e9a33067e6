/* The value of an expression, for an item of an answer. */
#include "source/json/definition_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>


#define VALUE_MAX 1048576	/* bytes of a text that is put together */
#define FIND_MAX 2000		/* elements that are looked at */

static json_t *
lent(json_t *value)
{
	return json_is_null(value) ? NULL : json_incref(value);
}

static json_t *
name_of(const char *name)
{
	return name && *name ? json_string(name) : NULL;
}

static const struct sm_place *
upwards(const struct sm_place *place, unsigned steps)
{
	while (place && steps-- > 0)
		place = place->up;
	return place;
}

static json_t *
pointer_value(const struct expr *expr, const struct scope *scope)
{
	const struct sm_place *place = NULL;
	const char *name = NULL;
	json_t *from = NULL;

	switch (expr->from) {
	case FROM_ITEM: place = scope->item; break;
	case FROM_UP: place = upwards(scope->item, expr->up); break;
	case FROM_PARENT: place = scope->parent; break;
	case FROM_ROOT: from = scope->root; break;
	case FROM_LET: from = scope->lets ? scope->lets[expr->let] : NULL;
	}
	if (place) {
		from = place->value;
		name = place->name;
	}
	from = sm_pointer_get(expr->pointer, from, &name);
	if (expr->name)
		return from ? name_of(name) : NULL;
	return lent(from);
}

bool
value_text(const json_t *value, struct sm_buf *out)
{
	switch (json_typeof(value)) {
	case JSON_STRING:
		sm_buf_add(out, json_string_value(value),
		    json_string_length(value));
		return true;
	case JSON_INTEGER:
		sm_buf_addi(out, json_integer_value(value));
		return true;
	case JSON_REAL:
		sm_buf_addf(out, "%.17g", json_real_value(value));
		return true;
	case JSON_TRUE:
	case JSON_FALSE:
		sm_buf_adds(out, json_is_true(value) ? "true" : "false");
		return true;
	default:
		return false;
	}
}

bool
value_int(const json_t *value, int64_t *number)
{
	double real;
	char *end;

	if (json_is_string(value)) {
		errno = 0;
		*number = strtoll(json_string_value(value), &end, 10);
		/* "9324.0" and "12.5" are meant as numbers too. */
		if (*end == '.')
			end += 1 + strspn(end + 1, "0123456789");
		return errno == 0 && end != json_string_value(value) && !*end;
	}
	if (json_is_real(value)) {
		real = json_real_value(value);
		*number = real > -9e18 && real < 9e18 ? (int64_t)real : 0;
		return real > -9e18 && real < 9e18;
	}
	*number = json_integer_value(value);
	return json_is_integer(value);
}

bool
value_true(const json_t *value)
{
	int64_t number;

	if (json_is_string(value))
		return json_string_length(value) > 0;
	if (json_is_array(value))
		return json_array_size(value) > 0;
	if (json_is_object(value))
		return json_object_size(value) > 0;
	if (json_is_number(value))
		return value_int(value, &number) && number != 0;
	return json_is_true(value);
}

/* All parts have to be there, else it is nothing. */
static json_t *
text_value(const struct expr *expr, const struct scope *scope)
{
	struct sm_buf out = SM_BUF_INIT;
	bool good = true;
	json_t *made = NULL;

	for (size_t i = 0; i < expr->count && good; i++)
		good = expr_text(expr->parts[i], scope, &out) &&
		    out.len <= VALUE_MAX;
	if (good)
		made = json_stringn(sm_buf_str(&out), out.len);
	sm_buf_release(&out);
	return made;
}

static bool
is_empty(const json_t *value)
{
	return json_is_string(value) && json_string_length(value) == 0;
}

static json_t *
first_value(const struct expr *expr, const struct scope *scope)
{
	for (size_t i = 0; i < expr->count; i++) {
		json_t *value = expr_value(expr->parts[i], scope);

		if (value && !is_empty(value))
			return value;
		json_decref(value);
	}
	return NULL;
}

static json_t *
table_value(const struct expr *expr, const struct scope *scope)
{
	struct sm_buf text = SM_BUF_INIT;
	json_t *found = NULL;

	if (expr_text(expr->parts[0], scope, &text))
		found = json_object_get(expr->json, text.data);
	sm_buf_release(&text);
	if (found)
		return lent(found);
	return expr->parts[1] ? expr_value(expr->parts[1], scope) : NULL;
}

static json_t *
object_value(const struct expr *expr, const struct scope *scope)
{
	json_t *made = json_object(), *value;

	for (size_t i = 0; i < expr->count; i++) {
		value = expr_value(expr->parts[i], scope);
		if (value)
			json_object_set_new(made, expr->names[i], value);
	}
	if (json_object_size(made) > 0)
		return made;
	json_decref(made);
	return NULL;
}

static json_t *
list_value(const struct expr *expr, const struct scope *scope)
{
	json_t *made = json_array(), *value;

	for (size_t i = 0; i < expr->count; i++) {
		value = expr_value(expr->parts[i], scope);
		if (value)
			json_array_append_new(made, value);
	}
	return made;
}

static json_t *
plain_value(const struct expr *expr, const struct scope *scope)
{
	const struct expr *branch;

	switch (expr->kind) {
	case EXPR_POINTER: return pointer_value(expr, scope);
	case EXPR_VAR: return lent(scope->vars[expr->var]);
	case EXPR_CONST: return lent(expr->json);
	case EXPR_TEXT: return text_value(expr, scope);
	case EXPR_FIRST: return first_value(expr, scope);
	case EXPR_TABLE: return table_value(expr, scope);
	case EXPR_OBJECT: return object_value(expr, scope);
	case EXPR_LIST: return list_value(expr, scope);
	case EXPR_IF: break;
	}
	branch = expr->parts[cond_holds(expr->cond, scope) ? 0 : 1];
	return branch ? expr_value(branch, scope) : NULL;
}

json_t *
expr_value(const struct expr *expr, const struct scope *scope)
{
	json_t *value = plain_value(expr, scope);

	for (size_t i = 0; value && i < expr->nfilters; i++)
		value = filter_run(&expr->filters[i], value);
	return value;
}

bool
expr_text(const struct expr *expr, const struct scope *scope,
    struct sm_buf *out)
{
	json_t *value = expr_value(expr, scope);
	size_t before = out->len;

	if (value)
		value_text(value, out);
	json_decref(value);
	return out->len > before;
}

bool
expr_int(const struct expr *expr, const struct scope *scope, int64_t *number)
{
	json_t *value = expr_value(expr, scope);
	bool good = value && value_int(value, number);

	json_decref(value);
	return good;
}

static bool
compare(enum cond_kind kind, const char *text, const char *with)
{
	if (kind == COND_HAS)
		return strstr(text, with) != NULL;
	if (kind == COND_STARTS)
		return strncmp(text, with, strlen(with)) == 0;
	return strcmp(text, with) == 0;
}

/* Whether one of the elements, or the text itself, is as the values say. */
static bool
matches(const struct cond *cond, const struct scope *scope,
    const json_t *value)
{
	struct sm_buf text = SM_BUF_INIT, with = SM_BUF_INIT;
	bool found = false;
	json_t *element;
	size_t i;

	if (json_is_array(value) && cond->kind == COND_HAS) {
		struct cond inner = *cond;

		inner.kind = COND_IS;
		json_array_foreach(value, i, element)
			if (matches(&inner, scope, element))
				return true;
		return false;
	}
	value_text(value, &text);
	for (i = 0; !found && i < cond->count; i++) {
		sm_buf_clear(&with);
		expr_text(cond->values[i], scope, &with);
		found = (with.len > 0 || cond->kind == COND_IS) &&
		    compare(cond->kind, sm_buf_str(&text),
		    sm_buf_str(&with));
	}
	sm_buf_release(&text);
	sm_buf_release(&with);
	return found;
}

int
id_compare(const char *a, const char *b)
{
	size_t m = strlen(a), n = strlen(b);

	return m != n ? m < n ? -1 : 1 : strcmp(a, b);
}

static bool
compares(const struct cond *cond, const struct scope *scope)
{
	json_t *value = expr_value(cond->at, scope);
	int64_t left = 0, right = 0;
	bool holds = false;

	if (!value)
		return false;
	if (cond->kind == COND_TRUE)
		holds = value_true(value);
	else if (cond->kind != COND_ABOVE && cond->kind != COND_BELOW)
		holds = matches(cond, scope, value);
	else if (value_int(value, &left)) {
		if (!expr_int(cond->values[0], scope, &right))
			right = 0;
		holds = cond->kind == COND_ABOVE ? left > right :
		    left < right;
	}
	json_decref(value);
	return holds;
}

bool
cond_holds(const struct cond *cond, const struct scope *scope)
{
	bool all = cond->kind != COND_ANY;

	if (!cond->parts)
		return compares(cond, scope);
	for (size_t i = 0; i < cond->count; i++)
		if (cond_holds(cond->parts[i], scope) !=
		    (cond->kind == COND_ALL))
			return cond->kind == COND_ANY;
	return all;
}

static json_t *
find_in(const struct let *let, json_t *list, const char *want)
{
	json_t *element;
	const char *name;
	size_t i;

	json_array_foreach(list, i, element)
		if (i < FIND_MAX && sm_pointer_is(sm_pointer_get(let->where,
		    element, NULL), want))
			return element;
	json_object_foreach(list, name, element)
		if (sm_pointer_is(sm_pointer_get(let->where, element, NULL),
		    want))
			return element;
	return NULL;
}

json_t *
let_find(const struct let *let, const struct scope *scope)
{
	struct sm_buf want = SM_BUF_INIT;
	json_t *list, *found = NULL;

	list = expr_value(let->find, scope);
	if (list && expr_text(let->is, scope, &want))
		found = find_in(let, list, want.data);
	json_decref(list);	/* the page still holds it */
	sm_buf_release(&want);
	return found;
}
