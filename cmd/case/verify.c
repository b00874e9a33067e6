/* sm-case verify - does the store agree with itself and with its events? */
#include <stdio.h>

#include "base/err.h"
#include "base/msg.h"
#include "case.h"

static const struct sm_opt table[] = {
	CASE_OPT_STORE,
	SM_OPT_END
};

static struct sm_opts verify_opts = {
	.table = table,
	.synopsis = "verify [-qv] [-c FILE] [-s STORE]",
	.summary = "follow every chain of events and digest every post",
	.examples = "sm-case verify && echo whole\n",
};

static void
say_fault(const char *text, void *arg)
{
	(void)arg;
	sm_warn("%s", text);
}

static enum sm_exit
run_verify(struct sm_opts *opts, int argc, char *argv[])
{
	const char *config = NULL, *path = NULL;
	struct sm_store_sums sums;
	struct sm_store *store;
	struct sm_err err;
	int opt, ret;

	while ((opt = sm_opt_next(opts, argc, argv)) != -1) {
		switch (opt) {
		case 'c': config = opts->arg; break;
		case 's': path = opts->arg; break;
		default: sm_usage(opts, "wrong option");
		}
	}
	if (opts->count > 0)
		sm_usage(opts, "'%s' is one word too many", opts->operands[0]);
	store = case_open(config, path, SM_STORE_READ);
	ret = sm_store_verify(store, &sums, say_fault, NULL, &err);
	sm_store_close(store);
	if (ret == -1)
		sm_die(err.code, "%s", err.text);
	printf("%lld cases, %lld posts, %lld events, %lld faults\n",
	    (long long)sums.cases, (long long)sums.posts,
	    (long long)sums.events, (long long)sums.faults);
	case_flush();
	return sums.faults > 0 ? SM_EXIT_DATA : SM_EXIT_OK;
}

const struct sm_verb sm_case_verify = {
	.name = "verify",
	.summary = "follow every chain of events and digest every post",
	.opts = &verify_opts,
	.run = run_verify,
};
