/*
 * Cursors in a file, for pipes without a store: a JSON object, one member (and
 * one line) a source, which anybody can read.  It is replaced as a whole: a
 * crash leaves the old or the new one.
 */
#ifndef SM_SOURCE_SWEEP_STATE_H
#define SM_SOURCE_SWEEP_STATE_H

#include <stddef.h>

struct sm_buf;
struct sm_err;
struct sm_state;

#define SM_STATE_MAX 268435456	/* bytes of a state file */

/*
 * What is in the file; a missing one is empty.  NULL and err where it cannot
 * be read (SM_EXIT_IO) or is no state file (SM_EXIT_DATA): then better stop
 * than fetch everything again.
 */
struct sm_state *sm_state_read(const char *path, struct sm_err *err);
void sm_state_free(struct sm_state *state);

/* Adds the JSON text of the source's cursor to out: 1, or 0 for none. */
int sm_state_cursor(const struct sm_state *state, const char *source,
    struct sm_buf *out);

/* cursor is JSON text.  0; -1 and err where it is none. */
int sm_state_set(struct sm_state *state, const char *source, size_t source_len,
    const char *cursor, size_t len, struct sm_err *err);

/*
 * The cursors that were set, put into the file, whose other members stay as
 * they are there now; under a lock (PATH.lock), to disk, by rename.  0, or -1
 * and err, and the file is as it was.
 */
int sm_state_write(struct sm_state *state, struct sm_err *err);

#endif
