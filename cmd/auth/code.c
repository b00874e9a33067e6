/*
 * The authorisation code flow (RFC 6749, 4.1) with PKCE (RFC 7636): a person
 * opens an address, allows it, and comes back to us on loopback (RFC 8252,
 * 7.3), or pastes what he was given.
 */
#include "auth.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/sha256.h"
#include "base/xalloc.h"
#include "source/auth/auth_impl.h"
#include "source/auth/auth_renew.h"
#include "text/url.h"

#define OOB "urn:ietf:wg:oauth:2.0:oob"
#define PATIENCE_MS 900000	/* a person needs his time */
#define VISITS 32		/* browsers ask for icons as well */

struct code {
	struct auth_login *login;
	char verifier[48], challenge[48], state[48];
	char *redirect;
	int listener;		/* or -1: there is nothing but pasting */
	char *code;
};

/* base64url without padding (RFC 4648, 5). */
static void
url64(const unsigned char *data, size_t len, char out[48])
{
	struct sm_buf text = SM_BUF_INIT;
	size_t n = 0;

	auth_base64(&text, (const char *)data, len);
	for (; n < text.len && n < 47 && text.data[n] != '='; n++)
		out[n] = text.data[n] == '+' ? '-' :
		    text.data[n] == '/' ? '_' : text.data[n];
	out[n] = '\0';
	sm_buf_release(&text);
}

static int
make_secrets(struct code *code, struct sm_err *err)
{
	unsigned char bytes[32], digest[SM_SHA256_SIZE];
	struct sm_sha256 sha;

	if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
		return sm_err_errno(err, SM_EXIT_OS, "no random bytes");
	url64(bytes, sizeof(bytes), code->verifier);
	sm_sha256_init(&sha);
	sm_sha256_add(&sha, code->verifier, strlen(code->verifier));
	sm_sha256_end(&sha, digest);
	url64(digest, sizeof(digest), code->challenge);
	if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
		return sm_err_errno(err, SM_EXIT_OS, "no random bytes");
	url64(bytes, 24, code->state);
	return 0;
}

static bool
is_loopback(const struct sm_url *url)
{
	return (url->host_len == 9 &&
	    (memcmp(url->host, "127.0.0.1", 9) == 0 ||
	    strncasecmp(url->host, "localhost", 9) == 0));
}

/* Where the browser is sent to: as configured, else a free port of ours. */
static int
find_redirect(struct code *code, struct sm_err *err)
{
	const char *want = code->login->redirect;
	struct sm_url url;
	int port = 0;

	code->listener = -1;
	if (!want && code->login->flow == AUTH_FLOW_PASTE)
		want = OOB;
	if (want) {
		code->redirect = sm_xstrdup(want);
		if (sm_url_split(want, strlen(want), &url) == -1 ||
		    url.scheme_len != 4 || !is_loopback(&url) ||
		    code->login->flow == AUTH_FLOW_PASTE)
			return 0;
		port = url.port > 0 ? url.port : 80;
	}
	code->listener = auth_loopback_listen(&port);
	if (code->listener == -1 && want)
		return sm_err_errno(err, SM_EXIT_OS, "cannot listen for "
		    "'%s'", want);
	if (code->listener == -1)
		return sm_err_errno(err, SM_EXIT_OS, "cannot listen on "
		    "127.0.0.1");
	if (!want)
		code->redirect = sm_xasprintf("http://127.0.0.1:%d/callback",
		    port);
	return 0;
}

/* Mastodon and its kin: an application introduces itself. */
static int
register_app(struct code *code, struct sm_err *err)
{
	struct auth_login *login = code->login;
	const char *path = login->provider->register_url;
	struct sm_request req;
	int ret = -1, status;
	char *body = NULL;
	size_t len;

	if (login->client_id || !path)
		return 0;
	sm_request_init(&req);
	if (sm_url_resolve(login->url, path, strlen(path), &req.url) == 0) {
		req.content_type = "application/x-www-form-urlencoded";
		auth_form_add(&req.body, "client_name", "sm");
		auth_form_add(&req.body, "redirect_uris", code->redirect);
		auth_form_add(&req.body, "scopes", login->scope ?
		    login->scope : "read");
		ret = auth_ask_http(login, &req, &status, &body, &len, err);
	} else
		sm_err_set(err, SM_EXIT_CONFIG, "no URL '%s'", login->url);
	if (ret == 0) {
		login->client_id = auth_ask_text(body, len, "client_id");
		login->client_secret = auth_ask_text(body, len,
		    "client_secret");
		if (!login->client_id)
			ret = auth_ask_failed("the server does not register "
			    "applications", status, body, len, err);
	}
	if (ret == 0) {
		auth_set(&login->token.client_id, login->client_id);
		auth_set(&login->token.client_secret, login->client_secret);
	}
	free(body);
	sm_request_release(&req);
	return ret;
}

