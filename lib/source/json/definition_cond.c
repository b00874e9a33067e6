/* Conditions. */
#include "source/json/definition_impl.h"

#include <string.h>

#include "base/err.h"

struct parsed {
	struct expr *at;
	struct expr **values;
	struct cond **parts;
	size_t count;
	struct cond *not;
};

static int
add_value(struct reading *in, json_t *json, size_t index, void *arg)
{
	struct parsed *got = arg;

	return read_template(in, json, &got->values[index]);
}

static size_t
size_of(json_t *json)
{
	return json_is_array(json) ? json_array_size(json) : 1;
}

static int
read_values(struct reading *in, json_t *json, void *to)
{
	struct parsed *got = to;

	got->count = size_of(json);
	got->values = definition_alloc(in, got->count, sizeof(*got->values));
	return definition_list(in, json, 256, add_value, got);
}

/* A number to compare with is a value like any other. */
static int
read_bound(struct reading *in, json_t *json, void *to)
{
	struct parsed *got = to;

	got->count = 1;
	got->values = definition_alloc(in, 1, sizeof(*got->values));
	return read_value(in, json, got->values);
}

static int
add_cond(struct reading *in, json_t *json, size_t index, void *arg)
{
	struct parsed *got = arg;

	return read_cond(in, json, &got->parts[index]);
}

static int
read_conds(struct reading *in, json_t *json, void *to)
{
	struct parsed *got = to;

	got->count = size_of(json);
	got->parts = definition_alloc(in, got->count, sizeof(*got->parts));
	return definition_list(in, json, DEFINITION_PARTS, add_cond, got);
}

static int
compare(struct reading *in, json_t *json, struct cond *cond)
{
	static const struct {
		const char *name;
		enum cond_kind kind;
	} kinds[] = {
		{ "is", COND_IS }, { "has", COND_HAS },
		{ "starts", COND_STARTS }, { "above", COND_ABOVE },
		{ "below", COND_BELOW }
	};
	static const struct member members[] = {
		{ "at", read_value, offsetof(struct parsed, at), true },
		{ "is", read_values, 0, false },
		{ "has", read_values, 0, false },
		{ "starts", read_values, 0, false },
		{ "above", read_bound, 0, false },
		{ "below", read_bound, 0, false },
	};
	struct parsed got = { .at = NULL };

	if (definition_object(in, json, MEMBERS(members), &got) == -1)
		return -1;
	if (json_object_size(json) != 2)
		return definition_fail(in, "beside 'at' there has to be one "
		    "of is, has, starts, above, below");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (json_object_get(json, kinds[i].name))
			cond->kind = kinds[i].kind;
	cond->at = got.at;
	cond->values = got.values;
	cond->count = got.count;
	return 0;
}

static int
combine(struct reading *in, json_t *json, struct cond *cond)
{
	static const struct member members[] = {
		{ "all", read_conds, 0, false },
		{ "any", read_conds, 0, false },
		{ "not", read_conds, 0, false },
	};
	struct parsed got = { .at = NULL };

	if (definition_object(in, json, MEMBERS(members), &got) == -1)
		return -1;
	if (json_object_size(json) != 1)
		return definition_fail(in, "expected 'at' with a comparison, "
		    "or one of all, any, not");
	cond->kind = json_object_get(json, "all") ? COND_ALL :
	    json_object_get(json, "any") ? COND_ANY : COND_NOT;
	cond->parts = got.parts;
	cond->count = got.count;
	return 0;
}

static int
read_it(struct reading *in, json_t *json, struct cond *cond)
{
	struct parsed got = { .at = NULL };

	if (json_is_object(json))
		return json_object_get(json, "at") ?
		    compare(in, json, cond) : combine(in, json, cond);
	if (!json_is_array(json))
		return read_value(in, json, &cond->at);
	if (read_conds(in, json, &got) == -1)
		return -1;
	cond->kind = COND_ALL;
	cond->parts = got.parts;
	cond->count = got.count;
	return 0;
}

int
read_cond(struct reading *in, json_t *json, void *to)
{
	struct cond **cond = to;
	int ret;

	*cond = definition_alloc(in, 1, sizeof(**cond));
	if (++in->depth > DEFINITION_DEPTH)
		return definition_fail(in, "nested deeper than %d levels",
		    DEFINITION_DEPTH);
	ret = read_it(in, json, *cond);
	in->depth--;
	return ret;
}
