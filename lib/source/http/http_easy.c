/* One transfer: what libcurl is told of it. */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "source/http/address.h"
#include "source/auth/auth_impl.h"
#include "source/http/http_impl.h"
#include "text/url.h"

#define SLOW_BYTES 1000L	/* a second, for SLOW_S, is too slow */
#define SLOW_S 30L
#define CONNECT_S 10L

/*
 * The address is looked at where no name can lie about it any more: when a
 * socket is made, and once more when a connection is about to be used, since
 * it may be one that was made for another who was allowed to.
 */
curl_socket_t
http_easy_socket(void *arg, curlsocktype purpose,
    struct curl_sockaddr *address)
{
	struct job *job = arg;
	const char *what = sm_address_private(&address->addr);

	(void)purpose;
	if (what && !job->want.allow_private && !job->proxied) {
		job->refused = what;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC,
	    address->protocol);
}

static int
on_connection(void *arg, char *address, char *own, int port, int own_port)
{
	struct job *job = arg;
	struct sm_buf host = SM_BUF_INIT;
	const char *what;

	(void)own;
	(void)port;
	(void)own_port;
	if (job->want.allow_private || job->proxied)
		return CURL_PREREQFUNC_OK;
	sm_buf_adds(&host, address);
	what = sm_address_private_host(sm_buf_str(&host), host.len);
	sm_buf_release(&host);
	if (!what)
		return CURL_PREREQFUNC_OK;
	job->refused = what;
	return CURL_PREREQFUNC_ABORT;
}

static CURL *
take_spare(struct sm_http *http)
{
	CURL *easy;

	if (http->nspare == 0)
		return curl_easy_init();
	easy = http->spare[--http->nspare];
	curl_easy_reset(easy);
	return easy;
}

const char *
http_method(const struct sm_request *req)
{
	if (req->method)
		return req->method;
	return req->body.len > 0 || req->content_type ? "POST" : "GET";
}

bool
http_repeatable(const struct sm_request *req)
{
	static const char *const safe[] = { "GET", "HEAD", "OPTIONS" };
	const char *method = http_method(req);

	for (size_t i = 0; i < sizeof(safe) / sizeof(safe[0]); i++)
		if (strcmp(method, safe[i]) == 0)
			return true;
	return req->repeatable;
}

/* A stream may last, and be silent for a while; all else is to come soon. */
static void
set_patience(CURL *easy, const struct sm_http *http,
    const struct sm_request *req)
{
	long total = req->timeout_s > 0 ? req->timeout_s : http->opt.timeout_s;
	long silent = req->timeout_s > SLOW_S ? req->timeout_s : SLOW_S;

	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, CONNECT_S);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT, req->stream ? 0L : total);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, req->stream ? 1L :
	    SLOW_BYTES);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, req->stream ? total :
	    silent);
}

static void
set_policy(CURL *easy)
{
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "sm/" SM_VERSION
	    " (social media and mail triage)");
}

static void
add_line(struct job *job, const char *line)
{
	struct curl_slist *more = curl_slist_append(job->lines, line);

	if (more)
		job->lines = more;
}

static void
set_method(struct job *job)
{
	const struct sm_request *req = job->want.req;
	const char *method = http_method(req);
	CURL *easy = job->easy;

	if (strcmp(method, "GET") == 0)
		return;
	if (strcmp(method, "HEAD") == 0) {
		curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
		return;
	}
	curl_easy_setopt(easy, CURLOPT_POST, 1L);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
	    (curl_off_t)req->body.len);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDS, sm_buf_str(&req->body));
	if (strcmp(method, "POST") != 0)
		curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
	add_line(job, "Expect:");
	if (req->content_type) {
		struct sm_buf line = SM_BUF_INIT;

		sm_buf_addf(&line, "Content-Type: %s", req->content_type);
		add_line(job, line.data);
		sm_buf_release(&line);
	}
}

/* The only place at which credentials meet a request. */
static void
set_credentials(struct job *job)
{
	struct sm_buf line = SM_BUF_INIT;

	auth_header(job->want.auth, &line);
	if (line.len > 0)
		add_line(job, line.data);
	auth_wipe(&line);
	sm_buf_release(&line);
	sm_buf_clear(&job->sent);
	sm_buf_add(&job->sent, job->url.data, job->url.len);
	auth_query(job->want.auth, &job->sent);
	curl_easy_setopt(job->easy, CURLOPT_URL, job->sent.data);
	if (job->want.auth->pin)
		curl_easy_setopt(job->easy, CURLOPT_PINNEDPUBLICKEY,
		    job->want.auth->pin);
}

