/* Which accounts can work, and which need a person. */
#include "auth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/safe.h"
#include "base/xalloc.h"
#include "record/conf.h"
#include "source/auth/auth.h"

static void
show(const char *text, int width)
{
	struct sm_buf safe = SM_BUF_INIT;

	sm_safe(&safe, text, strlen(text), SM_SAFE_TTY);
	(void)printf("%-*s ", width, sm_buf_str(&safe));
	sm_buf_release(&safe);
}

/* True: a person has to do something. */
static bool
show_token(const struct sm_auth_token *token)
{
	char until[SM_TIME_TEXT];

	if (token->trouble) {
		(void)printf("must log in: %s\n", token->trouble);
		return true;
	}
	if (token->expires == SM_TIME_NONE) {
		(void)printf("ok\n");
		return false;
	}
	sm_time_format(token->expires, until);
	if (token->refresh || token->password) {
		(void)printf("ok, renewed by itself (now until %s)\n", until);
		return false;
	}
	if (token->expires > time(NULL)) {
		(void)printf("ok until %s, then log in again\n", until);
		return false;
	}
	(void)printf("must log in: it ended at %s\n", until);
	return true;
}

/* Whether the secret's file can be used; no command is run for a list. */
static int
look_at(const struct sm_conf *conf, const char *account, const char *key,
    struct sm_err *err)
{
	char *cmd = sm_xasprintf("%s_cmd", key);
	char *file = sm_xasprintf("%s_file", key);
	struct sm_buf secret = SM_BUF_INIT;
	int ret = 0;

	if (!sm_conf_str(conf, "account", account, cmd) &&
	    sm_conf_str(conf, "account", account, file))
		ret = sm_conf_secret(conf, "account", account, key, &secret,
		    err);
	if (secret.data)
		explicit_bzero(secret.data, secret.room);
	sm_buf_release(&secret);
	free(cmd);
	free(file);
	return ret;
}

static bool
show_configured(const struct sm_conf *conf, const char *account)
{
	struct sm_err err;
	bool wanted = look_at(conf, account, "token", &err) == -1 ||
	    look_at(conf, account, "password", &err) == -1;

	(void)printf("%s\n", wanted ? err.text : "ok, by the configuration");
	return wanted;
}

static bool
show_state(const struct sm_conf *conf, const char *account)
{
	struct sm_auth_token token = { .access = NULL };
	char *path = sm_auth_token_path(conf, account);
	bool wanted = false;
	struct sm_err err;
	int ret = 0;

	if (sm_auth_token_is_kept(path) ||
	    !sm_conf_str(conf, "account", account, "token_file"))
		ret = sm_auth_token_read(path, &token, &err);
	if (ret == -1) {
		(void)printf("%s\n", err.text);
		wanted = true;
	} else if (ret == 1)
		wanted = show_token(&token);
	else if (sm_auth_has(conf, account) == SM_AUTH_SECRET)
		wanted = show_configured(conf, account);
	else {
		(void)printf("must log in: it never has\n");
		wanted = true;
	}
	sm_auth_token_release(&token);
	free(path);
	return wanted;
}

int
auth_list(const struct sm_conf *conf)
{
	enum sm_exit status = SM_EXIT_OK;
	const char *name, *type;

	for (size_t i = 0; (name = sm_conf_name(conf, "account", i)); i++) {
		type = sm_conf_str(conf, "account", name, "type");
		show(name, 20);
		show(type ? type : "-", 12);
		if (show_state(conf, name))
			status = SM_EXIT_NOPERM;
	}
	return status;
}
