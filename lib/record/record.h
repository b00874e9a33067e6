/*
 * The record: one line of NDJSON, looked at without being taken apart.
 *
 * One pass over the line (the cursor) checks it strictly - RFC 8259, UTF-8,
 * names unique at each level, no lone surrogates, at most 64 levels, an
 * object on top - and notes where the wanted members lie.  Writing copies the
 * line and splices our own object in; every foreign byte stays as it was.
 *
 * A program says first what it wants to look at:
 *
 *	struct sm_paths *paths = sm_paths_new();
 *	int lang = sm_paths_add(paths, "score.lang");
 *
 * and afterwards asks by slot.  paths must not change once a record uses it;
 * many records (one a thread) may share it.
 */
#ifndef SM_RECORD_RECORD_H
#define SM_RECORD_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct sm_buf;
struct sm_err;

#define SM_RECORD_MAX 1048576	/* bytes of a line, without its LF */
#define SM_RECORD_DEPTH 64	/* levels of objects and arrays */
#define SM_RECORD_VERSION 1	/* of the member "v" */

struct sm_paths;

struct sm_paths *sm_paths_new(void);
void sm_paths_free(struct sm_paths *paths);

/*
 * The slot of path: member names joined by '.'.  The same path gives the same
 * slot.  Arrays end a path (what is inside is read with sm_items).
 */
int sm_paths_add(struct sm_paths *paths, const char *path);
int sm_paths_count(const struct sm_paths *paths);
const char *sm_paths_name(const struct sm_paths *paths, int slot); /* lent */

enum sm_type {
	SM_ABSENT = 0,
	SM_NULL,
	SM_FALSE,
	SM_TRUE,
	SM_NUMBER,
	SM_STRING,
	SM_ARRAY,
	SM_OBJECT
};

/* A value where it lies: its JSON text, lent until the next parse. */
struct sm_value {
	const char *text;	/* for a string: what is between the quotes */
	uint32_t len;		/* bytes */
	uint8_t type;		/* enum sm_type */
	uint8_t escaped;	/* a string with backslashes in it */
};

struct sm_record;

struct sm_record *sm_record_new(const struct sm_paths *paths);
void sm_record_free(struct sm_record *rec);

/*
 * Look at a line (without LF), which must stay as it is until the next call.
 * Edits of the line before are forgotten.  0; -1 and err (SM_EXIT_DATA, "byte
 * 17: expected ':'") where it is not a record.
 */
int sm_record_parse(struct sm_record *rec, const char *line, size_t len,
    struct sm_err *err);

/* The line as it came. */
const char *sm_record_line(const struct sm_record *rec, size_t *len);

/* What lies at slot; type SM_ABSENT where there is nothing. */
const struct sm_value *sm_record_value(const struct sm_record *rec, int slot);

/*
 * The string at slot without its escapes, and its length (len may be NULL);
 * there may be NULs in it and there is none behind it.  NULL where there is no
 * string.  Lent until the next parse.
 */
const char *sm_record_str(struct sm_record *rec, int slot, size_t *len);
bool sm_record_equals(struct sm_record *rec, int slot, const char *text,
    size_t len);

/* Whether the string at slot is text: a literal, of which the length is known
   when compiling. */
static inline bool
sm_record_is(struct sm_record *rec, int slot, const char *text)
{
	return sm_record_equals(rec, slot, text, strlen(text));
}

/*
 * The number at slot: a whole one within int64 (1e3 and 2.0 are whole), or in
 * millionths, cut towards zero, at the bounds where it is larger.  False
 * where there is none.
 */
bool sm_record_int(const struct sm_record *rec, int slot, int64_t *value);
bool sm_record_micro(const struct sm_record *rec, int slot, int64_t *micro);

/* Whether the literal true stands there. */
bool sm_record_true(const struct sm_record *rec, int slot);

/* The RFC 3339 time at slot, in seconds. */
bool sm_record_time(struct sm_record *rec, int slot, int64_t *time);

/* Going through an array, or through an object with its names. */
struct sm_items {
	const char *at, *end;
	bool object;
	struct sm_value name;	/* of the item just returned, in an object */
};

/* False where value is neither array nor object. */
bool sm_items_begin(struct sm_items *items, const struct sm_value *value);
bool sm_items_next(struct sm_items *items, struct sm_value *item);

/* As sm_record_str, int and micro, for any value of this record's line. */
const char *sm_value_str(struct sm_record *rec, const struct sm_value *value,
    size_t *len);
bool sm_value_int(const struct sm_value *value, int64_t *number);
bool sm_value_micro(const struct sm_value *value, int64_t *micro);

/*
 * Put json (one JSON value, copied) at slot, whose path must be of one name:
 * where the member stands, it is replaced there, else it is appended.  The
 * slots go on showing the line as it came.
 */
void sm_record_set(struct sm_record *rec, int slot, const char *json,
    size_t len);

/* The same without a copy: json must stay as it is until it is written. */
void sm_record_lend(struct sm_record *rec, int slot, const char *json,
    size_t len);

/* Leave the member at slot (of one name) out. */
void sm_record_remove(struct sm_record *rec, int slot);

/* Add the line with its edits to out, without LF. */
void sm_record_write(const struct sm_record *rec, struct sm_buf *out);

/*
 * Which scanner is used: tests compare them.  SM_SCAN_BEST is what runs
 * otherwise (SM_SIMD=scalar in the environment picks the scalar one).
 */
enum sm_scan { SM_SCAN_BEST, SM_SCAN_SCALAR, SM_SCAN_SSE2 };
void sm_record_scanner(enum sm_scan scan);

#endif
