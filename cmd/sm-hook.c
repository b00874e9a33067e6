/*
 * sm-hook - receive webhooks: what a network sends is looked at (is it signed
 * as it has to be?) and put into a spool, from which sm-fetch reads.
 *
 * It runs below a web server as a CGI program, answers one HTTP request on
 * standard input, or listens itself, one process, on loopback.
 */
#include <sys/resource.h>
#include <sys/stat.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/opt.h"
#include "hook/hook.h"
#include "record/conf.h"
#include "record/keys.h"
#include "source/hook/hook.h"
#include "source/hook/hook_request.h"

enum { OPT_CHECK = SM_OPT_LONG, OPT_LISTEN, OPT_STDIN };

static const struct sm_opt table[] = {
	{ 'c', "config", "FILE", "the configuration, instead of the usual" },
	{ 'l', "list", NULL, "list the kinds of hooks" },
	{ OPT_CHECK, "check", NULL, "look whether the hooks are configured "
	    "well" },
	{ OPT_LISTEN, "listen", "[ADDRESS:]PORT", "answer there, until a "
	    "signal" },
	{ OPT_STDIN, "stdin", NULL, "answer one HTTP request on standard "
	    "input" },
	SM_OPT_END
};

static struct sm_opts opts = {
	.table = table,
	.synopsis = "[-qv] [-c FILE] [NAME]\n"
	    "[-qv] [-c FILE] --stdin [NAME]\n"
	    "[-qv] [-c FILE] --listen [ADDRESS:]PORT [NAME]\n"
	    "[-c FILE] --check | --list",
	.summary = "receive webhooks and keep them for sm-fetch",
	.examples = "sm-hook --listen 8180\n"
	    "sm-fetch spool ~/.local/share/sm/spool/meta | sm-score\n",
};

struct wish {
	const char *config, *listen;
	bool list, check, input;
};

/* No secret of ours into a core file, no file of ours to others. */
static void
protect(void)
{
	struct rlimit none = { .rlim_cur = 0, .rlim_max = 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)umask(077);
	(void)signal(SIGPIPE, SIG_IGN);
}

static enum sm_exit
list_kinds(void)
{
	const struct sm_hook_kind *kind;

	for (size_t i = 0; (kind = sm_hook_kind_nth(i)); i++)
		printf("%-10s %s\n", kind->name, kind->summary);
	if (fflush(stdout) != 0)
		sm_die(SM_EXIT_IO, "cannot write the output");
	return SM_EXIT_OK;
}

static enum sm_exit
check_hooks(const struct sm_conf *conf)
{
	enum sm_exit status = SM_EXIT_OK;
	struct sm_hook *hook;
	struct sm_err err;
	const char *name;
	size_t i;

	for (i = 0; (name = sm_conf_name(conf, "hook", i)); i++) {
		hook = sm_hook_new(conf, name, &err);
		if (!hook) {
			sm_warn("%s", err.text);
			status = err.code == SM_EXIT_USAGE ? SM_EXIT_CONFIG :
			    err.code;
		} else
			printf("%s: %s, into %s\n", name, hook->kind->name,
			    hook->spool);
		sm_hook_free(hook);
	}
	if (i == 0)
		sm_die(SM_EXIT_CONFIG, "there is no [hook] in the "
		    "configuration");
	if (fflush(stdout) != 0)
		sm_die(SM_EXIT_IO, "cannot write the output");
	return status;
}

/*
 * A web server hands a query without '=' to CGI programs as words of their
 * command line (RFC 3875, 4.4): nobody who sends a request may say our
 * options.  No network asks so; such a request ends here.
 */
static bool
is_from_query(void)
{
	const char *query = getenv("QUERY_STRING");

	return getenv("GATEWAY_INTERFACE") && query && *query &&
	    !strchr(query, '=');
}

static enum sm_exit
refuse_query(void)
{
	struct sm_hook_answer answer = { .status = 400 };
	struct sm_buf out = SM_BUF_INIT;

	hook_refuse(&answer, 400);
	hook_write(&answer, true, &out);
	(void)fwrite(out.data, 1, out.len, stdout);
	sm_buf_release(&out);
	return fflush(stdout) == 0 ? SM_EXIT_OK : SM_EXIT_IO;
}

static void
parse_options(struct wish *wish, int argc, char *argv[])
{
	int opt;

	while ((opt = sm_opt_next(&opts, argc, argv)) != -1) {
		switch (opt) {
		case 'c': wish->config = opts.arg; break;
		case 'l': wish->list = true; break;
		case OPT_CHECK: wish->check = true; break;
		case OPT_LISTEN: wish->listen = opts.arg; break;
		case OPT_STDIN: wish->input = true; break;
		default: break;
		}
	}
	if (opts.count > 1)
		sm_usage(&opts, "'%s' is one word too many",
		    opts.operands[1]);
	if (wish->input && wish->listen)
		sm_usage(&opts, "--stdin and --listen: say one of them");
}

int
main(int argc, char *argv[])
{
	struct wish wish = { .config = NULL };
	struct hook_run run = { .name = NULL };
	struct sm_err err;
	int status;

	sm_msg_init(argv[0]);
	protect();
	if (is_from_query())
		return refuse_query();
	parse_options(&wish, argc, argv);
	if (wish.list)
		return list_kinds();
	run.name = opts.operands[0];
	run.conf = sm_conf_load(sm_keys_usual, wish.config, &err);
	if (!run.conf)
		sm_die(err.code, "%s", err.text);
	hook_run_begin(&run);
	if (wish.check)
		status = check_hooks(run.conf);
	else if (wish.listen)
		status = hook_serve(&run, wish.listen);
	else if (wish.input)
		status = hook_stdin(&run);
	else if (getenv("REQUEST_METHOD"))
		status = hook_cgi(&run);
	else
		sm_usage(&opts, "no request: this runs below a web server; or "
		    "say --listen PORT or --stdin");
	hook_run_release(&run);
	if (status > 128) {
		/* Whoever sent it shall see that we ended by it. */
		(void)signal(status - 128, SIG_DFL);
		(void)raise(status - 128);
	}
	return status;
}
