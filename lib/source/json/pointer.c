#include "source/json/pointer.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/exit.h"

enum step_kind { STEP_NAME, STEP_EACH, STEP_LAST, STEP_MATCH };

struct step {
	enum step_kind kind;
	const char *name;	/* of the member; MATCH: that is compared */
	const char *text;	/* MATCH: with this */
	size_t index;		/* of an array; SIZE_MAX: it is no number */
};

struct sm_pointer {
	struct step steps[SM_POINTER_STEPS];
	size_t count;
	bool many;
};

/* RFC 6901, 4: a number without leading zeros. */
static size_t
index_of(const char *name)
{
	size_t n = strlen(name), value = 0;

	if (n == 0 || n > 9 || (n > 1 && *name == '0'))
		return SIZE_MAX;
	for (; *name; name++) {
		if (!isdigit((unsigned char)*name))
			return SIZE_MAX;
		value = value * 10 + (size_t)(*name - '0');
	}
	return value;
}

/* "~1" is '/', "~0" is '~'; in place.  -1: something else behind '~'. */
static int
unescape(char *s)
{
	char *to = s;

	for (; *s; s++) {
		if (*s != '~') {
			*to++ = *s;
			continue;
		}
		s++;
		if (*s != '0' && *s != '1')
			return -1;
		*to++ = *s == '0' ? '~' : '/';
	}
	*to = '\0';
	return 0;
}

/* "[name=text]" */
static int
match_step(struct step *step, char *s, struct sm_err *err)
{
	char *equal = strchr(s, '=');
	size_t len = strlen(s);

	if (!equal || equal == s + 1 || s[len - 1] != ']')
		return sm_err_set(err, SM_EXIT_CONFIG, "'%s': expected "
		    "[name=text]", s);
	s[len - 1] = *equal = '\0';
	step->kind = STEP_MATCH;
	step->name = s + 1;
	step->text = equal + 1;
	return 0;
}

static int
set_step(struct step *step, char *s, struct sm_err *err)
{
	if (strcmp(s, "*") == 0)
		step->kind = STEP_EACH;
	else if (strcmp(s, "-1") == 0)
		step->kind = STEP_LAST;
	if (unescape(s) == -1)
		return sm_err_set(err, SM_EXIT_CONFIG, "'%s': behind '~' "
		    "comes 0 (for ~) or 1 (for /)", s);
	step->name = s;
	step->index = index_of(s);
	return *s == '[' ? match_step(step, s, err) : 0;
}

struct sm_pointer *
sm_pointer_new(struct sm_arena *arena, const char *text, size_t len,
    struct sm_err *err)
{
	struct sm_pointer *pointer = sm_arena_alloc(arena, sizeof(*pointer));
	const char *end = text + len;

	memset(pointer, 0, sizeof(*pointer));
	if (len > SM_POINTER_TEXT) {
		sm_err_set(err, SM_EXIT_CONFIG, "a pointer of more than %d "
		    "bytes", SM_POINTER_TEXT);
		return NULL;
	}
	while (text < end) {
		const char *next;
		struct step *step = &pointer->steps[pointer->count];

		if (*text != '/' || pointer->count == SM_POINTER_STEPS) {
			sm_err_set(err, SM_EXIT_CONFIG, *text == '/' ?
			    "'%s': a pointer of too many steps" :
			    "'%s': a pointer begins with '/'", text);
			return NULL;
		}
		next = memchr(text + 1, '/', (size_t)(end - text - 1));
		if (!next)
			next = end;
		if (set_step(step, sm_arena_strndup(arena, text + 1,
		    (size_t)(next - text - 1)), err) == -1)
			return NULL;
		if (step->kind == STEP_EACH)
			pointer->many = true;
		pointer->count++;
		text = next;
	}
	return pointer;
}

bool
sm_pointer_many(const struct sm_pointer *pointer)
{
	return pointer->many;
}

