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

/* An item that may be shown, with its exact share. */
struct item {
	struct sm_evidence evidence;
	int64_t value;
};

/* Keep the strongest of list; gives back the new count. */
static uint32_t
insert(struct item list[SM_EVIDENCE_MAX], uint32_t count,
    const struct item *item, int64_t *rest)
{
	uint32_t at = count;

	if (!item->value)
		return count;
	while (at > 0 && llabs(list[at - 1].value) < llabs(item->value))
		at--;
	if (count == SM_EVIDENCE_MAX - 1) {
		if (at == count) {
			*rest += item->value;
			return count;
		}
		*rest += list[--count].value;
	}
	memmove(list + at + 1, list + at, (count - at) * sizeof(*list));
	list[at] = *item;
	return count + 1;
}

static uint32_t
insert_named(struct item list[SM_EVIDENCE_MAX], uint32_t count,
    const char *name, int64_t value, int64_t *rest)
{
	struct item item = { .evidence = { .text = name,
	    .len = (uint32_t)strlen(name) }, .value = value };

	return insert(list, count, &item, rest);
}

/*
 * Points for the items in proportion.  Where they cancel out there is no
 * proportion to the sum: then as at the beginning of the squash, where one
 * of the lexicon's scale is 100 / sqrt(15) points.
 */
static void
share_out(const struct item *list, uint32_t count, int32_t points,
    struct sm_evidence *out)
{
	int64_t part[SM_EVIDENCE_MAX], sum = 0;
	int32_t share[SM_EVIDENCE_MAX];

	for (uint32_t i = 0; i < count; i++)
		sum += part[i] = list[i].value;
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
	for (uint32_t i = 0; i < count; i++) {
		out[i] = list[i].evidence;
		out[i].points = share[i];
	}
}

uint32_t
sm_evidence_feeling(const struct sm_scorer_work *work,
    struct sm_evidence out[SM_EVIDENCE_MAX])
{
	const struct sm_feeling *feeling = &work->feeling;
	struct item list[SM_EVIDENCE_MAX], item;
	uint32_t count = 0;
	int64_t rest = 0;

	for (uint32_t i = 0; i < feeling->words.count; i++) {
		const struct sm_feel *word = &feeling->words.list[i];

		quote(work->tokens, word->first, word->last, &item.evidence);
		item.value = word->value;
		count = insert(list, count, &item, &rest);
	}
	count = insert_named(list, count, "rating", feeling->rating, &rest);
	count = insert_named(list, count, "!", feeling->emphasis, &rest);
	if (rest) {
		list[count].evidence.text = "rest";
		list[count].evidence.len = 4;
		list[count++].value = rest;
	}
	if (count)
		share_out(list, count, feeling->points, out);
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
