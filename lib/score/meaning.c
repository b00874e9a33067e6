#include "score/meaning.h"

#include <string.h>

#define NEGATED 250		/* what is left of a negated cue, thousandths */
#define QUESTION_MARK 450
#define QUESTION_WORD 400	/* that opens a sentence */
#define QUESTION_INSIDE 150

int32_t
sm_either(int32_t a, int32_t b)
{
	return 1000 - (1000 - a) * (1000 - b) / 1000;
}

/*
 * Adding up the patterns of one label: while they overlap, the surest counts.
 */
struct run {
	uint32_t end;		/* token behind those that overlap */
	int32_t value;		/* of the surest of them */
	int32_t before;		/* what all others came to */
};

/*
 * What a "not" in front denies: "not delivered" and "not charged" speak of
 * delivery and billing all the same.  And never less sure of an alarm because
 * of a "not": better once too often.
 */
static const bool denied[SM_LEX_SUMS] = {
	[SM_INTENT_CHURN] = true, [SM_INTENT_PRAISE] = true,
	[SM_INTENT_RECOMMENDATION] = true, [SM_INTENT_CRISIS] = true,
	[SM_LEX_SUM_URGENT + SM_URGENT_LEGAL] = true,
	[SM_LEX_SUM_URGENT + SM_URGENT_PRESS] = true,
	[SM_LEX_SUM_URGENT + SM_URGENT_CHURN] = true,
	[SM_LEX_SUM_URGENT + SM_URGENT_DEADLINE] = true
};

_Static_assert(SM_INTENTS == SM_LEX_SUM_TOPIC &&
    SM_URGENTS == SM_LEX_SUMS - SM_LEX_SUM_URGENT, "sums are as labels are");

/* What the reading of one match needs. */
struct reading {
	struct sm_meaning *meaning;
	struct run run[SM_LEX_SUMS];
	const struct sm_feeling *feeling;
	const struct sm_feeling_input *in;
	const struct sm_match *match;
	bool known, negated;	/* negated is known */
	uint32_t emotion_end;	/* tokens before it have spoken */
};

/* Whether the match is negated: not every kind asks. */
static bool
negated(struct reading *reading)
{
	if (!reading->known)
		reading->negated = sm_feeling_negated(reading->feeling,
		    reading->in, reading->match->first,
		    reading->match->last);
	reading->known = true;
	return reading->negated;
}

static void
note_alarm(struct reading *reading, unsigned urgent, int32_t value)
{
	struct sm_meaning *meaning = reading->meaning;

	if (value <= meaning->alarm[urgent].value)
		return;
	meaning->alarm[urgent].value = value;
	meaning->alarm[urgent].first = reading->match->first;
	meaning->alarm[urgent].last = reading->match->last;
}

/* Without branches, since nothing here can be guessed. */
static inline void
add_to(struct reading *reading, unsigned sum, int32_t value)
{
	struct run *run = &reading->run[sum];
	bool overlaps = reading->match->first < run->end;
	uint32_t end = reading->match->last + 1;
	int32_t closed = sm_either(run->before, run->value);

	run->before = overlaps ? run->before : closed;
	run->value = overlaps && run->value > value ? run->value : value;
	run->end = end > run->end ? end : run->end;
	reading->meaning->sum[sum] = sm_either(run->before, run->value);
}

static inline void
read_label(struct reading *reading, const struct sm_lex_entry *entry)
{
	int32_t value = entry->value;
	unsigned sum = entry->sum;

	if (denied[sum] && negated(reading)) {
		if (sum == SM_INTENT_PRAISE)
			return;
		value = value * NEGATED / 1000;
	}
	add_to(reading, sum, value);
	if (sum >= SM_LEX_SUM_URGENT)
		note_alarm(reading, sum - SM_LEX_SUM_URGENT, value);
}

static void
read_emotion(struct reading *reading, const struct sm_lex_entry *entry)
{
	struct sm_meaning *meaning = reading->meaning;

	if (entry->label >= SM_EMOTIONS ||
	    reading->match->first < reading->emotion_end || negated(reading))
		return;
	meaning->feel[entry->label] = sm_either(meaning->feel[entry->label],
	    entry->value);
}

static void
read_question(struct reading *reading, const struct sm_lex_entry *entry)
{
	const struct sm_tokens *tokens = reading->in->tokens;
	uint32_t first = reading->match->first;
	const struct sm_token *token = &tokens->list[first];
	bool han = token->kind == SM_TOKEN_HAN;
	bool opens = han || token->flags & SM_TOKEN_FIRST ||
	    (first && token[-1].clause != token->clause);
	struct run *run = &reading->run[SM_INTENT_QUESTION];
	int32_t value = opens ? QUESTION_WORD : QUESTION_INSIDE;

	/* "how do I" says more than "how", and so does a Chinese particle. */
	if (han || (reading->match->last > first && opens))
		value += 200;
	run->before = sm_either(run->before, value * entry->value / 1000);
	reading->meaning->intent[SM_INTENT_QUESTION] = sm_either(run->before,
	    run->value);
	reading->meaning->asks |= opens;
}

static void
read_ladder(struct reading *reading, const struct sm_lex_entry *entry)
{
	if (entry->value > reading->meaning->ladder && entry->value <= 7 &&
	    !negated(reading))
		reading->meaning->ladder = entry->value;
}

