/*
 * Inside struct sm_paths: a trie of member names.  Private to lib/record.
 */
#ifndef SM_RECORD_PATHS_H
#define SM_RECORD_PATHS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define SM_PATHS_HASHES 64

struct sm_paths_node {
	char *name;
	uint64_t key;		/* sm_paths_key of name */
	uint32_t len;
	int slot;		/* -1: only on the way to others */
	uint16_t child[SM_PATHS_HASHES];	/* by the hash of their names,
						   index; 0: none */
	uint16_t next;		/* sibling of the same hash */
};

struct sm_paths {
	struct sm_paths_node *nodes;	/* [0] is the top */
	size_t count, room;
	char **names;			/* by slot, the whole path */
	int *depth_one;			/* by slot: node, or -1 if deeper */
	int slots;
	size_t names_room, depth_room;
};

/* A name's first eight bytes, zeros behind; limit ends what is readable. */
static inline uint64_t
sm_paths_key(const char *text, uint32_t len, const char *limit)
{
	uint64_t key = 0;

	if (len >= 8 || limit - text >= 8) {
		memcpy(&key, text, 8);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		if (len < 8)
			key &= (UINT64_C(1) << (8 * len)) - 1;
#else
		if (len < 8)
			key = len ? key >> (64 - 8 * len) : 0;
#endif
	} else {
		memcpy(&key, text, len);
	}
	return key;
}

/* 0 .. SM_PATHS_HASHES - 1 */
static inline uint32_t
sm_paths_hash(uint64_t key, uint32_t len)
{
	return (uint32_t)((key ^ len) * UINT64_C(0x9e3779b97f4a7c15) >> 58);
}

/* The child of node with that name, whose key is known, or 0. */
static inline int
sm_paths_child(const struct sm_paths *paths, int node, uint64_t key,
    const char *name, uint32_t len)
{
	const struct sm_paths_node *nodes = paths->nodes;

	for (int i = nodes[node].child[sm_paths_hash(key, len)]; i;
	    i = nodes[i].next)
		if (nodes[i].key == key && nodes[i].len == len &&
		    (len <= 8 || memcmp(nodes[i].name, name, len) == 0))
			return i;
	return 0;
}

#endif
