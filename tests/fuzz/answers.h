/*
 * A connector of the network under the fuzzer: the input is its answers, apart
 * by bytes 0; the first byte of each says its status.
 */
#ifndef SM_TESTS_FUZZ_ANSWERS_H
#define SM_TESTS_FUZZ_ANSWERS_H

#include <stdint.h>
#include <string.h>

#include "base/err.h"
#include "emitted.h"

#define FUZZ_REQUESTS 48	/* then it is enough */

static inline int
fuzz_status(unsigned char c)
{
	static const int known[] = { 400, 401, 403, 404, 410, 422, 429, 502 };

	return c >= '0' && c <= '7' ? known[c - '0'] : 200;
}

static inline int
fuzz_answer(const struct sm_source *source, void *state,
    struct sm_emit *emit, const char *data, size_t len)
{
	static const char headers[] =
	    "link: <https://fuzz.example/api/v1/notifications?x>; rel=next";
	struct sm_response res = { .url = "https://fuzz.example/",
	    .headers = headers, .headers_len = sizeof(headers) };
	size_t piece = 1 + len / 3;
	struct sm_err err;
	int ret = 0;

	res.status = len > 0 ? fuzz_status((unsigned char)data[0]) : 404;
	if (res.status != 200) {
		res.body = data;
		res.body_len = len;
	} else if (source->begin)
		ret = source->begin(state, &res, &err);
	for (size_t at = 0; res.status == 200 && ret == 0 && at < len;
	    at += piece)
		ret = source->body(state, data + at, len - at < piece ?
		    len - at : piece, emit, &err);
	res.cut = ret == -1;
	res.err = &err;
	return source->response(state, &res, emit, &err);
}

static inline void
fuzz_answers(const char *name, const struct sm_source_args *args,
    const uint8_t *data, size_t size)
{
	const struct sm_source *source = sm_source_find(name);
	const char *s = (const char *)data, *end = s + size;
	struct sm_emit emit = fuzz_emit();
	struct sm_buf cursor = SM_BUF_INIT;
	struct sm_request req;
	struct sm_err err;
	void *state = source->open(args, &err);

	if (!state)
		return;
	emit.args = args;
	sm_request_init(&req);
	for (int i = 0; i < FUZZ_REQUESTS && source->request(state, &req,
	    &err) == 1; i++) {
		const char *stop = s < end ? memchr(s, '\0',
		    (size_t)(end - s)) : NULL;
		size_t len = (size_t)((stop ? stop : end) - s);

		sm_request_release(&req);
		if (fuzz_answer(source, state, &emit, s, len) == -1)
			break;
		s = stop ? stop + 1 : end;
	}
	sm_request_release(&req);
	source->cursor(state, &cursor);
	source->close(state);
	if (cursor.len > 0) {
		/* What it kept it must be able to read. */
		struct sm_source_args again = *args;

		again.cursor = cursor.data;
		state = source->open(&again, &err);
		source->close(state);
	}
	sm_buf_release(&cursor);
	sm_emit_release(&emit);
}

#endif
