/* One login: what is configured, the flow, and where its result goes. */
#include "auth.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/opt.h"
#include "base/xalloc.h"
#include "record/conf.h"
#include "source/auth/auth_renew.h"
#include "text/url.h"

#define LOCK_TRIES 600		/* of 100 ms */

static const char *
key_of(const struct auth_login *login, const char *key)
{
	return sm_conf_str(login->conf, "account", login->account, key);
}

/* What is configured, else the provider's, "/x" seen from the server. */
static char *
url_of(const struct auth_login *login, const char *key, const char *usual)
{
	const char *text = key_of(login, key);
	struct sm_buf url = SM_BUF_INIT;

	if (!text)
		text = usual;
	if (!text)
		return NULL;
	if (*text != '/' || !login->url)
		return sm_xstrdup(text);
	if (sm_url_resolve(login->url, text, strlen(text), &url) == -1)
		return NULL;
	return sm_buf_take(&url);
}

static bool
is_set(const struct auth_login *login, const char *key)
{
	static const char *const ends[] = { "", "_cmd", "_file" };
	bool found = false;

	for (size_t i = 0; i < 3 && !found; i++) {
		char *name = sm_xasprintf("%s%s", key, ends[i]);

		found = key_of(login, name) != NULL;
		free(name);
	}
	return found;
}

static int
read_client(struct auth_login *login, struct sm_err *err)
{
	const char *id = key_of(login, "client_id");
	struct sm_buf secret = SM_BUF_INIT;
	int ret = 0;

	login->client_id = id ? sm_xstrdup(id) : NULL;
	if (!is_set(login, "client_secret"))
		return 0;
	ret = sm_conf_secret(login->conf, "account", login->account,
	    "client_secret", &secret, err);
	if (ret == 0)
		login->client_secret = sm_xstrdup(sm_buf_str(&secret));
	if (secret.data)
		explicit_bzero(secret.data, secret.room);
	sm_buf_release(&secret);
	return ret;
}

/* A mastodon server is asked for by its users' name of the network. */
static int
find_urls(struct auth_login *login, struct sm_err *err)
{
	const struct auth_provider *provider = login->provider;
	const char *url = key_of(login, "url");

	if (!url && provider->register_url)
		return sm_err_set(err, SM_EXIT_CONFIG, "[account \"%s\"] needs "
		    "url = https://... of its server", login->account);
	login->url = url ? sm_xstrdup(url) : NULL;
	login->auth_url = url_of(login, "auth_url", provider->auth_url);
	login->token_url = url_of(login, "token_url", provider->token_url);
	login->device_url = url_of(login, "device_url",
	    provider->device_url);
	login->redirect = key_of(login, "redirect");
	login->scope = url_of(login, "scope", provider->scope);
	return 0;
}

static int
find_flow(struct auth_login *login, const char *flow, struct sm_err *err)
{
	login->flow = login->provider->flow;
	if (!flow)
		flow = key_of(login, "login");
	if (!flow || auth_flow_find(flow, &login->flow) == 0)
		return 0;
	return sm_err_set(err, SM_EXIT_CONFIG, "no way to log in '%s': code, "
	    "paste, device, password or token", flow);
}

int
auth_login_init(struct auth_login *login, const struct sm_conf *conf,
    const char *account, const char *flow, struct sm_err *err)
{
	memset(login, 0, sizeof(*login));
	login->conf = conf;
	login->account = account;
	login->token.expires = login->token.saved = SM_TIME_NONE;
	if (!sm_conf_has_name(conf, "account", account))
		return sm_err_set(err, SM_EXIT_CONFIG, "there is no [account "
		    "\"%s\"] in the configuration", account);
	login->provider = auth_provider_find(key_of(login, "type"));
	login->cafile = sm_conf_path(conf, "account", account, "cafile");
	login->allow_private = sm_conf_bool(conf, "account", account,
	    "allow_private", false);
	if (find_flow(login, flow, err) == -1 ||
	    find_urls(login, err) == -1)
		return -1;
	return read_client(login, err);
}

