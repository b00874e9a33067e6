#include "frame/filter.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/xalloc.h"
#include "frame/batch.h"
#include "frame/progress.h"
#include "record/record.h"
#include "record/writer.h"

#define JOBS_MAX 256
#define AHEAD 3		/* batches in the works beside one a thread */

/* A run of a filter. */
struct run {
	const struct sm_filter *filter;
	struct sm_writer *writer;
	int rejects_fd;			/* -1: none are kept */
	struct sm_filter_sums sums;
	struct sm_progress progress;
	enum sm_exit status;		/* worst so far */
	bool over;			/* something ended the run */

	/* A ring of batches: read at head, written at tail. */
	struct sm_batch *ring;
	unsigned size, head, tail, next; /* next: the first nobody works at */

	/* Threads, where there are some. */
	pthread_mutex_t lock;
	pthread_cond_t work, ready;
	bool closing;
	struct sm_batch_worker *workers;
	pthread_t *threads;
	int jobs, started;
};

/* The status that says more stays: the order of seriousness. */
static void
worsen(struct run *run, enum sm_exit status)
{
	if (run->status == SM_EXIT_OK || run->status == SM_EXIT_SOME)
		run->status = status == SM_EXIT_OK ? run->status : status;
}

static void
end_run(struct run *run, const struct sm_err *err)
{
	sm_progress_wipe(&run->progress);
	if (!run->over && err->code != SM_EXIT_OK) {
		int quiet = sm_quiet;

		sm_quiet = 0;
		sm_warn("%s", err->text);
		sm_quiet = quiet;
	}
	run->over = true;
	worsen(run, err->code);
}

static int
keep_rejects(struct run *run, const struct sm_buf *rejects,
    struct sm_err *err)
{
	if (run->rejects_fd != -1 && sm_write_all(run->rejects_fd,
	    rejects->data, rejects->len) == -1)
		return sm_err_errno(err, SM_EXIT_IO, "cannot write '%s'",
		    run->filter->rejects);
	return 0;
}

/* What was said of a batch's lines, in their order. */
static void
say_all(struct run *run, const struct sm_buf *said)
{
	const char *p = sm_buf_str(said), *end = p + said->len;

	if (said->len == 0)
		return;
	worsen(run, SM_EXIT_SOME);
	if (sm_quiet)
		return;
	sm_progress_wipe(&run->progress);
	while (p < end) {
		size_t len = strlen(p);

		sm_say(p, len);
		p += len + 1;
	}
}

/* Hands on what came out of a batch; the batch is free again. */
static void
finish_batch(struct run *run, struct sm_batch *batch)
{
	struct sm_err err;

	if (run->over)
		goto out;
	run->sums.records += batch->sums.records;
	run->sums.passed += batch->sums.passed;
	run->sums.dropped += batch->sums.dropped;
	run->sums.failed += batch->sums.failed;
	run->sums.bad += batch->sums.bad;
	say_all(run, &batch->said);
	if (keep_rejects(run, &batch->rejects, &err) == -1 ||
	    sm_writer_add(run->writer, batch->out.data, batch->out.len,
	    &err) == -1)
		end_run(run, &err);
	else if (batch->stop)
		end_run(run, &batch->err);
	sm_progress_tick(&run->progress, run->sums.records);
out:
	sm_batch_clear(batch);
}

/* What a thread does: the next batch that nobody works at, until the end. */
static void *
work(void *arg)
{
	struct run *run = arg;
	struct sm_batch_worker *worker;

	pthread_mutex_lock(&run->lock);
	worker = &run->workers[run->started++];
	for (;;) {
		struct sm_batch *batch;

		while (run->next == run->head && !run->closing)
			pthread_cond_wait(&run->work, &run->lock);
		if (run->next == run->head)
			break;
		batch = &run->ring[run->next++ % run->size];
		pthread_mutex_unlock(&run->lock);
		sm_batch_run(batch, worker);
		pthread_mutex_lock(&run->lock);
		batch->done = true;
		pthread_cond_signal(&run->ready);
	}
	pthread_mutex_unlock(&run->lock);
	return NULL;
}

/* The batch that was just read at head is to be done. */
static void
submit(struct run *run)
{
	if (run->jobs == 1) {
		struct sm_batch *batch = &run->ring[run->head++ % run->size];

		sm_batch_run(batch, &run->workers[0]);
		batch->done = true;
		return;
	}
	pthread_mutex_lock(&run->lock);
	run->head++;
	pthread_cond_signal(&run->work);
	pthread_mutex_unlock(&run->lock);
}

/* Hands on the oldest batches until at most left are in the works. */
static void
collect(struct run *run, unsigned left)
{
	while (run->head - run->tail > left) {
		struct sm_batch *batch = &run->ring[run->tail % run->size];

		if (run->jobs > 1) {
			pthread_mutex_lock(&run->lock);
			while (!batch->done)
				pthread_cond_wait(&run->ready, &run->lock);
			pthread_mutex_unlock(&run->lock);
		}
		finish_batch(run, batch);
		run->tail++;
	}
}

/* Nothing may lie here while we wait for the other side. */
static void
settle(struct run *run, bool end)
{
	struct sm_err err;

	collect(run, 0);
	if (run->over && !end)
		return;
	if (run->filter->idle && !run->over &&
	    run->filter->idle(run->filter->arg, end, &err) == -1)
		end_run(run, &err);
	if (sm_writer_flush(run->writer, &err) == -1) {
		end_run(run, &err);
		return;
	}
	if (run->filter->written && !run->over &&
	    run->filter->written(run->filter->arg, end, &err) == -1)
		end_run(run, &err);
}