static void
set_request(struct job *job)
{
	const struct sm_http_job *want = &job->want;
	CURL *easy = job->easy;

	job->lines = NULL;
	for (size_t i = 0; i < want->req->nheaders; i++)
		add_line(job, sm_buf_str(&want->req->headers[i]));
	curl_easy_setopt(easy, CURLOPT_URL, sm_buf_str(&job->url));
	set_method(job);
	if (job->secret)
		set_credentials(job);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, job->lines);
	if (want->cafile)
		curl_easy_setopt(easy, CURLOPT_CAINFO, want->cafile);
}

static void
set_callbacks(struct job *job)
{
	CURL *easy = job->easy;

	job->text[0] = '\0';
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, job->text);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, job);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, http_on_head);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, job);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, http_on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, job);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, http_easy_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, job);
	curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_connection);
	curl_easy_setopt(easy, CURLOPT_PREREQDATA, job);
}

/* Whether this URL may be asked at all, and by which way. */
static int
check_url(struct job *job)
{
	const char *url = sm_buf_str(&job->url), *what;
	struct sm_url parts;

	if (sm_url_split(url, strlen(url), &parts) == -1)
		return sm_err_set(&job->err, SM_EXIT_CONFIG,
		    "no http(s) URL");
	if (parts.userinfo)
		return sm_err_set(&job->err, SM_EXIT_CONFIG, "a URL with a "
		    "password in it: use an [account] with user and "
		    "password_cmd");
	what = sm_address_private_host(parts.host, parts.host_len);
	if (job->secret && parts.scheme_len == 4 && !job->want.allow_private &&
	    !what)
		return sm_err_set(&job->err, SM_EXIT_CONFIG, "http would show "
		    "the credentials of account '%s' to the net: use https",
		    job->want.auth->account);
	return http_easy_proxy(job, parts.host, parts.host_len);
}

int
http_easy_proxy(struct job *job, const char *host, size_t len)
{
	const char *proxy = http_proxy(sm_buf_str(&job->url), host, len);
	const char *what;

	job->proxied = proxy != NULL;
	/* "" keeps libcurl from looking into the environment by itself. */
	curl_easy_setopt(job->easy, CURLOPT_PROXY, proxy ? proxy : "");
	curl_easy_setopt(job->easy, CURLOPT_NOPROXY, "");
	/* It would connect for us, so the host's name is looked at. */
	what = proxy && !job->want.allow_private ?
	    sm_address_private_host(host, len) : NULL;
	if (!what)
		return 0;
	return sm_err_set(&job->err, SM_EXIT_NOPERM, "its address is not "
	    "public (%s); 'allow_private = yes' permits it", what);
}

static void
give_back(struct sm_http *http, CURL *easy)
{
	http->spare = sm_xgrow(http->spare, &http->spare_room,
	    http->nspare + 1, sizeof(CURL *));
	http->spare[http->nspare++] = easy;
}

int
http_easy_start(struct job *job)
{
	job->easy = take_spare(job->http);
	if (!job->easy)
		return sm_err_set(&job->err, SM_EXIT_OS,
		    "cannot begin a transfer");
	if (check_url(job) == -1) {
		give_back(job->http, job->easy);
		job->easy = NULL;
		return -1;
	}
	set_policy(job->easy);
	set_patience(job->easy, job->http, job->want.req);
	set_request(job);
	set_callbacks(job);
	curl_multi_add_handle(job->http->multi, job->easy);
	return 0;
}

void
http_easy_stop(struct job *job)
{
	struct sm_http *http = job->http;
	long status = 0;

	if (!job->easy)
		return;
	curl_easy_getinfo(job->easy, CURLINFO_RESPONSE_CODE, &status);
	job->status = (int)status;
	curl_multi_remove_handle(http->multi, job->easy);
	for (struct curl_slist *line = job->lines; line; line = line->next)
		explicit_bzero(line->data, strlen(line->data));
	curl_slist_free_all(job->lines);
	job->lines = NULL;
	auth_wipe(&job->sent);
	give_back(http, job->easy);
	job->easy = NULL;
}
