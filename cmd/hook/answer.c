/* From a request to its answer, and into the spool in between. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/xalloc.h"
#include "hook.h"
#include "record/conf.h"
#include "source/hook/hook.h"
#include "source/hook/hook_request.h"
#include "source/hook/spool.h"

static const struct {
	int status;
	const char *text;
} reasons[] = {
	{ 200, "OK" }, { 400, "Bad Request" }, { 403, "Forbidden" },
	{ 404, "Not Found" }, { 405, "Method Not Allowed" },
	{ 408, "Request Timeout" }, { 411, "Length Required" },
	{ 413, "Content Too Large" }, { 414, "URI Too Long" },
	{ 431, "Request Header Fields Too Large" },
	{ 500, "Internal Server Error" }, { 501, "Not Implemented" },
	{ 503, "Service Unavailable" },
	{ 505, "HTTP Version Not Supported" }
};

static const char *
reason(int status)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].text;
	return "Error";
}

void
hook_run_begin(struct hook_run *run)
{
	const char *name;
	int64_t size;

	run->max_body = SM_HOOK_BODY;
	for (size_t i = 0; (name = sm_conf_name(run->conf, "hook", i)); i++) {
		size = sm_conf_int(run->conf, "hook", name, "max_body", 0);
		if (size > (int64_t)run->max_body &&
		    size <= SM_HOOK_BODY_MOST)
			run->max_body = (size_t)size;
	}
}

void
hook_run_release(struct hook_run *run)
{
	for (size_t i = 0; i < run->count; i++)
		sm_hook_free(run->hooks[i]);
	free(run->hooks);
	sm_conf_free(run->conf);
}

/* The hook, with its secrets, as it was found before or anew. */
static const struct sm_hook *
find_hook(struct hook_run *run, const char *name, struct sm_err *err)
{
	struct sm_hook *hook;

	for (size_t i = 0; i < run->count; i++)
		if (strcmp(run->hooks[i]->name, name) == 0)
			return run->hooks[i];
	hook = sm_hook_new(run->conf, name, err);
	if (!hook)
		return NULL;
	run->hooks = sm_xgrow(run->hooks, &run->room, run->count + 1,
	    sizeof(*run->hooks));
	return run->hooks[run->count++] = hook;
}

/* Behind the last slash of the path, so that any prefix will do. */
static const char *
hook_name(const struct hook_run *run, const struct sm_hook_request *req)
{
	const char *path = sm_buf_str(&req->path);
	const char *slash = strrchr(path, '/');

	return run->name ? run->name : slash ? slash + 1 : path;
}

void
hook_refuse(struct sm_hook_answer *answer, int status)
{
	answer->status = status;
	answer->type = "text/plain";
	answer->keep = false;
	sm_buf_clear(&answer->body);
}

static const char *
header_of(const struct sm_hook_request *req, const char *name)
{
	return name ? sm_hook_request_header(req, name, NULL) : NULL;
}

/* Only what is on the disk was received. */
static void
keep(const struct sm_hook *hook, const struct sm_hook_request *req,
    struct sm_hook_answer *answer)
{
	struct sm_spool_note note = {
		.hook = hook->name,
		.kind = hook->kind->name,
		.type = header_of(req, "content-type"),
		.event = header_of(req, hook->kind->event),
		.delivery = header_of(req, hook->kind->delivery),
		.topic = hook->topic,
		.received = sm_clock_now()
	};
	struct sm_err err;

	if (sm_spool_put(hook->spool, &note, req->body.data, req->body.len,
	    &err) == 0) {
		sm_note("%s: %zu bytes kept", hook->name, req->body.len);
		return;
	}
	sm_warn("%s: answered 503: %s", hook->name, err.text);
	hook_refuse(answer, 503);
}

void
hook_handle(struct hook_run *run, const struct sm_hook_request *req,
    struct sm_hook_answer *answer)
{
	const char *name = hook_name(run, req);
	const struct sm_hook *hook;
	struct sm_err err;

	hook = find_hook(run, name, &err);
	if (!hook) {
		sm_warn("answered %d: %s", err.code == SM_EXIT_USAGE ? 404 :
		    500, err.text);
		hook_refuse(answer, err.code == SM_EXIT_USAGE ? 404 : 500);
		return;
	}
	sm_hook_judge(hook, req, sm_clock_now(), answer);
	if (answer->keep)
		keep(hook, req, answer);
	else if (answer->why)
		sm_warn("%s: answered %d: %s", hook->name, answer->status,
		    answer->why);
}

void
hook_write(const struct sm_hook_answer *answer, bool cgi, struct sm_buf *out)
{
	const char *text = sm_buf_str(&answer->body);
	size_t len = answer->body.len;

	if (answer->status != 200) {
		text = reason(answer->status);
		len = strlen(text);
	}
	sm_buf_addf(out, "%s %d %s\r\n", cgi ? "Status:" : "HTTP/1.1",
	    answer->status, reason(answer->status));
	sm_buf_addf(out, "Content-Type: %s\r\nContent-Length: %zu\r\n",
	    answer->type, len);
	sm_buf_adds(out, "Cache-Control: no-store\r\n"
	    "X-Content-Type-Options: nosniff\r\n");
	if (answer->status == 405)
		sm_buf_adds(out, "Allow: GET, POST\r\n");
	if (!cgi)
		sm_buf_adds(out, "Connection: close\r\n");
	sm_buf_adds(out, "\r\n");
	sm_buf_add(out, text, len);
}
