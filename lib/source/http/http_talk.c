/*
 * Dialogues (IMAP): libcurl connects, does TLS and logs in (CONNECT_ONLY); then
 * the connection is the connector's, and we carry bytes both ways whenever the
 * loop comes by, without waiting.
 *
 * A password never goes out in clear, but to this machine itself.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/xalloc.h"
#include "source/http/address.h"
#include "source/auth/auth_impl.h"
#include "source/http/http_impl.h"
#include "source/http/tape.h"

#define CONNECT_S 10L
#define PIECE 65536		/* bytes read at once */
#define PIECES 64		/* in one turn, so that others have theirs */

struct talk {
	struct sm_buf out;	/* what is still to be sent, */
	size_t sent;		/* from here on */
	int64_t heard_ms;	/* when the server last said something */
	bool connected;
	bool over;		/* the connector is done; out is sent yet */
	bool more;		/* there may be more to read, unseen by poll */
};

static int64_t
patience_ms(const struct job *job)
{
	int seconds = job->want.req->timeout_s ? job->want.req->timeout_s :
	    job->http->opt.timeout_s;

	return (int64_t)seconds * 1000;
}

/* The host of url, which the caller frees; NULL and job->err. */
static char *
find_host(struct job *job, bool *tls)
{
	const char *url = sm_buf_str(&job->url);
	CURLU *parts = curl_url();
	char *host = NULL, *user = NULL, *copy = NULL;

	*tls = strncasecmp(url, "imaps:", 6) == 0;
	if (!*tls && strncasecmp(url, "imap:", 5) != 0)
		sm_err_set(&job->err, SM_EXIT_CONFIG, "no imap(s) URL");
	else if (curl_url_set(parts, CURLUPART_URL, url, 0) != CURLUE_OK ||
	    curl_url_get(parts, CURLUPART_HOST, &host, 0) != CURLUE_OK)
		sm_err_set(&job->err, SM_EXIT_CONFIG, "no imap(s) URL");
	else if (curl_url_get(parts, CURLUPART_USER, &user, 0) == CURLUE_OK)
		sm_err_set(&job->err, SM_EXIT_CONFIG, "a URL with a user in "
		    "it: use an [account] with user and password_cmd");
	else
		copy = sm_xstrdup(host);
	curl_free(host);
	curl_free(user);
	curl_url_cleanup(parts);
	return copy;
}

static int
set_login(struct job *job)
{
	const struct sm_auth *auth = job->want.auth;
	const char *secret;

	if (!auth || !auth->user)
		return sm_err_set(&job->err, SM_EXIT_CONFIG, "a mailbox wants "
		    "a login: name an [account] with user and password_cmd");
	curl_easy_setopt(job->easy, CURLOPT_USERNAME, auth->user);
	secret = auth->kind == AUTH_OAUTH2 ? auth->token.access :
	    sm_buf_str(&auth->secret);
	if (auth->kind == AUTH_BASIC)
		curl_easy_setopt(job->easy, CURLOPT_PASSWORD, secret);
	else
		curl_easy_setopt(job->easy, CURLOPT_XOAUTH2_BEARER, secret);
	if (auth->pin)
		curl_easy_setopt(job->easy, CURLOPT_PINNEDPUBLICKEY,
		    auth->pin);
	return 0;
}

/* What the server said last, for the case that it refuses us. */
static size_t
on_line(char *line, size_t size, size_t count, void *arg)
{
	struct job *job = arg;
	size_t len = size * count;

	while (len > 0 && (unsigned char)line[len - 1] <= ' ')
		len--;
	sm_buf_clear(&job->head);
	sm_buf_add(&job->head, line, len < 400 ? len : 400);
	return size * count;
}

static void
set_connection(struct job *job, bool tls, bool here)
{
	CURL *easy = job->easy;
	long seconds = (long)(patience_ms(job) / 1000);

	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "imap,imaps");
	curl_easy_setopt(easy, CURLOPT_URL, sm_buf_str(&job->url));
	curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
	if (!tls)
		curl_easy_setopt(easy, CURLOPT_USE_SSL, here ?
		    (long)CURLUSESSL_TRY : (long)CURLUSESSL_ALL);
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
	if (job->want.cafile)
		curl_easy_setopt(easy, CURLOPT_CAINFO, job->want.cafile);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, CONNECT_S);
	curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT,
	    seconds < 60 ? seconds : 60L);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_line);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, job);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, http_easy_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, job);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, job->text);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, job);
}

