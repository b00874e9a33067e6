/* What sm-fetch would do, for people. */
#include "fetch.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/safe.h"
#include "record/conf.h"
#include "source/fetch.h"
#include "text/url.h"

void
fetch_list(void)
{
	const struct sm_source *source;

	for (size_t i = 0; (source = sm_source_nth(i)); i++)
		printf("%-10s %s\n", source->name, source->summary);
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

void
fetch_explain(const struct sm_fetch_task *task, const struct sm_conf *conf)
{
	const struct sm_source_args *args = &task->args;
	const char *origin = conf && args->conf ? sm_conf_origin(conf,
	    "source", args->name, "type") : "the command line";

	printf("%s (%s)\n", args->name, origin);
	show("type", task->source->name);
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
	if (args->limit)
		printf("  %-10s %lld\n", "limit", (long long)args->limit);
	printf("  %-10s %s\n", "private", args->allow_private ?
	    "may be at a private address" : "public addresses only");
	if (args->cursor && strlen(args->cursor) > 200)
		printf("  %-10s %.200s... (%zu bytes)\n", "cursor",
		    args->cursor, strlen(args->cursor));
	else
		show("cursor", args->cursor ? args->cursor :
		    "none: everything is new");
}

int
fetch_dry_run(const struct sm_fetch_task *task, struct sm_err *err)
{
	struct sm_request req;
	void *state = task->source->open(&task->args, err);
	int ret = 0;

	if (!state)
		return -1;
	printf("%s\n", task->args.name);
	sm_request_init(&req);
	if (!task->source->request)
		show("read", task->args.where);
	else if ((ret = task->source->request(state, &req, err)) == 1)
		show("GET", sm_buf_str(&req.url));
	for (size_t i = 0; ret == 1 && i < req.nheaders; i++)
		show("", sm_buf_str(&req.headers[i]));
	sm_request_release(&req);
	task->source->close(state);
	return ret == -1 ? -1 : 0;
}
