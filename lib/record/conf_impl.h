/*
 * What the parts of conf share: how a configuration lies in memory, and the
 * checks of single values.
 */
#ifndef SM_RECORD_CONF_IMPL_H
#define SM_RECORD_CONF_IMPL_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>

#include "record/conf.h"

#define CONF_DEPTH 8		/* files that include one another */
#define CONF_FILES 256		/* files in all */
#define CONF_WORDS 256		/* words of one command */
#define CONF_SECRET_MAX 8192	/* bytes */

struct sm_buf;

struct conf_value {
	const struct sm_conf_key *key;	/* its line in the key tables */
	char *name;		/* the key as written, in lower case */
	char *text;
	size_t file;		/* index into files */
	char *origin;		/* "file:line" */
};

struct conf_section {
	char *section;		/* lower case */
	char *name;		/* NULL where the section has none */
	struct conf_value *values;
	size_t count, room;
};

/* A value by its place, since the arrays move as they grow. */
struct conf_ref {
	size_t section, value;
};

struct sm_conf {
	const struct sm_conf_key *const *tables;
	struct conf_section *sections;
	size_t count, room;
	size_t *slots;		/* hash: index of a section + 1, or 0 */
	size_t slot_count;	/* a power of two, or 0 */
	struct conf_ref *order;	/* all values as they were read */
	size_t order_count, order_room;
	char **files;
	size_t file_count, file_room;
};

struct sm_conf *conf_new(const struct sm_conf_key *const *tables);

/* The index of [section "name"], made where it is not there yet. */
size_t conf_section_at(struct sm_conf *conf, const char *section,
    const char *name);

/* The key table's line for section and key ("*" too), or NULL. */
const struct sm_conf_key *conf_key_find(const struct sm_conf *conf,
    const char *section, const char *key);

/* Copies text; the value belongs to the section afterwards. */
void conf_value_add(struct sm_conf *conf, size_t section,
    const struct sm_conf_key *key, const char *name, const char *text,
    size_t file, unsigned long line);

/* The last value of a key, or NULL. */
const struct conf_value *conf_value_find(const struct sm_conf *conf,
    const char *section, const char *name, const char *key);

/*
 * Reads one file and what it includes.  Whether a missing one is an error is
 * for the caller to say.
 */
int conf_read_file(struct sm_conf *conf, const char *path, bool must,
    int depth, struct sm_err *err);

/* The same for text that was read from path, a file of this mode. */
int conf_read_text(struct sm_conf *conf, const char *path, mode_t mode,
    const char *text, size_t len, int depth, struct sm_err *err);

/*
 * Whether text is a value of this type: NULL, or what was expected instead,
 * as "a number such as 20 or 4k".
 */
const char *conf_value_check(enum sm_conf_type type, const char *text);

/* name ("~/x" too) as seen from the folder of file; the caller frees. */
char *conf_path_from(const char *file, const char *name);

int conf_parse_int(const char *s, int64_t *value);
int conf_parse_bool(const char *s, bool *value);

/*
 * Splits a command into words: blanks part them, '...' and "..." keep them
 * together, a backslash keeps one character.  Nothing is expanded.  A
 * NULL-terminated list that the caller frees in one free(), or NULL.
 */
char **conf_words(const char *s);

#endif
