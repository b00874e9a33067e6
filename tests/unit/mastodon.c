/*
 * The mastodon connector while it follows: driven without a network, its
 * stream cut into pieces.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "record/record.h"
#include "source/emit.h"
#include "source/source.h"
#include "tap.h"

#define NOTES "types[]=mention&types[]=quote&types[]=update&" \
	"types[]=quoted_update&include_filtered=true&limit=80"
#define NOTE(id, status, time) "{\"id\":\"" id "\",\"type\":\"mention\"," \
	"\"created_at\":\"" time "\",\"status\":{\"id\":\"" status "\"," \
	"\"created_at\":\"" time "\",\"content\":\"post " status "\"," \
	"\"account\":{\"id\":\"9\",\"acct\":\"eva\"}}}"

static const struct sm_source_args args = {
	.name = "care",
	.where = "https://social.example",
	.brand = "acme",
	.account = "social",
	.since = SM_TIME_NONE,
	.window = SM_TIME_NONE,
	.follow = true,
};

static int
on_line(void *arg, const char *line, size_t len, struct sm_err *err)
{
	static struct sm_paths *paths;
	static struct sm_record *rec;
	static int id, type;
	struct sm_buf *out = arg;
	const char *s;
	size_t n;

	if (!rec) {
		paths = sm_paths_new();
		id = sm_paths_add(paths, "id");
		type = sm_paths_add(paths, "type");
		rec = sm_record_new(paths);
	}
	if (sm_record_parse(rec, line, len - 1, err) == -1)
		return -1;
	if (sm_record_is(rec, type, "Tombstone"))
		sm_buf_adds(out, "-");
	s = sm_record_str(rec, id, &n);
	sm_buf_add(out, s, n);
	sm_buf_adds(out, " ");
	return 0;
}

struct run {
	void *state;
	struct sm_emit emit;
	struct sm_buf out;	/* ids of what came out */
	struct sm_request req;
	bool broken;		/* the stream was left by us */
};

static const struct sm_source *mastodon;

static void
begin(struct run *run)
{
	struct sm_err err;

	memset(run, 0, sizeof(*run));
	mastodon = sm_source_find("mastodon");
	run->state = mastodon->open(&args, &err);
	run->emit.args = &args;
	run->emit.fetched = sm_clock_now();
	run->emit.line = on_line;
	run->emit.arg = &run->out;
}

static void
end(struct run *run)
{
	mastodon->close(run->state);
	sm_emit_release(&run->emit);
	sm_request_release(&run->req);
	sm_buf_release(&run->out);
}

/* The next request must end like this; it is answered in pieces. */
static bool
serve(struct run *run, const char *path, int status, const char *body,
    size_t len, size_t piece)
{
	struct sm_response res = { .status = status, .headers = "",
	    .headers_len = 1 };
	const char *url;
	struct sm_err err;
	int ret = 0;

	sm_request_release(&run->req);
	if (mastodon->request(run->state, &run->req, &err) != 1)
		return false;
	url = sm_buf_str(&run->req.url);
	res.url = url;
	if (strcmp(url + strlen("https://social.example/api/"), path) != 0) {
		printf("# asked %s\n", url);
		return false;
	}
	if (status == 200)
		ret = mastodon->begin(run->state, &res, &err);
	for (size_t at = 0; status == 200 && ret == 0 && at < len;
	    at += piece)
		ret = mastodon->body(run->state, body + at, len - at < piece ?
		    len - at : piece, &run->emit, &err);
	run->broken = ret == -1;
	res.cut = run->broken;
	res.err = &err;
	return mastodon->response(run->state, &res, &run->emit, &err) == 0;
}

static bool
serve_text(struct run *run, const char *path, int status, const char *body)
{
	return serve(run, path, status, body, strlen(body), 4096);
}

static void
begin_sweep(struct run *run, const char *streaming)
{
	struct sm_buf instance = SM_BUF_INIT;

	sm_buf_addf(&instance, "{\"domain\":\"social.example\","
	    "\"configuration\":{\"urls\":{\"streaming\":\"%s\"}}}",
	    streaming);
	begin(run);
	ok(serve_text(run, "v2/instance", 200, instance.data) &&
	    serve_text(run, "v1/accounts/verify_credentials", 200,
	    "{\"id\":\"7\",\"acct\":\"care\"}") &&
	    serve_text(run, "v1/notifications?" NOTES, 200,
	    "[" NOTE("300", "200", "2026-08-25T10:50:00Z") "]") &&
	    serve_text(run, "v1/notifications?" NOTES "&max_id=300", 200,
	    "[]"), "a sweep comes first");
	is_str(sm_buf_str(&run->out), "200 ", "and gives what was there");
	sm_buf_release(&instance);
}

