/* Fetches: posts to standard output, what people should know to the other. */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "record/writer.h"
#include "run.h"
#include "source/sweep/health_file.h"

static volatile sig_atomic_t caught;

static void
on_signal(int number)
{
	caught = number;
}

/*
 * Ended by a signal it still gives a last checkpoint.  The second one ends it
 * at once: nothing is lost by that either.
 */
static void
catch_signals(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = on_signal,
	    .sa_flags = (int)SA_RESETHAND }, before;

	(void)sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		/* Under nohup(1) a hangup stays ignored. */
		if (sigaction(numbers[i], NULL, &before) == 0 &&
		    before.sa_handler != SIG_IGN)
			(void)sigaction(numbers[i], &action, NULL);
	}
}

static int
on_write(void *arg, const char *data, size_t len, struct sm_err *err)
{
	struct fetch_run *run = arg;

	return sm_writer_add(run->writer, data, len, err);
}

static int
on_flush(void *arg, struct sm_err *err)
{
	struct fetch_run *run = arg;

	return sm_writer_flush(run->writer, err);
}

static void
on_say(void *arg, const struct sm_fetch_task *task, const char *text)
{
	(void)arg;
	if (!sm_quiet)
		sm_warn("%s: %s", task->args.name, text);
}

static void
on_pass(void *arg, const struct sm_fetch_task *task)
{
	if (fetch_keep_note(arg, task, false) && task->error[0])
		sm_warn("%s: %s", task->args.name, task->error);
}

static void
on_done(void *arg, const struct sm_fetch_task *task)
{
	struct fetch_run *run = arg;

	if (fetch_keep_note(run, task, true) && task->error[0])
		sm_warn("%s: %s", task->args.name, task->error);
	sm_note("%s: %llu posts%s", task->args.name,
	    (unsigned long long)task->posts, task->old ? ", and older ones" :
	    "");
	fetch_worsen(run, task->code);
}

void
fetch_all(struct fetch_run *run)
{
	struct sm_fetch *fetch = &run->fetch;

	if (fetch->controls || fetch->follow) {
		catch_signals();
		fetch->stop = &caught;
	}
	run->writer = sm_writer_new(STDOUT_FILENO);
	fetch->arg = run;
	fetch->write = on_write;
	fetch->flush = on_flush;
	fetch->say = on_say;
	fetch->pass = on_pass;
	fetch->done = on_done;
	fetch->asks = sm_verbose > 1 ? fetch_tell : NULL;
	if (sm_fetch_run(fetch, run->tasks, run->count, &run->err) == -1) {
		/* What did not go out has not been seen. */
		sm_health_file_close(run->health);
		run->health = NULL;
		run->status = run->err.code;
		fetch_keep_end(run);
		sm_die(run->err.code, "%s", run->err.text);
	}
	sm_writer_free(run->writer);
	run->caught = caught;
}