static void
forget(char *text)
{
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
}

void
auth_login_release(struct auth_login *login)
{
	free(login->url);
	free(login->auth_url);
	free(login->token_url);
	free(login->device_url);
	free(login->scope);
	free(login->cafile);
	free(login->client_id);
	forget(login->client_secret);
	sm_auth_token_release(&login->token);
}

static int
walk_password(struct auth_login *login, struct sm_err *err)
{
	const char *user = key_of(login, "user");

	login->token.user = user ? sm_xstrdup(user) :
	    auth_prompt("User", false, err);
	if (!login->token.user)
		return -1;
	login->token.password = auth_prompt("App password (it is not shown)",
	    true, err);
	return login->token.password ? 0 : -1;
}

static int
walk_token(struct auth_login *login, struct sm_err *err)
{
	login->token.access = auth_prompt("Token (it is not shown)", true,
	    err);
	return login->token.access ? 0 : -1;
}

/* Whose token it is, where the network tells; that it does not is no error. */
static void
find_self(struct auth_login *login)
{
	const char *check = login->provider->check_url;
	struct sm_request req;
	struct sm_buf value = SM_BUF_INIT;
	struct sm_err err;
	char *body = NULL;
	size_t len;
	int status;

	if (!check || !login->url || !login->token.access)
		return;
	sm_request_init(&req);
	sm_buf_addf(&value, "Bearer %s", login->token.access);
	sm_request_header(&req, "Authorization", value.data);
	if (sm_url_resolve(login->url, check, strlen(check), &req.url) == 0 &&
	    auth_ask_http(login, &req, &status, &body, &len, &err) == 0 &&
	    status == 200) {
		login->token.id = auth_ask_text(body, len, "id");
		login->token.user = auth_ask_text(body, len, "username");
	}
	free(body);
	forget(sm_buf_take(&value));
	sm_request_release(&req);
}

int
auth_login_walk(struct auth_login *login, struct sm_err *err)
{
	static int (*const walks[])(struct auth_login *, struct sm_err *) = {
		[AUTH_FLOW_CODE] = auth_walk_code,
		[AUTH_FLOW_PASTE] = auth_walk_code,
		[AUTH_FLOW_DEVICE] = auth_walk_device,
		[AUTH_FLOW_PASSWORD] = walk_password,
		[AUTH_FLOW_TOKEN] = walk_token
	};

	if (walks[login->flow](login, err) == -1)
		return -1;
	if (login->flow != AUTH_FLOW_PASSWORD &&
	    login->flow != AUTH_FLOW_TOKEN) {
		auth_set(&login->token.token_url, login->token_url);
		if (login->provider->post)
			auth_set(&login->token.client_auth, "post");
	}
	find_self(login);
	return 0;
}

/* Whoever renews the old tokens now is let finish. */
static int
wait_for_lock(const char *path, struct sm_err *err)
{
	const struct timespec pause = { .tv_nsec = 100000000 };
	int fd = -2;

	for (int i = 0; i < LOCK_TRIES && fd == -2; i++) {
		if (i > 0)
			(void)nanosleep(&pause, NULL);
		fd = sm_auth_token_lock(path, err);
	}
	if (fd == -2)
		sm_err_set(err, SM_EXIT_TEMP, "'%s' is locked by another "
		    "process", path);
	return fd < 0 ? -1 : fd;
}

int
auth_login_keep(const struct auth_login *login, struct sm_err *err)
{
	char *path = sm_auth_token_path(login->conf, login->account);
	struct sm_auth_token token = login->token;
	int fd = wait_for_lock(path, err), ret = -1;

	token.saved = time(NULL);
	if (fd != -1)
		ret = sm_auth_token_write(path, &token, err);
	if (ret == 0)
		(void)printf("account '%s' has logged in; its tokens are in "
		    "'%s'\n", login->account, path);
	if (fd != -1)
		(void)close(fd);
	free(path);
	return ret;
}
