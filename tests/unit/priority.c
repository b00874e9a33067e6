/* Priority, and what holds for every score: sums, floors, ranges. */
#include "base/hash.h"
#include "lab.h"
#include "record/record.h"
#include "score/score.h"
#include "score/work.h"
#include "tap.h"

#define TRIALS 20000

static uint64_t state = 7;

static uint32_t
dice(uint32_t sides)
{
	state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (uint32_t)(state >> 33) % sides;
}

static const char *const pieces[] = {
	"not ", "very ", "good ", "terrible ", "refund ", "cancel my contract ",
	"!!! ", "? ", "😡😡 ", "nie ", "działa ", "dziękuję ", "bardzo ",
	"wypowiadam umowę ", "no ", "funciona ", "gracias ", "太差了 ", "谢谢，",
	"投诉 ", "but ", "GREAT ", "fire ", "kill myself ", "lawyer ", ":( ",
	"https://x.example/a ", "@shop ", "#Fail ", "\\\"excellent\\\" ",
	"\\n", "RT @a: ", "12 ", "journalist ", "charged twice ", "\\u0000",
	"ale ", "pero ", "不过 ", "waaaait ", "today ", "ok "
};

static void
add_maybe(struct sm_buf *out, const char *name, int32_t value)
{
	if (dice(2))
		sm_buf_addf(out, ",\"%s\":%d", name, value);
}

static void
make_post(struct sm_buf *out)
{
	static const char *const consent[] = {
		"opted-out", "registered", "public-default"
	};

	sm_buf_clear(out);
	sm_buf_adds(out, "{\"v\":1,\"type\":\"Note\",\"content\":\"");
	for (uint32_t i = dice(30); i > 0; i--)
		sm_buf_adds(out, pieces[dice(sizeof(pieces) /
		    sizeof(*pieces))]);
	sm_buf_adds(out, "\",\"attributedTo\":{\"type\":\"Person\"");
	add_maybe(out, "followers", (int32_t)dice(2000000));
	add_maybe(out, "following", (int32_t)dice(5000));
	sm_buf_adds(out, dice(2) ? ",\"bot\":true" : "");
	sm_buf_adds(out, "},\"metrics\":{\"likes\":3");
	add_maybe(out, "shares", (int32_t)dice(100000));
	sm_buf_adds(out, "},\"known\":{\"x\":1");
	add_maybe(out, "value", (int32_t)dice(300) - 100);
	add_maybe(out, "promoter", (int32_t)dice(400) - 200);
	if (dice(2))
		sm_buf_addf(out, ",\"consent\":\"%s\"", consent[dice(3)]);
	sm_buf_adds(out, "},\"cluster\":{\"id\":\"c\"");
	add_maybe(out, "size", (int32_t)dice(100000));
	add_maybe(out, "authors", (int32_t)dice(10));
	sm_buf_adds(out, "}");
	if (dice(2))
		sm_buf_addf(out, ",\"rating\":{\"value\":%u,\"best\":5}",
		    dice(6));
	sm_buf_adds(out, dice(2) ? ",\"direction\":\"in\"}" :
	    ",\"direction\":\"about\"}");
}

struct held {
	bool scored, why, feeling, urgency, influence, spam, floor, range;
	bool consent, json;
};

static int32_t
sum_of(const struct sm_evidence *list, uint32_t count)
{
	int32_t sum = 0;

	for (uint32_t i = 0; i < count; i++)
		sum += list[i].points;
	return sum;
}

static int32_t
sum_parts(const int32_t *part, int count)
{
	int32_t sum = 0;

	for (int i = 0; i < count; i++)
		sum += part[i];
	return sum;
}

