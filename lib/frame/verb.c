#include "frame/verb.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

#define VERBS_MAX 64	/* looked at for "did you mean" */

static void
add_option(struct sm_buf *out, const struct sm_opt *o)
{
	struct sm_buf left = SM_BUF_INIT;

	if (o->letter < SM_OPT_LONG)
		sm_buf_addf(&left, "-%c%s", o->letter, o->name ? ", " : "");
	else
		sm_buf_adds(&left, "    ");
	if (o->name)
		sm_buf_addf(&left, "--%s", o->name);
	if (o->arg)
		sm_buf_addf(&left, " %s", o->arg);
	sm_buf_addf(out, "  %-26s %s\n", sm_buf_str(&left), o->help);
	sm_buf_release(&left);
}

char *
sm_verb_help(const struct sm_verb *const *verbs, int with_options)
{
	struct sm_buf out = SM_BUF_INIT;

	if (!with_options)
		sm_buf_adds(&out, "verbs:\n");
	for (; *verbs; verbs++) {
		if (!with_options) {
			sm_buf_addf(&out, "  %-10s %s\n", (*verbs)->name,
			    (*verbs)->summary);
			continue;
		}
		sm_buf_addf(&out, "%s - %s\n", (*verbs)->name,
		    (*verbs)->summary);
		for (const struct sm_opt *o = (*verbs)->opts->table; o->help;
		    o++)
			add_option(&out, o);
	}
	return sm_buf_take(&out);
}

static void
no_such_verb(const struct sm_opts *opts, const struct sm_verb *const *verbs,
    const char *typed)
{
	const char *names[VERBS_MAX], *near;
	int count = 0;

	for (; verbs[count] && count < VERBS_MAX; count++)
		names[count] = verbs[count]->name;
	near = sm_opt_nearest(typed, names, count);
	if (near)
		sm_usage(opts, "no verb '%s', did you mean '%s'?", typed,
		    near);
	sm_usage(opts, "no verb '%s'", typed);
}

enum sm_exit
sm_verb_main(struct sm_opts *opts, const struct sm_verb *const *verbs,
    void (*other)(int argc, char *argv[]), int argc, char *argv[])
{
	/* -h is for a screen, --help tells everything. */
	int whole = argc > 1 && strcmp(argv[1], "--help") == 0;
	char *help = sm_verb_help(verbs, whole);
	int rest;

	opts->verbs = help;
	opts->operands_end = true;
	while (sm_opt_next(opts, argc, argv) != -1)
		sm_usage(opts, "options of a verb stand behind it");
	opts->verbs = NULL;
	free(help);
	if (opts->count == 0)
		sm_usage(opts, "which verb?");
	rest = argc - opts->count;
	for (const struct sm_verb *const *v = verbs; *v; v++)
		if (strcmp((*v)->name, argv[rest]) == 0)
			return (*v)->run((*v)->opts, opts->count,
			    argv + rest);
	if (other)
		other(opts->count, argv + rest);
	no_such_verb(opts, verbs, argv[rest]);
	return SM_EXIT_USAGE;
}
