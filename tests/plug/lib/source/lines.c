/*
 * lines - every line of a text is a post: a chat log, notes from the phone.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/xalloc.h"
#include "source/emit.h"
#include "source/source.h"

#define LINE_MAX_BYTES 65536	/* longer lines are given in pieces */

struct lines {
	const struct sm_source_args *args;
	bool asked;
	struct sm_buf line;
};

static void *
lines_open(const struct sm_source_args *args, struct sm_err *err)
{
	struct lines *lines = sm_xcalloc(1, sizeof(*lines));

	(void)err;
	lines->args = args;
	return lines;
}

static int
lines_request(void *state, struct sm_request *req, struct sm_err *err)
{
	struct lines *lines = state;

	(void)err;
	if (lines->asked)
		return 0;
	lines->asked = true;
	sm_buf_adds(&req->url, lines->args->where);
	return 1;
}

/* The text itself is what tells one line from another. */
static int
emit_line(struct lines *lines, struct sm_emit *emit, struct sm_err *err)
{
	struct sm_post post;
	char id[24];
	int ret;

	if (lines->line.len == 0)
		return 0;
	(void)snprintf(id, sizeof(id), "%016" PRIx64,
	    sm_hash(lines->line.data, lines->line.len));
	sm_post_init(&post);
	post.type = "Note";
	post.channel = sm_span("lines");
	post.host = sm_span("text");
	post.native = post.id = sm_span(id);
	post.content = (struct sm_span){ .s = lines->line.data,
	    .len = lines->line.len };
	ret = sm_emit_post(emit, &post, err);
	sm_buf_clear(&lines->line);
	return ret;
}

static int
lines_body(void *state, const char *data, size_t len, struct sm_emit *emit,
    struct sm_err *err)
{
	struct lines *lines = state;

	for (size_t i = 0; i < len; i++) {
		if (data[i] != '\n')
			sm_buf_addc(&lines->line, data[i]);
		if ((data[i] == '\n' || lines->line.len == LINE_MAX_BYTES) &&
		    emit_line(lines, emit, err) == -1)
			return -1;
	}
	return 0;
}

static int
lines_response(void *state, const struct sm_response *res,
    struct sm_emit *emit, struct sm_err *err)
{
	if (sm_response_check(res, err) == -1)
		return -1;
	return emit_line(state, emit, err);
}

static void
lines_close(void *state)
{
	struct lines *lines = state;

	sm_buf_release(&lines->line);
	free(lines);
}

const struct sm_source sm_source_lines = {
	.name = "lines",
	.summary = "a text in which every line is a post",
	.open = lines_open,
	.request = lines_request,
	.body = lines_body,
	.response = lines_response,
	.close = lines_close,
};
