#include "rule/rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/sha256.h"
#include "base/xalloc.h"
#include "record/record.h"
#include "rule/origin.h"
#include "rule/ruleset.h"
#include "rule/sql.h"

static void
rule_free(struct sm_rule *rule)
{
	if (!rule)
		return;
	for (size_t i = 0; i < rule->act_count; i++)
		free(rule->acts[i].text);
	for (size_t i = 0; i < rule->act_count; i++)
		sm_pick_free(rule->acts[i].pick);
	for (size_t i = 0; i < rule->test_count; i++) {
		free(rule->tests[i].queue);
		free(rule->tests[i].json);
	}
	sm_node_free(rule->when);
	free(rule->acts);
	free(rule->tests);
	free(rule->name);
	free(rule->trace);
	free(rule->said);
	free(rule->owner);
	free(rule);
}

void
sm_rules_close(struct sm_rules *rules)
{
	if (!rules)
		return;
	for (size_t i = 0; i < rules->count; i++)
		rule_free(rules->rules[i]);
	rule_free(rules->otherwise);
	for (size_t i = 0; i < rules->stage_count; i++)
		free(rules->stages[i].name);
	while (rules->origins) {
		struct sm_origin *origin = rules->origins;

		rules->origins = origin->next;
		sm_origin_free(origin);
	}
	sm_program_release(&rules->program);
	free(rules->rules);
	for (int i = 0; i < SM_CONTEXTS; i++) {
		free(rules->order[i].entries);
		sm_sieve_free(rules->order[i].sieve);
	}
	free(rules->stages);
	free(rules);
}

static void
add_slots(struct sm_rules *rules, struct sm_paths *paths)
{
	rules->route = sm_paths_add(paths, "route");
	rules->key = sm_paths_add(paths, "key");
	rules->content = sm_paths_add(paths, "content");
	rules->direction = sm_paths_add(paths, "direction");
	rules->emergency = sm_paths_add(paths, "score.emergency");
	rules->priority = sm_paths_add(paths, "score.priority");
	rules->score = sm_paths_add(paths, "score");
	rules->start = sm_paths_add(paths, "start");
	rules->pick.key = rules->key;
	rules->pick.brand = sm_paths_add(paths, "brand");
	rules->pick.lang = sm_paths_add(paths, "score.lang");
	rules->pick.load = sm_paths_add(paths, "known.load");
	rules->pick.fetched = sm_paths_add(paths, "fetched");
}

static void
add_entry(struct sm_rules *rules, size_t number)
{
	const struct sm_program *program = &rules->program;
	const struct sm_rule *rule = rules->rules[number];
	struct sm_order *order = &rules->order[rule->context];
	struct sm_entry *entry = &order->entries[order->count++];

	entry->rule = (uint32_t)number;
	entry->at = rule->entry;
	entry->guard = (uint32_t)program->cond_count;
	if (entry->at < program->step_count &&
	    program->steps[entry->at].no == SM_STEP_NO)
		entry->guard = program->steps[entry->at].cond;
}

static void
add_sieve(const struct sm_rules *rules, struct sm_order *order)
{
	const struct sm_node **whens = sm_xcalloc(order->count + 1,
	    sizeof(*whens));

	for (size_t i = 0; i < order->count; i++)
		whens[i] = rules->rules[order->entries[i].rule]->when;
	order->sieve = sm_sieve_new(&rules->program, whens, order->count);
	free(whens);
}

static void
add_entries(struct sm_rules *rules)
{
	for (int i = 0; i < SM_CONTEXTS; i++)
		rules->order[i].entries = sm_xcalloc(rules->count + 1,
		    sizeof(struct sm_entry));
	for (size_t i = 0; i < rules->count; i++)
		add_entry(rules, i);
	for (int i = 0; i < SM_CONTEXTS; i++)
		add_sieve(rules, &rules->order[i]);
}

struct sm_rules *
sm_rules_open(const char *path, struct sm_paths *paths, struct sm_err *err)
{
	struct sm_rules *rules = sm_xcalloc(1, sizeof(*rules));
	unsigned char digest[SM_SHA256_SIZE];

	sm_program_init(&rules->program, paths);
	sm_sha256_init(&rules->sha);
	add_slots(rules, paths);
	if (sm_rules_read(rules, path, err) == -1 ||
	    sm_rules_standing(rules, err) == -1) {
		sm_rules_close(rules);
		return NULL;
	}
	add_entries(rules);
	sm_sha256_end(&rules->sha, digest);
	(void)snprintf(rules->by, sizeof(rules->by), "rules@%02x%02x%02x",
	    digest[0], digest[1], digest[2]);
	return rules;
}

