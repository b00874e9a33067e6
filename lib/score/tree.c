#include "score/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "score/lexicon.h"
#include "score/name.h"
#include "score/pattern.h"
#include "score/source.h"

#define NONE UINT32_MAX

struct node {
	uint32_t first;		/* of its entries, or NONE */
	uint32_t stems;
	uint16_t flags;
};

struct entry {
	struct sm_lex_entry entry;
	struct sm_tree_owner owner;
	uint32_t next;		/* of the same node, or NONE */
	bool dead;
};

struct edge {
	uint64_t what;
	uint32_t from, to;	/* to: 0 where the slot is free */
};

struct sm_tree {
	struct node *nodes;
	size_t node_count, node_room;
	struct entry *entries;
	size_t entry_count, entry_room;
	struct edge *edges;	/* hash table */
	size_t edge_count, edge_room;
	uint32_t starts[SM_LEX_STARTS];
	uint64_t cased[64];
};

static uint32_t
add_node(struct sm_tree *tree)
{
	struct node *node;

	tree->nodes = sm_xgrow(tree->nodes, &tree->node_room,
	    tree->node_count + 1, sizeof(*tree->nodes));
	node = &tree->nodes[tree->node_count];
	memset(node, 0, sizeof(*node));
	node->first = NONE;
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
static struct edge *
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
	struct edge *old = tree->edges;
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
	struct edge *edge;

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
mark_node(struct node *node, const struct sm_lex_element *element, bool bare)
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

static struct entry *
find_entry(struct sm_tree *tree, uint32_t node,
    const struct sm_lex_line *line)
{
	for (uint32_t i = tree->nodes[node].first; i != NONE;
	    i = tree->entries[i].next)
		if (same_kind(&tree->entries[i].entry, line))
			return &tree->entries[i];
	return NULL;
}

/* At the end of the node's list, so that they stay in the order of lines. */
static void
add_entry(struct sm_tree *tree, uint32_t node,
    const struct sm_lex_line *line, uint8_t flags)
{
	struct entry *entry;
	uint32_t *link = &tree->nodes[node].first;

	tree->entries = sm_xgrow(tree->entries, &tree->entry_room,
	    tree->entry_count + 1, sizeof(*tree->entries));
	while (*link != NONE)
		link = &tree->entries[*link].next;
	*link = (uint32_t)tree->entry_count;
	entry = &tree->entries[tree->entry_count++];
	memset(entry, 0, sizeof(*entry));
	entry->entry.kind = line->kind;
	entry->entry.label = line->label;
	entry->entry.value = line->value;
	entry->entry.flags = line->flags | flags;
	entry->entry.scope = line->scope;
	entry->owner.file = line->file;
	entry->owner.line = line->line;
	entry->owner.pattern = line->pattern;
	entry->next = NONE;
}

bool
sm_tree_add(struct sm_tree *tree, const struct sm_lex_pattern *pattern,
    const struct sm_lex_line *line, struct sm_tree_owner *owner)
{
	uint32_t node = walk(tree, pattern, false);
	const struct entry *old = find_entry(tree, node, line);

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
	for (uint32_t i = tree->nodes[node].first; i != NONE;
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
	struct entry *old;

	if (owned(tree, node))
		return;
	old = find_entry(tree, node, line);
	if (!old)
		add_entry(tree, node, line, SM_LEX_ALIAS);
	else if (abs(old->entry.value - line->value) > 1000)
		old->dead = true;
}

uint32_t
sm_tree_align(struct sm_buf *out)
{
	while (out->len % 8)
		sm_buf_addc(out, '\0');
	return (uint32_t)out->len;
}

/* Names of files, each once, and the offset at which each was written. */
struct names {
	const char *name[64];
	uint32_t at[64];
	size_t count;
};

static uint32_t
name_offset(struct names *names, struct sm_buf *out, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->name[i], name) == 0)
			return names->at[i];
	if (names->count == sizeof(names->at) / sizeof(*names->at))
		return 0;
	names->name[names->count] = name;
	names->at[names->count] = (uint32_t)out->len;
	sm_buf_add(out, name, strlen(name) + 1);
	return names->at[names->count++];
}

static unsigned
traits_of(const struct sm_lex_entry *entry)
{
	switch (entry->kind) {
	case SM_LEX_SENTIMENT: return SM_TRAIT_FEELING | SM_TRAIT_VALUE;
	case SM_LEX_NEGATOR: case SM_LEX_DEGREE: case SM_LEX_CONTRAST:
	case SM_LEX_SARCASM: return SM_TRAIT_FEELING;
	case SM_LEX_GUARD: return SM_TRAIT_GUARD;
	case SM_LEX_URGENCY: return SM_TRAIT_MEANING |
	    (entry->label <= SM_URGENT_SAFETY ? SM_TRAIT_ALARM : 0);
	default: return SM_TRAIT_MEANING;
	}
}

/* The entries of one node to entries and origins; slot gets their traits. */
static void
write_entries(const struct sm_tree *tree, uint32_t node,
    struct sm_lex_slot *slot, struct names *names, struct sm_buf *out,
    struct sm_buf *entries, struct sm_buf *origins)
{

