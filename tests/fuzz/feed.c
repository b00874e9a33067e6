/* Feeds: any bytes, in pieces; each line that comes out is a record. */
#include <stdint.h>

#include "base/err.h"
#include "emitted.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct sm_source *feed = sm_source_find("feed");
	struct sm_emit emit = fuzz_emit();
	struct sm_response res = { .status = 200,
	    .url = "https://fuzz.example/feed", .headers = "" };
	size_t piece = size > 0 ? 1 + data[0] : 1;
	struct sm_err err;
	void *state = feed->open(&fuzz_args, &err);
	struct sm_buf cursor = SM_BUF_INIT;
	int ret = feed->begin(state, &res, &err);

	for (size_t at = 0; ret == 0 && at < size; at += piece)
		ret = feed->body(state, (const char *)data + at,
		    size - at < piece ? size - at : piece, &emit, &err);
	if (ret == 0)
		feed->response(state, &res, &emit, &err);
	feed->cursor(state, &cursor);
	feed->close(state);
	sm_buf_release(&cursor);
	sm_emit_release(&emit);
	return 0;
}
