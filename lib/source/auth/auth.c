#include "source/auth/auth.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "record/conf.h"
#include "source/auth/auth_impl.h"
#include "text/url.h"

/*
 * Every account that is in use: sources of one account share its secret, so
 * that its command runs once, and its tokens, so that they are renewed once.
 */
static struct sm_auth *all;

void
auth_wipe(struct sm_buf *buf)
{
	if (buf->data)
		explicit_bzero(buf->data, buf->room);
	sm_buf_clear(buf);
}

static const struct {
	const char *name;
	enum auth_kind kind;
	const char *key;	/* of its secret */
} kinds[] = {
	{ "basic", AUTH_BASIC, "password" },
	{ "bearer", AUTH_BEARER, "token" },
	{ "header", AUTH_HEADER, "token" },
	{ "query", AUTH_QUERY, "token" },
	{ "url", AUTH_URL, "token" },
	{ "oauth2", AUTH_OAUTH2, NULL },
	{ "bluesky", AUTH_BLUESKY, "password" }
};

/* "header Authorization Bot": the kind, and its two words. */
static int
parse_kind(struct sm_auth *auth, const char *text, const char **key,
    struct sm_err *err)
{
	size_t n = strcspn(text, " ");
	const char *name = text + n + strspn(text + n, " ");
	size_t len = strcspn(name, " ");
	const char *word = name + len + strspn(name + len, " ");

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strlen(kinds[i].name) != n ||
		    memcmp(kinds[i].name, text, n) != 0)
			continue;
		auth->kind = kinds[i].kind;
		*key = kinds[i].key;
		if (len > 0)
			auth->name = sm_xstrndup(name, len);
		if (*word)
			auth->word = sm_xstrdup(word);
		if (len > 0 || (auth->kind != AUTH_HEADER &&
		    auth->kind != AUTH_QUERY))
			return 0;
	}
	return sm_err_set(err, SM_EXIT_FAULT, "no kind of login '%s'", text);
}

/* A token_file that `sm auth` keeps is none: tokens in it change. */
static bool
is_set(const struct sm_conf *conf, const char *account, const char *name)
{
	char *path;
	bool found = sm_conf_str(conf, "account", account, name) != NULL;

	if (!found || strcmp(name, "token_file") != 0)
		return found;
	path = sm_auth_token_path(conf, account);
	found = !sm_auth_token_is_kept(path);
	free(path);
	return found;
}

/* Whether a secret is configured, in any of the ways there are. */
static bool
has_secret(const struct sm_conf *conf, const char *account, const char *key)
{
	static const char *const ends[] = { "", "_cmd", "_file" };
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	bool found = false;
	char *name;

	for (size_t i = 0; i < 3 && !found; i++) {
		name = sm_xasprintf("%s%s", key, ends[i]);
		found = is_set(conf, account, name);
		free(name);
	}
	if (found || !folder || !*folder || *account == '.' ||
	    strchr(account, '/'))
		return found;
	name = sm_xasprintf("%s/%s.%s", folder, account, key);
	found = access(name, F_OK) == 0;
	free(name);
	if (found || strcmp(key, "token") != 0)
		return found;
	name = sm_xasprintf("%s/%s", folder, account);
	found = access(name, F_OK) == 0;
	free(name);
	return found;
}

static bool
has_file(const struct sm_conf *conf, const char *account)
{
	char *path = sm_auth_token_path(conf, account);
	bool found = access(path, F_OK) == 0;

	free(path);
	return found;
}

/* What an account has that logs in by OAuth. */
static bool
has_client(const struct sm_conf *conf, const char *account)
{
	return sm_conf_str(conf, "account", account, "client_id") ||
	    sm_conf_str(conf, "account", account, "login");
}

enum sm_auth_has
sm_auth_has(const struct sm_conf *conf, const char *account)
{
	if (has_secret(conf, account, "password") ||
	    has_secret(conf, account, "token") || has_file(conf, account))
		return SM_AUTH_SECRET;
	return has_client(conf, account) ? SM_AUTH_CLIENT : SM_AUTH_NOTHING;
}

static char *
copy_of(const char *text)
{
	return text ? sm_xstrdup(text) : NULL;
}

static int
must_log_in(const struct sm_auth *auth, const char *why, struct sm_err *err)
{
	return sm_err_set(err, SM_EXIT_NOPERM, "account '%s' %s: run 'sm auth "
	    "%s'", auth->account, why, auth->account);
}

/* What `sm auth` has kept, or 0. */
static int
read_kept(struct sm_auth *auth, struct sm_err *err)
{
	if (!auth->path)
		auth->path = sm_auth_token_path(auth->conf, auth->account);
	return sm_auth_token_read(auth->path, &auth->token, err);
}

/* A secret that does not change, from the configuration or `sm auth`. */
static int
find_secret(struct sm_auth *auth, const char *key, struct sm_err *err)
{
	const char *kept;
	int ret;

	if (has_secret(auth->conf, auth->account, key))
		return sm_conf_secret(auth->conf, "account", auth->account,
		    key, &auth->secret, err);
	ret = read_kept(auth, err);
	if (ret == -1)
		return -1;
	kept = strcmp(key, "token") == 0 ? auth->token.access :
	    auth->token.password;
	if (ret == 1 && auth->token.trouble)
		return must_log_in(auth, auth->token.trouble, err);
	if (kept && *kept) {
		sm_buf_adds(&auth->secret, kept);
		if (!auth->user)
			auth->user = copy_of(auth->token.user);
		return 0;
	}
	return sm_err_set(err, SM_EXIT_CONFIG, "no '%s' for [account \"%s\"]: "
	    "set %s_cmd or %s_file, or run 'sm auth %s'", key, auth->account,
	    key, key, auth->account);
}

