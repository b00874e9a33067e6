#include "source/json/http_json.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "record/json.h"
#include "source/json/definition.h"
#include "source/json/http_json_impl.h"

static void
http_json_close(void *arg)
{
	struct http_json *state = arg;

	for (size_t i = 0; i < DEFINITION_VARS; i++)
		json_decref(state->vars[i]);
	for (size_t i = 0; i < state->nruns; i++) {
		struct run *run = &state->runs[i];

		for (size_t j = 0; j < run->nchildren; j++) {
			json_decref(run->children[j].value);
			free(run->children[j].name);
		}
		free(run->children);
		free(run->name);
		free(run->after);
		free(run->peak_id);
		free(run->newest);
		json_decref(run->each);
		json_decref(run->token);
		json_decref(run->peak_token);
	}
	free(state->runs);
	for (size_t i = 0; i < HTTP_JSON_OWN; i++)
		sm_buf_release(&state->own_text[i]);
	json_decref(state->facts);
	json_decref(state->turn.page);
	json_decref(state->page);
	sm_buf_release(&state->turn.next);
	sm_buf_release(&state->hold.lines);
	free(state->hold.list);
	sm_buf_release(&state->body);
	sm_buf_release(&state->url);
	sm_buf_release(&state->base);
	sm_buf_release(&state->lowest);
	sm_seen_free(state->seen);
	free(state);
}

/* Where a stream ended last time. */
static void
restore_run(struct run *run, const json_t *places)
{
	const json_t *place = json_object_get(places, run->name);
	const json_t *time = json_object_get(place, "time");
	const json_t *after = json_object_get(place, "after");
	json_t *token = json_object_get(place, "token");

	run->first = place == NULL;
	if (json_is_integer(time)) {
		run->time = json_integer_value(time);
		run->since = run->time - run->stream->resume.overlap_s;
	}
	if (json_is_string(after) &&
	    json_string_length(after) <= HTTP_JSON_ID)
		run->after = sm_xstrdup(json_string_value(after));
	run->token = json_incref(token);
}

static void
restore(struct http_json *state, const json_t *cursor)
{
	const json_t *places = json_object_get(cursor, "at");
	const json_t *seen = json_object_get(cursor, "seen");

	for (size_t i = 0; i < state->nruns; i++) {
		restore_run(&state->runs[i], places);
		if (!state->runs[i].first)
			state->known = true;
	}
	if (json_is_string(seen))
		sm_seen_read(state->seen, json_string_value(seen),
		    json_string_length(seen));
}

static int
begin(struct http_json *state, struct sm_err *err)
{
	const char *text = state->args->cursor;
	json_t *cursor = text ? json_loads(text, 0, NULL) : NULL;
	json_t *facts = json_object_get(cursor, "facts");
	int ret = -1;

	state->facts = json_is_object(facts) ? json_incref(facts) :
	    json_object();
	state->seen = sm_seen_new();
	if (http_json_keys(state, err) == 0 &&
	    http_json_runs(state, err) == 0) {
		restore(state, cursor);
		http_json_own(state);
		http_json_begin_run(state);
		ret = 0;
	}
	json_decref(cursor);
	return ret;
}

static const struct sm_definition *
definition_for(const struct sm_source_args *args, struct sm_err *err)
{
	const struct sm_source *source = NULL;
	char *path;

	if (args->type && strcmp(args->type, "http-json") != 0)
		source = sm_definition_find(args->type);
	else if (args->conf) {
		path = sm_conf_path(args->conf, "source", args->name,
		    "definition");
		if (path)
			source = sm_definition_file(path, err);
		else
			sm_err_set(err, SM_EXIT_CONFIG, "%s: source '%s' needs "
			    "definition = FILE", sm_conf_origin(args->conf,
			    "source", args->name, "type"), args->name);
		free(path);
	} else if (args->where)
		source = sm_definition_file(args->where, err);
	return source ? sm_definition_of(source) : NULL;
}

static void *
http_json_open(const struct sm_source_args *args, struct sm_err *err)
{
	const struct sm_definition *def = definition_for(args, err);
	struct http_json *state;

	if (!def)
		return NULL;
	if (sm_definition_broken(def)) {
		sm_err_set(err, SM_EXIT_CONFIG, "%s",
		    sm_definition_broken(def));
		return NULL;
	}
	state = sm_xcalloc(1, sizeof(*state));
	state->args = args;
	state->def = def;
	if (begin(state, err) == 0)
		return state;
	http_json_close(state);
	return NULL;
}

/* A key whose value only the network knows, and that is needed. */
static bool
has_to_ask(struct http_json *state)
{
	const struct sm_definition *def = state->def;

	for (; state->asking < def->nkeys; state->asking++)
		if (def->keys[state->asking].ask_url && !state->local &&
		    !state->vars[VAR_KEYS + state->asking])
			return true;
	return false;
}

