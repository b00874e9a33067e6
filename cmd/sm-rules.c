/*
 * sm-rules - check and test rules, and list what they can speak of.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/opt.h"
#include "record/record.h"
#include "rule/action.h"
#include "rule/field.h"
#include "rule/rules.h"
#include "rules/rules.h"
#include "score/score.h"

enum { OPT_FIELDS = SM_OPT_LONG, OPT_ACTIONS, OPT_LEXICON, OPT_STRICT };

static const struct sm_opt table[] = {
	{ OPT_ACTIONS, "actions", NULL, "list what a rule can do" },
	{ OPT_FIELDS, "fields", NULL, "list the members that rules know" },
	{ OPT_LEXICON, "lexicon", "FILE",
	    "score with this lexicon (default: the one that comes with sm)" },
	{ OPT_STRICT, "strict", NULL, "what is odd makes the status 65" },
	SM_OPT_END
};

static struct sm_opts opts = {
	.table = table,
	.synopsis = "[-qv] [--lexicon FILE] [--strict] check FILE ...\n"
	    "[-qv] [--lexicon FILE] test FILE ...\n"
	    "[-qv] format FILE\n"
	    "[-qv] sql FILE\n"
	    "[-qv] import-holidays FILE.ics\n"
	    "--fields\n"
	    "--actions",
	.summary = "check and test rules",
	.examples =
	    "sm-rules check care.rules\n"
	    "sm-rules --fields | grep influence\n"
	    "sm-rules import-holidays poland.ics > holidays-pl.cal\n",
	.verbs =
	    "  check FILE ...  syntax, types, rules that never speak; tests\n"
	    "  test FILE ...   only the tests\n"
	    "  format FILE     the file in its usual form\n"
	    "  sql FILE        each rule's condition as SQL\n"
	    "  import-holidays FILE.ics\n"
	    "                  all-day events as lines of a calendar\n",
};

static int
list_fields(void)
{
	for (const struct sm_field *f = sm_fields; f->name; f++) {
		if (printf("%s\t%s\t%s\t%s%s%s\n", f->name,
		    f->alias ? f->alias : "-", sm_field_type_name(f->type),
		    f->help, f->values ? ": " : "", f->values ? f->values :
		    "") < 0)
			return -1;
	}
	return fflush(stdout);
}

static int
list_actions(void)
{
	const struct sm_action *action;

	for (size_t i = 0; (action = sm_action_at(i)); i++)
		if (printf("%s%s%s\t%s\n", action->name,
		    *action->synopsis ? " " : "", action->synopsis,
		    action->summary) < 0)
			return -1;
	return fflush(stdout);
}

/* Made when the first test without a score needs it. */
struct scoring {
	struct sm_scorer_options options;
	struct sm_scorer *scorer;
	struct sm_scorer_work *work;
	struct sm_score_slots slots;
	struct sm_paths *paths;
	struct sm_record *rec;
};

static int
open_scorer(struct scoring *scoring, struct sm_err *err)
{
	if (scoring->scorer)
		return 0;
	scoring->scorer = sm_scorer_open(&scoring->options, err);
	if (!scoring->scorer)
		return -1;
	scoring->paths = sm_paths_new();
	sm_score_paths(&scoring->slots, scoring->paths);
	scoring->rec = sm_record_new(scoring->paths);
	scoring->work = sm_scorer_work_new(scoring->scorer, &scoring->slots);
	return 0;
}

static void
close_scorer(struct scoring *scoring)
{
	if (!scoring->scorer)
		return;
	sm_scorer_work_free(scoring->work);
	sm_record_free(scoring->rec);
	sm_paths_free(scoring->paths);
	sm_scorer_close(scoring->scorer);
}

static int
score(const char *line, size_t len, struct sm_buf *out, void *arg,
    struct sm_err *err)
{
	struct scoring *scoring = arg;

	if (open_scorer(scoring, err) == -1 ||
	    sm_record_parse(scoring->rec, line, len, err) == -1 ||
	    sm_scorer_score(scoring->work, scoring->rec, err) == -1)
		return -1;
	sm_record_write(scoring->rec, out);
	return 0;
}

