/* Server-sent events: the same ones whole and in pieces. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "source/social/sse.h"

static int
note(void *arg, const char *type, const char *data, size_t len,
    struct sm_err *err)
{
	struct sm_buf *out = arg;

	(void)err;
	if (data[len] != '\0')
		abort();
	sm_buf_addf(out, "%s %zu ", type, len);
	sm_buf_add(out, data, len);
	return 0;
}

static void
feed(struct sm_buf *out, const char *s, size_t len, size_t piece)
{
	struct sm_sse sse = SM_SSE_INIT;
	struct sm_err err;

	sse.event = note;
	sse.arg = out;
	for (size_t at = 0; at < len; at += piece)
		sm_sse_add(&sse, s + at, len - at < piece ? len - at : piece,
		    &err);
	sm_buf_addf(out, " %llu %s", (unsigned long long)sse.beats,
	    sm_buf_str(&sse.id));
	sm_sse_release(&sse);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sm_buf whole = SM_BUF_INIT, pieces = SM_BUF_INIT;

	feed(&whole, (const char *)data, size, size + 1);
	feed(&pieces, (const char *)data, size, size > 0 ? 1 + data[0] % 7 :
	    1);
	if (whole.len != pieces.len ||
	    memcmp(whole.data, pieces.data, whole.len) != 0)
		abort();
	sm_buf_release(&whole);
	sm_buf_release(&pieces);
	return 0;
}
