/* The files of gammu-smsd's inbox, and which of them are one message. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "source/sms.h"

/* n digits at *s as a number, and what follows; -1: there are none. */
static int
digits(const char **s, int n)
{
	int value = 0;

	for (; n > 0; n--, (*s)++) {
		if (!isdigit((unsigned char)**s))
			return -1;
		value = value * 10 + (**s - '0');
	}
	return value;
}

/* The modem's clock is taken to be that of this machine. */
static int64_t
local_time(int date, int clock)
{
	struct tm tm = {
		.tm_year = date / 10000 - 1900,
		.tm_mon = date / 100 % 100 - 1,
		.tm_mday = date % 100,
		.tm_hour = clock / 10000,
		.tm_min = clock / 100 % 100,
		.tm_sec = clock % 100,
		.tm_isdst = -1
	};

	return (int64_t)mktime(&tm);
}

bool
sms_name(struct sms_file *file)
{
	const char *s = file->name, *dot = strrchr(s, '.'), *last;
	int date, clock;

	if (strncmp(s, "IN", 2) != 0 || !dot || strcmp(dot, ".txt") != 0)
		return false;
	s += 2;
	date = digits(&s, 8);
	if (date == -1 || *s++ != '_')
		return false;
	clock = digits(&s, 6);
	if (clock == -1 || *s++ != '_')
		return false;
	file->serial = digits(&s, 2);
	if (file->serial == -1 || *s++ != '_')
		return false;
	for (last = dot; last > s && last[-1] != '_'; last--)
		if (!isdigit((unsigned char)last[-1]))
			return false;
	if (last == s || last == dot || dot - last > 3)
		return false;
	file->sender = s;
	file->sender_len = (size_t)(last - 1 - s);
	file->part = digits(&last, (int)(dot - last));
	file->sent = local_time(date, clock);
	return file->part < SMS_PARTS;
}

bool
sms_number(const struct sms_file *file, const char *country, char *out,
    size_t size)
{
	const char *s = file->sender;
	size_t len = file->sender_len, n = 0;

	for (size_t i = *s == '+'; i < len; i++)
		if (!isdigit((unsigned char)s[i]))
			return false;
	if (len < 5 || len > 16 || size < 32)
		return false;
	if (*s == '+') {
		s++;
		len--;
	} else if (s[0] == '0' && s[1] == '0') {
		s += 2;
		len -= 2;
	} else if (len < 7)
		return false;	/* a short number of the operator's */
	else if (country) {
		s += *s == '0';
		len -= s != file->sender;
		while (*country == '+')
			country++;
		while (isdigit((unsigned char)*country) && n < 4)
			out[1 + n++] = *country++;
	} else {
		memcpy(out, s, len);
		out[len] = '\0';
		return true;
	}
	out[0] = '+';
	memcpy(out + 1 + n, s, len);
	out[1 + n + len] = '\0';
	return true;
}

static int
by_time(const void *a, const void *b)
{
	const struct sms_file *one = a, *other = b;

	if (one->sent != other->sent)
		return one->sent < other->sent ? -1 : 1;
	return strcmp(one->name, other->name);
}

static bool
same_message(const struct sms_file *a, const struct sms_file *b)
{
	return a->serial == b->serial && a->sender_len == b->sender_len &&
	    memcmp(a->sender, b->sender, a->sender_len) == 0;
}

/* Whether head's message already has that part. */
static bool
has_part(const struct sms_folder *folder, int head, int part)
{
	for (int i = -1; (i = sms_next_part(folder, head, i)) != -1;)
		if (folder->files[i].part == part)
			return true;
	return false;
}

