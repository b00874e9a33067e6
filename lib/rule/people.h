/*
 * The people of the service (sm-people(5)): who may have what, in which
 * brands and languages, when, and how much at once.
 *
 *	[person "anna"]
 *		name = Anna Nowak
 *		role = agent
 *		brand = brisa
 *		language = pl
 *		skill = billing
 *		shift = care-pl.cal
 *		capacity = 12
 *
 * The file never changes once it is read; threads may share it.
 */
#ifndef SM_RULE_PEOPLE_H
#define SM_RULE_PEOPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record/conf.h"

struct sm_calendar;
struct sm_err;
struct sm_people;
struct sm_sha256;

#define SM_PEOPLE_MAX 10000
#define SM_PERSON_CAPACITY 20	/* open cases, where nothing is said */

/* All lent; lists are NULL-ended, and empty where nothing is said. */
struct sm_person {
	const char *login, *name;
	const char **roles, **brands, **languages, **skills, **notify;
	struct sm_calendar **shifts;
	int64_t capacity;
};

extern const struct sm_conf_key sm_people_keys[];

/* The calendars of shifts go to sha.  NULL and err (status 78,
   "file:line: ...") on failure. */
struct sm_people *sm_people_open(const char *path, struct sm_sha256 *sha,
    struct sm_err *err);
void sm_people_free(struct sm_people *people);

size_t sm_people_count(const struct sm_people *people);
/* In the order of the file; and by login, NULL where there is none. */
const struct sm_person *sm_people_at(const struct sm_people *people,
    size_t index);
const struct sm_person *sm_people_find(const struct sm_people *people,
    const char *login);

/* Whether a list holds the text. */
bool sm_person_has(const char *const *list, const char *text, size_t len);

/* Whether it is the person's time; who has no shifts is always there. */
bool sm_person_is_there(const struct sm_person *person, int64_t time);

#endif
