/*
 * Sessions of the AT Protocol: createSession with an app password once,
 * refreshSession from then on, since the former is allowed a few times a day
 * only.  The session is kept in the token file.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/sha256.h"
#include "base/xalloc.h"
#include "record/json.h"
#include "source/auth/auth_impl.h"
#include "source/auth/auth_renew.h"
#include "source/source.h"
#include "text/transfer.h"
#include "text/url.h"

#define CREATE "/xrpc/com.atproto.server.createSession"
#define REFRESH "/xrpc/com.atproto.server.refreshSession"

/* A password's digest, salted: that it was refused is kept, not itself. */
static char *
digest_of(const struct sm_auth *auth, const char *salt)
{
	char *pair = sm_xasprintf("%s:%s:%s", salt, auth->user,
	    sm_buf_str(&auth->secret));
	char hex[SM_SHA256_HEX];

	sm_sha256_hex(pair, strlen(pair), hex);
	explicit_bzero(pair, strlen(pair));
	free(pair);
	return sm_xstrdup(hex);
}

/* Never again with a password that was refused: that would lock us out. */
static bool
was_refused(const struct sm_auth *auth)
{
	char *digest;
	bool same;

	if (!auth->token.salt || !auth->token.tried)
		return false;
	digest = digest_of(auth, auth->token.salt);
	same = strcmp(digest, auth->token.tried) == 0;
	free(digest);
	return same;
}

static enum auth_step
refused_password(struct sm_auth *auth, const char *why, struct sm_err *err)
{
	char *salt = sm_xasprintf("%llx", (unsigned long long)time(NULL));
	char *digest;

	digest = digest_of(auth, salt);
	auth_set(&auth->token.salt, salt);
	auth_set(&auth->token.tried, digest);
	free(salt);
	free(digest);
	return auth_trouble(auth, why, err);
}

static void
set_url(const struct sm_auth *auth, const char *base, const char *method,
    struct sm_request *req)
{
	struct sm_url url;

	(void)auth;
	if (sm_url_split(base, strlen(base), &url) == 0)
		sm_buf_add(&req->url, base, (size_t)(url.path - base));
	sm_buf_adds(&req->url, method);
}

static void
ask_refresh(struct sm_auth *auth, const char *home, struct sm_request *req)
{
	struct sm_buf value = SM_BUF_INIT;

	set_url(auth, auth->token.base ? auth->token.base : home, REFRESH,
	    req);
	sm_buf_adds(&value, "Bearer ");
	sm_buf_adds(&value, auth->token.refresh);
	sm_request_header(req, "Authorization", value.data);
	auth_wipe(&value);
	sm_buf_release(&value);
}

static void
ask_create(struct sm_auth *auth, const char *home, struct sm_request *req)
{
	set_url(auth, home, CREATE, req);
	(void)sm_buf_reserve(&req->body, 4096);
	sm_json_open(&req->body, NULL, '{');
	sm_json_strz(&req->body, "identifier", auth->user);
	sm_json_strz(&req->body, "password", sm_buf_str(&auth->secret));
	sm_json_close(&req->body, '}');
	req->content_type = "application/json";
}

int
auth_bluesky_ask(struct sm_auth *auth, const char *home,
    struct sm_request *req, struct sm_err *err)
{
	if (auth->origin)
		home = auth->origin;
	if (!home)
		return sm_err_set(err, SM_EXIT_CONFIG, "[account \"%s\"] "
		    "needs url = https://... of its server", auth->account);
	req->method = "POST";
	req->limits = "bluesky";
	if (auth->token.refresh && !auth->again) {
		ask_refresh(auth, home, req);
		return 0;
	}
	if (was_refused(auth)) {
		(void)auth_trouble(auth, "its password was refused", err);
		return -1;
	}
	ask_create(auth, home, req);
	return 0;
}

