#include "source/json/mapping.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "base/xalloc.h"
#include "record/conf.h"
#include "source/json/definition.h"
#include "source/json/mapping_impl.h"
#include "source/seen.h"

/* ---- Reading ----------------------------------------------------------- */

static int
add_take(struct reading *in, json_t *json, size_t index, void *arg)
{
	static const struct member members[] = {
		{ "items", read_pointer, offsetof(struct take, items), true },
		{ "if", read_cond, offsetof(struct take, when), false },
		{ "record", read_text, offsetof(struct take, record_name),
		    true },
	};
	const char *names[DEFINITION_STREAMS];
	struct mapping *map = arg;
	const struct sm_definition *def = map->from ? map->from : &map->def;
	struct take *take = &map->takes[index];
	size_t n = 0;

	if (definition_object(in, json, MEMBERS(members), take) == -1)
		return -1;
	for (; n < def->nrecords; n++) {
		names[n] = def->records[n].name;
		if (strcmp(names[n], take->record_name) == 0)
			take->record = &def->records[n];
	}
	if (take->record)
		return 0;
	definition_enter(in, "record");
	return definition_unknown(in, "record", take->record_name, names, n);
}

static int
read_takes(struct reading *in, json_t *json, void *to)
{
	struct mapping *map = to;

	map->ntakes = json_is_array(json) ? json_array_size(json) : 1;
	if (map->ntakes > DEFINITION_PARTS)
		return definition_fail(in, "more than %d of them",
		    DEFINITION_PARTS);
	map->takes = definition_alloc(in, map->ntakes, sizeof(*map->takes));
	return definition_list(in, json, DEFINITION_PARTS, add_take, map);
}

static int
add_line(struct reading *in, json_t *json, size_t index, void *arg)
{
	(void)index;
	return read_text(in, json, arg);
}

static int
read_doc(struct reading *in, json_t *json, void *to)
{
	const char *line;

	(void)to;
	return definition_list(in, json, DEFINITION_PARTS, add_line, &line);
}

/* The records of a connector that is a definition. */
static int
read_from(struct reading *in, json_t *json, void *to)
{
	struct mapping *map = to;
	const struct sm_source *source;
	const char *name;

	if (read_text(in, json, &name) == -1)
		return -1;
	source = sm_definition_find(name);
	map->from = source ? sm_definition_of(source) : NULL;
	if (!map->from)
		return definition_fail(in, "there is no definition '%s'",
		    name);
	if (sm_definition_broken(map->from))
		return sm_err_set(in->err, SM_EXIT_CONFIG, "%s",
		    sm_definition_broken(map->from));
	return 0;
}

static int
read_before(struct reading *in, json_t *json, void *to)
{
	(void)in;
	(void)json;
	(void)to;
	return 0;
}

static int
read_top(struct reading *in, struct mapping *map, json_t *json)
{
#define PART(name, read, what, must) { name, read, \
	offsetof(struct mapping, def.what), must }
	static const struct member members[] = {
		{ "doc", read_doc, 0, false },
		PART("name", read_text, name, true),
		PART("summary", read_text, summary, true),
		PART("channel", read_text, channel, false),
		PART("host", read_template, host, false),
		{ "definition", read_before, 0, false },
		{ "records", read_before, 0, false },
		{ "take", read_takes, 0, true },
	};
#undef PART
	json_t *records = json_object_get(json, "records");
	json_t *from = json_object_get(json, "definition");
	size_t mark = definition_enter(in, from ? "definition" : "records");

	if (!from == !records)
		return definition_fail(in, "expected either 'records' or "
		    "'definition'");
	if (from ? read_from(in, from, map) == -1 :
	    read_records(in, records, &map->def) == -1)
		return -1;
	definition_leave(in, mark);
	if (records && !json_object_get(json, "channel"))
		return definition_fail(in, "'channel' is missing");
	return definition_object(in, json, MEMBERS(members), map);
}

static int
read_mapping(struct mapping *map, const char *text, size_t len,
    struct sm_err *err)
{
	struct reading in = { .def = &map->def, .err = err };
	json_error_t why;
	int ret;

	map->def.json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
	if (!map->def.json)
		return sm_err_set(err, SM_EXIT_CONFIG, "%s:%d:%d: %s",
		    map->def.file, why.line, why.column, why.text);
	ret = read_top(&in, map, map->def.json);
	sm_buf_release(&in.path);
	return ret;
}

void
mapping_free(struct mapping *map)
{
	if (!map)
		return;
	json_decref(map->def.json);
	json_decref(map->def.made);
	sm_arena_release(&map->def.arena);
	sm_seen_free(map->seen);
	free(map);
}

/* ---- Finding ----------------------------------------------------------- */

/* "twarc" is one that is known by name, "twarc.json" and "./x" are files. */
static char *
find_file(const char *name)
{
	char *file, *path;

	if (strpbrk(name, "/."))
		return sm_xstrdup(name);
	file = sm_xasprintf("connector/mapping/%s.json", name);
	path = sm_path_config(file);
	if (access(path, F_OK) == -1) {
		free(path);
		path = sm_path_share(file);
	}
	free(file);
	return path;
}

struct mapping *
mapping_open(const char *name, struct sm_err *err)
{
	char *path = find_file(name);
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret = -1;
	struct mapping *map = sm_xcalloc(1, sizeof(*map));
	struct sm_buf text = SM_BUF_INIT;

	map->seen = sm_seen_new();
	map->def.made = json_array();
	map->def.file = sm_arena_strndup(&map->def.arena, path, strlen(path));
	if (fd == -1 || sm_buf_read(&text, fd, DEFINITION_FILE) == -1)
		sm_err_errno(err, SM_EXIT_CONFIG, "cannot read the mapping "
		    "'%s'", path);
	else
		ret = read_mapping(map, sm_buf_str(&text), text.len, err);
	if (fd != -1)
		(void)close(fd);
	sm_buf_release(&text);
	free(path);
	if (ret == 0)
		return map;
	mapping_free(map);
	return NULL;
}

int
mapping_of_source(const struct sm_source_args *args, struct mapping **map,
    struct sm_err *err)
{
	const char *name = args->mapping;
	char *path = NULL;
	int ret = 0;

	*map = NULL;
	if (!name && args->conf) {
		name = sm_conf_str(args->conf, "source", args->name,
		    "mapping");
		if (name && strpbrk(name, "/."))
			name = path = sm_conf_path(args->conf, "source",
			    args->name, "mapping");
	}
	if (name) {
		*map = mapping_open(name, err);
		ret = *map ? 0 : -1;
	}
	free(path);
	return ret;
}
