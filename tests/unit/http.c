/* The door to the network, played from a tape: what is asked how often. */
#include "source/http/http.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/sha256.h"
#include "source/http/tape.h"
#include "tap.h"

static char folder[] = "/tmp/sm-http.XXXXXX";

struct got {
	int begun, done, status;
	bool answered;
	struct sm_buf body, error;
	int64_t until;
	struct sm_err err;
};

static const char *
in_folder(const char *name)
{
	static char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void
write_file(const char *name, const char *text)
{
	int fd = open(in_folder(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd == -1 || write(fd, text, strlen(text)) == -1)
		abort();
	(void)close(fd);
}

static int
on_begin(void *arg, const struct sm_response *res, struct sm_err *err)
{
	struct got *got = arg;

	(void)res;
	(void)err;
	got->begun++;
	return 0;
}

static int
on_body(void *arg, const char *data, size_t len, struct sm_err *err)
{
	struct got *got = arg;

	(void)err;
	sm_buf_add(&got->body, data, len);
	return 0;
}

static void
on_done(void *arg, const struct sm_response *res, const struct sm_err *err)
{
	struct got *got = arg;

	got->done++;
	got->answered = res != NULL;
	if (err)
		got->err = *err;
	if (!res)
		return;
	got->status = res->status;
	got->until = res->until;
	if (res->body)
		sm_buf_add(&got->error, res->body, res->body_len);
	(void)sm_response_check(res, &got->err);
}

static void
release(struct got *got)
{
	sm_buf_release(&got->body);
	sm_buf_release(&got->error);
	memset(got, 0, sizeof(*got));
}

/* Asks for req, from the tape in folder. */
static void
ask(struct sm_http *http, struct sm_request *req, struct got *got)
{
	struct sm_http_job job = {
		.req = req,
		.arg = got,
		.begin = on_begin,
		.body = on_body,
		.done = on_done,
	};

	release(got);
	sm_http_add(http, &job);
	while (sm_http_turn(http) > 0)
		sm_http_wait(http, 10);
}

static void
request(struct sm_request *req, const char *url, const char *body)
{
	sm_request_release(req);
	sm_buf_adds(&req->url, url);
	if (body) {
		sm_buf_adds(&req->body, body);
		req->content_type = "application/json";
	}
}

static const char tape[] =
    "GET https://a.example/flaky e500.http\n"
    "GET https://a.example/flaky ok.http\n"
    "GET https://a.example/never e500.http\n"
    "GET https://a.example/denied denied.http\n"
    "GET https://a.example/denied ok.http\n"
    "POST https://a.example/once e500.http\n"
    "POST https://a.example/once ok.http\n"
    "POST https://a.example/twice e500.http\n"
    "POST https://a.example/twice ok.http\n"
    "POST https://a.example/moved moved.http\n"
    "POST https://a.example/any one.http\n"
    "POST https://a.example/any two.http\n"
    "PUT https://a.example/any ok.http\n"
    "GET https://a.example/vk busy.http\n"
    "GET https://a.example/vk ok.http\n"
    "GET https://a.example/slow later.http\n"
    "GET https://a.example/page page.http\n";

static void
make_tape(void)
{
	write_file("index", tape);
	write_file("ok.http", "HTTP/1.1 200\r\n\r\nwell");
	write_file("one.http", "HTTP/1.1 200\r\n\r\none");
	write_file("two.http", "HTTP/1.1 200\r\n\r\ntwo");
	write_file("e500.http", "HTTP/1.1 500\r\n\r\n");
	write_file("denied.http", "HTTP/1.1 403\r\nContent-Type: "
	    "application/json\r\n\r\n{\"error\":{\"message\":\"no "
	    "\\u001b[31mright\\u202e to it.\"}}");
	write_file("moved.http", "HTTP/1.1 307\r\nLocation: "
	    "https://b.example/\r\n\r\n");
	write_file("busy.http", "HTTP/1.1 200\r\n\r\n{\"error\":"
	    "{\"error_code\":6}}");
	write_file("later.http", "HTTP/1.1 429\r\nRetry-After: 600\r\n\r\n");
	write_file("page.http", "HTTP/1.1 200\r\nContent-Type: text/html\r\n"
	    "\r\n<html>");
}

static void
test_tries(struct sm_http *http)
{
	struct got got = { .begun = 0 };
	struct sm_request req;

	sm_request_init(&req);
	request(&req, "https://a.example/flaky", NULL);
	ask(http, &req, &got);
	is_str(sm_buf_str(&got.body), "well", "a GET is tried again");
	request(&req, "https://a.example/never", NULL);
	ask(http, &req, &got);
	is_int(got.status, 500, "but not for ever");
	is_int(got.done, 1, "and ends once");
	is_int(got.err.code, SM_EXIT_TEMP, "as what may pass");
	request(&req, "https://a.example/once", "{}");
	ask(http, &req, &got);
	is_int(got.status, 500, "a POST is not tried again");
	request(&req, "https://a.example/twice", "{}");
	req.repeatable = true;
	ask(http, &req, &got);
	is_str(sm_buf_str(&got.body), "well", "but one that may be");
	request(&req, "https://a.example/moved", "{}");
	ask(http, &req, &got);
	ok(!got.answered, "a POST is not sent elsewhere");
	ok(strstr(got.err.text, "https://b.example/"),
	    "and the place is named");
	release(&got);
	sm_request_release(&req);
}

static void
test_bodies(struct sm_http *http)
{
	struct got got = { .begun = 0 };
	struct sm_request req;

	sm_request_init(&req);
	request(&req, "https://a.example/any", "a");
	ask(http, &req, &got);
	is_str(sm_buf_str(&got.body), "one", "the first POST");
	request(&req, "https://a.example/any", "b");
	ask(http, &req, &got);
	is_str(sm_buf_str(&got.body), "two", "the second");
	request(&req, "https://a.example/any", "b");
	req.method = "PUT";
	ask(http, &req, &got);
	is_str(sm_buf_str(&got.body), "well", "a PUT is none of them");
	request(&req, "https://a.example/any", NULL);
	ask(http, &req, &got);
	is_int(got.err.code, SM_EXIT_NOINPUT, "a GET is not there");
	request(&req, "https://a.example/denied", NULL);
	ask(http, &req, &got);
	is_int(got.status, 403, "what is denied is not tried again");
	ok(got.error.len > 20, "and its body is there");
	is_str(got.err.text, "status 403: the server forbids it, the network "
	    "says 'no \xef\xbf\xbd[31mright\xef\xbf\xbd to it'",
	    "which joins the message, made harmless");
	release(&got);
	sm_request_release(&req);
}

static void
test_limits(struct sm_http *http)
{
	struct got got = { .begun = 0 };
	struct sm_request req;

	sm_request_init(&req);
	request(&req, "https://a.example/vk", NULL);
	req.limits = "vk";
	ask(http, &req, &got);
	is_str(sm_buf_str(&got.body), "well",
	    "a refusal in a body of status 200 is not handed on");
	is_int(got.begun, 1, "nor begun");
	request(&req, "https://a.example/slow", NULL);
	ask(http, &req, &got);
	is_int(got.status, 429, "who has to wait too long does not");
	is_int(got.until, 1787659800, "and knows until when");
	ok(strstr(got.err.text, "from 2026-08-25T12:10:00Z on"),
	    "and says so");
	release(&got);
	sm_request_release(&req);
}

static int
check(int status, const char *type, const char *body, struct sm_err *err)
{
	struct sm_response res = {
		.status = status,
		.headers = type,
		.headers_len = strlen(type) + 1,
		.body = body,
		.body_len = body ? strlen(body) : 0,
	};

	err->text[0] = '\0';
	err->code = SM_EXIT_OK;
	(void)sm_response_check_json(&res, err);
	return err->code;
}

static void
test_check(void)
{
	static const char html[] = "Content-Type: text/html; charset=utf-8";
	static const char json[] = "Content-Type: application/json";
	struct sm_err err;
	char flood[4000];

	is_int(check(200, json, NULL, &err), 0, "JSON is expected");
	is_int(check(200, html, NULL, &err), SM_EXIT_TEMP,
	    "a page in its place is a gateway's");
	ok(strstr(err.text, "blocked by a gateway"), "and called so");
	is_int(check(403, html, NULL, &err), SM_EXIT_TEMP, "a firewall's too");
	is_int(check(502, html, NULL, &err), SM_EXIT_TEMP, "or a proxy's");
	is_int(check(404, html, NULL, &err), SM_EXIT_REFUSED,
	    "a 404 is one in any dress");
	is_int(check(204, json, NULL, &err), SM_EXIT_REFUSED,
	    "nothing is no JSON");
	(void)check(400, json, "{\"error\":\"invalid_request\","
	    "\"error_description\":\"the code has ended\"}", &err);
	is_str(err.text, "status 400: the server did not understand, the "
	    "network says 'invalid_request: the code has ended'",
	    "code and words");
	(void)check(400, json, "{\"errors\":[{\"detail\":\"bad id\"}]}", &err);
	ok(strstr(err.text, "says 'bad id'"), "words in a list");
	(void)check(400, json, "[1,2]", &err);
	ok(!strstr(err.text, "says"), "no words");
	(void)check(400, json, "{\"message\":", &err);
	ok(!strstr(err.text, "says"), "half a body");
	(void)snprintf(flood, sizeof(flood), "{\"message\":\"%03900d\"}", 0);
	(void)check(400, json, flood, &err);
	ok(strlen(err.text) < 400, "words without end are cut");
}

/* What is recorded is found by method, URL and body. */
static void
test_record(void)
{
	struct sm_buf head = SM_BUF_INIT, body = SM_BUF_INIT;
	struct tape_key key = { .method = "POST", .url = "https://a.example/",
	    .body = "a", .body_len = 1 };
	char raw[TAPE_RAW], want[SM_SHA256_HEX];
	const char *at;
	struct tape *t;
	struct sm_err err;
	size_t len;
	int status;

	t = tape_open(in_folder("made"), NULL, &err);
	sm_buf_adds(&head, "Set-Cookie: s3cret");
	sm_buf_addc(&head, '\0');
	sm_buf_adds(&body, "for a");
	is_int(tape_record(t, &key, 200, &head, &body, raw, &err), 0,
	    "a POST is recorded");
	sm_sha256_hex("for a", 5, want);
	is_str(raw + 7, want, "with its digest");
	key.body = "b";
	sm_buf_clear(&body);
	sm_buf_adds(&body, "for b");
	is_int(tape_record(t, &key, 200, &head, &body, raw, &err), 0,
	    "another body as well");
	tape_close(t);
	t = tape_open(NULL, in_folder("made"), &err);
	sm_buf_clear(&head);
	is_int(tape_play(t, &key, &status, &head, &at, &len, &err), 0,
	    "each is found");
	ok(len == 5 && memcmp(at, "for b", 5) == 0, "by its body");
	ok(!memmem(sm_buf_str(&head), head.len, "s3cret", 6),
	    "cookies are not kept");
	key.body = "c";
	is_int(tape_play(t, &key, &status, &head, &at, &len, &err), -1,
	    "a body that was never sent has no answer");
	tape_close(t);
	sm_buf_release(&head);
	sm_buf_release(&body);
}

static void
remove_all(void)
{
	static const char *const names[] = { "index", "ok.http", "one.http",
	    "two.http", "e500.http", "denied.http", "moved.http", "busy.http",
	    "later.http", "page.http", "made/index", "made/000001.http",
	    "made/000002.http" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		(void)unlink(in_folder(names[i]));
	(void)rmdir(in_folder("made"));
	(void)rmdir(folder);
}

int
main(void)
{
	struct sm_http_options options = { .replay = folder };
	struct sm_http *http;
	struct sm_err err;

	if (!mkdtemp(folder))
		return 1;
	(void)setenv("SM_NOW", "2026-08-25T12:00:00Z", 1);
	make_tape();
	http = sm_http_new(&options, &err);
	if (!http) {
		printf("Bail out! %s\n", err.text);
		return 1;
	}
	test_tries(http);
	test_bodies(http);
	test_limits(http);
	sm_http_free(http);
	test_check();
	test_record();
	remove_all();
	return plan_done();
}
