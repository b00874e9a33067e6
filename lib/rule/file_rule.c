#include "rule/ruleset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "record/record.h"
#include "rule/lex.h"
#include "rule/origin.h"

static int
unknown_action(struct sm_lexer *lexer, struct sm_err *err)
{
	const char *names[64], *word = sm_buf_str(&lexer->text);
	char near[160];
	int count = 0;

	for (; sm_action_at((size_t)count) && count < 64; count++)
		names[count] = sm_action_at((size_t)count)->name;
	(void)sm_origin_near(word, names, count, near, sizeof(near));
	return sm_origin_fail(lexer->origin, lexer->at, err,
	    "no action '%.60s'%s", word, near);
}

/* An action that is of no use where the rule stands. */
static int
check_context(const struct sm_action *action, const struct sm_rule *rule,
    const struct sm_lexer *lexer, struct sm_err *err)
{
	static const char *const what[] = {
		[SM_CONTEXT_POST] = "posts that come in",
		[SM_CONTEXT_UPDATE] = "cases that change",
		[SM_CONTEXT_TIME] = "clocks that fire",
		[SM_CONTEXT_OUTBOUND] = "replies"
	};
	char fit[120] = "";

	if (!action->contexts || action->contexts & 1U << rule->context)
		return 0;
	for (int i = 0; i < SM_CONTEXTS; i++)
		if (action->contexts & 1U << i)
			(void)snprintf(fit + strlen(fit), sizeof(fit) -
			    strlen(fit), "%s%s", *fit ? ", " : "", what[i]);
	return sm_origin_fail(lexer->origin, lexer->at, err,
	    "'%s' is for %s, not for %s", action->name, fit,
	    what[rule->context]);
}

static int
read_action(struct sm_rules *rules, struct sm_rule *rule,
    struct sm_lexer *lexer, struct sm_err *err)
{
	struct sm_act_parser parser = {
		.program = &rules->program, .lexer = lexer, .rule = rule,
		.err = err, .at = lexer->at
	};

	if (lexer->kind != SM_TOKEN_WORD)
		return sm_lex_expected(lexer, "an action", err);
	parser.action = sm_action_find(sm_buf_str(&lexer->text));
	if (!parser.action)
		return unknown_action(lexer, err);
	if (check_context(parser.action, rule, lexer, err) == -1 ||
	    sm_lex_next(lexer, err) == -1)
		return -1;
	return parser.action->parse(&parser);
}

/* Twice the same group in one rule: only the first could ever count. */
static int
check_groups(struct sm_rule *rule, struct sm_err *err)
{
	for (size_t i = 0; i < rule->act_count; i++) {
		const struct sm_act *act = &rule->acts[i];

		rule->acts[i].rule = rule;
		if (!act->action->group)
			continue;
		for (size_t j = 0; j < i; j++)
			if (rule->acts[j].action->group &&
			    strcmp(rule->acts[j].action->group,
			    act->action->group) == 0)
				return sm_origin_fail(rule->origin, act->at,
				    err, "rule '%s' says '%s' and '%s': only "
				    "one can be", rule->name,
				    rule->acts[j].action->name,
				    act->action->name);
		if (strcmp(act->action->group, "decision") == 0)
			rule->decision = act;
		if (strcmp(act->action->name, "stop") == 0)
			rule->stops = true;
	}
	return 0;
}

static bool
ends_actions(const struct sm_lexer *lexer)
{
	return lexer->kind == SM_TOKEN_END || sm_lex_sign(lexer, "}") ||
	    sm_lex_word(lexer, "test") || sm_lex_word(lexer, "rule") ||
	    sm_lex_word(lexer, "include");
}

/* ACTION { ; ACTION } [;] */
static int
read_actions(struct sm_rules *rules, struct sm_rule *rule,
    struct sm_lexer *lexer, struct sm_err *err)
{
	for (;;) {
		if (read_action(rules, rule, lexer, err) == -1)
			return -1;
		if (!sm_lex_sign(lexer, ";"))
			break;
		if (sm_lex_next(lexer, err) == -1)
			return -1;
		if (ends_actions(lexer))
			break;
	}
	if (rule->when && !ends_actions(lexer))
		return sm_lex_expected(lexer, "';' and an action, 'test', "
		    "'rule' or '}'", err);
	return check_groups(rule, err);
}

