#include "rule/people.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/opt.h"
#include "base/path.h"
#include "base/xalloc.h"
#include "record/conf.h"
#include "rule/calendar.h"
#include "rule/role.h"

#define KEY(key, kind, many, text) { .section = "person", .name = key, \
	.type = kind, .repeat = many, .named = true, .help = text }

const struct sm_conf_key sm_people_keys[] = {
	KEY("name", SM_CONF_TEXT, false, "as others know them"),
	KEY("role", SM_CONF_TEXT, true, "what they may do, see sm-people(5)"),
	KEY("brand", SM_CONF_TEXT, true, "for which brands (all)"),
	KEY("language", SM_CONF_TEXT, true, "in which languages (all)"),
	KEY("skill", SM_CONF_TEXT, true, "what they know more of than others"),
	KEY("shift", SM_CONF_PATH, true, "calendar: when they are there"),
	KEY("capacity", SM_CONF_INT, false, "open cases at once (20)"),
	KEY("notify", SM_CONF_TEXT, true, "where alerts reach them"),
	{ .section = NULL }
};

struct sm_people {
	struct sm_conf *conf;	/* holds the texts */
	struct sm_person *list;
	size_t count, room;
};

static const char **
values(const struct sm_conf *conf, const char *login, const char *key)
{
	const char **list = sm_xcalloc(1, sizeof(*list)), *value;
	size_t count = 0, room = 1;

	while ((value = sm_conf_nth(conf, "person", login, key, count))) {
		list = sm_xgrow(list, &room, count + 2, sizeof(*list));
		list[count++] = value;
		list[count] = NULL;
	}
	return list;
}

static int
check_roles(const struct sm_conf *conf, const struct sm_person *person,
    struct sm_err *err)
{
	int count = 0;

	while (sm_roles[count])
		count++;
	for (size_t i = 0; person->roles[i]; i++) {
		const char *near;

		if (sm_role_is(person->roles[i]))
			continue;
		near = sm_opt_nearest(person->roles[i], sm_roles, count);
		return sm_err_set(err, SM_EXIT_CONFIG, "%s: no role '%s'%s%s",
		    sm_conf_origin(conf, "person", person->login, "role"),
		    person->roles[i], near ? "; did you mean " : "",
		    near ? near : "");
	}
	return 0;
}

/* The file in which the key stands, to which a path is relative. */
static char *
beside(const struct sm_conf *conf, const char *login, const char *value)
{
	const char *origin = sm_conf_origin(conf, "person", login, "shift");
	const char *colon = strrchr(origin, ':');
	char *file = sm_xstrndup(origin, colon ? (size_t)(colon - origin) :
	    strlen(origin));
	char *path = sm_path_beside(file, value);

	free(file);
	return path;
}

static int
read_shifts(const struct sm_conf *conf, struct sm_person *person,
    struct sm_sha256 *sha, struct sm_err *err)
{
	const char *value;
	size_t count = 0, room = 1;

	person->shifts = sm_xcalloc(1, sizeof(*person->shifts));
	while ((value = sm_conf_nth(conf, "person", person->login, "shift",
	    count))) {
		char *path = beside(conf, person->login, value);
		struct sm_calendar *shift = sm_calendar_open(path, sha, err);

		free(path);
		if (!shift)
			return sm_err_prefix(err, "%s", sm_conf_origin(conf,
			    "person", person->login, "shift"));
		person->shifts = sm_xgrow(person->shifts, &room, count + 2,
		    sizeof(*person->shifts));
		person->shifts[count++] = shift;
		person->shifts[count] = NULL;
	}
	return 0;
}

static int
read_person(const struct sm_conf *conf, struct sm_person *person,
    struct sm_sha256 *sha, struct sm_err *err)
{
	const char *login = person->login;

	person->name = sm_conf_str(conf, "person", login, "name");
	person->roles = values(conf, login, "role");
	person->brands = values(conf, login, "brand");
	person->languages = values(conf, login, "language");
	person->skills = values(conf, login, "skill");
	person->notify = values(conf, login, "notify");
	person->capacity = sm_conf_int(conf, "person", login, "capacity",
	    SM_PERSON_CAPACITY);
	if (person->capacity < 0 || person->capacity > 100000)
		return sm_err_set(err, SM_EXIT_CONFIG, "%s: a capacity is "
		    "0 to 100000 open cases", sm_conf_origin(conf, "person",
		    login, "capacity"));
	if (read_shifts(conf, person, sha, err) == -1)
		return -1;
	return check_roles(conf, person, err);
}

struct sm_people *
sm_people_open(const char *path, struct sm_sha256 *sha, struct sm_err *err)
{
	const struct sm_conf_key *const tables[] = { sm_people_keys, NULL };
	struct sm_people *people = sm_xcalloc(1, sizeof(*people));
	const char *login;
	int ret = 0;

	people->conf = sm_conf_load(tables, path, err);
	if (!people->conf)
		ret = -1;
	while (ret == 0 &&
	    (login = sm_conf_name(people->conf, "person", people->count))) {
		struct sm_person *person;

		people->list = sm_xgrow(people->list, &people->room,
		    people->count + 1, sizeof(*people->list));
		person = &people->list[people->count++];
		memset(person, 0, sizeof(*person));
		person->login = login;
		ret = read_person(people->conf, person, sha, err);
		if (ret == 0 && people->count > SM_PEOPLE_MAX)
			ret = sm_err_set(err, SM_EXIT_CONFIG, "'%s' has more "
			    "than %d people", path, SM_PEOPLE_MAX);
	}
	if (ret == 0)
		return people;
	sm_people_free(people);
	return NULL;
}

void
sm_people_free(struct sm_people *people)
{
	if (!people)
		return;
	for (size_t i = 0; i < people->count; i++) {
		struct sm_person *person = &people->list[i];

		for (size_t j = 0; person->shifts && person->shifts[j]; j++)
			sm_calendar_free(person->shifts[j]);
		free(person->shifts);
		free(person->roles);
		free(person->brands);
		free(person->languages);
		free(person->skills);
		free(person->notify);
	}
	free(people->list);
	sm_conf_free(people->conf);
	free(people);
}

size_t
sm_people_count(const struct sm_people *people)
{
	return people->count;
}

const struct sm_person *
sm_people_at(const struct sm_people *people, size_t index)
{
	return index < people->count ? &people->list[index] : NULL;
}

const struct sm_person *
sm_people_find(const struct sm_people *people, const char *login)
{
	for (size_t i = 0; i < people->count; i++)
		if (strcmp(people->list[i].login, login) == 0)
			return &people->list[i];
	return NULL;
}

bool
sm_person_has(const char *const *list, const char *text, size_t len)
{
	for (; *list; list++)
		if (strlen(*list) == len && memcmp(*list, text, len) == 0)
			return true;
	return false;
}

bool
sm_person_is_there(const struct sm_person *person, int64_t time)
{
	for (size_t i = 0; person->shifts[i]; i++)
		if (sm_calendar_is_open(person->shifts[i], time))
			return true;
	return !person->shifts[0];
}
