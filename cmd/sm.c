/*
 * sm - the front door: what concerns all programs, and `sm NAME ...` for any
 * of them.  Each verb is a file of cmd/sm/ and a line of its list.h.
 */
#include <errno.h>
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

static struct sm_opts opts = {
	.table = table,
	.synopsis = "VERB [options]\n"
	    "NAME [options]     runs sm-NAME",
	.summary = "work social media, reviews and mail the way one works "
	    "calls",
	.examples = "sm sweep\nsm config check\nsm case list\n",
};

#define SM_VERB(name) extern const struct sm_verb sm_front_##name;
#include "sm/list.h"
#undef SM_VERB

static const struct sm_verb *const verbs[] = {
#define SM_VERB(name) &sm_front_##name,
#include "sm/list.h"
#undef SM_VERB
	NULL
};

/* sm NAME: sm-NAME from beside us, else from PATH; back where there is none. */
static void
run_program(int argc, char *argv[])
{
	char *name, *path;

	(void)argc;
	if (strchr(argv[0], '/'))
		return;
	name = sm_xasprintf("sm-%s", argv[0]);
	path = sm_path_program(name);
	argv[0] = name;
	(void)execv(path, argv);
	if (errno == ENOENT)
		(void)execvp(name, argv);
	if (errno != ENOENT)
		sm_die(SM_EXIT_OS, "cannot run '%s': %s", name,
		    strerror(errno));
	argv[0] = name + strlen("sm-");
	free(path);
}

int
main(int argc, char *argv[])
{
	sm_msg_init(argv[0]);
	return sm_verb_main(&opts, verbs, run_program, argc, argv);
}
