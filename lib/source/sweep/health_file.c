#include "source/sweep/health_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/path.h"
#include "base/xalloc.h"
#include "record/json.h"
#include "record/record.h"
#include "source/sweep/replace.h"

enum { TIMES = 6, NUMBERS = 17 };

/* What is more was not written by us; it would overflow where it is added. */
#define NUMBER_MAX INT64_C(100000000000000000)
#define RATE_MAX 100000000

struct slots {
	int source, error, open, rate, time[TIMES], number[NUMBERS];
};

struct entry {
	struct sm_health health;
	bool touched;
};

struct sm_health_file {
	char *path;
	struct sm_paths *paths;
	struct sm_record *rec;
	struct slots slots;
	struct entry *entries;
	size_t count, room;
	size_t *table;		/* of entries, index + 1, by name */
	size_t buckets;		/* a power of 2 */
};

/* ---- A line ------------------------------------------------------------ */

struct time_field { const char *name; int64_t *value; };

static void
time_fields(struct sm_health *h, struct time_field fields[TIMES])
{
	const struct time_field all[TIMES] = {
		{ "first", &h->first }, { "asked", &h->asked },
		{ "success", &h->success }, { "post", &h->post },
		{ "said", &h->said }, { NULL, NULL }
	};

	memcpy(fields, all, sizeof(all));
}

struct number_field { const char *name; int64_t *value; };

/* failures, code and said_code go through copies[3]. */
static void
number_fields(struct sm_health *h, int64_t copies[3],
    struct number_field fields[NUMBERS])
{
	const struct number_field all[NUMBERS] = {
		{ "every", &h->every }, { "posts", &h->posts },
		{ "failures", &copies[0] }, { "code", &copies[1] },
		{ "said_code", &copies[2] }, { "learnt", &h->learnt },
		{ "hours", &h->hours }, { "seen", &h->seen },
		{ "hoped", &h->hoped }, { "error_sum", &h->error_sum },
		{ "rate_sum", &h->rate_sum }, { "longest", &h->longest },
		{ "waited", &h->waited }, { "quiet_from", &h->quiet_from },
		{ "quiet_to", &h->quiet_to }, { "held", &h->held },
		{ NULL, NULL }
	};

	memcpy(fields, all, sizeof(all));
}

static void
find_slots(struct sm_health_file *file)
{
	struct sm_health none;
	struct time_field times[TIMES];
	struct number_field numbers[NUMBERS];
	int64_t copies[3];

	file->slots.source = sm_paths_add(file->paths, "source");
	file->slots.error = sm_paths_add(file->paths, "error");
	file->slots.open = sm_paths_add(file->paths, "open");
	file->slots.rate = sm_paths_add(file->paths, "rate");
	time_fields(&none, times);
	for (int i = 0; times[i].name; i++)
		file->slots.time[i] = sm_paths_add(file->paths,
		    times[i].name);
	number_fields(&none, copies, numbers);
	for (int i = 0; numbers[i].name; i++)
		file->slots.number[i] = sm_paths_add(file->paths,
		    numbers[i].name);
}

/* Whole numbers of the array at slot, 0 to most, at most count. */
static void
read_array(const struct sm_record *rec, int slot, int64_t most, int64_t *out,
    int count)
{
	struct sm_items items;
	struct sm_value item;

	memset(out, 0, (size_t)count * sizeof(*out));
	if (!sm_items_begin(&items, sm_record_value(rec, slot)))
		return;
	for (int i = 0; i < count && sm_items_next(&items, &item); i++)
		if (!sm_value_int(&item, &out[i]) || out[i] < 0 ||
		    out[i] > most)
			out[i] = 0;
}

