/* Definitions: where they lie, and what is known of them. */
#include "source/json/definition.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "base/xalloc.h"
#include "source/json/definition_impl.h"
#include "source/json/http_json.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyz0123456789-_"

/* What has been read, for as long as the program runs. */
static struct sm_definition *known[SM_DEFINITIONS];
static size_t count;
static struct sm_definition *files[SM_DEFINITIONS];	/* of http-json */
static size_t nfiles;
static bool all;

static void
make_keys(struct reading *in)
{
	struct sm_definition *def = in->def;
	struct sm_conf_key *to = definition_alloc(in, def->nkeys + 2,
	    sizeof(*to));

	def->conf_keys = to;
	/*
	 * The same name may be another definition's, of another type: what a
	 * value has to be is looked at by http_json_conf.c.
	 */
	for (size_t i = 0; i < def->nkeys; i++)
		*to++ = (struct sm_conf_key){ .section = "source",
		    .name = def->keys[i].name, .type = SM_CONF_TEXT,
		    .repeat = true, .named = true,
		    .help = def->keys[i].help };
	*to = (struct sm_conf_key){ .section = "source", .name = "stream",
	    .type = SM_CONF_TEXT, .repeat = true, .named = true,
	    .help = "what to ask the network for, see sm-sources(7)" };
	def->source.keys = def->conf_keys;
}

static void
make_source(struct sm_definition *def)
{
	def->source.name = def->name;
	def->source.summary = def->summary;
	http_json_source(&def->source);
}

/* The streams that are asked where none are named: the first, else. */
static int
settle(struct reading *in)
{
	struct sm_definition *def = in->def;

	if (!def->channel)
		def->channel = def->name;
	if (def->nusual == 0) {
		def->usual = definition_alloc(in, 1, sizeof(char *));
		def->usual[def->nusual++] = def->streams[0].name;
	}
	for (size_t i = 0; i < def->nusual; i++)
		for (size_t j = 0; j < def->nstreams; j++)
			if (strcmp(def->streams[j].name, def->usual[i]) == 0 &&
			    def->streams[j].child) {
				definition_enter(in, "default");
				return definition_fail(in, "'%s' only follows "
				    "another stream", def->usual[i]);
			}
	make_keys(in);
	make_source(def);
	return 0;
}

static struct sm_definition *
empty(const char *file)
{
	struct sm_definition *def = sm_xcalloc(1, sizeof(*def));

	def->made = json_array();
	def->file = sm_arena_strndup(&def->arena, file, strlen(file));
	return def;
}

static int
read_it(struct sm_definition *def, const char *text, size_t len,
    struct sm_err *err)
{
	struct reading in = { .def = def, .err = err };
	json_error_t why;
	int ret = -1;

	def->json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
	if (!def->json)
		return sm_err_set(err, SM_EXIT_CONFIG, "%s:%d:%d: %s",
		    def->file, why.line, why.column, why.text);
	if (definition_top(&in, def->json) == 0)
		ret = settle(&in);
	sm_buf_release(&in.path);
	return ret;
}

struct sm_definition *
sm_definition_new(const char *file, const char *text, size_t len,
    struct sm_err *err)
{
	struct sm_definition *def = empty(file);

	if (read_it(def, text, len, err) == 0)
		return def;
	sm_definition_free(def);
	return NULL;
}

void
sm_definition_free(struct sm_definition *def)
{
	if (!def)
		return;
	json_decref(def->json);
	json_decref(def->made);
	sm_arena_release(&def->arena);
	free(def->broken);
	free(def);
}

const char *
sm_definition_broken(const struct sm_definition *def)
{
	return def->broken;
}

static int
read_file(const char *path, struct sm_buf *text, struct sm_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret;

	if (fd == -1)
		return sm_err_errno(err, SM_EXIT_CONFIG, "cannot open '%s'",
		    path);
	ret = sm_buf_read(text, fd, DEFINITION_FILE);
	if (ret == -1)
		sm_err_errno(err, SM_EXIT_CONFIG, "cannot read '%s'", path);
	close(fd);
	return ret;
}

