/*
 * What a sweep keeps beside the cursors: a lock on each source, how each one
 * is, and a manifest.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/msg.h"
#include "base/path.h"
#include "base/xalloc.h"
#include "record/conf.h"
#include "run.h"
#include "source/sweep/health_file.h"
#include "source/sweep/lock.h"
#include "source/sweep/manifest.h"
#include "store/uuid.h"

#define SAY_AGAIN 86400		/* seconds until a failure is told again */
#define SAVE_S 60		/* following: between two writes of health */
#define KEEP_S (7 * 86400)	/* manifests, where nothing else is said */

/* ---- Locks, and what is due -------------------------------------------- */

/* Whether we have the source for ourselves. */
static bool
take_lock(struct fetch_run *run, const char *source)
{
	enum sm_locked got = sm_lock_source(run->lock, source,
	    run->fetch.follow, &run->err);

	if (got == SM_LOCK_MINE)
		return true;
	if (got == SM_LOCK_FAILED)
		sm_die(run->err.code, "%s", run->err.text);
	/* What is followed all the time needs no sweep. */
	if (got == SM_LOCK_FOLLOWED && run->due)
		return false;
	sm_warn("%s: %s", source, got == SM_LOCK_FOLLOWED ?
	    "another sm-fetch follows it" : "another sm-fetch is sweeping it");
	fetch_worsen(run, SM_EXIT_TEMP);
	return false;
}

static bool
is_due(const struct fetch_run *run, const struct sm_fetch_task *task)
{
	const struct sm_health *health;
	int64_t due;

	if (!run->due || !task->args.conf)
		return true;
	health = sm_health_file_get(run->health, task->args.name);
	due = sm_health_due(health);
	/* A clock that was put back does not stop the sweeps. */
	return due == SM_TIME_NONE || due <= sm_clock_now() ||
	    health->asked > sm_clock_now();
}

static void
open_place(struct fetch_run *run)
{
	char *lock = sm_xasprintf("%s.fetch", fetch_place(run));
	char *health = sm_xasprintf("%s.health", fetch_place(run));

	run->lock = sm_lock_open(lock, &run->err);
	if (!run->lock)
		sm_die(run->err.code, "%s", run->err.text);
	for (size_t i = run->count; i-- > 0;)
		if (!take_lock(run, run->tasks[i].args.name))
			fetch_drop_task(run, i);
	/* Only now: who had the lock may just have written it. */
	run->health = sm_health_file_open(health, &run->err);
	if (!run->health)
		sm_die(run->err.code, "%s", run->err.text);
	for (size_t i = run->count; i-- > 0;) {
		struct sm_fetch_task *task = &run->tasks[i];

		if (!is_due(run, task))
			fetch_drop_task(run, i);
		else if (task->args.conf)
			sm_health_file_get(run->health, task->args.name)->
			    every = task->every_s;
	}
	free(lock);
	free(health);
}

/* ---- The manifest ------------------------------------------------------ */

static void
open_manifest(struct fetch_run *run)
{
	const char *archive = run->fetch.http.record;
	char *folder = archive ? sm_xstrdup(archive) : sm_path_state("sweep");
	int64_t keep = sm_conf_seconds(run->conf, "sweep", NULL, "keep",
	    KEEP_S);

	/* Where it cannot be kept the posts come all the same. */
	if (keep > 0 || archive)
		run->manifest = sm_manifest_open(folder, run->id,
		    archive != NULL, sm_clock_now(), &run->err);
	if (!run->manifest && (keep > 0 || archive)) {
		sm_warn("%s", run->err.text);
		fetch_worsen(run, run->err.code);
	}
	if (!archive)
		sm_manifest_prune(folder, keep, sm_clock_now());
	free(folder);
}

static void
make_id(struct fetch_run *run)
{
	struct sm_chance *chance = sm_xmalloc(sizeof(*chance));
	char id[SM_UUID_TEXT];

	sm_chance_init(chance);
	/* With SM_SEED two at once would have one id, but for this. */
	sm_uuid_make(chance, (int64_t)getpid(), id);
	memcpy(run->id, id, sizeof(id));
	run->fetch.sweep = run->id;
	free(chance);
}

void
fetch_keep_begin(struct fetch_run *run)
{
	make_id(run);
	if (run->fetch.controls)
		open_place(run);
	if (run->fetch.trace && run->count > 0)
		open_manifest(run);
}

/* ---- What came of it --------------------------------------------------- */

/* Whether an answer came, be it an incomplete one. */
static bool
has_answered(const struct sm_fetch_task *task)
{
	return !task->error[0] && (task->code == SM_EXIT_OK ||
	    task->code == SM_EXIT_SOME || task->gap);
}

/* Told once, and again when it changes or goes on for a day. */
static bool
is_news(struct sm_health *health, enum sm_exit code, int64_t now)
{
	if (health->said != SM_TIME_NONE && health->said_code == code &&
	    now - health->said < SAY_AGAIN && now >= health->said)
		return false;
	health->said = now;
	health->said_code = code;
	return true;
}

static void
save(struct fetch_run *run)
{
	struct sm_err err;

	if (run->health && sm_health_file_write(run->health, &err) == -1) {
		sm_warn("%s", err.text);
		fetch_worsen(run, err.code);
	}
}

bool
fetch_keep_note(struct fetch_run *run, const struct sm_fetch_task *task,
    bool last)
{
	const char *before = sm_buf_str(run->holds[task - run->tasks].cursor);
	int64_t now = sm_clock_now();
	struct sm_health *health;
	bool news = true;

	if (last && run->manifest)
		sm_manifest_add(run->manifest, task, before);
	if (!run->health || !task->args.conf || run->fetch.http.replay)
		return true;
	health = sm_health_file_get(run->health, task->args.name);
	if (has_answered(task))
		sm_health_answered(health, &task->volume, now);
	else {
		sm_health_failed(health, task->code, task->error, now);
		news = is_news(health, task->code, now) || (!run->due &&
		    !run->fetch.follow);
	}
	sm_health_file_touch(run->health, task->args.name);
	if (!last && now - run->saved >= SAVE_S) {
		save(run);
		run->saved = now;
	}
	return news;
}

void
fetch_keep_end(struct fetch_run *run)
{
	struct sm_err err;

	save(run);
	if (sm_manifest_close(run->manifest, run->status, sm_clock_now(),
	    &err) == -1) {
		sm_warn("%s", err.text);
		fetch_worsen(run, err.code);
	}
	run->manifest = NULL;
}
