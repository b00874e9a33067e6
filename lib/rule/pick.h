/*
 * Who is to have a case: `assign role("agent") skill("billing")`.  The same
 * record gives the same person: load comes with it (known.load, an object of
 * open cases by login), and between people with the same share of their
 * capacity in use the post's key decides, so that work spreads evenly.
 */
#ifndef SM_RULE_PICK_H
#define SM_RULE_PICK_H

#include <stdint.h>

struct sm_act_parser;
struct sm_buf;
struct sm_people;
struct sm_record;

struct sm_pick {
	char *role, *skill;	/* or NULL; neither: any agent */
};

/* What a record says of itself; slots. */
struct sm_pick_slots {
	int key, brand, lang, load, fetched;
};

void sm_pick_free(struct sm_pick *pick);

/* One person who fits, or NULL; now: whose shift it is. */
const struct sm_person *sm_pick_person(const struct sm_pick *pick,
    const struct sm_people *people, struct sm_record *rec,
    const struct sm_pick_slots *slots, int64_t now);

#endif