	for (uint32_t i = tree->nodes[node].first; i != NONE;
	    i = tree->entries[i].next) {
		const struct entry *entry = &tree->entries[i];
		struct sm_lex_origin origin = { .line = entry->owner.line };

		if (entry->dead || slot->entries == UINT16_MAX)
			continue;
		origin.file = name_offset(names, out, entry->owner.file);
		sm_buf_add(entries, &entry->entry, sizeof(entry->entry));
		sm_buf_add(origins, &origin, sizeof(origin));
		slot->flags |= (uint16_t)(traits_of(&entry->entry) <<
		    SM_LEX_TRAITS);
		slot->entries++;
	}
}

static int
by_number(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;

	return x->to < y->to ? -1 : x->to > y->to;
}

/*
 * The edges in the order of the nodes they lead to.  A node is made after the
 * one it hangs on, so its parent's slot is known when its own is looked for.
 */
static struct edge *
sorted_edges(const struct sm_tree *tree)
{
	struct edge *list = sm_xreallocarray(NULL, tree->edge_count + 1,
	    sizeof(*list));
	size_t count = 0;

	for (size_t i = 0; i < tree->edge_room; i++)
		if (tree->edges[i].to)
			list[count++] = tree->edges[i];
	qsort(list, count, sizeof(*list), by_number);
	return list;
}

/* The table while it is filled. */
struct table {
	struct sm_lex_slot *slots;
	uint8_t *tags;
	uint32_t mask;
};

/* Take the slot of key; gives back its index, or -1 where another has it. */
static int64_t
take_slot(struct table *table, uint64_t key)
{
	uint32_t at = (uint32_t)key & table->mask;

	for (; table->tags[at]; at = (at + 1) & table->mask)
		if (table->tags[at] == sm_lex_key_tag(key) &&
		    table->slots[at].check == sm_lex_key_check(key))
			return -1;
	table->tags[at] = sm_lex_key_tag(key);
	table->slots[at].check = sm_lex_key_check(key);
	return at;
}

static int
fill_table(const struct sm_tree *tree, struct table *table,
    struct sm_lex_lang *lang, struct sm_buf *out, struct sm_buf *entries,
    struct sm_buf *origins)
{
	struct names names = { .count = 0 };
	struct edge *list = sorted_edges(tree);
	uint32_t *number = sm_xcalloc(tree->node_count, sizeof(*number));
	int ret = 0;

	for (size_t i = 0; i < tree->edge_count; i++) {
		const struct edge *edge = &list[i];
		const struct node *node = &tree->nodes[edge->to];
		int64_t at = take_slot(table, sm_lex_key(number[edge->from],
		    edge->what));

		if (at == -1) {
			ret = -1;
			break;
		}
		number[edge->to] = (uint32_t)at + 1;
		table->slots[at].entry = lang->entry_count;
		table->slots[at].stems = node->stems;
		table->slots[at].flags = node->flags;
		write_entries(tree, edge->to, &table->slots[at], &names, out,
		    entries, origins);
		lang->entry_count += table->slots[at].entries;
	}
	free(number);
	free(list);
	return ret;
}

static void
write_sections(struct sm_buf *out, const struct table *table,
    struct sm_lex_lang *lang, const uint32_t *starts,
    const struct sm_buf *entries, const struct sm_buf *origins)
{
	size_t slots = (size_t)table->mask + 1;

	lang->tags = sm_tree_align(out);
	sm_buf_add(out, table->tags, slots);
	sm_buf_add(out, table->tags, SM_LEX_GROUP);
	lang->starts = sm_tree_align(out);
	sm_buf_add(out, starts, SM_LEX_STARTS * sizeof(*starts));
	lang->slots = sm_tree_align(out);
	sm_buf_add(out, table->slots, slots * sizeof(*table->slots));
	lang->entries = sm_tree_align(out);
	sm_buf_add(out, sm_buf_str(entries), entries->len);
	lang->origins = sm_tree_align(out);
	sm_buf_add(out, sm_buf_str(origins), origins->len);
}

int
sm_tree_write(const struct sm_tree *tree, struct sm_buf *out,
    struct sm_lex_lang *lang, struct sm_err *err)
{
	struct sm_buf entries = SM_BUF_INIT, origins = SM_BUF_INIT;
	struct table table;
	size_t slots = 16;
	int ret;

	while (slots * 5 < tree->edge_count * 8)
		slots *= 2;
	table.mask = (uint32_t)slots - 1;
	table.slots = sm_xcalloc(slots, sizeof(*table.slots));
	table.tags = sm_xcalloc(slots, 1);
	lang->mask = table.mask;
	lang->edges = (uint32_t)tree->edge_count;
	lang->entry_count = 0;
	lang->root_stems = tree->nodes[0].stems;
	lang->root_flags = tree->nodes[0].flags;
	memcpy(lang->cased, tree->cased, sizeof(lang->cased));
	ret = fill_table(tree, &table, lang, out, &entries, &origins);
	if (ret == -1)
		sm_err_set(err, SM_EXIT_FAULT, "two patterns of '%s' have the "
		    "same key: change one", lang->tag);
	write_sections(out, &table, lang, tree->starts, &entries, &origins);
	sm_buf_release(&entries);
	sm_buf_release(&origins);
	free(table.slots);
	free(table.tags);
	return ret;
}
