/*
 * What is known of how the sources are, in a file beside the cursors: NDJSON, a
 * line a source.  It is replaced as a whole, under a lock; lines of sources
 * that were not touched stay as they are there.
 */
#ifndef SM_SOURCE_SWEEP_HEALTH_FILE_H
#define SM_SOURCE_SWEEP_HEALTH_FILE_H

#include <stddef.h>

#include "source/sweep/health.h"

struct sm_err;
struct sm_health_file;

#define SM_HEALTH_FILE_MAX 268435456	/* bytes */

/*
 * What is in the file; a missing one is empty, and lines that are none are
 * passed over: what they knew is learnt again.  NULL and err where it cannot be
 * read (IO).
 */
struct sm_health_file *sm_health_file_open(const char *path,
    struct sm_err *err);
void sm_health_file_close(struct sm_health_file *file);

/* Lent; an empty one is made where there is none.  Valid until the next. */
struct sm_health *sm_health_file_get(struct sm_health_file *file,
    const char *source);
/* Lent; NULL where there is none. */
const struct sm_health *sm_health_file_find(const struct sm_health_file *file,
    const char *source);
const struct sm_health *sm_health_file_nth(const struct sm_health_file *file,
    size_t index);

/* This source has changed and is to be written. */
void sm_health_file_touch(struct sm_health_file *file, const char *source);

/* 0, also where nothing was touched; -1 and err, and the file is as it was. */
int sm_health_file_write(struct sm_health_file *file, struct sm_err *err);

#endif
