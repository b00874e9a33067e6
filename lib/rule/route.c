#include "rule/ruleset.h"

#include <string.h>

#include "base/clock.h"
#include "record/json.h"
#include "record/record.h"
#include "rule/calendar.h"
#include "rule/people.h"
#include "rule/sla.h"

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

/* The score's priority and all points. */
static int64_t
sum_all(const struct sm_rules_state *state, int64_t *score, bool *scored)
{
	const struct sm_record *rec = state->eval->rec;
	int64_t sum = 0;

	*scored = sm_record_int(rec, state->rules->priority, score) &&
	    *score >= -SCORE_MAX && *score <= SCORE_MAX;
	if (*scored)
		sum = *score;
	for (size_t i = 0; i < state->act_count; i++)
		if (is_points(state->acts[i]))
			sum += state->acts[i]->number;
	return sum;
}

int64_t
sm_rules_priority(const struct sm_rules_state *state)
{
	int64_t score;
	bool scored;

	return clamp(sum_all(state, &score, &scored));
}

/* "priority" and the terms that add up to it. */
static void
write_priority(const struct sm_rules_state *state, struct sm_buf *out)
{
	int64_t score, points, sum;
	bool scored;

	sum = sum_all(state, &score, &scored);
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

/* Those with sign 1, or those with -1 (`label -x`). */
static void
write_texts(const struct sm_rules_state *state,
    const struct sm_action *action, const char *member, bool minus,
    struct sm_buf *out)
{
	bool open = false;

	for (size_t i = 0; i < state->act_count; i++) {
		const struct sm_act *act = state->acts[i];

		if (act->action != action || (act->number < 0) != minus)
			continue;
		if (!open)
			sm_json_open(out, member, '[');
		open = true;
		sm_json_strz(out, NULL, act->text);
	}
	if (open)
		sm_json_close(out, ']');
}

/* Of a post from others; SM_TIME_NONE: there is no such moment. */
int64_t
sm_rules_due(struct sm_rules_state *state, const struct sm_act *act)
{
	struct sm_record *rec = state->eval->rec;
	int64_t seconds = act->sla->target[SM_SLA_FIRST].seconds, start;

	if (state->context != SM_CONTEXT_POST || seconds == 0 ||
	    sm_record_is(rec, state->rules->direction, "out") ||
	    !sm_record_time(rec, state->rules->start, &start))
		return SM_TIME_NONE;
	return sm_calendar_after(act->sla->calendar, start, seconds);
}

/* The policy, and when its first answer is due, where somebody is to see it. */
static void
write_sla(struct sm_rules_state *state, const struct sm_act *act,
    struct sm_buf *out)
{
	char text[SM_TIME_TEXT];
	int64_t due;

	if (strcmp(state->decision, "ignore") == 0)
		return;
	sm_json_strz(out, "sla", act->text);
	due = sm_rules_due(state, act);
	if (due == SM_TIME_NONE)
		return;
	sm_time_format(due, text);
	sm_json_strz(out, "due", text);
}

/* Nobody where all who fit are away or have enough: that is said. */
static void
write_pick(const struct sm_rules_state *state, const struct sm_act *act,
    struct sm_buf *out)
{
	const struct sm_rules *rules = state->rules;
	const struct sm_person *person;
	int64_t now = state->eval->now;

	if (!act->pick) {
		sm_json_strz(out, "assign", act->text);
		return;
	}
	if (now == SM_TIME_NONE && !sm_record_time(state->eval->rec,
	    rules->pick.fetched, &now))
		now = 0;
	person = sm_pick_person(act->pick, rules->program.people,
	    state->eval->rec, &rules->pick, now);
	if (person)
		sm_json_strz(out, "assign", person->login);
	else
		sm_json_strz(out, "unassigned", "nobody who fits is there "
		    "and has room");
}

static void
write_one(struct sm_rules_state *state, const struct sm_action *action,
    struct sm_buf *out)
{
	for (size_t i = 0; i < state->act_count; i++) {
		const struct sm_act *act = state->acts[i];

		if (act->action != action)
			continue;
		if (action->form == SM_FORM_TEXT)
			sm_json_strz(out, action->member, act->text);
		else if (action->form == SM_FORM_SLA)
			write_sla(state, act, out);
		else if (action->form == SM_FORM_PICK)
			write_pick(state, act, out);
		else if (action->form == SM_FORM_NUMBER)
			sm_json_int(out, action->member, act->number);
		else
			sm_json_bool(out, action->member, true);
		return;
	}
}

static void
write_actions(struct sm_rules_state *state, struct sm_buf *out)
{
	const struct sm_action *action;

	if (state->act_count == 0)
		return;
	for (size_t i = 0; (action = sm_action_at(i)); i++) {
		if (action->form == SM_FORM_TEXTS) {
			write_texts(state, action, action->member, false, out);
			if (state->context != SM_CONTEXT_POST)
				write_texts(state, action, "unlabel", true,
				    out);
		} else if (action->form != SM_FORM_NONE)
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
	bool spoke = state->danger, post = state->context == SM_CONTEXT_POST;

	for (size_t i = 0; i < state->fired_count; i++)
		spoke |= strcmp(state->fired[i]->trace, safety) == 0;
	sm_json_open(out, "trace", '{');
	if (post)
		sm_json_int(out, safety, spoke);
	for (size_t i = 0; i < state->fired_count; i++)
		if (!post || strcmp(state->fired[i]->trace, safety) != 0)
			sm_json_int(out, state->fired[i]->trace, 1);
	sm_json_close(out, '}');
}

void
sm_rules_write(struct sm_rules_state *state, struct sm_buf *out)
{
	sm_json_open(out, NULL, '{');
	sm_json_strz(out, "by", state->rules->by);
	if (state->context != SM_CONTEXT_POST)
		sm_json_strz(out, "context", sm_context_name(state->context));
	sm_json_strz(out, "decision", state->decision);
	sm_json_strz(out, "rule", state->rule);
	if (state->reason || state->said)
		sm_json_strz(out, "reason", state->reason ? state->reason :
		    state->said);
	if (state->queue)
		sm_json_strz(out, "queue", state->queue);
	if (state->context != SM_CONTEXT_OUTBOUND)
		write_priority(state, out);
	write_actions(state, out);
	write_trace(state, out);
	sm_json_close(out, '}');
}
