#include "record/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/safe.h"
#include "base/xalloc.h"

#define BLOCK 262144		/* bytes before something is written */
#define PIPE_SIZE 1048576	/* asked of the kernel */

struct sm_writer {
	int fd;
	bool terminal;
	int failed;		/* errno of the first failure, or 0 */
	struct sm_buf buf;
};

struct sm_writer *
sm_writer_new(int fd)
{
	struct sm_writer *writer = sm_xcalloc(1, sizeof(*writer));

	writer->fd = fd;
	writer->terminal = isatty(fd);
	(void)fcntl(fd, F_SETPIPE_SZ, PIPE_SIZE); /* where it is a pipe */
	return writer;
}

void
sm_writer_free(struct sm_writer *writer)
{
	if (!writer)
		return;
	sm_buf_release(&writer->buf);
	free(writer);
}

static int
fail(struct sm_writer *writer, struct sm_err *err)
{
	errno = writer->failed;
	return sm_err_errno(err, SM_EXIT_IO, "cannot write the output");
}

static int
write_all(struct sm_writer *writer, const char *data, size_t len,
    struct sm_err *err)
{
	if (!writer->failed && sm_write_all(writer->fd, data, len) == -1)
		writer->failed = errno;
	return writer->failed ? fail(writer, err) : 0;
}

int
sm_writer_flush(struct sm_writer *writer, struct sm_err *err)
{
	int ret = write_all(writer, writer->buf.data, writer->buf.len, err);

	sm_buf_clear(&writer->buf);
	return ret;
}

/* Line by line: our own line feeds are not the posts'. */
static void
add_harmless(struct sm_writer *writer, const char *data, size_t len)
{
	const char *end = data + len;

	while (data < end) {
		const char *lf = memchr(data, '\n', (size_t)(end - data));
		const char *stop = lf ? lf : end;

		sm_safe(&writer->buf, data, (size_t)(stop - data),
		    SM_SAFE_JSON);
		if (lf)
			sm_buf_addc(&writer->buf, '\n');
		data = stop + (lf != NULL);
	}
}

int
sm_writer_add(struct sm_writer *writer, const char *data, size_t len,
    struct sm_err *err)
{
	if (writer->failed)
		return fail(writer, err);
	if (writer->terminal) {
		add_harmless(writer, data, len);
	} else if (len >= BLOCK / 4) {
		/* What is large already need not be copied once more. */
		if (sm_writer_flush(writer, err) == -1)
			return -1;
		return write_all(writer, data, len, err);
	} else {
		sm_buf_add(&writer->buf, data, len);
	}
	if (writer->buf.len >= BLOCK)
		return sm_writer_flush(writer, err);
	return 0;
}
