#include "source/sweep/ledger_line.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "record/record.h"

struct ledger_reader {
	struct sm_paths *paths;
	struct sm_record *rec;
	int day, account, source, unit[SM_UNITS];
};

struct ledger_reader *
ledger_reader_new(void)
{
	struct ledger_reader *reader = sm_xcalloc(1, sizeof(*reader));

	reader->paths = sm_paths_new();
	reader->day = sm_paths_add(reader->paths, "day");
	reader->account = sm_paths_add(reader->paths, "account");
	reader->source = sm_paths_add(reader->paths, "source");
	reader->unit[SM_UNIT_USD] = sm_paths_add(reader->paths, "micro_usd");
	reader->unit[SM_UNIT_CALLS] = sm_paths_add(reader->paths, "calls");
	reader->unit[SM_UNIT_POSTS] = sm_paths_add(reader->paths, "posts");
	reader->rec = sm_record_new(reader->paths);
	return reader;
}

void
ledger_reader_free(struct ledger_reader *reader)
{
	if (!reader)
		return;
	sm_record_free(reader->rec);
	sm_paths_free(reader->paths);
	free(reader);
}

/* The text at slot into room bytes, cut if need be; "" where there is none. */
static void
copy(struct ledger_reader *reader, int slot, char *to, size_t room)
{
	size_t len = 0;
	const char *s = sm_record_str(reader->rec, slot, &len);

	if (len >= room)
		len = room - 1;
	if (s)
		memcpy(to, s, len);
	to[s ? len : 0] = '\0';
}

bool
ledger_reader_take(struct ledger_reader *reader, const char *line, size_t len,
    struct sm_ledger_row *row)
{
	struct sm_err err;

	if (sm_record_parse(reader->rec, line, len, &err) == -1)
		return false;
	copy(reader, reader->day, row->day, sizeof(row->day));
	copy(reader, reader->account, row->account, sizeof(row->account));
	copy(reader, reader->source, row->source, sizeof(row->source));
	for (int unit = 0; unit < SM_UNITS; unit++)
		if (!sm_record_int(reader->rec, reader->unit[unit],
		    &row->amount.of[unit]))
			row->amount.of[unit] = 0;
	return strlen(row->day) == strlen("2026-11-22") && row->source[0];
}

static int
read_from(const char *path, int64_t offset, struct sm_buf *text,
    struct sm_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret = 0;

	if (fd == -1 && errno == ENOENT)
		return 0;
	if (fd == -1 || lseek(fd, (off_t)offset, SEEK_SET) == -1 ||
	    sm_buf_read(text, fd, LEDGER_FILE_MAX) == -1)
		ret = sm_err_errno(err, SM_EXIT_IO, "cannot read '%s'", path);
	if (fd != -1)
		close(fd);
	return ret;
}

int
ledger_reader_file(struct ledger_reader *reader, const char *path,
    int64_t *offset, void (*each)(void *arg, const struct sm_ledger_row *row),
    void *arg, size_t *bad, struct sm_err *err)
{
	struct sm_buf text = SM_BUF_INIT;
	struct sm_ledger_row row;
	int ret = read_from(path, *offset, &text, err);
	const char *s = sm_buf_str(&text), *end = s + text.len, *stop;

	for (; s < end && (stop = memchr(s, '\n', (size_t)(end - s)));
	    s = stop + 1) {
		if (ledger_reader_take(reader, s, (size_t)(stop - s), &row))
			each(arg, &row);
		else if (stop > s && bad)
			++*bad;
		*offset += stop + 1 - s;
	}
	sm_buf_release(&text);
	return ret;
}
