#include "rule/rules.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/safe.h"
#include "record/record.h"
#include "rule/origin.h"
#include "rule/ruleset.h"

#define SHOWN 60	/* bytes of a value or a comparison */
#define NAME 20		/* columns of a rule's name */
#define MICRO 1000000

struct explain {
	struct sm_rules_state *state;
	struct sm_buf *out;
	const struct sm_rule *rule;
	size_t place;		/* of the rule among those of the context */
	size_t last;		/* the comparison shown before */
	bool shown;
};

/* At most SHOWN bytes, ending with a whole character. */
static void
add_safe(struct sm_buf *out, const char *text, size_t len)
{
	size_t cut = len;

	if (len > SHOWN)
		for (cut = SHOWN; cut && ((unsigned char)text[cut] & 0xC0) ==
		    0x80; )
			cut--;
	sm_safe(out, text, cut, SM_SAFE_TTY);
	if (cut < len)
		sm_buf_adds(out, "...");
}

static void
add_number(struct sm_buf *out, int64_t micro)
{
	uint64_t rest = micro < 0 ? 0 - (uint64_t)micro : (uint64_t)micro;
	char digits[8];
	int len;

	if (micro < 0)
		sm_buf_addc(out, '-');
	sm_buf_addi(out, (int64_t)(rest / MICRO));
	if (rest % MICRO == 0)
		return;
	len = snprintf(digits, sizeof(digits), ".%06u",
	    (unsigned)(rest % MICRO));
	while (len > 0 && digits[len - 1] == '0')
		len--;
	sm_buf_add(out, digits, (size_t)len);
}

static void
add_duration(struct sm_buf *out, int64_t seconds)
{
	static const struct {
		int64_t seconds;
		char letter;
	} units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' } };

	if (seconds < 0)
		sm_buf_addc(out, '-');
	seconds = seconds < 0 ? -seconds : seconds;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (seconds < units[i].seconds)
			continue;
		sm_buf_addi(out, seconds / units[i].seconds);
		sm_buf_addc(out, units[i].letter);
		seconds %= units[i].seconds;
		if (seconds == 0)
			return;
	}
	sm_buf_addi(out, seconds);
	sm_buf_addc(out, 's');
}

/* What a member holds, as its type says it. */
static void
add_value(struct explain *explain, int number)
{
	const struct sm_ref *ref =
	    &explain->state->rules->program.refs[number];
	const struct sm_reg *reg = sm_eval_reg(explain->state->eval, number);
	struct sm_buf *out = explain->out;
	char time[SM_TIME_TEXT];

	if (!reg->present) {
		sm_buf_adds(out, "there is none");
		return;
	}
	sm_buf_adds(out, "it is ");
	switch (ref->field.type) {
	case SM_FIELD_NUMBER:
		add_number(out, reg->number);
		break;
	case SM_FIELD_TIME:
		sm_time_format(reg->number, time);
		sm_buf_adds(out, time);
		break;
	case SM_FIELD_DURATION:
		add_duration(out, reg->number);
		break;
	case SM_FIELD_TRUTH:
		sm_buf_adds(out, reg->number ? "true" : "false");
		break;
	case SM_FIELD_TEXT:
		sm_buf_addc(out, '"');
		add_safe(out, reg->text, reg->len);
		sm_buf_addc(out, '"');
		break;
	default:
		add_safe(out, reg->value->text, reg->value->len);
		break;
	}
}

/* "lang = "pl": it is "en"" */
static void
add_leaf(struct explain *explain, const struct sm_node *node, bool not)
{
	const struct sm_cond *cond =
	    &explain->state->rules->program.conds[node->cond];
	struct sm_buf *out = explain->out;

	if (explain->shown && explain->last == node->at) {
		sm_buf_adds(out, " and "); /* the author: id and handle */
		add_value(explain, cond->ref);
		return;
	}
	if (explain->shown)
		sm_buf_adds(out, "; ");
	explain->shown = true;
	explain->last = node->at;
	if (not)
		sm_buf_adds(out, "not ");
	add_safe(out, explain->rule->origin->text + node->at,
	    node->end - node->at);
	sm_buf_adds(out, ": ");
	add_value(explain, cond->ref);
	if (cond->op == SM_COND_ORDER || cond->op == SM_COND_SAME) {
		sm_buf_adds(out, " and ");
		add_value(explain, cond->other);
	}
}

static bool
is_true(struct explain *explain, const struct sm_node *node)
{
	switch (node->kind) {
	case SM_NODE_TRUE:
		return true;
	case SM_NODE_FALSE:
		return false;
	case SM_NODE_COND:
		return sm_eval_cond(explain->state->eval, node->cond);
	case SM_NODE_NOT:
		return !is_true(explain, node->kids[0]);
	default:
		for (size_t i = 0; i < node->count; i++)
			if (is_true(explain, node->kids[i]) !=
			    (node->kind == SM_NODE_AND))
				return node->kind == SM_NODE_OR;
		return node->kind == SM_NODE_AND;
	}
}

