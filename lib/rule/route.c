#include "rule/ruleset.h"

#include <string.h>

#include "record/json.h"
#include "record/record.h"

#define PRIORITY_MAX 100
#define SCORE_MAX 1000000	/* beyond it, a score is none of ours */

static bool
is_points(const struct sm_act *act)
{
	return act->action->form == SM_FORM_NONE && !act->action->group;
}

/* The sum of the points called as act is, where it is the first of them. */
static bool
sum_points(const struct sm_rules_state *state, size_t index, int64_t *sum)
{
	const char *name = state->acts[index]->text;

	*sum = 0;
	for (size_t i = 0; i < state->act_count; i++) {
		if (!is_points(state->acts[i]) ||
		    strcmp(state->acts[i]->text, name) != 0)
			continue;
		if (i < index)
			return false;
		*sum += state->acts[i]->number;
	}
	return true;
}

static int64_t
clamp(int64_t value)
{
	return value < 0 ? 0 : value > PRIORITY_MAX ? PRIORITY_MAX : value;
}

/* "priority" and the terms that add up to it. */
static void
write_priority(const struct sm_rules_state *state, struct sm_buf *out)
{
	const struct sm_record *rec = state->eval->rec;
	int64_t score, sum = 0, points;
	bool scored = sm_record_int(rec, state->rules->priority, &score) &&
	    score >= -SCORE_MAX && score <= SCORE_MAX;

	if (scored)
		sum = score;
	for (size_t i = 0; i < state->act_count; i++)
		if (is_points(state->acts[i]))
			sum += state->acts[i]->number;
	sm_json_int(out, "priority", clamp(sum));
	sm_json_open(out, "why", '{');
	if (scored)
		sm_json_int(out, "score", score);
	for (size_t i = 0; i < state->act_count; i++)
		if (is_points(state->acts[i]) &&
		    sum_points(state, i, &points))
			sm_json_int(out, state->acts[i]->text, points);
	if (clamp(sum) != sum)
		sm_json_int(out, "clamp", clamp(sum) - sum);
	sm_json_close(out, '}');
}

static void
write_texts(const struct sm_rules_state *state,
    const struct sm_action *action, struct sm_buf *out)
{
	bool open = false;

	for (size_t i = 0; i < state->act_count; i++) {
		const struct sm_act *act = state->acts[i];

		if (act->action != action || act->number < 0)
			continue;
		if (!open)
			sm_json_open(out, action->member, '[');
		open = true;
		sm_json_strz(out, NULL, act->text);
	}
	if (open)
		sm_json_close(out, ']');
}

static void
write_one(const struct sm_rules_state *state, const struct sm_action *action,
    struct sm_buf *out)
{
	for (size_t i = 0; i < state->act_count; i++) {
		const struct sm_act *act = state->acts[i];

		if (act->action != action)
			continue;
		if (action->form == SM_FORM_TEXT)
			sm_json_strz(out, action->member, act->text);
		else if (action->form == SM_FORM_NUMBER)
			sm_json_int(out, action->member, act->number);
		else
			sm_json_bool(out, action->member, true);
		return;
	}
}

static void
write_actions(const struct sm_rules_state *state, struct sm_buf *out)
{
	const struct sm_action *action;

	if (state->act_count == 0)
		return;
	for (size_t i = 0; (action = sm_action_at(i)); i++) {
		if (action->form == SM_FORM_TEXTS)
			write_texts(state, action, out);
		else if (action->form != SM_FORM_NONE)
			write_one(state, action, out);
	}
}

/*
 * Life safety stands first, whether it spoke or not, so that one can see that
 * it was looked at; then the rules that spoke.
 */
static void
write_trace(const struct sm_rules_state *state, struct sm_buf *out)
{
	static const char safety[] = "life_safety";
	bool spoke = state->danger;

	for (size_t i = 0; i < state->fired_count; i++)
		spoke |= strcmp(state->fired[i]->trace, safety) == 0;
	sm_json_open(out, "trace", '{');
	sm_json_int(out, safety, spoke);
	for (size_t i = 0; i < state->fired_count; i++)
		if (strcmp(state->fired[i]->trace, safety) != 0)
			sm_json_int(out, state->fired[i]->trace, 1);
	sm_json_close(out, '}');
}

void
sm_rules_write(struct sm_rules_state *state, struct sm_buf *out)
{
	sm_json_open(out, NULL, '{');
	sm_json_strz(out, "by", state->rules->by);
	sm_json_strz(out, "decision", state->decision);
	sm_json_strz(out, "rule", state->rule);
	if (state->reason)
		sm_json_strz(out, "reason", state->reason);
	if (state->queue)
		sm_json_strz(out, "queue", state->queue);
	write_priority(state, out);
	write_actions(state, out);
	write_trace(state, out);
	sm_json_close(out, '}');
}
