#include "source/sweep/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/xalloc.h"

int
sm_replace_sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? sm_xstrndup(path,
	    slash == path ? 1 : (size_t)(slash - path)) : sm_xstrdup(".");
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), ret = -1;

	free(folder);
	if (fd == -1)
		return -1;
	if (fsync(fd) == 0 || errno == EINVAL)
		ret = 0;
	close(fd);
	return ret;
}

/* A group that shares the old file shares the new one. */
static void
keep_mode(int fd, const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && (st.st_mode & 0070))
		(void)fchmod(fd, st.st_mode & 0660);
}

int
sm_replace_file(const char *path, const struct sm_buf *text,
    struct sm_err *err)
{
	char *temporary = sm_xasprintf("%s.XXXXXX", path);
	int fd = mkstemp(temporary), ret = -1;

	if (fd == -1) {
		ret = sm_err_errno(err, SM_EXIT_CANTCREAT,
		    "cannot write '%s'", temporary);
		free(temporary);
		return ret;
	}
	keep_mode(fd, path);
	if (sm_write_all(fd, text->data, text->len) == 0 && fsync(fd) == 0)
		ret = 0;
	if (close(fd) == -1)
		ret = -1;
	if (ret == -1 || rename(temporary, path) == -1 ||
	    sm_replace_sync_folder(path) == -1) {
		ret = sm_err_errno(err, SM_EXIT_IO, "cannot write '%s'", path);
		unlink(temporary);
	}
	free(temporary);
	return ret;
}
