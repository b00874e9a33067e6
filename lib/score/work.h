/*
 * What a thread has while it scores a post.  Inside of score.h: score.c fills
 * it, output.c and explain.c show it.
 */
#ifndef SM_SCORE_WORK_H
#define SM_SCORE_WORK_H

#include "score/detect.h"
#include "score/facts.h"
#include "score/label.h"
#include "score/match.h"
#include "score/score.h"
#include "score/spam.h"
#include "score/term.h"
#include "score/urgency.h"

#define SM_EVIDENCE_MAX 9	/* items of a list, the rest included */
#define SM_EVIDENCE_TEXT 48	/* bytes of a quotation; longer is cut */
#define SM_OUTPUT_MAX 16384	/* bytes of a score; more than any takes */

struct sm_scorer_work {
	const struct sm_scorer *scorer;
	const struct sm_score_slots *slots;
	const struct sm_lexicon *lex;
	const struct sm_lex_lang *lang;
	const struct sm_labels *labels;
	enum sm_influence_mode mode;
	struct sm_tokens *tokens;
	struct sm_matches matches;
	struct sm_feeling feeling;
	struct sm_meaning meaning;
	struct sm_urgency urgency;
	struct sm_spam spam;
	struct sm_facts facts;
	struct sm_why why;
	struct sm_detected detected;
	const struct sm_record *ready;	/* what is here is of that one */
	bool nothing;		/* it is a tombstone */
	bool failed;		/* there were too many terms */
	char out[SM_OUTPUT_MAX];
	size_t out_len;
};

/* One item of an evidence list. */
struct sm_evidence {
	const char *text;
	uint32_t len;		/* bytes */
	int32_t points;
};

/*
 * The strongest words of feeling, emphasis and rating, and what the others
 * sum to, with points that sum to feeling.points.  How many.
 */
uint32_t sm_evidence_feeling(const struct sm_scorer_work *work,
    struct sm_evidence list[SM_EVIDENCE_MAX]);

/* The categories of urgency by what was found; points sum to its points. */
uint32_t sm_evidence_urgency(const struct sm_scorer_work *work,
    struct sm_evidence list[SM_EVIDENCE_MAX]);

/* The facts that the record tells; and, when they are there, influence. */
void sm_score_read(struct sm_scorer_work *work, struct sm_record *rec);
void sm_score_influence(struct sm_scorer_work *work, struct sm_record *rec);

/* The score as JSON into work->out. */
void sm_score_output(struct sm_scorer_work *work);

#endif
