/*
 * What follows from what, as far as one can tell from the comparisons alone:
 * "yes" is certain, "no" means that it is not known.
 */
#include "rule/ruleset.h"

#include <string.h>

#include "rule/words.h"

#define MICRO 1000000

static bool
same_text(const struct sm_cond *a, const struct sm_cond *b)
{
	return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

static bool
is_range(const struct sm_cond *cond)
{
	return cond->op == SM_COND_RANGE && !cond->negate;
}

/* Every number of a lies in b's range. */
static bool
all_within(const struct sm_cond *a, const struct sm_cond *b)
{
	if (is_range(a))
		return a->low >= b->low && a->high <= b->high;
	return a->op == SM_COND_NUMBERS && !a->negate &&
	    a->numbers[0] >= b->low && a->numbers[a->count - 1] <= b->high;
}

/* No number of a lies in b's range. */
static bool
all_beyond(const struct sm_cond *a, const struct sm_cond *b)
{
	if (is_range(a))
		return a->high < b->low || a->low > b->high;
	if (a->op != SM_COND_NUMBERS || a->negate)
		return false;
	for (uint32_t i = 0; i < a->count; i++)
		if (a->numbers[i] >= b->low && a->numbers[i] <= b->high)
			return false;
	return true;
}

static bool
holds_text(const struct sm_cond *words, const struct sm_cond *text)
{
	return sm_words_find(words->words, text->text, text->len) != -1;
}

/* Both are about one member, and a is true. */
static bool
cond_implies(const struct sm_cond *a, const struct sm_cond *b)
{
	if (a->ref != b->ref)
		return false;
	if (b->op == SM_COND_PRESENT)
		return true;
	if (b->op == SM_COND_RANGE)
		return b->negate ? all_beyond(a, b) : all_within(a, b);
	if (a->op == SM_COND_TEXT && !a->negate && b->op == SM_COND_TEXT)
		return b->negate ? !same_text(a, b) : same_text(a, b);
	if (a->op == SM_COND_TEXT && !a->negate && b->op == SM_COND_WORDS)
		return holds_text(b, a) != b->negate;
	if (a->op == SM_COND_HAS && b->op == SM_COND_ANY)
		return holds_text(b, a);
	return false;
}

static bool
cond_excludes(const struct sm_cond *a, const struct sm_cond *b)
{
	if (a->ref != b->ref)
		return false;
	if (is_range(b) && all_beyond(a, b))
		return true;
	if (b->op == SM_COND_RANGE && b->negate && all_within(a, b))
		return true;
	if (a->op == SM_COND_TRUTH && b->op == SM_COND_TRUTH)
		return a->negate != b->negate;
	if (a->op == SM_COND_TEXT && b->op == SM_COND_TEXT)
		return same_text(a, b) ? a->negate != b->negate :
		    !a->negate && !b->negate;
	if (a->op == SM_COND_TEXT && !a->negate && b->op == SM_COND_WORDS)
		return holds_text(b, a) == b->negate;
	return false;
}

/* Leaves: a comparison, or `not` and a comparison. */
struct leaf {
	const struct sm_cond *cond;
	bool not;
};

static struct leaf
leaf_of(const struct sm_program *program, const struct sm_node *node)
{
	struct leaf leaf = { .cond = NULL, .not = node->kind == SM_NODE_NOT };

	if (leaf.not)
		node = node->kids[0];
	if (node->kind == SM_NODE_COND)
		leaf.cond = &program->conds[node->cond];
	return leaf;
}

static bool
leaf_implies(struct leaf a, struct leaf b)
{
	if (!a.cond || !b.cond)
		return false;
	if (a.cond == b.cond)
		return a.not == b.not;
	if (!a.not && !b.not)
		return cond_implies(a.cond, b.cond);
	if (a.not && b.not)
		return cond_implies(b.cond, a.cond);
	return !a.not && (cond_excludes(a.cond, b.cond) ||
	    cond_excludes(b.cond, a.cond));
}

static bool
leaf_excludes(struct leaf a, struct leaf b)
{
	b.not = !b.not;
	return leaf_implies(a, b);
}

bool
sm_implies(const struct sm_program *program, const struct sm_node *a,
    const struct sm_node *b)
{
	bool every = b->kind == SM_NODE_AND, some = false;

	if (a->kind == SM_NODE_FALSE || b->kind == SM_NODE_TRUE)
		return true;
	if (a->kind == SM_NODE_OR) {
		for (size_t i = 0; i < a->count; i++)
			if (!sm_implies(program, a->kids[i], b))
				return false;
		return true;
	}
	if (b->kind == SM_NODE_AND || b->kind == SM_NODE_OR) {
		for (size_t i = 0; i < b->count; i++) {
			bool one = sm_implies(program, a, b->kids[i]);

			every = every && one;
			some = some || (b->kind == SM_NODE_OR && one);
		}
		if (every || some)
			return true;
	}
	if (a->kind == SM_NODE_AND) {
		for (size_t i = 0; i < a->count; i++)
			if (sm_implies(program, a->kids[i], b))
				return true;
		return false;
	}
	return leaf_implies(leaf_of(program, a), leaf_of(program, b));
}

static bool
is_list(const struct sm_node *node)
{
	return node->kind == SM_NODE_AND || node->kind == SM_NODE_OR;
}

bool
sm_excludes(const struct sm_program *program, const struct sm_node *a,
    const struct sm_node *b)
{
	if (a->kind == SM_NODE_FALSE || b->kind == SM_NODE_FALSE)
		return true;
	if (is_list(a)) {
		for (size_t i = 0; i < a->count; i++)
			if (sm_excludes(program, a->kids[i], b) ==
			    (a->kind == SM_NODE_AND))
				return a->kind == SM_NODE_AND;
		return a->kind == SM_NODE_OR;
	}
	if (is_list(b))
		return sm_excludes(program, b, a);
	return leaf_excludes(leaf_of(program, a), leaf_of(program, b)) ||
	    leaf_excludes(leaf_of(program, b), leaf_of(program, a));
}

bool
sm_cond_never(const struct sm_program *program, const struct sm_cond *cond)
{
	const struct sm_field *field = &program->refs[cond->ref].field;
	struct sm_cond whole = { .op = SM_COND_RANGE };

	if (field->least == 0 && field->most == 0)
		return false;
	whole.low = (int64_t)field->least * MICRO;
	whole.high = (int64_t)field->most * MICRO;
	return all_beyond(cond, &whole);
}
