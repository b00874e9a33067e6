#include <stdlib.h>
#include <string.h>

#include "score/fixed.h"
#include "score/work.h"

/* The text of the tokens from first to last, cut at a character. */
static void
quote(const struct sm_tokens *tokens, uint32_t first, uint32_t last,
    struct sm_evidence *evidence)
{
	const struct sm_token *from = &tokens->list[first];
	const struct sm_token *to = &tokens->list[last];
	/* Title and text are two texts: then what stands first is shown. */
	size_t len = to->at >= from->at && (size_t)(to->at - from->at) <
	    SM_EVIDENCE_TEXT ? (size_t)(to->at - from->at) + to->len :
	    from->len;

	if (len > SM_EVIDENCE_TEXT) {
		len = SM_EVIDENCE_TEXT;
		while (len && ((unsigned char)from->at[len] & 0xc0) == 0x80)
			len--;
	}
	evidence->text = from->at;
	evidence->len = (uint32_t)len;
}

#define KEPT (SM_EVIDENCE_MAX - 1)	/* beside what the others sum to */

/*
 * What may be shown, as one number each: how strong it is, and below that
 * which, the first of equals being the larger.  So the strongest are kept
 * without a branch, and which is stronger cannot be guessed.
 */
struct strongest {
	uint64_t key[KEPT];	/* the largest first, 0 where there is none */
};

static inline void
keep(struct strongest *strongest, int32_t value, uint32_t index)
{
	uint64_t size = (uint64_t)llabs(value);
	uint64_t key = size ? size << 32 | (UINT32_MAX - index) : 0;

	for (uint32_t i = 0; i < KEPT; i++) {
		uint64_t own = strongest->key[i];

		strongest->key[i] = key > own ? key : own;
		key = key > own ? own : key;
	}
}

/*
 * Points for the items in proportion.  Where they cancel out there is no
 * proportion to the sum: then as at the beginning of the squash, where one
 * of the lexicon's scale is 100 / sqrt(15) points.
 */
static void
share_out(const int64_t *part, uint32_t count, int32_t points,
    struct sm_evidence *out)
{
	int32_t share[SM_EVIDENCE_MAX];
	int64_t sum = 0;

	for (uint32_t i = 0; i < count; i++)
		sum += part[i];
	if (llabs(sum) < 200) {
		/* 38,730 thousandths are 1,000 points of the squash. */
		int64_t above = 0;

		for (uint32_t i = 0; i < count; i++) {
			share[i] = (int32_t)(part[i] * 100 / 3873);
			above += share[i];
		}
		for (uint32_t i = 0; above != points; i = (i + 1) % count) {
			share[i] += above < points ? 1 : -1;
			above += above < points ? 1 : -1;
		}
	} else
		sm_largest_remainder(part, share, count, sum, points);
	for (uint32_t i = 0; i < count; i++)
		out[i].points = share[i];
}

/* What the index-th item is: the words, then rating and emphasis. */
static int32_t
show(const struct sm_scorer_work *work, uint32_t index,
    struct sm_evidence *out)
{
	const struct sm_feeling *feeling = &work->feeling;
	const struct sm_feel *word = &feeling->words.list[index];
	bool rating = index == feeling->words.count;

	if (index < feeling->words.count) {
		quote(work->tokens, word->first, word->last, out);
		return word->value;
	}
	out->text = rating ? "rating" : "!";
	out->len = (uint32_t)strlen(out->text);
	return rating ? feeling->rating : feeling->emphasis;
}

uint32_t
sm_evidence_feeling(const struct sm_scorer_work *work,
    struct sm_evidence out[SM_EVIDENCE_MAX])
{
	const struct sm_feeling *feeling = &work->feeling;
	uint32_t words = feeling->words.count, count = 0;
	struct strongest strongest = { .key = { 0 } };
	int64_t part[SM_EVIDENCE_MAX], rest;

	rest = (int64_t)feeling->rating + feeling->emphasis;
	for (uint32_t i = 0; i < words; i++) {
		keep(&strongest, feeling->words.list[i].value, i);
		rest += feeling->words.list[i].value;
	}
	keep(&strongest, feeling->rating, words);
	keep(&strongest, feeling->emphasis, words + 1);
	for (; count < KEPT && strongest.key[count]; count++) {
		part[count] = show(work, UINT32_MAX -
		    (uint32_t)strongest.key[count], &out[count]);
		rest -= part[count];
	}
	if (rest) {
		out[count].text = "rest";
		out[count].len = 4;
		part[count++] = rest;
	}
	if (count)
		share_out(part, count, feeling->points, out);
	return count;
}

uint32_t
sm_evidence_urgency(const struct sm_scorer_work *work,
    struct sm_evidence out[SM_EVIDENCE_MAX])
{
	uint32_t count = 0;

	for (int i = 0; i < SM_URGENTS; i++) {
		if (!work->urgency.part[i])
			continue;
		quote(work->tokens, work->meaning.alarm[i].first,
		    work->meaning.alarm[i].last, &out[count]);
		out[count++].points = work->urgency.part[i];
	}
	return count;
}