static int
http_json_request(void *arg, struct sm_request *req, struct sm_err *err)
{
	struct http_json *state = arg;

	if (http_json_account(state, err) == -1)
		return -1;
	if (has_to_ask(state))
		return http_json_ask_key(state, req, err);
	if (state->now < state->nruns &&
	    !(state->emit && sm_emit_full(state->emit)))
		return http_json_ask(state, req, err);
	if (!state->has_failed)
		return 0;
	*err = state->failed;
	return -1;
}

static int
http_json_begin(void *arg, const struct sm_response *res, struct sm_err *err)
{
	struct http_json *state = arg;

	sm_buf_clear(&state->body);
	return sm_response_check_json(res, err);
}

static int
http_json_body(void *arg, const char *data, size_t len, struct sm_emit *emit,
    struct sm_err *err)
{
	struct http_json *state = arg;

	(void)emit;
	if (len > HTTP_JSON_BODY - state->body.len)
		return sm_err_set(err, SM_EXIT_DATA, "an answer of more than "
		    "%d bytes", HTTP_JSON_BODY);
	sm_buf_add(&state->body, data, len);
	return 0;
}

static int
http_json_response(void *arg, const struct sm_response *res,
    struct sm_emit *emit, struct sm_err *err)
{
	struct http_json *state = arg;

	state->emit = emit;
	return http_json_take(state, res, err);
}

static void
write_run(const struct run *run, struct sm_buf *out)
{
	char *token;

	sm_json_open(out, run->name, '{');
	if (run->time != SM_TIME_NONE)
		sm_json_int(out, "time", run->time);
	if (run->after)
		sm_json_strz(out, "after", run->after);
	token = run->token ? json_dumps(run->token, JSON_COMPACT |
	    JSON_ENCODE_ANY) : NULL;
	if (token)
		sm_json_raw(out, "token", token, strlen(token));
	free(token);
	sm_json_close(out, '}');
}

static void
http_json_cursor(const void *arg, struct sm_buf *out)
{
	const struct http_json *state = arg;
	struct sm_buf seen = SM_BUF_INIT;
	char *facts;

	if (!state->known && sm_seen_clock(state->seen) == 0 &&
	    json_object_size(state->facts) == 0)
		return;
	sm_json_open(out, NULL, '{');
	facts = json_object_size(state->facts) > 0 ?
	    json_dumps(state->facts, JSON_COMPACT) : NULL;
	if (facts)
		sm_json_raw(out, "facts", facts, strlen(facts));
	free(facts);
	sm_json_open(out, "at", '{');
	for (size_t i = 0; i < state->nruns; i++)
		if (!state->runs[i].first)
			write_run(&state->runs[i], out);
	sm_json_close(out, '}');
	sm_seen_write(state->seen, &seen);
	sm_json_str(out, "seen", sm_buf_str(&seen), seen.len);
	sm_json_close(out, '}');
	sm_buf_release(&seen);
}

static void
http_json_price(const void *arg, struct sm_price *price)
{
	const struct http_json *state = arg;
	const struct stream *stream = state->turn.stream;

	*price = stream && stream->price ? *stream->price : state->def->price;
}

static void
http_json_explain(const void *arg, struct sm_buf *out)
{
	const struct http_json *state = arg;

	sm_definition_explain(state->def, out);
}

void
http_json_source(struct sm_source *source)
{
	source->anywhere = true;
	source->open = http_json_open;
	source->request = http_json_request;
	source->begin = http_json_begin;
	source->body = http_json_body;
	source->response = http_json_response;
	source->cursor = http_json_cursor;
	source->price = http_json_price;
	source->explain = http_json_explain;
	source->close = http_json_close;
}

static const struct sm_conf_key keys[] = {
	{ .section = "source", .name = "definition", .type = SM_CONF_PATH,
	  .named = true, .help = "the file of the definition" },
	{ .section = "source", .name = "set", .type = SM_CONF_TEXT,
	  .repeat = true, .named = true,
	  .help = "NAME=VALUE: one of the definition's own keys" },
	{ .section = "source", .name = "stream", .type = SM_CONF_TEXT,
	  .repeat = true, .named = true,
	  .help = "what to ask the network for, see sm-sources(7)" },
	{ .section = NULL }
};

const struct sm_source sm_source_http_json = {
	.name = "http-json",
	.summary = "any JSON over HTTP, by a definition of your own: FILE",
	.keys = keys,
	.anywhere = true,
	.open = http_json_open,
	.request = http_json_request,
	.begin = http_json_begin,
	.body = http_json_body,
	.response = http_json_response,
	.cursor = http_json_cursor,
	.price = http_json_price,
	.explain = http_json_explain,
	.close = http_json_close,
};
