/*
 * One table a program: from it come parsing, usage, --help and the check of
 * the man page.  Long options may not be abbreviated, so that new ones never
 * change what an old script means.
 *
 *	static const struct sm_opt table[] = {
 *		SM_OPT_JOBS,
 *		{ 'f', "file", "FILE", "rules to apply" },
 *		SM_OPT_END
 *	};
 *	static struct sm_opts opts = {
 *		.table = table,
 *		.synopsis = "[-v] -f FILE [FILE ...]",
 *		.summary = "decide what each post needs",
 *		.examples = "sm-score < posts.ndjson | sm-route -f rules\n",
 *	};
 *
 *	while ((opt = sm_opt_next(&opts, argc, argv)) != -1)
 *		switch (opt) { ... }
 *
 * -h, --help, --version, -q and -v are always there and need no case.
 */
#ifndef SM_BASE_OPT_H
#define SM_BASE_OPT_H

#include <stdbool.h>
#include <stdint.h>

struct sm_opt {
	int letter;		/* a character, or from SM_OPT_LONG on for an
				   option without a short form */
	const char *name;	/* long name */
	const char *arg;	/* name of its argument, or NULL */
	const char *help;	/* one line, no full stop */
};

#define SM_OPT_LONG 256
#define SM_OPT_FEW 20	/* of more than that, -h shows the long ones by name */
#define SM_OPT_END { 0, NULL, NULL, NULL }

struct sm_opts {
	const struct sm_opt *table;
	const char *synopsis;	/* behind the program's name; lines by \n */
	const char *summary;	/* one line, no full stop */
	const char *examples;	/* lines, shown first by --help; or NULL */
	const char *verbs;	/* more lines of --help; or NULL */
	bool operands_end;	/* the first operand ends the options */

	/* Set while parsing. */
	const char *arg;	/* of the option just returned */
	char **operands;	/* after -1: NULL-terminated, lent from argv */
	int count;		/* of operands */
};

/*
 * The letter of the next option, or -1 at the end.  A wrong option is a
 * message with the nearest known one and exit status 64; --help and --version
 * print and end the program.
 */
int sm_opt_next(struct sm_opts *opts, int argc, char *argv[]);

/* Says what is wrong, then the usage; ends with 64. */
void sm_usage(const struct sm_opts *opts, const char *format, ...)
    __attribute__((noreturn, format(printf, 2, 3)));

/* The argument as a number of least..most, or sm_usage. */
int64_t sm_opt_number(const struct sm_opts *opts, int64_t least,
    int64_t most);

/* The argument as an RFC 3339 time, in seconds, or sm_usage. */
int64_t sm_opt_time(const struct sm_opts *opts);

/*
 * The nearest of count names to what was typed, or NULL where none is near:
 * for "did you mean".  Optimal string alignment distance, at most a third of
 * the length.
 */
const char *sm_opt_nearest(const char *typed, const char *const *names,
    int count);

#endif
