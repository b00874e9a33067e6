/* The top of a definition: keys, headers, errors, prices. */
#include "source/json/definition_impl.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "source/http/limit.h"

static int
read_page_size(struct reading *in, json_t *json, void *to)
{
	int64_t size;

	if (read_count(in, json, &size) == -1)
		return -1;
	*(int *)to = size > 1000000 ? 1000000 : (int)size;
	return 0;
}

int
read_price(struct reading *in, json_t *json, void *to)
{
	static const struct member members[] = {
		{ "call", read_money, offsetof(struct sm_price, call), false },
		{ "post", read_money, offsetof(struct sm_price, post), false },
		{ "page", read_page_size, offsetof(struct sm_price, page),
		    false },
	};

	return definition_object(in, json, MEMBERS(members), to);
}

static int
read_class(struct reading *in, json_t *json, void *to)
{
	static const char *const names[] = { [ERROR_AUTH] = "auth",
	    [ERROR_RIGHT] = "right", [ERROR_GONE] = "gone",
	    [ERROR_RETRY] = "retry", [ERROR_LIMIT] = "limit",
	    [ERROR_POLICY] = "policy", [ERROR_BAD] = "bad",
	    [ERROR_SKIP] = "skip", [ERROR_RESTART] = "restart" };
	int class = definition_choice(in, json, "class of error", names,
	    sizeof(names) / sizeof(names[0]));

	if (class == -1)
		return -1;
	*(enum error_class *)to = (enum error_class)class;
	return 0;
}

static int
read_status(struct reading *in, json_t *json, void *to)
{
	int64_t status;

	if (read_count(in, json, &status) == -1 || status < 200 ||
	    status > 599)
		return definition_fail(in, "expected a status of HTTP, 200 "
		    "to 599");
	*(int *)to = (int)status;
	return 0;
}

static int
add_error(struct reading *in, json_t *json, size_t index, void *arg)
{
	static const struct member members[] = {
		{ "status", read_status, offsetof(struct error_rule, status),
		    false },
		{ "if", read_cond, offsetof(struct error_rule, when), false },
		{ "class", read_class, offsetof(struct error_rule, class),
		    true },
		{ "why", read_text, offsetof(struct error_rule, why), true },
	};
	struct sm_definition *def = arg;
	struct error_rule *rule = &def->errors[index];

	if (definition_object(in, json, MEMBERS(members), rule) == -1)
		return -1;
	return rule->status || rule->when ? 0 : definition_fail(in,
	    "expected 'status', 'if' or both");
}

int
read_errors(struct reading *in, json_t *json, void *to)
{
	struct sm_definition *def = to;

	def->nerrors = json_is_array(json) ? json_array_size(json) : 1;
	if (def->nerrors > DEFINITION_PARTS)
		return definition_fail(in, "more than %d of them",
		    DEFINITION_PARTS);
	def->errors = definition_alloc(in, def->nerrors,
	    sizeof(*def->errors));
	return definition_list(in, json, DEFINITION_PARTS, add_error, def);
}

static int
read_account(struct reading *in, json_t *json, void *to)
{
	static const char *const names[] = { "none", "optional", "needed" };
	int which = definition_choice(in, json, "use of an account", names,
	    3);

	if (which == -1)
		return -1;
	*(bool *)to = which == 2;
	return 0;
}

static int
read_auth(struct reading *in, json_t *json, void *to)
{
	static const char *const names[] = { "basic", "bearer", "header",
	    "query", "url", "oauth2" };
	const char *text = json_string_value(json);

	char *word;

	if (!text)
		return definition_fail(in, "expected a text");
	word = sm_arena_strndup(&in->def->arena, text, strcspn(text, " "));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(word, names[i]) == 0)
			return read_text(in, json, to);
	return definition_unknown(in, "kind of login", word, names,
	    sizeof(names) / sizeof(names[0]));
}

static int
read_limits(struct reading *in, json_t *json, void *to)
{
	const char *names[DEFINITION_PARTS] = { "none" }, *name;
	size_t n = 1;

	while (n < DEFINITION_PARTS && (name = sm_limit_nth(n - 1)))
		names[n++] = name;
	return definition_choice(in, json, "dialect of rate limits", names,
	    n) == -1 ? -1 : read_text(in, json, to);
}

/* "1100ms", or a duration. */
static int
read_pace(struct reading *in, json_t *json, void *to)
{
	const char *s = json_string_value(json);
	int64_t *pace = to, ms;
	char rest;

	if (s && sscanf(s, "%5" SCNd64 "ms%c", &ms, &rest) == 1 &&
	    strstr(s, "ms")) {
		*pace = ms;
		return 0;
	}
	if (read_seconds(in, json, pace) == -1 || *pace > 60)
		return definition_fail(in, "expected a pause between requests "
		    "such as \"1100ms\" or \"2s\", one minute at most");
	*pace *= 1000;
	return 0;
}


