#include "score/cluster.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/xalloc.h"
#include "score/cluster_impl.h"
#include "text/token.h"

#define CANDIDATES 256	/* looked at for one post */

struct sm_cluster *
sm_cluster_new(int64_t window, size_t most)
{
	struct sm_cluster *cluster = sm_xcalloc(1, sizeof(*cluster));

	cluster->window = window;
	cluster->most = most;
	cluster->now = SM_TIME_NONE;
	cluster->entries = sm_xcalloc(most, sizeof(*cluster->entries));
	cluster->mask = 1023;
	while (cluster->mask < most * 4)
		cluster->mask = 2 * cluster->mask + 1;
	cluster->buckets = sm_xmalloc((cluster->mask + 1) *
	    sizeof(*cluster->buckets));
	memset(cluster->buckets, 0xFF, (cluster->mask + 1) *
	    sizeof(*cluster->buckets));
	cluster->free_group = CLUSTER_NONE;
	cluster->key_mask = 1023;
	cluster->keys = sm_xcalloc(cluster->key_mask + 1,
	    sizeof(*cluster->keys));
	cluster->tokens = sm_tokens_new();
	return cluster;
}

static void
group_release(struct cluster_group *group)
{
	free(group->first);
	free(group->authors);
	group->first = NULL;
	group->authors = NULL;
	group->author_count = group->author_room = 0;
}

void
sm_cluster_free(struct sm_cluster *cluster)
{
	if (!cluster)
		return;
	for (size_t i = 0; i < cluster->group_count; i++)
		group_release(&cluster->groups[i]);
	free(cluster->groups);
	free(cluster->entries);
	free(cluster->buckets);
	free(cluster->keys);
	sm_tokens_free(cluster->tokens);
	free(cluster);
}

/* ---- Keys that were seen ------------------------------------------------ */

struct cluster_key *
cluster_key_slot(const struct sm_cluster *cluster, uint64_t key)
{
	size_t slot = (size_t)key & cluster->key_mask;

	while (cluster->keys[slot].key && cluster->keys[slot].key != key)
		slot = (slot + 1) & cluster->key_mask;
	return &cluster->keys[slot];
}

/* Anew, without those that have left the window; larger where need be. */
static void
rehash_keys(struct sm_cluster *cluster)
{
	struct cluster_key *old = cluster->keys;
	size_t size = cluster->key_mask + 1, live = 0;

	for (size_t i = 0; i < size; i++)
		live += old[i].key &&
		    old[i].time >= cluster->now - cluster->window;
	while (4 * live > cluster->key_mask)
		cluster->key_mask = 2 * cluster->key_mask + 1;
	cluster->keys = sm_xcalloc(cluster->key_mask + 1, sizeof(*old));
	for (size_t i = 0; i < size; i++)
		if (old[i].key &&
		    old[i].time >= cluster->now - cluster->window)
			*cluster_key_slot(cluster, old[i].key) = old[i];
	cluster->key_count = live;
	free(old);
}

void
cluster_note_key(struct sm_cluster *cluster, uint64_t key, uint32_t group)
{
	struct cluster_key *slot = cluster_key_slot(cluster, key);

	slot->key = key;
	slot->id = cluster->groups[group].id;
	slot->group = group;
	slot->time = cluster->now;
	if (2 * ++cluster->key_count > cluster->key_mask)
		rehash_keys(cluster);
}

/* ---- Entries ------------------------------------------------------------ */

/* band MINHASH_BANDS: the exact text. */
static size_t
bucket_of(const struct sm_cluster *cluster, const struct minhash *hash,
    int band)
{
	return (band == MINHASH_BANDS ? (size_t)sm_hash_mix(hash->exact) :
	    (size_t)minhash_band(hash, band)) & cluster->mask;
}