static void
read_line(struct sm_health_file *file, struct sm_health *h)
{
	struct time_field times[TIMES];
	struct number_field numbers[NUMBERS];
	int64_t copies[3], open[SM_HEALTH_OPEN];
	size_t len = 0;
	const char *error;

	time_fields(h, times);
	for (int i = 0; times[i].name; i++)
		if (!sm_record_time(file->rec, file->slots.time[i],
		    times[i].value))
			*times[i].value = SM_TIME_NONE;
	number_fields(h, copies, numbers);
	for (int i = 0; numbers[i].name; i++)
		if (!sm_record_int(file->rec, file->slots.number[i],
		    numbers[i].value) || *numbers[i].value < 0 ||
		    *numbers[i].value > NUMBER_MAX)
			*numbers[i].value = 0;
	h->failures = (int)(copies[0] > 1000000 ? 1000000 : copies[0]);
	h->code = (enum sm_exit)(copies[1] & 255);
	h->said_code = (enum sm_exit)(copies[2] & 255);
	read_array(file->rec, file->slots.rate, RATE_MAX, h->rate,
	    SM_HEALTH_WEEK);
	read_array(file->rec, file->slots.open, RATE_MAX, open,
	    SM_HEALTH_OPEN);
	for (int i = 0; i < SM_HEALTH_OPEN; i++)
		h->open[i] = (uint32_t)open[i];
	error = sm_record_str(file->rec, file->slots.error, &len);
	if (len >= sizeof(h->error))
		len = sizeof(h->error) - 1;
	if (error)
		memcpy(h->error, error, len);
	h->error[error ? len : 0] = '\0';
}

static void
write_line(const struct sm_health *given, struct sm_buf *out)
{
	struct sm_health h = *given;
	struct time_field times[TIMES];
	struct number_field numbers[NUMBERS];
	int64_t copies[3] = { h.failures, h.code, h.said_code };

	sm_json_open(out, NULL, '{');
	sm_json_strz(out, "source", h.source);
	time_fields(&h, times);
	for (int i = 0; times[i].name; i++)
		if (*times[i].value != SM_TIME_NONE)
			sm_json_time(out, times[i].name, *times[i].value);
	number_fields(&h, copies, numbers);
	for (int i = 0; numbers[i].name; i++)
		if (*numbers[i].value != 0)
			sm_json_int(out, numbers[i].name, *numbers[i].value);
	if (h.error[0])
		sm_json_strz(out, "error", h.error);
	sm_json_open(out, "open", '[');
	for (int i = 0; i < SM_HEALTH_OPEN; i++)
		sm_json_int(out, NULL, h.open[i]);
	sm_json_close(out, ']');
	sm_json_open(out, "rate", '[');
	for (int i = 0; i < SM_HEALTH_WEEK && h.hours > 0; i++)
		sm_json_int(out, NULL, h.rate[i]);
	sm_json_close(out, ']');
	sm_json_close(out, '}');
	sm_buf_addc(out, '\n');
}

/* ---- The table of them ------------------------------------------------- */

/* Where the name's entry stands in the table, or would stand. */
static size_t *
bucket(const struct sm_health_file *file, const char *source)
{
	size_t at = (size_t)sm_hash(source, strlen(source));

	for (;; at++) {
		size_t *slot = &file->table[at & (file->buckets - 1)];

		if (*slot == 0 || strcmp(
		    file->entries[*slot - 1].health.source, source) == 0)
			return slot;
	}
}

static void
grow(struct sm_health_file *file)
{
	if (2 * (file->count + 1) <= file->buckets)
		return;
	free(file->table);
	file->buckets = file->buckets ? 2 * file->buckets : 64;
	file->table = sm_xcalloc(file->buckets, sizeof(*file->table));
	for (size_t i = 0; i < file->count; i++)
		*bucket(file, file->entries[i].health.source) = i + 1;
}

static struct entry *
get(struct sm_health_file *file, const char *source)
{
	size_t *slot;

	grow(file);
	slot = bucket(file, source);
	if (*slot == 0) {
		file->entries = sm_xgrow(file->entries, &file->room,
		    file->count + 1, sizeof(*file->entries));
		sm_health_init(&file->entries[file->count].health, source);
		file->entries[file->count].touched = false;
		*slot = ++file->count;
	}
	return &file->entries[*slot - 1];
}

struct sm_health *
sm_health_file_get(struct sm_health_file *file, const char *source)
{
	return &get(file, source)->health;
}

void
sm_health_file_touch(struct sm_health_file *file, const char *source)
{
	get(file, source)->touched = true;
}

