/* OAuth 2.0 (RFC 6749): the refresh of an access token, section 6. */
#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "source/auth/auth_impl.h"
#include "source/auth/auth_renew.h"
#include "source/source.h"

#define LIFE_MAX (10 * 366 * 86400)	/* seconds */

void
auth_form_add(struct sm_buf *form, const char *name, const char *value)
{
	if (form->len > 0)
		sm_buf_addc(form, '&');
	sm_buf_addf(form, "%s=", name);
	auth_encode(form, value);
}

void
auth_client(struct sm_request *req, const char *id, const char *secret,
    bool basic)
{
	struct sm_buf pair = SM_BUF_INIT, value = SM_BUF_INIT;

	if (!secret || !*secret || !basic) {
		auth_form_add(&req->body, "client_id", id ? id : "");
		if (secret && *secret)
			auth_form_add(&req->body, "client_secret", secret);
		return;
	}
	/* RFC 6749, 2.3.1: both are encoded as in a form first. */
	(void)sm_buf_reserve(&pair, 4096);
	auth_encode(&pair, id ? id : "");
	sm_buf_addc(&pair, ':');
	auth_encode(&pair, secret);
	sm_buf_adds(&value, "Basic ");
	auth_base64(&value, pair.data, pair.len);
	sm_request_header(req, "Authorization", value.data);
	auth_wipe(&pair);
	auth_wipe(&value);
	sm_buf_release(&pair);
	sm_buf_release(&value);
}

int
auth_oauth_ask(struct sm_auth *auth, struct sm_request *req,
    struct sm_err *err)
{
	const char *style = auth->token.client_auth;

	if (!auth->token.refresh) {
		(void)auth_trouble(auth, "its token has ended and cannot be "
		    "renewed", err);
		return -1;
	}
	if (!auth->token_url)
		return sm_err_set(err, SM_EXIT_CONFIG, "account '%s' has no "
		    "token_url: set it, or run 'sm auth %s'", auth->account,
		    auth->account);
	(void)sm_buf_reserve(&req->body, 8192);
	sm_buf_adds(&req->url, auth->token_url);
	req->method = "POST";
	req->content_type = "application/x-www-form-urlencoded";
	sm_request_header(req, "Accept", "application/json");
	auth_form_add(&req->body, "grant_type", "refresh_token");
	auth_form_add(&req->body, "refresh_token", auth->token.refresh);
	auth_client(req, auth->client_id, sm_buf_str(&auth->client_secret),
	    !style || strcmp(style, "post") != 0);
	return 0;
}

static void
take_text(const json_t *json, const char *name, char **to)
{
	char *text = auth_text(json, name);

	if (text)
		auth_set(to, text);
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
}

/* Some write the number as a string; 0 for what makes no sense. */
static int64_t
seconds_of(const json_t *life)
{
	double number = json_number_value(life);
	long text = json_is_string(life) ?
	    strtol(json_string_value(life), NULL, 10) : 0;

	if (text > 0 && text < LIFE_MAX)
		return text;
	return number > 0 && number < LIFE_MAX ? (int64_t)number : 0;
}

int
auth_oauth_take(struct sm_auth_token *token, const char *body, size_t len)
{
	json_error_t why;
	json_t *json = json_loadb(body, len, 0, &why);
	char *access = auth_text(json, "access_token");
	const json_t *life = json_object_get(json, "expires_in");
	const char *scope = json_string_value(json_object_get(json, "scope"));
	int64_t seconds = seconds_of(life);

	if (!access) {
		json_decref(json);
		return -1;
	}
	auth_set(&token->access, access);
	explicit_bzero(access, strlen(access));
	free(access);
	take_text(json, "refresh_token", &token->refresh);
	if (scope)
		auth_set(&token->scope, scope);
	token->expires = seconds > 0 ? time(NULL) + seconds : SM_TIME_NONE;
	json_decref(json);
	return 0;
}

static bool
has_error(const struct sm_response *res, const char *what)
{
	json_error_t why;
	json_t *json = res->body ? json_loadb(res->body, res->body_len, 0,
	    &why) : NULL;
	const char *error = json_string_value(json_object_get(json, "error"));
	bool found = error && strcmp(error, what) == 0;

	json_decref(json);
	return found;
}

/*
 * The refresh token is not valid.  Under the lock nobody of ours has used it
 * meanwhile; but somebody may have logged in by hand, so look once more.
 */
static enum auth_step
invalid_grant(struct sm_auth *auth, struct sm_err *err)
{
	char *used = sm_xstrdup(auth->token.refresh);
	int ret = sm_auth_token_read(auth->path, &auth->token, err);
	bool other = ret == 1 && auth->token.refresh &&
	    strcmp(auth->token.refresh, used) != 0;

	explicit_bzero(used, strlen(used));
	free(used);
	if (ret == -1)
		return AUTH_FAILED;
	if (other && !auth->again) {
		auth->again = true;
		return auth_is_fresh(auth, time(NULL)) ? AUTH_FRESH :
		    AUTH_ASK;
	}
	return auth_trouble(auth, "its refresh token is not valid any more",
	    err);
}

enum auth_step
auth_oauth_answer(struct sm_auth *auth, const struct sm_response *res,
    const char *body, size_t len, struct sm_err *err)
{
	if (res->status / 100 == 2 &&
	    auth_oauth_take(&auth->token, body, len) == 0)
		return auth_keep(auth, err);
	if (has_error(res, "invalid_grant"))
		return invalid_grant(auth, err);
	if (has_error(res, "invalid_client"))
		return auth_said_no(auth, res, "client_id or client_secret "
		    "is wrong", err);
	return auth_said_no(auth, res, "its token cannot be renewed", err);
}
