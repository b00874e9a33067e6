#include "source/http/again.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

#define FIRST 64	/* slots */

/* The slot of the hash, or the empty one where it would stand. */
static uint64_t *
find(const struct sm_again *again, uint64_t hash)
{
	size_t at = (size_t)hash & (again->room - 1);

	while (again->slots[at] != 0 && again->slots[at] != hash)
		at = (at + 1) & (again->room - 1);
	return &again->slots[at];
}

static void
grow(struct sm_again *again)
{
	struct sm_again old = *again;

	again->room = old.room ? 2 * old.room : FIRST;
	again->slots = sm_xcalloc(again->room, sizeof(*again->slots));
	for (size_t i = 0; i < old.room; i++)
		if (old.slots[i] != 0)
			*find(again, old.slots[i]) = old.slots[i];
	free(old.slots);
}

static void
forget(struct sm_again *again)
{
	memset(again->slots, 0, again->room * sizeof(*again->slots));
	again->count = 0;
}

bool
sm_again_meet(struct sm_again *again, uint64_t hash)
{
	uint64_t *slot;

	if (hash == 0)
		hash = 1;	/* 0 is an empty slot */
	if (again->count == SM_AGAIN_MAX)
		forget(again);
	else if (2 * (again->count + 1) > again->room)
		grow(again);
	slot = find(again, hash);
	if (*slot == hash)
		return true;
	*slot = hash;
	again->count++;
	return false;
}

void
sm_again_release(struct sm_again *again)
{
	free(again->slots);
	memset(again, 0, sizeof(*again));
}
