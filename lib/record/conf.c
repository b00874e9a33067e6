#include "record/conf.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/path.h"
#include "base/xalloc.h"
#include "record/conf_impl.h"

#define SYSTEM_FILE "/etc/sm/config"

static bool
same_name(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static uint64_t
section_hash(const char *section, const char *name)
{
	uint64_t h = SM_HASH_START;

	for (; *section; section++)
		h = sm_hash_byte(h, (unsigned char)*section);
	h = sm_hash_byte(h, name ? 1 : 0);
	for (; name && *name; name++)
		h = sm_hash_byte(h, (unsigned char)*name);
	return sm_hash_mix(h);
}

/* The slot where the section is, or would be. */
static size_t *
section_slot(const struct sm_conf *conf, const char *section,
    const char *name)
{
	size_t mask = conf->slot_count - 1;
	size_t at = (size_t)section_hash(section, name) & mask;

	while (conf->slots[at]) {
		const struct conf_section *s =
		    &conf->sections[conf->slots[at] - 1];

		if (strcmp(s->section, section) == 0 &&
		    same_name(s->name, name))
			break;
		at = (at + 1) & mask;
	}
	return &conf->slots[at];
}

static void
grow_slots(struct sm_conf *conf)
{
	conf->slot_count = conf->slot_count ? 2 * conf->slot_count : 64;
	free(conf->slots);
	conf->slots = sm_xcalloc(conf->slot_count, sizeof(*conf->slots));
	for (size_t i = 0; i < conf->count; i++)
		*section_slot(conf, conf->sections[i].section,
		    conf->sections[i].name) = i + 1;
}

size_t
conf_section_at(struct sm_conf *conf, const char *section, const char *name)
{
	struct conf_section *made;
	size_t *slot;

	if (2 * (conf->count + 1) > conf->slot_count)
		grow_slots(conf);
	slot = section_slot(conf, section, name);
	if (*slot)
		return *slot - 1;
	conf->sections = sm_xgrow(conf->sections, &conf->room,
	    conf->count + 1, sizeof(*conf->sections));
	made = &conf->sections[conf->count];
	*made = (struct conf_section){
		.section = sm_xstrdup(section),
		.name = name ? sm_xstrdup(name) : NULL
	};
	*slot = ++conf->count;
	return conf->count - 1;
}

const struct sm_conf_key *
conf_key_find(const struct sm_conf *conf, const char *section,
    const char *name)
{
	const struct sm_conf_key *any = NULL;

	for (size_t t = 0; conf->tables[t]; t++) {
		const struct sm_conf_key *key = conf->tables[t];

		for (; key->section; key++) {
			if (strcmp(key->section, section) != 0)
				continue;
			if (strcmp(key->name, name) == 0)
				return key;
			if (strcmp(key->name, "*") == 0)
				any = key;
		}
	}
	return any;
}

void
conf_value_add(struct sm_conf *conf, size_t section,
    const struct sm_conf_key *key, const char *name, const char *text,
    size_t file, unsigned long line)
{
	struct conf_section *in = &conf->sections[section];

	in->values = sm_xgrow(in->values, &in->room, in->count + 1,
	    sizeof(*in->values));
	in->values[in->count] = (struct conf_value){
		.key = key,
		.name = sm_xstrdup(name),
		.text = sm_xstrdup(text),
		.file = file,
		.origin = sm_xasprintf("%s:%lu", conf->files[file], line)
	};
	conf->order = sm_xgrow(conf->order, &conf->order_room,
	    conf->order_count + 1, sizeof(*conf->order));
	conf->order[conf->order_count++] = (struct conf_ref){
		.section = section,
		.value = in->count++
	};
}

/* The usual files, or the one that was named. */
static int
read_all(struct sm_conf *conf, const char *file, struct sm_err *err)
{
	const char *named = getenv("SM_CONFIG");
	char *own;
	int ret;

	if (file)
		return conf_read_file(conf, file, true, 1, err);
	if (conf_read_file(conf, SYSTEM_FILE, false, 1, err) == -1)
		return -1;
	own = sm_path_config("config");
	ret = conf_read_file(conf, own, false, 1, err);
	free(own);
	if (ret == 0 && named && *named)
		ret = conf_read_file(conf, named, true, 1, err);
	return ret;
}

struct sm_conf *
conf_new(const struct sm_conf_key *const *tables)
{
	struct sm_conf *conf = sm_xcalloc(1, sizeof(*conf));

	conf->tables = tables;
	grow_slots(conf);
	return conf;
}

struct sm_conf *
sm_conf_load(const struct sm_conf_key *const *tables, const char *file,
    struct sm_err *err)
{
	struct sm_conf *conf = conf_new(tables);

	if (read_all(conf, file, err) == -1) {
		sm_conf_free(conf);
		return NULL;
	}
	return conf;
}

static void
wipe(char *text)
{
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
}

void
sm_conf_free(struct sm_conf *conf)
{
	if (!conf)
		return;
	for (size_t i = 0; i < conf->count; i++) {
		struct conf_section *s = &conf->sections[i];

		for (size_t v = 0; v < s->count; v++) {
			free(s->values[v].name);
			wipe(s->values[v].text);
			free(s->values[v].origin);
		}
		free(s->values);
		free(s->section);
		free(s->name);
	}
	for (size_t i = 0; i < conf->file_count; i++)
		free(conf->files[i]);
	free(conf->files);
	free(conf->sections);
	free(conf->slots);
	free(conf->order);
	free(conf);
}

const char *
sm_conf_name(const struct sm_conf *conf, const char *section, size_t index)
{
	for (size_t i = 0; i < conf->count; i++) {
		const struct conf_section *s = &conf->sections[i];

		if (s->name && strcmp(s->section, section) == 0 &&
		    index-- == 0)
			return s->name;
	}
	return NULL;
}

static const struct conf_section *
section_find(const struct sm_conf *conf, const char *section,
    const char *name)
{
	size_t slot = *section_slot(conf, section, name);

	return slot ? &conf->sections[slot - 1] : NULL;
}

bool
sm_conf_has_name(const struct sm_conf *conf, const char *section,
    const char *name)
{
	return section_find(conf, section, name) != NULL;
}

const struct conf_value *
conf_value_find(const struct sm_conf *conf, const char *section,
    const char *name, const char *key)
{
	const struct conf_section *s = section_find(conf, section, name);

	for (size_t v = s ? s->count : 0; v > 0; v--)
		if (strcmp(s->values[v - 1].name, key) == 0)
			return &s->values[v - 1];
	return NULL;
}

const char *
sm_conf_str(const struct sm_conf *conf, const char *section,
    const char *name, const char *key)
{
	const struct conf_value *v = conf_value_find(conf, section, name, key);

	return v ? v->text : NULL;
}

const char *
sm_conf_nth(const struct sm_conf *conf, const char *section,
    const char *name, const char *key, size_t index)
{
	const struct conf_section *s = section_find(conf, section, name);

	for (size_t v = 0; s && v < s->count; v++)
		if (strcmp(s->values[v].name, key) == 0 && index-- == 0)
			return s->values[v].text;
	return NULL;
}

const char *
sm_conf_origin(const struct sm_conf *conf, const char *section,
    const char *name, const char *key)
{
	const struct conf_value *v = conf_value_find(conf, section, name, key);

	return v ? v->origin : "";
}

int64_t
sm_conf_int(const struct sm_conf *conf, const char *section,
    const char *name, const char *key, int64_t other)
{
	const char *text = sm_conf_str(conf, section, name, key);
	int64_t value;

	return text && conf_parse_int(text, &value) == 0 ? value : other;
}

bool
sm_conf_bool(const struct sm_conf *conf, const char *section,
    const char *name, const char *key, bool other)
{
	const char *text = sm_conf_str(conf, section, name, key);
	bool value;

	return text && conf_parse_bool(text, &value) == 0 ? value : other;
}

int64_t
sm_conf_seconds(const struct sm_conf *conf, const char *section,
    const char *name, const char *key, int64_t other)
{
	const char *text = sm_conf_str(conf, section, name, key);
	int64_t value;

	return text && sm_duration_parse(text, strlen(text), &value) == 0 ?
	    value : other;
}

char *
conf_path_from(const char *file, const char *name)
{
	const char *home = getenv("HOME");

	if (name[0] == '~' && (name[1] == '/' || !name[1]) && home && *home)
		return sm_xasprintf("%s%s", home, name + 1);
	return sm_path_beside(file, name);
}

char *
sm_conf_path(const struct sm_conf *conf, const char *section,
    const char *name, const char *key)
{
	const struct conf_value *v = conf_value_find(conf, section, name, key);

	return v ? conf_path_from(conf->files[v->file], v->text) : NULL;
}

int
sm_conf_each(const struct sm_conf *conf, int (*each)(const char *section,
    const char *name, const char *key, const char *value, const char *origin,
    void *arg), void *arg)
{
	for (size_t i = 0; i < conf->order_count; i++) {
		const struct conf_section *s =
		    &conf->sections[conf->order[i].section];
		const struct conf_value *v =
		    &s->values[conf->order[i].value];
		int ret = each(s->section, s->name, v->name, v->text,
		    v->origin, arg);

		if (ret != 0)
			return ret;
	}
	return 0;
}
