/* Streams one after the other, each with all of its pages. */
#include "source/json/http_json_impl.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/xalloc.h"

static struct run *
run_of(struct http_json *state)
{
	return &state->runs[state->now];
}

void
http_json_text(char **to, const char *text)
{
	free(*to);
	*to = text ? sm_xstrdup(text) : NULL;
}

static void
begin_turn(struct http_json *state, const struct stream *stream,
    const struct sm_place *parent)
{
	struct turn *turn = &state->turn;

	json_decref(turn->page);
	sm_buf_clear(&turn->next);
	turn->stream = stream;
	turn->parent = parent;
	turn->pages = 0;
	turn->number = stream->page.first;
	turn->page = stream->page.kind == PAGE_NUMBER ||
	    stream->page.kind == PAGE_OFFSET ?
	    json_integer(turn->number) : NULL;
	turn->cursor = turn->answer = 0;
	turn->empty = 0;
	turn->more = true;
}

void
http_json_begin_run(struct http_json *state)
{
	if (state->now < state->nruns)
		begin_turn(state, run_of(state)->stream, NULL);
}

/* All of it is out: next time we go on from here. */
static void
move_on(struct run *run)
{
	if (run->peak_time > run->time)
		run->time = run->peak_time;
	if (run->newest && (!run->peak_id ||
	    id_compare(run->newest, run->peak_id) > 0))
		http_json_text(&run->peak_id, run->newest);
	if (run->peak_id && (!run->after ||
	    id_compare(run->peak_id, run->after) > 0))
		http_json_text(&run->after, run->peak_id);
	if (run->peak_token) {
		json_decref(run->token);
		run->token = json_incref(run->peak_token);
	}
}

static void
remember_children(struct http_json *state)
{
	struct run *run = run_of(state);

	for (size_t i = 0; i < run->nchildren; i++)
		if (run->children[i].thing)
			sm_seen_meet(state->seen, run->children[i].thing,
			    run->children[i].rev, NULL);
}

int
http_json_end_run(struct http_json *state, bool whole, struct sm_err *err)
{
	struct run *run = run_of(state);

	if (http_json_release(state, err) == -1)
		return -1;
	if (whole && !run->cut) {
		move_on(run);
		remember_children(state);
		run->first = false;
		state->known = true;
	}
	state->now++;
	http_json_begin_run(state);
	return 0;
}

/* The next stream that follows from the one just read; false: none is left. */
bool
http_json_next_child(struct http_json *state)
{
	struct run *run = run_of(state);
	const struct child *child;

	if (run->child == run->nchildren)
		return false;
	child = &run->children[run->child++];
	run->parent = (struct sm_place){ .value = child->value,
	    .name = child->name };
	begin_turn(state, &state->def->streams[child->then->stream],
	    &run->parent);
	return true;
}

/*
 * A queue forgets what the next request says that we have.  Whether what went
 * out has arrived is not known before the end of the pipe has kept our cursor,
 * so there is one request a run.
 */
static void
stop_queue(struct http_json *state)
{
	struct turn *turn = &state->turn;
	const struct paging *page = &turn->stream->page;

	if (turn->stream->resume.kind != RESUME_ACK)
		return;
	turn->more = false;
	if (page->size && state->items >= (size_t)page->size)
		sm_emit_gap(state->emit, SM_TIME_NONE, SM_TIME_NONE,
		    "the queue holds more than one answer takes: run again");
}

int
http_json_go_on(struct http_json *state, const struct sm_response *res,
    struct sm_err *err)
{
	struct run *run = run_of(state);

	http_json_next_page(state, res);
	stop_queue(state);
	if (run->stream->order == ORDER_ASC && run->nchildren == 0 &&
	    run->stream->nthens == 0 && state->turn.more) {
		/* They rise: what is out need not come again. */
		if (http_json_release(state, err) == -1)
			return -1;
		if (run->cut || sm_emit_full(state->emit))
			return http_json_end_run(state, !run->cut, err);
		move_on(run);
	}
	if (state->turn.more || http_json_next_child(state))
		return 0;
	return http_json_end_run(state, true, err);
}

/* What one stream lacks stops no other; a login or a limit stops all. */
int
http_json_give_up(struct http_json *state, enum error_class class,
    struct sm_err *err)
{
	struct run *run = run_of(state);
	struct sm_err why;
	bool alone = class == ERROR_RIGHT || class == ERROR_GONE ||
	    class == ERROR_POLICY || class == ERROR_BAD ||
	    class == ERROR_RESTART;

	if (class == ERROR_RESTART) {
		sm_emit_gap(state->emit, SM_TIME_NONE, SM_TIME_NONE,
		    err->text);
		http_json_text(&run->after, NULL);
		json_decref(run->token);
		run->token = NULL;
	}
	if (state->nruns > 1 || state->turn.parent)
		sm_err_prefix(err, "stream '%s'", run->name);
	if (state->has_failed)
		sm_emit_failed(state->emit, "%s", err->text);
	else
		state->failed = *err;
	state->has_failed = true;
	if (http_json_end_run(state, false, &why) == -1) {
		*err = why;
		return -1;
	}
	return alone ? 0 : -1;
}
