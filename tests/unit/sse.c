/* Server-sent events: the same events however the bytes come. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "source/social/sse.h"
#include "tap.h"

static int
note(void *arg, const char *type, const char *data, size_t len,
    struct sm_err *err)
{
	struct sm_buf *out = arg;

	if (strcmp(data, "stop") == 0)
		return sm_err_set(err, SM_EXIT_TEMP, "stopped");
	sm_buf_addf(out, "[%s|", type);
	sm_buf_add(out, data, len);
	sm_buf_adds(out, "]");
	return 0;
}

/* The events of text, fed by pieces of that many bytes. */
static const char *
events(const char *text, size_t piece, struct sm_sse *sse)
{
	static struct sm_buf out;
	size_t len = strlen(text);
	struct sm_err err;

	sm_buf_clear(&out);
	sse->event = note;
	sse->arg = &out;
	sm_sse_reset(sse);
	for (size_t at = 0; at < len; at += piece)
		if (sm_sse_add(sse, text + at, len - at < piece ? len - at :
		    piece, &err) == -1)
			break;
	return sm_buf_str(&out);
}

static const struct {
	const char *text, *want, *name;
} cases[] = {
	{ "data: a\n\n", "[message|a]", "an event without a name" },
	{ "event: delete\ndata: 1\n\n", "[delete|1]", "and one with" },
	{ "data: a\ndata: b\n\n", "[message|a\nb]", "data in two lines" },
	{ "data\n\n", "[message|]", "a field without a colon" },
	{ "data:a\n\ndata:  b\n\n", "[message|a][message| b]",
	    "one blank behind the colon does not count" },
	{ ":thump\n\n: :)\ndata: a\n\n", "[message|a]", "comments" },
	{ "data: a\r\n\r\ndata: b\r\rdata: c\n\n",
	    "[message|a][message|b][message|c]", "any end of a line" },
	{ "event: x\n\ndata: a\n\n", "[message|a]",
	    "an event without data is none, and its name is forgotten" },
	{ "data: a\n", "", "what does not end is no event" },
	{ "\xEF\xBB\xBF" "data: a\n\n", "[message|a]",
	    "a byte order mark" },
	{ "\xEF\xBB" "data: a\n\ndata: b\n\n", "[message|b]",
	    "and half of one is none" },
	{ "foo: bar\nDATA: x\ndata: a\n\n", "[message|a]",
	    "unknown fields" },
	{ "data: a\n\ndata: stop\n\ndata: b\n\n", "[message|a]",
	    "who takes events may end it" },
	{ "", "", "nothing" }
};

int
main(void)
{
	struct sm_sse sse = SM_SSE_INIT;
	struct sm_buf out = SM_BUF_INIT;
	struct sm_err err;
	char *big;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool same = true;

		is_str(events(cases[i].text, 4096, &sse), cases[i].want,
		    cases[i].name);
		for (size_t piece = 1; piece < 8; piece++)
			same = same && strcmp(events(cases[i].text, piece,
			    &sse), cases[i].want) == 0;
		ok(same, "however it is cut");
	}

	events("id: 7\nretry: 2500\ndata: a\n\nid: x\n", 3, &sse);
	is_str(sm_buf_str(&sse.id), "x", "the id is kept");
	is_int(sse.retry_ms, 2500, "and how long to wait");
	events("retry: soon\nretry: -1\n\n", 3, &sse);
	is_int(sse.retry_ms, 2500, "if it is a number");
	sse.beats = 0;
	events(":\n:thump\n\n", 2, &sse);
	is_int(sse.beats, 2, "heartbeats are counted");

	big = malloc(SM_SSE_MAX + 16);
	memset(big, 'x', SM_SSE_MAX + 16);
	memcpy(big, "data: ", 6);
	sse.arg = &out;
	sm_sse_reset(&sse);
	sm_sse_add(&sse, big, SM_SSE_MAX + 16, &err);
	sm_sse_add(&sse, "\n\ndata: a\n\n", 11, &err);
	is_int(sse.lost, 1, "an event that is too long is lost");
	is_str(sm_buf_str(&out), "[message|a]", "the next is not");
	free(big);
	sm_buf_release(&out);
	sm_sse_release(&sse);
	return plan_done();
}