/* The first part that a part belongs to: the nearest in time, or -1. */
static int
find_head(const struct sms_folder *folder, int at)
{
	const struct sms_file *file = &folder->files[at];
	int best = -1, count = (int)folder->count;
	int64_t distance = SMS_APART + 1;

	for (int step = -1; step <= 1; step += 2) {
		for (int i = at + step; i >= 0 && i < count; i += step) {
			const struct sms_file *other = &folder->files[i];
			int64_t away = llabs(other->sent - file->sent);

			if (away > SMS_APART || away >= distance)
				break;
			if (other->part != 0 ||
			    !same_message(file, other) ||
			    has_part(folder, i, file->part))
				continue;
			best = i;
			distance = away;
		}
	}
	return best;
}

/* Parts whose first is missing follow the lowest of them. */
static int
find_orphan_head(const struct sms_folder *folder, int at)
{
	const struct sms_file *file = &folder->files[at];

	for (int i = at - 1; i >= 0; i--) {
		const struct sms_file *other = &folder->files[i];

		if (file->sent - other->sent > SMS_APART)
			break;
		if (other->head == -1 && other->part > 0 &&
		    same_message(file, other) &&
		    !has_part(folder, i, file->part))
			return i;
	}
	return -1;
}

static void
find_messages(struct sms_folder *folder)
{
	for (int part = 1; part < SMS_PARTS; part++) {
		bool any = false;

		for (int i = 0; i < (int)folder->count; i++) {
			struct sms_file *file = &folder->files[i];

			any = any || file->part > part;
			if (file->part != part)
				continue;
			file->head = find_head(folder, i);
			if (file->head == -1)
				file->head = find_orphan_head(folder, i);
		}
		if (!any)
			break;
	}
}

int
sms_next_part(const struct sms_folder *folder, int head, int after)
{
	int part = after == -1 ? -1 : folder->files[after].part;
	int best = -1;
	int64_t late = folder->files[head].sent + SMS_APART;

	for (int i = head; i < (int)folder->count &&
	    folder->files[i].sent <= late; i++) {
		const struct sms_file *file = &folder->files[i];

		if ((i == head || file->head == head) && file->part > part &&
		    (best == -1 || file->part < folder->files[best].part))
			best = i;
	}
	for (int i = head - 1; i >= 0 &&
	    folder->files[i].sent + SMS_APART >= folder->files[head].sent;
	    i--) {
		const struct sms_file *file = &folder->files[i];

		if (file->head == head && file->part > part &&
		    (best == -1 || file->part < folder->files[best].part))
			best = i;
	}
	return best;
}

static void
add_file(struct sms_folder *folder, size_t *room, int fd, const char *name)
{
	struct sms_file file = { .head = -1 };
	struct stat st;

	file.name = sm_xstrdup(name);
	if (folder->count == SMS_FILES || !sms_name(&file) ||
	    fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == -1 ||
	    !S_ISREG(st.st_mode)) {
		free(file.name);
		return;
	}
	file.arrived = (int64_t)st.st_mtime;
	folder->files = sm_xgrow(folder->files, room, folder->count + 1,
	    sizeof(file));
	folder->files[folder->count++] = file;
}

int
sms_folder_read(struct sms_folder *folder, int fd, const char *path,
    struct sm_err *err)
{
	struct dirent *entry;
	size_t room = 0;
	int copy = dup(fd);
	DIR *dir = copy == -1 ? NULL : fdopendir(copy);

	if (!dir) {
		sm_err_errno(err, SM_EXIT_IO, "cannot read '%s'", path);
		if (copy != -1)
			close(copy);
		return -1;
	}
	rewinddir(dir);
	while ((errno = 0, entry = readdir(dir)))
		add_file(folder, &room, fd, entry->d_name);
	if (errno) {
		sm_err_errno(err, SM_EXIT_IO, "cannot read '%s'", path);
		closedir(dir);
		return -1;
	}
	closedir(dir);
	if (folder->count > 1)
		qsort(folder->files, folder->count, sizeof(*folder->files),
		    by_time);
	find_messages(folder);
	return 0;
}

void
sms_folder_release(struct sms_folder *folder)
{
	for (size_t i = 0; i < folder->count; i++)
		free(folder->files[i].name);
	free(folder->files);
	folder->files = NULL;
	folder->count = 0;
}