static int
find_oauth(struct sm_auth *auth, struct sm_err *err)
{
	const struct sm_conf *conf = auth->conf;
	const char *url = sm_conf_str(conf, "account", auth->account,
	    "token_url");
	const char *client = sm_conf_str(conf, "account", auth->account,
	    "client_id");
	int ret = read_kept(auth, err);

	if (ret == -1)
		return -1;
	if (ret == 0)
		return must_log_in(auth, "has not logged in yet", err);
	auth->token_url = copy_of(url ? url : auth->token.token_url);
	auth->client_id = copy_of(client ? client : auth->token.client_id);
	if (has_secret(conf, auth->account, "client_secret"))
		return sm_conf_secret(conf, "account", auth->account,
		    "client_secret", &auth->client_secret, err);
	if (auth->token.client_secret)
		sm_buf_adds(&auth->client_secret, auth->token.client_secret);
	return 0;
}

static int
fill(struct sm_auth *auth, const char *kind, struct sm_err *err)
{
	const struct sm_conf *conf = auth->conf;
	const char *name = auth->account, *key = NULL;

	auth->user = copy_of(sm_conf_str(conf, "account", name, "user"));
	auth->origin = copy_of(sm_conf_str(conf, "account", name, "url"));
	auth->pin = copy_of(sm_conf_str(conf, "account", name, "pin"));
	if (!kind)
		kind = has_secret(conf, name, "password") ? "basic" :
		    "bearer";
	if (parse_kind(auth, kind, &key, err) == -1)
		return -1;
	/* Tokens of `sm auth` that expire have to be refreshed. */
	if (auth->kind == AUTH_BEARER && !has_secret(conf, name, key)) {
		int ret = read_kept(auth, err);

		if (ret == -1)
			return -1;
		if (ret == 1 ? auth->token.refresh != NULL :
		    has_client(conf, name))
			auth->kind = AUTH_OAUTH2;
	}
	if (auth->kind == AUTH_OAUTH2)
		return find_oauth(auth, err);
	if (find_secret(auth, key, err) == -1)
		return -1;
	if ((auth->kind == AUTH_BASIC || auth->kind == AUTH_BLUESKY) &&
	    !auth->user)
		return sm_err_set(err, SM_EXIT_CONFIG, "[account \"%s\"] has "
		    "a password and no user: set user = ...", name);
	if (auth->kind == AUTH_BLUESKY)
		return read_kept(auth, err) == -1 ? -1 : 0;
	return 0;
}

static struct sm_auth *
find(const struct sm_conf *conf, const char *account, const char *kind)
{
	for (struct sm_auth *auth = all; auth; auth = auth->next)
		if (auth->conf == conf && strcmp(auth->account, account) == 0 &&
		    strcmp(auth->asked, kind ? kind : "") == 0)
			return auth;
	return NULL;
}

struct sm_auth *
sm_auth_new(const struct sm_conf *conf, const char *account, const char *kind,
    struct sm_err *err)
{
	static const struct rlimit none = { 0, 0 };
	struct sm_auth *auth = find(conf, account, kind);

	if (auth) {
		auth->users++;
		return auth;
	}
	(void)setrlimit(RLIMIT_CORE, &none);
	auth = sm_xcalloc(1, sizeof(*auth));
	auth->conf = conf;
	auth->account = sm_xstrdup(account);
	auth->asked = sm_xstrdup(kind ? kind : "");
	auth->users = 1;
	auth->lock = -1;
	auth->token.expires = auth->token.saved = SM_TIME_NONE;
	auth->next = all;
	all = auth;
	if (fill(auth, kind, err) == 0)
		return auth;
	sm_auth_free(auth);
	return NULL;
}

void
sm_auth_free(struct sm_auth *auth)
{
	struct sm_auth **at = &all;

	if (!auth || --auth->users > 0)
		return;
	while (*at != auth)
		at = &(*at)->next;
	*at = auth->next;
	if (auth->lock != -1)
		(void)close(auth->lock);
	auth_wipe(&auth->secret);
	auth_wipe(&auth->client_secret);
	sm_buf_release(&auth->secret);
	sm_buf_release(&auth->client_secret);
	sm_auth_token_release(&auth->token);
	if (auth->refused)
		explicit_bzero(auth->refused, strlen(auth->refused));
	free(auth->refused);
	free(auth->failure);
	free(auth->account);
	free(auth->asked);
	free(auth->name);
	free(auth->word);
	free(auth->user);
	free(auth->origin);
	free(auth->pin);
	free(auth->path);
	free(auth->token_url);
	free(auth->client_id);
	free(auth);
}

const char *
sm_auth_user(const struct sm_auth *auth)
{
	return auth ? auth->user : NULL;
}

const char *
sm_auth_token(const struct sm_auth *auth)
{
	return auth && auth->kind == AUTH_URL ? sm_buf_str(&auth->secret) :
	    NULL;
}

const char *
sm_auth_password(const struct sm_auth *auth)
{
	return auth && auth->kind == AUTH_BASIC ? sm_buf_str(&auth->secret) :
	    NULL;
}

const char *
sm_auth_id(const struct sm_auth *auth)
{
	return auth ? auth->token.id : NULL;
}

const char *
sm_auth_base(const struct sm_auth *auth)
{
	return auth ? auth->token.base : NULL;
}
