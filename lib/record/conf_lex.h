/*
 * Characters, words, names and values of a configuration file, from which
 * conf_parse.c makes sections and settings.
 */
#ifndef SM_RECORD_CONF_LEX_H
#define SM_RECORD_CONF_LEX_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>

struct sm_buf;
struct sm_conf;
struct sm_err;

#define CONF_NAME_MAX 256	/* bytes of a section, its name or a key */

struct conf_source {
	struct sm_conf *conf;
	const char *path;
	size_t file;
	const char *at, *end;
	unsigned long line;
	size_t section;		/* index, or NO_SECTION */
	bool include;		/* in [include] */
	mode_t mode;		/* of the file */
	int depth;
};

/* Says what is wrong here, with file and line; gives back -1. */
int conf_complain(const struct conf_source *src, struct sm_err *err,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The next character, CR LF as LF; EOF at the end. */
int conf_peek(const struct conf_source *src);
void conf_step(struct conf_source *src);
void conf_skip_blanks(struct conf_source *src);
void conf_skip_line(struct conf_source *src);	/* up to its LF */

/* Letters, digits, '-', '_' in lower case; empty where there are none. */
int conf_take_word(struct conf_source *src, char word[CONF_NAME_MAX],
    struct sm_err *err);

/* What stands between the quotes of [section "name"]; at the first quote. */
int conf_take_name(struct conf_source *src, char name[CONF_NAME_MAX],
    struct sm_err *err);

/*
 * The value up to the end of its line, into value.  A comment must have a
 * blank before it: "url = https://host/#part" would lose its end otherwise.
 */
int conf_take_value(struct conf_source *src, struct sm_buf *value,
    struct sm_err *err);

#endif