/* The member exp of a JSON Web Token's payload, not verified; or NONE. */
static int64_t
expiry_of(const char *jwt)
{
	const char *from = jwt ? strchr(jwt, '.') : NULL;
	size_t len = from ? strcspn(from + 1, ".") : 0;
	struct sm_buf text = SM_BUF_INIT, json_text = SM_BUF_INIT;
	int64_t expires = SM_TIME_NONE;
	json_error_t why;
	json_t *json;

	if (len == 0)
		return SM_TIME_NONE;
	sm_buf_add(&text, from + 1, len);
	for (size_t i = 0; i < text.len; i++)
		text.data[i] = text.data[i] == '-' ? '+' :
		    text.data[i] == '_' ? '/' : text.data[i];
	while (text.len % 4 != 0)
		sm_buf_addc(&text, '=');
	sm_base64_decode(&json_text, text.data, text.len);
	json = json_loadb(sm_buf_str(&json_text), json_text.len, 0, &why);
	if (json_is_integer(json_object_get(json, "exp")))
		expires = json_integer_value(json_object_get(json, "exp"));
	json_decref(json);
	sm_buf_release(&text);
	sm_buf_release(&json_text);
	return expires;
}

/* serviceEndpoint of the service "#atproto_pds" in a DID document. */
static const char *
find_pds(const json_t *document)
{
	const json_t *services = json_object_get(document, "service");

	for (size_t i = 0; i < json_array_size(services); i++) {
		const json_t *service = json_array_get(services, i);
		const char *id = json_string_value(json_object_get(service,
		    "id"));
		const char *url = json_string_value(json_object_get(service,
		    "serviceEndpoint"));
		size_t len = id ? strlen(id) : 0;

		if (len >= 12 && strcmp(id + len - 12, "#atproto_pds") == 0 &&
		    url && sm_url_is_web(url, strlen(url)))
			return url;
	}
	return NULL;
}

static int
take(struct sm_auth_token *token, const char *body, size_t len)
{
	json_error_t why;
	json_t *json = json_loadb(body, len, 0, &why);
	char *access = auth_text(json, "accessJwt");
	char *refresh = auth_text(json, "refreshJwt");
	const char *pds = find_pds(json_object_get(json, "didDoc"));
	int ret = access && refresh ? 0 : -1;

	if (ret == 0) {
		char *did = auth_text(json, "did");

		auth_set(&token->access, access);
		auth_set(&token->refresh, refresh);
		if (did)
			auth_set(&token->id, did);
		if (pds)
			auth_set(&token->base, pds);
		token->expires = expiry_of(access);
		free(did);
	}
	if (access)
		explicit_bzero(access, strlen(access));
	if (refresh)
		explicit_bzero(refresh, strlen(refresh));
	free(access);
	free(refresh);
	json_decref(json);
	return ret;
}

static bool
says(const struct sm_response *res, const char *code)
{
	return res->body && memmem(res->body, res->body_len, code,
	    strlen(code));
}

enum auth_step
auth_bluesky_answer(struct sm_auth *auth, const struct sm_response *res,
    const char *body, size_t len, struct sm_err *err)
{
	bool refreshing = auth->token.refresh && !auth->again;

	if (res->status / 100 == 2 && take(&auth->token, body, len) == 0) {
		auth_set(&auth->token.salt, NULL);
		auth_set(&auth->token.tried, NULL);
		return auth_keep(auth, err);
	}
	/* A session that has ended is begun anew by the password. */
	if (refreshing && (res->status == 400 || res->status == 401)) {
		auth->again = true;
		auth_set(&auth->token.refresh, NULL);
		return AUTH_ASK;
	}
	if (says(res, "AuthFactorTokenRequired"))
		return refused_password(auth, "it wants a second factor: use "
		    "an app password", err);
	if (says(res, "AccountTakedown"))
		return refused_password(auth, "the network has taken the "
		    "account down", err);
	if (!refreshing && res->status == 401)
		return refused_password(auth, "its password was refused", err);
	return auth_said_no(auth, res, "it cannot log in", err);
}
