#include "record/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
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

int
sm_writer_flush(struct sm_writer *writer, struct sm_err *err)
{
	size_t done = 0;

	while (done < writer->buf.len && !writer->failed) {
		ssize_t n = write(writer->fd, writer->buf.data + done,
		    writer->buf.len - done);

		if (n == -1 && errno != EINTR)
			writer->failed = errno;
		else if (n > 0)
			done += (size_t)n;
	}
	sm_buf_clear(&writer->buf);
	return writer->failed ? fail(writer, err) : 0;
}

int
sm_writer_add(struct sm_writer *writer, const char *data, size_t len,
    struct sm_err *err)
{
	if (writer->failed)
		return fail(writer, err);
	if (!writer->terminal) {
		sm_buf_add(&writer->buf, data, len);
	} else {
		/* Line by line: our own line feeds are not the posts'. */
		const char *end = data + len;

		while (data < end) {
			const char *stop = data;

			while (stop < end && *stop != '\n')
				stop++;
			sm_safe(&writer->buf, data, (size_t)(stop - data),
			    SM_SAFE_JSON);
			if (stop < end) {
				sm_buf_addc(&writer->buf, '\n');
				stop++;
			}
			data = stop;
		}
	}
	if (writer->buf.len >= BLOCK)
		return sm_writer_flush(writer, err);
	return 0;
}
