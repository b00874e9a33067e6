/*
 * What a tree is made of.  Inside of tree.h: tree.c lets it grow, table.c
 * writes it.
 */
#ifndef SM_SCORE_TREE_IMPL_H
#define SM_SCORE_TREE_IMPL_H

#include "score/tree.h"

#define SM_TREE_NONE UINT32_MAX

struct sm_tree_node {
	uint32_t first;		/* of its entries, or SM_TREE_NONE */
	uint32_t stems;
	uint16_t flags;
};

struct sm_tree_entry {
	struct sm_lex_entry entry;
	struct sm_tree_owner owner;
	uint32_t next;		/* of the same node, or SM_TREE_NONE */
	bool dead;
};

struct sm_tree_edge {
	uint64_t what;
	uint32_t from, to;	/* to: 0 where the slot is free */
};

struct sm_tree {
	struct sm_tree_node *nodes;
	size_t node_count, node_room;
	struct sm_tree_entry *entries;
	size_t entry_count, entry_room;
	struct sm_tree_edge *edges;	/* hash table */
	size_t edge_count, edge_room;
	uint32_t starts[SM_LEX_STARTS];
	uint64_t cased[64];
};

#endif
