/*
 * sm-join - what the store knows about each post's author and thread.
 *
 * Adds `known` to a record, for the programs behind it, which look at nothing
 * but the record.  Only reads the store; one that is not there yet knows
 * nothing.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/opt.h"
#include "desk/known.h"
#include "frame/filter.h"
#include "record/conf.h"
#include "record/keys.h"
#include "record/record.h"
#include "store/store.h"

#define BATCH 1000	/* posts that see the store as it was at one moment */
#define WAIT_S 10	/* for a store that is locked, unless [store] wait */
#define WAIT_S_MAX 3600

enum { OPT_REJECTS = SM_OPT_LONG, OPT_STRICT };

static const struct sm_opt table[] = {
	{ 'c', "config", "FILE", "the configuration, instead of the usual" },
	{ 's', "store", "FILE", "the store, instead of the configured one" },
	{ OPT_REJECTS, "rejects", "FILE", "keep lines that are no record" },
	{ OPT_STRICT, "strict", NULL, "stop at the first bad record" },
	SM_OPT_END
};

static struct sm_opts opts = {
	.table = table,
	.synopsis = "[-qv] [-c FILE] [-s STORE] [--rejects FILE] [--strict] "
	    "[FILE ...]",
	.summary = "add what the store knows about author and thread",
	.examples =
	    "sm-fetch --all | sm-join | sm-score | sm-route -f rules\n"
	    "sm-join < posts | sm-grep 'known.posts_7d > 5'\n",
};

struct run {
	struct sm_known *known;
	struct sm_store *store;		/* NULL: there is none yet */
	char *path;
	int wait_ms;
	struct sm_buf object;
	int slot, type;
	bool in_batch;
	int count;			/* records of this batch */
};

static bool
is_missing(const char *path)
{
	return access(path, F_OK) == -1 && errno == ENOENT;
}

/* 0 also where there is no store. */
static int
open_store(struct run *run, struct sm_err *err)
{
	if (run->store || is_missing(run->path))
		return 0;
	run->store = sm_store_open(run->path, SM_STORE_READ, sm_msg_program(),
	    run->wait_ms, err);
	return run->store || is_missing(run->path) ? 0 : -1;
}

static int
begin_batch(struct run *run, struct sm_err *err)
{
	if (run->in_batch)
		return 0;
	if (open_store(run, err) == -1 || (run->store &&
	    sm_known_begin(run->known, run->store, err) == -1))
		return -1;
	run->in_batch = true;
	run->count = 0;
	return 0;
}

static void
end_batch(struct run *run)
{
	sm_known_end(run->known);
	run->in_batch = false;
}

/* Who reads us takes no longer line. */
static int
check_length(const struct run *run, const struct sm_record *rec,
    struct sm_err *err)
{
	static const char around[] = ",\"known\":";
	size_t len;

	(void)sm_record_line(rec, &len);
	if (len + sizeof(around) + run->object.len <= SM_RECORD_MAX)
		return 0;
	return sm_err_set(err, SM_EXIT_DATA, "with what is known of it the "
	    "record would be longer than 1 MiB: passed on without");
}

static enum sm_verdict
add_known(struct run *run, struct sm_record *rec, struct sm_err *err)
{
	switch (sm_known_post(run->known, rec, &run->object, err)) {
	case SM_KNOWS_NOTHING:
		if (sm_record_value(rec, run->slot)->type != SM_ABSENT)
			sm_record_remove(rec, run->slot);
		return SM_PASS;
	case SM_KNOWS:
		if (check_length(run, rec, err) == -1)
			return SM_FAILED;
		sm_record_set(rec, run->slot, run->object.data,
		    run->object.len);
		return SM_PASS;
	case SM_KNOWS_BAD:
		return SM_FAILED;
	default:
		return SM_STOP;
	}
}

static enum sm_verdict
look_up(struct sm_record *rec, bool control, void *arg, struct sm_err *err)
{
	struct run *run = arg;
	enum sm_verdict verdict = SM_PASS;

	if (control || sm_record_is(rec, run->type, "Tombstone"))
		return SM_PASS;
	if (begin_batch(run, err) == -1)
		return SM_STOP;
	if (run->store)
		verdict = add_known(run, rec, err);
	if (++run->count == BATCH)
		end_batch(run);
	return verdict;
}

/* While we wait nothing may hold the store as it was. */
static int
idle(void *arg, bool end, struct sm_err *err)
{
	(void)end;
	(void)err;
	end_batch(arg);
	return 0;
}

/* Who names a store does not need a configuration. */
static void
find_store(struct run *run, const char *config, const char *store)
{
	struct sm_conf *conf = NULL;
	struct sm_err err;
	int64_t wait_s = WAIT_S;

	if (!store || config) {
		conf = sm_conf_load(sm_keys_usual, config, &err);
		if (!conf)
			sm_die(err.code, "%s", err.text);
		wait_s = sm_conf_seconds(conf, "store", NULL, "wait", WAIT_S);
	}
	run->path = sm_store_path(conf, store);
	run->wait_ms = (int)(wait_s < WAIT_S_MAX ? wait_s : WAIT_S_MAX) * 1000;
	sm_conf_free(conf);
	if (open_store(run, &err) == -1)
		sm_die(err.code, "%s", err.text);
	if (!run->store)
		sm_note("no store at '%s' yet: nothing is known", run->path);
}

int
main(int argc, char *argv[])
{
	const char *config = NULL, *store = NULL;
	struct run run = { .in_batch = false };
	struct sm_paths *paths = sm_paths_new();
	struct sm_filter filter = {
		.paths = paths, .arg = &run, .serial = look_up, .idle = idle,
		.unit = "posts"
	};
	enum sm_exit status;
	int opt;

	sm_msg_init(argv[0]);
	while ((opt = sm_opt_next(&opts, argc, argv)) != -1) {
		switch (opt) {
		case 'c': config = opts.arg; break;
		case 's': store = opts.arg; break;
		case OPT_REJECTS: filter.rejects = opts.arg; break;
		case OPT_STRICT: filter.strict = true; break;
		default: break;
		}
	}
	run.slot = sm_paths_add(paths, "known");
	run.type = sm_paths_add(paths, "type");
	run.known = sm_known_new(paths);
	find_store(&run, config, store);
	status = sm_filter_run(&filter, opts.operands, NULL);
	sm_known_free(run.known);
	sm_store_close(run.store);
	sm_buf_release(&run.object);
	sm_paths_free(paths);
	free(run.path);
	return status;
}
