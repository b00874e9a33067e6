#include "rule/eval.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "record/record.h"
#include "rule/calendar.h"
#include "rule/words.h"

struct sm_eval *
sm_eval_new(const struct sm_program *program, int64_t now)
{
	struct sm_eval *eval = sm_xcalloc(1, sizeof(*eval));

	eval->program = program;
	eval->now = now;
	eval->regs = sm_xcalloc(program->ref_count + 1, sizeof(*eval->regs));
	eval->memo = sm_xcalloc(program->cond_count + 1, 1);
	for (size_t i = 0; i < program->ref_count; i++) {
		if (!program->refs[i].grams)
			continue;
		eval->regs[i].grams = sm_xmalloc(sizeof(struct sm_grams));
		if (!eval->regex)
			eval->regex = sm_regex_state_new();
	}
	return eval;
}

void
sm_eval_free(struct sm_eval *eval)
{
	if (!eval)
		return;
	for (size_t i = 0; i < eval->program->ref_count; i++)
		free(eval->regs[i].grams);
	free(eval->regs);
	free(eval->memo);
	sm_regex_state_free(eval->regex);
	free(eval);
}

void
sm_eval_begin(struct sm_eval *eval, struct sm_record *rec)
{
	eval->rec = rec;
	eval->left = SM_EVAL_STEPS;
	eval->slow = NULL;
	memset(eval->memo, 0, eval->program->cond_count);
	for (size_t i = 0; i < eval->program->ref_count; i++)
		eval->regs[i].loaded = false;
}

static void
load_text(struct sm_eval *eval, const struct sm_ref *ref, struct sm_reg *reg)
{
	reg->text = sm_record_str(eval->rec, ref->slot, &reg->len);
	reg->present = reg->text != NULL;
}

static void
load_number(struct sm_eval *eval, const struct sm_ref *ref,
    struct sm_reg *reg)
{
	reg->present = sm_record_micro(eval->rec, ref->slot, &reg->number);
}

/* What --now says; else of a case its own moment, of a post fetched. */
static bool
get_now(struct sm_eval *eval, const struct sm_ref *ref, int64_t *now)
{
	*now = eval->now;
	return *now != SM_TIME_NONE ||
	    (ref->of_case && sm_record_time(eval->rec, eval->program->at,
	    now)) ||
	    sm_record_time(eval->rec, eval->program->fetched, now);
}

static void
load_time(struct sm_eval *eval, const struct sm_ref *ref, struct sm_reg *reg)
{
	if (ref->field.flags & SM_FIELD_NOW)
		reg->present = get_now(eval, ref, &reg->number);
	else
		reg->present = sm_record_time(eval->rec, ref->slot,
		    &reg->number);
}

/* What lies ahead is of no age yet. */
static void
load_age(struct sm_eval *eval, const struct sm_ref *ref, struct sm_reg *reg)
{
	int64_t since, now;

	if (!get_now(eval, ref, &now) ||
	    !sm_record_time(eval->rec, ref->slot, &since))
		return;
	reg->present = true;
	reg->number = now > since ? now - since : 0;
}

static void
load_duration(struct sm_eval *eval, const struct sm_ref *ref,
    struct sm_reg *reg)
{
	if (ref->field.flags & SM_FIELD_AGE)
		load_age(eval, ref, reg);
	else
		reg->present = sm_record_int(eval->rec, ref->slot,
		    &reg->number);
}

static void
load_truth(struct sm_eval *eval, const struct sm_ref *ref, struct sm_reg *reg)
{
	unsigned type = sm_record_value(eval->rec, ref->slot)->type;

	reg->present = type == SM_TRUE || type == SM_FALSE;
	reg->number = type == SM_TRUE;
}

static void
load_set(struct sm_eval *eval, const struct sm_ref *ref, struct sm_reg *reg)
{
	reg->value = sm_record_value(eval->rec, ref->slot);
	reg->present = reg->value->type == SM_ARRAY;
}

static void
load_other(struct sm_eval *eval, const struct sm_ref *ref, struct sm_reg *reg)
{
	reg->value = sm_record_value(eval->rec, ref->slot);
	reg->present = reg->value->type > SM_NULL;
}

static void
load_reg(struct sm_eval *eval, int number)
{
	static void (*const load[])(struct sm_eval *, const struct sm_ref *,
	    struct sm_reg *) = {
		[SM_FIELD_NUMBER] = load_number,
		[SM_FIELD_TEXT] = load_text,
		[SM_FIELD_SET] = load_set,
		[SM_FIELD_TIME] = load_time,
		[SM_FIELD_DURATION] = load_duration,
		[SM_FIELD_TRUTH] = load_truth,
		[SM_FIELD_OTHER] = load_other
	};
	const struct sm_ref *ref = &eval->program->refs[number];
	struct sm_reg *reg = &eval->regs[number];

	reg->loaded = true;
	reg->present = reg->grams_done = false;
	load[ref->field.type](eval, ref, reg);
}

const struct sm_reg *
sm_eval_reg(struct sm_eval *eval, int number)
{
	if (!eval->regs[number].loaded)
		load_reg(eval, number);
	return &eval->regs[number];
}

