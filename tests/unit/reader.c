/*
 * The reader gives the same lines however the input is cut into pieces, passes
 * over what is too long, and never waits with a line in its hands.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "record/reader.h"
#include "record/record.h"
#include "random.h"
#include "tap.h"

/* Writes data to a pipe in pieces of at most piece bytes, from a child. */
static int
feed(const struct sm_buf *data, unsigned piece, pid_t *child)
{
	int ends[2];

	if (pipe(ends) == -1)
		exit(1);
	*child = fork();
	if (*child == 0) {
		size_t at = 0;

		close(ends[0]);
		while (at < data->len) {
			size_t size = 1 + random_below(piece);
			ssize_t n;

			if (size > data->len - at)
				size = data->len - at;
			n = write(ends[1], data->data + at, size);
			if (n <= 0)
				_exit(1);
			at += (size_t)n;
		}
		_exit(0);
	}
	close(ends[1]);
	return ends[0];
}

/* A text of what was read: hashes of lines, L and C for long and cut. */
static void
read_all(struct sm_reader *reader, struct sm_buf *out)
{
	enum sm_read got;
	const char *line;
	uint64_t number;
	size_t len;

	while ((got = sm_reader_line(reader, &line, &len, &number, NULL)) >
	    SM_READ_END) {
		sm_buf_addf(out, "%llu", (unsigned long long)number);
		if (got == SM_READ_OK)
			sm_buf_addf(out, ":%zu:%llx\n", len,
			    (unsigned long long)sm_hash(line, len));
		else
			sm_buf_adds(out, got == SM_READ_LONG ? ":L\n" :
			    ":C\n");
	}
	sm_buf_addf(out, "end %d\n", got);
}

/* The same, by looking at the whole text at once. */
static void
expect(const struct sm_buf *data, struct sm_buf *out)
{
	const char *p = data->data, *end = p + data->len, *lf;
	unsigned long long number = 1;

	for (; (lf = memchr(p, '\n', (size_t)(end - p))); p = lf + 1,
	    number++) {
		size_t len = (size_t)(lf - p);

		if (len > SM_RECORD_MAX)
			sm_buf_addf(out, "%llu:L\n", number);
		else
			sm_buf_addf(out, "%llu:%zu:%llx\n", number, len,
			    (unsigned long long)sm_hash(p, len));
	}
	if (end - p > SM_RECORD_MAX)
		sm_buf_addf(out, "%llu:L\n", number);
	else if (p < end)
		sm_buf_addf(out, "%llu:C\n", number);
	sm_buf_adds(out, "end 0\n");
}

static void
add_line(struct sm_buf *data, size_t len)
{
	char *to = sm_buf_reserve(data, len + 1);

	for (size_t i = 0; i < len; i++)
		to[i] = (char)('a' + random_below(26));
	data->len += len;
	sm_buf_addc(data, '\n');
}

static void
test_pieces(const struct sm_buf *data, const char *name)
{
	static const unsigned pieces[] = { 1000, 70000, 2000000 };
	struct sm_buf want = SM_BUF_INIT, got = SM_BUF_INIT;

	expect(data, &want);
	for (int i = 0; i < 3; i++) {
		struct sm_reader *reader;
		pid_t child;
		int fd = feed(data, pieces[i], &child);

		sm_buf_clear(&got);
		reader = sm_reader_new(fd, "pipe");
		read_all(reader, &got);
		sm_reader_close(reader);
		close(fd);
		waitpid(child, NULL, 0);
		ok(strcmp(sm_buf_str(&got), sm_buf_str(&want)) == 0, name);
	}
	sm_buf_release(&want);
	sm_buf_release(&got);
}

/* What is there comes out while the other side stays open. */
static void
test_live(void)
{
	struct sm_reader *reader;
	struct sm_block block = { .data = NULL };
	int ends[2];

	if (pipe(ends) == -1)
		exit(1);
	reader = sm_reader_new(ends[0], "pipe");
	ok(!sm_reader_ready(reader), "an empty pipe is not ready");
	ok(write(ends[1], "one\ntwo\nthr", 11) == 11, "two and a half lines");
	ok(sm_reader_ready(reader), "a pipe with a line is ready");
	is_int(sm_reader_block(reader, &block, NULL), SM_READ_OK,
	    "they come out without waiting");
	is_int(block.len, 8, "the whole ones");
	ok(!sm_reader_ready(reader), "for the rest one has to wait");
	ok(write(ends[1], "ee\n", 3) == 3, "the rest comes");
	is_int(sm_reader_block(reader, &block, NULL), SM_READ_OK, "and out");
	is_int(block.line, 3, "as line 3");
	close(ends[1]);
	is_int(sm_reader_block(reader, &block, NULL), SM_READ_END,
	    "then it is over");
	sm_reader_close(reader);
	sm_block_release(&block);
	close(ends[0]);
}

int
main(void)
{
	struct sm_buf data = SM_BUF_INIT;
	struct sm_err err;

	signal(SIGPIPE, SIG_IGN);
	test_live();
	for (int i = 0; i < 3000; i++)
		add_line(&data, random_below(900));
	test_pieces(&data, "many lines, in pieces of any size");
	add_line(&data, SM_RECORD_MAX);
	add_line(&data, SM_RECORD_MAX + 1);
	add_line(&data, 10);
	add_line(&data, 5000000);
	add_line(&data, 3000000);
	for (int i = 0; i < 1000; i++)
		add_line(&data, random_below(900));
	test_pieces(&data, "with lines that are too long among them");
	sm_buf_adds(&data, "no line feed");
	test_pieces(&data, "and a last one that is cut");
	sm_buf_clear(&data);
	add_line(&data, 2000000);
	sm_buf_cut(&data, data.len - 1);
	test_pieces(&data, "nothing but a long line without an end");
	sm_buf_clear(&data);
	sm_buf_adds(&data, "\n\n\n");
	test_pieces(&data, "empty lines are lines");
	ok(!sm_reader_open("/nowhere/at/all", &err), "no file");
	is_int(err.code, SM_EXIT_NOINPUT, "is status 66");
	sm_buf_release(&data);
	return plan_done();
}
