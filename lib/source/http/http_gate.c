/*
 * Before each request: what is known of the server's limits, by this process
 * and all others.  Behind each answer: what is to be known of them.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "source/http/http_impl.h"
#include "source/http/limit.h"

#define BUSY_MS 120000		/* so long we wait for another process */
#define TURN_MS 2000		/* so long others wait for us ... */
#define REST_MS 20		/* ... before they have a chance */

static int
wait_for(struct job *job, int64_t ms)
{
	http_pause(job, ms);
	return 0;
}

/* Nobody else asks this server by this account while we do. */
static int
take_lock(struct job *job)
{
	struct host *host = job->host;
	int64_t now = http_clock_ms();
	struct limit_window window;
	int fd;

	/* Long enough: when all that is under way is done, others may. */
	if (host->lock != -1 && host->active > 1 &&
	    now - host->locked_ms > TURN_MS)
		return wait_for(job, REST_MS);
	if (host->lock != -1 || host->unshared)
		return 1;
	if (now < host->rest_ms)
		return wait_for(job, host->rest_ms - now);
	if (!host->path)
		host->path = limit_window_path(host->name, host->account);
	fd = limit_window_lock(host->path, &window);
	if (fd == -2) {
		if (job->waiting_ms == 0)
			job->waiting_ms = now;
		if (now - job->waiting_ms < BUSY_MS)
			return wait_for(job, 3 + (int64_t)http_random(
			    job->http, 12));
		return sm_err_set(&job->err, SM_EXIT_TEMP, "not asked: "
		    "another process has been asking '%s' for two minutes",
		    host->name);
	}
	job->waiting_ms = 0;
	if (fd == -1) {
		host->unshared = true;
		return 1;
	}
	host->lock = fd;
	host->window = window;
	host->locked_ms = now;
	host->locked = job->http->locked;
	job->http->locked = host;
	return 1;
}

static int
left_alone(struct job *job, int64_t until_ms)
{
	const struct limit_window *window = &job->host->window;
	char text[SM_TIME_TEXT];

	sm_time_format((until_ms + 999) / 1000, text);
	job->until = (until_ms + 999) / 1000;
	if (window->broken)
		return sm_err_set(&job->err, SM_EXIT_TEMP, "not asked: '%s' "
		    "is left alone until %s, since the last %lld requests "
		    "failed", job->host->name, text,
		    (long long)window->failures);
	return sm_err_set(&job->err, SM_EXIT_TEMP, "not asked: '%s' is to be "
	    "left alone until %s (its limit of requests)", job->host->name,
	    text);
}

static int
check_window(struct job *job)
{
	struct host *host = job->host;
	int64_t now = limit_clock_ms();
	int64_t at = limit_window_free(&host->window, now);
	int64_t polite = host->next_ms - http_clock_ms();

	if (at - now > (int64_t)job->http->opt.max_wait_s * 1000)
		return left_alone(job, at);
	if (at > now)
		return wait_for(job, at - now);
	if (polite > 0 && job->hops == 0)
		return wait_for(job, polite);
	if (host->window.gap_until_ms > now) {
		host->window.last_ms = now;
		limit_window_write(host->lock, &host->window);
	}
	if (host->foreign && !job->secret && !job->want.login)
		host->next_ms = http_clock_ms() + job->http->opt.pause_ms;
	return 1;
}

int
http_gate(struct job *job)
{
	int ret = job->secret ? http_login(job) : 1;

	/* A dialogue may last; it has no limits of requests. */
	if (job->want.talk)
		return ret;
	if (ret == 1)
		ret = take_lock(job);
	return ret == 1 ? check_window(job) : ret;
}

/* A stream has given its lock back long ago. */
static void
keep(struct host *host, bool changed)
{
	struct limit_window window;
	int fd;

	if (!changed)
		return;
	if (host->lock != -1) {
		limit_window_write(host->lock, &host->window);
		return;
	}
	if (!host->path || host->unshared)
		return;
	fd = limit_window_lock(host->path, &window);
	if (fd < 0)
		return;
	if (window.until_ms > host->window.until_ms)
		host->window.until_ms = window.until_ms;
	limit_window_write(fd, &host->window);
	limit_window_unlock(host->path, fd, &host->window);
}

static const struct sm_limit_dialect *
dialect_of(const struct job *job)
{
	const struct sm_limit_dialect *dialect =
	    sm_limit_find(job->want.req->limits);

	return dialect ? dialect : sm_limit_find(NULL);
}

void
http_gate_learn(struct job *job, struct sm_limit *limit)
{
	struct sm_response res = http_response(job);
	bool replay = job->http->opt.replay != NULL;
	int64_t now = replay ? sm_clock_now() * 1000 : limit_clock_ms();
	struct host *host = job->host;
	bool changed;

	sm_limit_read(dialect_of(job), &res, sm_buf_str(&job->body),
	    job->body.len, now, limit);
	if (limit->limited && limit->until_ms > now)
		job->until = (limit->until_ms + 999) / 1000;
	if (replay)
		return;
	host->answered = host->answered || !limit->limited;
	changed = limit_window_learn(&host->window, limit, now);
	if (job->status < 500 && limit_window_worked(&host->window))
		changed = true;
	keep(host, changed);
}

void
http_gate_failed(struct job *job)
{
	if (job->http->opt.replay)
		return;
	keep(job->host, limit_window_failed(&job->host->window,
	    limit_clock_ms()));
}

void
http_gate_settle(struct sm_http *http)
{
	int64_t now = http->locked ? http_clock_ms() : 0;
	struct host **at = &http->locked, *host;

	while ((host = *at)) {
		bool long_ago = now - host->locked_ms > TURN_MS;

		if (host->active > 0 || (host->first && !long_ago &&
		    !http->ending)) {
			at = &host->locked;
			continue;
		}
		limit_window_unlock(host->path, host->lock, &host->window);
		host->lock = -1;
		if (long_ago)
			host->rest_ms = now + REST_MS;
		*at = host->locked;
	}
}
