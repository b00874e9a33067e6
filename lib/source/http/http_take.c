/* What an answer brings: its head, its body, and the caps on both. */
#include <string.h>
#include <strings.h>

#include "source/auth/auth_impl.h"
#include "source/http/http_impl.h"

static int
fail(struct job *job, enum sm_exit code, const char *text)
{
	job->ended = true;
	return sm_err_set(&job->err, code, "%s", text);
}

/* A redirect's or a retry's head begins anew with its status line. */
size_t
http_on_head(char *line, size_t size, size_t count, void *arg)
{
	struct job *job = arg;
	size_t len = size * count;

	if (len >= 5 && strncasecmp(line, "HTTP/", 5) == 0) {
		sm_buf_clear(&job->head);
		return len;
	}
	if (job->head.len + len > SM_HTTP_HEAD) {
		fail(job, SM_EXIT_REFUSED, "the server's headers are too "
		    "long");
		return 0;
	}
	while (len > 0 && strchr("\r\n \t", line[len - 1]))
		len--;
	if (len > 0 && !memchr(line, '\0', len)) {
		sm_buf_add(&job->head, line, len);
		sm_buf_addc(&job->head, '\0');
	}
	return size * count;
}

struct sm_response
http_response(const struct job *job)
{
	struct sm_response res = {
		.status = job->status,
		.url = sm_buf_str(&job->url),
		.moved = job->hops > 0 && job->lasting == job->hops ?
		    sm_buf_str(&job->url) : NULL,
		.headers = sm_buf_str(&job->head),
		.headers_len = job->head.len,
		.raw = job->raw[0] ? job->raw : NULL,
		.account = job->secret ? job->want.auth->account : NULL,
		.until = job->until,
	};

	if (job->status / 100 != 2 && job->body.len > 0) {
		res.body = job->body.data;
		res.body_len = job->body.len < SM_ERROR_BODY ? job->body.len :
		    SM_ERROR_BODY;
	}
	return res;
}

static int
check_caps(struct job *job, size_t len)
{
	size_t max = job->want.req->max_body ? job->want.req->max_body :
	    SM_HTTP_BODY;
	curl_off_t sent = 0;

	job->got += len;
	if (job->got > max && !job->want.req->stream)
		return fail(job, SM_EXIT_REFUSED, "the answer is larger than "
		    "is allowed");
	if (job->easy && job->got > SM_HTTP_SMALL &&
	    curl_easy_getinfo(job->easy, CURLINFO_SIZE_DOWNLOAD_T, &sent) ==
	    CURLE_OK && sent > 0 &&
	    job->got / (size_t)sent >= SM_HTTP_RATIO)
		return fail(job, SM_EXIT_REFUSED, "the answer unpacks to more "
		    "than a hundred times its size: a trap");
	return 0;
}

static int
begin_once(struct job *job)
{
	struct sm_response res;

	if (job->begun)
		return 0;
	job->begun = true;
	res = http_response(job);
	if (job->want.begin(job->want.arg, &res, &job->err) == 0)
		return 0;
	job->ended = true;
	return -1;
}

static int
hand_on(struct job *job, const char *data, size_t len)
{
	if (begin_once(job) == -1)
		return -1;
	if (len == 0 ||
	    job->want.body(job->want.arg, data, len, &job->err) == 0)
		return 0;
	job->ended = true;
	return -1;
}

/* len 0: the end, at which an empty answer begins as well. */
int
http_take(struct job *job, const char *data, size_t len)
{
	if (check_caps(job, len) == -1)
		return -1;
	if (!job->hold)
		return hand_on(job, data, len);
	sm_buf_add(&job->body, data ? data : "", len);
	return 0;
}

int
http_take_held(struct job *job)
{
	return hand_on(job, job->body.data, job->body.len);
}

void
http_take_error(struct job *job, const char *data, size_t len)
{
	size_t room = job->body.len < SM_ERROR_BODY ?
	    SM_ERROR_BODY - job->body.len : 0;

	if (job->hold || len < room)
		room = len;
	sm_buf_add(&job->body, data, room);
}

size_t
http_on_body(char *data, size_t size, size_t count, void *arg)
{
	struct job *job = arg;
	size_t len = size * count;
	long status = 0;

	curl_easy_getinfo(job->easy, CURLINFO_RESPONSE_CODE, &status);
	job->status = (int)status;
	if (status / 100 == 2)
		return http_take(job, data, len) == -1 ? 0 : len;
	if (check_caps(job, len) == -1)
		return 0;
	http_take_error(job, data, len);
	return len;
}
