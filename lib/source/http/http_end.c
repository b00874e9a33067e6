/* Behind a transfer: it is done, goes elsewhere, or is tried again. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/hash.h"
#include "source/auth/auth_impl.h"
#include "source/auth/auth_renew.h"
#include "source/http/http_impl.h"
#include "source/http/limit.h"
#include "source/http/tape.h"
#include "text/url.h"

#define LOGINS 3		/* a job, at most */

static bool
may_pass(int status)
{
	static const int passing[] = { 408, 425, 429, 500, 502, 503, 504 };

	for (size_t i = 0; i < sizeof(passing) / sizeof(passing[0]); i++)
		if (passing[i] == status)
			return true;
	return false;
}

/* Before any byte of the request had gone out. */
static bool
was_not_sent(CURLcode code)
{
	return code == CURLE_COULDNT_RESOLVE_PROXY ||
	    code == CURLE_COULDNT_RESOLVE_HOST ||
	    code == CURLE_COULDNT_CONNECT || code == CURLE_SSL_CONNECT_ERROR;
}

void
http_hide_url(const struct job *job, struct sm_buf *out)
{
	sm_url_redact(sm_buf_str(&job->url), job->url.len, out);
	sm_auth_hide(job->want.auth, out);
}

void
http_end_failed(struct job *job, const struct sm_err *err)
{
	job->want.done(job->want.arg, NULL, err);
	http_forget(job);
}

/* It ended early, by whatever is in job->err. */
static void
ended(struct job *job)
{
	struct sm_response res;

	if (!job->begun || (job->ended && job->err.code != SM_EXIT_TEMP)) {
		http_end_failed(job, &job->err);
		return;
	}
	res = http_response(job);
	res.cut = true;
	res.err = &job->err;
	job->want.done(job->want.arg, &res, NULL);
	http_forget(job);
}

/* False where it is not worth another try.  hint_ms 0: nobody said when. */
static bool
try_again(struct job *job, int64_t hint_ms)
{
	const struct sm_http_options *opt = &job->http->opt;
	int64_t most = INT64_C(1000) << (job->tries < 9 ? job->tries : 9);

	if (job->http->ending || hint_ms > (int64_t)opt->max_wait_s * 1000 ||
	    ++job->tries >= opt->tries)
		return false;
	if (most > SM_HTTP_BACKOFF_MAX * 1000)
		most = SM_HTTP_BACKOFF_MAX * 1000;
	if (opt->replay)
		http_pause(job, 0);
	else if (hint_ms > 0)
		http_pause(job, hint_ms);
	else
		http_pause(job, (int64_t)http_random(job->http,
		    (uint64_t)most));
	return true;
}

/* Where a redirect leads, in url, or -1 and err. */
static int
next_url(const struct job *job, const char *location, struct sm_buf *url,
    struct sm_err *err)
{
	const char *from = sm_buf_str(&job->url);
	struct sm_url parts;

	if (sm_url_resolve(from, location, strlen(location), url) == -1 ||
	    sm_url_split(url->data, url->len, &parts) == -1)
		return sm_err_set(err, SM_EXIT_REFUSED, "the server redirects "
		    "to something that is no http(s) URL");
	if (job->secret || strcmp(http_method(job->want.req), "GET") != 0) {
		struct sm_buf shown = SM_BUF_INIT;

		sm_url_redact(url->data, url->len, &shown);
		sm_auth_hide(job->want.auth, &shown);
		sm_err_set(err, SM_EXIT_REFUSED, "the server redirects to "
		    "'%.200s', where %s: change the url in the configuration "
		    "if that is right", sm_buf_str(&shown), job->secret ?
		    "credentials do not go" : "nothing is sent unasked");
		sm_buf_release(&shown);
		return -1;
	}
	if (parts.userinfo)
		return sm_err_set(err, SM_EXIT_REFUSED,
		    "the server redirects to a URL with a password in it");
	if (strncasecmp(from, "https:", 6) == 0 && parts.scheme_len == 4)
		return sm_err_set(err, SM_EXIT_REFUSED, "the server redirects "
		    "from https to http: refused");
	if (job->hops >= SM_HTTP_HOPS)
		return sm_err_set(err, SM_EXIT_REFUSED,
		    "more than %d redirects", SM_HTTP_HOPS);
	return 0;
}

static void
redirect(struct job *job, const char *location)
{
	struct sm_buf url = SM_BUF_INIT;
	struct sm_err err;

	if (next_url(job, location, &url, &err) == -1) {
		sm_buf_release(&url);
		http_end_failed(job, &err);
		return;
	}
	job->hops++;
	job->lasting += job->status == 301 || job->status == 308;
	sm_buf_clear(&job->url);
	sm_buf_add(&job->url, url.data, url.len);
	sm_buf_release(&url);
	http_queue(job);
}

/* A replay gives posts the same `fetched`: before what the server said. */
static void
add_time(struct job *job)
{
	struct sm_buf head = SM_BUF_INIT;
	char now[SM_TIME_TEXT];

	sm_time_format(sm_clock_now(), now);
	sm_buf_addf(&head, HTTP_FETCHED ": %s", now);
	sm_buf_addc(&head, '\0');
	sm_buf_add(&head, sm_buf_str(&job->head), job->head.len);
	sm_buf_release(&job->head);
	job->head = head;
}

