#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "score/lexicon.h"
#include "score/name.h"
#include "score/tree_impl.h"

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

	for (uint32_t i = tree->nodes[node].first; i != SM_TREE_NONE;
	    i = tree->entries[i].next) {
		const struct sm_tree_entry *entry = &tree->entries[i];
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
	const struct sm_tree_edge *x = a, *y = b;

	return x->to < y->to ? -1 : x->to > y->to;
}

/*
 * The edges in the order of the nodes they lead to.  A node is made after the
 * one it hangs on, so its parent's slot is known when its own is looked for.
 */
static struct sm_tree_edge *
sorted_edges(const struct sm_tree *tree)
{
	struct sm_tree_edge *list = sm_xreallocarray(NULL, tree->edge_count + 1,
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
	struct sm_tree_edge *list = sorted_edges(tree);
	uint32_t *number = sm_xcalloc(tree->node_count, sizeof(*number));
	int ret = 0;

	for (size_t i = 0; i < tree->edge_count; i++) {
		const struct sm_tree_edge *edge = &list[i];
		const struct sm_tree_node *node = &tree->nodes[edge->to];
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
