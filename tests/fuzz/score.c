/*
 * The scorer: any text, and any record, has a score that is JSON and whose
 * terms sum up.  Takes the compiled lexicon from $SM_SHARE.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/err.h"
#include "record/json.h"
#include "record/record.h"
#include "score/score.h"
#include "score/work.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct sm_scorer_work *work;
static struct sm_record *rec;

static void
begin(void)
{
	static struct sm_score_slots slots;
	static const struct sm_scorer_options options = { .lexicon = NULL };
	struct sm_paths *paths = sm_paths_new();
	struct sm_scorer *scorer;
	struct sm_err err;

	sm_score_paths(&slots, paths);
	rec = sm_record_new(paths);
	scorer = sm_scorer_open(&options, &err);
	if (!scorer) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	work = sm_scorer_work_new(scorer, &slots);
}

static void
expect(int good)
{
	if (!good)
		abort();
}

static void
look(void)
{
	struct sm_evidence list[SM_EVIDENCE_MAX];
	int32_t sum = 0;
	uint32_t count;

	for (uint32_t i = 0; i < work->why.count; i++)
		sum += work->why.list[i].points;
	expect(sum == work->why.sum && sum >= 0 && sum <= 100);
	count = sm_evidence_feeling(work, list);
	sum = 0;
	for (uint32_t i = 0; i < count; i++)
		sum += list[i].points;
	expect(sum == work->feeling.points);
	expect(work->out_len && work->out[work->out_len - 1] == '}');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sm_buf post, out;
	struct sm_err err;

	if (!work)
		begin();
	sm_buf_clear(&post);
	if (size && *data == '{')
		sm_buf_add(&post, data, size);
	else {
		sm_buf_addc(&post, '{');
		sm_json_str(&post, "content", (const char *)data, size);
		sm_buf_addc(&post, '}');
	}
	if (sm_record_parse(rec, post.data, post.len, &err) == -1)
		return 0;
	expect(sm_scorer_score(work, rec, &err) == 0);
	sm_buf_clear(&out);
	sm_record_write(rec, &out);
	sm_scorer_explain(work, rec, &out);
	if (!sm_record_is(rec, work->slots->type, "Tombstone"))
		look();
	return 0;
}
