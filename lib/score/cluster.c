#include "score/cluster.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/xalloc.h"
#include "score/minhash.h"
#include "text/token.h"

#define NONE UINT32_MAX
#define CANDIDATES 256	/* looked at for one post */

/* A text that was seen. */
struct entry {
	struct minhash hash;
	uint32_t group;
	uint32_t next[MINHASH_BANDS + 1];	/* in its bucket; last: exact */
	int64_t time;		/* when it was last said */
};

/* A cluster; its place may be used again when no entry is in it. */
struct group {
	char *first;
	uint64_t id, size;
	int64_t began;
	uint64_t *authors;	/* hashes */
	size_t author_count, author_room;
	uint32_t entries;
	uint32_t free;		/* the next free one, while it is free */
};

struct seen_key {
	uint64_t key;
	uint64_t id;		/* of the group, whose place may be another's */
	uint32_t group;
	int64_t time;
};

struct sm_cluster {
	int64_t window, now;
	size_t most;
	struct entry *entries;	/* a ring: first .. first + count */
	size_t first, count;
	uint32_t *buckets;	/* of bands and of exact texts */
	size_t mask;
	struct group *groups;
	size_t group_count, group_room;
	uint32_t free_group;
	struct seen_key *keys;	/* open addressing */
	size_t key_count, key_mask;
	struct sm_tokens *tokens;
};

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
	cluster->free_group = NONE;
	cluster->key_mask = 1023;
	cluster->keys = sm_xcalloc(cluster->key_mask + 1,
	    sizeof(*cluster->keys));
	cluster->tokens = sm_tokens_new();
	return cluster;
}

static void
group_release(struct group *group)
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

static struct seen_key *
key_slot(const struct sm_cluster *cluster, uint64_t key)
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
	struct seen_key *old = cluster->keys;
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
			*key_slot(cluster, old[i].key) = old[i];
	cluster->key_count = live;
	free(old);
}

static void
note_key(struct sm_cluster *cluster, uint64_t key, uint32_t group)
{
	struct seen_key *slot = key_slot(cluster, key);

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
	struct entry *entry = &cluster->entries[number];

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
	struct entry *entry = &cluster->entries[number];

	for (int band = 0; band <= MINHASH_BANDS; band++) {
		uint32_t *link = &cluster->buckets[bucket_of(cluster,
		    &entry->hash, band)];
		uint32_t own = number * (MINHASH_BANDS + 1) + (uint32_t)band;

		while (*link != NONE && *link != own)
			link = next_of(cluster, *link);
		if (*link == own)
			*link = entry->next[band];
	}
}

