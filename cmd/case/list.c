/* sm-case list - who waits for us, the most urgent first. */
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/msg.h"
#include "case.h"
#include "record/record.h"

#define SCREEN 50	/* cases of a table, unless -l says */
#define ALL INT64_MAX

enum {
	OPT_AFTER = SM_OPT_LONG, OPT_ALL, OPT_BRAND, OPT_JSON, OPT_QUEUE,
	OPT_STATUS, OPT_TABLE
};

static const struct sm_opt table[] = {
	CASE_OPT_STORE,
	{ 'l', "limit", "N", "at most N cases (a table: 50)" },
	{ OPT_AFTER, "after", "ID", "go on behind this case" },
	{ OPT_ALL, "all", NULL,
	    "those without work left as well, newest first" },
	{ OPT_BRAND, "brand", "BRAND", "only this brand" },
	{ OPT_JSON, "json", NULL, "a record a line (default in a pipe)" },
	{ OPT_QUEUE, "queue", "QUEUE", "only this queue" },
	{ OPT_STATUS, "status", "STATUS", "only this status" },
	{ OPT_TABLE, "table", NULL, "a table (default on a terminal)" },
	SM_OPT_END
};

static struct sm_opts list_opts = {
	.table = table,
	.synopsis = "list [-qv] [-c FILE] [-l N] [-s STORE] [--after ID] "
	    "[--all] [--brand BRAND]\n"
	    "     [--json | --table] [--queue QUEUE] [--status STATUS]",
	.summary = "list cases, the most urgent first",
	.examples = "sm-case list --queue care-pl -l 20\n",
};

struct listing {
	struct sm_store *store;
	struct sm_paths *paths;
	struct sm_record *rec;
	int content, name;	/* slots */
	struct sm_buf out;
	size_t columns;		/* for what was last said */
	int64_t now;
};

static int
add_json(const struct sm_case *c, void *arg, struct sm_err *err)
{
	struct listing *list = arg;

	if (case_json(list->store, c, &list->out, err) == -1)
		return -1;
	if (list->out.len > 65536)
		case_write(&list->out);
	return 0;
}

static void
add_head(struct listing *list)
{
	sm_buf_addf(&list->out, "%-8s %4s %-8s %-12s %5s %5s %-14s %s\n",
	    "CASE", "PRIO", "STATUS", "QUEUE", "WAITS", "POSTS", "WHO",
	    "LAST SAID");
}

static void
cell(struct listing *list, struct sm_text text, size_t columns)
{
	case_cell(&list->out, text.len > 0 ? text.s : "-",
	    text.len > 0 ? text.len : 1, columns);
	sm_buf_addc(&list->out, ' ');
}

/* What the thread's last post says, as far as there is room. */
static int
add_said(struct listing *list, const struct sm_case *c, struct sm_err *err)
{
	struct sm_stored post;
	const char *text;
	size_t len = 0;
	int found = sm_store_last_post(list->store, c->n, &post, err);

	if (found != 1)
		return found;
	if (sm_record_parse(list->rec, post.line.s, post.line.len, err) == -1)
		return sm_err_prefix(err, "post %lld", (long long)post.n);
	text = sm_record_str(list->rec, list->content, &len);
	if (!text || len == 0)
		text = sm_record_str(list->rec, list->name, &len);
	if (text)
		case_cell(&list->out, text, len, list->columns);
	return 0;
}

static int
add_row(const struct sm_case *c, void *arg, struct sm_err *err)
{
	struct listing *list = arg;
	char age[24];

	case_age(c->waiting_since, list->now, age);
	sm_buf_addf(&list->out, "%s %4lld ", c->id + strlen(c->id) - 8,
	    (long long)c->priority);
	cell(list, c->status, 8);
	cell(list, c->queue, 12);
	sm_buf_addf(&list->out, "%5s %5lld ", age, (long long)c->posts);
	cell(list, c->handle, 14);
	if (add_said(list, c, err) == -1)
		return -1;
	while (list->out.data[list->out.len - 1] == ' ')
		sm_buf_cut(&list->out, list->out.len - 1);
	sm_buf_addc(&list->out, '\n');
	case_write(&list->out);
	return 0;
}

/* Where the list goes on: behind the case that was shown last. */
static void
set_after(struct sm_store *store, const char *id,
    struct sm_case_filter *filter)
{
	struct sm_case c;

	case_find(store, id, &c);
	filter->after = true;
	filter->place = (struct sm_case_place){
		.priority = c.priority,
		.waiting_since = c.waiting_since,
		.n = c.n
	};
}

static int
list_table(struct listing *list, const struct sm_case_filter *filter,
    struct sm_err *err)
{
	size_t columns = case_columns();
	int ret;

	list->columns = columns > 63 + 16 ? columns - 63 : 16;
	list->paths = sm_paths_new();
	list->content = sm_paths_add(list->paths, "content");
	list->name = sm_paths_add(list->paths, "name");
	list->rec = sm_record_new(list->paths);
	add_head(list);
	ret = sm_store_each_case(list->store, filter, add_row, list, err);
	case_write(&list->out);
	sm_record_free(list->rec);
	sm_paths_free(list->paths);
	return ret;
}

static enum sm_exit
run_list(struct sm_opts *opts, int argc, char *argv[])
{
	const char *config = NULL, *store = NULL, *after = NULL;
	struct sm_case_filter filter = { .limit = 0 };
	struct listing list = { .now = sm_clock_now() };
	bool as_table = isatty(STDOUT_FILENO);
	struct sm_err err;
	int opt, ret;

	while ((opt = sm_opt_next(opts, argc, argv)) != -1) {
		switch (opt) {
		case OPT_ALL: filter.all = true; break;
		case OPT_AFTER: after = opts->arg; break;
		case OPT_BRAND: filter.brand = opts->arg; break;
		case 'c': config = opts->arg; break;
		case OPT_JSON: as_table = false; break;
		case 'l': filter.limit = sm_opt_number(opts, 1, ALL); break;
		case OPT_QUEUE: filter.queue = opts->arg; break;
		case OPT_STATUS: filter.status = opts->arg; break;
		case 's': store = opts->arg; break;
		case OPT_TABLE: as_table = true; break;
		default: sm_usage(opts, "wrong option");
		}
	}
	if (opts->count > 0)
		sm_usage(opts, "'%s' is one word too many", opts->operands[0]);
	if (filter.limit == 0)
		filter.limit = as_table ? SCREEN : ALL;
	list.store = case_open(config, store, SM_STORE_READ);
	if (after)
		set_after(list.store, after, &filter);
	ret = as_table ? list_table(&list, &filter, &err) :
	    sm_store_each_case(list.store, &filter, add_json, &list, &err);
	case_write(&list.out);
	sm_buf_release(&list.out);
	sm_store_close(list.store);
	if (ret == -1)
		sm_die(err.code, "%s", err.text);
	case_flush();
	return SM_EXIT_OK;
}

const struct sm_verb sm_case_list = {
	.name = "list",
	.summary = "list cases, the most urgent first",
	.opts = &list_opts,
	.run = run_list,
};
