/*
 * sm-checkpoint - the end of a pipe without a store: posts go on, and the
 * cursors behind them are kept in a file, but only once the posts are out.
 */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/msg.h"
#include "base/opt.h"
#include "frame/filter.h"
#include "record/record.h"
#include "source/sweep/state.h"

enum { OPT_DROP = SM_OPT_LONG };

static const struct sm_opt table[] = {
	{ OPT_DROP, "drop", NULL, "write no posts, keep the cursors only" },
	SM_OPT_END
};

static struct sm_opts opts = {
	.table = table,
	.synopsis = "[--drop] FILE [INPUT ...]",
	.summary = "keep in FILE how far the sources have been read",
	.examples =
	    "sm-fetch --state s --all | sm-score | sm-checkpoint s >> out\n",
};

struct run {
	struct sm_state *state;
	int type, source, cursor;
	bool changed;		/* cursors wait to be written */
};

/* Posts that are in a file are on the disk before their cursor is. */
static int
sync_output(struct sm_err *err)
{
	struct stat st;

	if (fstat(STDOUT_FILENO, &st) == 0 && S_ISREG(st.st_mode) &&
	    fdatasync(STDOUT_FILENO) == -1 && errno != EINVAL)
		return sm_err_errno(err, SM_EXIT_IO,
		    "cannot write the output to the disk");
	return 0;
}

static int
keep_cursors(void *arg, bool end, struct sm_err *err)
{
	struct run *run = arg;

	(void)end;
	if (!run->changed)
		return 0;
	if (sync_output(err) == -1 || sm_state_write(run->state, err) == -1)
		return -1;
	run->changed = false;
	return 0;
}

static enum sm_verdict
take_cursor(struct sm_record *rec, bool control, void *arg,
    struct sm_err *err)
{
	struct run *run = arg;
	const struct sm_value *cursor = sm_record_value(rec, run->cursor);
	const char *source;
	size_t len;

	if (!control || !sm_record_is(rec, run->type, "sm:Checkpoint"))
		return SM_PASS;
	source = sm_record_str(rec, run->source, &len);
	if (!source || cursor->type != SM_OBJECT) {
		sm_err_set(err, SM_EXIT_DATA,
		    "a checkpoint without 'source' or 'cursor'");
		return SM_FAILED;
	}
	if (sm_state_set(run->state, source, len, cursor->text, cursor->len,
	    err) == -1)
		return SM_FAILED;
	run->changed = true;
	return SM_DROP;
}

int
main(int argc, char *argv[])
{
	struct sm_paths *paths = sm_paths_new();
	struct run run = { .type = sm_paths_add(paths, "type") };
	struct sm_filter filter = {
		.paths = paths, .arg = &run, .serial = take_cursor,
		.written = keep_cursors, .unit = "posts"
	};
	enum sm_exit status;
	struct sm_err err;
	int opt;

	sm_msg_init(argv[0]);
	while ((opt = sm_opt_next(&opts, argc, argv)) != -1)
		if (opt == OPT_DROP)
			filter.discard = true;
	if (opts.count == 0)
		sm_usage(&opts, "in which FILE are the cursors to be kept?");
	run.source = sm_paths_add(paths, "source");
	run.cursor = sm_paths_add(paths, "cursor");
	run.state = sm_state_read(opts.operands[0], &err);
	if (!run.state)
		sm_die(err.code, "%s", err.text);
	status = sm_filter_run(&filter, opts.operands + 1, NULL);
	sm_state_free(run.state);
	sm_paths_free(paths);
	return status;
}
