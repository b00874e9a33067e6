/*
 * A file replaced as a whole: a crash leaves the old one or the new one.
 */
#ifndef SM_SOURCE_SWEEP_REPLACE_H
#define SM_SOURCE_SWEEP_REPLACE_H

struct sm_buf;
struct sm_err;

/*
 * text becomes the file at path: written beside it, to the disk, renamed.  A
 * file that is there keeps its mode, a new one has 0600.  0, or -1 and err (IO,
 * CANTCREAT) and nothing has changed.
 */
int sm_replace_file(const char *path, const struct sm_buf *text,
    struct sm_err *err);

/* The folder above path, synced, so that a rename in it is on the disk. */
int sm_replace_sync_folder(const char *path);

#endif