static bool
is_here(const char *host)
{
	const char *what = sm_address_private_host(host, strlen(host));

	/* libcurl never asks anybody where localhost is. */
	return (what && strcmp(what, "loopback") == 0) ||
	    strcasecmp(host, "localhost") == 0;
}

int
http_talk_start(struct job *job)
{
	bool tls;
	char *host = find_host(job, &tls);

	if (!host)
		return -1;
	job->easy = curl_easy_init();
	if (!job->easy)
		sm_err_set(&job->err, SM_EXIT_OS, "cannot begin a transfer");
	else if (http_easy_proxy(job, host, strlen(host)) == -1 ||
	    set_login(job) == -1) {
		curl_easy_cleanup(job->easy);
		job->easy = NULL;
	}
	if (!job->easy) {
		free(host);
		return -1;
	}
	job->text[0] = '\0';
	set_connection(job, tls, is_here(host));
	free(host);
	job->talk = sm_xcalloc(1, sizeof(*job->talk));
	curl_multi_add_handle(job->http->multi, job->easy);
	return 0;
}

void
http_talk_free(struct job *job)
{
	if (!job->talk)
		return;
	sm_buf_release(&job->talk->out);
	free(job->talk);
	job->talk = NULL;
}

/* Bytes of the server to the connector, and what it says to them. */
static int
hand_on(struct job *job, const char *data, size_t len)
{
	struct talk *talk = job->talk;
	int ret;

	if (job->http->opt.record && job->body.len + len <= TAPE_FILE_MAX)
		sm_buf_add(&job->body, data, len);
	job->begun = true;
	ret = job->want.talk(job->want.arg, data, len, &talk->out,
	    &job->err);
	if (ret == -1)
		job->ended = true;
	talk->over = ret == 0;
	return ret == -1 ? -1 : 0;
}

static int
lost(struct job *job, const char *text)
{
	job->ended = true;
	return sm_err_set(&job->err, SM_EXIT_TEMP, "the connection was lost"
	    "%s%s", *text ? ": " : "", text);
}

static int
send_on(struct job *job)
{
	struct talk *talk = job->talk;
	CURLcode code = CURLE_OK;
	size_t n;

	while (talk->sent < talk->out.len) {
		code = curl_easy_send(job->easy, talk->out.data + talk->sent,
		    talk->out.len - talk->sent, &n);
		if (code != CURLE_OK)
			break;
		talk->sent += n;
	}
	if (code != CURLE_OK && code != CURLE_AGAIN)
		return lost(job, curl_easy_strerror(code));
	if (talk->sent == talk->out.len) {
		sm_buf_clear(&talk->out);
		talk->sent = 0;
	}
	return 0;
}

/* 1: something came, 0: not now, -1. */
static int
receive(struct job *job, char *piece)
{
	size_t n = 0;
	CURLcode code = curl_easy_recv(job->easy, piece, PIECE, &n);

	if (code == CURLE_AGAIN)
		return 0;
	if (code != CURLE_OK)
		return lost(job, curl_easy_strerror(code));
	if (n == 0)
		return lost(job, "the server hung up");
	job->talk->heard_ms = http_clock_ms();
	return hand_on(job, piece, n) == -1 ? -1 : 1;
}

/* A server that says nothing: the connector may know why, if it lasts. */
static int
look_at_clock(struct job *job)
{
	struct talk *talk = job->talk;
	int64_t now = http_clock_ms();

	if (now - talk->heard_ms < patience_ms(job))
		return 0;
	if (!job->want.req->stream)
		return lost(job, "the server says nothing any more");
	talk->heard_ms = now;
	return hand_on(job, NULL, 0);
}

