/*
 * sm-auth - log in to an account: walks a person through what its network
 * wants, and keeps the tokens.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "auth/auth.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/opt.h"
#include "record/conf.h"
#include "record/keys.h"

enum { OPT_LOGOUT = SM_OPT_LONG };

static const struct sm_opt table[] = {
	{ 'c', "config", "FILE", "the configuration, instead of the usual" },
	{ 'f', "flow", "HOW", "code, paste, device, password or token" },
	{ 'l', "list", NULL, "the state of all accounts" },
	{ OPT_LOGOUT, "logout", NULL, "forget the account's tokens" },
	SM_OPT_END
};

static struct sm_opts opts = {
	.table = table,
	.synopsis = "[-c FILE] [-f HOW] ACCOUNT\n"
	    "[-c FILE] --logout ACCOUNT\n"
	    "[-c FILE] --list",
	.summary = "log in to an account, and keep its tokens",
	.examples = "sm auth brand\n"
	    "sm auth --flow paste brand\n"
	    "sm auth --list\n",
};

static enum sm_exit
log_in(const struct sm_conf *conf, const char *account, const char *flow)
{
	static const struct rlimit none = { 0, 0 };
	enum sm_exit status = SM_EXIT_OK;
	struct auth_login login;
	struct sm_err err;

	(void)setrlimit(RLIMIT_CORE, &none);
	if (auth_login_init(&login, conf, account, flow, &err) == -1 ||
	    auth_login_walk(&login, &err) == -1 ||
	    auth_login_keep(&login, &err) == -1) {
		sm_warn("%s", err.text);
		status = err.code;
	}
	auth_login_release(&login);
	return status;
}

static enum sm_exit
log_out(const struct sm_conf *conf, const char *account)
{
	char *path = sm_auth_token_path(conf, account);
	enum sm_exit status = SM_EXIT_OK;

	if (sm_conf_str(conf, "account", account, "token_file") &&
	    access(path, F_OK) == 0 && !sm_auth_token_is_kept(path))
		(void)printf("account '%s' logs in by a file of your own, "
		    "which stays: '%s'\n", account, path);
	else if (unlink(path) == 0)
		(void)printf("the tokens of account '%s' are gone; at the "
		    "network they can be revoked among its applications\n",
		    account);
	else if (errno == ENOENT)
		(void)printf("account '%s' has not been logged in\n",
		    account);
	else {
		sm_warn("cannot remove '%s': %s", path, strerror(errno));
		status = SM_EXIT_NOPERM;
	}
	free(path);
	return status;
}

int
main(int argc, char *argv[])
{
	const char *config = NULL, *flow = NULL;
	bool list = false, logout = false;
	enum sm_exit status;
	struct sm_conf *conf;
	struct sm_err err;
	int opt;

	sm_msg_init(argv[0]);
	while ((opt = sm_opt_next(&opts, argc, argv)) != -1) {
		switch (opt) {
		case 'c': config = opts.arg; break;
		case 'f': flow = opts.arg; break;
		case 'l': list = true; break;
		case OPT_LOGOUT: logout = true; break;
		default: break;
		}
	}
	if (opts.count != (list ? 0 : 1))
		sm_usage(&opts, list ? "--list takes no account" :
		    "log in to which ACCOUNT?");
	conf = sm_conf_load(sm_keys_usual, config, &err);
	if (!conf)
		sm_die(err.code, "%s", err.text);
	if (list)
		status = (enum sm_exit)auth_list(conf);
	else if (!sm_conf_has_name(conf, "account", opts.operands[0]))
		sm_die(SM_EXIT_CONFIG, "there is no [account \"%s\"] in the "
		    "configuration", opts.operands[0]);
	else if (logout)
		status = log_out(conf, opts.operands[0]);
	else
		status = log_in(conf, opts.operands[0], flow);
	sm_conf_free(conf);
	if (fflush(stdout) != 0 || ferror(stdout))
		sm_die(SM_EXIT_IO, "cannot write the output");
	return status;
}
