#include "base/opt.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/msg.h"
#include "base/xalloc.h"

enum { OPT_HELP = 1000, OPT_VERSION };

/* In every program. */
static const struct sm_opt common[] = {
	{ 'q', "quiet", NULL, "say only what ends the program" },
	{ 'v', "verbose", NULL, "say more" },
	{ 'h', NULL, NULL, "show the usage" },
	{ OPT_HELP, "help", NULL, "show examples and all options" },
	{ OPT_VERSION, "version", NULL, "show the version" },
	SM_OPT_END
};

/* What getopt_long wants, made once from the table. */
static struct {
	const struct sm_opts *of;
	struct sm_buf letters;
	struct option *names;
	int count;
	char **operands;
	size_t operand_room;
} made;

static void
add_option(const struct sm_opt *o)
{
	if (o->letter < SM_OPT_LONG) {
		sm_buf_addc(&made.letters, (char)o->letter);
		if (o->arg)
			sm_buf_addc(&made.letters, ':');
	}
	if (!o->name)
		return;
	made.names = sm_xreallocarray(made.names, (size_t)made.count + 2,
	    sizeof(*made.names));
	made.names[made.count++] = (struct option){
		.name = o->name,
		.has_arg = o->arg ? required_argument : no_argument,
		.val = o->letter,
	};
	made.names[made.count] = (struct option){ .name = NULL };
}

static void
make(const struct sm_opts *opts)
{
	if (made.of == opts)
		return;
	made.of = opts;
	sm_buf_clear(&made.letters);
	free(made.names);
	made.names = NULL;
	made.count = 0;
	/* '-': operands come in turn, so nothing is moved about in argv;
	   ':': we say ourselves what is wrong. */
	sm_buf_adds(&made.letters, opts->operands_end ? "+:" : "-:");
	for (const struct sm_opt *o = opts->table; o->help; o++)
		add_option(o);
	for (const struct sm_opt *o = common; o->help; o++)
		add_option(o);
	opterr = 0;
	optind = 0;
}

static void
print_synopsis(FILE *to, const struct sm_opts *opts)
{
	const char *line = opts->synopsis, *head = "usage:";

	while (line) {
		const char *end = strchr(line, '\n');
		int len = end ? (int)(end - line) : (int)strlen(line);

		fprintf(to, "%s %s %.*s\n", head, sm_msg_program(), len, line);
		head = "      ";
		line = end ? end + 1 : NULL;
	}
}

static void
print_options(const struct sm_opt *table)
{
	for (const struct sm_opt *o = table; o->help; o++) {
		char left[64], letter[8] = "   ";

		if (o->letter < SM_OPT_LONG)
			(void)snprintf(letter, sizeof(letter), "-%c%s",
			    o->letter, o->name ? "," : " ");
		(void)snprintf(left, sizeof(left), "%s %s%s%s%s", letter,
		    o->name ? "--" : "", o->name ? o->name : "",
		    o->arg ? " " : "", o->arg ? o->arg : "");
		printf("  %-26s %s\n", left, o->help);
	}
}

static int
count(const struct sm_opt *table)
{
	int n = 0;

	while (table[n].help)
		n++;
	return n;
}

/*
 * A long table in short: what has a letter as ever, the others by their names
 * alone, as many on a line as there is room for.
 */
static void
print_shortly(const struct sm_opt *table)
{
	struct sm_opt lettered[2] = { SM_OPT_END, SM_OPT_END };
	const char *before = "\n     ";
	size_t used = 0;

	for (const struct sm_opt *o = table; o->help; o++) {
		if (o->letter >= SM_OPT_LONG)
			continue;
		lettered[0] = *o;
		print_options(lettered);
	}
	for (const struct sm_opt *o = table; o->help; o++) {
		size_t len = strlen(o->name ? o->name : "") + 4 +
		    (o->arg ? strlen(o->arg) + 1 : 0);

		if (o->letter < SM_OPT_LONG)
			continue;
		if (used + len > 76)
			used = 0;
		printf("%s --%s%s%s", used > 0 ? " " : before, o->name,
		    o->arg ? " " : "", o->arg ? o->arg : "");
		used += len;
	}
	printf("\n");
}

static void
finish_help(void)
{
	exit(fflush(stdout) == EOF ? SM_EXIT_IO : SM_EXIT_OK);
}

static void
print_help(const struct sm_opts *opts, bool whole)
{
	printf("%s - %s\n", sm_msg_program(), opts->summary);
	if (whole && opts->examples) {
		const char *line = opts->examples;

		printf("\nexamples:\n");
		while (*line) {
			const char *end = strchr(line, '\n');
			int len = end ? (int)(end - line) : (int)strlen(line);

			printf("  %.*s\n", len, line);
			line += len + (end != NULL);
		}
	}
	printf("\n");
	print_synopsis(stdout, opts);
	printf("\n");
	if (whole || count(opts->table) <= SM_OPT_FEW) {
		print_options(opts->table);
		print_options(common);
	} else {
		print_options(common);
		print_shortly(opts->table);
	}
	if (opts->verbs)
		printf("\n%s", opts->verbs);
	printf("\nManual: man %s\n", sm_msg_program());
	finish_help();
}

static void
print_version(void)
{
	printf("%s (sm) " SM_VERSION ", records v1\n", sm_msg_program());
	finish_help();
}

