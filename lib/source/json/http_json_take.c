/* Answers taken apart, page by page, and handed on in order. */
#include "source/json/http_json_impl.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/xalloc.h"

static struct run *
run_of(struct http_json *state)
{
	return &state->runs[state->now];
}

/* The id by which a stream goes on, as text; "" where there is none. */
static void
id_of(const struct expr *expr, const struct scope *scope, struct sm_buf *out)
{
	sm_buf_clear(out);
	if (expr && (!expr_text(expr, scope, out) ||
	    out->len > HTTP_JSON_ID))
		sm_buf_clear(out);
}

/* How far this item would bring us; false: we have been there. */
static bool
note_place(struct http_json *state, const struct scope *scope)
{
	struct run *run = run_of(state);
	const struct resume *resume = &run->stream->resume;
	struct sm_buf id = SM_BUF_INIT;
	json_t *value;
	int64_t time;
	bool fresh = true;

	if (state->turn.parent)
		return true;
	if (resume->kind == RESUME_TIME &&
	    (value = expr_value(resume->at, scope)) &&
	    (value = value_time(value, 0))) {
		time = json_integer_value(value);
		json_decref(value);
		/* A clock that is wrong may not make us miss what is to come */
		if (time <= state->emit->fetched && time > run->peak_time)
			run->peak_time = time;
		fresh = run->since == SM_TIME_NONE || time >= run->since;
	} else if (resume->kind == RESUME_ID || resume->kind == RESUME_ACK) {
		id_of(resume->at, scope, &id);
		if (id.len > 0 && (!run->peak_id ||
		    id_compare(id.data, run->peak_id) > 0))
			http_json_text(&run->peak_id, id.data);
		fresh = id.len == 0 || !run->after ||
		    id_compare(id.data, run->after) > 0;
	}
	sm_buf_release(&id);
	return fresh;
}

static void
note_lowest(struct http_json *state, const struct scope *scope)
{
	const struct paging *page = &state->turn.stream->page;
	struct sm_buf id = SM_BUF_INIT;

	if (page->kind != PAGE_BELOW)
		return;
	id_of(page->id, scope, &id);
	if (id.len > 0 && (state->lowest.len == 0 ||
	    id_compare(id.data, state->lowest.data) < 0)) {
		sm_buf_clear(&state->lowest);
		sm_buf_adds(&state->lowest, id.data);
	}
	sm_buf_release(&id);
}

static int
take_item(const struct sm_place *place, void *arg)
{
	struct http_json *state = arg;
	const struct take *take = state->take;
	struct scope scope;

	if (state->items == HTTP_JSON_ITEMS ||
	    state->hold.count == HTTP_JSON_HELD ||
	    state->hold.lines.len > HTTP_JSON_HELD_BYTES) {
		sm_emit_gap(state->emit, SM_TIME_NONE, SM_TIME_NONE,
		    "more than can be kept in mind at once");
		return -1;
	}
	state->items++;
	state->number++;
	http_json_scope(state, &scope);
	scope.item = place;
	note_lowest(state, &scope);
	if (!note_place(state, &scope))
		return 0;
	if (take->when && !cond_holds(take->when, &scope)) {
		state->young++;
		return 0;
	}
	return http_json_post(state, take->record, place);
}

/* Whether what follows from this thing changed since it was last asked. */
static bool
has_changed(struct http_json *state, const struct scope *scope,
    struct child *child)
{
	const struct then *then = state->then;
	struct sm_buf text = SM_BUF_INIT;
	struct sm_seen *seen = state->seen;
	bool changed;

	if (!then->changed)
		return true;
	if (!expr_text(then->changed, scope, &text)) {
		sm_buf_release(&text);
		return false;
	}
	/* The value names the thing and its state: "id count". */
	child->thing = sm_hash(sm_buf_str(&text), text.len);
	child->rev = child->thing;
	changed = sm_seen_when(seen, child->thing) == 0;
	sm_buf_release(&text);
	return changed;
}

