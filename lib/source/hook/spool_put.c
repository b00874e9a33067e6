/* Writing into a spool: see spool.h for what holds afterwards. */
#include "source/hook/spool.h"

#include <sys/random.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/path.h"
#include "base/xalloc.h"

static int
sync_folder(const char *path, struct sm_err *err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int ret = 0;

	if (fd == -1 || fsync(fd) == -1)
		ret = sm_err_errno(err, SM_EXIT_IO,
		    "cannot write the folder '%s' to the disk", path);
	if (fd != -1)
		(void)close(fd);
	return ret;
}

int
sm_spool_make(const char *folder, struct sm_err *err)
{
	static const char *const parts[] = { "", "/tmp", "/new", "/cur",
	    "/reject" };
	struct stat st;
	char *path = sm_xasprintf("%s/reject", folder);
	int ret = stat(path, &st) == 0 ? 1 : 0;

	free(path);
	if (ret == 1)
		return 0;
	path = sm_xasprintf("%s/", folder);
	ret = sm_path_make_parent(path, err);
	free(path);
	for (size_t i = 0; ret == 0 && i < sizeof(parts) / sizeof(*parts);
	    i++) {
		path = sm_xasprintf("%s%s", folder, parts[i]);
		if (mkdir(path, 0700) == -1 && errno != EEXIST)
			ret = sm_err_errno(err, SM_EXIT_CANTCREAT,
			    "cannot make the folder '%s'", path);
		free(path);
	}
	if (ret == -1 || sync_folder(folder, err) == -1)
		return -1;
	path = sm_xasprintf("%s/..", folder);
	ret = sync_folder(path, err);
	free(path);
	return ret;
}

/* Seconds, nanoseconds, process and a random number: no two are the same. */
static void
make_name(char name[SM_SPOOL_NAME])
{
	struct timespec now;
	uint32_t random;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) !=
	    sizeof(random))
		random = (uint32_t)now.tv_nsec;
	if (sm_clock_is_set())
		now.tv_sec = (time_t)sm_clock_now();
	snprintf(name, SM_SPOOL_NAME, "%011" PRId64 "%09ld-%ld-%" PRIu32,
	    (int64_t)now.tv_sec, now.tv_nsec, (long)getpid(), random);
}

/* A value is one line, whatever it is. */
static void
add_line(struct sm_buf *head, const char *name, const char *value)
{
	if (!value || head->len > SM_SPOOL_HEAD / 2)
		return;
	sm_buf_adds(head, name);
	sm_buf_adds(head, ": ");
	for (size_t i = 0; value[i] && i < 1000; i++)
		sm_buf_addc(head, (unsigned char)value[i] < ' ' ? ' ' :
		    value[i]);
	sm_buf_addc(head, '\n');
}

static void
make_head(const struct sm_spool_note *note, struct sm_buf *head)
{
	char time[SM_TIME_TEXT];

	sm_time_format(note->received, time);
	add_line(head, "Hook", note->hook);
	add_line(head, "Kind", note->kind);
	add_line(head, "Received", time);
	add_line(head, "Content-Type", note->type);
	add_line(head, "Event", note->event);
	add_line(head, "Delivery", note->delivery);
	add_line(head, "Topic", note->topic);
	sm_buf_addc(head, '\n');
}

/* All of it in the new file path, and on the disk. */
static int
write_file(const char *path, const struct sm_buf *head, const char *body,
    size_t len, struct sm_err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW |
	    O_CLOEXEC, 0600);
	int ret = 0;

	if (fd == -1)
		return sm_err_errno(err, SM_EXIT_CANTCREAT,
		    "cannot create '%s'", path);
	if (sm_write_all(fd, head->data, head->len) == -1 ||
	    sm_write_all(fd, body, len) == -1 || fsync(fd) == -1)
		ret = sm_err_errno(err, SM_EXIT_IO, "cannot write '%s'",
		    path);
	if (close(fd) == -1 && ret == 0)
		ret = sm_err_errno(err, SM_EXIT_IO, "cannot write '%s'",
		    path);
	if (ret == -1)
		(void)unlink(path);
	return ret;
}

int
sm_spool_put(const char *folder, const struct sm_spool_note *note,
    const char *body, size_t len, struct sm_err *err)
{
	struct sm_buf head = SM_BUF_INIT;
	char name[SM_SPOOL_NAME], *from, *to, *into;
	int ret = sm_spool_make(folder, err);

	if (ret == -1)
		return -1;
	make_name(name);
	make_head(note, &head);
	from = sm_xasprintf("%s/tmp/%s", folder, name);
	to = sm_xasprintf("%s/new/%s", folder, name);
	into = sm_xasprintf("%s/new", folder);
	ret = write_file(from, &head, body, len, err);
	if (ret == 0 && rename(from, to) == -1) {
		ret = sm_err_errno(err, SM_EXIT_CANTCREAT,
		    "cannot rename '%s' to '%s'", from, to);
		(void)unlink(from);
	}
	if (ret == 0)
		ret = sync_folder(into, err);
	free(into);
	free(to);
	free(from);
	sm_buf_release(&head);
	return ret;
}
