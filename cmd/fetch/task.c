/* What is to be fetched, and from where on. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/msg.h"
#include "base/xalloc.h"
#include "record/conf.h"
#include "run.h"
#include "source/sweep/manifest.h"
#include "source/sweep/state.h"

static void
add_task(struct fetch_run *run, int ret, struct sm_fetch_task *task,
    struct fetch_hold *hold, struct sm_err *err)
{
	size_t room = run->room;

	if (ret == 0)
		ret = fetch_spend_find(run, task, hold, err);
	if (ret == -1 && !run->want.all)
		sm_die(err->code, "%s", err->text);
	if (ret == -1) {
		/* One wrong source does not silence the others. */
		sm_warn("%s", err->text);
		fetch_worsen(run, err->code);
		fetch_hold_release(hold);
		return;
	}
	run->tasks = sm_xgrow(run->tasks, &room, run->count + 1,
	    sizeof(*run->tasks));
	room = run->room;
	run->holds = sm_xgrow(run->holds, &room, run->count + 1,
	    sizeof(*run->holds));
	run->room = room;
	run->tasks[run->count] = *task;
	run->holds[run->count++] = *hold;
}

static void
add_by_name(struct fetch_run *run, const char *name)
{
	struct sm_fetch_task task;
	struct fetch_hold hold;
	struct sm_err err;
	int ret = fetch_task_by_name(&task, &hold, &run->want, name,
	    run->conf, &err);

	add_task(run, ret, &task, &hold, &err);
}

static void
add_by_hand(struct fetch_run *run, const char *type, const char *where)
{
	struct sm_fetch_task task;
	struct fetch_hold hold;
	struct sm_err err;
	int ret = fetch_task_by_hand(&task, &hold, &run->want, type, where,
	    run->conf, &err);

	add_task(run, ret, &task, &hold, &err);
}

static void
add_all(struct fetch_run *run)
{
	const char *name;

	for (size_t i = 0; (name = sm_conf_name(run->conf, "source", i)); i++)
		if (sm_conf_bool(run->conf, "source", name, "enabled", true))
			add_by_name(run, name);
	if (run->count == 0 && run->status == SM_EXIT_OK)
		sm_die(SM_EXIT_CONFIG, "there is no [source] in the "
		    "configuration");
}

/*
 * Whether the operands name sources.  A source may have the name of a type:
 * then it is meant where a type would want more, or all are names.
 */
static bool
are_names(const struct sm_conf *conf, const struct sm_opts *opts)
{
	if (!sm_source_find(opts->operands[0]))
		return sm_conf_has_name(conf, "source", opts->operands[0]);
	for (int i = 0; i < opts->count; i++)
		if (!sm_conf_has_name(conf, "source", opts->operands[i]))
			return false;
	return true;
}

void
fetch_find_tasks(struct fetch_run *run, const struct sm_opts *opts)
{
	if (run->want.all) {
		add_all(run);
		return;
	}
	if (opts->count == 0)
		sm_usage(opts, "fetch what? TYPE WHERE, the NAME of a "
		    "source, or --all");
	if (are_names(run->conf, opts)) {
		for (int i = 0; i < opts->count; i++)
			add_by_name(run, opts->operands[i]);
		return;
	}
	if (opts->count == 1 && !sm_source_find(opts->operands[0]))
		sm_die(SM_EXIT_CONFIG, "there is no [source \"%s\"] in the "
		    "configuration", opts->operands[0]);
	if (opts->count == 1)
		sm_usage(opts, "%s: where? sm-fetch %s URL-OR-FILE",
		    opts->operands[0], opts->operands[0]);
	for (int i = 1; i < opts->count; i++)
		add_by_hand(run, opts->operands[0], opts->operands[i]);
}

void
fetch_drop_task(struct fetch_run *run, size_t index)
{
	size_t behind = run->count - index - 1;

	sm_fetch_task_release(&run->tasks[index]);
	fetch_hold_release(&run->holds[index]);
	memmove(&run->tasks[index], &run->tasks[index + 1],
	    behind * sizeof(*run->tasks));
	memmove(&run->holds[index], &run->holds[index + 1],
	    behind * sizeof(*run->holds));
	run->count--;
}

static void
find_cursor(struct fetch_run *run, size_t i,
    const struct sm_manifest_past *past)
{
	struct sm_source_args *args = &run->tasks[i].args;
	struct sm_buf *cursor = sm_xcalloc(1, sizeof(*cursor));
	int64_t window;
	struct sm_err err;
	int ret = 0;

	run->holds[i].cursor = cursor;
	if (run->state)
		ret = sm_state_cursor(run->state, args->name, cursor);
	else if (run->store)
		ret = fetch_store_cursor(run->conf, NULL, args->name, cursor,
		    &err);
	else if (past && sm_manifest_past_find(past, args->name, &window,
	    cursor)) {
		args->window = window;
		ret = cursor->len > 0;
	}
	if (ret == -1)
		sm_die(err.code, "%s", err.text);
	if (ret == 1)
		args->cursor = sm_buf_str(cursor);
}

void
fetch_find_cursors(struct fetch_run *run)
{
	struct sm_manifest_past *past = NULL;
	struct sm_err err;

	if (run->state_path) {
		run->state = sm_state_read(run->state_path, &err);
		if (!run->state)
			sm_die(err.code, "%s", err.text);
	}
	/* A replay begins where what is replayed began. */
	if (run->fetch.http.replay && !run->fetch.controls) {
		past = sm_manifest_read(run->fetch.http.replay, &err);
		if (!past && err.code != SM_EXIT_OK)
			sm_die(err.code, "%s", err.text);
	}
	for (size_t i = 0; i < run->count; i++)
		find_cursor(run, i, past);
	fetch_store_close();
	sm_manifest_past_free(past);
}
