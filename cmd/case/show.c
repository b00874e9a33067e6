/* sm-case show - one case: its thread, why it is where it is, its history. */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/safe.h"
#include "case.h"
#include "record/json.h"
#include "record/record.h"

enum { OPT_JSON = SM_OPT_LONG, OPT_TABLE };

static const struct sm_opt table[] = {
	CASE_OPT_STORE,
	{ OPT_JSON, "json", NULL, "a record a line (default in a pipe)" },
	{ OPT_TABLE, "table", NULL, "a page (default on a terminal)" },
	SM_OPT_END
};

static struct sm_opts show_opts = {
	.table = table,
	.synopsis = "show [-qv] [-c FILE] [-s STORE] [--json | --table] ID",
	.summary = "show one case: its posts, why, and its events",
	.examples = "sm-case show 3f9c\n",
};

/* The slots of a post. */
struct slots {
	int direction, handle, url, name, content, decision, rule;
	int priority, why, score_priority, score_why;
};

struct showing {
	struct sm_store *store;
	struct sm_record *rec;
	struct slots slots;
	struct sm_buf out;
};

static void
find_slots(struct slots *slots, struct sm_paths *paths)
{
	const struct {
		int *slot;
		const char *path;
	} all[] = {
		{ &slots->direction, "direction" },
		{ &slots->handle, "attributedTo.preferredUsername" },
		{ &slots->url, "url" },
		{ &slots->name, "name" },
		{ &slots->content, "content" },
		{ &slots->decision, "route.decision" },
		{ &slots->rule, "route.rule" },
		{ &slots->priority, "route.priority" },
		{ &slots->why, "route.why" },
		{ &slots->score_priority, "score.priority" },
		{ &slots->score_why, "score.why" }
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		*all[i].slot = sm_paths_add(paths, all[i].path);
}

/* ---- As records -------------------------------------------------------- */

static int
post_json(const struct sm_stored *post, void *arg, struct sm_err *err)
{
	struct showing *show = arg;

	(void)err;
	sm_buf_add(&show->out, post->line.s, post->line.len);
	sm_buf_addc(&show->out, '\n');
	case_write(&show->out);
	return 0;
}

static int
event_json(const struct sm_event *event, void *arg, struct sm_err *err)
{
	struct showing *show = arg;
	struct sm_buf *out = &show->out;

	(void)err;
	sm_json_open(out, NULL, '{');
	sm_json_int(out, "v", 1);
	sm_json_strz(out, "type", "sm:Event");
	sm_json_open(out, "event", '{');
	sm_json_strz(out, "case", event->chain);
	sm_json_int(out, "seq", event->seq);
	sm_json_time(out, "at", event->at);
	sm_json_strz(out, "type", event->type);
	sm_json_raw(out, "actor", event->actor, strlen(event->actor));
	sm_json_raw(out, "body", event->body.s, event->body.len);
	sm_json_close(out, '}');
	sm_json_close(out, '}');
	sm_buf_addc(out, '\n');
	case_write(out);
	return 0;
}

static int
show_json(struct showing *show, const struct sm_case *c, struct sm_err *err)
{
	int64_t n = c->n;

	if (case_json(show->store, c, &show->out, err) == -1)
		return -1;
	case_write(&show->out);
	if (sm_store_each_post(show->store, n, INT64_MAX, post_json, show,
	    err) == -1)
		return -1;
	return sm_store_each_event(show->store, n, event_json, show, err);
}

/* ---- As a page --------------------------------------------------------- */

static void
line(struct sm_buf *out, const char *label, struct sm_text text)
{
	if (text.len == 0)
		return;
	sm_buf_addf(out, "%-9s ", label);
	case_cell(out, text.s, text.len, 0);
	sm_buf_addc(out, '\n');
}

/* ["a","b"] as "a, b". */
static void
put_labels(struct sm_buf *out, const struct sm_buf *json)
{
	struct sm_buf text = SM_BUF_INIT;

	for (size_t i = 0; i < json->len; i++) {
		char c = json->data[i];

		if (c == ',')
			sm_buf_adds(&text, ", ");
		else if (!strchr("[]\"", c))
			sm_buf_addc(&text, c);
	}
	line(out, "labels", (struct sm_text){ .s = text.data,
	    .len = text.len });
	sm_buf_release(&text);
}

static void
time_line(struct sm_buf *out, const char *label, int64_t time)
{
	char text[SM_TIME_TEXT], age[24];

	if (time >= SM_STORE_NEVER)
		return;
	sm_time_format(time, text);
	case_age(time, sm_clock_now(), age);
	sm_buf_addf(out, "%-9s %s (%s ago)\n", label, text, age);
}

static int
head(struct showing *show, const struct sm_case *c, struct sm_err *err)
{
	struct sm_buf *out = &show->out, labels = SM_BUF_INIT;
	int ret;

	sm_buf_addf(out, "%-9s %s\n", "case", c->id);
	line(out, "status", c->status);
	line(out, "reason", c->reason);
	line(out, "queue", c->queue);
	sm_buf_addf(out, "%-9s %" PRId64 "\n", "priority", c->priority);
	line(out, "owner", c->owner);
	line(out, "brand", c->brand);
	line(out, "channel", c->channel);
	line(out, "account", c->account);
	line(out, "who", c->handle);
	time_line(out, "opened", c->opened);
	time_line(out, "waiting", c->waiting_since);
	time_line(out, "last in", c->last_in);
	time_line(out, "last out", c->last_out);
	time_line(out, "due", c->due);
	ret = sm_store_labels(show->store, c->n, &labels, err);
	if (ret == 0 && labels.len > 2)
		put_labels(out, &labels);
	sm_buf_release(&labels);
	return ret;
}

/* The terms of a `why`, one a line, numbers under one another. */
static void
terms(struct showing *show, const char *title, int total, int why)
{
	const struct sm_value *value = sm_record_value(show->rec, why);
	struct sm_items items;
	struct sm_value item;
	int64_t sum, points;

	if (!sm_record_int(show->rec, total, &sum) ||
	    !sm_items_begin(&items, value) || !items.object)
		return;
	sm_buf_addf(&show->out, "    %6" PRId64 "  %s\n", sum, title);
	while (sm_items_next(&items, &item)) {
		if (!sm_value_int(&item, &points))
			continue;
		sm_buf_addf(&show->out, "    %+6" PRId64 "    ", points);
		case_cell(&show->out, items.name.text, items.name.len, 0);
		sm_buf_addc(&show->out, '\n');
	}
}

/* The text with each line indented, made harmless. */
static void
paragraph(struct sm_buf *out, const char *s, size_t len)
{
	struct sm_buf safe = SM_BUF_INIT;
	const char *at, *end;

	sm_safe(&safe, s, len, SM_SAFE_LINES);
	at = sm_buf_str(&safe);
	end = at + safe.len;
	while (at < end) {
		const char *lf = memchr(at, '\n', (size_t)(end - at));
		size_t n = lf ? (size_t)(lf - at) : (size_t)(end - at);

		sm_buf_adds(out, n > 0 ? "    " : "");
		sm_buf_add(out, at, n);
		sm_buf_addc(out, '\n');
		at += n + (lf != NULL);
	}
	sm_buf_release(&safe);
}

static void
post_line(struct showing *show, int slot)
{
	size_t len = 0;
	const char *s = sm_record_str(show->rec, slot, &len);

	if (s && len > 0)
		paragraph(&show->out, s, len);
}

static void
word(struct showing *show, int slot)
{
	size_t len = 0;
	const char *s = sm_record_str(show->rec, slot, &len);

	if (!s || len == 0)
		return;
	sm_buf_addc(&show->out, ' ');
	case_cell(&show->out, s, len, 0);
}

static int
post_page(const struct sm_stored *post, void *arg, struct sm_err *err)
{
	struct showing *show = arg;
	char start[SM_TIME_TEXT];

	if (sm_record_parse(show->rec, post->line.s, post->line.len, err) ==
	    -1)
		return sm_err_prefix(err, "post %lld", (long long)post->n);
	sm_time_format(post->start, start);
	sm_buf_addf(&show->out, "\n%s", start);
	word(show, show->slots.direction);
	word(show, show->slots.handle);
	if (post->state == SM_POST_DELETED)
		sm_buf_adds(&show->out, " (deleted)");
	sm_buf_addc(&show->out, '\n');
	post_line(show, show->slots.name);
	post_line(show, show->slots.content);
	post_line(show, show->slots.url);
	if (sm_record_value(show->rec, show->slots.decision)->type ==
	    SM_STRING) {
		sm_buf_adds(&show->out, "  ");
		word(show, show->slots.decision);
		word(show, show->slots.rule);
		sm_buf_addc(&show->out, '\n');
	}
	terms(show, "route.priority", show->slots.priority, show->slots.why);
	terms(show, "score.priority", show->slots.score_priority,
	    show->slots.score_why);
	case_write(&show->out);
	return 0;
}

/* The string of a member of the JSON that we wrote ourselves. */
static struct sm_text
actor_name(const char *actor)
{
	static const char member[] = "\"who\":\"";
	const char *at = strstr(actor, member);

	if (!at)
		return sm_text("?");
	at += sizeof(member) - 1;
	return (struct sm_text){ .s = at, .len = strcspn(at, "\"") };
}

static int
event_page(const struct sm_event *event, void *arg, struct sm_err *err)
{
	struct showing *show = arg;
	struct sm_text who = actor_name(event->actor);
	char at[SM_TIME_TEXT];

	(void)err;
	sm_time_format(event->at, at);
	sm_buf_addf(&show->out, "%4" PRId64 " %s %-7s ", event->seq, at,
	    event->type);
	case_cell(&show->out, who.s, who.len, 8);
	sm_buf_addc(&show->out, ' ');
	case_cell(&show->out, event->body.s, event->body.len, 0);
	sm_buf_addc(&show->out, '\n');
	case_write(&show->out);
	return 0;
}

static int
show_page(struct showing *show, const struct sm_case *c, struct sm_err *err)
{
	int64_t n = c->n;

	if (head(show, c, err) == -1)
		return -1;
	case_write(&show->out);
	if (sm_store_each_post(show->store, n, INT64_MAX, post_page, show,
	    err) == -1)
		return -1;
	sm_buf_adds(&show->out, "\nevents\n");
	case_write(&show->out);
	return sm_store_each_event(show->store, n, event_page, show, err);
}

static enum sm_exit
run_show(struct sm_opts *opts, int argc, char *argv[])
{
	const char *config = NULL, *store = NULL;
	struct showing show = { .store = NULL };
	bool page = isatty(STDOUT_FILENO);
	struct sm_paths *paths;
	struct sm_case c;
	struct sm_err err;
	int opt, ret;

	while ((opt = sm_opt_next(opts, argc, argv)) != -1) {
		switch (opt) {
		case 'c': config = opts->arg; break;
		case OPT_JSON: page = false; break;
		case 's': store = opts->arg; break;
		case OPT_TABLE: page = true; break;
		default: sm_usage(opts, "wrong option");
		}
	}
	if (opts->count != 1)
		sm_usage(opts, "one ID, or the end of one, is needed");
	show.store = case_open(config, store, SM_STORE_READ);
	case_find(show.store, opts->operands[0], &c);
	paths = sm_paths_new();
	find_slots(&show.slots, paths);
	show.rec = sm_record_new(paths);
	ret = page ? show_page(&show, &c, &err) : show_json(&show, &c, &err);
	sm_record_free(show.rec);
	sm_paths_free(paths);
	sm_buf_release(&show.out);
	sm_store_close(show.store);
	if (ret == -1)
		sm_die(err.code, "%s", err.text);
	case_flush();
	return SM_EXIT_OK;
}

const struct sm_verb sm_case_show = {
	.name = "show",
	.summary = "show one case: its posts, why, and its events",
	.opts = &show_opts,
	.run = run_show,
};
