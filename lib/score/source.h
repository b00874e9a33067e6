/*
 * Lexicons as people write them, sm-lexicon(5): lines of tab-separated
 * fields.  Used when compiling only.
 */
#ifndef SM_SCORE_SOURCE_H
#define SM_SCORE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sm_err;

#define SM_SOURCE_MAX ((size_t)64 << 20)	/* bytes of one file */

/* Where what is wrong goes; the compiler goes on, to find the next. */
struct sm_lex_report {
	void (*say)(void *arg, const char *text);	/* "file:line: ..." */
	void *arg;
	unsigned errors, warnings;
};

void sm_lex_error(struct sm_lex_report *report, const char *file,
    unsigned line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void sm_lex_warning(struct sm_lex_report *report, const char *file,
    unsigned line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* A file in memory, cut into lines without LF as it is read. */
struct sm_source_file {
	char *name;		/* as shown: "en/care.tsv" */
	char *data;
	size_t len;
	char *next;		/* where the next line begins */
	unsigned line;		/* number of the line last given */
};

/* 0, or -1 and err (SM_EXIT_NOINPUT; SM_EXIT_CONFIG: not UTF-8). */
int sm_source_open(struct sm_source_file *file, const char *path,
    const char *name, struct sm_err *err);
void sm_source_close(struct sm_source_file *file);

/*
 * The next line that is neither empty nor a comment, cut at its tabs into at
 * most max fields (lent, changed in place).  How many there are; 0 at the end.
 */
size_t sm_source_fields(struct sm_source_file *file, char *field[],
    size_t max);

/* The next line as it is, comments and empty ones left out; NULL at the end. */
char *sm_source_line(struct sm_source_file *file);

/* "-1.25" in thousandths.  0 or -1. */
int sm_source_milli(const char *s, int32_t *milli);

/*
 * The names in a folder that end with ending, sorted, in a NULL-terminated
 * list (which may be empty); sm_source_names_free gives it back.  NULL and
 * err where the folder cannot be read.
 */
char **sm_source_names(const char *path, const char *ending,
    struct sm_err *err);
void sm_source_names_free(char **names);

/* What a line of a lexicon says, pattern aside. */
struct sm_lex_line {
	const char *file;
	unsigned line;
	char *pattern;		/* lent from the file */
	uint8_t kind;		/* enum sm_lex_kind */
	uint8_t label;
	uint8_t flags;
	uint8_t scope;
	bool nofold;
	int16_t value;
};

/* Names of topics in the order in which they were first used. */
struct sm_lex_topics {
	char name[64][24];	/* SM_LEX_TOPICS, SM_LEX_NAME */
	unsigned count;
};

/* The line from its fields.  0, or -1 after telling report. */
int sm_lex_line_parse(struct sm_lex_line *line, char *field[], size_t count,
    struct sm_lex_topics *topics, struct sm_lex_report *report);

#endif