const char *
sm_rules_by(const struct sm_rules *rules)
{
	return rules->by;
}

size_t
sm_rules_count(const struct sm_rules *rules)
{
	return rules->count;
}

const char *
sm_rules_sql(const struct sm_rules *rules, size_t number, const char *json,
    struct sm_buf *out)
{
	if (number >= rules->count)
		return NULL;
	sm_sql_node(&rules->program, rules->rules[number]->when, json, out);
	return rules->rules[number]->name;
}

struct sm_rules_state *
sm_rules_state_new(const struct sm_rules *rules, enum sm_context context,
    int64_t now)
{
	struct sm_rules_state *state = sm_xcalloc(1, sizeof(*state));

	state->rules = rules;
	state->context = context;
	state->eval = sm_eval_new(&rules->program, now);
	state->bits = sm_xcalloc(sm_sieve_words(
	    rules->order[context].sieve) + 1, sizeof(*state->bits));
	state->fired = sm_xcalloc(rules->count + 1, sizeof(*state->fired));
	state->acts = sm_xcalloc(rules->acts_max + 1, sizeof(*state->acts));
	return state;
}

void
sm_rules_state_free(struct sm_rules_state *state)
{
	if (!state)
		return;
	sm_eval_free(state->eval);
	free(state->fired);
	free(state->bits);
	free(state->acts);
	sm_buf_release(&state->json);
	free(state);
}

/* Whether an earlier act leaves this one without effect. */
static bool
is_taken(const struct sm_rules_state *state, const struct sm_act *act)
{
	for (size_t i = 0; i < state->act_count; i++) {
		const struct sm_action *other = state->acts[i]->action;

		if (act->action->group ? other->group && strcmp(other->group,
		    act->action->group) == 0 : other == act->action &&
		    other->form == SM_FORM_TEXTS &&
		    strcmp(state->acts[i]->text, act->text) == 0)
			return true;
	}
	return false;
}

static void
collect(struct sm_rules_state *state, const struct sm_rule *rule)
{
	for (size_t i = 0; i < rule->act_count; i++)
		if (!is_taken(state, &rule->acts[i]))
			state->acts[state->act_count++] = &rule->acts[i];
}

/* Another rule; 1 where it stops, -1 where the steps are used up. */
static int
try_rule(struct sm_rules_state *state, const struct sm_entry *entry)
{
	const struct sm_rule *rule = state->rules->rules[entry->rule];
	int spoke = sm_eval_run(state->eval, entry->at);

	if (spoke == -1)
		return -1;
	if (state->eval->slow && !state->slow) {
		state->slow = rule;
		state->slow_cond = state->eval->slow;
	}
	if (!spoke)
		return 0;
	state->fired[state->fired_count++] = rule;
	collect(state, rule);
	return rule->stops;
}

/* The rules of a word of bits, from number first; 1 and -1 as above. */
static int
try_word(struct sm_rules_state *state, uint64_t word, size_t first)
{
	const struct sm_order *order = &state->rules->order[state->context];

	for (; word; word &= word - 1) {
		size_t number = first + (size_t)__builtin_ctzll(word);
		const struct sm_entry *entry = &order->entries[number];
		int ret;

		state->tried = number + 1;
		/* Known to be false, from a rule before. */
		if (state->eval->memo[entry->guard] == 1)
			continue;
		ret = try_rule(state, entry);
		if (ret != 0)
			return ret;
	}
	return 0;
}

/* Tries in turn the rules that can speak; -1 where the steps are used up. */
static int
try_rules(struct sm_rules_state *state)
{
	const struct sm_order *order = &state->rules->order[state->context];
	size_t words = sm_sieve_words(order->sieve);

	sm_sieve_sift(order->sieve, state->eval, state->bits);
	for (size_t i = 0; i < words; i++) {
		int ret = try_word(state, state->bits[i], i * 64);

		if (ret != 0)
			return ret == -1 ? -1 : 0;
	}
	state->tried = order->count;
	return 0;
}

static const struct sm_act *
find_group(const struct sm_rules_state *state, const char *group)
{
	for (size_t i = 0; i < state->act_count; i++)
		if (state->acts[i]->action->group &&
		    strcmp(state->acts[i]->action->group, group) == 0)
			return state->acts[i];
	return NULL;
}

