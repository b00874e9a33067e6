/*
 * Lines of JSON from strangers: records that are in our form already are
 * checked and filled in; with a mapping, foreign objects become records.
 */
#ifndef SM_SOURCE_NDJSON_LINE_H
#define SM_SOURCE_NDJSON_LINE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define NDJSON_CURSOR_MAX 65536	/* bytes of a program's own cursor */

struct mapping;
struct sm_emit;
struct sm_err;
struct sm_source_args;

struct ndjson_lines;

/* map, lent, may be NULL. */
struct ndjson_lines *ndjson_lines_new(const struct sm_source_args *args,
    const struct mapping *map);
void ndjson_lines_free(struct ndjson_lines *lines);

/*
 * One line without its LF.  What is wrong with it is noted under the name and
 * number.  cursor, which may be NULL, gets the JSON text of the cursor of an
 * sm:Checkpoint line in place of what was there.  0, or -1 and err where a
 * record could not be handed on.
 */
int ndjson_line(struct ndjson_lines *lines, const char *line, size_t len,
    const char *name, uint64_t number, struct sm_buf *cursor,
    struct sm_emit *emit, struct sm_err *err);

#endif