static void
test_stream(const struct sm_buf *stream, size_t piece)
{
	struct run run;

	begin_sweep(&run, "wss://social.example");
	ok(serve(&run, "v1/streaming/user", 200, stream->data, stream->len,
	    piece), "then the stream");
	ok(run.req.stream && run.req.timeout_s > 15, "which lasts");
	is_str(sm_buf_str(&run.out), "200 201 201 -201 203 ",
	    "posts, edits and deletions come, of what we know only");
	ok(serve_text(&run, "v1/notifications?" NOTES, 200,
	    "[" NOTE("303", "204", "2026-08-25T11:59:00Z") ","
	    NOTE("302", "203", "2026-08-25T11:02:00Z") ","
	    NOTE("300", "200", "2026-08-25T10:50:00Z") "]"),
	    "when it ends the lists are asked again");
	ok(run.req.pause_ms > 0, "after a while");
	is_str(sm_buf_str(&run.out), "200 201 201 -201 203 204 ",
	    "and what the stream missed comes, once");
	end(&run);
}

/* An answer to what we do not know: its thread has to be asked for. */
static void
test_thread(void)
{
	static const char event[] = "event: notification\ndata: {\"id\":"
	    "\"301\",\"type\":\"mention\",\"status\":{\"id\":\"201\","
	    "\"in_reply_to_id\":\"150\",\"created_at\":"
	    "\"2026-08-25T11:00:00Z\"}}\n\n";
	struct run run;

	begin_sweep(&run, "");
	ok(serve_text(&run, "v1/streaming/user", 200, event),
	    "the stream is left");
	ok(run.broken, "by us");
	ok(serve_text(&run, "v1/statuses/201/context", 200,
	    "{\"ancestors\":[{\"id\":\"100\"},{\"id\":\"150\"}]}"),
	    "for a thread that is not known");
	is_str(sm_buf_str(&run.out), "200 201 ", "then the post goes out");
	end(&run);
}

static void
test_no_stream(void)
{
	struct sm_buf cursor = SM_BUF_INIT;
	struct sm_err err;
	struct run run;

	begin_sweep(&run, "wss://elsewhere.example");
	ok(mastodon->request(run.state, &run.req, &err) == 0,
	    "a stream at another server is not asked");
	end(&run);
	begin_sweep(&run, "wss://social.example");
	ok(serve_text(&run, "v1/streaming/user", 404, "") &&
	    mastodon->request(run.state, &run.req, &err) == 0,
	    "where there is none, the source ends");
	mastodon->cursor(run.state, &cursor);
	ok(strstr(sm_buf_str(&cursor), "no_stream"), "and keeps it in mind");
	sm_buf_release(&cursor);
	end(&run);
	begin_sweep(&run, "wss://social.example");
	ok(serve_text(&run, "v1/streaming/user", 503, "") &&
	    serve_text(&run, "v1/notifications?" NOTES, 200, "[]") &&
	    serve_text(&run, "v1/streaming/user", 503, "") &&
	    run.req.pause_ms == 0 &&
	    serve_text(&run, "v1/notifications?" NOTES, 200, "[]") &&
	    run.req.pause_ms == 2000,
	    "where it is down, it is tried again, later each time");
	end(&run);
}

int
main(void)
{
	const char *path = "tests/fixture/mastodon/stream.sse";
	struct sm_buf stream = SM_BUF_INIT;
	int fd = open(path, O_RDONLY);

	setenv("SM_NOW", "2026-08-25T12:00:00Z", 1);
	if (fd == -1 || sm_buf_read(&stream, fd, 65536) == -1) {
		printf("Bail out! cannot read %s\n", path);
		return 1;
	}
	test_stream(&stream, 65536);
	test_stream(&stream, 1);
	test_stream(&stream, 7);
	test_thread();
	test_no_stream();
	close(fd);
	sm_buf_release(&stream);
	return plan_done();
}