static int
add_usual(struct reading *in, json_t *json, size_t index, void *arg)
{
	struct sm_definition *def = arg;
	const char *names[DEFINITION_STREAMS], *name;
	json_t *streams = json_object_get(def->json, "streams"), *value;
	size_t n = 0;

	json_object_foreach(streams, name, value)
		if (n < DEFINITION_STREAMS)
			names[n++] = name;
	if (json_is_object(streams) &&
	    definition_choice(in, json, "stream", names, n) == -1)
		return -1;
	def->usual[index] = json_string_value(json);
	return 0;
}

static int
read_usual(struct reading *in, json_t *json, void *to)
{
	struct sm_definition *def = to;

	def->nusual = json_is_array(json) ? json_array_size(json) : 1;
	if (def->nusual > DEFINITION_STREAMS)
		return definition_fail(in, "more than %d of them",
		    DEFINITION_STREAMS);
	def->usual = definition_alloc(in, def->nusual, sizeof(char *));
	return definition_list(in, json, DEFINITION_STREAMS, add_usual, def);
}

static int
add_own(struct reading *in, json_t *json, size_t index, void *arg)
{
	struct sm_definition *def = arg;

	return read_template(in, json, &def->own[index]);
}

static int
read_own(struct reading *in, json_t *json, void *to)
{
	struct sm_definition *def = to;

	def->nown = json_is_array(json) ? json_array_size(json) : 1;
	if (def->nown > DEFINITION_PARTS)
		return definition_fail(in, "more than %d of them",
		    DEFINITION_PARTS);
	def->own = definition_alloc(in, def->nown, sizeof(*def->own));
	return definition_list(in, json, DEFINITION_PARTS, add_own, def);
}

/* For people who read the file; lines. */
static int
add_line(struct reading *in, json_t *json, size_t index, void *arg)
{
	(void)index;
	return read_text(in, json, arg);
}

static int
read_doc(struct reading *in, json_t *json, void *to)
{
	const char *line;

	(void)to;
	return definition_list(in, json, DEFINITION_PARTS, add_line, &line);
}

/* WHERE of the command line is the value of this key, or the base. */
static int
read_where(struct reading *in, json_t *json, void *to)
{
	const char *names[DEFINITION_KEYS + 1] = { "url" };
	struct sm_definition *def = in->def;
	size_t n = 1;

	for (size_t i = 0; i < def->nkeys; i++)
		names[n++] = def->keys[i].name;
	return definition_choice(in, json, "key", names, n) == -1 ? -1 :
	    read_text(in, json, to);
}

static int
check_name(struct reading *in, json_t *json, void *to)
{
	if (read_text(in, json, to) == -1)
		return -1;
	return strspn(json_string_value(json), "abcdefghijklmnopqrstuvwxyz"
	    "0123456789-_") == json_string_length(json) ? 0 :
	    definition_fail(in, "a name is small letters, digits, '-' and "
	    "'_'");
}

/* What has to be known before the other parts, in this order. */
static int
first(struct reading *in, json_t *json)
{
	static const struct {
		const char *name;
		int (*read)(struct reading *in, json_t *json, void *to);
	} parts[] = { { "keys", read_keys }, { "records", read_records } };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		json_t *part = json_object_get(json, parts[i].name);
		size_t mark = definition_enter(in, parts[i].name);

		if (part && parts[i].read(in, part, in->def) == -1)
			return -1;
		definition_leave(in, mark);
	}
	return 0;
}

static int
passed(struct reading *in, json_t *json, void *to)
{
	(void)in;
	(void)json;
	(void)to;
	return 0;
}

int
definition_top(struct reading *in, json_t *json)
{
#define PART(name, read, what, must) { name, read, \
	offsetof(struct sm_definition, what), must }
	static const struct member members[] = {
		{ "doc", read_doc, 0, false },
		PART("name", check_name, name, true),
		PART("summary", read_text, summary, true),
		PART("channel", check_name, channel, false),
		PART("host", read_template, host, false),
		PART("base", read_template, base, false),
		PART("where", read_where, where, false),
		PART("account", read_account, account, true),
		PART("auth", read_auth, source.auth, false),
		PART("limits", read_limits, limits, false),
		PART("pace", read_pace, pace_ms, false),
		PART("headers", read_fields, headers, false),
		{ "keys", passed, 0, false },
		{ "own", read_own, 0, false },
		{ "default", read_usual, 0, false },
		{ "streams", read_streams, 0, true },
		{ "records", passed, 0, true },
		PART("ok", read_cond, ok, false),
		PART("message", read_value, message, false),
		{ "errors", read_errors, 0, false },
		PART("price", read_price, price, false),
	};
#undef PART

	if (!json_is_object(json))
		return definition_fail(in, "expected an object");
	if (first(in, json) == -1)
		return -1;
	return definition_object(in, json, MEMBERS(members), in->def);
}
