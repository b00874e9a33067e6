/*
 * Tokens that have to be renewed before a job may begin.  The renewal is a
 * transfer of its own; the other jobs of the account wait, in this process for
 * it, in others for its lock.  Who renews waits for nobody who waits for him:
 * a job takes the lock of its server only when it has a token.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/hash.h"
#include "base/xalloc.h"
#include "source/http/address.h"
#include "source/auth/auth_impl.h"
#include "source/auth/auth_renew.h"
#include "source/http/http_impl.h"
#include "text/url.h"

#define LOOK_MS 10		/* between looks whether it is done */
#define BUSY_MS 120000		/* so long we wait for another process */
#define FAILED_MS 30000		/* so long a failure is everyone's */

struct login {
	struct sm_http *http;
	struct sm_auth *auth;
	struct sm_http_job job;
	struct sm_request req;
	struct sm_buf body;
	char *home, *cafile;
};

static void ask(struct login *login);

/*
 * Whoever ends us politely waits until the tokens are kept: a refresh token
 * that was used, and whose successor was not kept, is a lost account.
 */
static void
hold_signals(struct sm_http *http, bool hold)
{
	static const int polite[] = { SIGHUP, SIGINT, SIGTERM };
	sigset_t set;

	(void)sigemptyset(&set);
	for (size_t i = 0; i < sizeof(polite) / sizeof(polite[0]); i++)
		(void)sigaddset(&set, polite[i]);
	if (hold && http->logins++ == 0)
		(void)pthread_sigmask(SIG_BLOCK, &set, &http->signals);
	if (!hold && --http->logins == 0)
		(void)pthread_sigmask(SIG_SETMASK, &http->signals, NULL);
}

static void
end(struct login *login, const struct sm_err *err)
{
	struct sm_auth *auth = login->auth;

	free(auth->failure);
	auth->failure = NULL;
	if (err) {
		auth->failure = sm_xcalloc(1, sizeof(*auth->failure));
		*auth->failure = *err;
		auth->failed_ms = http_clock_ms();
	}
	auth_end(auth);
	auth->busy = false;
	hold_signals(login->http, false);
	auth_wipe(&login->req.body);
	auth_wipe(&login->body);
	sm_request_release(&login->req);
	sm_buf_release(&login->body);
	sm_auth_free(auth);
	free(login->home);
	free(login->cafile);
	free(login);
}

static int
on_begin(void *arg, const struct sm_response *res, struct sm_err *err)
{
	(void)arg;
	(void)res;
	(void)err;
	return 0;
}

static int
on_body(void *arg, const char *data, size_t len, struct sm_err *err)
{
	struct login *login = arg;

	if (login->body.len + len > AUTH_ANSWER_MAX)
		return sm_err_set(err, SM_EXIT_REFUSED, "the answer with the "
		    "token is too large");
	sm_buf_add(&login->body, data, len);
	return 0;
}

static void
on_done(void *arg, const struct sm_response *res, const struct sm_err *why)
{
	struct login *login = arg;
	enum auth_step step = AUTH_FAILED;
	struct sm_err err;

	if (!res || res->cut) {
		err = res ? *res->err : *why;
		(void)sm_err_prefix(&err, "account '%s': its token cannot be "
		    "renewed", login->auth->account);
	} else
		step = auth_answer(login->auth, res,
		    sm_buf_str(&login->body), login->body.len, &err);
	if (step == AUTH_ASK)
		ask(login);
	else
		end(login, step == AUTH_FAILED ? &err : NULL);
}

/* Tokens go over TLS, or stay on our own net. */
static int
check_url(const struct login *login, struct sm_err *err)
{
	const char *text = sm_buf_str(&login->req.url);
	struct sm_url url;

	if (sm_url_split(text, strlen(text), &url) == 0 &&
	    (url.scheme_len == 5 || login->job.allow_private ||
	    sm_address_private_host(url.host, url.host_len)))
		return 0;
	return sm_err_set(err, SM_EXIT_CONFIG, "account '%s': its tokens go "
	    "to an https URL only, not to '%.200s'", login->auth->account,
	    text);
}

static void
ask(struct login *login)
{
	struct sm_err err;

	auth_wipe(&login->req.body);
	auth_wipe(&login->body);
	sm_request_release(&login->req);
	if (auth_ask(login->auth, login->home, &login->req, &err) == -1 ||
	    check_url(login, &err) == -1) {
		end(login, &err);
		return;
	}
	sm_http_add(login->http, &login->job);
}

static void
begin(const struct job *job)
{
	const struct sm_http_job *want = &job->want;
	const char *home = want->req->origin ? want->req->origin :
	    want->origin;
	struct login *login = sm_xcalloc(1, sizeof(*login));

	login->http = job->http;
	login->auth = want->auth;
	login->auth->users++;
	login->auth->busy = true;
	hold_signals(login->http, true);
	login->home = home ? sm_xstrdup(home) : NULL;
	login->cafile = want->cafile ? sm_xstrdup(want->cafile) : NULL;
	login->job.req = &login->req;
	login->job.cafile = login->cafile;
	login->job.allow_private = want->allow_private;
	login->job.login = true;
	login->job.arg = login;
	login->job.begin = on_begin;
	login->job.body = on_body;
	login->job.done = on_done;
	sm_request_init(&login->req);
	ask(login);
}

static int
look_again(struct job *job, int64_t ms)
{
	http_pause(job, ms);
	return 0;
}

static int
failed(struct job *job, const struct sm_err *err)
{
	job->err = *err;
	return -1;
}

/* Another process renews it: it will not take long. */
static int
wait_for_other(struct job *job)
{
	int64_t now = http_clock_ms();

	if (job->waiting_ms == 0)
		job->waiting_ms = now;
	if (now - job->waiting_ms < BUSY_MS)
		return look_again(job, LOOK_MS + (int64_t)http_random(
		    job->http, LOOK_MS));
	return sm_err_set(&job->err, SM_EXIT_TEMP, "account '%s': another "
	    "process has been renewing its token for two minutes",
	    job->want.auth->account);
}

int
http_login(struct job *job)
{
	struct sm_auth *auth = job->want.auth;
	struct sm_err err;

	if (!auth_changes(auth))
		return 1;
	if (auth->busy)
		return look_again(job, LOOK_MS);
	if (auth_is_fresh(auth, time(NULL))) {
		job->waiting_ms = 0;
		job->token = sm_hash(auth->token.access,
		    strlen(auth->token.access));
		return 1;
	}
	if (auth->failure && http_clock_ms() - auth->failed_ms < FAILED_MS)
		return failed(job, auth->failure);
	switch (auth_begin(auth, &err)) {
	case AUTH_BUSY:
		return wait_for_other(job);
	case AUTH_FRESH:
		auth_end(auth);
		return look_again(job, 0);
	case AUTH_ASK:
		begin(job);
		return look_again(job, LOOK_MS);
	case AUTH_FAILED:
		break;
	}
	auth_end(auth);
	return failed(job, &err);
}
