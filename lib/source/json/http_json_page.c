/* Whether there is another page, and how to ask for it. */
#include "source/json/http_json_impl.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/xalloc.h"
#include "text/url.h"

static void
set_page(struct turn *turn, json_t *page)
{
	json_decref(turn->page);
	turn->page = page;
}

/* A URL from an answer: only where the request went. */
static bool
follow(struct http_json *state, const struct sm_response *res,
    const char *s, size_t len)
{
	struct turn *turn = &state->turn;
	const char *from = sm_buf_str(&state->url);

	(void)res;
	sm_buf_clear(&turn->next);
	if (sm_url_resolve(from, s, len, &turn->next) == -1 ||
	    turn->next.len > SM_URL_MAX ||
	    !sm_url_same_origin(from, turn->next.data)) {
		sm_buf_clear(&turn->next);
		sm_emit_gap(state->emit, SM_TIME_NONE, SM_TIME_NONE,
		    "the next page is said to be at another server: not "
		    "followed");
		return false;
	}
	return true;
}

/* <URL>; rel="next" of RFC 8288. */
static bool
link_next(struct http_json *state, const struct sm_response *res)
{
	const char *s = sm_response_header(res, "link"), *end;

	for (; s && (s = strchr(s, '<')); s = end) {
		const char *url = s + 1, *stop;

		end = strchr(url, '>');
		if (!end)
			return false;
		stop = end + strcspn(end, ",");
		for (const char *p = end; p < stop; p++)
			if (strncasecmp(p, "rel=\"next\"", 10) == 0 ||
			    strncasecmp(p, "rel=next", 8) == 0)
				return follow(state, res, url,
				    (size_t)(end - url));
	}
	return false;
}

static bool
named_next(struct http_json *state, const struct sm_response *res,
    const struct scope *scope)
{
	const struct paging *page = &state->turn.stream->page;
	struct sm_buf text = SM_BUF_INIT;
	bool more = expr_text(page->at, scope, &text);

	if (more && page->kind == PAGE_NEXT)
		more = follow(state, res, text.data, text.len);
	else if (more && text.len > HTTP_JSON_TOKEN)
		more = false;
	else if (more)
		set_page(&state->turn, json_string(text.data));
	sm_buf_release(&text);
	return more;
}

static bool
numbered(struct http_json *state, const struct scope *scope)
{
	struct turn *turn = &state->turn;
	const struct paging *page = &turn->stream->page;
	bool offset = page->kind == PAGE_OFFSET;
	int64_t last;

	turn->number += offset ? (int64_t)state->items : 1;
	if (state->items == 0 || (page->size && !page->more && !page->last &&
	    state->items < (size_t)page->size))
		return false;
	/* Of an offset it is how many things, else how many pages. */
	if (page->last && expr_int(page->last, scope, &last) &&
	    (offset ? turn->number >= last :
	    turn->number - page->first >= last))
		return false;
	set_page(turn, json_integer(turn->number));
	return true;
}

/* Ids fall: the next page lies below the lowest one of this. */
static bool
below(struct http_json *state)
{
	struct turn *turn = &state->turn;
	const struct paging *page = &turn->stream->page;
	const struct run *run = &state->runs[state->now];
	const char *asked = json_string_value(turn->page);
	struct sm_buf next = SM_BUF_INIT;
	int64_t id;
	bool more = true;

	if (state->lowest.len > 0)
		sm_buf_adds(&next, state->lowest.data);
	else if (page->window && asked &&
	    turn->empty < HTTP_JSON_EMPTY) {
		/* Nothing in this window; there may be below it. */
		id = strtoll(asked, NULL, 10) - page->window;
		if (id > 0)
			sm_buf_addi(&next, id);
	}
	if (next.len == 0 || (asked && id_compare(next.data, asked) >= 0) ||
	    (run->after && id_compare(next.data, run->after) <= 0))
		more = false;
	else
		set_page(turn, json_string(next.data));
	sm_buf_release(&next);
	return more;
}

/* Ids rise: .after does it, as long as something came. */
static bool
above(struct http_json *state)
{
	const struct run *run = &state->runs[state->now];
	const char *asked = json_string_value(state->vars[VAR_AFTER]);

	return state->items > 0 && run->peak_id &&
	    (!asked || id_compare(run->peak_id, asked) > 0);
}

static bool
another(struct http_json *state, const struct sm_response *res)
{
	const struct paging *page = &state->turn.stream->page;
	struct sm_place item = { .value = state->page, .name = "" };
	struct scope scope;

	http_json_scope(state, &scope);
	scope.item = &item;
	sm_buf_clear(&state->turn.next);
	if (page->more && !cond_holds(page->more, &scope))
		return false;
	switch (page->kind) {
	case PAGE_NONE: return false;
	case PAGE_TOKEN:
	case PAGE_NEXT: return named_next(state, res, &scope);
	case PAGE_LINK: return link_next(state, res);
	case PAGE_NUMBER:
	case PAGE_OFFSET: return numbered(state, &scope);
	case PAGE_BELOW: return below(state);
	case PAGE_ABOVE: break;
	}
	return above(state);
}

/* What comes newest first is read until it is known or too old. */
static bool
is_enough(const struct http_json *state)
{
	const struct stream *stream = state->turn.stream;

	if (state->items == 0 || state->turn.parent)
		return false;
	return stream->order == ORDER_DESC && (state->young == 0 ||
	    (stream->resume.kind == RESUME_SEEN && state->fresh == 0));
}

static bool
repeats(struct http_json *state)
{
	struct turn *turn = &state->turn;
	struct sm_buf text = SM_BUF_INIT;
	uint64_t cursor, answer = sm_hash(sm_buf_str(&state->body),
	    state->body.len);
	bool same;

	sm_buf_add(&text, sm_buf_str(&turn->next), turn->next.len);
	if (turn->page)
		value_text(turn->page, &text);
	cursor = sm_hash(sm_buf_str(&text), text.len);
	same = turn->more && ((turn->cursor == cursor && text.len > 0) ||
	    (turn->answer == answer && state->items > 0));
	turn->cursor = cursor;
	turn->answer = answer;
	sm_buf_release(&text);
	return same;
}

void
http_json_next_page(struct http_json *state, const struct sm_response *res)
{
	struct turn *turn = &state->turn;
	struct run *run = &state->runs[state->now];

	turn->pages++;
	turn->empty = state->items == 0 ? turn->empty + 1 : 0;
	turn->more = !state->local && turn->empty <= HTTP_JSON_EMPTY &&
	    !is_enough(state) && another(state, res);
	if (repeats(state)) {
		turn->more = false;
		sm_emit_gap(state->emit, run->since, SM_TIME_NONE,
		    "the server gives the same page again and again");
	}
	if (turn->more && turn->pages >= turn->stream->page.most) {
		turn->more = false;
		sm_emit_gap(state->emit, run->since, SM_TIME_NONE,
		    "more pages than are asked for in one run");
	}
}
