/*
 * maildir - mail in a Maildir, new/ and cur/.  Nothing is moved or marked, so
 * that other programs find it as it was.  A mail is known by its name up to
 * the ':', which stays when it moves from new to cur and changes its flags.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/xalloc.h"
#include "record/json.h"
#include "source/emit.h"
#include "source/local.h"
#include "source/mail/mail.h"
#include "source/seen.h"
#include "source/source.h"

#define FILES 1000000		/* of a Maildir */
#define OVERLAP 172800		/* seconds before the newest, where names that
				   the cursor forgot may not come again */

struct file {
	char *name;
	int64_t arrived;
	bool fresh;		/* in new/ */
};

struct maildir {
	const struct sm_source_args *args;
	const char *path;
	int fds[2];		/* of new and cur */
	struct file *files;
	size_t count, room, at;
	int64_t newest, before;	/* arrival; before: by the cursor */
	struct sm_seen *seen;	/* names and mails */
	struct mail mail;
	struct sm_buf bytes;
};

static const char *const folders[] = { "new", "cur" };

static void
maildir_close(void *state)
{
	struct maildir *dir = state;

	for (size_t i = 0; i < dir->count; i++)
		free(dir->files[i].name);
	for (int i = 0; i < 2; i++)
		if (dir->fds[i] != -1)
			close(dir->fds[i]);
	free(dir->files);
	sm_seen_free(dir->seen);
	mail_release(&dir->mail);
	sm_buf_release(&dir->bytes);
	free(dir);
}

static void
read_cursor(struct maildir *dir, const char *text)
{
	json_t *json = json_loads(text, 0, NULL);
	json_t *seen = json_object_get(json, "seen");
	json_t *newest = json_object_get(json, "newest");

	if (json_is_integer(newest))
		dir->newest = dir->before = json_integer_value(newest);
	if (json_is_string(seen))
		sm_seen_read(dir->seen, json_string_value(seen),
		    json_string_length(seen));
	json_decref(json);
}

/* When it was delivered: names begin with that, by custom; else its time. */
static int64_t
arrival(int fd, const char *name)
{
	char *end;
	long long seconds = strtoll(name, &end, 10);
	struct stat st;

	if (*end == '.' && seconds > 0 && isdigit((unsigned char)*name))
		return seconds;
	return fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 ?
	    (int64_t)st.st_mtime : SM_TIME_NONE;
}

static int
scan(struct maildir *dir, int which, struct sm_err *err)
{
	int copy = dup(dir->fds[which]);
	DIR *stream = copy == -1 ? NULL : fdopendir(copy);
	struct dirent *entry;

	if (!stream) {
		if (copy != -1)
			close(copy);
		return sm_err_errno(err, SM_EXIT_IO, "cannot read '%s/%s'",
		    dir->path, folders[which]);
	}
	rewinddir(stream);
	while ((errno = 0, entry = readdir(stream))) {
		struct file file = { .fresh = which == 0 };

		if (*entry->d_name == '.' || dir->count == FILES)
			continue;
		file.name = sm_xstrdup(entry->d_name);
		file.arrived = arrival(dir->fds[which], entry->d_name);
		dir->files = sm_xgrow(dir->files, &dir->room, dir->count + 1,
		    sizeof(file));
		dir->files[dir->count++] = file;
	}
	if (errno)
		sm_err_errno(err, SM_EXIT_IO, "cannot read '%s/%s'",
		    dir->path, folders[which]);
	which = errno;
	closedir(stream);
	return which ? -1 : 0;
}

/* By delivery; those of one second by the order in which names count. */
static int
by_arrival(const void *a, const void *b)
{
	const struct file *one = a, *other = b;

	if (one->arrived != other->arrived)
		return one->arrived < other->arrived ? -1 : 1;
	return strverscmp(one->name, other->name);
}

static int
open_folder(struct maildir *dir, int which, struct sm_err *err)
{
	struct sm_buf path = SM_BUF_INIT;

	sm_buf_addf(&path, "%s/%s", dir->path, folders[which]);
	dir->fds[which] = open(path.data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir->fds[which] == -1)
		sm_err_errno(err, SM_EXIT_NOINPUT, "'%s' is no Maildir: cannot "
		    "open '%s'", dir->path, path.data);
	sm_buf_release(&path);
	return dir->fds[which] == -1 ? -1 : 0;
}