static void
look(const struct sm_scorer_work *work, struct held *held, bool opted_out)
{
	static const int floors[SM_URGENTS] = {
		95, 92, 80, 80, 70, 55, 50, 0
	};
	struct sm_evidence list[SM_EVIDENCE_MAX];
	int32_t sum = 0;

	for (uint32_t i = 0; i < work->why.count; i++)
		sum += work->why.list[i].points;
	held->why = held->why && sum == work->why.sum;
	held->range = held->range && work->why.sum >= 0 &&
	    work->why.sum <= 100 && abs(work->feeling.points) <= 100 &&
	    work->urgency.points >= 0 && work->urgency.points <= 100 &&
	    work->spam.points >= 0 && work->spam.points <= 100 &&
	    work->urgency.emergency >= 0 && work->urgency.emergency <= 100;
	held->feeling = held->feeling && sum_of(list,
	    sm_evidence_feeling(work, list)) == work->feeling.points;
	held->urgency = held->urgency && sum_of(list,
	    sm_evidence_urgency(work, list)) == work->urgency.points;
	held->spam = held->spam && sum_parts(work->spam.part,
	    SM_SPAM_SIGNS) == work->spam.points;
	if (work->facts.has_influence)
		held->influence = held->influence && sum_parts(
		    work->facts.influence.part, SM_INFLUENCE_PARTS) ==
		    work->facts.influence.points;
	held->consent = held->consent &&
	    !(opted_out && work->facts.has_influence);
	for (int i = 0; i < SM_URGENTS; i++)
		if (work->meaning.urgent[i] >= SM_LIKELY)
			held->floor = held->floor &&
			    work->why.sum >= floors[i];
}

int
main(void)
{
	struct sm_scorer_options options = { .lexicon = NULL };
	struct held held = { true, true, true, true, true, true, true, true,
	    true, true };
	struct sm_paths *paths = sm_paths_new(), *none = sm_paths_new();
	struct sm_record *rec, *check;
	struct sm_score_slots slots;
	struct sm_scorer_work *work;
	struct sm_scorer *scorer;
	struct sm_buf post = SM_BUF_INIT, out = SM_BUF_INIT;
	struct sm_err err;
	struct lab lab;
	char *path;
	FILE *file;

	lab_begin(&lab);
	if (sm_lex_compile("share", &lab.file, &lab.report, &lab.err) == -1) {
		printf("# %s\n", lab.err.text);
		return 1;
	}
	path = sm_xasprintf("%s/lexicon.bin", lab.dir);
	file = fopen(path, "wb");
	ok(file && fwrite(lab.file.data, 1, lab.file.len, file) ==
	    lab.file.len && fclose(file) == 0, "a lexicon is written");
	options.lexicon = path;
	sm_score_paths(&slots, paths);
	rec = sm_record_new(paths);
	check = sm_record_new(none);
	scorer = sm_scorer_open(&options, &err);
	ok(scorer, "and opened");
	work = sm_scorer_work_new(scorer, &slots);
	for (int i = 0; i < TRIALS; i++) {
		make_post(&post);
		if (sm_record_parse(rec, post.data, post.len, &err) == -1 ||
		    sm_scorer_score(work, rec, &err) == -1) {
			held.scored = false;
			printf("# %s: %s\n", err.text, post.data);
			break;
		}
		look(work, &held, strstr(post.data, "opted-out") != NULL);
		sm_buf_clear(&out);
		sm_record_write(rec, &out);
		held.json = held.json && sm_record_parse(check, out.data,
		    out.len, &err) == 0;
	}
	ok(held.scored, "random posts are scored");
	ok(held.json, "and come out as records");
	ok(held.range, "all numbers lie in their ranges");
	ok(held.why, "why sums to the priority");
	ok(held.feeling, "the evidence of sentiment sums to it");
	ok(held.urgency, "and that of urgency");
	ok(held.influence, "and that of influence");
	ok(held.spam, "and that of spam");
	ok(held.floor, "priority is never under the floor of a category");
	ok(held.consent, "who opted out is never measured");
	sm_scorer_work_free(work);
	sm_scorer_close(scorer);
	sm_record_free(rec);
	sm_record_free(check);
	sm_paths_free(paths);
	sm_paths_free(none);
	sm_buf_release(&post);
	sm_buf_release(&out);
	free(path);
	lab_end(&lab);
	return plan_done();
}