bool
sm_pointer_is(json_t *value, const char *text)
{
	char number[32];

	if (json_is_string(value))
		return strcmp(json_string_value(value), text) == 0;
	if (json_is_boolean(value))
		return strcmp(json_is_true(value) ? "true" : "false", text) ==
		    0;
	if (!json_is_integer(value))
		return false;
	snprintf(number, sizeof(number), "%lld",
	    (long long)json_integer_value(value));
	return strcmp(number, text) == 0;
}

static json_t *
find_match(const struct step *step, json_t *from)
{
	json_t *element;
	size_t i;

	json_array_foreach(from, i, element)
		if (sm_pointer_is(json_object_get(element, step->name),
		    step->text))
			return element;
	return NULL;
}

/* One step that is not '*'. */
static json_t *
walk(const struct step *step, json_t *from, const char **name)
{
	json_t *found = NULL;

	if (json_is_object(from)) {
		found = json_object_get(from, step->name);
		if (name)
			*name = step->name;
	} else if (json_is_array(from)) {
		if (step->kind == STEP_MATCH)
			found = find_match(step, from);
		else if (step->kind == STEP_LAST && json_array_size(from) > 0)
			found = json_array_get(from,
			    json_array_size(from) - 1);
		else if (step->index != SIZE_MAX)
			found = json_array_get(from, step->index);
	}
	return json_is_null(found) ? NULL : found;
}

/* The first thing in it. */
static json_t *
first(json_t *from, const char **name)
{
	const char *key;
	json_t *value;

	if (json_is_array(from))
		return json_array_get(from, 0);
	key = json_object_iter_key(json_object_iter(from));
	value = json_object_get(from, key);
	if (name && key)
		*name = key;
	return value;
}

json_t *
sm_pointer_get(const struct sm_pointer *pointer, json_t *from,
    const char **name)
{
	for (size_t i = 0; from && i < pointer->count; i++) {
		const struct step *step = &pointer->steps[i];

		from = step->kind == STEP_EACH ? first(from, name) :
		    walk(step, from, name);
	}
	return json_is_null(from) ? NULL : from;
}

struct search {
	const struct sm_pointer *pointer;
	int (*each)(const struct sm_place *place, void *arg);
	void *arg;
};

static int search(const struct search *s, size_t step,
    const struct sm_place *place);

static int
search_all(const struct search *s, size_t step, const struct sm_place *place)
{
	json_t *from = place->value;
	struct sm_place found = { .name = "", .up = place->up };
	const char *key;
	json_t *value;
	size_t i;

	json_array_foreach(from, i, value) {
		found.value = value;
		found.index = i;
		if (!json_is_null(value) && search(s, step + 1, &found) == -1)
			return -1;
	}
	json_object_foreach(from, key, value) {
		found.value = value;
		found.name = key;
		if (!json_is_null(value) && search(s, step + 1, &found) == -1)
			return -1;
		found.index++;
	}
	return 0;
}

/* Whether there is a '*' before this step, whose place is one to keep. */
static bool
behind_each(const struct search *s, size_t step)
{
	return step > 0 && s->pointer->steps[step - 1].kind == STEP_EACH;
}

static int
search(const struct search *s, size_t step, const struct sm_place *place)
{
	struct sm_place next = { .name = "", .up = place->up };
	const char *name = "";

	if (step == s->pointer->count)
		return s->each(place, s->arg);
	if (behind_each(s, step))
		next.up = place;
	if (s->pointer->steps[step].kind == STEP_EACH) {
		struct sm_place here = *place;

		here.up = next.up;
		return search_all(s, step, &here);
	}
	next.value = walk(&s->pointer->steps[step], place->value, &name);
	next.name = name;
	return next.value ? search(s, step + 1, &next) : 0;
}

int
sm_pointer_each(const struct sm_pointer *pointer,
    const struct sm_place *from, int (*each)(const struct sm_place *place,
    void *arg), void *arg)
{
	struct search s = { .pointer = pointer, .each = each, .arg = arg };

	return from->value ? search(&s, 0, from) : 0;
}
