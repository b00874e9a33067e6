#include "source/sweep/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/path.h"
#include "base/xalloc.h"

struct sm_lock {
	char *path;
	int fd;
};

struct sm_lock *
sm_lock_open(const char *path, struct sm_err *err)
{
	struct sm_lock *lock;
	int fd;

	if (sm_path_make_parent(path, err) == -1)
		return NULL;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0660);
	if (fd == -1) {
		sm_err_errno(err, SM_EXIT_CANTCREAT, "cannot create '%s'",
		    path);
		return NULL;
	}
	lock = sm_xcalloc(1, sizeof(*lock));
	lock->path = sm_xstrdup(path);
	lock->fd = fd;
	return lock;
}

void
sm_lock_close(struct sm_lock *lock)
{
	if (!lock)
		return;
	close(lock->fd);
	free(lock->path);
	free(lock);
}

/* Two bytes a source: it is swept, it is followed. */
static struct flock
byte_of(const char *source, bool follow)
{
	uint64_t hash = sm_hash(source, strlen(source));
	struct flock byte = {
		.l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = (off_t)((hash >> 2) << 1 | (follow ? 1 : 0)),
		.l_len = 1,
	};

	return byte;
}

enum sm_locked
sm_lock_source(struct sm_lock *lock, const char *source, bool follow,
    struct sm_err *err)
{
	struct flock swept = byte_of(source, false);
	struct flock followed = byte_of(source, true);

	if (fcntl(lock->fd, F_OFD_SETLK, &swept) == 0) {
		if (!follow || fcntl(lock->fd, F_OFD_SETLK, &followed) == 0)
			return SM_LOCK_MINE;
	} else if (errno == EACCES || errno == EAGAIN) {
		if (fcntl(lock->fd, F_OFD_GETLK, &followed) == 0 &&
		    followed.l_type != F_UNLCK)
			return SM_LOCK_FOLLOWED;
		return SM_LOCK_BUSY;
	}
	sm_err_errno(err, SM_EXIT_OS, "cannot lock '%s' in '%s'", source,
	    lock->path);
	return SM_LOCK_FAILED;
}
