/* One transfer: what libcurl is told, and what is done with what it gives. */
#include <netinet/in.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "source/address.h"
#include "source/http_impl.h"
#include "text/url.h"

#define SLOW_BYTES 1000L	/* a second, for SLOW_S, is too slow */
#define SLOW_S 30L
#define CONNECT_S 10L

static int
fail(struct job *job, enum sm_exit code, const char *text)
{
	job->ended = true;
	return sm_err_set(&job->err, code, "%s", text);
}

/* A redirect's or a retry's head begins anew with its status line. */
static size_t
on_head(char *line, size_t size, size_t count, void *arg)
{
	struct job *job = arg;
	size_t len = size * count;

	if (len >= 5 && strncasecmp(line, "HTTP/", 5) == 0) {
		sm_buf_clear(&job->head);
		return len;
	}
	if (job->head.len + len > SM_HTTP_HEAD) {
		fail(job, SM_EXIT_REFUSED, "the server's headers are too "
		    "long");
		return 0;
	}
	while (len > 0 && strchr("\r\n \t", line[len - 1]))
		len--;
	if (len > 0 && !memchr(line, '\0', len)) {
		sm_buf_add(&job->head, line, len);
		sm_buf_addc(&job->head, '\0');
	}
	return size * count;
}

struct sm_response
http_response(const struct job *job)
{
	struct sm_response res = {
		.status = job->status,
		.url = sm_buf_str(&job->url),
		.headers = sm_buf_str(&job->head),
		.headers_len = job->head.len,
		.raw = job->raw[0] ? job->raw : NULL,
	};

	return res;
}

static int
check_caps(struct job *job, size_t len)
{
	size_t max = job->want.req->max_body ? job->want.req->max_body :
	    SM_HTTP_BODY;
	curl_off_t sent = 0;

	job->got += len;
	if (job->got > max)
		return fail(job, SM_EXIT_REFUSED, "the answer is larger than "
		    "is allowed");
	if (job->easy && job->got > SM_HTTP_SMALL &&
	    curl_easy_getinfo(job->easy, CURLINFO_SIZE_DOWNLOAD_T, &sent) ==
	    CURLE_OK && sent > 0 &&
	    job->got / (size_t)sent >= SM_HTTP_RATIO)
		return fail(job, SM_EXIT_REFUSED, "the answer unpacks to more "
		    "than a hundred times its size: a trap");
	return 0;
}

/* len 0: the end, at which an empty answer begins as well. */
int
http_easy_take(struct job *job, const char *data, size_t len)
{
	struct sm_response res;

	if (check_caps(job, len) == -1)
		return -1;
	if (job->http->opt.record) {
		sm_buf_add(&job->body, data ? data : "", len);
		return 0;
	}
	if (!job->begun) {
		job->begun = true;
		res = http_response(job);
		if (job->want.begin(job->want.arg, &res, &job->err) == -1) {
			job->ended = true;
			return -1;
		}
	}
	if (len > 0 &&
	    job->want.body(job->want.arg, data, len, &job->err) == -1) {
		job->ended = true;
		return -1;
	}
	return 0;
}

static size_t
on_body(char *data, size_t size, size_t count, void *arg)
{
	struct job *job = arg;
	size_t len = size * count;
	long status = 0;

	curl_easy_getinfo(job->easy, CURLINFO_RESPONSE_CODE, &status);
	job->status = (int)status;
	if (status / 100 != 2 && !job->http->opt.record)
		return check_caps(job, len) == -1 ? 0 : len;
	return http_easy_take(job, data, len) == -1 ? 0 : len;
}

static int
port_of(const struct sockaddr *address)
{
	struct sockaddr_in in4;
	struct sockaddr_in6 in6;

	if (address->sa_family == AF_INET) {
		memcpy(&in4, address, sizeof(in4));
		return ntohs(in4.sin_port);
	}
	memcpy(&in6, address, sizeof(in6));
	return ntohs(in6.sin6_port);
}

/* The address is looked at here, where no name can lie about it any more. */
static curl_socket_t
on_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct job *job = arg;
	const char *what = sm_address_private(&address->addr);
	int proxy = job->http->proxy_port;

	(void)purpose;
	if (what && !job->want.allow_private &&
	    !(proxy && port_of(&address->addr) == proxy)) {
		job->refused = what;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC,
	    address->protocol);
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

static void
set_policy(CURL *easy, const struct sm_http *http)
{
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, CONNECT_S);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)http->opt.timeout_s);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, SLOW_BYTES);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, SLOW_S);
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "sm/" SM_VERSION
	    " (social media and mail triage)");
}

static void
set_request(struct job *job)
{
	const struct sm_http_job *want = &job->want;
	CURL *easy = job->easy;

	job->lines = NULL;
	for (size_t i = 0; i < want->req->nheaders; i++)
		job->lines = curl_slist_append(job->lines,
		    sm_buf_str(&want->req->headers[i]));
	curl_easy_setopt(easy, CURLOPT_URL, sm_buf_str(&job->url));
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, job->lines);
	if (want->user && want->password) {
		curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		curl_easy_setopt(easy, CURLOPT_USERNAME, want->user);
		curl_easy_setopt(easy, CURLOPT_PASSWORD, want->password);
	}
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
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_head);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, job);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, job);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, job);
}

int
http_easy_start(struct job *job)
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
	/* A proxy would connect for us, so the host's name is looked at. */
	what = job->http->proxy_port && !job->want.allow_private ?
	    sm_address_private_host(parts.host, parts.host_len) : NULL;
	if (what)
		return sm_err_set(&job->err, SM_EXIT_NOPERM, "its address is "
		    "not public (%s); 'allow_private = yes' permits it", what);
	job->easy = take_spare(job->http);
	if (!job->easy)
		return sm_err_set(&job->err, SM_EXIT_OS,
		    "cannot begin a transfer");
	set_policy(job->easy, job->http);
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
	curl_slist_free_all(job->lines);
	job->lines = NULL;
	http->spare = sm_xgrow(http->spare, &http->spare_room,
	    http->nspare + 1, sizeof(CURL *));
	http->spare[http->nspare++] = job->easy;
	job->easy = NULL;
}
