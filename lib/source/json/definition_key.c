/* The keys of a source that are a definition's own. */
#include "source/json/definition_impl.h"

#include <string.h>

#include "record/keys.h"

static int
read_key_type(struct reading *in, json_t *json, void *to)
{
	static const char *const names[] = { "text", "path", "url", "int",
	    "bool", "duration" };	/* as enum sm_conf_type */
	int type = definition_choice(in, json, "type of key", names,
	    sizeof(names) / sizeof(names[0]));

	if (type == -1)
		return -1;
	*(enum sm_conf_type *)to = (enum sm_conf_type)type;
	return 0;
}

static int
add_choice(struct reading *in, json_t *json, size_t index, void *arg)
{
	struct key *key = arg;

	return read_text(in, json, &key->choices[index]);
}

static int
read_choices(struct reading *in, json_t *json, void *to)
{
	struct key *key = to;

	key->nchoices = json_is_array(json) ? json_array_size(json) : 1;
	key->choices = definition_alloc(in, key->nchoices, sizeof(char *));
	return definition_list(in, json, DEFINITION_PARTS, add_choice, key);
}

static int
read_any(struct reading *in, json_t *json, void *to)
{
	json_t **value = to;

	if (!json_is_string(json) && !json_is_integer(json) &&
	    !json_is_boolean(json))
		return definition_fail(in, "expected a text, a number, true "
		    "or false");
	*value = json;
	return 0;
}

static int
read_ask(struct reading *in, json_t *json, void *to)
{
	static const struct member members[] = {
		{ "url", read_template, offsetof(struct key, ask_url), true },
		{ "at", read_value, offsetof(struct key, ask_at), true },
	};

	return definition_object(in, json, MEMBERS(members), to);
}

/* Words that mean something else already. */
static bool
is_taken(const char *name)
{
	for (size_t i = 0; i < VAR_KEYS; i++)
		if (strcmp(definition_vars[i], name) == 0)
			return true;
	for (const struct sm_conf_key *key = sm_keys_base; key->section;
	    key++)
		if (strcmp(key->section, "source") == 0 &&
		    strcmp(key->name, name) == 0)
			return true;
	return strcmp(name, "stream") == 0 || strcmp(name, "set") == 0 ||
	    strcmp(name, "definition") == 0;
}

static int
add_key(struct reading *in, const char *name, json_t *json, size_t index,
    void *arg)
{
#define PART(name, read, what, must) { name, read, \
	offsetof(struct key, what), must }
	static const struct member members[] = {
		PART("help", read_text, help, true),
		PART("default", read_any, other, false),
		PART("required", read_true, required, false),
		PART("repeat", read_true, repeat, false),
		PART("own", read_true, own, false),
		PART("type", read_key_type, type, false),
		{ "choices", read_choices, 0, false },
		{ "ask", read_ask, 0, false },
	};
#undef PART
	struct sm_definition *def = arg;
	struct key *key = &def->keys[index];

	if (strspn(name, "abcdefghijklmnopqrstuvwxyz_") != strlen(name))
		return definition_fail(in, "a key is small letters and '_'");
	if (is_taken(name))
		return definition_fail(in, "the name '%s' is taken", name);
	key->name = name;
	def->nkeys = index + 1;
	return definition_object(in, json, MEMBERS(members), key);
}

int
read_keys(struct reading *in, json_t *json, void *to)
{
	struct sm_definition *def = to;

	def->nkeys = 0;
	if (!def->keys)
		def->keys = definition_alloc(in, DEFINITION_KEYS,
		    sizeof(*def->keys));
	return definition_members(in, json, DEFINITION_KEYS, add_key, def);
}
