#include "frame/batch.h"

#include <inttypes.h>
#include <string.h>

#include "record/record.h"

/* A line that is used for the first time; most runs are short. */
static int
make_ready(struct sm_batch_worker *worker, struct sm_batch_line *line,
    struct sm_err *err)
{
	const struct sm_filter *filter = worker->filter;

	line->state = filter->arg;
	if (filter->worker_new) {
		line->state = filter->worker_new(filter->arg, err);
		if (!line->state)
			return -1;
	}
	line->rec = sm_record_new(filter->paths);
	return 0;
}

int
sm_batch_worker_init(struct sm_batch_worker *worker,
    const struct sm_filter *filter, struct sm_err *err)
{
	memset(worker, 0, sizeof(*worker));
	worker->filter = filter;
	worker->lines = filter->ahead ? SM_FILTER_AHEAD : 1;
	worker->slot_v = sm_paths_add(filter->paths, "v");
	worker->slot_type = sm_paths_add(filter->paths, "type");
	return make_ready(worker, &worker->line[0], err);
}

void
sm_batch_worker_release(struct sm_batch_worker *worker)
{
	for (uint32_t i = 0; i < SM_FILTER_AHEAD; i++) {
		if (worker->filter->worker_free && worker->line[i].state)
			worker->filter->worker_free(worker->line[i].state);
		sm_record_free(worker->line[i].rec);
	}
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

static bool
is_known_version(const struct sm_batch_worker *worker,
    const struct sm_batch_line *line)
{
	const struct sm_value *v = sm_record_value(line->rec, worker->slot_v);
	int64_t number;

	return v->type == SM_ABSENT || (sm_value_int(v, &number) &&
	    number == SM_RECORD_VERSION);
}

/* 0, or -1 and err for a record of which we do not know what it means. */
static int
check_version(const struct sm_batch_worker *worker,
    struct sm_batch_line *line)
{
	const struct sm_value *v = sm_record_value(line->rec, worker->slot_v);

	if (is_known_version(worker, line))
		return 0;
	return sm_err_set(&line->err, SM_EXIT_DATA, "record version %.*s is "
	    "unknown here (this sm reads %d): passed on as it is",
	    v->len > 20 ? 20 : (int)v->len, v->text, SM_RECORD_VERSION);
}

static bool
is_control(const struct sm_batch_worker *worker,
    const struct sm_batch_line *line)
{
	size_t len;
	const char *type = sm_record_str(line->rec, worker->slot_type, &len);

	return type && len >= 3 && memcmp(type, "sm:", 3) == 0;
}

static enum sm_verdict
judge(const struct sm_batch_worker *worker, struct sm_batch_line *line)
{
	const struct sm_filter *filter = worker->filter;
	enum sm_verdict verdict = SM_PASS;

	if (!line->control) {
		if (check_version(worker, line) == -1)
			return SM_FAILED;
		if (filter->record)
			verdict = filter->record(line->rec, line->state,
			    &line->err);
	}
	if (filter->serial && (verdict == SM_PASS || line->control))
		verdict = filter->serial(line->rec, line->control, filter->arg,
		    &line->err);
	if (verdict == SM_WARN && filter->strict)
		verdict = SM_FAILED;
	if (line->control && filter->drop_controls && verdict == SM_PASS)
		verdict = SM_DROP;
	return verdict;
}

static void
write_record(struct sm_batch *batch, const struct sm_filter *filter,
    const struct sm_batch_line *line)
{
	if (filter->discard)
		return;
	if (filter->format && !line->control) {
		filter->format(line->rec, line->state, &batch->out);
		return;
	}
	sm_record_write(line->rec, &batch->out);
	sm_buf_addc(&batch->out, '\n');
}

static void
stop(struct sm_batch *batch, const struct sm_batch_line *line,
    enum sm_exit code)
{
	batch->stop = true;
	batch->err = line->err;
	batch->err.code = code;
	sm_err_prefix(&batch->err, "%s:%" PRIu64, batch->file, line->number);
}

/* A line that is no record is left out, and nobody can say it was not told. */
static void
reject(struct sm_batch *batch, const struct sm_filter *filter,
    const struct sm_batch_line *line)
{
	batch->sums.bad++;
	sm_buf_add(&batch->rejects, line->text, line->len);
	sm_buf_addc(&batch->rejects, '\n');
	if (filter->strict)
		stop(batch, line, SM_EXIT_DATA);
	else
		sm_batch_say(batch, line->number, line->err.text);
}

static void
fail(struct sm_batch *batch, const struct sm_filter *filter,
    const struct sm_batch_line *line)
{
	batch->sums.failed++;
	if (filter->strict) {
		stop(batch, line, SM_EXIT_DATA);
		return;
	}
	sm_batch_say(batch, line->number, line->err.text);
	if (filter->discard)
		return;
	sm_buf_add(&batch->out, line->text, line->len);
	sm_buf_addc(&batch->out, '\n');
}

static void
run_line(struct sm_batch *batch, const struct sm_batch_worker *worker,
    struct sm_batch_line *line)
{
	const struct sm_filter *filter = worker->filter;

	if (line->bad) {
		reject(batch, filter, line);
		return;
	}
	batch->sums.records += !line->control;
	switch (judge(worker, line)) {
	case SM_WARN:
		batch->sums.failed++;
		sm_batch_say(batch, line->number, line->err.text);
		/* FALLTHROUGH */
	case SM_PASS:
		batch->sums.passed += !line->control;
		write_record(batch, filter, line);
		break;
	case SM_DROP:
		batch->sums.dropped += !line->control;
		break;
	case SM_FAILED:
		fail(batch, filter, line);
		break;
	case SM_LAST:
		batch->sums.passed++;
		write_record(batch, filter, line);
		batch->stop = true;
		batch->err.code = SM_EXIT_OK;
		break;
	case SM_STOP:
		stop(batch, line, line->err.code);
		break;
	}
}

/* Parse the line at p; behind it. */
static const char *
take_line(const struct sm_batch_worker *worker, struct sm_batch_line *line,
    const char *p, const char *end)
{
	const char *lf = memchr(p, '\n', (size_t)(end - p));

	line->text = p;
	line->len = (size_t)(lf - p);
	line->err.code = SM_EXIT_OK;
	line->err.text[0] = '\0';
	line->bad = sm_record_parse(line->rec, p, line->len, &line->err) == -1;
	line->control = !line->bad && is_control(worker, line);
	return lf + 1;
}

/* Whether one more line can be looked at beside count others. */
static bool
has_room(struct sm_batch_worker *worker, uint32_t count)
{
	if (count == worker->lines)
		return false;
	if (!worker->line[count].rec && make_ready(worker,
	    &worker->line[count], &worker->line[count].err) == -1)
		worker->lines = count;	/* then fewer at a time */
	return count < worker->lines;
}

/* Those of the first count lines that .record will be called for. */
static void
look_ahead(const struct sm_batch_worker *worker, uint32_t count)
{
	struct sm_record *recs[SM_FILTER_AHEAD];
	void *states[SM_FILTER_AHEAD];
	size_t used = 0;

	for (uint32_t i = 0; i < count; i++) {
		const struct sm_batch_line *line = &worker->line[i];

		if (line->bad || line->control ||
		    !is_known_version(worker, line))
			continue;
		recs[used] = line->rec;
		states[used++] = line->state;
	}
	worker->filter->ahead(recs, states, used);
}

void
sm_batch_run(struct sm_batch *batch, struct sm_batch_worker *worker)
{
	const char *p = batch->in.data, *end = p + batch->in.len;
	uint64_t number = batch->in.line;

	while (p < end && !batch->stop) {
		uint32_t count = 0;

		for (; p < end && has_room(worker, count); count++) {
			worker->line[count].number = number++;
			p = take_line(worker, &worker->line[count], p, end);
		}
		if (worker->filter->ahead)
			look_ahead(worker, count);
		for (uint32_t i = 0; i < count && !batch->stop; i++)
			run_line(batch, worker, &worker->line[i]);
	}
}
