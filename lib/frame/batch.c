#include "frame/batch.h"

#include <inttypes.h>
#include <string.h>

#include "record/record.h"

int
sm_batch_worker_init(struct sm_batch_worker *worker,
    const struct sm_filter *filter, struct sm_err *err)
{
	*worker = (struct sm_batch_worker){
		.filter = filter,
		.slot_v = sm_paths_add(filter->paths, "v"),
		.slot_type = sm_paths_add(filter->paths, "type"),
		.state = filter->arg,
	};
	if (filter->worker_new) {
		worker->state = filter->worker_new(filter->arg, err);
		if (!worker->state)
			return -1;
	}
	worker->rec = sm_record_new(filter->paths);
	return 0;
}

void
sm_batch_worker_release(struct sm_batch_worker *worker)
{
	if (worker->filter && worker->filter->worker_free && worker->state)
		worker->filter->worker_free(worker->state);
	sm_record_free(worker->rec);
}

void
sm_batch_clear(struct sm_batch *batch)
{
	sm_buf_clear(&batch->out);
	sm_buf_clear(&batch->said);
	sm_buf_clear(&batch->rejects);
	batch->sums = (struct sm_filter_sums){ .records = 0 };
	batch->stop = batch->done = false;
}

void
sm_batch_release(struct sm_batch *batch)
{
	sm_block_release(&batch->in);
	sm_buf_release(&batch->out);
	sm_buf_release(&batch->said);
	sm_buf_release(&batch->rejects);
}

void
sm_batch_say(struct sm_batch *batch, uint64_t line, const char *text)
{
	sm_buf_addf(&batch->said, "%s:%" PRIu64 ": %s", batch->file, line,
	    text);
	sm_buf_addc(&batch->said, '\0');
}

/* 0, or -1 and err for a record of which we do not know what it means. */
static int
check_version(struct sm_batch_worker *worker, struct sm_err *err)
{
	const struct sm_value *v = sm_record_value(worker->rec,
	    worker->slot_v);
	int64_t number;

	if (v->type == SM_ABSENT)
		return 0;
	if (sm_value_int(v, &number) && number == SM_RECORD_VERSION)
		return 0;
	return sm_err_set(err, SM_EXIT_DATA, "record version %.*s is unknown "
	    "here (this sm reads %d): passed on as it is",
	    v->len > 20 ? 20 : (int)v->len, v->text, SM_RECORD_VERSION);
}

static bool
is_control(struct sm_batch_worker *worker)
{
	size_t len;
	const char *type = sm_record_str(worker->rec, worker->slot_type, &len);

	return type && len >= 3 && memcmp(type, "sm:", 3) == 0;
}

static enum sm_verdict
judge(struct sm_batch_worker *worker, bool control, struct sm_err *err)
{
	const struct sm_filter *filter = worker->filter;
	enum sm_verdict verdict = SM_PASS;

	if (!control) {
		if (check_version(worker, err) == -1)
			return SM_FAILED;
		if (filter->record)
			verdict = filter->record(worker->rec, worker->state,
			    err);
	}
	if (filter->serial && (verdict == SM_PASS || control))
		verdict = filter->serial(worker->rec, control, filter->arg,
		    err);
	if (verdict == SM_WARN && filter->strict)
		verdict = SM_FAILED;
	if (control && filter->drop_controls && verdict == SM_PASS)
		verdict = SM_DROP;
	return verdict;
}

static void
write_record(struct sm_batch *batch, struct sm_batch_worker *worker,
    bool control)
{
	if (worker->filter->discard)
		return;
	if (worker->filter->format && !control) {
		worker->filter->format(worker->rec, worker->state,
		    &batch->out);
		return;
	}
	sm_record_write(worker->rec, &batch->out);
	sm_buf_addc(&batch->out, '\n');
}

static void
stop(struct sm_batch *batch, const struct sm_err *err, uint64_t number,
    enum sm_exit code)
{
	batch->stop = true;
	batch->err = *err;
	batch->err.code = code;
	sm_err_prefix(&batch->err, "%s:%" PRIu64, batch->file, number);
}

/* A line that is no record is left out, and nobody can say it was not told. */
static void
reject(struct sm_batch *batch, struct sm_batch_worker *worker,
    const char *line, size_t len, uint64_t number, const struct sm_err *err)
{
	batch->sums.bad++;
	sm_buf_add(&batch->rejects, line, len);
	sm_buf_addc(&batch->rejects, '\n');
	if (worker->filter->strict)
		stop(batch, err, number, SM_EXIT_DATA);
	else
		sm_batch_say(batch, number, err->text);
}

static void
run_line(struct sm_batch *batch, struct sm_batch_worker *worker,
    const char *line, size_t len, uint64_t number)
{
	struct sm_err err = { .code = SM_EXIT_OK };
	bool control;

	if (sm_record_parse(worker->rec, line, len, &err) == -1) {
		reject(batch, worker, line, len, number, &err);
		return;
	}
	control = is_control(worker);
	batch->sums.records += !control;
	switch (judge(worker, control, &err)) {
	case SM_WARN:
		batch->sums.failed++;
		sm_batch_say(batch, number, err.text);
		/* FALLTHROUGH */
	case SM_PASS:
		batch->sums.passed += !control;
		write_record(batch, worker, control);
		break;
	case SM_DROP:
		batch->sums.dropped += !control;
		break;
	case SM_FAILED:
		batch->sums.failed++;
		if (worker->filter->strict) {
			stop(batch, &err, number, SM_EXIT_DATA);
			break;
		}
		sm_batch_say(batch, number, err.text);
		if (worker->filter->discard)
			break;
		sm_buf_add(&batch->out, line, len);
		sm_buf_addc(&batch->out, '\n');
		break;
	case SM_LAST:
		batch->sums.passed++;
		write_record(batch, worker, control);
		batch->stop = true;
		batch->err.code = SM_EXIT_OK;
		break;
	case SM_STOP:
		stop(batch, &err, number, err.code);
		break;
	}
}

void
sm_batch_run(struct sm_batch *batch, struct sm_batch_worker *worker)
{
	const char *p = batch->in.data, *end = p + batch->in.len;

	for (uint64_t i = 0; p < end && !batch->stop; i++) {
		const char *lf = memchr(p, '\n', (size_t)(end - p));

		run_line(batch, worker, p, (size_t)(lf - p),
		    batch->in.line + i);
		p = lf + 1;
	}
}
