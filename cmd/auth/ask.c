/* Single requests, through the same door as all others. */
#include "auth.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/safe.h"
#include "base/xalloc.h"
#include "source/auth/auth_renew.h"
#include "source/http/http.h"

struct ask {
	struct sm_buf body;
	int status;
	bool failed;
	struct sm_err err;
};

static int
on_begin(void *arg, const struct sm_response *res, struct sm_err *err)
{
	(void)arg;
	(void)res;
	(void)err;
	return 0;
}

static int
on_body(void *arg, const char *data, size_t len, struct sm_err *err)
{
	struct ask *ask = arg;

	if (ask->body.len + len > AUTH_ANSWER_MAX)
		return sm_err_set(err, SM_EXIT_REFUSED, "the answer is too "
		    "large");
	sm_buf_add(&ask->body, data, len);
	return 0;
}

static void
on_done(void *arg, const struct sm_response *res, const struct sm_err *err)
{
	struct ask *ask = arg;

	if (!res || res->cut) {
		ask->failed = true;
		ask->err = res ? *res->err : *err;
		return;
	}
	ask->status = res->status;
	if (res->body)
		sm_buf_add(&ask->body, res->body, res->body_len);
}

int
auth_ask_http(const struct auth_login *login, struct sm_request *req,
    int *status, char **body, size_t *len, struct sm_err *err)
{
	struct ask ask = { .body = SM_BUF_INIT };
	struct sm_http_options options = { .in_flight = 0 };
	struct sm_http_job job = {
		.req = req,
		.cafile = login->cafile,
		.allow_private = login->allow_private,
		.login = true,
		.arg = &ask,
		.begin = on_begin,
		.body = on_body,
		.done = on_done,
	};
	struct sm_http *http = sm_http_new(&options, err);

	if (!http)
		return -1;
	sm_http_add(http, &job);
	while (sm_http_turn(http) > 0)
		sm_http_wait(http, 1000);
	sm_http_free(http);
	if (ask.failed) {
		*err = ask.err;
		sm_buf_release(&ask.body);
		return -1;
	}
	*status = ask.status;
	*len = ask.body.len;
	sm_buf_addc(&ask.body, '\0');
	*body = sm_buf_take(&ask.body);
	return 0;
}

int
auth_ask_token(const struct auth_login *login, struct sm_request *req,
    int *status, char **body, size_t *len, struct sm_err *err)
{
	if (!login->token_url)
		return sm_err_set(err, SM_EXIT_CONFIG, "[account \"%s\"] needs "
		    "token_url = https://...", login->account);
	sm_buf_adds(&req->url, login->token_url);
	req->content_type = "application/x-www-form-urlencoded";
	sm_request_header(req, "Accept", "application/json");
	auth_client(req, login->client_id, login->client_secret,
	    !login->provider->post);
	return auth_ask_http(login, req, status, body, len, err);
}

int
auth_ask_failed(const char *what, int status, const char *body, size_t len,
    struct sm_err *err)
{
	struct sm_response res = {
		.status = status / 100 == 2 ? 400 : status,
		.body = body,
		.body_len = len,
	};

	(void)sm_response_check(&res, err);
	return sm_err_prefix(err, "%s", what);
}

char *
auth_ask_text(const char *body, size_t len, const char *name)
{
	json_error_t why;
	json_t *json = json_loadb(body, len, 0, &why);
	char *text = auth_text(json, name);

	json_decref(json);
	return text;
}
