/*
 * What a post is about and what it wants: intents, topics, urgency, emotion
 * and the ladder of dissatisfaction.  Each label's probability is the noisy-or
 * of the patterns found, those that overlap counting once.
 */
#ifndef SM_SCORE_MEANING_H
#define SM_SCORE_MEANING_H

#include <stdbool.h>
#include <stdint.h>

#include "score/feeling.h"
#include "score/name.h"

/* Probabilities are in thousandths. */
#define SM_LIKELY 500		/* from here on a label is given */

struct sm_meaning {
	union {
		int32_t sum[SM_LEX_SUMS];	/* as entries are numbered */
		struct {
			int32_t intent[SM_INTENTS];
			int32_t topic[SM_LEX_TOPICS];
			int32_t urgent[SM_URGENTS];
		};
	};
	int32_t feel[SM_EMOTIONS];
	enum sm_emotion emotion;
	int32_t ladder;		/* 0..7 */
	bool asks;		/* a question word opens a sentence */

	/* The surest pattern of each, as tokens. */
	struct {
		uint32_t first, last;
		int32_t value;
	} alarm[SM_URGENTS];
};

/* From the words alone, after sm_feeling_collect. */
void sm_meaning_find(struct sm_meaning *meaning,
    const struct sm_feeling *feeling, const struct sm_feeling_input *in);

/*
 * How surely something went wrong; for sm_feeling_sum.  What is about a matter
 * of care, where things go wrong, is 400 at least.
 */
int32_t sm_meaning_grievance(const struct sm_meaning *meaning);

/*
 * What follows from the sentiment as well, after sm_feeling_sum: complaint,
 * praise, emotion.
 */
void sm_meaning_conclude(struct sm_meaning *meaning,
    const struct sm_feeling *feeling, const struct sm_feeling_input *in);

/* Those of count values, at most 64, that are likely: bits. */
static inline uint64_t
sm_likely(const int32_t *value, uint32_t count)
{
	uint64_t likely = 0;

	for (uint32_t i = 0; i < count; i++)
		likely |= (uint64_t)(value[i] >= SM_LIKELY) << i;
	return likely;
}

/* 1 - (1 - a)(1 - b) */
int32_t sm_either(int32_t a, int32_t b);

#endif
