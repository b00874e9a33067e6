/* Behind a transfer: it is done, goes elsewhere, or is tried again. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "source/http_impl.h"
#include "source/tape.h"
#include "text/url.h"

static bool
may_pass(int status)
{
	static const int passing[] = { 408, 425, 429, 500, 502, 503, 504 };

	for (size_t i = 0; i < sizeof(passing) / sizeof(passing[0]); i++)
		if (passing[i] == status)
			return true;
	return false;
}

static bool
is_network(CURLcode code)
{
	static const CURLcode network[] = { CURLE_COULDNT_RESOLVE_PROXY,
	    CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT,
	    CURLE_OPERATION_TIMEDOUT, CURLE_SEND_ERROR, CURLE_RECV_ERROR,
	    CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_HTTP2,
	    CURLE_HTTP2_STREAM, CURLE_SSL_CONNECT_ERROR };

	for (size_t i = 0; i < sizeof(network) / sizeof(network[0]); i++)
		if (network[i] == code)
			return true;
	return false;
}

void
http_end_failed(struct job *job, const struct sm_err *err)
{
	job->want.done(job->want.arg, NULL, err);
	http_forget(job);
}

static uint64_t
random_below(struct sm_http *http, uint64_t limit)
{
	http->random ^= http->random << 13;
	http->random ^= http->random >> 7;
	http->random ^= http->random << 17;
	return http->random % limit;
}

/* False where it is not worth another try. */
static bool
try_again(struct job *job, int64_t hint_s)
{
	const struct sm_http_options *opt = &job->http->opt;
	int64_t most = INT64_C(1000) << (job->tries < 9 ? job->tries : 9);

	if (hint_s > opt->max_wait_s || ++job->tries >= opt->tries)
		return false;
	if (most > SM_HTTP_BACKOFF_MAX * 1000)
		most = SM_HTTP_BACKOFF_MAX * 1000;
	if (opt->replay)
		http_pause(job, 0);
	else if (hint_s > 0)
		http_pause(job, hint_s * 1000);
	else
		http_pause(job, (int64_t)random_below(job->http,
		    (uint64_t)most));
	return true;
}

static int64_t
retry_after(const struct sm_response *res)
{
	const char *text = sm_response_header(res, "retry-after");
	long long seconds = text ? strtoll(text, NULL, 10) : 0;

	return seconds < 0 ? 0 : seconds;
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
	if (job->want.password)
		return sm_err_set(err, SM_EXIT_REFUSED, "the server redirects "
		    "to '%.200s', where our password does not go: change the "
		    "URL in the configuration", url->data);
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
	sm_buf_clear(&job->url);
	sm_buf_add(&job->url, url.data, url.len);
	sm_buf_release(&url);
	http_queue(job);
}

/* What was recorded is handed on only now, when its digest is known. */
static int
hand_on(struct job *job)
{
	struct sm_response res;

	if (tape_record(job->http->tape, sm_buf_str(&job->url), job->status,
	    &job->head, &job->body, job->raw, &job->err) == -1)
		return -1;
	if (job->status / 100 != 2)
		return 0;
	res = http_response(job);
	job->begun = true;
	if (job->want.begin(job->want.arg, &res, &job->err) == -1)
		return -1;
	return job->body.len == 0 ? 0 : job->want.body(job->want.arg,
	    job->body.data, job->body.len, &job->err);
}

static void
answered(struct job *job)
{
	struct sm_response res;
	const char *location;

	if (job->http->opt.record && hand_on(job) == -1) {
		http_end_failed(job, &job->err);
		return;
	}
	res = http_response(job);
	location = sm_response_header(&res, "location");
	if (job->status >= 301 && job->status <= 308 && location &&
	    job->status != 304) {
		redirect(job, location);
		return;
	}
	if (may_pass(job->status) && try_again(job, retry_after(&res)))
		return;
	job->want.done(job->want.arg, &res, NULL);
	http_forget(job);
}

static void
describe(struct job *job, CURLcode code)
{
	enum sm_exit status = is_network(code) ? SM_EXIT_TEMP :
	    SM_EXIT_REFUSED;

	if (job->ended)
		return;
	if (job->refused)
		sm_err_set(&job->err, SM_EXIT_NOPERM, "its address is not "
		    "public (%s); 'allow_private = yes' permits it",
		    job->refused);
	else
		sm_err_set(&job->err, status, "%s", job->text[0] ?
		    job->text : curl_easy_strerror(code));
}

void
http_end(struct job *job, CURLcode code)
{
	struct sm_response res;

	if (code == CURLE_OK) {
		answered(job);
		return;
	}
	describe(job, code);
	if (job->begun && (!job->ended || job->err.code == SM_EXIT_TEMP)) {
		res = http_response(job);
		res.cut = true;
		res.err = &job->err;
		job->want.done(job->want.arg, &res, NULL);
		http_forget(job);
		return;
	}
	if (!job->ended && !job->refused && is_network(code) &&
	    try_again(job, 0))
		return;
	http_end_failed(job, &job->err);
}
