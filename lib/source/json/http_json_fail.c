/* Answers that are none: what networks say in their statuses and bodies. */
#include "source/json/http_json_impl.h"

#include <string.h>

#include "base/safe.h"
#include "source/lenient.h"

#define SAID_MAX 200	/* bytes of the network's own words */

static const struct {
	enum sm_exit code;
	const char *text;
} classes[] = {
	[ERROR_AUTH] = { SM_EXIT_NOPERM, "the login is not accepted" },
	[ERROR_RIGHT] = { SM_EXIT_NOPERM, "a right is missing" },
	[ERROR_GONE] = { SM_EXIT_REFUSED, "it is not there" },
	[ERROR_RETRY] = { SM_EXIT_TEMP, "try again later" },
	[ERROR_LIMIT] = { SM_EXIT_TEMP, "asked too often" },
	[ERROR_POLICY] = { SM_EXIT_REFUSED, "the network forbids it" },
	[ERROR_BAD] = { SM_EXIT_REFUSED, "the request is not understood" },
	[ERROR_SKIP] = { SM_EXIT_OK, "passed over" },
	[ERROR_RESTART] = { SM_EXIT_TEMP, "the place to go on from is too old"
	    },
};

static const struct error_rule *
find_rule(const struct http_json *state, int status, json_t *body)
{
	const struct sm_definition *def = state->def;
	struct sm_place item = { .value = body, .name = "" };
	struct scope scope;

	http_json_scope(state, &scope);
	scope.root = body;
	scope.item = &item;
	for (size_t i = 0; i < def->nerrors; i++) {
		const struct error_rule *rule = &def->errors[i];

		if (rule->status ? rule->status != status : !rule->when)
			continue;
		if (!rule->when || (body && cond_holds(rule->when, &scope)))
			return rule;
	}
	return NULL;
}

/* What the network says in its own words, made harmless and short. */
static void
add_words(const struct http_json *state, json_t *body, struct sm_buf *out)
{
	struct sm_place item = { .value = body, .name = "" };
	struct sm_buf said = SM_BUF_INIT, safe = SM_BUF_INIT;
	struct scope scope;

	http_json_scope(state, &scope);
	scope.root = body;
	scope.item = &item;
	if (body && state->def->message &&
	    expr_text(state->def->message, &scope, &said)) {
		size_t len = said.len;

		if (len > SAID_MAX) {
			len = SAID_MAX;
			while (len > 0 && ((unsigned char)said.data[len] &
			    0xC0) == 0x80)
				len--;
		}
		sm_safe(&safe, said.data, len, SM_SAFE_TTY);
		sm_buf_addf(out, ", the network says '%s%s'",
		    sm_buf_str(&safe), len < said.len ? "..." : "");
	}
	sm_buf_release(&said);
	sm_buf_release(&safe);
}

static int
by_rule(struct http_json *state, const struct error_rule *rule, int status,
    json_t *body, enum error_class *class, struct sm_err *err)
{
	struct sm_buf words = SM_BUF_INIT;

	*class = rule->class;
	add_words(state, body, &words);
	if (status == 200)
		sm_err_set(err, classes[rule->class].code, "%s: %s%s",
		    classes[rule->class].text, rule->why,
		    sm_buf_str(&words));
	else
		sm_err_set(err, classes[rule->class].code, "status %d: %s: "
		    "%s%s", status, classes[rule->class].text, rule->why,
		    sm_buf_str(&words));
	sm_buf_release(&words);
	return rule->class == ERROR_SKIP ? 1 : -1;
}

static enum error_class
class_of(int status)
{
	return status == 401 ? ERROR_AUTH : status == 403 ? ERROR_RIGHT :
	    status == 404 || status == 410 ? ERROR_GONE :
	    status == 429 ? ERROR_LIMIT :
	    status >= 500 || status == 408 || status == 425 ? ERROR_RETRY :
	    ERROR_BAD;
}

static int
bad_status(struct http_json *state, const struct sm_response *res,
    enum error_class *class, struct sm_err *err)
{
	const struct error_rule *rule;
	struct sm_err why;
	json_t *body = res->body ? sm_lenient_json(res->body, res->body_len,
	    &why) : NULL;
	int ret = -1;

	*class = class_of(res->status);
	rule = find_rule(state, res->status, body);
	if (rule)
		ret = by_rule(state, rule, res->status, body, class, err);
	else
		sm_response_check_json(res, err);
	json_decref(body);
	return ret;
}

/* Errors in the clothes of success. */
static int
bad_body(struct http_json *state, const struct sm_response *res,
    enum error_class *class, struct sm_err *err)
{
	const struct error_rule *rule = find_rule(state, res->status,
	    state->page);
	struct sm_place item = { .value = state->page, .name = "" };
	struct sm_buf words = SM_BUF_INIT;
	struct scope scope;

	if (rule)
		return by_rule(state, rule, res->status, state->page, class,
		    err);
	http_json_scope(state, &scope);
	scope.item = &item;
	if (!state->def->ok || cond_holds(state->def->ok, &scope))
		return 0;
	*class = ERROR_BAD;
	add_words(state, state->page, &words);
	sm_err_set(err, SM_EXIT_REFUSED, "the network refused%s",
	    sm_buf_str(&words));
	sm_buf_release(&words);
	return -1;
}

int
http_json_check(struct http_json *state, const struct sm_response *res,
    enum error_class *class, struct sm_err *err)
{
	*class = ERROR_RETRY;
	if (res->status < 200 || res->status > 299)
		return bad_status(state, res, class, err);
	if (res->cut) {
		*err = *res->err;
		return -1;
	}
	if (state->body.len == 0)	/* 204, or an odd way to say so */
		return 1;
	*class = ERROR_BAD;
	state->page = sm_lenient_json(state->body.data, state->body.len, err);
	if (!state->page)
		return sm_err_prefix(err, "the answer is not JSON");
	return bad_body(state, res, class, err);
}