const struct sm_health *
sm_health_file_find(const struct sm_health_file *file, const char *source)
{
	size_t slot = file->buckets ? *bucket(file, source) : 0;

	return slot ? &file->entries[slot - 1].health : NULL;
}

const struct sm_health *
sm_health_file_nth(const struct sm_health_file *file, size_t index)
{
	return index < file->count ? &file->entries[index].health : NULL;
}

/* ---- The file ---------------------------------------------------------- */

/* Entries that were touched here stay as they are here. */
static void
take_line(struct sm_health_file *file, const char *line, size_t len)
{
	struct entry *entry;
	struct sm_err err;
	const char *source;
	char *name;
	size_t n;

	if (sm_record_parse(file->rec, line, len, &err) == -1)
		return;
	source = sm_record_str(file->rec, file->slots.source, &n);
	if (!source || n == 0 || memchr(source, '\0', n))
		return;
	name = sm_xstrndup(source, n);
	entry = get(file, name);
	if (!entry->touched)
		read_line(file, &entry->health);
	free(name);
}

static int
read_file(struct sm_health_file *file, struct sm_err *err)
{
	struct sm_buf text = SM_BUF_INIT;
	int fd = open(file->path, O_RDONLY | O_CLOEXEC), ret = 0;
	const char *s, *end, *stop;

	if (fd == -1 && errno == ENOENT)
		return 0;
	if (fd == -1 || sm_buf_read(&text, fd, SM_HEALTH_FILE_MAX) == -1)
		ret = sm_err_errno(err, SM_EXIT_IO, "cannot read '%s'",
		    file->path);
	s = sm_buf_str(&text);
	end = s + text.len;
	for (; s < end && (stop = memchr(s, '\n', (size_t)(end - s)));
	    s = stop + 1)
		take_line(file, s, (size_t)(stop - s));
	if (fd != -1)
		close(fd);
	sm_buf_release(&text);
	return ret;
}

struct sm_health_file *
sm_health_file_open(const char *path, struct sm_err *err)
{
	struct sm_health_file *file = sm_xcalloc(1, sizeof(*file));

	file->path = sm_xstrdup(path);
	file->paths = sm_paths_new();
	find_slots(file);
	file->rec = sm_record_new(file->paths);
	if (read_file(file, err) == 0)
		return file;
	sm_health_file_close(file);
	return NULL;
}

void
sm_health_file_close(struct sm_health_file *file)
{
	if (!file)
		return;
	for (size_t i = 0; i < file->count; i++)
		sm_health_release(&file->entries[i].health);
	sm_record_free(file->rec);
	sm_paths_free(file->paths);
	free(file->entries);
	free(file->table);
	free(file->path);
	free(file);
}

static bool
is_touched(const struct sm_health_file *file)
{
	for (size_t i = 0; i < file->count; i++)
		if (file->entries[i].touched)
			return true;
	return false;
}

/* What others wrote meanwhile is read again first. */
static int
merge(struct sm_health_file *file, struct sm_err *err)
{
	struct sm_buf text = SM_BUF_INIT;
	int ret = read_file(file, err);

	for (size_t i = 0; ret == 0 && i < file->count; i++)
		write_line(&file->entries[i].health, &text);
	if (ret == 0)
		ret = sm_replace_file(file->path, &text, err);
	for (size_t i = 0; ret == 0 && i < file->count; i++)
		file->entries[i].touched = false;
	sm_buf_release(&text);
	return ret;
}

int
sm_health_file_write(struct sm_health_file *file, struct sm_err *err)
{
	char *path;
	int fd, ret;

	if (!is_touched(file))
		return 0;
	if (sm_path_make_parent(file->path, err) == -1)
		return -1;
	path = sm_xasprintf("%s.lock", file->path);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0660);
	if (fd == -1 || flock(fd, LOCK_EX) == -1)
		ret = sm_err_errno(err, SM_EXIT_CANTCREAT,
		    "cannot lock '%s'", path);
	else
		ret = merge(file, err);
	if (fd != -1)
		close(fd);
	free(path);
	return ret;
}