/* The byte that "byte 17: ..." speaks of. */
static size_t
fault_of(const char *text)
{
	if (strncmp(text, "byte ", 5) != 0)
		return 0;
	return (size_t)strtoul(text + 5, NULL, 10);
}

static int
check_json(const struct sm_lexer *lexer, size_t at, struct sm_err *err)
{
	struct sm_paths *paths = sm_paths_new();
	struct sm_record *rec = sm_record_new(paths);
	struct sm_err why;
	int ret = 0;

	if (sm_record_parse(rec, sm_buf_str(&lexer->text), lexer->text.len,
	    &why) == -1)
		ret = sm_origin_fail(lexer->origin, at + fault_of(why.text),
		    err, "this is no record: %.200s", why.text);
	sm_record_free(rec);
	sm_paths_free(paths);
	return ret;
}

/* { ... } into test */
static int
read_record(struct sm_test *test, struct sm_lexer *lexer, struct sm_err *err)
{
	size_t at = lexer->at;

	if (!sm_lex_sign(lexer, "{"))
		return sm_lex_expected(lexer, "a record: { \"content\": "
		    "\"...\" }", err);
	if (sm_lex_object(lexer, err) == -1 ||
	    check_json(lexer, at, err) == -1)
		return -1;
	test->json = sm_xstrndup(sm_buf_str(&lexer->text), lexer->text.len);
	return sm_lex_next(lexer, err);
}

static int
read_wanted(struct sm_test *test, struct sm_lexer *lexer, struct sm_err *err)
{
	const struct sm_action *action = lexer->kind == SM_TOKEN_WORD ?
	    sm_action_find(sm_buf_str(&lexer->text)) : NULL;

	if (!action || !action->group ||
	    strcmp(action->group, "decision") != 0)
		return sm_lex_expected(lexer, "react, ignore or defer", err);
	test->decision = action->name;
	if (sm_lex_next(lexer, err) == -1)
		return -1;
	if (!sm_lex_word(lexer, "queue"))
		return 0;
	if (sm_lex_next(lexer, err) == -1)
		return -1;
	if (lexer->kind != SM_TOKEN_STRING)
		return sm_lex_expected(lexer, "the queue's name in quotes",
		    err);
	test->queue = sm_xstrdup(sm_buf_str(&lexer->text));
	return sm_lex_next(lexer, err);
}

/* test DECISION [queue "NAME"] { ... } */
static int
read_test(struct sm_rule *rule, struct sm_lexer *lexer, struct sm_err *err)
{
	struct sm_test *test;

	rule->tests = sm_xgrow(rule->tests, &rule->test_room,
	    rule->test_count + 1, sizeof(*rule->tests));
	test = &rule->tests[rule->test_count++];
	memset(test, 0, sizeof(*test));
	test->at = lexer->at;
	if (sm_lex_next(lexer, err) == -1 ||
	    read_wanted(test, lexer, err) == -1)
		return -1;
	return read_record(test, lexer, err);
}

static int
take_name(struct sm_rules *rules, struct sm_rule *rule,
    struct sm_lexer *lexer, struct sm_err *err)
{
	const char *name = sm_buf_str(&lexer->text);

	if (lexer->kind != SM_TOKEN_WORD)
		return sm_lex_expected(lexer, "the rule's name", err);
	if (!sm_act_is_name(name, true) || lexer->text.len > 64)
		return sm_origin_fail(lexer->origin, lexer->at, err,
		    "a rule's name is of a-z, 0-9, - and _, at most 64");
	rule->name = sm_xstrdup(name);
	rule->trace = sm_xstrdup(name);
	rule->said = sm_xasprintf("rule %s", name);
	for (char *c = rule->trace; *c; c++)
		if (*c == '-')
			*c = '_';
	for (size_t i = 0; i + 1 < rules->count; i++)
		if (strcmp(rules->rules[i]->trace, rule->trace) == 0)
			return sm_origin_fail(lexer->origin, lexer->at, err,
			    "rule '%s' stands here twice", name);
	if (strcmp(name, "otherwise") == 0 || strcmp(name, "step-limit") == 0)
		return sm_origin_fail(lexer->origin, lexer->at, err,
		    "no rule can be called '%s'", name);
	return sm_lex_next(lexer, err);
}

