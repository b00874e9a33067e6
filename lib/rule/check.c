#include "rule/rules.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "rule/origin.h"
#include "rule/regex.h"
#include "rule/ruleset.h"
#include "rule/words.h"

#define PAIRS_MAX 64	/* parts of one `and` that are compared in pairs */

struct check {
	const struct sm_rules *rules;
	void (*say)(const char *text, void *arg);
	void *arg;
	size_t said;
};

static void
odd(struct check *check, const struct sm_origin *origin, size_t at,
    const char *text)
{
	struct sm_err err;

	(void)sm_origin_fail(origin, at, &err, "%s", text);
	check->say(err.text, check->arg);
	check->said++;
}

/* "line 12", or "FILE:12" where it is another file. */
static const char *
place_of(const struct sm_rule *rule, const struct sm_rule *from, char *out,
    size_t size)
{
	unsigned line, column;

	sm_origin_place(rule->origin, rule->at, &line, &column);
	if (rule->origin == from->origin)
		(void)snprintf(out, size, "line %u", line);
	else
		(void)snprintf(out, size, "%.100s:%u", rule->origin->name,
		    line);
	return out;
}

/* Whether node is true of no record. */
static bool
never(const struct sm_program *program, const struct sm_node *node)
{
	if (node->kind == SM_NODE_FALSE)
		return true;
	if (node->kind == SM_NODE_COND)
		return sm_cond_never(program, &program->conds[node->cond]);
	if (node->kind == SM_NODE_OR) {
		for (size_t i = 0; i < node->count; i++)
			if (!never(program, node->kids[i]))
				return false;
		return true;
	}
	if (node->kind != SM_NODE_AND)
		return false;
	for (size_t i = 0; i < node->count; i++) {
		if (never(program, node->kids[i]))
			return true;
		for (size_t j = 0; j < i && i < PAIRS_MAX; j++)
			if (sm_excludes(program, node->kids[j],
			    node->kids[i]))
				return true;
	}
	return false;
}

static void
check_never(struct check *check, const struct sm_rule *rule)
{
	const struct sm_program *program = &check->rules->program;
	const struct sm_node *when = rule->when;
	char text[200];

	if (never(program, when)) {
		(void)snprintf(text, sizeof(text), "rule '%s' never speaks: "
		    "its condition is true of no post", rule->name);
		odd(check, rule->origin, when->at, text);
		return;
	}
	for (size_t i = 0; when->kind == SM_NODE_OR && i < when->count; i++)
		if (never(program, when->kids[i]))
			odd(check, rule->origin, when->kids[i]->at,
			    "this part of the condition is true of no post");
}

/* The first rule before number that stops wherever this one would speak. */
static const struct sm_rule *
stopped_by(const struct sm_rules *rules, size_t number)
{
	for (size_t i = 0; i < number; i++)
		if (rules->rules[i]->stops &&
		    rules->rules[i]->context == rules->rules[number]->context &&
		    sm_implies(&rules->program, rules->rules[number]->when,
		    rules->rules[i]->when))
			return rules->rules[i];
	return NULL;
}

/* Whether an act of an earlier rule leaves act without effect, always. */
static bool
is_moot(const struct sm_act *act, const struct sm_act *before)
{
	const char *group = act->action->group;

	if (strcmp(act->action->name, "stop") == 0)
		return false;
	if (group)
		return before->action->group &&
		    strcmp(group, before->action->group) == 0;
	return act->action == before->action &&
	    act->action->form == SM_FORM_TEXTS &&
	    strcmp(act->text, before->text) == 0 &&
	    act->number != before->number;
}

static const struct sm_act *
moot_by(const struct sm_rules *rules, size_t number, const struct sm_act *act)
{
	const struct sm_rule *rule = rules->rules[number];

	for (size_t i = 0; i < number; i++) {
		const struct sm_rule *before = rules->rules[i];

		if (before->context != rule->context)
			continue;
		for (size_t j = 0; j < before->act_count; j++)
			if (is_moot(act, &before->acts[j]) && sm_implies(
			    &rules->program, rule->when, before->when))
				return &before->acts[j];
	}
	return NULL;
}

static void
check_setters(struct check *check, size_t number)
{
	const struct sm_rule *rule = check->rules->rules[number];
	char text[400], place[160];

	for (size_t i = 0; i < rule->act_count; i++) {
		const struct sm_act *act = &rule->acts[i];
		const struct sm_act *first =
		    moot_by(check->rules, number, act);

		if (!first)
			continue;
		(void)snprintf(text, sizeof(text), "this '%s' has no effect: "
		    "wherever rule '%s' speaks, rule '%s' (%s) has said '%s' "
		    "before", act->action->name, rule->name,
		    first->rule->name, place_of(first->rule, rule, place,
		    sizeof(place)), first->action->name);
		odd(check, rule->origin, act->at, text);
	}
}

static void
check_shadow(struct check *check, size_t number)
{
	const struct sm_rule *rule = check->rules->rules[number];
	const struct sm_rule *first = stopped_by(check->rules, number);
	char text[400], place[160];

	if (!first) {
		check_setters(check, number);
		return;
	}
	(void)snprintf(text, sizeof(text), "rule '%s' is never reached: "
	    "rule '%s' (%s) stops wherever it would speak", rule->name,
	    first->name, place_of(first, rule, place, sizeof(place)));
	odd(check, rule->origin, rule->at, text);
}

static void
check_patterns(struct check *check)
{
	const struct sm_program *program = &check->rules->program;

	for (size_t i = 0; i < program->cond_count; i++) {
		const struct sm_cond *cond = &program->conds[i];
		const char *risk = cond->regex ? sm_regex_risk(cond->regex) :
		    NULL;
		char text[200];

		if (!risk)
			continue;
		(void)snprintf(text, sizeof(text), "this pattern may be slow "
		    "on some texts, and is then given up: %s", risk);
		odd(check, cond->origin, cond->at, text);
	}
}

static void
check_declared(struct check *check)
{
	const struct sm_program *program = &check->rules->program;

	for (size_t i = 0; i < program->declared_count; i++) {
		const struct sm_declared *one = &program->declared[i];
		char text[200];

		if (one->kind == SM_DECLARED_LIST &&
		    sm_words_count(one->words) == 0)
			(void)snprintf(text, sizeof(text),
			    "list '%.100s' is empty", one->name);
		else if (one->kind != SM_DECLARED_MEMBER && !one->used)
			(void)snprintf(text, sizeof(text),
			    "%s '%.100s' is never used",
			    sm_declared_name(one->kind), one->name);
		else
			continue;
		odd(check, one->origin, one->at, text);
	}
}

size_t
sm_rules_check(const struct sm_rules *rules,
    void (*say)(const char *text, void *arg), void *arg)
{
	struct check check = { .rules = rules, .say = say, .arg = arg };

	for (size_t i = 0; i < rules->count; i++) {
		check_never(&check, rules->rules[i]);
		if (rules->rules[i]->when->kind != SM_NODE_FALSE)
			check_shadow(&check, i);
	}
	check_patterns(&check);
	check_declared(&check);
	return check.said;
}
