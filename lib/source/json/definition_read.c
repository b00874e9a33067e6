/* Reading a definition: where we are in it, and what every part has to be. */
#include "source/json/definition_impl.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/opt.h"

int
definition_fail(struct reading *in, const char *format, ...)
{
	char text[SM_ERR_MAX / 2];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	return sm_err_set(in->err, SM_EXIT_CONFIG, "%s: %s: %s",
	    in->def->file, in->path.len ? in->path.data : "/", text);
}

int
definition_unknown(struct reading *in, const char *what, const char *typed,
    const char *const *names, size_t count)
{
	const char *near = sm_opt_nearest(typed, names, (int)count);

	if (near)
		return definition_fail(in, "no %s '%s'; did you mean '%s'?",
		    what, typed, near);
	return definition_fail(in, "no %s '%s'", what, typed);
}

size_t
definition_enter(struct reading *in, const char *name)
{
	size_t mark = in->path.len;

	sm_buf_addc(&in->path, '/');
	for (; *name; name++) {
		if (*name == '~' || *name == '/')
			sm_buf_adds(&in->path, *name == '~' ? "~0" : "~1");
		else
			sm_buf_addc(&in->path, *name);
	}
	return mark;
}

size_t
definition_enter_nth(struct reading *in, size_t index)
{
	size_t mark = in->path.len;

	sm_buf_addf(&in->path, "/%zu", index);
	return mark;
}

void
definition_leave(struct reading *in, size_t mark)
{
	sm_buf_cut(&in->path, mark);
}

void *
definition_alloc(struct reading *in, size_t count, size_t size)
{
	void *room = sm_arena_alloc(&in->def->arena, count * size + 1);

	memset(room, 0, count * size);
	return room;
}

static int
unknown_member(struct reading *in, const char *typed,
    const struct member *members, size_t count)
{
	const char *names[64];
	size_t n = 0;

	for (; n < count && n < sizeof(names) / sizeof(names[0]); n++)
		names[n] = members[n].name;
	return definition_unknown(in, "such member", typed, names, n);
}

static int
read_member(struct reading *in, const char *name, json_t *json,
    const struct member *members, size_t count, char *base)
{
	size_t mark = definition_enter(in, name);
	int ret = -1;

	for (size_t i = 0; i < count; i++) {
		if (strcmp(members[i].name, name) != 0)
			continue;
		ret = members[i].read(in, json, base + members[i].offset);
		definition_leave(in, mark);
		return ret;
	}
	ret = unknown_member(in, name, members, count);
	definition_leave(in, mark);
	return ret;
}

int
definition_object(struct reading *in, json_t *json,
    const struct member *members, size_t count, void *base)
{
	const char *name;
	json_t *value;

	if (!json_is_object(json))
		return definition_fail(in, "expected an object");
	json_object_foreach(json, name, value)
		if (read_member(in, name, value, members, count, base) == -1)
			return -1;
	for (size_t i = 0; i < count; i++)
		if (members[i].must && !json_object_get(json,
		    members[i].name))
			return definition_fail(in, "'%s' is missing",
			    members[i].name);
	return 0;
}

int
definition_list(struct reading *in, json_t *json, size_t most,
    int (*each)(struct reading *in, json_t *json, size_t index, void *arg),
    void *arg)
{
	json_t *value;
	size_t i, mark;
	int ret;

	if (!json_is_array(json))
		return each(in, json, 0, arg);
	if (json_array_size(json) == 0 || json_array_size(json) > most)
		return definition_fail(in, "expected 1 to %zu elements",
		    most);
	json_array_foreach(json, i, value) {
		mark = definition_enter_nth(in, i);
		ret = each(in, value, i, arg);
		definition_leave(in, mark);
		if (ret == -1)
			return -1;
	}
	return 0;
}

int
definition_members(struct reading *in, json_t *json, size_t most,
    int (*each)(struct reading *in, const char *name, json_t *json,
    size_t index, void *arg), void *arg)
{
	const char *name;
	json_t *value;
	size_t i = 0, mark;
	int ret;

	if (!json_is_object(json) || json_object_size(json) > most)
		return definition_fail(in, "expected an object of at most "
		    "%zu members", most);
	json_object_foreach(json, name, value) {
		mark = definition_enter(in, name);
		ret = each(in, name, value, i++, arg);
		definition_leave(in, mark);
		if (ret == -1)
			return -1;
	}
	return 0;
}

int
definition_choice(struct reading *in, json_t *json, const char *what,
    const char *const *names, size_t count)
{
	const char *text = json_string_value(json);

	if (!text)
		return definition_fail(in, "expected a text");
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], text) == 0)
			return (int)i;
	return definition_unknown(in, what, text, names, count);
}

int
read_text(struct reading *in, json_t *json, void *to)
{
	const char **text = to;

	if (!json_is_string(json) || json_string_length(json) == 0)
		return definition_fail(in, "expected a text");
	*text = json_string_value(json);
	return 0;
}

int
read_true(struct reading *in, json_t *json, void *to)
{
	bool *value = to;

	if (!json_is_boolean(json))
		return definition_fail(in, "expected true or false");
	*value = json_is_true(json);
	return 0;
}

int
read_count(struct reading *in, json_t *json, void *to)
{
	int64_t *value = to;

	if (!json_is_integer(json) || json_integer_value(json) < 0)
		return definition_fail(in, "expected a whole number, not "
		    "negative");
	*value = json_integer_value(json);
	return 0;
}

int
read_seconds(struct reading *in, json_t *json, void *to)
{
	const char *text = json_string_value(json);

	if (!text || sm_duration_parse(text, strlen(text), to) == -1)
		return definition_fail(in, "expected a duration such as "
		    "\"90s\", \"4h\" or \"3d\"");
	return 0;
}

/* "0.005" in US dollars to millionths. */
int
read_money(struct reading *in, json_t *json, void *to)
{
	const char *s = json_string_value(json);
	int64_t *money = to, unit = 1000000;

	*money = 0;
	if (!s || !isdigit((unsigned char)*s) || strlen(s) > 12)
		return definition_fail(in, "expected US dollars such as "
		    "\"0.005\"");
	for (; isdigit((unsigned char)*s); s++)
		*money = *money * 10 + (*s - '0');
	*money *= unit;
	if (*s == '.')
		for (s++; isdigit((unsigned char)*s) && unit > 1; s++) {
			unit /= 10;
			*money += (*s - '0') * unit;
		}
	if (*s)
		return definition_fail(in, "expected US dollars such as "
		    "\"0.005\"");
	return 0;
}