static void
say(const char *text, void *arg)
{
	(void)arg;
	sm_warn("%s", text);
}

static int
tell(const char *path, size_t rules, struct sm_rules_test tests)
{
	if (printf("%s: %zu rules, %zu tests, %zu failed\n", path, rules,
	    tests.run, tests.failed) < 0)
		return -1;
	return fflush(stdout);
}

/* One file: 0, 1 where a test failed, 65 where strict and something is odd. */
static enum sm_exit
look_at(const char *path, bool check, bool strict, struct scoring *scoring)
{
	struct sm_paths *paths = sm_paths_new();
	struct sm_rules_test tests;
	struct sm_rules *rules;
	size_t odd = 0;
	struct sm_err err;

	rules = sm_rules_open(path, paths, &err);
	if (!rules)
		sm_die(err.code, "%s", err.text);
	if (check)
		odd = sm_rules_check(rules, say, NULL);
	tests = sm_rules_test(rules, score, say, scoring);
	if (tell(path, sm_rules_count(rules), tests) != 0)
		sm_die(SM_EXIT_IO, "cannot write the output");
	sm_rules_close(rules);
	sm_paths_free(paths);
	if (tests.failed)
		return SM_EXIT_SOME;
	return odd && strict ? SM_EXIT_DATA : SM_EXIT_OK;
}

/* Verbs that take one file and print what they make of it. */
static const struct {
	const char *name;
	void (*run)(const char *path);
} makers[] = {
	{ "format", rules_format },
	{ "sql", rules_sql },
	{ "import-holidays", rules_holidays }
};

static bool
run_maker(const char *verb)
{
	for (size_t i = 0; i < sizeof(makers) / sizeof(*makers); i++) {
		if (strcmp(makers[i].name, verb) != 0)
			continue;
		if (opts.count != 2)
			sm_usage(&opts, "%s takes one file", verb);
		makers[i].run(opts.operands[1]);
		if (fflush(stdout) != 0)
			sm_die(SM_EXIT_IO, "cannot write the output");
		return true;
	}
	return false;
}

static enum sm_exit
run_verb(bool strict, struct scoring *scoring)
{
	static const char *const verbs[] = { "check", "test", "format", "sql",
	    "import-holidays" };
	enum sm_exit status = SM_EXIT_OK;
	const char *near;
	bool check;

	if (opts.count == 0)
		sm_usage(&opts, "say check, test, format, sql or "
		    "import-holidays");
	if (run_maker(opts.operands[0]))
		return SM_EXIT_OK;
	check = strcmp(opts.operands[0], "check") == 0;
	near = sm_opt_nearest(opts.operands[0], verbs, 5);
	if (!check && strcmp(opts.operands[0], "test") != 0)
		sm_usage(&opts, "no verb '%s'%s%s", opts.operands[0],
		    near ? "; did you mean " : "", near ? near : "");
	if (opts.count == 1)
		sm_usage(&opts, "which file?");
	for (int i = 1; i < opts.count; i++) {
		enum sm_exit one = look_at(opts.operands[i], check, strict,
		    scoring);

		status = one > status ? one : status;
	}
	return status;
}

int
main(int argc, char *argv[])
{
	struct scoring scoring = { .scorer = NULL };
	enum sm_exit status;
	bool strict = false;
	int opt, listed = -1;

	sm_msg_init(argv[0]);
	while ((opt = sm_opt_next(&opts, argc, argv)) != -1) {
		switch (opt) {
		case OPT_FIELDS: listed = list_fields(); break;
		case OPT_ACTIONS: listed = list_actions(); break;
		case OPT_LEXICON: scoring.options.lexicon = opts.arg; break;
		case OPT_STRICT: strict = true; break;
		default: break;
		}
		if (opt != OPT_FIELDS && opt != OPT_ACTIONS)
			continue;
		if (listed != 0)
			sm_die(SM_EXIT_IO, "cannot write the output");
		return SM_EXIT_OK;
	}
	status = run_verb(strict, &scoring);
	close_scorer(&scoring);
	return status;
}
