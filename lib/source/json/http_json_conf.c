/* What the configuration says about a source that has a definition. */
#include "source/json/http_json_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/opt.h"
#include "base/xalloc.h"
#include "record/keys.h"
#include "source/auth/auth.h"
#include "text/url.h"

/* Where the configuration says it, for complaints; "" by hand. */
const char *
http_json_origin(const struct http_json *state, const char *key)
{
	const struct sm_source_args *args = state->args;
	const char *at = args->conf ? sm_conf_origin(args->conf, "source",
	    args->name, key) : "";

	return *at || !args->conf ? at : sm_conf_origin(args->conf, "source",
	    args->name, "type");
}

static bool
has_key(const struct sm_definition *def, const char *name)
{
	for (size_t i = 0; i < def->nkeys; i++)
		if (strcmp(def->keys[i].name, name) == 0)
			return true;
	return false;
}

static bool
is_known(const struct sm_definition *def, const char *name)
{
	if (has_key(def, name))
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
unknown_key(const struct sm_definition *def, const char *key, const char *at,
    struct sm_err *err)
{
	const char *names[DEFINITION_KEYS + 1] = { "stream" }, *near;
	int n = 1;

	for (size_t i = 0; i < def->nkeys; i++)
		names[n++] = def->keys[i].name;
	near = sm_opt_nearest(key, names, n);
	return sm_err_set(err, SM_EXIT_CONFIG, "%s: a source of type %s "
	    "has no key '%s'%s%s%s", at, def->name, key,
	    near ? "; did you mean '" : "", near ? near : "",
	    near ? "'?" : "");
}

struct look {
	const struct http_json *state;
	struct sm_err *err;
};

/* A key that another kind of source has is none of ours. */
static int
look_at(const char *section, const char *name, const char *key,
    const char *value, const char *at, void *arg)
{
	struct look *look = arg;
	const struct sm_definition *def = look->state->def;
	char *set;
	int ret = 0;

	if (strcmp(section, "source") != 0 || !name ||
	    strcmp(name, look->state->args->name) != 0)
		return 0;
	if (!is_known(def, key))
		return unknown_key(def, key, at, look->err);
	if (strcmp(key, "set") != 0)
		return 0;
	set = sm_xstrndup(value, strcspn(value, "="));
	if (!has_key(def, set))
		ret = unknown_key(def, set, at, look->err);
	free(set);
	return ret;
}

/* The server: url = ..., WHERE by hand, or what the definition says. */
static int
find_base(struct http_json *state, struct sm_err *err)
{
	const struct sm_source_args *args = state->args;
	const char *base = args->conf ? sm_conf_str(args->conf, "source",
	    args->name, "url") : NULL;
	struct scope scope = { .vars = state->vars };
	struct sm_url url;
	bool by_hand = !args->conf && args->where && (!state->def->where ||
	    strcmp(state->def->where, "url") == 0);

	if (by_hand)
		base = args->where;
	if (args->conf && sm_conf_str(args->conf, "source", args->name,
	    "path"))
		state->local = args->where;
	if (base && (strncmp(base, "file:", 5) == 0 ||
	    strcmp(base, "-") == 0)) {
		state->local = args->where;
		base = args->base;
	}
	sm_buf_clear(&state->base);
	if (base)
		sm_buf_adds(&state->base, base);
	else if (state->def->base)
		expr_text(state->def->base, &scope, &state->base);
	while (state->base.len > 0 &&
	    state->base.data[state->base.len - 1] == '/')
		sm_buf_cut(&state->base, state->base.len - 1);
	if (sm_url_split(sm_buf_str(&state->base), state->base.len, &url) ==
	    -1)
		return state->local ? 0 : sm_err_set(err, SM_EXIT_CONFIG,
		    "%s%ssource '%s' needs url = http(s)://... (the server)",
		    http_json_origin(state, "url"), args->conf ? ": " : "",
		    args->name);
	http_json_var(state, VAR_BASE, json_string(state->base.data));
	http_json_var(state, VAR_HOST, json_stringn(url.host, url.host_len));
	return 0;
}

int
http_json_account(const struct http_json *state, struct sm_err *err)
{
	const struct sm_source_args *args = state->args;

	if (!state->def->account || args->account || state->local)
		return 0;
	return sm_err_set(err, args->conf ? SM_EXIT_CONFIG : SM_EXIT_USAGE,
	    "%s%s%s needs account = ... of the configuration: it does not "
	    "answer without a login", http_json_origin(state, "account"),
	    args->conf ? ": " : "", state->def->name);
}

int
http_json_keys(struct http_json *state, struct sm_err *err)
{
	const struct sm_source_args *args = state->args;
	struct look look = { .state = state, .err = err };
	const char *user = sm_auth_user(args->auth);

	if (args->conf && sm_conf_each(args->conf, look_at, &look) == -1)
		return -1;
	http_json_var(state, VAR_NOW, json_integer(sm_clock_now()));
	if (user)
		http_json_var(state, VAR_USER, json_string(user));
	if (sm_auth_id(args->auth))
		http_json_var(state, VAR_ID,
		    json_string(sm_auth_id(args->auth)));
	if (sm_auth_token(args->auth))
		http_json_var(state, VAR_SECRET,
		    json_string(sm_auth_token(args->auth)));
	for (size_t i = 0; i < state->def->nkeys; i++)
		if (http_json_read_key(state, i, err) == -1)
			return -1;
	return find_base(state, err);
}

static void
add_own(struct http_json *state, const char *text)
{
	if (!text || !*text || state->nown == HTTP_JSON_OWN)
		return;
	sm_buf_adds(&state->own_text[state->nown], text);
	state->own[state->nown] = state->own_text[state->nown].data;
	state->nown++;
}

static void
add_own_value(struct http_json *state, json_t *value)
{
	struct sm_buf text = SM_BUF_INIT;
	json_t *element;
	size_t i;

	json_array_foreach(value, i, element)
		add_own_value(state, element);
	if (value && value_text(value, &text))
		add_own(state, text.data);
	sm_buf_release(&text);
}

void
http_json_own(struct http_json *state)
{
	const struct sm_definition *def = state->def;
	struct scope scope = { .vars = state->vars };

	for (size_t i = 0; i < state->nown; i++)
		sm_buf_clear(&state->own_text[i]);
	state->nown = 0;
	for (const char *const *own = state->args->own; own && *own; own++)
		add_own(state, *own);
	add_own(state, sm_auth_user(state->args->auth));
	add_own(state, sm_auth_id(state->args->auth));
	for (size_t i = 0; i < def->nkeys; i++)
		if (def->keys[i].own)
			add_own_value(state, state->vars[VAR_KEYS + i]);
	for (size_t i = 0; i < def->nown; i++) {
		json_t *value = expr_value(def->own[i], &scope);

		add_own_value(state, value);
		json_decref(value);
	}
	state->own[state->nown] = NULL;
}

static const struct stream *
find_stream(const struct http_json *state, const char *name,
    struct sm_err *err)
{
	const struct sm_definition *def = state->def;
	const char *names[DEFINITION_STREAMS], *near;
	int n = 0;

	for (size_t i = 0; i < def->nstreams; i++) {
		if (def->streams[i].child)
			continue;
		names[n++] = def->streams[i].name;
		if (strcmp(def->streams[i].name, name) == 0)
			return &def->streams[i];
	}
	near = sm_opt_nearest(name, names, n);
	sm_err_set(err, SM_EXIT_CONFIG, "%s: %s has no stream '%s'%s%s%s",
	    http_json_origin(state, "stream"), def->name, name,
	    near ? "; did you mean '" : "", near ? near : "",
	    near ? "'?" : "");
	return NULL;
}

static int
add_run(struct http_json *state, const struct stream *stream, json_t *each,
    struct sm_err *err)
{
	struct sm_buf name = SM_BUF_INIT;
	struct run *run = &state->runs[state->nruns];

	if (state->nruns == HTTP_JSON_RUNS)
		return sm_err_set(err, SM_EXIT_CONFIG, "%s: more than %d "
		    "things to ask for: make two sources of it",
		    http_json_origin(state, "type"), HTTP_JSON_RUNS);
	sm_buf_adds(&name, stream->name);
	if (each) {
		sm_buf_addc(&name, ' ');
		value_text(each, &name);
	}
	run->stream = stream;
	run->each = json_incref(each);
	run->name = sm_buf_take(&name);
	run->time = run->peak_time = SM_TIME_NONE;
	run->since = state->args->window;
	state->nruns++;
	return 0;
}

static int
add_stream(struct http_json *state, const char *name, struct sm_err *err)
{
	const struct stream *stream = find_stream(state, name, err);
	const struct key *key;
	json_t *values, *value;
	size_t i;

	if (!stream)
		return -1;
	if (!stream->each_name)
		return add_run(state, stream, NULL, err);
	key = &state->def->keys[stream->each - VAR_KEYS];
	values = state->vars[stream->each];
	if (!values || (json_is_array(values) &&
	    json_array_size(values) == 0))
		return sm_err_set(err, SM_EXIT_CONFIG, "%s%ssource '%s' needs "
		    "%s = ... (%s)", http_json_origin(state, key->name),
		    state->args->conf ? ": " : "", state->args->name,
		    key->name, key->help);
	if (!json_is_array(values))
		return add_run(state, stream, values, err);
	json_array_foreach(values, i, value)
		if (add_run(state, stream, value, err) == -1)
			return -1;
	return 0;
}

int
http_json_runs(struct http_json *state, struct sm_err *err)
{
	const struct sm_source_args *args = state->args;
	const char *name = NULL;
	size_t i = 0;

	state->runs = sm_xcalloc(HTTP_JSON_RUNS, sizeof(*state->runs));
	if (state->local)
		return add_run(state, &state->def->streams[0], NULL, err);
	for (; args->conf && (name = sm_conf_nth(args->conf, "source",
	    args->name, "stream", i)); i++)
		if (add_stream(state, name, err) == -1)
			return -1;
	for (size_t j = 0; i == 0 && j < state->def->nusual; j++)
		if (add_stream(state, state->def->usual[j], err) == -1)
			return -1;
	return 0;
}
