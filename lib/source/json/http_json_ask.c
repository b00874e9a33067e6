/* Requests: URL, query, headers and body from their templates. */
#include "source/json/http_json_impl.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "source/auth/auth.h"
#include "text/url.h"

/*
 * What may stand in a URL as it is (RFC 3986): of a value only what is
 * unreserved; a value that is a path keeps its '/', ':' and '@'; what the
 * definition itself says keeps what separates, except where that would end
 * the parameter.
 */
#define KEEP_PATH "/:@"
#define KEEP_LITERAL "/:@?!$'()*,;="
#define KEEP_URL "/:@?!$'()*,;=&+%"

void
http_json_var(struct http_json *state, size_t var, json_t *value)
{
	json_decref(state->vars[var]);
	state->vars[var] = value;
}

void
http_json_scope(const struct http_json *state, struct scope *scope)
{
	memset(scope, 0, sizeof(*scope));
	scope->vars = state->vars;
	scope->root = state->page;
	scope->parent = state->turn.parent;
}

static void
encode(struct sm_buf *out, const char *s, size_t len, const char *keep)
{
	static const char hex[] = "0123456789ABCDEF";

	for (; len > 0; s++, len--) {
		unsigned char c = (unsigned char)*s;

		if ((isalnum(c) && c < 0x80) || (c && strchr("-._~", c)) ||
		    (c && strchr(keep, c))) {
			sm_buf_addc(out, (char)c);
			continue;
		}
		sm_buf_addc(out, '%');
		sm_buf_addc(out, hex[c >> 4]);
		sm_buf_addc(out, hex[c & 15]);
	}
}

static const char *
keep_of(const struct expr *expr)
{
	for (size_t i = 0; i < expr->nfilters; i++)
		if (strcmp(filter_name(&expr->filters[i]), "path") == 0)
			return KEEP_PATH;
	return "";
}

/* A template into a URL; false: some part of it has no value. */
static bool
add_template(const struct expr *expr, const struct scope *scope,
    const char *literal, struct sm_buf *out)
{
	struct sm_buf text = SM_BUF_INIT;
	bool there = true;

	if (expr->kind == EXPR_CONST && expr->nfilters == 0) {
		value_text(expr->json, &text);
		encode(out, sm_buf_str(&text), text.len, literal);
	} else if (expr->kind == EXPR_TEXT) {
		for (size_t i = 0; i < expr->count && there; i++)
			there = add_template(expr->parts[i], scope, literal,
			    out);
	} else if (expr->kind == EXPR_IF) {
		const struct expr *part = expr->parts[cond_holds(expr->cond,
		    scope) ? 0 : 1];

		there = part && add_template(part, scope, literal, out);
	} else {
		there = expr_text(expr, scope, &text);
		encode(out, sm_buf_str(&text), text.len, keep_of(expr));
	}
	sm_buf_release(&text);
	return there;
}

/* name=value&..., those without a value left out. */
static void
add_fields(const struct fields *fields, const struct scope *scope,
    char before, struct sm_buf *out)
{
	for (size_t i = 0; i < fields->count; i++) {
		const struct named_expr *field = &fields->list[i];
		size_t mark = out->len;

		if (before)
			sm_buf_addc(out, before);
		encode(out, field->name, strlen(field->name), "");
		sm_buf_addc(out, '=');
		if (add_template(field->expr, scope, KEEP_LITERAL, out))
			before = '&';
		else
			sm_buf_cut(out, mark);
	}
}

static void
add_headers(const struct fields *fields, const struct scope *scope,
    struct sm_request *req)
{
	struct sm_buf text = SM_BUF_INIT;

	for (size_t i = 0; i < fields->count; i++) {
		sm_buf_clear(&text);
		if (expr_text(fields->list[i].expr, scope, &text))
			sm_request_header(req, fields->list[i].name,
			    text.data);
	}
	sm_buf_release(&text);
}