static int
follow_item(const struct sm_place *place, void *arg)
{
	struct http_json *state = arg;
	struct run *run = run_of(state);
	struct child child = { .then = state->then };
	struct scope scope;
	size_t same = 0;

	http_json_scope(state, &scope);
	scope.item = place;
	if ((state->then->when && !cond_holds(state->then->when, &scope)) ||
	    !has_changed(state, &scope, &child))
		return 0;
	for (size_t i = 0; i < run->nchildren; i++)
		same += run->children[i].then == state->then;
	if (same >= (size_t)state->then->most ||
	    run->nchildren == HTTP_JSON_CHILDREN) {
		sm_emit_gap(state->emit, SM_TIME_NONE, SM_TIME_NONE,
		    "more to follow up than one run asks for");
		return -1;
	}
	child.value = json_incref(place->value);
	child.name = sm_xstrdup(place->name ? place->name : "");
	run->children = sm_xgrow(run->children, &run->room,
	    run->nchildren + 1, sizeof(*run->children));
	run->children[run->nchildren++] = child;
	return 0;
}

/* What the page as a whole says about where to go on. */
static void
note_page(struct http_json *state)
{
	struct run *run = run_of(state);
	const struct resume *resume = &run->stream->resume;
	struct sm_place item = { .value = state->page, .name = "" };
	struct sm_buf id = SM_BUF_INIT;
	struct scope scope;
	json_t *token;

	if (state->turn.parent)
		return;
	http_json_scope(state, &scope);
	scope.item = &item;
	if (resume->newest && !run->newest) {
		id_of(resume->newest, &scope, &id);
		if (id.len > 0)
			http_json_text(&run->newest, id.data);
	}
	token = resume->kind == RESUME_TOKEN ?
	    expr_value(resume->at, &scope) : NULL;
	if (json_is_string(token) && json_string_length(token) >
	    HTTP_JSON_TOKEN) {
		json_decref(token);
		token = NULL;
	}
	if (token) {
		json_decref(run->peak_token);
		run->peak_token = token;
	}
	sm_buf_release(&id);
}

static void
take_page(struct http_json *state)
{
	const struct stream *stream = state->turn.stream;
	struct sm_place page = { .value = state->page, .name = "" };

	state->items = state->fresh = state->young = state->number = 0;
	sm_buf_clear(&state->lowest);
	for (size_t i = 0; state->page && i < stream->ntakes; i++) {
		state->take = &stream->takes[i];
		state->number = 0;
		sm_pointer_each(stream->takes[i].items, &page, take_item,
		    state);
	}
	for (size_t i = 0; state->page && i < stream->nthens; i++) {
		state->then = &stream->thens[i];
		sm_pointer_each(stream->thens[i].items, &page, follow_item,
		    state);
	}
	if (state->page)
		note_page(state);
	sm_emit_paid(state->emit, (int64_t)state->items);
}

static int
take_key(struct http_json *state, struct sm_err *err)
{
	const struct key *key = &state->def->keys[state->asking];
	struct sm_place item = { .value = state->page, .name = "" };
	struct scope scope;
	json_t *value;

	http_json_scope(state, &scope);
	scope.item = &item;
	value = state->page ? expr_value(key->ask_at, &scope) : NULL;
	if (!value || (json_is_string(value) && json_string_length(value) >
	    HTTP_JSON_ID) || json_is_object(value) || json_is_array(value)) {
		json_decref(value);
		return sm_err_set(err, SM_EXIT_DATA, "the network did not say "
		    "what %s is: set it in the configuration", key->name);
	}
	json_object_set(state->facts, key->name, value);
	http_json_var(state, VAR_KEYS + state->asking, value);
	http_json_own(state);
	return 0;
}

static int
take(struct http_json *state, const struct sm_response *res,
    struct sm_err *err)
{
	enum error_class class;
	int ret = http_json_check(state, res, &class, err);

	if (state->asking < state->def->nkeys)
		return ret == -1 ? -1 : take_key(state, err);
	if (ret == -1)
		return http_json_give_up(state, class, err);
	if (ret == 1) {	/* passed over: an empty page, and the last */
		json_decref(state->page);
		state->page = NULL;
	}
	take_page(state);
	if (ret == 1)
		state->turn.more = false;
	else
		return http_json_go_on(state, res, err);
	return http_json_next_child(state) ? 0 :
	    http_json_end_run(state, true, err);
}

int
http_json_take(struct http_json *state, const struct sm_response *res,
    struct sm_err *err)
{
	int ret = take(state, res, err);

	json_decref(state->page);
	state->page = NULL;
	sm_buf_clear(&state->body);
	return ret;
}