/* What can be done without waiting.  True: it is over. */
static bool
pump(struct job *job)
{
	struct talk *talk = job->talk;
	char *piece = sm_xmalloc(PIECE);
	int ret = send_on(job);

	talk->more = true;
	for (int i = 0; i < PIECES && ret == 0 && !talk->over; i++) {
		ret = receive(job, piece);
		talk->more = ret == 1;
		if (ret == 0)
			break;
		if (ret == 1)
			ret = send_on(job);
	}
	if (ret == 0 && !talk->over)
		ret = look_at_clock(job);
	if (ret == 0)
		ret = send_on(job);
	free(piece);
	return ret == -1 || talk->over;
}

/* The login was refused, not the connection. */
static void
refused(struct job *job)
{
	const char *said = sm_buf_str(&job->head);
	bool passes = strstr(said, "[UNAVAILABLE]") || strstr(said,
	    "[INUSE]") || strstr(said, "[LIMIT]");

	job->ended = true;
	sm_err_set(&job->err, passes ? SM_EXIT_TEMP : SM_EXIT_NOPERM,
	    "the server refuses the login of account '%s': '%s'",
	    job->want.auth->account, said);
}

bool
http_talk_connected(struct job *job, CURLcode code)
{
	struct talk *talk = job->talk;

	if (code == CURLE_LOGIN_DENIED)
		refused(job);
	if (code == CURLE_USE_SSL_FAILED) {
		job->ended = true;
		sm_err_set(&job->err, SM_EXIT_REFUSED, "the server offers no "
		    "TLS, and a password does not go out in clear");
	}
	if (code != CURLE_OK)
		return false;
	talk->connected = true;
	talk->heard_ms = http_clock_ms();
	sm_buf_clear(&job->head);
	hand_on(job, NULL, 0);
	return true;
}

/* It is over: well, lost (what came so far counts), or with an error. */
static void
end(struct job *job)
{
	struct tape_key key = {
		.method = "GET",
		.url = sm_buf_str(&job->url),
	};
	struct sm_response res;

	job->status = 200;
	if (job->http->opt.record && tape_record(job->http->tape, &key, 200,
	    &job->head, &job->body, job->raw, &job->err) == -1)
		job->ended = true;
	if (job->ended && job->err.code != SM_EXIT_TEMP) {
		http_end_failed(job, &job->err);
		return;
	}
	res = http_response(job);
	res.cut = job->ended;
	res.err = job->ended ? &job->err : NULL;
	job->want.done(job->want.arg, &res, NULL);
	http_forget(job);
}

void
http_talk_turn(struct sm_http *http)
{
	for (size_t i = 0; i < http->nactive; i++) {
		struct job *job = http->active[i];

		if (!job->talk || !job->talk->connected ||
		    (!job->ended && !pump(job)))
			continue;
		http_leave(job);
		i--;		/* the last has taken its place */
		end(job);
	}
}

size_t
http_talk_wait(const struct sm_http *http, struct curl_waitfd **fds,
    int *wait_ms)
{
	int64_t now = http_clock_ms();
	size_t n = 0;

	*fds = NULL;
	for (size_t i = 0; i < http->nactive; i++) {
		struct job *job = http->active[i];
		struct curl_waitfd fd = { .events = CURL_WAIT_POLLIN };
		int64_t left;

		if (!job->talk || !job->talk->connected)
			continue;
		left = job->talk->more ? 0 : job->talk->heard_ms +
		    patience_ms(job) - now;
		if (left < *wait_ms)
			*wait_ms = left > 0 ? (int)left : 0;
		if (job->talk->out.len > job->talk->sent)
			fd.events |= CURL_WAIT_POLLOUT;
		if (curl_easy_getinfo(job->easy, CURLINFO_ACTIVESOCKET,
		    &fd.fd) != CURLE_OK || fd.fd == CURL_SOCKET_BAD)
			continue;
		*fds = sm_xreallocarray(*fds, n + 1, sizeof(**fds));
		(*fds)[n++] = fd;
	}
	return n;
}

void
http_talk_play(struct job *job, const char *body, size_t len)
{
	job->talk = sm_xcalloc(1, sizeof(*job->talk));
	if (hand_on(job, NULL, 0) == 0 && !job->talk->over)
		hand_on(job, body, len);
	if (!job->ended && !job->talk->over)
		lost(job, "the recording ends here");
	http_talk_free(job);
	end(job);
}