static void
leave_group(struct sm_cluster *cluster, uint32_t number)
{
	struct group *group = &cluster->groups[number];

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
	leave_group(cluster, cluster->entries[number].group);
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

static uint32_t
add_entry(struct sm_cluster *cluster, const struct minhash *hash,
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

static uint32_t
new_group(struct sm_cluster *cluster)
{
	uint32_t number = cluster->free_group;

	if (number != NONE) {
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
add_author(struct group *group, const char *author, size_t len)
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

	for (; link != NONE; link = *next_of(cluster, link)) {
		uint32_t number = link / (MINHASH_BANDS + 1);

		if (link % (MINHASH_BANDS + 1) == MINHASH_BANDS &&
		    cluster->entries[number].hash.exact == hash->exact)
			return number;
	}
	return NONE;
}

/* The most similar of those that share a band; the earliest of equals. */
static uint32_t
find_near(const struct sm_cluster *cluster, const struct minhash *hash)
{
	uint32_t best = NONE;
	unsigned most = MINHASH_ALIKE - 1, left = CANDIDATES;

	for (int band = 0; band < MINHASH_BANDS; band++) {
		uint32_t link = cluster->buckets[bucket_of(cluster, hash,
		    band)];

		for (; link != NONE && left > 0;
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

	if (number != NONE) {
		cluster->entries[number].time = cluster->now;
		return cluster->entries[number].group;
	}
	if (minhash_is_near(hash))
		number = find_near(cluster, hash);
	group = number != NONE ? cluster->entries[number].group :
	    new_group(cluster);
	cluster->groups[group].entries++;
	(void)add_entry(cluster, hash, group);
	return group;
}

static void
tell(const struct sm_cluster *cluster, uint32_t number,
    struct sm_cluster_found *found)
{
	const struct group *group = &cluster->groups[number];

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
	struct group *group = &cluster->groups[number];

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
	const struct seen_key *seen;
	struct minhash hash;
	uint32_t group;

	if (post->time != SM_TIME_NONE && post->time > cluster->now)
		cluster->now = post->time;
	expire(cluster);
	key = key ? key : 1;
	seen = key_slot(cluster, key);
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
	note_key(cluster, key, group);
	tell(cluster, group, found);
}

/* ---- For another day ---------------------------------------------------- */

static const char magic[16] = "sm-cluster 1\n\0\0";

static void
save_group(const struct group *group, struct sm_buf *out)
{
	uint32_t len = group->first ? (uint32_t)strlen(group->first) : 0;
	uint64_t authors = group->first ? group->author_count : 0;

	sm_buf_add(out, &len, sizeof(len));
	if (len == 0)
		return;
	sm_buf_add(out, group->first, len);
	sm_buf_add(out, &group->id, sizeof(group->id));
	sm_buf_add(out, &group->size, sizeof(group->size));
	sm_buf_add(out, &group->began, sizeof(group->began));
	sm_buf_add(out, &authors, sizeof(authors));
	sm_buf_add(out, group->authors, authors * sizeof(*group->authors));
}

void
sm_cluster_save(const struct sm_cluster *cluster, struct sm_buf *out)
{
	uint64_t counts[3] = { cluster->group_count, cluster->count, 0 };

	for (size_t i = 0; i <= cluster->key_mask; i++)
		counts[2] += cluster->keys[i].key != 0;
	sm_buf_add(out, magic, sizeof(magic));
	sm_buf_add(out, &cluster->now, sizeof(cluster->now));
	sm_buf_add(out, counts, sizeof(counts));
	for (size_t i = 0; i < cluster->group_count; i++)
		save_group(&cluster->groups[i], out);
	for (size_t i = 0; i < cluster->count; i++) {
		const struct entry *entry = &cluster->entries[
		    (cluster->first + i) % cluster->most];

		sm_buf_add(out, &entry->hash, sizeof(entry->hash));
		sm_buf_add(out, &entry->group, sizeof(entry->group));
		sm_buf_add(out, &entry->time, sizeof(entry->time));
	}
	for (size_t i = 0; i <= cluster->key_mask; i++)
		if (cluster->keys[i].key)
			sm_buf_add(out, &cluster->keys[i],
			    sizeof(cluster->keys[i]));
}

struct bytes {
	const char *at;
	size_t left;
};

static bool
take(struct bytes *bytes, void *to, size_t len)
{
	if (bytes->left < len)
		return false;
	memcpy(to, bytes->at, len);
	bytes->at += len;
	bytes->left -= len;
	return true;
}

static bool
load_group(struct sm_cluster *cluster, struct bytes *bytes)
{
	struct group group = { .first = NULL };
	uint64_t authors;
	uint32_t len, number;

	if (!take(bytes, &len, sizeof(len)) || len > SM_CLUSTER_KEY ||
	    len > bytes->left)
		return false;
	number = new_group(cluster);
	if (len == 0) {
		cluster->groups[number].entries = 1;
		return true;	/* freed below, when all are numbered */
	}
	group.first = sm_xstrndup(bytes->at, len);
	cluster->groups[number].first = group.first;
	bytes->at += len;
	bytes->left -= len;
	if (!take(bytes, &cluster->groups[number].id, 8) ||
	    !take(bytes, &cluster->groups[number].size, 8) ||
	    !take(bytes, &cluster->groups[number].began, 8) ||
	    !take(bytes, &authors, 8) || authors > SM_CLUSTER_AUTHORS)
		return false;
	cluster->groups[number].authors = sm_xgrow(NULL,
	    &cluster->groups[number].author_room, authors + 1,
	    sizeof(uint64_t));
	cluster->groups[number].author_count = authors;
	return take(bytes, cluster->groups[number].authors,
	    authors * sizeof(uint64_t));
}

static bool
load_entry(struct sm_cluster *cluster, struct bytes *bytes)
{
	struct minhash hash;
	uint32_t group;
	int64_t time;

	if (!take(bytes, &hash, sizeof(hash)) ||
	    !take(bytes, &group, sizeof(group)) ||
	    !take(bytes, &time, sizeof(time)) ||
	    group >= cluster->group_count || !cluster->groups[group].first ||
	    hash.count > MINHASH_BINS)
		return false;
	cluster->groups[group].entries++;
	cluster->entries[add_entry(cluster, &hash, group)].time = time;
	return true;
}

static bool
load_all(struct sm_cluster *cluster, struct bytes *bytes)
{
	uint64_t counts[3];
	struct seen_key key;

	if (!take(bytes, &cluster->now, sizeof(cluster->now)) ||
	    !take(bytes, counts, sizeof(counts)))
		return false;
	for (uint64_t i = 0; i < counts[0]; i++)
		if (!load_group(cluster, bytes))
			return false;
	for (uint64_t i = 0; i < counts[1]; i++)
		if (!load_entry(cluster, bytes))
			return false;
	for (uint64_t i = 0; i < counts[2]; i++) {
		int64_t now = cluster->now;

		if (!take(bytes, &key, sizeof(key)) || !key.key ||
		    key.group >= cluster->group_count)
			return false;
		cluster->now = key.time;
		note_key(cluster, key.key, key.group);
		key_slot(cluster, key.key)->id = key.id;
		cluster->now = now;
	}
	return bytes->left == 0;
}

/* Places that nobody is in can be used again. */
static void
free_empty(struct sm_cluster *cluster)
{
	for (size_t i = cluster->group_count; i-- > 0; ) {
		struct group *group = &cluster->groups[i];

		if (group->first && group->entries > 0)
			continue;
		group->entries = 1;
		leave_group(cluster, (uint32_t)i);
	}
}

int
sm_cluster_load(struct sm_cluster *cluster, const char *data, size_t len,
    struct sm_err *err)
{
	struct bytes bytes = { .at = data, .left = len };
	char head[sizeof(magic)];

	if (!take(&bytes, head, sizeof(head)) ||
	    memcmp(head, magic, sizeof(head)) != 0 ||
	    !load_all(cluster, &bytes))
		return sm_err_set(err, SM_EXIT_DATA, "this is no memory of "
		    "clusters, or one of another version or machine");
	free_empty(cluster);
	return 0;
}
