#include "rule/pick.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "record/record.h"
#include "rule/people.h"

#define FULL 1000000	/* a share of the capacity, in millionths */

void
sm_pick_free(struct sm_pick *pick)
{
	if (!pick)
		return;
	free(pick->role);
	free(pick->skill);
	free(pick);
}

/* A list that says nothing is for all. */
static bool
serves(const char *const *list, struct sm_record *rec, int slot)
{
	size_t len;
	const char *text = *list ? sm_record_str(rec, slot, &len) : NULL;

	return !text || (len == 3 && memcmp(text, "und", 3) == 0) ||
	    sm_person_has(list, text, len);
}

static bool
fits(const struct sm_pick *pick, const struct sm_person *person,
    struct sm_record *rec, const struct sm_pick_slots *slots, int64_t now)
{
	const char *role = pick->role ? pick->role : "agent";

	if (!sm_person_has(person->roles, role, strlen(role)) ||
	    (pick->skill && !sm_person_has(person->skills, pick->skill,
	    strlen(pick->skill))))
		return false;
	return serves(person->brands, rec, slots->brand) &&
	    serves(person->languages, rec, slots->lang) &&
	    sm_person_is_there(person, now);
}

static int64_t
load_of(const struct sm_person *person, struct sm_record *rec, int slot)
{
	struct sm_items items;
	struct sm_value item;
	int64_t load = 0;

	if (!sm_items_begin(&items, sm_record_value(rec, slot)))
		return 0;
	while (sm_items_next(&items, &item))
		if (items.name.len == strlen(person->login) &&
		    memcmp(items.name.text, person->login,
		    items.name.len) == 0 && sm_value_int(&item, &load))
			return load < 0 ? 0 : load > FULL ? FULL : load;
	return 0;
}

/* The share of the capacity in use; FULL and more: no room. */
static int64_t
share_of(const struct sm_person *person, struct sm_record *rec, int slot)
{
	if (person->capacity == 0)
		return FULL;
	return load_of(person, rec, slot) * FULL / person->capacity;
}

static uint64_t
lot_of(const struct sm_person *person, struct sm_record *rec, int slot)
{
	uint64_t hash = SM_HASH_START;
	size_t len = 0;
	const char *key = sm_record_str(rec, slot, &len);

	for (const char *c = person->login; *c; c++)
		hash = sm_hash_byte(hash, (unsigned char)*c);
	for (size_t i = 0; key && i < len; i++)
		hash = sm_hash_byte(hash, (unsigned char)key[i]);
	return sm_hash_mix(hash);
}

const struct sm_person *
sm_pick_person(const struct sm_pick *pick, const struct sm_people *people,
    struct sm_record *rec, const struct sm_pick_slots *slots, int64_t now)
{
	const struct sm_person *best = NULL, *person;
	int64_t best_share = FULL;
	uint64_t best_lot = 0;

	for (size_t i = 0; (person = sm_people_at(people, i)); i++) {
		int64_t share;
		uint64_t lot;

		if (!fits(pick, person, rec, slots, now))
			continue;
		share = share_of(person, rec, slots->load);
		lot = lot_of(person, rec, slots->key);
		if (share >= FULL || share > best_share ||
		    (best && share == best_share && lot > best_lot))
			continue;
		best = person;
		best_share = share;
		best_lot = lot;
	}
	return best;
}
