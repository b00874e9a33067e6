#include "source/http/http.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "source/auth/auth_impl.h"
#include "source/http/http_impl.h"
#include "source/http/limit.h"
#include "source/http/tape.h"

#define LOGIN_MS 15000	/* so long a renewal is waited for */

int64_t
http_clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

uint64_t
http_random(struct sm_http *http, uint64_t below)
{
	http->random ^= http->random << 13;
	http->random ^= http->random >> 7;
	http->random ^= http->random << 17;
	return http->random % below;
}

static int
or_default(int value, int other)
{
	return value > 0 ? value : other;
}

struct sm_http *
sm_http_new(const struct sm_http_options *options, struct sm_err *err)
{
	struct sm_http *http = sm_xcalloc(1, sizeof(*http));

	http->opt = *options;
	http->opt.in_flight = or_default(options->in_flight, 64);
	http->opt.per_host = or_default(options->per_host, 2);
	http->opt.timeout_s = or_default(options->timeout_s, 60);
	http->opt.tries = or_default(options->tries, 5);
	http->opt.max_wait_s = or_default(options->max_wait_s, 30);
	http->random = ((uint64_t)http_clock_ms() ^ (uint64_t)getpid() << 32) *
	    2654435761u | 1;
	http->opt.pause_ms = options->pause_ms == 0 ? 1000 :
	    options->pause_ms > 0 ? options->pause_ms : 0;
	if (options->record || options->replay) {
		http->tape = tape_open(options->record, options->replay, err);
		if (!http->tape) {
			free(http);
			return NULL;
		}
	}
	if (!options->replay) {
		curl_global_init(CURL_GLOBAL_DEFAULT);
		http->multi = curl_multi_init();
	}
	return http;
}

void
sm_http_free(struct sm_http *http)
{
	if (!http)
		return;
	sm_http_abort(http, "not wanted any more");
	http_gate_settle(http);
	for (size_t i = 0; i < http->nspare; i++)
		curl_easy_cleanup(http->spare[i]);
	if (http->multi)
		curl_multi_cleanup(http->multi);
	tape_close(http->tape);
	http_free_hosts(http);
	free(http->spare);
	free(http->active);
	free(http);
}

void
http_forget(struct job *job)
{
	job->http->left--;
	sm_buf_release(&job->url);
	sm_buf_release(&job->sent);
	sm_buf_release(&job->head);
	sm_buf_release(&job->body);
	free(job);
}

void
sm_http_add(struct sm_http *http, const struct sm_http_job *want)
{
	struct job *job = sm_xcalloc(1, sizeof(*job));

	job->http = http;
	job->want = *want;
	sm_buf_add(&job->url, sm_buf_str(&want->req->url),
	    want->req->url.len);
	http->left++;
	if (want->req->pause_ms > 0 && !http->opt.replay)
		http_pause(job, want->req->pause_ms);
	else
		http_queue(job);
}

void
http_leave(struct job *job)
{
	struct sm_http *http = job->http;

	for (size_t i = 0; i < http->nactive; i++) {
		if (http->active[i] == job) {
			http->active[i] = http->active[--http->nactive];
			break;
		}
	}
	http_easy_stop(job);
	http_talk_free(job);
	http_host_leave(job);
}

static int
play_answer(struct job *job, const char **body, size_t *len)
{
	const struct sm_request *req = job->want.req;
	struct sm_buf url = SM_BUF_INIT;
	struct tape_key key = {
		.method = http_method(req),
		.body = sm_buf_str(&req->body),
		.body_len = req->body.len,
	};
	int ret;

	key.url = sm_buf_str(&job->url);
	ret = tape_play(job->http->tape, &key, &job->status, &job->head,
	    body, len, &job->err);
	if (ret == -1) {
		/* Recorded without its secrets. */
		http_hide_url(job, &url);
		key.url = sm_buf_str(&url);
		ret = tape_play(job->http->tape, &key, &job->status,
		    &job->head, body, len, &job->err);
	}
	sm_buf_release(&url);
	return ret;
}

static void
play(struct job *job)
{
	const char *body = "";
	size_t len = 0;

	job->ended = play_answer(job, &body, &len) == -1;
	(void)snprintf(job->raw, sizeof(job->raw), "%s",
	    tape_raw(job->http->tape));
	http_host_leave(job);
	if (!job->ended && job->want.talk) {
		http_talk_play(job, body, len);
		return;
	}
	if (!job->ended && job->status / 100 != 2)
		http_take_error(job, body, len);
	else if (!job->ended && http_take(job, body, len) == -1)
		job->ended = true;
	http_end(job, job->ended ? CURLE_WRITE_ERROR : CURLE_OK);
}

/* Whether its body is to be seen whole before anyone uses it. */
static bool
is_held(const struct job *job)
{
	const struct sm_request *req = job->want.req;

	return !req->stream && ((job->http->opt.record && !job->want.login) ||
	    sm_limit_needs_body(sm_limit_find(req->limits)));
}

static void
reset(struct job *job)
{
	sm_buf_clear(&job->head);
	sm_buf_clear(&job->body);
	job->status = 0;
	job->got = 0;
	job->until = 0;
	job->begun = job->ended = false;
	job->refused = NULL;
	job->hold = is_held(job);
}

