/*
 * The manifest of a sweep: what was asked, and what came of it, so that it can
 * be looked into and played again.  NDJSON in FOLDER/ID.ndjson: a line of type
 * "sweep", a line of type "source" for each, a line of type "end".  It has this
 * name only once it is whole.
 *
 * Where the answers are kept as well (an archive), cursors and times stand in
 * it in full: then a replay begins where the sweep began, and gives the same
 * posts, of which it has the digest.
 */
#ifndef SM_SOURCE_SWEEP_MANIFEST_H
#define SM_SOURCE_SWEEP_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/exit.h"

struct sm_buf;
struct sm_err;
struct sm_fetch_task;
struct sm_manifest;

#define SM_MANIFEST_CURSOR 512	/* bytes; a longer cursor is its digest */
#define SM_MANIFEST_ALL 67108864	/* bytes of all that are kept */

/*
 * Begins FOLDER/ID.ndjson; makes the folder.  NULL and err: CANTCREAT, IO.
 * full: with whole cursors.
 */
struct sm_manifest *sm_manifest_open(const char *folder, const char *id,
    bool full, int64_t now, struct sm_err *err);

/*
 * What came of a source; before: the cursor that it began with, or NULL.  What
 * cannot be written is told at the close.
 */
void sm_manifest_add(struct sm_manifest *manifest,
    const struct sm_fetch_task *task, const char *before);

/* Ends it.  0; -1 and err (IO): there is none. */
int sm_manifest_close(struct sm_manifest *manifest, enum sm_exit status,
    int64_t now, struct sm_err *err);

/*
 * Takes away manifests that are older than keep_s seconds, the oldest beyond
 * SM_MANIFEST_ALL bytes, and what killed sweeps left.
 */
void sm_manifest_prune(const char *folder, int64_t keep_s, int64_t now);

/* What a replay begins with. */
struct sm_manifest_past;

/*
 * The earliest manifest in the folder.  NULL, and err with code OK where there
 * is none, else IO.
 */
struct sm_manifest_past *sm_manifest_read(const char *folder,
    struct sm_err *err);
void sm_manifest_past_free(struct sm_manifest_past *past);
/*
 * Where that sweep began to look, and the cursor that it began with (added to
 * cursor; maybe nothing).  False where the source was not in it.
 */
bool sm_manifest_past_find(const struct sm_manifest_past *past,
    const char *source, int64_t *window, struct sm_buf *cursor);

#endif
