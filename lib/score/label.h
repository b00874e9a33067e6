/*
 * The names that a score is written with, side by side with their lengths:
 * all bytes of one are copied, which needs no call and no guess.
 */
#ifndef SM_SCORE_LABEL_H
#define SM_SCORE_LABEL_H

#include <stdint.h>

#include "score/facts.h"
#include "score/spam.h"

struct sm_lexicon;

struct sm_label {
	char text[28];
	uint32_t len;
};

struct sm_labels {
	struct sm_label intent[SM_INTENTS], topic[SM_LEX_TOPICS];
	struct sm_label urgent[SM_URGENTS], emotion[SM_EMOTIONS];
	struct sm_label influence[SM_INFLUENCE_PARTS], spam[SM_SPAM_SIGNS];
	struct sm_label basis[SM_BASIS_OFF + 1], polarity[SM_POSITIVE + 1];
	/* The lists of evidence. */
	struct sm_label sentiment, urgency, reach, advert;
};

void sm_labels_init(struct sm_labels *labels, const struct sm_lexicon *lex);

#endif