static int
send_off(struct job *job)
{
	const struct sm_http_job *want = &job->want;

	if (want->send && want->send(want->arg, &job->err) == -1)
		return -1;
	if (job->http->opt.replay)
		return 1;
	if ((want->talk ? http_talk_start(job) : http_easy_start(job)) == 0)
		return 1;
	http_end_vain(job, CURLE_COULDNT_CONNECT);
	return -1;
}

static void
start(struct job *job)
{
	struct sm_http *http = job->http;
	int ret = 1;

	reset(job);
	if (!http->opt.replay)
		ret = http_gate(job);
	if (ret == 1)
		ret = send_off(job);
	if (ret != 1 || job->want.req->stream)
		http_host_leave(job);
	if (ret == -1)
		http_end_failed(job, &job->err);
	if (ret != 1)
		return;
	if (http->opt.replay) {
		play(job);
		return;
	}
	http->active = sm_xgrow(http->active, &http->active_room,
	    http->nactive + 1, sizeof(struct job *));
	http->active[http->nactive++] = job;
}

/* What libcurl has finished. */
static void
collect(struct sm_http *http)
{
	struct job *job;
	CURLMsg *msg;
	int running, queued;

	curl_multi_perform(http->multi, &running);
	while ((msg = curl_multi_info_read(http->multi, &queued))) {
		CURLcode code = msg->data.result;

		if (msg->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &job);
		if (job->talk && http_talk_connected(job, code))
			continue;
		http_leave(job);
		/* An empty answer has begun as well. */
		if (job->status / 100 == 2 && code == CURLE_OK &&
		    http_take(job, NULL, 0) == -1)
			code = CURLE_WRITE_ERROR;
		http_end(job, code);
	}
}

size_t
sm_http_turn(struct sm_http *http)
{
	struct job *job;

	http_wake(http);
	while ((job = http_next(http)))
		start(job);
	if (http->multi)
		collect(http);
	http_talk_turn(http);
	http_gate_settle(http);
	return http->left;
}

/* How long there is nothing to do, but for what is under way. */
static int
shortest_wait(const struct sm_http *http, int wait_ms)
{
	int64_t now = http_clock_ms();

	for (const struct job *job = http->paused; job; job = job->next)
		if (job->not_before - now < wait_ms)
			wait_ms = job->not_before > now ?
			    (int)(job->not_before - now) : 0;
	if (http->ready && http->nactive < (size_t)http->opt.in_flight)
		wait_ms = 0;
	return wait_ms;
}

void
sm_http_wait(struct sm_http *http, int wait_ms)
{
	struct curl_waitfd *talks;
	size_t n;

	wait_ms = shortest_wait(http, wait_ms);
	n = http_talk_wait(http, &talks, &wait_ms);
	if (http->multi && wait_ms > 0)
		curl_multi_poll(http->multi, talks, (unsigned)n, wait_ms,
		    NULL);
	free(talks);
}

void
sm_http_wait_for(struct sm_http *http, int wait_ms, const int *fds,
    size_t count)
{
	struct pollfd *polls = sm_xcalloc(count + 1, sizeof(*polls));
	struct curl_waitfd *talks, *waits;
	size_t n;

	wait_ms = shortest_wait(http, wait_ms);
	n = http_talk_wait(http, &talks, &wait_ms);
	waits = sm_xcalloc(count + n + 1, sizeof(*waits));
	for (size_t i = 0; i < n; i++)
		waits[count + i] = talks[i];
	free(talks);
	for (size_t i = 0; i < count; i++) {
		waits[i].fd = polls[i].fd = fds[i];
		waits[i].events = CURL_WAIT_POLLIN;
		polls[i].events = POLLIN;
	}
	if (wait_ms > 0 && http->multi)
		curl_multi_poll(http->multi, waits, (unsigned)(count + n),
		    wait_ms, NULL);
	else if (wait_ms > 0)
		poll(polls, (nfds_t)count, wait_ms);
	free(waits);
	free(polls);
}

bool
sm_http_waits(const struct sm_http *http)
{
	return http->multi != NULL;
}

static bool
has_login(const struct sm_http *http)
{
	for (size_t i = 0; i < http->nactive; i++)
		if (http->active[i]->want.login)
			return true;
	return false;
}

/*
 * A refresh token that was used and not replaced is a lost account: what is
 * under way to get a token is waited for, for a while.
 */
static void
end_logins(struct sm_http *http)
{
	int64_t until = http_clock_ms() + LOGIN_MS;

	while (http->multi && has_login(http) && http_clock_ms() < until) {
		curl_multi_poll(http->multi, NULL, 0, 100, NULL);
		collect(http);
	}
}

static void
abort_job(struct job *job, const struct sm_err *err)
{
	http_leave(job);
	if (!job->begun) {
		http_end_failed(job, err);
		return;
	}
	job->err = *err;
	job->ended = true;
	http_end(job, CURLE_OPERATION_TIMEDOUT);
}

void
sm_http_abort(struct sm_http *http, const char *text)
{
	struct sm_err err;
	struct job *job;

	sm_err_set(&err, SM_EXIT_TEMP, "%s", text);
	http->ending = true;
	end_logins(http);
	while (http->nactive > 0)
		abort_job(http->active[0], &err);
	while ((job = http->paused)) {
		http->paused = job->next;
		http_end_failed(job, &err);
	}
	while (http->ready) {
		job = http_next(http);
		http_host_leave(job);
		http_end_failed(job, &err);
	}
	http->ending = false;
}
