/* What a cluster remembers, as bytes for another day. */
#include "score/cluster_impl.h"

#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/xalloc.h"

static const char magic[16] = "sm-cluster 1\n\0\0";

static void
save_group(const struct cluster_group *group, struct sm_buf *out)
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
		const struct cluster_entry *entry = &cluster->entries[
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
	struct cluster_group group = { .first = NULL };
	uint64_t authors;
	uint32_t len, number;

	if (!take(bytes, &len, sizeof(len)) || len > SM_CLUSTER_KEY ||
	    len > bytes->left)
		return false;
	number = cluster_new_group(cluster);
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
	cluster->entries[cluster_add_entry(cluster, &hash, group)].time = time;
	return true;
}

static bool
load_all(struct sm_cluster *cluster, struct bytes *bytes)
{
	uint64_t counts[3];
	struct cluster_key key;

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
		cluster_note_key(cluster, key.key, key.group);
		cluster_key_slot(cluster, key.key)->id = key.id;
		cluster->now = now;
	}
	return bytes->left == 0;
}

/* Places that nobody is in can be used again. */
static void
free_empty(struct sm_cluster *cluster)
{
	for (size_t i = cluster->group_count; i-- > 0; ) {
		struct cluster_group *group = &cluster->groups[i];

		if (group->first && group->entries > 0)
			continue;
		group->entries = 1;
		cluster_leave_group(cluster, (uint32_t)i);
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