void
sm_usage(const struct sm_opts *opts, const char *format, ...)
{
	va_list ap;
	char *text;
	int len;

	va_start(ap, format);
	len = vasprintf(&text, format, ap);
	va_end(ap);
	if (len != -1) {
		sm_say(text, (size_t)len);
		free(text);
	}
	print_synopsis(stderr, opts);
	fprintf(stderr, "Try '%s --help'.\n", sm_msg_program());
	exit(SM_EXIT_USAGE);
}

/* getopt_long would take --forma for --format; a script's promise it is not. */
static void
check_whole_name(const struct sm_opts *opts, const char *word)
{
	const char *near, **names;
	size_t len;

	if (strncmp(word, "--", 2) != 0 || !word[2])
		return;
	word += 2;
	len = strcspn(word, "=");
	for (int i = 0; i < made.count; i++)
		if (strlen(made.names[i].name) == len &&
		    strncmp(made.names[i].name, word, len) == 0)
			return;
	names = sm_xcalloc((size_t)made.count, sizeof(*names));
	for (int i = 0; i < made.count; i++)
		names[i] = made.names[i].name;
	near = sm_opt_nearest(word, names, made.count);
	free(names);
	if (near)
		sm_usage(opts, "no option '--%.*s', did you mean '--%s'?",
		    (int)len, word, near);
	sm_usage(opts, "no option '--%.*s'", (int)len, word);
}

static void
add_operand(struct sm_opts *opts, char *word)
{
	made.operands = sm_xgrow(made.operands, &made.operand_room,
	    (size_t)opts->count + 2, sizeof(*made.operands));
	made.operands[opts->count++] = word;
	made.operands[opts->count] = NULL;
}

static void
collect_rest(struct sm_opts *opts, int argc, char *argv[])
{
	if (!made.operands)
		made.operands = sm_xgrow(NULL, &made.operand_room, 1,
		    sizeof(*made.operands));
	made.operands[opts->count] = NULL;
	while (optind < argc)
		add_operand(opts, argv[optind++]);
	opts->operands = made.operands;
}

int
sm_opt_next(struct sm_opts *opts, int argc, char *argv[])
{
	make(opts);
	for (;;) {
		const char *word = NULL;
		int at = optind ? optind : 1;
		int letter;

		if (at < argc) {
			word = argv[at];
			check_whole_name(opts, word);
		}
		letter = getopt_long(argc, argv, sm_buf_str(&made.letters),
		    made.names, NULL);
		opts->arg = optarg;
		switch (letter) {
		case 1:
			add_operand(opts, optarg);
			break;
		case 'q': sm_quiet = 1; break;
		case 'v': sm_verbose++; break;
		case 'h': print_help(opts, false); break;
		case OPT_HELP: print_help(opts, true); break;
		case OPT_VERSION: print_version(); break;
		case ':':
			sm_usage(opts, "the option '%s' needs an argument",
			    argv[optind - 1]);
		case '?':
			if (optopt && optopt < SM_OPT_LONG)
				sm_usage(opts, "no option '-%c'", optopt);
			sm_usage(opts, "the option '%s' takes no argument",
			    word ? word : "");
		case -1:
			collect_rest(opts, argc, argv);
			return -1;
		default:
			return letter;
		}
	}
}

int64_t
sm_opt_number(const struct sm_opts *opts, int64_t least, int64_t most)
{
	char *end;
	long long value;

	errno = 0;
	value = strtoll(opts->arg, &end, 10);
	if (end == opts->arg || *end || errno || value < least ||
	    value > most)
		sm_usage(opts, "'%s' is not a number from %lld to %lld",
		    opts->arg, (long long)least, (long long)most);
	return value;
}

int64_t
sm_opt_time(const struct sm_opts *opts)
{
	int64_t time;

	if (sm_time_parse(opts->arg, strlen(opts->arg), &time) == -1)
		sm_usage(opts, "'%s' is no time; write 2026-11-21T09:30:00Z",
		    opts->arg);
	return time;
}

/* Optimal string alignment: insert, delete, replace, swap neighbours. */
static int
distance(const char *a, int la, const char *b, int lb)
{
	enum { MOST = 64 };
	int rows[3][MOST + 1], *old = rows[0], *row = rows[1], *next = rows[2];

	if (la > MOST || lb > MOST)
		return MOST;
	for (int j = 0; j <= lb; j++)
		row[j] = j;
	for (int i = 1; i <= la; i++) {
		int *spare = old;

		next[0] = i;
		for (int j = 1; j <= lb; j++) {
			int best = row[j - 1] + (a[i - 1] != b[j - 1]);

			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (next[j - 1] + 1 < best)
				best = next[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && old[j - 2] + 1 < best)
				best = old[j - 2] + 1;
			next[j] = best;
		}
		old = row;
		row = next;
		next = spare;
	}
	return row[lb];
}

const char *
sm_opt_nearest(const char *typed, const char *const *names, int count)
{
	int len = (int)strcspn(typed, "="), best = len / 3 + 1;
	const char *near = NULL;

	for (int i = 0; i < count; i++) {
		int d = distance(typed, len, names[i], (int)strlen(names[i]));

		if (d < best) {
			best = d;
			near = names[i];
		}
	}
	return near;
}
