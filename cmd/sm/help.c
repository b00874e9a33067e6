/* sm help - which programs there are. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/path.h"
#include "base/xalloc.h"
#include "frame/verb.h"

static const struct sm_opt table[] = {
	SM_OPT_END
};

static struct sm_opts help_opts = {
	.table = table,
	.synopsis = "help [NAME]",
	.summary = "list the programs, or show the help of one",
	.examples = "sm help fetch\n",
};

/* In the order of the work, as sm(7) has them. */
static const struct {
	const char *name, *summary;
} programs[] = {
	{ "fetch", "listen: what people say, from feeds, mailboxes, files" },
	{ "checkpoint", "keep cursors for pipes without a store" },
	{ "score", "say how urgent each post is, and why" },
	{ "route", "decide by rules what each post needs" },
	{ "rules", "check and test rules" },
	{ "lex", "compile and check lexicons" },
	{ "case", "posts become cases with one history" },
	{ "grep", "filter by the language of the rules" },
	{ "safe", "make any text harmless to look at" }
};

static bool
is_there(const char *name)
{
	char *program = sm_xasprintf("sm-%s", name);
	char *path = sm_path_program(program);
	bool there = access(path, X_OK) == 0;

	free(program);
	free(path);
	return there;
}

static void
show_one(char *name)
{
	static char option[] = "--help";
	char *program = sm_xasprintf("sm-%s", name);
	char *path = sm_path_program(program);
	char *argv[] = { program, option, NULL };

	(void)execv(path, argv);
	sm_die(SM_EXIT_USAGE, "no program '%s' here: sm help lists them",
	    program);
}

static enum sm_exit
run_help(struct sm_opts *opts, int argc, char *argv[])
{
	while (sm_opt_next(opts, argc, argv) != -1)
		sm_usage(opts, "wrong option");
	if (opts->count > 1)
		sm_usage(opts, "'%s' is one word too many", opts->operands[1]);
	if (opts->count == 1)
		show_one(opts->operands[0]);
	printf("sm sweep     fetch, score, decide and store all that is new\n"
	    "sm status    one line on how things are\n"
	    "sm config    check and show the configuration\n\n");
	for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++)
		if (is_there(programs[i].name))
			printf("sm %-10s %s\n", programs[i].name,
			    programs[i].summary);
	printf("\nEach is a program of its own too: sm-fetch, sm-score ...\n"
	    "Manual: man sm, man sm-fetch; sm NAME --help shows examples.\n");
	if (fflush(stdout) == EOF)
		sm_die(SM_EXIT_IO, "cannot write the output: %s",
		    strerror(errno));
	return SM_EXIT_OK;
}

const struct sm_verb sm_front_help = {
	.name = "help",
	.summary = "list the programs, or show the help of one",
	.opts = &help_opts,
	.run = run_help,
};
