/*
 * Definitions: connectors that are data, share/connector/NAME.json (their
 * language is in sm-connector(5)).  To everybody else each is a struct
 * sm_source like those written in C; http_json.c does the work for all.
 *
 * The user's own, $XDG_CONFIG_HOME/sm/connector/NAME.json, come before ours.
 * A file that cannot be used is found all the same, and says what is wrong
 * with it (file, JSON Pointer, nearest known name) when it is opened.
 */
#ifndef SM_SOURCE_JSON_DEFINITION_H
#define SM_SOURCE_JSON_DEFINITION_H

#include <stddef.h>

struct sm_buf;
struct sm_definition;
struct sm_err;
struct sm_source;

#define SM_DEFINITIONS 256	/* at most */

/* The connector of that name, or NULL; lent for ever. */
const struct sm_source *sm_definition_find(const char *name);
/* All of them by name; NULL past the last. */
const struct sm_source *sm_definition_nth(size_t index);
/* The connector in a file, for type = http-json; NULL and err. */
const struct sm_source *sm_definition_file(const char *path,
    struct sm_err *err);

/* The definition behind a source; NULL for one written in C. */
const struct sm_definition *sm_definition_of(const struct sm_source *source);

/*
 * What stands in text; file is for complaints.  NULL and err (CONFIG: "FILE:
 * /pointer: ...").
 */
struct sm_definition *sm_definition_new(const char *file, const char *text,
    size_t len, struct sm_err *err);
void sm_definition_free(struct sm_definition *def);
/* What is wrong with it, or NULL. */
const char *sm_definition_broken(const struct sm_definition *def);

/* Its requests and what becomes of an answer, as lines for people. */
void sm_definition_explain(const struct sm_definition *def,
    struct sm_buf *out);

#endif
