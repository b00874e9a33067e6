/*
 * What no file of rules can turn off:
 *
 *  - danger to life comes first: a post from others with an emergency of 60
 *    and more is reacted to, in the queue "duty", unless a rule reacts to it;
 *  - influence is never a reason to ignore, nor is anything computed from it;
 *  - how a post sounds, alone, is never a reason to ignore.
 *
 * The first is seen to when a record is decided, the others when the file is
 * read: such a file is refused.
 */
#include "rule/ruleset.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "record/record.h"
#include "rule/origin.h"

#define MICRO 1000000

static unsigned
flags_of(const struct sm_program *program, const struct sm_node *node)
{
	const struct sm_cond *cond = &program->conds[node->cond];
	unsigned flags = program->refs[cond->ref].field.flags;

	if (cond->op == SM_COND_ORDER || cond->op == SM_COND_SAME)
		flags |= program->refs[cond->other].field.flags;
	return flags;
}

/* A comparison below node that looks at influence, or NULL. */
static const struct sm_node *
find_influence(const struct sm_program *program, const struct sm_node *node)
{
	if (node->kind == SM_NODE_COND)
		return flags_of(program, node) & SM_FIELD_INFLUENCE ? node :
		    NULL;
	for (size_t i = 0; i < node->count; i++) {
		const struct sm_node *found =
		    find_influence(program, node->kids[i]);

		if (found)
			return found;
	}
	return NULL;
}

/* Whether node can be true by nothing but how the post sounds. */
static bool
sounds_alone(const struct sm_program *program, const struct sm_node *node)
{
	if (node->kind == SM_NODE_COND)
		return flags_of(program, node) & SM_FIELD_SENTIMENT;
	if (node->kind == SM_NODE_NOT)
		return sounds_alone(program, node->kids[0]);
	for (size_t i = 0; i < node->count; i++)
		if (sounds_alone(program, node->kids[i]) !=
		    (node->kind == SM_NODE_AND))
			return node->kind == SM_NODE_OR;
	return node->kind == SM_NODE_AND;
}

static bool
is_ignore(const struct sm_rule *rule)
{
	return rule->decision &&
	    strcmp(rule->decision->action->name, "ignore") == 0;
}

static int
refuse_influence(const struct sm_rules *rules, const struct sm_rule *rule,
    const struct sm_node *node, struct sm_err *err)
{
	const struct sm_cond *cond = &rules->program.conds[node->cond];
	const char *name = rules->program.refs[cond->ref].field.name;

	if (strcmp(name, "score.influence") == 0)
		return sm_origin_fail(rule->origin, node->at, err,
		    "influence is never a reason to ignore a post (rule "
		    "'%s')", rule->name);
	return sm_origin_fail(rule->origin, node->at, err, "influence is "
	    "never a reason to ignore a post, and '%s' has to do with it "
	    "(rule '%s')", name, rule->name);
}

static int
check_ignore(const struct sm_rules *rules, const struct sm_rule *rule,
    struct sm_err *err)
{
	const struct sm_node *found =
	    find_influence(&rules->program, rule->when);

	if (found)
		return refuse_influence(rules, rule, found, err);
	if (sounds_alone(&rules->program, rule->when) &&
	    rule->when->kind > SM_NODE_TRUE)
		return sm_origin_fail(rule->origin, rule->when->at, err,
		    "how a post sounds is, alone, never a reason to ignore "
		    "it (rule '%s')", rule->name);
	return 0;
}

/*
 * Where all that is left over is ignored, the rules before it decide what
 * that is: they may not do so by influence, nor all of them by sound.
 */
static int
check_rest(const struct sm_rules *rules, size_t before,
    const struct sm_rule *rest, struct sm_err *err)
{
	const struct sm_rule *first = NULL;
	bool sound = true;

	for (size_t i = 0; i < before; i++) {
		const struct sm_rule *rule = rules->rules[i];
		const struct sm_node *found;

		if (!rule->decision && !rule->stops)
			continue;
		found = find_influence(&rules->program, rule->when);
		if (found)
			return sm_origin_fail(rule->origin, found->at, err,
			    "influence is never a reason to ignore a post: "
			    "what rule '%s' leaves over is ignored by '%s'",
			    rule->name, rest->name);
		first = first ? first : rule;
		sound = sound && sounds_alone(&rules->program, rule->when);
	}
	if (first && sound)
		return sm_origin_fail(first->origin, first->when->at, err,
		    "how a post sounds is, alone, never a reason to ignore "
		    "it: what rule '%s' leaves over is ignored by '%s'",
		    first->name, rest->name);
	return 0;
}

int
sm_rules_standing(const struct sm_rules *rules, struct sm_err *err)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct sm_rule *rule = rules->rules[i];

		if (!is_ignore(rule))
			continue;
		if (check_ignore(rules, rule, err) == -1)
			return -1;
		if (rule->when->kind == SM_NODE_TRUE &&
		    check_rest(rules, i, rule, err) == -1)
			return -1;
	}
	if (rules->otherwise && is_ignore(rules->otherwise))
		return check_rest(rules, rules->count, rules->otherwise, err);
	return 0;
}

void
sm_rules_guard(struct sm_rules_state *state, struct sm_record *rec)
{
	const struct sm_rules *rules = state->rules;
	int64_t micro;

	state->danger = sm_record_micro(rec, rules->emergency, &micro) &&
	    micro >= (int64_t)SM_RULES_DANGER * MICRO &&
	    !sm_record_is(rec, rules->direction, "out");
	if (!state->danger || strcmp(state->decision, "react") == 0)
		return;
	state->saved = true;
	state->decision = "react";
	state->rule = "life-safety";
	(void)snprintf(state->why, sizeof(state->why),
	    "danger to life or health: emergency %d",
	    micro / MICRO > 100 ? 100 : (int)(micro / MICRO));
	state->reason = state->why;
	state->queue = "duty";
}