/* A line that was passed over: said in its turn, like the others. */
static void
say_passed(struct run *run, struct sm_batch *batch, enum sm_read got)
{
	static const char too_long[] = "longer than 1 MiB: left out",
	    cut[] = "the last line has no line feed: not taken as data";

	batch->sums.bad++;
	sm_batch_say(batch, batch->in.line,
	    got == SM_READ_LONG ? too_long : cut);
	if (run->filter->strict) {
		batch->stop = true;
		sm_err_set(&batch->err, SM_EXIT_DATA, "%s",
		    batch->said.data);
		sm_buf_clear(&batch->said);
	}
}

static void
run_reader(struct run *run, struct sm_reader *reader)
{
	while (!run->over) {
		struct sm_batch *batch;
		struct sm_err err;
		enum sm_read got;

		if (!sm_reader_ready(reader))
			settle(run, false);
		collect(run, run->size - 1);
		if (run->over)
			break;
		batch = &run->ring[run->head % run->size];
		batch->file = sm_reader_name(reader);
		got = sm_reader_block(reader, &batch->in, &err);
		if (got == SM_READ_END)
			break;
		if (got == SM_READ_FAILED) {
			collect(run, 0);
			end_run(run, &err);
			break;
		}
		if (got != SM_READ_OK)
			say_passed(run, batch, got);
		submit(run);
	}
	collect(run, 0);
}

static void
run_file(struct run *run, const char *path)
{
	struct sm_reader *reader;
	struct sm_err err;

	if (strcmp(path, "-") == 0 && isatty(STDIN_FILENO)) {
		sm_err_set(&err, SM_EXIT_USAGE, "records are read from a "
		    "pipe or a file, and standard input is a terminal; "
		    "see '%s --help'", sm_msg_program());
		end_run(run, &err);
		return;
	}
	reader = sm_reader_open(path, &err);
	if (!reader) {
		collect(run, 0);
		sm_warn("%s", err.text);
		worsen(run, err.code);
		return;
	}
	run_reader(run, reader);
	sm_reader_close(reader);
}

static int
open_rejects(struct run *run, struct sm_err *err)
{
	run->rejects_fd = -1;
	if (!run->filter->rejects)
		return 0;
	run->rejects_fd = open(run->filter->rejects,
	    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (run->rejects_fd == -1)
		return sm_err_errno(err, SM_EXIT_CANTCREAT,
		    "cannot create '%s'", run->filter->rejects);
	return 0;
}

static int
open_workers(struct run *run, struct sm_err *err)
{
	int count = run->jobs;

	run->workers = sm_xcalloc((size_t)count, sizeof(*run->workers));
	for (int i = 0; i < count; i++)
		if (sm_batch_worker_init(&run->workers[i], run->filter,
		    err) == -1)
			return -1;
	if (count == 1)
		return 0;
	run->threads = sm_xcalloc((size_t)count, sizeof(*run->threads));
	for (run->jobs = 0; run->jobs < count; run->jobs++)
		if (pthread_create(&run->threads[run->jobs], NULL, work,
		    run) != 0)
			break;
	if (run->jobs == 0)
		return sm_err_set(err, SM_EXIT_OS, "cannot start a thread");
	return 0;
}

static void
close_workers(struct run *run, int count)
{
	if (run->threads) {
		pthread_mutex_lock(&run->lock);
		run->closing = true;
		pthread_cond_broadcast(&run->work);
		pthread_mutex_unlock(&run->lock);
		for (int i = 0; i < run->jobs; i++)
			pthread_join(run->threads[i], NULL);
		free(run->threads);
	}
	for (int i = 0; i < count; i++)
		sm_batch_worker_release(&run->workers[i]);
	free(run->workers);
}

static int
job_count(const struct sm_filter *filter)
{
	if (filter->serial || filter->idle || filter->written ||
	    filter->jobs < 1)
		return 1;
	return filter->jobs < JOBS_MAX ? filter->jobs : JOBS_MAX;
}

static void
run_files(struct run *run, char *const files[])
{
	static char dash[] = "-";
	char *const none[] = { dash, NULL };

	if (!files || !files[0])
		files = none;
	for (; *files && !run->over; files++)
		run_file(run, *files);
	settle(run, true);
}

enum sm_exit
sm_filter_run(const struct sm_filter *filter, char *const files[],
    struct sm_filter_sums *sums)
{
	struct run run = {
		.filter = filter,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.work = PTHREAD_COND_INITIALIZER,
		.ready = PTHREAD_COND_INITIALIZER,
		.jobs = job_count(filter),
	};
	int jobs = run.jobs;
	struct sm_err err;

	run.size = jobs == 1 ? 1 : (unsigned)jobs + AHEAD;
	run.ring = sm_xcalloc(run.size, sizeof(*run.ring));
	run.writer = sm_writer_new(STDOUT_FILENO);
	sm_progress_begin(&run.progress, filter->unit);
	if (open_rejects(&run, &err) == -1 || open_workers(&run, &err) == -1)
		end_run(&run, &err);
	else
		run_files(&run, files);
	sm_progress_wipe(&run.progress);
	close_workers(&run, jobs);
	if (run.rejects_fd != -1 && close(run.rejects_fd) == -1)
		worsen(&run, SM_EXIT_IO);
	for (unsigned i = 0; i < run.size; i++)
		sm_batch_release(&run.ring[i]);
	free(run.ring);
	sm_writer_free(run.writer);
	if (sums)
		*sums = run.sums;
	return run.status;
}