/* One that says what is wrong with it when it is to be used. */
static struct sm_definition *
broken(const char *path, const char *name, const char *why)
{
	static const struct sm_conf_key any[] = {
		{ .section = "source", .name = "*", .type = SM_CONF_TEXT,
		  .repeat = true, .named = true,
		  .help = "its definition cannot be read" },
		{ .section = NULL }
	};
	struct sm_definition *def = empty(path);

	def->name = sm_arena_strndup(&def->arena, name, strlen(name));
	def->summary = "(its definition has a fault)";
	def->broken = sm_xstrdup(why);
	make_source(def);
	def->source.keys = any;
	return def;
}

static struct sm_definition *
load(const char *path, const char *name, struct sm_err *err)
{
	struct sm_buf text = SM_BUF_INIT;
	struct sm_definition *def = NULL;

	if (read_file(path, &text, err) == 0)
		def = sm_definition_new(path, sm_buf_str(&text), text.len,
		    err);
	sm_buf_release(&text);
	if (def && name && strcmp(def->name, name) != 0) {
		sm_err_set(err, SM_EXIT_CONFIG, "%s: /name: '%s' does not "
		    "match the file's name", path, def->name);
		sm_definition_free(def);
		def = NULL;
	}
	return def;
}

static struct sm_definition *
known_as(const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(known[i]->name, name) == 0)
			return known[i];
	return NULL;
}

static struct sm_definition *
remember(struct sm_definition *def)
{
	if (count < SM_DEFINITIONS)
		known[count++] = def;
	return def;
}

/* The n-th folder they lie in; the caller frees.  NULL: no more. */
static char *
folder(int n)
{
	return n == 0 ? sm_path_config("connector") :
	    n == 1 ? sm_path_share("connector") : NULL;
}

static struct sm_definition *
load_named(const char *dir, const char *name)
{
	char *path = sm_xasprintf("%s/%s.json", dir, name);
	struct sm_definition *def = NULL;
	struct sm_err err;

	if (access(path, F_OK) == 0) {
		def = load(path, name, &err);
		if (!def)
			def = broken(path, name, err.text);
		remember(def);
	}
	free(path);
	return def;
}

const struct sm_source *
sm_definition_find(const char *name)
{
	struct sm_definition *def = known_as(name);
	char *dir;

	if (strspn(name, LETTERS) != strlen(name) || !*name)
		return NULL;
	for (int i = 0; !def && !all && (dir = folder(i)); i++) {
		def = load_named(dir, name);
		free(dir);
	}
	return def ? &def->source : NULL;
}

static int
by_name(const void *a, const void *b)
{
	const struct sm_definition *const *left = a, *const *right = b;

	return strcmp((*left)->name, (*right)->name);
}

static void
load_folder(const char *dir)
{
	DIR *stream = opendir(dir);
	struct dirent *entry;

	while (stream && (entry = readdir(stream)) &&
	    count < SM_DEFINITIONS) {
		size_t len = strlen(entry->d_name);
		char *name;

		if (len < 6 || strcmp(entry->d_name + len - 5, ".json") != 0)
			continue;
		name = sm_xstrndup(entry->d_name, len - 5);
		if (strspn(name, LETTERS) == strlen(name) && !known_as(name))
			load_named(dir, name);
		free(name);
	}
	if (stream)
		closedir(stream);
}

const struct sm_source *
sm_definition_nth(size_t index)
{
	char *dir;

	for (int i = 0; !all && (dir = folder(i)); i++) {
		load_folder(dir);
		free(dir);
	}
	if (!all)
		qsort(known, count, sizeof(known[0]), by_name);
	all = true;
	return index < count ? &known[index]->source : NULL;
}

const struct sm_source *
sm_definition_file(const char *path, struct sm_err *err)
{
	struct sm_definition *def;

	for (size_t i = 0; i < nfiles; i++)
		if (strcmp(files[i]->file, path) == 0)
			return &files[i]->source;
	def = load(path, NULL, err);
	if (!def)
		return NULL;
	if (nfiles < SM_DEFINITIONS)
		files[nfiles++] = def;
	return &def->source;
}

const struct sm_definition *
sm_definition_of(const struct sm_source *source)
{
	for (size_t i = 0; i < count; i++)
		if (&known[i]->source == source)
			return known[i];
	for (size_t i = 0; i < nfiles; i++)
		if (&files[i]->source == source)
			return files[i];
	return NULL;
}