/* { owner "X" | since DATE } */
static int
read_notes(struct sm_rule *rule, struct sm_lexer *lexer, struct sm_err *err)
{
	for (;;) {
		bool owner = sm_lex_word(lexer, "owner");

		if (!owner && !sm_lex_word(lexer, "since"))
			return 0;
		if (sm_lex_next(lexer, err) == -1)
			return -1;
		if (lexer->kind != (owner ? SM_TOKEN_STRING : SM_TOKEN_TIME))
			return sm_lex_expected(lexer, owner ?
			    "the owner in quotes" : "a day: 2026-11-01", err);
		if (owner) {
			free(rule->owner);
			rule->owner = sm_xstrdup(sm_buf_str(&lexer->text));
		} else {
			rule->since = lexer->number;
		}
		if (sm_lex_next(lexer, err) == -1)
			return -1;
	}
}

static int
read_when(struct sm_rules *rules, struct sm_rule *rule,
    struct sm_lexer *lexer, struct sm_err *err)
{
	if (!sm_lex_word(lexer, "when"))
		return sm_lex_expected(lexer, "'when'", err);
	if (sm_lex_next(lexer, err) == -1)
		return -1;
	rule->when = sm_parse_expr(&rules->program, lexer, err);
	if (!rule->when || sm_program_compile(&rules->program, rule->when,
	    &rule->entry, err) == -1)
		return -1;
	if (!sm_lex_word(lexer, "then"))
		return sm_lex_expected(lexer, "'and', 'or' or 'then'", err);
	return sm_lex_next(lexer, err);
}

static struct sm_rule *
new_rule(const struct sm_lexer *lexer, size_t stage)
{
	struct sm_rule *rule = sm_xcalloc(1, sizeof(*rule));

	rule->origin = lexer->origin;
	rule->stage = stage;
	rule->since = SM_TIME_NONE;
	rule->at = lexer->at;
	return rule;
}

/* rule NAME [owner "X"] [since DATE] when EXPR then ACTIONS { test } */
int
sm_rules_read_rule(struct sm_rules *rules, struct sm_lexer *lexer,
    size_t stage, struct sm_err *err)
{
	struct sm_rule *rule;

	if (rules->count >= SM_RULES_MAX)
		return sm_origin_fail(lexer->origin, lexer->at, err,
		    "more than %d rules", SM_RULES_MAX);
	rules->rules = sm_xgrow(rules->rules, &rules->room, rules->count + 1,
	    sizeof(*rules->rules));
	rule = rules->rules[rules->count++] = new_rule(lexer, stage);
	rule->context = rules->program.context;
	if (sm_lex_next(lexer, err) == -1)
		return -1;
	rule->at = lexer->at;
	if (take_name(rules, rule, lexer, err) == -1 ||
	    read_notes(rule, lexer, err) == -1 ||
	    read_when(rules, rule, lexer, err) == -1 ||
	    read_actions(rules, rule, lexer, err) == -1)
		return -1;
	while (sm_lex_word(lexer, "test"))
		if (read_test(rule, lexer, err) == -1)
			return -1;
	rules->acts_max += rule->act_count;
	return 0;
}

/* otherwise ACTION { ; ACTION } */
int
sm_rules_read_otherwise(struct sm_rules *rules, struct sm_lexer *lexer,
    struct sm_err *err)
{
	struct sm_rule *rule = new_rule(lexer, 0);

	rules->otherwise = rule;
	rule->name = sm_xstrdup("otherwise");
	rule->trace = sm_xstrdup("otherwise");
	rule->said = sm_xstrdup("no rule spoke");
	if (read_actions(rules, rule, lexer, err) == -1)
		return -1;
	if (!rule->decision)
		return sm_origin_fail(rule->origin, rule->at, err,
		    "'otherwise' must decide: react, ignore or defer");
	rules->acts_max += rule->act_count;
	return 0;
}
