/* Foreign JSON to posts, by the code that makes them of networks' answers. */
#include "source/json/mapping_impl.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "source/emit.h"
#include "source/json/http_json_impl.h"
#include "source/lenient.h"

static int
on_item(const struct sm_place *place, void *arg)
{
	struct http_json *state = arg;
	struct sm_place root = { .value = state->page, .name = "" };
	struct sm_place here = *place;
	struct scope scope;

	/* The document is above what lies in it, as an item is in a page. */
	if (!here.up && here.value != root.value)
		here.up = &root;
	if (++state->items > MAPPING_ITEMS)
		return -1;
	state->number = state->items;
	http_json_scope(state, &scope);
	scope.item = &here;
	if (state->take->when && !cond_holds(state->take->when, &scope))
		return 0;
	return http_json_post(state, state->take->record, &here);
}

static void
take_all(const struct mapping *map, struct http_json *state)
{
	struct sm_place root = { .value = state->page, .name = "" };

	for (size_t i = 0; i < map->ntakes; i++) {
		state->take = &map->takes[i];
		sm_pointer_each(state->take->items, &root, on_item, state);
	}
	if (state->items > MAPPING_ITEMS)
		sm_emit_gap(state->emit, SM_TIME_NONE, SM_TIME_NONE,
		    "a document with more items than are looked at");
}

static int
by_time(const void *a, const void *b)
{
	const struct held *p = a, *q = b;

	if (p->time != q->time)
		return p->time < q->time ? -1 : 1;
	return p->index < q->index ? -1 : p->index > q->index;
}

/* Oldest first. */
static int
emit_held(struct http_json *state, struct sm_err *err)
{
	struct hold *hold = &state->hold;
	int ret = 0;

	if (hold->count > 0)
		qsort(hold->list, hold->count, sizeof(*hold->list), by_time);
	for (size_t i = 0; i < hold->count && ret == 0; i++)
		ret = sm_emit_line(state->emit, hold->lines.data +
		    hold->list[i].from, hold->list[i].len, err);
	return ret;
}

static void
release(struct http_json *state)
{
	free(state->hold.list);
	sm_buf_release(&state->hold.lines);
	for (size_t i = 0; i < HTTP_JSON_OWN; i++)
		sm_buf_release(&state->own_text[i]);
	json_decref(state->vars[VAR_NOW]);
	json_decref(state->vars[VAR_USER]);
	json_decref(state->page);
}

int
mapping_emit(const struct mapping *map, const char *text, size_t len,
    const char *place, struct sm_emit *emit, struct sm_err *err)
{
	struct stream stream = { .name = place };
	struct run run = { .stream = &stream, .since = SM_TIME_NONE };
	struct http_json state = {
		.args = emit->args,
		.def = map->from ? map->from : &map->def,
		.local = place,
		.runs = &run,
		.nruns = 1,
		.turn = { .stream = &stream },
		.emit = emit,
		.seen = map->seen,
		.page = sm_lenient_json(text, len, err),
		.err = err
	};
	int ret;

	if (!state.page)
		return -1;
	state.vars[VAR_NOW] = json_integer(emit->fetched);
	if (emit->args->user)
		state.vars[VAR_USER] = json_string(emit->args->user);
	http_json_own(&state);
	take_all(map, &state);
	ret = emit_held(&state, err);
	release(&state);
	return ret == -1 ? -1 : (int)state.items;
}
