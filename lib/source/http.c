#include "source/http.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/hash.h"
#include "base/xalloc.h"
#include "source/http_impl.h"
#include "source/tape.h"
#include "text/url.h"

int64_t
http_clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The port of the proxy that libcurl will find in the environment. */
static int
find_proxy(void)
{
	static const char *const names[] = { "https_proxy", "HTTPS_PROXY",
	    "http_proxy", "all_proxy", "ALL_PROXY" };
	struct sm_url url;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (!value || !*value)
			continue;
		if (sm_url_split(value, strlen(value), &url) == 0 &&
		    url.port > 0)
			return url.port;
		return 1080;	/* what libcurl takes where none is named */
	}
	return 0;
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
	http->random = (uint64_t)http_clock_ms() * 2654435761u + 1;
	http->proxy_port = find_proxy();
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

static void
free_hosts(struct sm_http *http)
{
	for (size_t i = 0; i < HTTP_BUCKETS; i++) {
		while (http->hosts[i]) {
			struct host *next = http->hosts[i]->next;

			free(http->hosts[i]->name);
			free(http->hosts[i]);
			http->hosts[i] = next;
		}
	}
}

void
sm_http_free(struct sm_http *http)
{
	if (!http)
		return;
	sm_http_abort(http, "not wanted any more");
	for (size_t i = 0; i < http->nspare; i++)
		curl_easy_cleanup(http->spare[i]);
	if (http->multi)
		curl_multi_cleanup(http->multi);
	tape_close(http->tape);
	free_hosts(http);
	free(http->spare);
	free(http->active);
	free(http);
}

