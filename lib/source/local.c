#include "source/local.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/xalloc.h"
#include "source/source.h"

#define PIECE 65536	/* bytes */

const char *
local_path(const char *where)
{
	if (strncmp(where, "file:", 5) != 0)
		return where;
	where += 5;
	return strncmp(where, "///", 3) == 0 ? where + 2 : where;
}

/* Whether a read would wait. */
static int
would_wait(int fd)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLIN };

	return poll(&pollfd, 1, 0) == 0;
}

static int
read_pieces(int fd, const char *path,
    int (*body)(void *arg, const char *data, size_t len, struct sm_err *err),
    int (*idle)(void *arg, struct sm_err *err), void *arg,
    struct sm_err *err)
{
	char *piece = sm_xmalloc(PIECE);
	ssize_t n = 1;
	int ret = 0;

	while (ret == 0 && n > 0) {
		if (would_wait(fd) && (ret = idle(arg, err)) == -1)
			break;
		n = read(fd, piece, PIECE);
		if (n == -1 && errno == EINTR)
			n = 1;
		else if (n == -1)
			ret = sm_err_errno(err, SM_EXIT_IO,
			    "cannot read '%s'", path);
		else if (n > 0)
			ret = body(arg, piece, (size_t)n, err);
	}
	free(piece);
	return ret;
}

void
local_read(const char *where,
    int (*begin)(void *arg, const struct sm_response *res,
    struct sm_err *err),
    int (*body)(void *arg, const char *data, size_t len, struct sm_err *err),
    void (*done)(void *arg, const struct sm_response *res,
    const struct sm_err *err),
    int (*idle)(void *arg, struct sm_err *err), void *arg)
{
	const char *path = local_path(where);
	bool input = strcmp(where, "-") == 0;
	struct sm_response res = { .status = 200, .url = where, .headers = "",
	    .headers_len = 0 };
	int fd = input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct sm_err err;
	int ret;

	if (fd == -1)
		ret = sm_err_errno(&err, SM_EXIT_NOINPUT, "cannot open '%s'",
		    path);
	else
		ret = begin(arg, &res, &err);
	if (ret == 0)
		ret = read_pieces(fd, input ? "standard input" : path, body,
		    idle, arg, &err);
	if (fd != -1 && !input)
		close(fd);
	if (ret == 0)
		done(arg, &res, NULL);
	else
		done(arg, NULL, &err);
}
