/*
 * Programs with verbs: `sm-case list`, `sm sweep`.  A verb is a file and a
 * line in its program's list.h; from the list come the help, "did you mean"
 * and the call.
 */
#ifndef SM_FRAME_VERB_H
#define SM_FRAME_VERB_H

#include "base/exit.h"
#include "base/opt.h"

struct sm_verb {
	const char *name;
	const char *summary;	/* one line, no full stop */
	struct sm_opts *opts;	/* .synopsis begins with the name */
	/* argv[0] is the verb; parses with opts and does the work. */
	enum sm_exit (*run)(struct sm_opts *opts, int argc, char *argv[]);
};

/*
 * Parses the program's own options up to the verb, finds it and runs it;
 * gives back the status to exit with.  other, if not NULL, is asked about a
 * verb that is not in the NULL-terminated list before it is an error; it comes
 * back only where it does not know it either.
 */
enum sm_exit sm_verb_main(struct sm_opts *opts,
    const struct sm_verb *const *verbs, void (*other)(int argc, char *argv[]),
    int argc, char *argv[]);

/* The list as lines of help; with_options: and what each takes. */
char *sm_verb_help(const struct sm_verb *const *verbs, int with_options);

#endif