static void
link_entry(struct sm_cluster *cluster, uint32_t number)
{
	struct cluster_entry *entry = &cluster->entries[number];

	for (int band = 0; band <= MINHASH_BANDS; band++) {
		uint32_t *bucket = &cluster->buckets[bucket_of(cluster,
		    &entry->hash, band)];

		if (band < MINHASH_BANDS && !minhash_is_near(&entry->hash))
			continue;
		entry->next[band] = *bucket;
		*bucket = number * (MINHASH_BANDS + 1) + (uint32_t)band;
	}
}

/* A link names an entry and the band by which it is chained. */
static uint32_t *
next_of(const struct sm_cluster *cluster, uint32_t link)
{
	return &cluster->entries[link / (MINHASH_BANDS + 1)].next[link %
	    (MINHASH_BANDS + 1)];
}

static void
unlink_entry(struct sm_cluster *cluster, uint32_t number)
{
	struct cluster_entry *entry = &cluster->entries[number];

	for (int band = 0; band <= MINHASH_BANDS; band++) {
		uint32_t *link = &cluster->buckets[bucket_of(cluster,
		    &entry->hash, band)];
		uint32_t own = number * (MINHASH_BANDS + 1) + (uint32_t)band;

		while (*link != CLUSTER_NONE && *link != own)
			link = next_of(cluster, *link);
		if (*link == own)
			*link = entry->next[band];
	}
}

void
cluster_leave_group(struct sm_cluster *cluster, uint32_t number)
{
	struct cluster_group *group = &cluster->groups[number];

	if (--group->entries > 0)
		return;
	group_release(group);
	group->free = cluster->free_group;
	cluster->free_group = number;
}

static void
drop_oldest(struct sm_cluster *cluster)
{
	uint32_t number = (uint32_t)cluster->first;

	unlink_entry(cluster, number);
	cluster_leave_group(cluster, cluster->entries[number].group);
	cluster->first = (cluster->first + 1) % cluster->most;
	cluster->count--;
}

/* Entries stand in the order in which they came, not were last said. */
static void
expire(struct sm_cluster *cluster)
{
	while (cluster->count > 0 && cluster->entries[cluster->first].time <
	    cluster->now - cluster->window)
		drop_oldest(cluster);
}

uint32_t
cluster_add_entry(struct sm_cluster *cluster, const struct minhash *hash,
    uint32_t group)
{
	uint32_t number;

	if (cluster->count == cluster->most)
		drop_oldest(cluster);
	number = (uint32_t)((cluster->first + cluster->count) %
	    cluster->most);
	cluster->count++;
	cluster->entries[number].hash = *hash;
	cluster->entries[number].group = group;
	cluster->entries[number].time = cluster->now;
	link_entry(cluster, number);
	return number;
}

/* ---- Groups ------------------------------------------------------------- */

uint32_t
cluster_new_group(struct sm_cluster *cluster)
{
	uint32_t number = cluster->free_group;

	if (number != CLUSTER_NONE) {
		cluster->free_group = cluster->groups[number].free;
	} else {
		cluster->groups = sm_xgrow(cluster->groups,
		    &cluster->group_room, cluster->group_count + 1,
		    sizeof(*cluster->groups));
		number = (uint32_t)cluster->group_count++;
	}
	memset(&cluster->groups[number], 0, sizeof(*cluster->groups));
	return number;
}

static void
add_author(struct cluster_group *group, const char *author, size_t len)
{
	uint64_t hash = sm_hash(author, len);

	for (size_t i = 0; i < group->author_count; i++)
		if (group->authors[i] == hash)
			return;
	if (group->author_count == SM_CLUSTER_AUTHORS)
		return;
	group->authors = sm_xgrow(group->authors, &group->author_room,
	    group->author_count + 1, sizeof(*group->authors));
	group->authors[group->author_count++] = hash;
}

/* ---- Finding ------------------------------------------------------------ */