static struct host *
find_host(struct sm_http *http, const char *url)
{
	size_t len = strcspn(url, "/"), bucket;
	struct host *host;
	char *name;

	if (strncmp(url + len, "//", 2) == 0)
		len += 2 + strcspn(url + len + 2, "/?#");
	name = sm_xstrndup(url, len);
	for (char *p = name; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	bucket = (size_t)(sm_hash(name, len) % HTTP_BUCKETS);
	for (host = http->hosts[bucket]; host; host = host->next) {
		if (strcmp(host->name, name) == 0) {
			free(name);
			return host;
		}
	}
	host = sm_xcalloc(1, sizeof(*host));
	host->name = name;
	host->next = http->hosts[bucket];
	http->hosts[bucket] = host;
	return host;
}

/* Into the list of hosts with a transfer to begin, if it has one. */
static void
list_host(struct sm_http *http, struct host *host)
{
	if (host->listed || !host->first ||
	    host->active >= http->opt.per_host)
		return;
	host->listed = true;
	host->ready = NULL;
	if (http->ready)
		http->ready_last->ready = host;
	else
		http->ready = host;
	http->ready_last = host;
}

void
http_queue(struct job *job)
{
	struct host *host = find_host(job->http, sm_buf_str(&job->url));

	job->host = host;
	job->next = NULL;
	if (host->first)
		host->last->next = job;
	else
		host->first = job;
	host->last = job;
	list_host(job->http, host);
}

void
http_pause(struct job *job, int64_t ms)
{
	job->not_before = http_clock_ms() + ms;
	job->next = job->http->paused;
	job->http->paused = job;
}

void
http_forget(struct job *job)
{
	job->http->left--;
	sm_buf_release(&job->url);
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
	http_queue(job);
}

/* The next transfer by turns of the hosts, or NULL. */
static struct job *
next_job(struct sm_http *http)
{
	struct host *host = http->ready;
	struct job *job;

	if (!host || http->nactive >= (size_t)http->opt.in_flight)
		return NULL;
	http->ready = host->ready;
	host->listed = false;
	job = host->first;
	host->first = job->next;
	host->active++;
	list_host(http, host);
	return job;
}

/* The job is no transfer any more; its host may begin another. */
static void
leave(struct job *job)
{
	struct sm_http *http = job->http;

	for (size_t i = 0; i < http->nactive; i++) {
		if (http->active[i] == job) {
			http->active[i] = http->active[--http->nactive];
			break;
		}
	}
	http_easy_stop(job);
	job->host->active--;
	list_host(http, job->host);
}

static void
play(struct job *job)
{
	struct sm_response res;
	const char *body = "";
	size_t len = 0;
	CURLcode code = CURLE_OK;

	job->ended = tape_play(job->http->tape, sm_buf_str(&job->url),
	    &job->status, &job->head, &body, &len, &job->err) == -1;
	if (!job->ended && job->status / 100 == 2) {
		res = http_response(job);
		job->begun = true;
		if (job->want.begin(job->want.arg, &res, &job->err) == -1 ||
		    (len > 0 && http_easy_take(job, body, len) == -1))
			job->ended = true;
	}
	if (job->ended)
		code = CURLE_WRITE_ERROR;
	job->host->active--;
	list_host(job->http, job->host);
	http_end(job, code);
}

static void
start(struct job *job)
{
	struct sm_http *http = job->http;

	sm_buf_clear(&job->head);
	sm_buf_clear(&job->body);
	job->status = 0;
	job->got = 0;
	job->begun = job->ended = false;
	job->refused = NULL;
	if (http->opt.replay) {
		play(job);
		return;
	}
	if (http_easy_start(job) == -1) {
		job->host->active--;
		list_host(http, job->host);
		http_end_failed(job, &job->err);
		return;
	}
	http->active = sm_xgrow(http->active, &http->active_room,
	    http->nactive + 1, sizeof(struct job *));
	http->active[http->nactive++] = job;
}

/* Those whose pause is over go back to their queues. */
static void
wake(struct sm_http *http)
{
	int64_t now = http->paused ? http_clock_ms() : 0;
	struct job *all = http->paused, *next;

	http->paused = NULL;
	for (; all; all = next) {
		next = all->next;
		if (all->not_before <= now)
			http_queue(all);
		else {
			all->next = http->paused;
			http->paused = all;
		}
	}
}

size_t
sm_http_turn(struct sm_http *http)
{
	struct job *job;
	CURLMsg *msg;
	int running, queued;

	wake(http);
	while ((job = next_job(http)))
		start(job);
	if (!http->multi)
		return http->left;
	curl_multi_perform(http->multi, &running);
	while ((msg = curl_multi_info_read(http->multi, &queued))) {
		CURLcode code = msg->data.result;

		if (msg->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &job);
		leave(job);
		/* An empty answer has begun as well. */
		if (job->status / 100 == 2 && code == CURLE_OK &&
		    http_easy_take(job, NULL, 0) == -1)
			code = CURLE_WRITE_ERROR;
		http_end(job, code);
	}
	return http->left;
}

void
sm_http_wait(struct sm_http *http, int wait_ms)
{
	int64_t now = http_clock_ms();

	for (const struct job *job = http->paused; job; job = job->next)
		if (job->not_before - now < wait_ms)
			wait_ms = job->not_before > now ?
			    (int)(job->not_before - now) : 0;
	if (http->ready && http->nactive < (size_t)http->opt.in_flight)
		wait_ms = 0;
	if (http->multi && wait_ms > 0)
		curl_multi_poll(http->multi, NULL, 0, wait_ms, NULL);
}

bool
sm_http_waits(const struct sm_http *http)
{
	return http->multi != NULL;
}

void
sm_http_abort(struct sm_http *http, const char *text)
{
	struct sm_err err;
	struct job *job;

	sm_err_set(&err, SM_EXIT_TEMP, "%s", text);
	while (http->nactive > 0) {
		job = http->active[0];
		leave(job);
		if (job->begun) {
			job->err = err;
			job->ended = true;
			http_end(job, CURLE_OPERATION_TIMEDOUT);
		} else
			http_end_failed(job, &err);
	}
	while ((job = http->paused)) {
		http->paused = job->next;
		http_end_failed(job, &err);
	}
	while (http->ready) {
		job = next_job(http);
		job->host->active--;
		list_host(http, job->host);
		http_end_failed(job, &err);
	}
}
