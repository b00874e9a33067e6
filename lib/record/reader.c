#include "record/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/xalloc.h"
#include "record/record.h"

#define BLOCK 262144		/* bytes that are gathered before they go out */
#define PADDING 64		/* readable behind the last line */
#define PIPE_SIZE 1048576	/* asked of the kernel */

struct sm_reader {
	int fd;
	bool own_fd;
	char *name;
	/* What was read and not given out: its start of a line. */
	char *data;
	size_t len, room;
	uint64_t line;		/* number of the line at data */
	bool end;
	bool passing;		/* inside a line that is too long */
	struct sm_block block;	/* for sm_reader_line */
	size_t at;		/* in block */
};

struct sm_reader *
sm_reader_new(int fd, const char *name)
{
	struct sm_reader *reader = sm_xcalloc(1, sizeof(*reader));

	reader->fd = fd;
	reader->name = sm_xstrdup(name);
	reader->line = 1;
	(void)fcntl(fd, F_SETPIPE_SZ, PIPE_SIZE); /* where it is a pipe */
	return reader;
}

struct sm_reader *
sm_reader_open(const char *path, struct sm_err *err)
{
	struct sm_reader *reader;
	int fd;

	if (strcmp(path, "-") == 0)
		return sm_reader_new(STDIN_FILENO, "standard input");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1) {
		sm_err_errno(err, SM_EXIT_NOINPUT, "cannot open '%s'", path);
		return NULL;
	}
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	reader = sm_reader_new(fd, path);
	reader->own_fd = true;
	return reader;
}

void
sm_reader_close(struct sm_reader *reader)
{
	if (!reader)
		return;
	if (reader->own_fd)
		close(reader->fd);
	sm_block_release(&reader->block);
	free(reader->name);
	free(reader->data);
	free(reader);
}

const char *
sm_reader_name(const struct sm_reader *reader)
{
	return reader->name;
}

void
sm_block_release(struct sm_block *block)
{
	free(block->data);
	*block = (struct sm_block){ .data = NULL };
}

static bool
readable(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

	return poll(&poll_fd, 1, 0) == 1;
}

bool
sm_reader_ready(const struct sm_reader *reader)
{
	return reader->end ||
	    (!reader->passing && reader->len > 0 &&
	    memrchr(reader->data, '\n', reader->len)) ||
	    readable(reader->fd);
}

/* One read(2), to the end of what is there.  0, or -1 and err. */
static int
fill(struct sm_reader *reader, struct sm_err *err)
{
	ssize_t n;

	if (reader->room - reader->len < BLOCK / 4 + PADDING)
		reader->data = sm_xgrow(reader->data, &reader->room,
		    reader->len + BLOCK + PADDING, 1);
	do
		n = read(reader->fd, reader->data + reader->len,
		    reader->room - reader->len - PADDING);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return sm_err_errno(err, errno == EISDIR ? SM_EXIT_NOINPUT :
		    SM_EXIT_IO, "cannot read '%s'", reader->name);
	if (n == 0)
		reader->end = true;
	reader->len += (size_t)n;
	return 0;
}

static uint64_t
count_lines(const char *data, size_t len)
{
	const char *end = data + len;
	uint64_t count = 0;

	while ((data = memchr(data, '\n', (size_t)(end - data)))) {
		count++;
		data++;
	}
	return count;
}

/*
 * Gives the first len bytes, whole lines, to the block: by changing buffers,
 * so that only the rest is copied.
 */
static void
give(struct sm_reader *reader, struct sm_block *block, size_t len)
{
	size_t rest = reader->len - len, room = block->room;
	char *data = block->data;

	if (room < rest + PADDING)
		data = sm_xgrow(data, &room, rest + BLOCK + PADDING, 1);
	memcpy(data, reader->data + len, rest);
	block->data = reader->data;
	block->room = reader->room;
	block->len = len;
	block->line = reader->line;
	block->lines = count_lines(block->data, len);
	memset(block->data + len, 0, PADDING);
	reader->line += block->lines;
	reader->data = data;
	reader->room = room;
	reader->len = rest;
}

static void
drop(struct sm_reader *reader, size_t len)
{
	memmove(reader->data, reader->data + len, reader->len - len);
	reader->len -= len;
}

/*
 * Passes over a line that is too long, at its end counts it.  True when it is
 * behind us.
 */
static bool
pass_over(struct sm_reader *reader)
{
	char *lf = memchr(reader->data, '\n', reader->len);

	if (!lf) {
		reader->len = 0;
		return reader->end;
	}
	drop(reader, (size_t)(lf + 1 - reader->data));
	return true;
}

/* The first line when it is longer than allowed, or begins so. */
static bool
begins_too_long(const struct sm_reader *reader)
{
	size_t look = reader->len;

	if (look <= SM_RECORD_MAX)
		return false;
	return !memchr(reader->data, '\n', SM_RECORD_MAX + 1);
}

/*
 * How many of len bytes of whole lines come before one that is too long (all,
 * where none is).
 */
static size_t
good_lines(const char *data, size_t len)
{
	const char *p = data, *end = data + len;

	if (len <= SM_RECORD_MAX)
		return len;
	while (p < end) {
		const char *lf = memchr(p, '\n', (size_t)(end - p));

		if ((size_t)(lf - p) > SM_RECORD_MAX)
			break;
		p = lf + 1;
	}
	return (size_t)(p - data);
}

/* Nothing but the rest of a line at the end of the input. */
static enum sm_read
finish(struct sm_reader *reader, struct sm_block *block)
{
	block->len = 0;
	block->lines = 0;
	block->line = reader->line;
	if (reader->len == 0)
		return SM_READ_END;
	reader->len = 0;
	return SM_READ_CUT;
}

enum sm_read
sm_reader_block(struct sm_reader *reader, struct sm_block *block,
    struct sm_err *err)
{
	for (;;) {
		char *lf;

		if (reader->passing && reader->len + reader->end > 0 &&
		    pass_over(reader)) {
			reader->passing = false;
			block->len = 0;
			block->lines = 0;
			block->line = reader->line++;
			return SM_READ_LONG;
		}
		if (!reader->passing && begins_too_long(reader)) {
			reader->passing = true;
			continue;
		}
		lf = reader->passing || reader->len == 0 ? NULL :
		    memrchr(reader->data, '\n', reader->len);
		if (lf && (reader->end || reader->len >= BLOCK ||
		    !readable(reader->fd))) {
			give(reader, block, good_lines(reader->data,
			    (size_t)(lf + 1 - reader->data)));
			return SM_READ_OK;
		}
		if (reader->end)
			return finish(reader, block);
		if (fill(reader, err) == -1)
			return SM_READ_FAILED;
	}
}

enum sm_read
sm_reader_line(struct sm_reader *reader, const char **line, size_t *len,
    uint64_t *number, struct sm_err *err)
{
	struct sm_block *block = &reader->block;
	const char *lf;

	if (reader->at == block->len) {
		enum sm_read got = sm_reader_block(reader, block, err);

		reader->at = 0;
		*number = block->line;
		if (got != SM_READ_OK)
			return got;
	}
	*line = block->data + reader->at;
	lf = memchr(*line, '\n', block->len - reader->at);
	*len = (size_t)(lf - *line);
	reader->at += *len + 1;
	*number = block->line++;
	return SM_READ_OK;
}
