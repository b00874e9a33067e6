#include "rule/program.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/xalloc.h"

struct sm_node *
sm_node_new(enum sm_node_kind kind, size_t at, size_t end)
{
	struct sm_node *node = sm_xcalloc(1, sizeof(*node));

	node->kind = kind;
	node->at = at;
	node->end = end;
	return node;
}

void
sm_node_add(struct sm_node *node, struct sm_node *kid)
{
	node->kids = sm_xgrow(node->kids, &node->room, node->count + 1,
	    sizeof(struct sm_node *));
	node->kids[node->count++] = kid;
}

void
sm_node_free(struct sm_node *node)
{
	if (!node)
		return;
	for (size_t i = 0; i < node->count; i++)
		sm_node_free(node->kids[i]);
	free(node->kids);
	free(node);
}

/* The only kid instead of its parent. */
static struct sm_node *
raise_kid(struct sm_node *node, size_t which)
{
	struct sm_node *kid = node->kids[which];

	node->kids[which] = node->kids[--node->count];
	sm_node_free(node);
	return kid;
}

/* `and` is settled by a false kid, `or` by a true one. */
static struct sm_node *
fold_list(struct sm_node *node)
{
	enum sm_node_kind settles = node->kind == SM_NODE_AND ?
	    SM_NODE_FALSE : SM_NODE_TRUE;
	size_t kept = 0;

	for (size_t i = 0; i < node->count; i++)
		node->kids[i] = sm_node_fold(node->kids[i]);
	for (size_t i = 0; i < node->count; i++)
		if (node->kids[i]->kind == settles)
			return raise_kid(node, i);
	for (size_t i = 0; i < node->count; i++) {
		if (node->kids[i]->kind <= SM_NODE_TRUE)
			sm_node_free(node->kids[i]);
		else
			node->kids[kept++] = node->kids[i];
	}
	node->count = kept;
	if (kept == 0)
		node->kind = settles == SM_NODE_TRUE ? SM_NODE_FALSE :
		    SM_NODE_TRUE;
	return kept == 1 ? raise_kid(node, 0) : node;
}

/* not (a and b) is not a or not b; both are true where a is missing. */
static void
push_not(struct sm_node *node)
{
	node->kind = node->kind == SM_NODE_AND ? SM_NODE_OR : SM_NODE_AND;
	for (size_t i = 0; i < node->count; i++) {
		struct sm_node *kid = node->kids[i];

		node->kids[i] = sm_node_new(SM_NODE_NOT, kid->at, kid->end);
		sm_node_add(node->kids[i], kid);
	}
}

static struct sm_node *
fold_not(struct sm_node *node)
{
	struct sm_node *kid = node->kids[0];

	switch (kid->kind) {
	case SM_NODE_FALSE:
	case SM_NODE_TRUE:
		kid->kind = kid->kind == SM_NODE_TRUE ? SM_NODE_FALSE :
		    SM_NODE_TRUE;
		return raise_kid(node, 0);
	case SM_NODE_NOT:
		return sm_node_fold(raise_kid(raise_kid(node, 0), 0));
	case SM_NODE_AND:
	case SM_NODE_OR:
		push_not(kid);
		return sm_node_fold(raise_kid(node, 0));
	default:
		return node;
	}
}

struct sm_node *
sm_node_fold(struct sm_node *node)
{
	if (node->kind == SM_NODE_NOT)
		return fold_not(node);
	if (node->kind == SM_NODE_AND || node->kind == SM_NODE_OR)
		return fold_list(node);
	return node;
}

static int add_steps(struct sm_program *program, const struct sm_node *node,
    uint32_t yes, uint32_t no, uint32_t *entry);

static int
add_step(struct sm_program *program, uint32_t cond, uint32_t yes, uint32_t no,
    uint32_t *entry)
{
	struct sm_step *step;

	if (program->step_count >= SM_STEPS_MAX)
		return -1;
	program->steps = sm_xgrow(program->steps, &program->step_room,
	    program->step_count + 1, sizeof(*program->steps));
	step = &program->steps[program->step_count];
	step->cond = cond;
	step->yes = yes;
	step->no = no;
	*entry = (uint32_t)program->step_count++;
	return 0;
}

/* Last kid first: each needs to know where the one behind it begins. */
static int
add_list(struct sm_program *program, const struct sm_node *node, uint32_t yes,
    uint32_t no, uint32_t *entry)
{
	for (size_t i = node->count; i > 0; i--) {
		if (add_steps(program, node->kids[i - 1], yes, no,
		    entry) == -1)
			return -1;
		if (node->kind == SM_NODE_AND)
			yes = *entry;
		else
			no = *entry;
	}
	return 0;
}

static int
add_steps(struct sm_program *program, const struct sm_node *node, uint32_t yes,
    uint32_t no, uint32_t *entry)
{
	switch (node->kind) {
	case SM_NODE_TRUE:
		*entry = yes;
		return 0;
	case SM_NODE_FALSE:
		*entry = no;
		return 0;
	case SM_NODE_NOT:
		return add_steps(program, node->kids[0], no, yes, entry);
	case SM_NODE_COND:
		return add_step(program, node->cond, yes, no, entry);
	default:
		return add_list(program, node, yes, no, entry);
	}
}

int
sm_program_compile(struct sm_program *program, const struct sm_node *node,
    uint32_t *entry, struct sm_err *err)
{
	if (add_steps(program, node, SM_STEP_YES, SM_STEP_NO, entry) == -1)
		return sm_err_set(err, SM_EXIT_CONFIG,
		    "there are more than %d comparisons", SM_STEPS_MAX);
	return 0;
}
