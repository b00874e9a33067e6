#include "score/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "score/lexicon.h"
#include "score/name.h"
#include "score/pattern.h"
#include "score/source.h"
#include "score/tree_impl.h"

static uint32_t
add_node(struct sm_tree *tree)
{
	struct sm_tree_node *node;

	tree->nodes = sm_xgrow(tree->nodes, &tree->node_room,
	    tree->node_count + 1, sizeof(*tree->nodes));
	node = &tree->nodes[tree->node_count];
	memset(node, 0, sizeof(*node));
	node->first = SM_TREE_NONE;
	return (uint32_t)tree->node_count++;
}

struct sm_tree *
sm_tree_new(void)
{
	struct sm_tree *tree = sm_xcalloc(1, sizeof(*tree));

	add_node(tree);
	tree->edge_room = 1024;
	tree->edges = sm_xcalloc(tree->edge_room, sizeof(*tree->edges));
	return tree;
}

void
sm_tree_free(struct sm_tree *tree)
{
	if (!tree)
		return;
	free(tree->nodes);
	free(tree->entries);
	free(tree->edges);
	free(tree);
}

/* Where the edge is, or where it would go. */
static struct sm_tree_edge *
find_edge(struct sm_tree *tree, uint32_t from, uint64_t what)
{
	size_t at = sm_lex_key(from, what) & (tree->edge_room - 1);

	while (tree->edges[at].to && (tree->edges[at].from != from ||
	    tree->edges[at].what != what))
		at = (at + 1) & (tree->edge_room - 1);
	return &tree->edges[at];
}

static void
grow_edges(struct sm_tree *tree)
{
	struct sm_tree_edge *old = tree->edges;
	size_t room = tree->edge_room;

	tree->edge_room *= 2;
	tree->edges = sm_xcalloc(tree->edge_room, sizeof(*tree->edges));
	for (size_t i = 0; i < room; i++)
		if (old[i].to)
			*find_edge(tree, old[i].from, old[i].what) = old[i];
	free(old);
}

/* The node behind from on what; made where there is none. */
static uint32_t
step(struct sm_tree *tree, uint32_t from, uint64_t what)
{
	struct sm_tree_edge *edge;

	if (tree->edge_count * 2 >= tree->edge_room)
		grow_edges(tree);
	edge = find_edge(tree, from, what);
	if (!edge->to) {
		edge->from = from;
		edge->what = what;
		edge->to = add_node(tree);
		tree->edge_count++;
	}
	return edge->to;
}

static void
mark_node(struct sm_tree_node *node, const struct sm_lex_element *element,
    bool bare)
{
	uint8_t stem = bare ? element->bare_stem : element->stem;

	if (element->gap)
		node->flags |= (uint16_t)(SM_LEX_HAS_GAP <<
		    (element->gap - 1));
	else if (stem)
		node->stems |= UINT32_C(1) << stem;
	else
		node->flags |= SM_LEX_HAS_NEXT;
	if (element->cased)
		node->flags |= SM_LEX_HAS_CASE;
}

static uint32_t
walk(struct sm_tree *tree, const struct sm_lex_pattern *pattern, bool bare)
{
	uint32_t node = 0;

	for (uint32_t i = 0; i < pattern->count; i++) {
		const struct sm_lex_element *element = &pattern->element[i];

		mark_node(&tree->nodes[node], element, bare);
		if (element->cased)
			tree->cased[element->fold >> 58] |= UINT64_C(1) <<
			    (element->fold >> 52 & 63);
		if (i == 0 && element->stem)
			tree->starts[bare ? element->bare_start :
			    element->start] |= UINT32_C(1) <<
			    (bare ? element->bare_stem : element->stem);
		node = step(tree, node, bare ? element->bare : element->what);
	}
	return node;
}

static bool
same_kind(const struct sm_lex_entry *entry, const struct sm_lex_line *line)
{
	return entry->kind == line->kind && entry->label == line->label;
}

static struct sm_tree_entry *
find_entry(struct sm_tree *tree, uint32_t node,
    const struct sm_lex_line *line)
{
	for (uint32_t i = tree->nodes[node].first; i != SM_TREE_NONE;
	    i = tree->entries[i].next)
		if (same_kind(&tree->entries[i].entry, line))
			return &tree->entries[i];
	return NULL;
}

static uint16_t
sum_of(const struct sm_lex_line *line)
{
	switch (line->kind) {
	case SM_LEX_INTENT: return line->label;
	case SM_LEX_TOPIC: return SM_LEX_SUM_TOPIC + line->label;
	case SM_LEX_URGENCY: return SM_LEX_SUM_URGENT + line->label;
	default: return SM_LEX_SUMS;
	}
}

/* At the end of the node's list, so that they stay in the order of lines. */
static void
add_entry(struct sm_tree *tree, uint32_t node,
    const struct sm_lex_line *line, uint8_t flags)
{
	struct sm_tree_entry *entry;
	uint32_t *link = &tree->nodes[node].first;

	tree->entries = sm_xgrow(tree->entries, &tree->entry_room,
	    tree->entry_count + 1, sizeof(*tree->entries));
	while (*link != SM_TREE_NONE)
		link = &tree->entries[*link].next;
	*link = (uint32_t)tree->entry_count;
	entry = &tree->entries[tree->entry_count++];
	memset(entry, 0, sizeof(*entry));
	entry->entry.kind = line->kind;
	entry->entry.label = line->label;
	entry->entry.value = line->value;
	entry->entry.flags = line->flags | flags;
	entry->entry.scope = line->scope;
	entry->entry.sum = sum_of(line);
	entry->owner.file = line->file;
	entry->owner.line = line->line;
	entry->owner.pattern = line->pattern;
	entry->next = SM_TREE_NONE;
}

bool
sm_tree_add(struct sm_tree *tree, const struct sm_lex_pattern *pattern,
    const struct sm_lex_line *line, struct sm_tree_owner *owner)
{
	uint32_t node = walk(tree, pattern, false);
	const struct sm_tree_entry *old = find_entry(tree, node, line);

	if (old) {
		*owner = old->owner;
		return false;
	}
	add_entry(tree, node, line, 0);
	return true;
}

static bool
owned(const struct sm_tree *tree, uint32_t node)
{
	for (uint32_t i = tree->nodes[node].first; i != SM_TREE_NONE;
	    i = tree->entries[i].next)
		if (!(tree->entries[i].entry.flags & SM_LEX_ALIAS))
			return true;
	return false;
}

void
sm_tree_alias(struct sm_tree *tree, const struct sm_lex_pattern *pattern,
    const struct sm_lex_line *line)
{
	uint32_t node = walk(tree, pattern, true);
	struct sm_tree_entry *old;

	if (owned(tree, node))
		return;
	old = find_entry(tree, node, line);
	if (!old)
		add_entry(tree, node, line, SM_LEX_ALIAS);
	else if (abs(old->entry.value - line->value) > 1000)
		old->dead = true;
}