static uint32_t
find_exact(const struct sm_cluster *cluster, const struct minhash *hash)
{
	uint32_t link = cluster->buckets[bucket_of(cluster, hash,
	    MINHASH_BANDS)];

	for (; link != CLUSTER_NONE; link = *next_of(cluster, link)) {
		uint32_t number = link / (MINHASH_BANDS + 1);

		if (link % (MINHASH_BANDS + 1) == MINHASH_BANDS &&
		    cluster->entries[number].hash.exact == hash->exact)
			return number;
	}
	return CLUSTER_NONE;
}

/* The most similar of those that share a band; the earliest of equals. */
static uint32_t
find_near(const struct sm_cluster *cluster, const struct minhash *hash)
{
	uint32_t best = CLUSTER_NONE;
	unsigned most = MINHASH_ALIKE - 1, left = CANDIDATES;

	for (int band = 0; band < MINHASH_BANDS; band++) {
		uint32_t link = cluster->buckets[bucket_of(cluster, hash,
		    band)];

		for (; link != CLUSTER_NONE && left > 0;
		    link = *next_of(cluster, link)) {
			uint32_t number = link / (MINHASH_BANDS + 1);
			unsigned like;

			if (link % (MINHASH_BANDS + 1) != (uint32_t)band)
				continue;
			left--;
			like = minhash_likeness(hash,
			    &cluster->entries[number].hash);
			if (like <= most)
				continue;
			most = like;
			best = number;
		}
	}
	return best;
}

static uint32_t
find_group(struct sm_cluster *cluster, const struct minhash *hash)
{
	uint32_t number = find_exact(cluster, hash), group;

	if (number != CLUSTER_NONE) {
		cluster->entries[number].time = cluster->now;
		return cluster->entries[number].group;
	}
	if (minhash_is_near(hash))
		number = find_near(cluster, hash);
	group = number != CLUSTER_NONE ? cluster->entries[number].group :
	    cluster_new_group(cluster);
	cluster->groups[group].entries++;
	(void)cluster_add_entry(cluster, hash, group);
	return group;
}

static void
tell(const struct sm_cluster *cluster, uint32_t number,
    struct sm_cluster_found *found)
{
	const struct cluster_group *group = &cluster->groups[number];

	found->id = group->id;
	found->size = group->size;
	found->authors = group->author_count;
	found->first = group->first;
	found->began = group->began;
}

static void
join(struct sm_cluster *cluster, uint32_t number,
    const struct sm_cluster_post *post)
{
	struct cluster_group *group = &cluster->groups[number];

	if (!group->first) {
		group->first = sm_xstrndup(post->key, post->key_len <
		    SM_CLUSTER_KEY ? post->key_len : SM_CLUSTER_KEY);
		group->id = sm_hash(post->key, post->key_len);
		group->began = cluster->now;
	}
	group->size++;
	if (post->author)
		add_author(group, post->author, post->author_len);
}

void
sm_cluster_add(struct sm_cluster *cluster, const struct sm_cluster_post *post,
    struct sm_cluster_found *found)
{
	uint64_t salt = sm_hash(post->brand, post->brand_len);
	uint64_t key = sm_hash(post->key, post->key_len) ^ salt;
	const struct cluster_key *seen;
	struct minhash hash;
	uint32_t group;

	if (post->time != SM_TIME_NONE && post->time > cluster->now)
		cluster->now = post->time;
	expire(cluster);
	key = key ? key : 1;
	seen = cluster_key_slot(cluster, key);
	if (seen->key && cluster->groups[seen->group].first &&
	    cluster->groups[seen->group].id == seen->id) {
		tell(cluster, seen->group, found);
		return;
	}
	sm_tokens_clear(cluster->tokens);
	sm_tokens_add(cluster->tokens, post->text, post->text_len);
	minhash_make(&hash, cluster->tokens, salt);
	group = find_group(cluster, &hash);
	join(cluster, group, post);
	cluster_note_key(cluster, key, group);
	tell(cluster, group, found);
}
