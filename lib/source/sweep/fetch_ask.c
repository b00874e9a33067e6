/* The questions of a source: to the network, or a file that stands for it. */
#include <string.h>

#include "base/clock.h"
#include "source/auth/auth.h"
#include "source/sweep/fetch_impl.h"
#include "source/http/http_impl.h"
#include "source/local.h"
#include "source/sweep/spend.h"
#include "text/url.h"

/* When the answer came; a recorded one came when it was recorded. */
static int64_t
time_of(const struct run *run, const struct sm_response *res)
{
	const struct sm_http_options *opt = &run->all->fetch->http;
	const char *text = res && (opt->record || opt->replay) ?
	    sm_response_header(res, HTTP_FETCHED) : NULL;
	int64_t time;

	if (text && sm_time_parse(text, strlen(text), &time) == 0)
		return time;
	return sm_clock_now();
}

static int
on_begin(void *arg, const struct sm_response *res, struct sm_err *err)
{
	struct run *run = arg;

	run->emit.fetched = time_of(run, res);
	run->emit.raw = res->raw;
	if (!run->task->source->begin)
		return 0;
	return run->task->source->begin(run->state, res, err);
}

static int
on_body(void *arg, const char *data, size_t len, struct sm_err *err)
{
	struct run *run = arg;

	run->task->bytes += len;
	if (run->req.stream)
		run->emit.fetched = sm_clock_now();
	return run->task->source->body(run->state, data, len, &run->emit, err);
}

static int
on_talk(void *arg, const char *data, size_t len, struct sm_buf *out,
    struct sm_err *err)
{
	struct run *run = arg;

	run->emit.fetched = sm_clock_now();
	run->task->bytes += len;
	return run->task->source->talk(run->state, data, len, out, &run->emit,
	    err);
}

/* Posts that this call is paid for, or -1: nobody counted them. */
static int64_t
paid_posts(const struct run *run, const struct sm_response *res)
{
	if (!res || (res->status / 100 == 2 && res->cut))
		return -1;
	if (res->status / 100 != 2)
		return 0;
	if (run->emit.counted)
		return run->emit.paid;
	return run->task->spend->price.post > 0 ? -1 :
	    (int64_t)(run->emit.posts - run->made);
}

static void
settle_call(struct run *run, const struct sm_response *res)
{
	struct sm_err err;

	if (run->task->spend && sm_spend_after(run->task->spend,
	    paid_posts(run, res), &err) == -1)
		sm_emit_failed(&run->emit, "%s", err.text);
}

static void
on_done(void *arg, const struct sm_response *res, const struct sm_err *why)
{
	struct run *run = arg;
	struct sm_err err;

	run->asking = false;
	run->emit.fetched = time_of(run, res);
	if (run->all->stopping)
		run->stopped = true;	/* what is cut here is not lost */
	else if (!res)
		fetch_fail(run, why);
	else if (run->task->source->response(run->state, res, &run->emit,
	    &err) == -1)
		fetch_fail(run, &err);
	settle_call(run, res);
	run->emit.raw = NULL;
	if (run->stopped)
		fetch_end(run);
	else
		fetch_ask(run);
}

/* For the manifest: what was asked, without what is secret. */
static void
remember(struct run *run)
{
	struct sm_fetch_task *task = run->task;
	struct sm_buf url = SM_BUF_INIT;

	if (!run->all->fetch->trace || task->calls >= SM_FETCH_ASKED)
		return;
	sm_url_redact(sm_buf_str(&run->req.url), run->req.url.len, &url);
	sm_auth_hide(task->args.auth, &url);
	sm_buf_add(&task->asked, sm_buf_str(&url), url.len + 1);
	sm_buf_release(&url);
}

static int
on_send(void *arg, struct sm_err *err)
{
	struct run *run = arg;

	remember(run);
	run->task->calls++;
	run->emit.paid = 0;
	run->emit.counted = false;
	run->made = run->emit.posts;
	return run->task->spend ? sm_spend_before(run->task->spend, 1, err) :
	    0;
}

/* A refused attempt has cost the call; one that was not sent, nothing. */
static void
on_vain(void *arg, int status)
{
	struct run *run = arg;
	struct sm_spend *spend = run->task->spend;
	struct sm_err err;
	int ret = 0;

	if (spend && status == 0)
		ret = sm_spend_undo(spend, &err);
	else if (spend)
		ret = sm_spend_after(spend, status > 0 ? 0 : -1, &err);
	if (ret == -1)
		sm_emit_failed(&run->emit, "%s", err.text);
}

static void
ask_http(struct run *run)
{
	const struct sm_source_args *args = &run->task->args;
	struct sm_http_job job = {
		.req = &run->req,
		.auth = args->auth,
		.origin = args->where,
		.cafile = args->cafile,
		.allow_private = args->allow_private,
		.arg = run,
		.send = on_send,
		.vain = on_vain,
		.begin = on_begin,
		.body = on_body,
		.talk = run->task->source->talk ? on_talk : NULL,
		.done = on_done,
	};

	if (run->all->fetch->asks)
		run->all->fetch->asks(run->all->fetch->arg, run->task,
		    &run->req);
	run->asking = true;
	if (run->req.stream)
		run->streamed = true;
	sm_http_add(run->all->http, &job);
}

static void
ask_file(struct run *run)
{
	run->emit.fetched = sm_clock_now();
	local_read(sm_buf_str(&run->req.url), on_begin, on_body, on_done,
	    fetch_on_idle, run);
}

/* What it costs may depend on what is asked. */
static void
set_price(struct run *run)
{
	const struct sm_fetch_task *task = run->task;
	struct sm_price price = { .call = 0 };

	if (!task->spend)
		return;
	if (task->source->price)
		task->source->price(run->state, &price);
	sm_spend_price(task->spend, &price);
}

void
fetch_ask(struct run *run)
{
	struct sm_err err;
	struct sm_url url;
	int ret;

	sm_request_release(&run->req);
	ret = run->task->source->request(run->state, &run->req, &err);
	if (ret == -1)
		fetch_fail(run, &err);
	if (ret == 1)
		set_price(run);
	if (ret != 1)
		fetch_end(run);
	else if (run->task->source->talk ||
	    sm_url_split(sm_buf_str(&run->req.url), run->req.url.len, &url) ==
	    0)
		ask_http(run);
	else
		ask_file(run);
}