/* What made node false: the first part of `and`, all parts of `or`. */
static void
add_failed(struct explain *explain, const struct sm_node *node)
{
	if (node->kind == SM_NODE_COND)
		add_leaf(explain, node, false);
	else if (node->kind == SM_NODE_NOT)
		add_leaf(explain, node->kids[0], true);
	else if (node->kind == SM_NODE_FALSE)
		sm_buf_adds(explain->out, "the condition is never true");
	for (size_t i = 0; i < node->count && node->kind >= SM_NODE_AND;
	    i++) {
		if (is_true(explain, node->kids[i]))
			continue;
		add_failed(explain, node->kids[i]);
		if (node->kind == SM_NODE_AND)
			return;
	}
}

static void
add_acts(struct explain *explain, const struct sm_rule *rule)
{
	for (size_t i = 0; i < rule->act_count; i++) {
		const struct sm_act *act = &rule->acts[i];

		sm_buf_adds(explain->out, i ? "; " : "");
		sm_buf_adds(explain->out, act->action->name);
		if (strcmp(act->action->name, "priority") == 0)
			sm_buf_addf(explain->out, " %+d",
			    (int)act->number);
		if (!act->text)
			continue;
		sm_buf_addc(explain->out, ' ');
		if (strcmp(act->action->name, "label") == 0)
			sm_buf_addc(explain->out, act->number < 0 ? '-' : '+');
		add_safe(explain->out, act->text, strlen(act->text));
	}
}

static bool
has_fired(const struct sm_rules_state *state, const struct sm_rule *rule)
{
	for (size_t i = 0; i < state->fired_count; i++)
		if (state->fired[i] == rule)
			return true;
	return false;
}

static void
add_rule(struct explain *explain, size_t number)
{
	const struct sm_rules_state *state = explain->state;
	const struct sm_rule *rule = state->rules->rules[number];
	bool fired = has_fired(state, rule);

	sm_buf_addf(explain->out, "    %c %-*s ", fired ? '+' : '-', NAME,
	    rule->name);
	explain->rule = rule;
	explain->shown = false;
	if (fired)
		add_acts(explain, rule);
	else if (explain->place >= state->tried)
		sm_buf_adds(explain->out, "not tried");
	else
		add_failed(explain, rule->when);
	sm_buf_addc(explain->out, '\n');
}

static void
add_head(struct explain *explain, struct sm_record *rec)
{
	const struct sm_rules_state *state = explain->state;
	struct sm_buf *out = explain->out;
	const char *text;
	size_t len;

	text = sm_record_str(rec, state->rules->key, &len);
	if (text)
		sm_safe(out, text, len, SM_SAFE_TTY);
	sm_buf_adds(out, text ? "\n" : "(no key)\n");
	text = sm_record_str(rec, state->rules->content, &len);
	if (text) {
		sm_buf_adds(out, "  \"");
		add_safe(out, text, len);
		sm_buf_adds(out, "\"\n");
	}
	sm_buf_addf(out, "  %s, says %s", state->decision, state->rule);
	if (state->reason) {
		sm_buf_adds(out, ": ");
		sm_safe(out, state->reason, strlen(state->reason),
		    SM_SAFE_TTY);
	}
	if (state->queue) {
		sm_buf_adds(out, "; queue ");
		sm_safe(out, state->queue, strlen(state->queue),
		    SM_SAFE_TTY);
	}
	sm_buf_addc(out, '\n');
}

/* "priority 74 = 64 score + 10 house_rule", from what was written. */
static void
add_priority(struct explain *explain)
{
	struct sm_paths *paths = sm_paths_new();
	int priority = sm_paths_add(paths, "priority");
	int why = sm_paths_add(paths, "why");
	struct sm_record *rec = sm_record_new(paths);
	const struct sm_buf *json = &explain->state->json;
	struct sm_items items;
	struct sm_value item;
	int64_t value = 0;
	bool first = true;

	if (sm_record_parse(rec, json->data, json->len, NULL) == 0 &&
	    sm_record_int(rec, priority, &value) &&
	    sm_items_begin(&items, sm_record_value(rec, why))) {
		sm_buf_addf(explain->out, "  priority %d", (int)value);
		while (sm_items_next(&items, &item)) {
			int64_t points = 0;

			(void)sm_value_int(&item, &points);
			sm_buf_addf(explain->out, "%s%d %.*s", first ?
			    " = " : points < 0 ? " - " : " + ", (int)(first ||
			    points > 0 ? points : -points),
			    (int)items.name.len, items.name.text);
			first = false;
		}
		sm_buf_addc(explain->out, '\n');
	}
	sm_record_free(rec);
	sm_paths_free(paths);
}

void
sm_rules_explain(struct sm_rules_state *state, struct sm_record *rec,
    struct sm_buf *out)
{
	struct explain explain = { .state = state, .out = out };
	const struct sm_rules *rules = state->rules;
	size_t stage = SIZE_MAX;

	add_head(&explain, rec);
	for (size_t i = 0; i < rules->order[state->context].count; i++) {
		size_t number = rules->order[state->context].entries[i].rule;

		if (rules->rules[number]->stage != stage)
			sm_buf_addf(out, "  %s\n", rules->stages[
			    rules->rules[number]->stage].name);
		stage = rules->rules[number]->stage;
		explain.place = i;
		add_rule(&explain, number);
	}
	if (state->saved)
		sm_buf_adds(out, "  ! danger to life: what the rules said "
		    "gives way\n");
	add_priority(&explain);
	sm_buf_addc(out, '\n');
}