/* What is kept has none of our secrets, wherever the server repeats them. */
static int
record(struct job *job)
{
	const struct sm_request *req = job->want.req;
	struct sm_buf url = SM_BUF_INIT, head = SM_BUF_INIT, body = SM_BUF_INIT;
	struct tape_key key = {
		.method = http_method(req),
		.body = sm_buf_str(&req->body),
		.body_len = req->body.len,
	};
	int ret;

	add_time(job);
	http_hide_url(job, &url);
	key.url = sm_buf_str(&url);
	sm_buf_add(&head, sm_buf_str(&job->head), job->head.len);
	sm_buf_add(&body, sm_buf_str(&job->body), job->body.len);
	sm_auth_hide(job->want.auth, &head);
	sm_auth_hide(job->want.auth, &body);
	ret = tape_record(job->http->tape, &key, job->status, &head, &body,
	    job->raw, &job->err);
	sm_buf_release(&url);
	sm_buf_release(&head);
	sm_buf_release(&body);
	return ret;
}

/* A token that was not accepted is renewed, and the job begins once more. */
static bool
log_in_again(struct job *job)
{
	struct sm_auth *auth = job->want.auth;
	struct sm_response res = http_response(job);
	const char *access;

	if (!job->secret || !auth_changes(auth) || job->logins >= LOGINS ||
	    job->http->ending || !auth_is_refusal(auth, &res))
		return false;
	job->logins++;
	access = auth->token.access;
	/* Another job may have had it renewed already. */
	if (access && sm_hash(access, strlen(access)) == job->token)
		auth_refused(auth, access);
	http_queue(job);
	return true;
}

static void
done(struct job *job)
{
	struct sm_response res;

	if (job->status / 100 != 2)
		sm_auth_hide(job->want.auth, &job->body);
	if (job->status >= 500)
		http_gate_failed(job);
	res = http_response(job);
	job->want.done(job->want.arg, &res, NULL);
	http_forget(job);
}

/* Refused in the body of a 2xx answer, which nobody has seen yet. */
static void
refused_inside(struct job *job)
{
	struct sm_err err;
	char text[SM_TIME_TEXT];

	sm_time_format(job->until, text);
	sm_err_set(&err, SM_EXIT_TEMP, "asked too often%s%s", job->until ?
	    "; to be asked again from " : "", job->until ? text : "");
	http_end_failed(job, &err);
}

/* Asked too often: again when it is allowed, or the end. */
static void
limited(struct job *job, const struct sm_limit *limit)
{
	int64_t now = job->http->opt.replay ? sm_clock_now() * 1000 :
	    limit_clock_ms();
	int64_t wait_ms = limit->until_ms > now ? limit->until_ms - now : 0;

	if (http_repeatable(job->want.req) && try_again(job, wait_ms))
		return;
	if (job->status / 100 == 2)
		refused_inside(job);
	else
		done(job);
}

static void
answered(struct job *job)
{
	struct sm_response res;
	struct sm_limit limit;
	const char *location;

	if (job->http->opt.record && job->hold && !job->want.login &&
	    record(job) == -1) {
		http_end_failed(job, &job->err);
		return;
	}
	http_gate_learn(job, &limit);
	if (limit.limited) {
		limited(job, &limit);
		return;
	}
	if (log_in_again(job))
		return;
	if (job->hold && job->status / 100 == 2 && http_take_held(job) == -1) {
		ended(job);
		return;
	}
	res = http_response(job);
	location = sm_response_header(&res, "location");
	if (job->status >= 301 && job->status <= 308 && location &&
	    job->status != 304)
		redirect(job, location);
	else if (!may_pass(job->status) || !http_repeatable(job->want.req) ||
	    !try_again(job, 0))
		done(job);
}

static void
describe(struct job *job, CURLcode code)
{
	struct sm_buf text = SM_BUF_INIT;
	enum sm_exit status;

	if (job->ended)
		return;
	if (job->refused) {
		sm_err_set(&job->err, SM_EXIT_NOPERM, "its address is not "
		    "public (%s); 'allow_private = yes' permits it",
		    job->refused);
		return;
	}
	status = http_describe(code, job->text, &text);
	sm_auth_hide(job->want.auth, &text);
	sm_err_set(&job->err, status, "%s", sm_buf_str(&text));
	sm_buf_release(&text);
}

void
http_end_vain(const struct job *job, CURLcode code)
{
	int status = job->status ? job->status : -1;

	if (job->status == 0 && (job->refused || was_not_sent(code)))
		status = 0;
	if (job->want.vain && job->status / 100 != 2)
		job->want.vain(job->want.arg, status);
}

void
http_end(struct job *job, CURLcode code)
{
	bool temporary;

	http_end_vain(job, code);
	if (code == CURLE_OK) {
		answered(job);
		return;
	}
	describe(job, code);
	temporary = job->err.code == SM_EXIT_TEMP && !job->ended;
	if (!job->begun && temporary && !job->refused &&
	    (http_repeatable(job->want.req) || was_not_sent(code)) &&
	    try_again(job, 0))
		return;
	/* Having no network here is no fault of the server's. */
	if (temporary && code != CURLE_COULDNT_RESOLVE_HOST)
		http_gate_failed(job);
	ended(job);
}