static void
decide(struct sm_rules_state *state)
{
	const struct sm_act *act = find_group(state, "decision");
	const struct sm_act *queue;

	if (!act && state->rules->otherwise) {
		collect(state, state->rules->otherwise);
		act = find_group(state, "decision");
	}
	queue = find_group(state, "queue");
	state->decision = act ? act->action->name : "defer";
	state->rule = act ? act->rule->name : "otherwise";
	state->reason = act ? act->text : "no rule spoke";
	state->said = act ? act->rule->said : NULL;
	state->queue = queue ? queue->text : NULL;
}

/* Of a case or a reply: whether there is something to be done. */
static void
decide_case(struct sm_rules_state *state)
{
	const struct sm_act *queue = find_group(state, "queue");

	state->decision = state->fired_count > 0 ? "react" : "ignore";
	state->rule = state->fired_count > 0 ? state->fired[0]->name : "none";
	state->reason = state->fired_count > 0 ? NULL : "no rule spoke";
	state->said = state->fired_count > 0 ? state->fired[0]->said : NULL;
	state->queue = queue ? queue->text : NULL;
}

static void
give_up(struct sm_rules_state *state)
{
	state->overrun = true;
	state->fired_count = state->act_count = 0;
	state->decision = "defer";
	state->rule = "step-limit";
	state->reason = "the rules took too many steps on this post";
	state->queue = NULL;
}

static int
complain(const struct sm_rules_state *state, struct sm_err *err)
{
	unsigned line, column;

	if (state->overrun)
		return sm_err_set(err, SM_EXIT_DATA, "the rules took more "
		    "than %d steps: deferred", SM_EVAL_STEPS);
	sm_origin_place(state->slow_cond->origin, state->slow_cond->at, &line,
	    &column);
	return sm_err_set(err, SM_EXIT_DATA, "%s:%u:%u: rule '%s': this "
	    "pattern takes too long on this text and counts as not true",
	    state->slow_cond->origin->name, line, column, state->slow->name);
}

static int
decide_record(struct sm_rules_state *state, struct sm_record *rec,
    struct sm_err *err)
{
	state->fired_count = state->act_count = state->tried = 0;
	state->slow = NULL;
	state->overrun = state->danger = state->saved = false;
	sm_eval_begin(state->eval, rec);
	if (try_rules(state) == -1)
		give_up(state);
	else if (state->context == SM_CONTEXT_POST)
		decide(state);
	else
		decide_case(state);
	if (state->context == SM_CONTEXT_POST)
		sm_rules_guard(state, rec);
	if (!state->queue && strcmp(state->decision, "defer") == 0)
		state->queue = "unsorted";
	if (!state->overrun && !state->slow)
		return 0;
	(void)complain(state, err);
	return 1;
}

int
sm_rules_apply(struct sm_rules_state *state, struct sm_record *rec,
    struct sm_err *err)
{
	int ret = decide_record(state, rec, err);

	sm_buf_clear(&state->json);
	sm_rules_write(state, &state->json);
	sm_record_set(rec, state->rules->route, state->json.data,
	    state->json.len);
	return ret;
}

int
sm_rules_decide(struct sm_rules_state *state, struct sm_record *rec,
    struct sm_outcome *outcome, struct sm_err *err)
{
	int ret = decide_record(state, rec, err);
	const struct sm_act *sla = find_group(state, "sla");

	outcome->decision = state->decision;
	outcome->rule = state->rule;
	outcome->reason = state->reason;
	outcome->queue = state->queue;
	outcome->priority = (int)sm_rules_priority(state);
	outcome->sla = sla && strcmp(state->decision, "ignore") != 0 ?
	    sla->text : NULL;
	outcome->due = outcome->sla ? sm_rules_due(state, sla) : SM_TIME_NONE;
	return ret;
}

const struct sm_people *
sm_rules_people(const struct sm_rules *rules)
{
	return rules->program.people;
}

const struct sm_calendar *
sm_rules_calendar(const struct sm_rules *rules)
{
	for (size_t i = 0; i < rules->program.declared_count; i++)
		if (rules->program.declared[i].calendar)
			return rules->program.declared[i].calendar;
	return NULL;
}

bool
sm_rules_info(const struct sm_rules *rules, size_t number,
    struct sm_rule_info *info)
{
	const struct sm_rule *rule;
	unsigned column;

	if (number >= rules->count)
		return false;
	rule = rules->rules[number];
	info->name = rule->name;
	info->owner = rule->owner;
	info->since = rule->since;
	info->context = rule->context;
	info->stage = rules->stages[rule->stage].name;
	info->file = rule->origin->name;
	sm_origin_place(rule->origin, rule->at, &info->line, &column);
	return true;
}
