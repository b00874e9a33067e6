/*
 * Inside struct sm_paths: a trie of member names.  Private to lib/record.
 */
#ifndef SM_RECORD_PATHS_H
#define SM_RECORD_PATHS_H

#include <stddef.h>
#include <stdint.h>

struct sm_paths_node {
	char *name;
	uint32_t len;
	int slot;		/* -1: only on the way to others */
	int first, next;	/* child and sibling by index; 0: none */
	uint64_t lengths;	/* bit n: a child has a name of n bytes */
};

struct sm_paths {
	struct sm_paths_node *nodes;	/* [0] is the top */
	size_t count, room;
	char **names;			/* by slot, the whole path */
	int *depth_one;			/* by slot: node, or -1 if deeper */
	int slots;
	size_t names_room, depth_room;
};

/* The child of node with that name, or 0. */
static inline int
sm_paths_child(const struct sm_paths *paths, int node, const char *name,
    size_t len);

#include <string.h>

static inline int
sm_paths_child(const struct sm_paths *paths, int node, const char *name,
    size_t len)
{
	const struct sm_paths_node *n = &paths->nodes[node];

	if (!(n->lengths >> (len & 63) & 1))
		return 0;
	for (int i = n->first; i; i = paths->nodes[i].next) {
		const struct sm_paths_node *child = &paths->nodes[i];

		if (child->len == len && child->name[0] == name[0] &&
		    memcmp(child->name, name, len) == 0)
			return i;
	}
	return 0;
}

#endif
