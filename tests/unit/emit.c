/* Where posts go: what comes twice, what is too old, gaps, and money. */
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "source/emit.h"
#include "source/source.h"
#include "tap.h"

#define NOW INT64_C(1795262400)

static int
on_line(void *arg, const char *line, size_t len, struct sm_err *err)
{
	struct sm_buf *out = arg;

	if (out->len > 1000000)
		return sm_err_set(err, SM_EXIT_IO, "the disk is full");
	sm_buf_add(out, line, len);
	return 0;
}

static struct sm_post
a_post(const char *id, const char *rev, const char *content)
{
	struct sm_post post;

	sm_post_init(&post);
	post.channel = sm_span("x");
	post.host = sm_span("h");
	post.native = sm_span(id);
	post.rev = sm_span(rev);
	post.content = sm_span(content);
	return post;
}

static int
lines(const struct sm_buf *out)
{
	int n = 0;

	for (size_t i = 0; i < out->len; i++)
		n += out->data[i] == '\n';
	return n;
}

static int
put(struct sm_emit *emit, const char *id, const char *rev,
    const char *content)
{
	struct sm_post post = a_post(id, rev, content);
	struct sm_err err;

	return sm_emit_post(emit, &post, &err);
}

static void
test_twice(struct sm_emit *emit, struct sm_buf *out)
{
	struct sm_post gone = a_post("1", "a", NULL);
	struct sm_err err;

	put(emit, "1", "a", "text");
	put(emit, "1", "a", "text, with other metrics");
	is_int(lines(out), 1, "a revision goes out once in a run");
	is_int(emit->twice, 1, "and is counted");
	put(emit, "1", "b", "text");
	is_int(lines(out), 2, "another revision goes out");
	put(emit, "2", NULL, "text");
	put(emit, "2", NULL, "text");
	is_int(lines(out), 3, "without a revision the text is one");
	put(emit, "2", NULL, "changed");
	is_int(lines(out), 4, "which may change");
	gone.type = "Tombstone";
	gone.former = "Note";
	gone.deleted = NOW - 5;
	is_int(sm_emit_post(emit, &gone, &err), 0, "a deletion");
	is_int(lines(out), 5, "is not what was there");
	ok(strstr(out->data, "\"type\":\"Tombstone\"") &&
	    strstr(out->data, "\"deleted\":\"2026-11-21T11:59:55Z\"") &&
	    strstr(out->data, "\"formerType\":\"Note\""),
	    "and says what and when");
	ok(!strstr(strstr(out->data, "Tombstone"), "\"content\""),
	    "without content");
}

static void
test_bounds(struct sm_emit *emit, struct sm_buf *out,
    struct sm_source_args *args)
{
	struct sm_post post = a_post("3", "a", "old");
	int before = lines(out);
	struct sm_err err;

	args->since = NOW - 100;
	post.published = NOW - 101;
	sm_emit_post(emit, &post, &err);
	is_int(lines(out), before, "what is older than --since stays out");
	is_int(emit->old, 1, "and is counted");
	args->since = SM_TIME_NONE;
	sm_emit_post(emit, &post, &err);
	is_int(lines(out), before + 1, "it was not taken to be out");
	put(emit, "", NULL, "no id");
	is_int(emit->failed, 1, "what is no post is counted");
	args->limit = (int64_t)emit->posts;
	ok(sm_emit_full(emit), "the limit is reached");
}

static void
test_gap(struct sm_emit *emit)
{
	emit->want_gaps = true;
	sm_emit_gap(emit, NOW - 60, SM_TIME_NONE, "the page was \"cut\"");
	is_str(sm_buf_str(&emit->gaps), "{\"type\":\"sm:Gap\",\"source\":\"s\","
	    "\"since\":\"2026-11-21T11:59:00Z\","
	    "\"why\":\"the page was \\\"cut\\\"\"}\n", "a gap is a line");
	is_int(emit->gap, true, "and noted");
	sm_emit_paid(emit, 0);
	ok(emit->counted && emit->paid == 0, "nothing paid is known, too");
	sm_emit_paid(emit, 7);
	is_int(emit->paid, 7, "so are seven");
}

int
main(void)
{
	struct sm_source_args args = { .name = "s", .brand = "b",
	    .since = SM_TIME_NONE, .window = SM_TIME_NONE };
	struct sm_buf out = SM_BUF_INIT;
	struct sm_emit emit = { .args = &args, .fetched = NOW,
	    .line = on_line, .arg = &out };

	test_twice(&emit, &out);
	test_bounds(&emit, &out, &args);
	test_gap(&emit);
	sm_emit_release(&emit);
	sm_buf_release(&out);
	return plan_done();
}
