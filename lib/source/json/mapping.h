/*
 * Mappings: how foreign JSON becomes posts, as data: the lines of another
 * program (ndjson, exec), or the bodies of a webhook (spool).  The language is
 * that of definitions, sm-connector(5): `records`, and a list `take` of where
 * items lie and which record each becomes.
 *
 * Ours lie in share/connector/mapping/NAME.json, the user's own, which come
 * first, in $XDG_CONFIG_HOME/sm/connector/mapping/NAME.json.
 */
#ifndef SM_SOURCE_JSON_MAPPING_H
#define SM_SOURCE_JSON_MAPPING_H

#include <stddef.h>

struct mapping;
struct sm_emit;
struct sm_err;
struct sm_source_args;

#define MAPPING_ITEMS 20000	/* of one document; more are a gap */

/*
 * The mapping of a file, or, for a name without '/' and '.', of that name.
 * NULL and err (CONFIG: "FILE: /pointer: ...").
 */
struct mapping *mapping_open(const char *name, struct sm_err *err);
void mapping_free(struct mapping *map);

/*
 * The mapping that is wanted for a source: --mapping, else `mapping` of its
 * [source]; *map is NULL where there is none.  0, or -1 and err.
 */
int mapping_of_source(const struct sm_source_args *args, struct mapping **map,
    struct sm_err *err);

/*
 * Every post in the JSON text to emit.  What is wrong with an item is noted
 * under place.  How many items there were, or -1 and err: DATA where text is
 * no JSON, else a post could not be handed on.
 */
int mapping_emit(const struct mapping *map, const char *text, size_t len,
    const char *place, struct sm_emit *emit, struct sm_err *err);

#endif
