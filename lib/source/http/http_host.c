/* Whose turn it is: jobs queue by host, hosts take turns. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/xalloc.h"
#include "source/http/address.h"
#include "source/auth/auth_impl.h"
#include "source/http/http_impl.h"
#include "text/url.h"

static struct host *
new_host(const char *url, char *name, const char *account)
{
	struct host *host = sm_xcalloc(1, sizeof(*host));
	struct sm_url parts;

	host->name = name;
	host->account = sm_xstrdup(account);
	host->lock = -1;
	host->foreign = sm_url_split(url, strlen(url), &parts) == 0 &&
	    !sm_address_private_host(parts.host, parts.host_len);
	return host;
}

static struct host *
find_host(struct sm_http *http, const char *url, const char *account)
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
		if (strcmp(host->name, name) == 0 &&
		    strcmp(host->account, account) == 0) {
			free(name);
			return host;
		}
	}
	host = new_host(url, name, account);
	host->next = http->hosts[bucket];
	http->hosts[bucket] = host;
	return host;
}

void
http_free_hosts(struct sm_http *http)
{
	for (size_t i = 0; i < HTTP_BUCKETS; i++) {
		while (http->hosts[i]) {
			struct host *host = http->hosts[i];

			http->hosts[i] = host->next;
			free(host->name);
			free(host->account);
			free(host->path);
			free(host);
		}
	}
}

/*
 * One at a time by an account, so that nothing is asked before what the last
 * answer says of limits is known; the same until a server has answered, and
 * while it has anything to say of limits.
 */
static int
most_active(const struct sm_http *http, const struct host *host)
{
	const struct limit_window *window = &host->window;

	if (http->opt.replay)
		return http->opt.per_host;
	if (*host->account || !host->answered || window->failures > 0 ||
	    window->until_ms > 0 || window->gap_ms > 0)
		return 1;
	return http->opt.per_host;
}

/* Into the list of hosts with a transfer to begin, if it has one. */
static void
list_host(struct sm_http *http, struct host *host)
{
	if (host->listed || !host->first ||
	    host->active >= most_active(http, host))
		return;
	host->listed = true;
	host->ready = NULL;
	if (http->ready)
		http->ready_last->ready = host;
	else
		http->ready = host;
	http->ready_last = host;
}

/* Credentials go with the first request only, and to their own origin. */
static bool
has_secret(const struct job *job)
{
	const struct sm_http_job *want = &job->want;
	const char *home = want->req->origin ? want->req->origin :
	    want->origin;

	if (want->talk)
		return want->auth != NULL;
	return !want->req->anonymous && job->hops == 0 &&
	    auth_is_for(want->auth, sm_buf_str(&job->url), home);
}

void
http_queue(struct job *job)
{
	struct host *host;

	job->secret = has_secret(job);
	host = find_host(job->http, sm_buf_str(&job->url), job->secret ?
	    job->want.auth->account : "");
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

/* Those whose pause is over go back to their queues, as they came. */
void
http_wake(struct sm_http *http)
{
	int64_t now = http->paused ? http_clock_ms() : 0;
	struct job *all = http->paused, *due = NULL, *next;

	http->paused = NULL;
	for (; all; all = next) {
		next = all->next;
		if (all->not_before <= now) {
			all->next = due;
			due = all;
		} else {
			all->next = http->paused;
			http->paused = all;
		}
	}
	for (; due; due = next) {
		next = due->next;
		http_queue(due);
	}
}

struct job *
http_next(struct sm_http *http)
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
	job->counted = true;
	list_host(http, host);
	return job;
}

void
http_host_leave(struct job *job)
{
	if (!job->counted)
		return;
	job->counted = false;
	job->host->active--;
	list_host(job->http, job->host);
}
