/*
 * Feeds, JSON Feeds and web pages: any bytes, in pieces; each line that comes
 * out is a record.  What a document leads to (pages, its feed) is answered with
 * the same bytes, and the cursor is read back.
 */
#include <stdint.h>
#include <string.h>

#include "base/err.h"
#include "emitted.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One answer; -1: that was the end. */
static int
answer(const struct sm_source *feed, void *state, const uint8_t *data,
    size_t size, struct sm_emit *emit)
{
	struct sm_request req;
	struct sm_response res = { .status = 200, .headers = "" };
	size_t piece = size > 0 ? 1 + data[0] : 1;
	struct sm_err err;
	int ret;

	sm_request_init(&req);
	ret = feed->request(state, &req, &err) == 1 ? 0 : -1;
	res.url = sm_buf_str(&req.url);
	if (ret == 0)
		ret = feed->begin(state, &res, &err);
	for (size_t at = 0; ret == 0 && at < size; at += piece)
		ret = feed->body(state, (const char *)data + at,
		    size - at < piece ? size - at : piece, emit, &err);
	if (ret == 0)
		ret = feed->response(state, &res, emit, &err);
	sm_request_release(&req);
	return ret;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct sm_source *feed = sm_source_find("feed");
	struct sm_emit emit = fuzz_emit();
	struct sm_source_args args = fuzz_args;
	struct sm_err err;
	void *state = feed->open(&args, &err);
	struct sm_buf cursor = SM_BUF_INIT;

	for (int i = 0; i < 4; i++)
		if (answer(feed, state, data, size, &emit) == -1)
			break;
	feed->cursor(state, &cursor);
	feed->close(state);
	if (cursor.len > 0) {
		args.cursor = cursor.data;
		state = feed->open(&args, &err);
		answer(feed, state, data, size, &emit);
		feed->close(state);
	}
	sm_buf_release(&cursor);
	sm_emit_release(&emit);
	return 0;
}