static void *
maildir_open(const struct sm_source_args *args, struct sm_err *err)
{
	struct maildir *dir = sm_xcalloc(1, sizeof(*dir));

	dir->args = args;
	dir->path = local_path(args->where);
	dir->fds[0] = dir->fds[1] = -1;
	dir->newest = dir->before = SM_TIME_NONE;
	dir->seen = sm_seen_new();
	dir->mail.seen = dir->seen;
	dir->mail.user = args->user;
	if (args->cursor)
		read_cursor(dir, args->cursor);
	/* new first: a mail that moves meanwhile is seen twice, not never. */
	for (int i = 0; i < 2; i++) {
		if (open_folder(dir, i, err) == -1 ||
		    scan(dir, i, err) == -1) {
			maildir_close(dir);
			return NULL;
		}
	}
	if (dir->count > 1)
		qsort(dir->files, dir->count, sizeof(*dir->files),
		    by_arrival);
	return dir;
}

static bool
is_old(const struct maildir *dir, const struct file *file)
{
	if (file->arrived == SM_TIME_NONE)
		return false;
	if (dir->before != SM_TIME_NONE)
		return file->arrived < dir->before - OVERLAP;
	return dir->args->window != SM_TIME_NONE &&
	    file->arrived < dir->args->window;
}

static bool
is_known(struct maildir *dir, const struct file *file)
{
	uint64_t thing = sm_hash(file->name, strcspn(file->name, ":"));

	return is_old(dir, file) ||
	    sm_seen_meet(dir->seen, thing, 0, NULL) != SM_SEEN_NEW;
}

/* It may have been moved since we looked: 1, 0 it is gone, -1. */
static int
open_mail(struct maildir *dir, const struct file *file, struct sm_err *err)
{
	int fd = openat(dir->fds[!file->fresh], file->name,
	    O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct sm_buf moved = SM_BUF_INIT;

	if (fd == -1 && errno == ENOENT && file->fresh) {
		sm_buf_addf(&moved, "%s:2,", file->name);
		fd = openat(dir->fds[1], moved.data, O_RDONLY | O_NOFOLLOW |
		    O_CLOEXEC);
		if (fd == -1) {
			sm_buf_addc(&moved, 'S');
			fd = openat(dir->fds[1], moved.data, O_RDONLY |
			    O_NOFOLLOW | O_CLOEXEC);
		}
		sm_buf_release(&moved);
	}
	if (fd == -1 && (errno == ENOENT || errno == ELOOP))
		return 0;
	if (fd == -1)
		return sm_err_errno(err, SM_EXIT_IO, "cannot open '%s/%s/%s'",
		    dir->path, folders[!file->fresh], file->name);
	sm_buf_clear(&dir->bytes);
	dir->mail.cut = false;
	if (sm_buf_read(&dir->bytes, fd, MAIL_MAX) == -1) {
		dir->mail.cut = errno == EFBIG;
		if (errno != EFBIG)
			sm_err_errno(err, SM_EXIT_IO, "cannot read '%s/%s'",
			    dir->path, file->name);
		close(fd);
		return dir->mail.cut ? 1 : -1;
	}
	close(fd);
	return 1;
}

static int
maildir_next(void *state, struct sm_emit *emit, struct sm_err *err)
{
	struct maildir *dir = state;
	const struct file *file;
	int ret;

	if (dir->at == dir->count)
		return 0;
	file = &dir->files[dir->at++];
	if (is_known(dir, file))
		return 1;
	ret = open_mail(dir, file, err);
	if (ret != 1)
		return ret == -1 ? -1 : 1;
	if (file->arrived != SM_TIME_NONE && (dir->newest == SM_TIME_NONE ||
	    file->arrived > dir->newest))
		dir->newest = file->arrived;
	if (dir->bytes.len == 0)
		return 1;
	return mail_emit(&dir->mail, dir->bytes.data, dir->bytes.len,
	    file->arrived, emit, err) == -1 ? -1 : 1;
}

static void
maildir_cursor(const void *state, struct sm_buf *out)
{
	const struct maildir *dir = state;
	struct sm_buf seen = SM_BUF_INIT;

	if (sm_seen_clock(dir->seen) == 0)
		return;
	sm_seen_write(dir->seen, &seen);
	sm_json_open(out, NULL, '{');
	if (dir->newest != SM_TIME_NONE)
		sm_json_int(out, "newest", dir->newest);
	sm_json_str(out, "seen", sm_buf_str(&seen), seen.len);
	sm_json_close(out, '}');
	sm_buf_release(&seen);
}

const struct sm_source sm_source_maildir = {
	.name = "maildir",
	.summary = "mail in a Maildir: its folder",
	.open = maildir_open,
	.next = maildir_next,
	.cursor = maildir_cursor,
	.close = maildir_close,
};
