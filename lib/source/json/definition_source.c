/* Pointers and words, with the filters behind them. */
#include "source/json/definition_impl.h"

#include <string.h>

#include "base/err.h"

const char *const definition_vars[VAR_KEYS] = {
	[VAR_PAGE] = "page", [VAR_SINCE] = "since", [VAR_AFTER] = "after",
	[VAR_TOKEN] = "token", [VAR_NOW] = "now", [VAR_USER] = "login",
	[VAR_ID] = "id", [VAR_SECRET] = "secret", [VAR_BASE] = "base",
	[VAR_HOST] = "host"
};

static int
find_word(struct reading *in, const char *word, struct expr *expr)
{
	const char *names[DEFINITION_VARS];
	size_t n = 0;

	expr->kind = EXPR_VAR;
	for (; n < VAR_KEYS; n++)
		names[n] = definition_vars[n];
	for (size_t i = 0; i < in->def->nkeys; i++)
		names[n++] = in->def->keys[i].name;
	for (expr->var = 0; expr->var < n; expr->var++)
		if (strcmp(names[expr->var], word) == 0)
			return 0;
	return definition_unknown(in, "word", word, names, n);
}

/* "@name": what the record, or the stream before, calls so. */
static int
find_let(struct reading *in, const char *name, struct expr *expr)
{
	const char *names[DEFINITION_LETS + 1] = { "parent" };
	size_t n = 1;

	if (strcmp(name, "parent") == 0) {
		expr->from = FROM_PARENT;
		return 0;
	}
	expr->from = FROM_LET;
	for (size_t i = 0; in->record && i < in->record->nlets; i++) {
		if (strcmp(in->record->lets[i].name, name) == 0) {
			expr->let = i;
			return 0;
		}
		names[n++] = in->record->lets[i].name;
	}
	return definition_unknown(in, "name", name, names, n);
}

/* "/a/b", "$/a", "^/a", "@name/a", "."; '#' behind it: the member's name. */
static int
find_pointer(struct reading *in, char *s, struct expr *expr)
{
	size_t len = strlen(s), n;
	struct sm_err why;
	char *rest = s;

	if (len > 0 && s[len - 1] == '#') {
		s[--len] = '\0';
		expr->name = true;
	}
	expr->kind = EXPR_POINTER;
	expr->from = FROM_ITEM;
	if (*s == '$') {
		expr->from = FROM_ROOT;
		rest = s + 1;
	} else if (*s == '^') {
		expr->from = FROM_UP;
		for (; *rest == '^'; rest++)
			expr->up++;
	} else if (*s == '@') {
		n = strcspn(s, "/");
		rest = s + n;
		if (find_let(in, sm_arena_strndup(&in->def->arena, s + 1,
		    n - 1), expr) == -1)
			return -1;
	} else if (strcmp(s, ".") == 0)
		rest = s + 1;
	expr->pointer = sm_pointer_new(&in->def->arena, rest, strlen(rest),
	    &why);
	return expr->pointer ? 0 : definition_fail(in, "%s", why.text);
}

bool
is_pointer(const char *s)
{
	return *s && strchr("/$^@.#", *s);
}

static char *
trimmed(struct reading *in, const char *s, size_t len)
{
	while (len > 0 && *s == ' ') {
		s++;
		len--;
	}
	while (len > 0 && s[len - 1] == ' ')
		len--;
	return sm_arena_strndup(&in->def->arena, s, len);
}

static int
find_filters(struct reading *in, const char *s, size_t len,
    struct expr *expr)
{
	struct filter list[8];
	const char *end = s + len, *next;

	memset(list, 0, sizeof(list));
	for (; s < end; s = next) {
		s++;	/* the '|' */
		while (s < end && *s == ' ')
			s++;
		next = memchr(s, '|', (size_t)(end - s));
		if (!next)
			next = end;
		if (expr->nfilters == sizeof(list) / sizeof(list[0]))
			return definition_fail(in, "more than %zu filters",
			    expr->nfilters);
		if (read_filter(in, s, (size_t)(next - s),
		    &list[expr->nfilters++]) == -1)
			return -1;
	}
	if (expr->nfilters > 0) {
		expr->filters = definition_alloc(in, expr->nfilters,
		    sizeof(*list));
		memcpy(expr->filters, list, expr->nfilters * sizeof(*list));
	}
	return 0;
}

/* A pointer or a word, with its filters. */
int
read_source(struct reading *in, const char *s, size_t len, struct expr *expr)
{
	const char *bar = memchr(s, '|', len);
	size_t n = bar ? (size_t)(bar - s) : len;
	char *text = trimmed(in, s, n);

	if (is_pointer(text) ? find_pointer(in, text, expr) == -1 :
	    find_word(in, text, expr) == -1)
		return -1;
	return find_filters(in, s + n, len - n, expr);
}
