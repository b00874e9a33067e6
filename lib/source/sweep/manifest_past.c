/* Manifests that are there: the earliest for a replay, the old ones away. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "record/record.h"
#include "source/sweep/manifest.h"

#define FILE_MAX 1073741824	/* bytes of a manifest */
#define ID 36			/* characters of its id */
#define LEFT_S 86400		/* until what was left half done goes */

struct names {
	char **list;
	size_t count, room;
};

/* "<id>.ndjson", or with ".part" behind it. */
static bool
is_manifest(const char *name, bool *part)
{
	const char *end = name + ID;

	if (strspn(name, "0123456789abcdef-") != ID)
		return false;
	*part = strcmp(end, ".ndjson.part") == 0;
	return *part || strcmp(end, ".ndjson") == 0;
}

static int
compare(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

/* The manifests in the folder; ids sort as they were made. */
static int
list(const char *folder, struct names *names)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	bool part;

	if (!dir)
		return -1;
	while ((entry = readdir(dir))) {
		if (!is_manifest(entry->d_name, &part))
			continue;
		names->list = sm_xgrow(names->list, &names->room,
		    names->count + 1, sizeof(*names->list));
		names->list[names->count++] = sm_xstrdup(entry->d_name);
	}
	closedir(dir);
	if (names->count > 0)
		qsort(names->list, names->count, sizeof(*names->list),
		    compare);
	return 0;
}

static void
release(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->list[i]);
	free(names->list);
}

/* ---- The old ones away ------------------------------------------------- */

/* When its id was made: 48 bits of milliseconds stand first in it. */
static int64_t
time_of(const char *name)
{
	char digits[13];

	memcpy(digits, name, 8);
	memcpy(digits + 8, name + 9, 4);
	digits[12] = '\0';
	return (int64_t)(strtoull(digits, NULL, 16) / 1000);
}

void
sm_manifest_prune(const char *folder, int64_t keep_s, int64_t now)
{
	struct names names = { .list = NULL };
	int64_t all = 0;
	struct stat st;

	if (list(folder, &names) == -1)
		return;
	for (size_t i = names.count; i-- > 0;) {
		char *path = sm_xasprintf("%s/%s", folder, names.list[i]);
		int64_t age = now - time_of(names.list[i]);
		bool part = false;

		(void)is_manifest(names.list[i], &part);
		if (stat(path, &st) == 0)
			all += (int64_t)st.st_size;
		if (age > keep_s || all > SM_MANIFEST_ALL ||
		    (part && age > LEFT_S))
			(void)unlink(path);
		free(path);
	}
	release(&names);
}

/* ---- The earliest, for a replay ---------------------------------------- */

struct past {
	char *source, *cursor;
	int64_t window;
};

struct sm_manifest_past {
	struct past *list;
	size_t count, room;
};

struct reader {
	struct sm_paths *paths;
	struct sm_record *rec;
	int type, source, window, cursor;
};

static void
reader_init(struct reader *reader)
{
	reader->paths = sm_paths_new();
	reader->type = sm_paths_add(reader->paths, "type");
	reader->source = sm_paths_add(reader->paths, "source");
	reader->window = sm_paths_add(reader->paths, "window");
	reader->cursor = sm_paths_add(reader->paths, "cursor_before");
	reader->rec = sm_record_new(reader->paths);
}

static void
take_line(struct reader *reader, const char *line, size_t len,
    struct sm_manifest_past *past)
{
	const struct sm_value *cursor;
	struct past *one;
	struct sm_err err;
	const char *source;
	size_t n;

	if (sm_record_parse(reader->rec, line, len, &err) == -1 ||
	    !sm_record_is(reader->rec, reader->type, "source"))
		return;
	source = sm_record_str(reader->rec, reader->source, &n);
	if (!source)
		return;
	past->list = sm_xgrow(past->list, &past->room, past->count + 1,
	    sizeof(*past->list));
	one = &past->list[past->count++];
	one->source = sm_xstrndup(source, n);
	if (!sm_record_time(reader->rec, reader->window, &one->window))
		one->window = SM_TIME_NONE;
	cursor = sm_record_value(reader->rec, reader->cursor);
	one->cursor = cursor->type == SM_OBJECT ? sm_xstrndup(cursor->text,
	    cursor->len) : NULL;
}

static void
take_lines(const struct sm_buf *text, struct sm_manifest_past *past)
{
	const char *s = sm_buf_str(text), *end = s + text->len, *stop;
	struct reader reader;

	reader_init(&reader);
	for (; s < end && (stop = memchr(s, '\n', (size_t)(end - s)));
	    s = stop + 1)
		take_line(&reader, s, (size_t)(stop - s), past);
	sm_record_free(reader.rec);
	sm_paths_free(reader.paths);
}

/* The name of the earliest whole one; the caller frees; or NULL. */
static char *
earliest(const char *folder)
{
	struct names names = { .list = NULL };
	char *path = NULL;
	bool part;

	if (list(folder, &names) == -1)
		return NULL;
	for (size_t i = 0; i < names.count && !path; i++)
		if (is_manifest(names.list[i], &part) && !part)
			path = sm_xasprintf("%s/%s", folder, names.list[i]);
	release(&names);
	return path;
}

struct sm_manifest_past *
sm_manifest_read(const char *folder, struct sm_err *err)
{
	struct sm_manifest_past *past = NULL;
	struct sm_buf text = SM_BUF_INIT;
	char *path = earliest(folder);
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;

	err->code = SM_EXIT_OK;
	if (path && (fd == -1 || sm_buf_read(&text, fd, FILE_MAX) == -1))
		sm_err_errno(err, SM_EXIT_IO, "cannot read '%s'", path);
	else if (path) {
		past = sm_xcalloc(1, sizeof(*past));
		take_lines(&text, past);
	}
	if (fd != -1)
		close(fd);
	sm_buf_release(&text);
	free(path);
	return past;
}

void
sm_manifest_past_free(struct sm_manifest_past *past)
{
	if (!past)
		return;
	for (size_t i = 0; i < past->count; i++) {
		free(past->list[i].source);
		free(past->list[i].cursor);
	}
	free(past->list);
	free(past);
}

bool
sm_manifest_past_find(const struct sm_manifest_past *past, const char *source,
    int64_t *window, struct sm_buf *cursor)
{
	for (size_t i = 0; i < past->count; i++) {
		const struct past *one = &past->list[i];

		if (strcmp(one->source, source) != 0)
			continue;
		*window = one->window;
		if (one->cursor)
			sm_buf_adds(cursor, one->cursor);
		return true;
	}
	return false;
}
