/*
 * One run at a time for each source: whoever sweeps one holds a lock on its
 * byte of one file, so that thousands of sources need one open file.  The
 * kernel lets go of the locks when the file is closed, however a process ended;
 * nothing stale is ever left behind.  (Open file description locks of
 * fcntl(2); the byte is the hash of the name.)
 */
#ifndef SM_SOURCE_SWEEP_LOCK_H
#define SM_SOURCE_SWEEP_LOCK_H

#include <stdbool.h>

struct sm_err;
struct sm_lock;

enum sm_locked {
	SM_LOCK_FAILED = -1,	/* err says why */
	SM_LOCK_MINE = 0,
	SM_LOCK_BUSY,		/* another run sweeps it */
	SM_LOCK_FOLLOWED	/* another run follows it for good */
};

/* Makes the file, and the folders above it.  NULL and err: CANTCREAT. */
struct sm_lock *sm_lock_open(const char *path, struct sm_err *err);
/* Lets go of all. */
void sm_lock_close(struct sm_lock *lock);

/* Never waits.  follow: we are going to keep it. */
enum sm_locked sm_lock_source(struct sm_lock *lock, const char *source,
    bool follow, struct sm_err *err);

#endif