static bool
in_numbers(const struct sm_cond *cond, int64_t number)
{
	size_t low = 0, high = cond->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (cond->numbers[mid] < number)
			low = mid + 1;
		else
			high = mid;
	}
	return low < cond->count && cond->numbers[low] == number;
}

static bool
matches(struct sm_eval *eval, const struct sm_cond *cond)
{
	struct sm_reg *reg = &eval->regs[cond->ref];
	enum sm_regex_result found;

	if (!reg->grams_done) {
		sm_grams_fill(reg->grams, reg->text, reg->len);
		reg->grams_done = true;
	}
	found = sm_regex_search(cond->regex, eval->regex, reg->grams,
	    reg->text, reg->len);
	if (found == SM_REGEX_LIMIT) {
		eval->slow = cond;
		return cond->negate; /* neither matches nor does not */
	}
	return found == SM_REGEX_YES;
}

/* The item itself, or its member where the set holds objects. */
const char *
sm_eval_item(struct sm_eval *eval, const struct sm_ref *ref,
    const struct sm_value *item, size_t *len)
{
	struct sm_items members;
	struct sm_value value;

	if (item->type == SM_STRING)
		return sm_value_str(eval->rec, item, len);
	if (item->type != SM_OBJECT || !ref->field.item ||
	    !sm_items_begin(&members, item))
		return NULL;
	while (sm_items_next(&members, &value))
		if (members.name.len == strlen(ref->field.item) &&
		    memcmp(members.name.text, ref->field.item,
		    members.name.len) == 0)
			return value.type == SM_STRING ?
			    sm_value_str(eval->rec, &value, len) : NULL;
	return NULL;
}

static bool
has_item(struct sm_eval *eval, const struct sm_cond *cond,
    const struct sm_reg *reg)
{
	const struct sm_ref *ref = &eval->program->refs[cond->ref];
	struct sm_items items;
	struct sm_value item;

	if (!sm_items_begin(&items, reg->value))
		return false;
	while (sm_items_next(&items, &item)) {
		size_t len;
		const char *text = sm_eval_item(eval, ref, &item, &len);

		if (--eval->left < 0)
			return false;
		if (!text)
			continue;
		if (cond->words ? sm_words_find(cond->words, text, len) != -1 :
		    len == cond->len && memcmp(text, cond->text, len) == 0)
			return true;
	}
	return false;
}

static bool
same_text(const struct sm_reg *reg, const char *text, size_t len)
{
	return reg->len == len && memcmp(reg->text, text, len) == 0;
}

static bool
compare_refs(struct sm_eval *eval, const struct sm_cond *cond,
    const struct sm_reg *reg)
{
	const struct sm_reg *other = sm_eval_reg(eval, cond->other);

	if (!other->present)
		return cond->negate;
	if (cond->op == SM_COND_SAME)
		return same_text(reg, other->text, other->len);
	return cond->low & (reg->number < other->number ? SM_LESS :
	    reg->number > other->number ? SM_MORE : SM_EQUAL);
}

/* What the operator says of a member that is there. */
static bool
holds(struct sm_eval *eval, const struct sm_cond *cond,
    const struct sm_reg *reg)
{
	switch (cond->op) {
	case SM_COND_NUMBERS:
		return in_numbers(cond, reg->number);
	case SM_COND_TEXT:
		return same_text(reg, cond->text, cond->len);
	case SM_COND_WORDS:
		return sm_words_find(cond->words, reg->text, reg->len) != -1;
	case SM_COND_MATCH:
		return matches(eval, cond);
	case SM_COND_HAS:
	case SM_COND_ANY:
		return has_item(eval, cond, reg);
	case SM_COND_TRUTH:
		return reg->number;
	case SM_COND_PRESENT:
		return true;
	case SM_COND_OPEN:
		return sm_calendar_is_open(cond->calendar, reg->number);
	default:
		return compare_refs(eval, cond, reg);
	}
}

bool
sm_eval_cond(struct sm_eval *eval, uint32_t number)
{
	const struct sm_cond *cond = &eval->program->conds[number];
	const struct sm_reg *reg;
	bool result;

	if (eval->memo[number])
		return eval->memo[number] == 2;
	reg = sm_eval_reg(eval, cond->ref);
	if (cond->op == SM_COND_RANGE) /* by far the most */
		result = reg->present && (reg->number >= cond->low &&
		    reg->number <= cond->high) != cond->negate;
	else
		result = reg->present &&
		    holds(eval, cond, reg) != cond->negate;
	eval->memo[number] = result ? 2 : 1;
	return result;
}

int
sm_eval_run(struct sm_eval *eval, uint32_t at)
{
	const struct sm_step *steps = eval->program->steps;

	while (at < SM_STEP_NO) {
		if (--eval->left < 0)
			return -1;
		at = sm_eval_cond(eval, steps[at].cond) ? steps[at].yes :
		    steps[at].no;
	}
	return eval->left < 0 ? -1 : at == SM_STEP_YES;
}
