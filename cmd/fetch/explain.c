/* What sm-fetch would do, for people. */
#include "fetch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/safe.h"
#include "base/xalloc.h"
#include "record/conf.h"
#include "source/auth/auth.h"
#include "source/sweep/fetch.h"
#include "source/sweep/spend.h"
#include "text/url.h"

/* The first word of how its accounts log in. */
static const char *
login_of(const struct sm_source *source, char word[16])
{
	const char *auth = source->auth ? source->auth : "-";
	size_t len = strcspn(auth, " ");

	if (len > 15)
		len = 15;
	memcpy(word, auth, len);
	word[len] = '\0';
	return word;
}

static int
by_name(const void *a, const void *b)
{
	const struct sm_source *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

void
fetch_list(void)
{
	const struct sm_source **all = NULL, *source;
	size_t count = 0, room = 0;
	char word[16];

	while ((source = sm_source_nth(count))) {
		all = sm_xgrow(all, &room, count + 1, sizeof(*all));
		all[count++] = source;
	}
	if (count > 0)
		qsort(all, count, sizeof(*all), by_name);
	for (size_t i = 0; i < count; i++)
		printf("%-15s %-8s %-7s %s\n", all[i]->name,
		    login_of(all[i], word), all[i]->streams ? "streams" :
		    "asks", all[i]->summary);
	free(all);
}

/* One line of a stranger's or the user's text, made harmless. */
static void
show(const char *name, const char *text)
{
	struct sm_buf hidden = SM_BUF_INIT, safe = SM_BUF_INIT;

	if (text) {
		sm_url_redact(text, strlen(text), &hidden);
		sm_safe(&safe, sm_buf_str(&hidden), hidden.len, SM_SAFE_TTY);
		printf("  %-10s %s\n", name, sm_buf_str(&safe));
	}
	sm_buf_release(&hidden);
	sm_buf_release(&safe);
}

static void
show_time(const char *name, int64_t time)
{
	char text[SM_TIME_TEXT];

	if (time == SM_TIME_NONE)
		return;
	sm_time_format(time, text);
	show(name, text);
}

static void
show_budget(const char *name, const struct sm_budget *budget)
{
	struct sm_buf text = SM_BUF_INIT;

	for (int unit = 0; unit < SM_UNITS; unit++) {
		if (!budget->limited[unit])
			continue;
		if (text.len > 0)
			sm_buf_adds(&text, ", ");
		sm_amount_text(&text, (enum sm_unit)unit,
		    budget->limit.of[unit]);
	}
	if (text.len > 0)
		show(name, sm_buf_str(&text));
	sm_buf_release(&text);
}

/* What it costs, and what it may. */
static void
show_spend(const struct sm_fetch_task *task, const void *state)
{
	struct sm_spend *spend = task->spend;
	struct sm_price price = { .call = 0 };
	struct sm_buf text = SM_BUF_INIT;

	if (!spend)
		return;
	if (task->source->price)
		task->source->price(state, &price);
	sm_spend_price(spend, &price);
	price = spend->price;
	if (price.call > 0 || price.post > 0) {
		sm_amount_text(&text, SM_UNIT_USD, price.call);
		sm_buf_adds(&text, " a call, ");
		sm_amount_text(&text, SM_UNIT_USD, price.post);
		sm_buf_adds(&text, " a post");
		if (price.page > 0)
			sm_buf_addf(&text, ", %d posts a call at most",
			    price.page);
		show("price", sm_buf_str(&text));
	}
	show_budget("budget", &spend->own);
	show_budget("a day", &spend->day);
	show_budget("a month", &spend->month);
	sm_buf_release(&text);
}

/* Where the credentials stand in a request, never themselves. */
static void
show_login(const struct sm_fetch_task *task, const struct sm_request *req)
{
	const struct sm_source_args *args = &task->args;
	const char *auth = task->source->auth;
	struct sm_buf text = SM_BUF_INIT;

	if (!args->auth || req->anonymous)
		return;
	if (!auth)
		auth = args->password ? "basic" : "bearer";
	if (strncmp(auth, "header ", 7) == 0)
		sm_buf_addf(&text, "%.*s: ***", (int)strcspn(auth + 7, " "),
		    auth + 7);
	else if (strncmp(auth, "query ", 6) == 0)
		sm_buf_addf(&text, "(in the URL) %s=***", auth + 6);
	else if (strcmp(auth, "url") == 0)
		sm_buf_adds(&text, "(in the URL) ***");
	else
		sm_buf_addf(&text, "Authorization: %s ***", strcmp(auth,
		    "basic") == 0 ? "Basic" : "Bearer");
	show("", sm_buf_str(&text));
	sm_buf_release(&text);
}

/* A line of a request; where our token stands in it, there is "***". */
static void
show_hidden(const struct sm_fetch_task *task, const char *name,
    const char *text)
{
	const char *token = task->args.auth ?
	    sm_auth_token(task->args.auth) : NULL, *at = NULL;
	struct sm_buf hidden = SM_BUF_INIT;

	while (token && *token && (at = strstr(text, token))) {
		sm_buf_add(&hidden, text, (size_t)(at - text));
		sm_buf_adds(&hidden, "***");
		text = at + strlen(token);
	}
	sm_buf_adds(&hidden, text);
	show(name, sm_buf_str(&hidden));
	sm_buf_release(&hidden);
}

static void
show_request(const struct sm_fetch_task *task, const struct sm_request *req)
{
	const char *method = req->method ? req->method : req->body.len > 0 ?
	    "POST" : "GET";

	show_hidden(task, task->source->talk ? "TALK" : method,
	    sm_buf_str(&req->url));
	for (size_t i = 0; i < req->nheaders; i++)
		show_hidden(task, "", sm_buf_str(&req->headers[i]));
	show_login(task, req);
	if (req->body.len > 0)
		show_hidden(task, "body", sm_buf_str(&req->body));
}

static int
show_requests(const struct sm_fetch_task *task, void *state, bool more,
    struct sm_err *err)
{
	struct sm_request req;
	int ret = 0;

	sm_request_init(&req);
	if (!task->source->request)
		show("read", task->args.where);
	else if ((ret = task->source->request(state, &req, err)) == 1)
		show_request(task, &req);
	if (more && ret == 1 && req.limits)
		show("limits", req.limits);
	sm_request_release(&req);
	return ret == -1 ? -1 : 0;
}

static void
show_mapping(const struct sm_fetch_task *task, const void *state)
{
	struct sm_buf text = SM_BUF_INIT, safe = SM_BUF_INIT;

	if (task->source->explain)
		task->source->explain(state, &text);
	sm_safe(&safe, sm_buf_str(&text), text.len, SM_SAFE_LINES);
	for (const char *s = sm_buf_str(&safe), *end; *s; s = end) {
		end = s + strcspn(s, "\n");
		printf("  %.*s\n", (int)(end - s), s);
		end += *end == '\n';
	}
	sm_buf_release(&text);
	sm_buf_release(&safe);
}

static void
show_cursor(const char *cursor)
{
	if (cursor && strlen(cursor) > 200)
		printf("  %-10s %.200s... (%zu bytes)\n", "cursor", cursor,
		    strlen(cursor));
	else
		show("cursor", cursor ? cursor :
		    "none: everything is new");
}

static void
show_known(const struct sm_fetch_task *task, const struct sm_conf *conf)
{
	const struct sm_source_args *args = &task->args;
	const char *origin = conf && args->conf ? sm_conf_origin(conf,
	    "source", args->name, "type") : "the command line";

	printf("%s (%s)\n", args->name, origin);
	show("type", args->type ? args->type : task->source->name);
	show("what", task->source->summary);
	show("where", args->where);
	show("base", args->base);
	show("brand", args->brand);
	show("account", args->account);
	show("language", args->language);
	for (size_t i = 0; args->own && args->own[i]; i++)
		show(i ? "" : "own", args->own[i]);
	show_time("since", args->since);
	show_time("window", args->window);
	if (task->every_s)
		printf("  %-10s %lld s\n", "every", (long long)task->every_s);
	if (args->limit)
		printf("  %-10s %lld\n", "limit", (long long)args->limit);
	printf("  %-10s %s\n", "private", args->allow_private ?
	    "may be at a private address" : "public addresses only");
	show_cursor(args->cursor);
}

int
fetch_explain(const struct sm_fetch_task *task, const struct sm_conf *conf,
    struct sm_err *err)
{
	void *state;
	int ret;

	show_known(task, conf);
	state = task->source->open(&task->args, err);
	if (!state)
		return -1;
	ret = show_requests(task, state, true, err);
	show_spend(task, state);
	show_mapping(task, state);
	task->source->close(state);
	return ret;
}

void
fetch_tell(void *arg, const struct sm_fetch_task *task,
    const struct sm_request *req)
{
	const char *method = req->method ? req->method :
	    req->body.len ? "POST" : "GET";
	struct sm_buf url = SM_BUF_INIT;

	(void)arg;
	sm_url_redact(sm_buf_str(&req->url), req->url.len, &url);
	sm_auth_hide(task->args.auth, &url);
	sm_note("%s: %s %s", task->args.name, method, sm_buf_str(&url));
	for (size_t i = 0; i < req->nheaders; i++)
		sm_note("%s:   %s", task->args.name,
		    sm_buf_str(&req->headers[i]));
	if (req->body.len > 0)
		sm_note("%s:   %s: %s", task->args.name, req->content_type ?
		    req->content_type : "body", sm_buf_str(&req->body));
	sm_buf_release(&url);
}

int
fetch_dry_run(const struct sm_fetch_task *task, struct sm_err *err)
{
	void *state = task->source->open(&task->args, err);
	int ret;

	if (!state)
		return -1;
	printf("%s\n", task->args.name);
	ret = show_requests(task, state, false, err);
	task->source->close(state);
	return ret;
}
