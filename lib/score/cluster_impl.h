/* What cluster.c and cluster_save.c share. */
#ifndef SM_SCORE_CLUSTER_IMPL_H
#define SM_SCORE_CLUSTER_IMPL_H

#include "score/cluster.h"
#include "score/minhash.h"

#define CLUSTER_NONE UINT32_MAX

struct sm_tokens;

/* A text that was seen. */
struct cluster_entry {
	struct minhash hash;
	uint32_t group;
	uint32_t next[MINHASH_BANDS + 1];	/* in its bucket; last: exact */
	int64_t time;		/* when it was last said */
};

/* A cluster; its place may be used again when no entry is in it. */
struct cluster_group {
	char *first;
	uint64_t id, size;
	int64_t began;
	uint64_t *authors;	/* hashes */
	size_t author_count, author_room;
	uint32_t entries;
	uint32_t free;		/* the next free one, while it is free */
};

struct cluster_key {
	uint64_t key;
	uint64_t id;		/* of the group, whose place may be another's */
	uint32_t group;
	int64_t time;
};

struct sm_cluster {
	int64_t window, now;
	size_t most;
	struct cluster_entry *entries;	/* a ring: first .. first + count */
	size_t first, count;
	uint32_t *buckets;	/* of bands and of exact texts */
	size_t mask;
	struct cluster_group *groups;
	size_t group_count, group_room;
	uint32_t free_group;
	struct cluster_key *keys;	/* open addressing */
	size_t key_count, key_mask;
	struct sm_tokens *tokens;
};

/* The place of a key, maybe free; and it is noted there. */
struct cluster_key *cluster_key_slot(const struct sm_cluster *cluster,
    uint64_t key);
void cluster_note_key(struct sm_cluster *cluster, uint64_t key,
    uint32_t group);

/* A new text of the group; its number. */
uint32_t cluster_add_entry(struct sm_cluster *cluster,
    const struct minhash *hash, uint32_t group);

/* An empty group; and one text less in it: the last one frees it. */
uint32_t cluster_new_group(struct sm_cluster *cluster);
void cluster_leave_group(struct sm_cluster *cluster, uint32_t number);

#endif
