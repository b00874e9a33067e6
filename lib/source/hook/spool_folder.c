#include "source/hook/spool_folder.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "source/hook/hook_request.h"

#define LETTERS "0123456789-"
#define SHORTEST 21		/* bytes of a name: its time and more */

void
spool_names_add(struct spool_names *names, const char *name)
{
	names->list = sm_xgrow(names->list, &names->room, names->count + 1,
	    sizeof(*names->list));
	snprintf(names->list[names->count++], SM_SPOOL_NAME, "%s", name);
}

void
spool_names_release(struct spool_names *names)
{
	free(names->list);
	*names = (struct spool_names){ .list = NULL };
}

bool
spool_is_name(const char *name)
{
	size_t len = strspn(name, LETTERS);

	return len >= SHORTEST && len < SM_SPOOL_NAME && !name[len];
}

/* When it came: its first eleven digits. */
static int64_t
time_of(const char *name)
{
	char seconds[12];

	memcpy(seconds, name, 11);
	seconds[11] = '\0';
	return strtoll(seconds, NULL, 10);
}

int
spool_open(struct spool_folder *folder, const char *path, struct sm_err *err)
{
	folder->path = path;
	folder->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder->fd == -1)
		return sm_err_errno(err, SM_EXIT_NOINPUT, "cannot open the "
		    "spool '%s' (sm-hook makes it)", path);
	return 0;
}

static DIR *
open_part(const struct spool_folder *folder, const char *part)
{
	int fd = openat(folder->fd, part, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd == -1 ? NULL : fdopendir(fd);

	if (!dir && fd != -1)
		(void)close(fd);
	return dir;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

int
spool_list(const struct spool_folder *folder, struct spool_names *names,
    struct sm_err *err)
{
	DIR *dir = open_part(folder, "new");
	const struct dirent *entry;

	if (!dir)
		return sm_err_errno(err, SM_EXIT_NOINPUT, "cannot read '%s/"
		    "new'", folder->path);
	while ((entry = readdir(dir)))
		if (spool_is_name(entry->d_name))
			spool_names_add(names, entry->d_name);
	(void)closedir(dir);
	if (names->count > 0)
		qsort(names->list, names->count, sizeof(*names->list),
		    by_name);
	return 0;
}

int
spool_move(const struct spool_folder *folder, const char *name,
    const char *part, struct sm_err *err)
{
	char *from = sm_xasprintf("new/%s", name);
	char *to = sm_xasprintf("%s/%s", part, name);
	int ret = 0;

	if ((mkdirat(folder->fd, part, 0700) == -1 && errno != EEXIST) ||
	    (renameat(folder->fd, from, folder->fd, to) == -1 &&
	    errno != ENOENT))
		ret = sm_err_errno(err, SM_EXIT_IO, "cannot move '%s/%s' to "
		    "%s/", folder->path, from, part);
	free(from);
	free(to);
	return ret;
}

int
spool_reject(const struct spool_folder *folder, const char *name,
    const char *why, struct sm_err *err)
{
	char *path = sm_xasprintf("reject/%s.why", name);
	int fd, ret = spool_move(folder, name, "reject", err);

	fd = ret == -1 ? -1 : openat(folder->fd, path, O_WRONLY | O_CREAT |
	    O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (ret == 0 && (fd == -1 ||
	    sm_write_all(fd, why, strlen(why)) == -1 ||
	    sm_write_all(fd, "\n", 1) == -1))
		ret = sm_err_errno(err, SM_EXIT_IO, "cannot write '%s/%s'",
		    folder->path, path);
	if (fd != -1)
		(void)close(fd);
	free(path);
	return ret;
}

void
spool_expire(const struct spool_folder *folder, const char *part,
    int64_t before)
{
	DIR *dir = open_part(folder, part);
	const struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		size_t len = strspn(entry->d_name, LETTERS);
		const char *rest = entry->d_name + len;

		/* A .why goes with what it belongs to. */
		if (len >= SHORTEST && (!*rest ||
		    strcmp(rest, ".why") == 0) &&
		    time_of(entry->d_name) < before)
			(void)unlinkat(dirfd(dir), entry->d_name, 0);
	}
	if (dir)
		(void)closedir(dir);
}

int
spool_read(const struct spool_folder *folder, const char *name,
    struct sm_buf *text, struct sm_err *err)
{
	char *path = sm_xasprintf("new/%s", name);
	int fd = openat(folder->fd, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK |
	    O_CLOEXEC);
	struct stat st;
	int ret = 1;

	if (fd == -1)
		ret = errno == ENOENT || errno == ELOOP ? 0 : -1;
	else if (fstat(fd, &st) == -1)
		ret = -1;
	else if (!S_ISREG(st.st_mode))
		ret = 0;
	else if (sm_buf_read(text, fd, SM_HOOK_BODY_MOST + SM_SPOOL_HEAD) ==
	    -1)
		ret = -1;
	if (ret == -1)
		sm_err_errno(err, SM_EXIT_IO, "cannot read '%s/%s'",
		    folder->path, path);
	if (fd != -1)
		(void)close(fd);
	free(path);
	return ret;
}