/* base and the path behind it, or a URL of its own. */
static int
add_url(struct http_json *state, const struct expr *expr,
    const struct scope *scope, struct sm_buf *out, struct sm_err *err)
{
	struct sm_buf path = SM_BUF_INIT;
	struct sm_url url;
	int ret = 0;

	if (!add_template(expr, scope, KEEP_URL, &path))
		ret = sm_err_set(err, SM_EXIT_CONFIG, "%s: a value of the "
		    "URL is not known", state->def->file);
	else {
		if (sm_url_split(sm_buf_str(&path), path.len, &url) == -1)
			sm_buf_add(out, sm_buf_str(&state->base),
			    state->base.len);
		sm_buf_add(out, sm_buf_str(&path), path.len);
	}
	sm_buf_release(&path);
	return ret;
}

static void
common(struct http_json *state, const struct scope *scope,
    struct sm_request *req)
{
	const struct sm_definition *def = state->def;

	req->limits = def->limits && strcmp(def->limits, "none") != 0 ?
	    def->limits : NULL;
	req->max_body = HTTP_JSON_BODY;
	req->origin = sm_buf_str(&state->base);
	req->pause_ms = state->turn.pages > 0 || state->now > 0 ?
	    (int)def->pace_ms : 0;
	if (!def->headers.list)
		sm_request_header(req, "Accept", "application/json");
	add_headers(&def->headers, scope, req);
	sm_buf_clear(&state->body);
	state->asked = true;
}

int
http_json_ask_key(struct http_json *state, struct sm_request *req,
    struct sm_err *err)
{
	struct scope scope;

	http_json_scope(state, &scope);
	if (add_url(state, state->def->keys[state->asking].ask_url, &scope,
	    &req->url, err) == -1)
		return -1;
	common(state, &scope, req);
	return 1;
}

static void
add_body(const struct stream *stream, const struct scope *scope,
    struct sm_request *req)
{
	json_t *body;
	char *text;

	req->method = strcmp(stream->method, "GET") == 0 ? NULL :
	    stream->method;
	req->repeatable = true;	/* it only reads */
	if (stream->form.list) {
		add_fields(&stream->form, scope, '\0', &req->body);
		req->content_type = "application/x-www-form-urlencoded";
	}
	if (!stream->json)
		return;
	body = expr_value(stream->json, scope);
	text = body ? json_dumps(body, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
	sm_buf_adds(&req->body, text ? text : "{}");
	req->content_type = "application/json";
	free(text);
	json_decref(body);
}

/* Words that change from run to run and from page to page. */
static void
set_words(struct http_json *state)
{
	struct run *run = &state->runs[state->now];
	const char *after = run->stream->page.kind == PAGE_ABOVE &&
	    run->peak_id ? run->peak_id : run->after;

	http_json_var(state, VAR_NOW, json_integer(sm_clock_now()));
	http_json_var(state, VAR_SINCE, run->since == SM_TIME_NONE ? NULL :
	    json_integer(run->since));
	http_json_var(state, VAR_AFTER, after ? json_string(after) : NULL);
	http_json_var(state, VAR_TOKEN, json_incref(run->token));
	http_json_var(state, VAR_PAGE, json_incref(state->turn.page));
	if (run->each)
		http_json_var(state, run->stream->each,
		    json_incref(run->each));
}

int
http_json_ask(struct http_json *state, struct sm_request *req,
    struct sm_err *err)
{
	const struct stream *stream = state->turn.stream;
	struct scope scope;

	set_words(state);
	http_json_scope(state, &scope);
	scope.item = state->turn.parent;
	if (state->local)
		sm_buf_adds(&req->url, state->local);
	else if (state->turn.next.len > 0)
		sm_buf_add(&req->url, state->turn.next.data,
		    state->turn.next.len);
	else {
		if (add_url(state, stream->url, &scope, &req->url, err) == -1)
			return sm_err_prefix(err, "stream '%s'",
			    stream->name);
		add_fields(&stream->query, &scope, strchr(sm_buf_str(
		    &req->url), '?') ? '&' : '?', &req->url);
	}
	sm_buf_clear(&state->url);
	sm_buf_add(&state->url, sm_buf_str(&req->url), req->url.len);
	add_body(stream, &scope, req);
	common(state, &scope, req);
	add_headers(&stream->headers, &scope, req);
	return 1;
}