static void
read_entry(struct reading *reading, const struct sm_lex_entry *entry)
{
	switch (entry->kind) {
	case SM_LEX_EMOTION: read_emotion(reading, entry); break;
	case SM_LEX_QUESTION: read_question(reading, entry); break;
	case SM_LEX_LADDER: read_ladder(reading, entry); break;
	default: break;
	}
}

static void
read_match(struct reading *reading, const struct sm_lex_entry *entry)
{
	const struct sm_match *match = reading->match;
	bool emotion = false;

	for (uint32_t i = 0; i < match->entries; i++) {
		if (entry[i].sum < SM_LEX_SUMS)
			read_label(reading, &entry[i]);
		else
			read_entry(reading, &entry[i]);
		emotion |= entry[i].kind == SM_LEX_EMOTION;
	}
	if (emotion && match->last + 1 > reading->emotion_end)
		reading->emotion_end = match->last + 1;
}

void
sm_meaning_find(struct sm_meaning *meaning, const struct sm_feeling *feeling,
    const struct sm_feeling_input *in)
{
	const struct sm_matches *matches = in->matches;
	struct reading reading;

	reading.meaning = meaning;
	reading.feeling = feeling;
	reading.in = in;
	reading.emotion_end = 0;
	memset(reading.run, 0, sizeof(reading.run));
	memset(meaning, 0, sizeof(*meaning));
	for (uint32_t i = 0; i < matches->meanings; i++) {
		const struct sm_match *match =
		    &matches->list[matches->meaning[i]];

		reading.match = match;
		reading.known = false;
		read_match(&reading, sm_match_entries(in->lex, in->lang,
		    match));
	}
	if (in->tokens->questions)
		meaning->intent[SM_INTENT_QUESTION] = sm_either(
		    meaning->intent[SM_INTENT_QUESTION], QUESTION_MARK);
}

int32_t
sm_meaning_grievance(const struct sm_meaning *meaning)
{
	static const uint8_t wrong[] = {
		SM_INTENT_COMPLAINT, SM_INTENT_OUTAGE, SM_INTENT_DEFECT,
		SM_INTENT_CHURN
	};
	int32_t most = 0;

	if (meaning->intent[SM_INTENT_DELIVERY] >= SM_LIKELY ||
	    meaning->intent[SM_INTENT_BILLING] >= SM_LIKELY ||
	    meaning->intent[SM_INTENT_ACCOUNT] >= SM_LIKELY)
		most = 400;
	for (size_t i = 0; i < sizeof(wrong); i++)
		if (meaning->intent[wrong[i]] > most)
			most = meaning->intent[wrong[i]];
	return most;
}

static enum sm_emotion
by_sentiment(const struct sm_feeling *feeling,
    const struct sm_feeling_input *in)
{
	bool loud = in->tokens->exclaims >= 2 ||
	    (in->tokens->mixed && in->tokens->uppers >= 2);

	switch (feeling->polarity) {
	case SM_NEGATIVE:
		return feeling->points <= -70 && loud ? SM_EMOTION_ANGRY :
		    SM_EMOTION_DISSATISFIED;
	case SM_POSITIVE:
		return feeling->points >= 65 ? SM_EMOTION_PRAISE :
		    SM_EMOTION_SATISFIED;
	default:
		return SM_EMOTION_NEUTRAL;
	}
}

/* The surest cue that does not go against the sentiment. */
static enum sm_emotion
choose_emotion(const struct sm_meaning *meaning,
    const struct sm_feeling *feeling, const struct sm_feeling_input *in)
{
	enum sm_emotion best = SM_EMOTION_NEUTRAL;
	int32_t most = SM_LIKELY - 1;

	for (int i = 0; i < SM_EMOTIONS; i++) {
		bool good = i < SM_EMOTION_NEUTRAL;

		if (i == SM_EMOTION_NEUTRAL || meaning->feel[i] <= most ||
		    (good && feeling->polarity == SM_NEGATIVE) ||
		    (!good && feeling->polarity == SM_POSITIVE))
			continue;
		best = (enum sm_emotion)i;
		most = meaning->feel[i];
	}
	return best == SM_EMOTION_NEUTRAL ? by_sentiment(feeling, in) : best;
}

void
sm_meaning_conclude(struct sm_meaning *meaning,
    const struct sm_feeling *feeling, const struct sm_feeling_input *in)
{
	static const uint8_t grave[] = {
		SM_URGENT_SAFETY, SM_URGENT_LEGAL, SM_URGENT_MONEY
	};
	int32_t *complaint = &meaning->intent[SM_INTENT_COMPLAINT];
	int32_t *praise = &meaning->intent[SM_INTENT_PRAISE];
	int32_t points = feeling->points;

	/* Who threatens with the law, is hurt or has lost money complains. */
	for (size_t i = 0; i < sizeof(grave); i++)
		if (meaning->urgent[grave[i]] >= SM_LIKELY)
			*complaint = sm_either(*complaint, 550);
	if (points < -20)
		*complaint = sm_either(*complaint, (-points - 20) * 8);
	if (points > 30 && !in->tokens->questions)
		*praise = sm_either(*praise, (points - 30) * 9);
	else if (points < 0)
		*praise = *praise * (100 + points) / 100;
	if (feeling->ironic)
		*praise = 0;
	meaning->emotion = choose_emotion(meaning, feeling, in);
}