static void
show_address(const struct code *code)
{
	const struct auth_login *login = code->login;
	struct sm_buf form = SM_BUF_INIT;

	auth_form_add(&form, "response_type", "code");
	auth_form_add(&form, "client_id", login->client_id);
	auth_form_add(&form, "redirect_uri", code->redirect);
	if (login->scope)
		auth_form_add(&form, "scope", login->scope);
	auth_form_add(&form, "state", code->state);
	auth_form_add(&form, "code_challenge", code->challenge);
	auth_form_add(&form, "code_challenge_method", "S256");
	if (login->provider->more)
		sm_buf_addf(&form, "&%s", login->provider->more);
	(void)printf("Open this address in a browser, on any machine, and "
	    "allow access:\n\n  %s%c%s\n\n", login->auth_url,
	    strchr(login->auth_url, '?') ? '&' : '?', form.data);
	if (code->listener == -1)
		(void)printf("Then paste here the code that is shown, or the "
		    "address the browser was sent to.\n");
	else
		(void)printf("If the browser runs on another machine, it will "
		    "fail to come back: paste here\nthe address that it "
		    "was sent to then.\n");
	(void)fflush(stdout);
	sm_buf_release(&form);
}

/* A pasted address has our state; a bare code (out of band) has none. */
static int
take_pasted(struct code *code, struct sm_err *err)
{
	char *line = auth_prompt("Code or address", false, err);
	int ret;

	if (!line)
		return -1;
	if (strchr(line, '?')) {
		ret = auth_loopback_take(line, code->state, &code->code,
		    err);
		if (ret == 0)
			ret = sm_err_set(err, SM_EXIT_NOPERM, "this address "
			    "is not of this login: begin again");
	} else {
		code->code = sm_xstrdup(line);
		ret = 1;
	}
	explicit_bzero(line, strlen(line));
	free(line);
	return ret;
}

/* Until the browser comes, or somebody pastes. */
static int
wait_for_code(struct code *code, struct sm_err *err)
{
	struct pollfd waits[] = {
		{ .fd = code->listener, .events = POLLIN },
		{ .fd = STDIN_FILENO, .events = POLLIN },
	};
	int visits = 0, ret = 0;

	if (code->listener == -1)
		return take_pasted(code, err);
	while (ret == 0 && visits < VISITS) {
		int n = poll(waits, 2, PATIENCE_MS);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		if (waits[0].revents) {
			visits++;
			ret = auth_loopback_visit(code->listener,
			    code->state, &code->code, err);
		} else if (waits[1].revents & POLLIN) {
			ret = take_pasted(code, err);
			if (ret == -1 && err->code == SM_EXIT_NOINPUT) {
				waits[1].fd = -1;	/* nobody types */
				ret = 0;
			}
		} else
			waits[1].fd = -1;
	}
	return ret != 0 ? ret : sm_err_set(err, SM_EXIT_TEMP, "nobody came "
	    "back with a code");
}

static int
exchange(struct code *code, struct sm_err *err)
{
	struct auth_login *login = code->login;
	struct sm_request req;
	char *body = NULL;
	size_t len = 0;
	int status = 0, ret;

	sm_request_init(&req);
	auth_form_add(&req.body, "grant_type", "authorization_code");
	auth_form_add(&req.body, "code", code->code);
	auth_form_add(&req.body, "redirect_uri", code->redirect);
	auth_form_add(&req.body, "code_verifier", code->verifier);
	ret = auth_ask_token(login, &req, &status, &body, &len, err);
	if (ret == 0 && (status / 100 != 2 ||
	    auth_oauth_take(&login->token, body, len) == -1))
		ret = auth_ask_failed("the code gives no token", status, body,
		    len, err);
	if (body)
		explicit_bzero(body, len);
	free(body);
	sm_request_release(&req);
	return ret;
}

int
auth_walk_code(struct auth_login *login, struct sm_err *err)
{
	struct code code = { .login = login, .listener = -1 };
	int ret = -1;

	if (!login->auth_url || !login->token_url)
		return sm_err_set(err, SM_EXIT_CONFIG, "[account \"%s\"] needs "
		    "type = ..., or auth_url and token_url", login->account);
	if (make_secrets(&code, err) == 0 && find_redirect(&code, err) == 0 &&
	    register_app(&code, err) == 0) {
		if (!login->client_id)
			sm_err_set(err, SM_EXIT_CONFIG, "[account \"%s\"] "
			    "needs client_id = ..., of an application that "
			    "is registered at the network",
			    login->account);
		else {
			show_address(&code);
			ret = wait_for_code(&code, err) == 1 ?
			    exchange(&code, err) : -1;
		}
	}
	if (code.listener != -1)
		(void)close(code.listener);
	free(code.redirect);
	free(code.code);
	explicit_bzero(&code, sizeof(code));
	return ret;
}
