/* sm config - what is configured, where it stands, and whether it is sound. */
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/path.h"
#include "base/safe.h"
#include "base/xalloc.h"
#include "front.h"
#include "record/keys.h"

enum { OPT_ORIGIN = SM_OPT_LONG };

static const struct sm_opt table[] = {
	{ 'c', "config", "FILE", "the configuration, instead of the usual" },
	{ OPT_ORIGIN, "show-origin", NULL,
	    "with list, get: file and line as well" },
	SM_OPT_END
};

static struct sm_opts config_opts = {
	.table = table,
	.synopsis = "config [-qv] [-c FILE] [--show-origin] "
	    "check | list | keys |\n     get SECTION[.NAME].KEY",
	.summary = "check and show the configuration",
	.examples = "sm config check\nsm config list --show-origin\n"
	    "sm config get source.news.url\n",
};

struct request {
	struct sm_conf *conf;
	const char *file;
	bool origin;
	bool faults;
};

static void
print(const char *s, bool line_end)
{
	struct sm_buf out = SM_BUF_INIT;

	/* Data for programs, but a terminal must not suffer. */
	if (isatty(STDOUT_FILENO))
		sm_safe(&out, s, strlen(s), SM_SAFE_TTY);
	else
		sm_buf_adds(&out, s);
	(void)fputs(sm_buf_str(&out), stdout);
	if (line_end)
		(void)fputc('\n', stdout);
	sm_buf_release(&out);
}

static int
list_value(const char *section, const char *name, const char *key,
    const char *value, const char *origin, void *arg)
{
	const struct request *request = arg;
	char *text = sm_xasprintf("%s%s%s%s.%s=%s", section, name ? "." : "",
	    name ? name : "", "", key, sm_conf_is_secret(key) ? "***" :
	    value);

	if (request->origin) {
		print(origin, false);
		(void)fputc('\t', stdout);
	}
	print(text, true);
	free(text);
	return 0;
}

static enum sm_exit
do_list(struct request *request, const char *key)
{
	(void)key;
	(void)sm_conf_each(request->conf, list_value, request);
	return SM_EXIT_OK;
}

static enum sm_exit
do_keys(struct request *request, const char *key)
{
	(void)request;
	(void)key;
	for (const struct sm_conf_key *k = sm_keys_base; k->section; k++)
		printf("%s %s %s%s\n", k->section, k->name, k->help,
		    k->repeat ? " (may stand several times)" : "");
	return SM_EXIT_OK;
}

/* section.key or section.name.key, where the name may have dots itself. */
static enum sm_exit
do_get(struct request *request, const char *wanted)
{
	const char *first = strchr(wanted, '.'), *last = strrchr(wanted, '.');
	char *section, *name = NULL;
	const char *value;
	size_t index = 0;

	if (!first || !last[1])
		sm_die(SM_EXIT_USAGE, "'%s': expected SECTION.KEY or "
		    "SECTION.NAME.KEY", wanted);
	section = sm_xstrndup(wanted, (size_t)(first - wanted));
	if (last > first)
		name = sm_xstrndup(first + 1, (size_t)(last - first) - 1);
	for (; (value = sm_conf_nth(request->conf, section, name, last + 1,
	    index)); index++) {
		if (request->origin) {
			print(sm_conf_origin(request->conf, section, name,
			    last + 1), false);
			(void)fputc('\t', stdout);
		}
		print(sm_conf_is_secret(last + 1) ? "***" : value, true);
	}
	free(section);
	free(name);
	return index > 0 ? SM_EXIT_OK : SM_EXIT_SOME;
}

/* ---- Checking ---------------------------------------------------------- */

