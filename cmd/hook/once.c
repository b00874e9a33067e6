/* One request: from a web server (CGI), or as HTTP on standard input. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/xalloc.h"
#include "hook.h"
#include "source/hook/hook.h"
#include "source/hook/hook_request.h"

#define PIECE 65536

static long
now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/*
 * Some bytes of standard input into piece: how many, 0 at the end, -1 where
 * none came in time or it cannot be read.
 */
static ssize_t
read_some(char *piece, size_t size, long until)
{
	for (;;) {
		struct pollfd wait = { .fd = STDIN_FILENO, .events = POLLIN };
		long left = until - now_ms();
		int n = left > 0 ? poll(&wait, 1, (int)left) : 0;
		ssize_t got;

		if (n == 0 || (n == -1 && errno != EINTR))
			return -1;
		if (n == -1)
			continue;
		got = read(STDIN_FILENO, piece, size);
		if (got >= 0 || (errno != EINTR && errno != EAGAIN))
			return got;
	}
}

static enum sm_exit
write_answer(const struct sm_hook_answer *answer, bool cgi)
{
	struct sm_buf out = SM_BUF_INIT;
	int ret;

	hook_write(answer, cgi, &out);
	ret = sm_write_all(STDOUT_FILENO, out.data, out.len);
	sm_buf_release(&out);
	if (ret == 0)
		return SM_EXIT_OK;
	sm_warn("cannot write the answer: %s", strerror(errno));
	return SM_EXIT_IO;
}

/* Until the request is whole: 0, or the HTTP status. */
static int
read_http(struct sm_hook_request *req)
{
	char *piece = sm_xmalloc(PIECE);
	long until = now_ms() + HOOK_TIME_S * 1000L;
	int status = 0;

	while (status == 0) {
		ssize_t n = read_some(piece, PIECE, until);

		if (n <= 0) {
			status = n == 0 ? 400 : 408;
			break;
		}
		status = sm_hook_request_take(req, piece, (size_t)n);
		if (status == 0 && req->waits) {
			static const char go[] =
			    "HTTP/1.1 100 Continue\r\n\r\n";

			(void)sm_write_all(STDOUT_FILENO, go, sizeof(go) - 1);
			req->waits = false;
		}
	}
	free(piece);
	return status == 1 ? 0 : status;
}

/* The body, whose length the web server said. */
static int
read_body(struct sm_hook_request *req)
{
	long until = now_ms() + HOOK_TIME_S * 1000L;

	while (req->body.len < req->want) {
		size_t left = req->want - req->body.len;
		char *to = sm_buf_reserve(&req->body, left);
		ssize_t n = read_some(to, left, until);

		if (n <= 0)
			return n == 0 ? 400 : 408;
		req->body.len += (size_t)n;
		req->body.data[req->body.len] = '\0';
	}
	return 0;
}

/* status: what went wrong while it was read, or 0. */
static enum sm_exit
answer_one(struct hook_run *run, struct sm_hook_request *req, int status,
    bool cgi)
{
	struct sm_hook_answer answer = { .status = status };
	enum sm_exit code;

	if (status) {
		sm_warn("answered %d: the request could not be read", status);
		hook_refuse(&answer, status);
	} else
		hook_handle(run, req, &answer);
	code = write_answer(&answer, cgi);
	sm_buf_release(&answer.body);
	sm_hook_request_release(req);
	return code;
}

enum sm_exit
hook_cgi(struct hook_run *run)
{
	struct sm_hook_request req;
	int status;

	sm_hook_request_init(&req, run->max_body);
	status = sm_hook_request_cgi(&req, environ);
	if (status == 0)
		status = read_body(&req);
	return answer_one(run, &req, status, true);
}

enum sm_exit
hook_stdin(struct hook_run *run)
{
	struct sm_hook_request req;

	sm_hook_request_init(&req, run->max_body);
	return answer_one(run, &req, read_http(&req), false);
}
