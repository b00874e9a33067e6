/* The values of a definition's own keys. */
#include "source/json/http_json_impl.h"

#include <stdlib.h>
#include <string.h>

static int
check_choice(const struct http_json *state, const struct key *key,
    const char *text, struct sm_err *err)
{
	struct sm_buf list = SM_BUF_INIT;
	int ret = 0;

	for (size_t i = 0; i < key->nchoices; i++)
		if (strcmp(key->choices[i], text) == 0)
			return 0;
	for (size_t i = 0; i < key->nchoices; i++)
		sm_buf_addf(&list, "%s%s", i ? ", " : "", key->choices[i]);
	if (key->nchoices > 0)
		ret = sm_err_set(err, SM_EXIT_CONFIG, "%s: %s is '%s', "
		    "expected one of: %s", http_json_origin(state, key->name),
		    key->name, text, sm_buf_str(&list));
	sm_buf_release(&list);
	return ret;
}

static bool
is_one_of(const char *text, const char *const words[4])
{
	for (size_t i = 0; i < 4; i++)
		if (strcmp(words[i], text) == 0)
			return true;
	return false;
}

/* A value as its key's type says, or NULL. */
static json_t *
parsed(const struct key *key, const char *text)
{
	static const char *const yes[] = { "true", "yes", "on", "1" };
	static const char *const no[] = { "false", "no", "off", "0" };
	int64_t number;
	char *end;

	switch (key->type) {
	case SM_CONF_INT:
		number = strtoll(text, &end, 10);
		return *end || end == text ? NULL : json_integer(number);
	case SM_CONF_BOOL:
		return is_one_of(text, yes) ? json_true() :
		    is_one_of(text, no) ? json_false() : NULL;
	case SM_CONF_DURATION:
		return sm_duration_parse(text, strlen(text), &number) == 0 ?
		    json_integer(number) : NULL;
	default:
		return json_string(text);
	}
}

/* Adds a value to the list; -1 and err where it is none for this key. */
static int
add_value(const struct http_json *state, const struct key *key,
    const char *text, json_t *list, struct sm_err *err)
{
	static const char *const wants[] = { [SM_CONF_INT] = "a whole number",
	    [SM_CONF_BOOL] = "true or false",
	    [SM_CONF_DURATION] = "a duration such as 15m or 2d" };
	json_t *value = parsed(key, text);

	if (!value)
		return sm_err_set(err, SM_EXIT_CONFIG, "%s: %s is '%s', "
		    "expected %s", http_json_origin(state, key->name),
		    key->name, text, wants[key->type]);
	json_array_append_new(list, value);
	return check_choice(state, key, text, err);
}

/* "NAME=VALUE" of type = http-json; the index-th with that name. */
static const char *
nth_set(const struct sm_source_args *args, const char *key, size_t index)
{
	size_t len = strlen(key);
	const char *text;

	for (size_t i = 0; (text = sm_conf_nth(args->conf, "source",
	    args->name, "set", i)); i++)
		if (strncmp(text, key, len) == 0 && text[len] == '=' &&
		    index-- == 0)
			return text + len + 1;
	return NULL;
}

static const char *
nth_value(const struct http_json *state, const struct key *key, size_t index)
{
	const struct sm_source_args *args = state->args;
	const char *text;

	if (!args->conf)
		return index == 0 && state->def->where && args->where &&
		    strcmp(state->def->where, key->name) == 0 ?
		    args->where : NULL;
	text = sm_conf_nth(args->conf, "source", args->name, key->name,
	    index);
	return text ? text : nth_set(args, key->name, index);
}

/* All values of a key: the value, or an array where it may be repeated. */
int
http_json_read_key(struct http_json *state, size_t i, struct sm_err *err)
{
	const struct key *key = &state->def->keys[i];
	json_t *list = json_array(), *fact;
	const char *text;
	size_t n = 0;

	for (; (text = nth_value(state, key, n)); n++) {
		if (add_value(state, key, text, list, err) == -1) {
			json_decref(list);
			return -1;
		}
	}
	fact = json_object_get(state->facts, key->name);
	if (n == 0 && key->other)
		json_array_append(list, key->other);
	else if (n == 0 && key->ask_url && fact)
		json_array_append(list, fact);
	else if (n == 0 && key->required) {
		json_decref(list);
		return sm_err_set(err, SM_EXIT_CONFIG, "%s%ssource '%s' needs "
		    "%s = ... (%s)", http_json_origin(state, key->name),
		    state->args->conf ? ": " : "", state->args->name,
		    key->name, key->help);
	}
	if (key->repeat)
		http_json_var(state, VAR_KEYS + i, list);
	else {
		http_json_var(state, VAR_KEYS + i, json_incref(
		    json_array_get(list, json_array_size(list) - 1)));
		json_decref(list);
	}
	return 0;
}
