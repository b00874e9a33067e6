#include "desk/recall.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/xalloc.h"

#define PLACES (2 * SM_RECALL_MOST)	/* so that one is always free */

struct place {
	uint64_t hash;
	size_t key, len;	/* where its key lies in keys */
	bool used;
};

struct sm_recall {
	struct place places[PLACES];
	struct sm_buf keys;
	unsigned char *answers;	/* one a place */
	size_t size, count;
};

struct sm_recall *
sm_recall_new(size_t size)
{
	struct sm_recall *recall = sm_xcalloc(1, sizeof(*recall));

	recall->size = size;
	recall->answers = sm_xcalloc(PLACES, size);
	return recall;
}

void
sm_recall_free(struct sm_recall *recall)
{
	if (!recall)
		return;
	sm_buf_release(&recall->keys);
	free(recall->answers);
	free(recall);
}

void
sm_recall_clear(struct sm_recall *recall)
{
	if (recall->count > 0)
		memset(recall->places, 0, sizeof(recall->places));
	sm_buf_clear(&recall->keys);
	recall->count = 0;
}

static bool
is_at(const struct sm_recall *recall, const struct place *place,
    uint64_t hash, const void *key, size_t len)
{
	return place->hash == hash && place->len == len && (len == 0 ||
	    memcmp(recall->keys.data + place->key, key, len) == 0);
}

void *
sm_recall(struct sm_recall *recall, const void *key, size_t len, bool *found)
{
	uint64_t hash = sm_hash(key, len);
	size_t at = hash % PLACES;
	struct place *place;

	for (place = &recall->places[at]; place->used;
	    place = &recall->places[at]) {
		if (is_at(recall, place, hash, key, len)) {
			*found = true;
			return recall->answers + at * recall->size;
		}
		at = (at + 1) % PLACES;
	}
	if (recall->count == SM_RECALL_MOST) {
		sm_recall_clear(recall);
		at = hash % PLACES;
		place = &recall->places[at];
	}
	*place = (struct place){ .hash = hash, .key = recall->keys.len,
	    .len = len, .used = true };
	sm_buf_add(&recall->keys, key, len);
	recall->count++;
	*found = false;
	return memset(recall->answers + at * recall->size, 0, recall->size);
}
