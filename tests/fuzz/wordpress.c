/*
 * WordPress: any answers, apart by a byte 0xFF; the first byte of each says
 * its status and headers.  Each line that comes out is a record, and each
 * URL that is asked for is one, of the site's own host.
 */
#include <stdint.h>
#include <string.h>

#include "base/err.h"
#include "emitted.h"
#include "text/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const int statuses[] = { 200, 200, 200, 200, 200, 401, 404, 503 };
static const char *const headers[] = { "content-type: application/json",
    "link: <https://fuzz.example/?rest_route=/>; rel=https://api.w.org/",
    "x-wp-totalpages: 2", "content-type: text/html" };

static void
check_url(const struct sm_request *req)
{
	struct sm_url url;

	if (sm_url_split(sm_buf_str(&req->url), req->url.len, &url) == -1 ||
	    url.host_len != strlen("fuzz.example") ||
	    memcmp(url.host, "fuzz.example", url.host_len) != 0)
		abort();
	for (size_t i = 0; i < req->url.len; i++)
		if ((unsigned char)req->url.data[i] <= ' ')
			abort();
}

static int
answer(const struct sm_source *source, void *state, const uint8_t *data,
    size_t size, struct sm_emit *emit)
{
	struct sm_response res = { .status = statuses[data[0] % 8],
	    .url = "https://fuzz.example/", .headers = headers[data[0] / 8 %
	    4] };
	struct sm_err err;

	res.headers_len = strlen(res.headers) + 1;
	if (res.status == 200 && size > 1 && source->body(state,
	    (const char *)data + 1, size - 1, emit, &err) == -1)
		return -1;
	return source->response(state, &res, emit, &err);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct sm_source *source = sm_source_find("wordpress");
	struct sm_source_args args = fuzz_args;
	struct sm_emit emit = fuzz_emit();
	struct sm_buf cursor = SM_BUF_INIT;
	struct sm_request req;
	struct sm_err err;
	void *state;

	args.where = "https://fuzz.example/";
	args.cursor = size > 0 && data[0] % 2 ? "{\"seen\":\"\",\"newest\":"
	    "1795255201,\"recent\":[[1,1795255201,0,\"https://fuzz.example/"
	    "a/#comment-1\"],[2,1695255201,1,\"x\"]]}" : NULL;
	emit.args = &args;
	state = source->open(&args, &err);
	sm_request_init(&req);
	while (size > 0 && source->request(state, &req, &err) == 1) {
		const uint8_t *stop = memchr(data, 0xFF, size);
		size_t len = stop ? (size_t)(stop - data) : size;

		check_url(&req);
		sm_request_release(&req);
		if (len > 0 && answer(source, state, data, len, &emit) == -1)
			break;
		data += stop ? len + 1 : len;
		size -= stop ? len + 1 : len;
	}
	sm_request_release(&req);
	source->cursor(state, &cursor);
	source->close(state);
	sm_buf_release(&cursor);
	sm_emit_release(&emit);
	return 0;
}
