#include "source/auth/auth_renew.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "source/auth/auth_impl.h"
#include "source/source.h"

#define MARGIN_S 60	/* renewed so long before the end, or a tenth of it */

bool
auth_changes(const struct sm_auth *auth)
{
	return auth->kind == AUTH_OAUTH2 || auth->kind == AUTH_BLUESKY;
}

void
auth_set(char **text, const char *value)
{
	char *copy = value ? sm_xstrdup(value) : NULL;

	if (*text)
		explicit_bzero(*text, strlen(*text));
	free(*text);
	*text = copy;
}

bool
auth_is_fresh(const struct sm_auth *auth, int64_t now)
{
	const struct sm_auth_token *token = &auth->token;
	int64_t margin = MARGIN_S;

	if (!token->access || token->trouble)
		return false;
	if (auth->refused && strcmp(auth->refused, token->access) == 0)
		return false;
	if (token->expires == SM_TIME_NONE)
		return true;
	if (token->saved != SM_TIME_NONE &&
	    (token->expires - token->saved) / 10 < margin)
		margin = (token->expires - token->saved) / 10;
	return now + margin < token->expires;
}

bool
auth_is_refusal(const struct sm_auth *auth, const struct sm_response *res)
{
	static const char expired[] = "\"ExpiredToken\"";

	if (res->status == 401)
		return true;
	return auth->kind == AUTH_BLUESKY && res->status == 400 &&
	    res->body && memmem(res->body, res->body_len, expired,
	    sizeof(expired) - 1);
}

void
auth_refused(struct sm_auth *auth, const char *access)
{
	auth_set(&auth->refused, access);
}

enum auth_step
auth_begin(struct sm_auth *auth, struct sm_err *err)
{
	int ret;

	auth->lock = sm_auth_token_lock(auth->path, err);
	if (auth->lock == -2) {
		auth->lock = -1;
		return AUTH_BUSY;
	}
	if (auth->lock == -1)
		return AUTH_FAILED;
	ret = sm_auth_token_read(auth->path, &auth->token, err);
	if (ret == -1)
		return AUTH_FAILED;
	if (auth->token.trouble && auth->kind == AUTH_OAUTH2)
		return auth_trouble(auth, NULL, err);
	auth->again = false;
	return auth_is_fresh(auth, time(NULL)) ? AUTH_FRESH : AUTH_ASK;
}

int
auth_ask(struct sm_auth *auth, const char *home, struct sm_request *req,
    struct sm_err *err)
{
	req->anonymous = true;
	return auth->kind == AUTH_OAUTH2 ? auth_oauth_ask(auth, req, err) :
	    auth_bluesky_ask(auth, home, req, err);
}

enum auth_step
auth_answer(struct sm_auth *auth, const struct sm_response *res,
    const char *body, size_t len, struct sm_err *err)
{
	return auth->kind == AUTH_OAUTH2 ?
	    auth_oauth_answer(auth, res, body, len, err) :
	    auth_bluesky_answer(auth, res, body, len, err);
}

void
auth_end(struct sm_auth *auth)
{
	if (auth->lock != -1)
		(void)close(auth->lock);
	auth->lock = -1;
}

enum auth_step
auth_keep(struct sm_auth *auth, struct sm_err *err)
{
	auth->token.saved = time(NULL);
	auth_set(&auth->token.trouble, NULL);
	if (sm_auth_token_write(auth->path, &auth->token, err) == -1) {
		(void)sm_err_prefix(err, "account '%s': the new tokens cannot "
		    "be kept", auth->account);
		return AUTH_FAILED;
	}
	return AUTH_FRESH;
}

enum auth_step
auth_trouble(struct sm_auth *auth, const char *why, struct sm_err *err)
{
	struct sm_err lost;

	if (why) {
		auth_set(&auth->token.trouble, why);
		(void)sm_auth_token_write(auth->path, &auth->token, &lost);
	}
	sm_err_set(err, SM_EXIT_NOPERM, "account '%s' must log in again (%s): "
	    "run 'sm auth %s'", auth->account, auth->token.trouble,
	    auth->account);
	return AUTH_FAILED;
}

enum auth_step
auth_said_no(const struct sm_auth *auth, const struct sm_response *res,
    const char *what, struct sm_err *err)
{
	if (sm_response_check_json(res, err) == 0)
		sm_err_set(err, SM_EXIT_REFUSED, "the answer has no token");
	(void)sm_err_prefix(err, "account '%s': %s", auth->account, what);
	return AUTH_FAILED;
}

char *
auth_text(const void *json, const char *name)
{
	const char *text = json_string_value(json_object_get(json, name));

	if (!text || !*text)
		return NULL;
	for (const char *p = text; *p; p++)
		if ((unsigned char)*p <= ' ' || *p == 0x7F)
			return NULL;
	return sm_xstrdup(text);
}