static void fault(struct request *request, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
fault(struct request *request, const char *format, ...)
{
	char text[SM_ERR_MAX];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	sm_warn("%s", text);
	request->faults = true;
}

/* A name that refers to a section: is there one? */
static void
check_reference(struct request *request, const char *source,
    const char *key)
{
	const char *name = sm_conf_str(request->conf, "source", source, key);

	if (name && !sm_conf_has_name(request->conf, key, name))
		fault(request, "%s: no [%s \"%s\"]",
		    sm_conf_origin(request->conf, "source", source, key), key,
		    name);
}

static void
check_sources(struct request *request)
{
	const struct sm_conf *conf = request->conf;
	bool brands = sm_conf_name(conf, "brand", 0) != NULL;
	const char *name;

	for (size_t i = 0; (name = sm_conf_name(conf, "source", i)); i++) {
		if (!sm_conf_str(conf, "source", name, "type"))
			fault(request, "[source \"%s\"] has no 'type'", name);
		check_reference(request, name, "account");
		if (brands)
			check_reference(request, name, "brand");
	}
}

static void
check_rules(struct request *request)
{
	char *path = sm_conf_path(request->conf, "rules", NULL, "path");

	if (path && access(path, R_OK) == -1)
		fault(request, "%s: cannot read the rules '%s': %s",
		    sm_conf_origin(request->conf, "rules", NULL, "path"), path,
		    strerror(errno));
	free(path);
}

/* The value before this one of a key that counts once. */
struct twice {
	struct request *request;
	const char *section, *name, *key, *origin;
};

static int
same_value(const char *section, const char *name, const char *key,
    const char *value, const char *origin, void *arg)
{
	struct twice *now = arg;
	const char *file = strrchr(origin, ':');

	(void)value;
	if (origin == now->origin)
		return 1;
	if (strcmp(section, now->section) != 0 ||
	    strcmp(key, now->key) != 0 || !name != !now->name ||
	    (name && strcmp(name, now->name) != 0) ||
	    strncmp(origin, now->origin, (size_t)(file - origin) + 1) != 0)
		return 0;
	sm_warn("%s: '%s' stands at %s too; the last one counts",
	    now->origin, key, origin);
	return 1;
}

static bool
may_repeat(const char *section, const char *name)
{
	for (const struct sm_conf_key *k = sm_keys_base; k->section; k++)
		if (strcmp(k->section, section) == 0 &&
		    strcmp(k->name, name) == 0)
			return k->repeat;
	return true;
}

static int
check_twice(const char *section, const char *name, const char *key,
    const char *value, const char *origin, void *arg)
{
	struct twice now = { .request = arg, .section = section,
	    .name = name, .key = key, .origin = origin };

	(void)value;
	if (!may_repeat(section, key))
		(void)sm_conf_each(now.request->conf, same_value, &now);
	return 0;
}

/* The connectors know their own keys: sm-fetch looks at them. */
static void
check_connectors(struct request *request)
{
	static char name[] = "sm-fetch", dry[] = "--dry-run", all[] = "--all";
	char *argv[] = { name, dry, all, NULL };
	posix_spawn_file_actions_t files;
	char *path = sm_path_program(name);
	int status = 0, failed;
	pid_t pid;

	if (request->file)
		(void)setenv("SM_CONFIG", request->file, 1);
	(void)posix_spawn_file_actions_init(&files);
	(void)posix_spawn_file_actions_addopen(&files, STDOUT_FILENO,
	    "/dev/null", O_WRONLY, 0);
	failed = posix_spawn(&pid, path, &files, NULL, argv, environ);
	(void)posix_spawn_file_actions_destroy(&files);
	free(path);
	if (failed)
		return;
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		request->faults = true;
}

static enum sm_exit
do_check(struct request *request, const char *key)
{
	(void)key;
	check_sources(request);
	check_rules(request);
	(void)sm_conf_each(request->conf, check_twice, request);
	if (sm_conf_name(request->conf, "source", 0))
		check_connectors(request);
	return request->faults ? SM_EXIT_CONFIG : SM_EXIT_OK;
}

/* ------------------------------------------------------------------------ */

static const struct {
	const char *name;
	int operands;	/* behind it */
	enum sm_exit (*run)(struct request *request, const char *key);
} actions[] = {
	{ "check", 0, do_check },
	{ "list", 0, do_list },
	{ "keys", 0, do_keys },
	{ "get", 1, do_get }
};

static enum sm_exit
act(struct sm_opts *opts, struct request *request)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++) {
		if (strcmp(opts->operands[0], actions[i].name) != 0)
			continue;
		if (opts->count != 1 + actions[i].operands)
			sm_usage(opts, "'%s' takes %d words",
			    actions[i].name, actions[i].operands);
		request->conf = front_conf(request->file);
		return actions[i].run(request, opts->operands[1]);
	}
	sm_usage(opts, "no 'sm config %s'", opts->operands[0]);
	return SM_EXIT_USAGE;
}

static enum sm_exit
run_config(struct sm_opts *opts, int argc, char *argv[])
{
	struct request request = { .conf = NULL };
	enum sm_exit status;
	int opt;

	while ((opt = sm_opt_next(opts, argc, argv)) != -1) {
		switch (opt) {
		case 'c': request.file = opts->arg; break;
		case OPT_ORIGIN: request.origin = true; break;
		default: sm_usage(opts, "wrong option");
		}
	}
	if (opts->count == 0)
		sm_usage(opts, "check, list, keys or get?");
	status = act(opts, &request);
	if (fflush(stdout) == EOF)
		sm_die(SM_EXIT_IO, "cannot write the output: %s",
		    strerror(errno));
	sm_conf_free(request.conf);
	return status;
}

const struct sm_verb sm_front_config = {
	.name = "config",
	.summary = "check and show the configuration",
	.opts = &config_opts,
	.run = run_config,
};
