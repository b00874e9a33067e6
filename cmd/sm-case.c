/*
 * sm-case - posts become cases with one history.
 *
 * The store's front: each verb is a file of cmd/case/ and a line of its
 * list.h.
 */
#include <signal.h>

#include "base/msg.h"
#include "case/case.h"

static const struct sm_opt table[] = {
	SM_OPT_END
};

static struct sm_opts opts = {
	.table = table,
	.synopsis = "add [options] [FILE ...]\n"
	    "list [options]\n"
	    "posts [options]\n"
	    "show [options] ID\n"
	    "verify [options]",
	.summary = "posts become cases with one history",
	.examples =
	    "sm-fetch --all | sm-score | sm-route -f rules | sm-case add\n"
	    "sm-case list --queue care-pl -l 20\n"
	    "sm-case list | jq -r '.case.queue' | sort | uniq -c\n",
};

#define SM_VERB(name) extern const struct sm_verb sm_case_##name;
#include "case/list.h"
#undef SM_VERB

static const struct sm_verb *const verbs[] = {
#define SM_VERB(name) &sm_case_##name,
#include "case/list.h"
#undef SM_VERB
	NULL
};

int
main(int argc, char *argv[])
{
	sm_msg_init(argv[0]);
	/* A file that may not grow is an error to report, not to die of. */
	(void)signal(SIGXFSZ, SIG_IGN);
	return sm_verb_main(&opts, verbs, NULL, argc, argv);
}
