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
 * Adding up the patterns of one label: while they overlap, the surest counts;
 * from and value are of the run that is still open.
 */
struct run {
	uint32_t end;
	int32_t value;
};

static inline void
add_to(struct run *run, int32_t *total, const struct sm_match *match,
    int32_t value)
{
	bool overlaps = run->value && match->first < run->end;
	uint32_t end = match->last + 1;

	*total = sm_either(*total, overlaps ? 0 : run->value);
	run->value = overlaps && run->value > value ? run->value : value;
	run->end = end > run->end ? end : run->end;
}

/* Labels of one kind, those that were met as bits. */
struct sums {
	uint64_t met;
	struct run run[64];
};

static void
close_runs(struct sums *sums, int32_t *total)
{
	for (uint64_t left = sums->met; left; left &= left - 1) {
		int i = __builtin_ctzll(left);

		total[i] = sm_either(total[i], sums->run[i].value);
	}
}

#define BIT(label) (UINT64_C(1) << SM_##label)

/*
 * What a "not" in front denies: "not delivered" and "not charged" speak of
 * delivery and billing all the same.  And never less sure of an alarm because
 * of a "not": better once too often.
 */
#define INTENTS_DENIED (BIT(INTENT_CHURN) | BIT(INTENT_PRAISE) | \
	BIT(INTENT_RECOMMENDATION) | BIT(INTENT_CRISIS))
#define URGENTS_DENIED (BIT(URGENT_LEGAL) | BIT(URGENT_PRESS) | \
	BIT(URGENT_CHURN) | BIT(URGENT_DEADLINE))

/* What the reading of one match needs. */
struct reading {
	struct sm_meaning *meaning;
	struct sums intent, topic, urgent;
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

static inline void
add_label(struct reading *reading, struct sums *sums, int32_t *total,
    unsigned label, int32_t value)
{
	/* A run is cleared when it is first met. */
	if (!(sums->met >> label & 1))
		sums->run[label] = (struct run) { .value = 0 };
	sums->met |= UINT64_C(1) << label;
	add_to(&sums->run[label], &total[label], reading->match, value);
}

static void
read_intent(struct reading *reading, const struct sm_lex_entry *entry)
{
	int32_t value = entry->value;

	if (entry->label >= SM_INTENTS)
		return;
	if (INTENTS_DENIED >> entry->label & 1 && negated(reading)) {
		if (entry->label == SM_INTENT_PRAISE)
			return;
		value = value * NEGATED / 1000;
	}
	add_label(reading, &reading->intent, reading->meaning->intent,
	    entry->label, value);
}

static void
read_topic(struct reading *reading, const struct sm_lex_entry *entry)
{
	if (entry->label < SM_LEX_TOPICS)
		add_label(reading, &reading->topic, reading->meaning->topic,
		    entry->label, entry->value);
}

static void
read_urgent(struct reading *reading, const struct sm_lex_entry *entry)
{
	struct sm_meaning *meaning = reading->meaning;
	int32_t value = entry->value;

	if (entry->label >= SM_URGENTS)
		return;
	if (URGENTS_DENIED >> entry->label & 1 && negated(reading))
		value = value * NEGATED / 1000;
	add_label(reading, &reading->urgent, meaning->urgent, entry->label,
	    value);
	if (value <= meaning->alarm[entry->label].value)
		return;
	meaning->alarm[entry->label].value = value;
	meaning->alarm[entry->label].first = reading->match->first;
	meaning->alarm[entry->label].last = reading->match->last;
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
	int32_t *question = &reading->meaning->intent[SM_INTENT_QUESTION];
	int32_t value = opens ? QUESTION_WORD : QUESTION_INSIDE;

	/* "how do I" says more than "how", and so does a Chinese particle. */
	if (han || (reading->match->last > first && opens))
		value += 200;
	*question = sm_either(*question, value * entry->value / 1000);
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
	case SM_LEX_INTENT: read_intent(reading, entry); break;
	case SM_LEX_TOPIC: read_topic(reading, entry); break;
	case SM_LEX_URGENCY: read_urgent(reading, entry); break;
	case SM_LEX_LADDER: read_ladder(reading, entry); break;
	default: break;
	}
}

static uint64_t
known_topics(const struct sm_lexicon *lex)
{
	uint32_t count = lex->header->topic_count;

	return count < 64 ? (UINT64_C(1) << count) - 1 : UINT64_MAX;
}

void
sm_meaning_find(struct sm_meaning *meaning, const struct sm_feeling *feeling,
    const struct sm_feeling_input *in)
{
	struct reading reading;

	reading.meaning = meaning;
	reading.feeling = feeling;
	reading.in = in;
	reading.emotion_end = 0;
	reading.intent.met = reading.topic.met = reading.urgent.met = 0;
	memset(meaning, 0, sizeof(*meaning));
	for (uint32_t i = 0; i < in->matches->count; i++) {
		const struct sm_match *match = &in->matches->list[i];
		const struct sm_lex_entry *entry;
		bool emotion = false;

		if (!(match->traits & ~match->dropped & SM_TRAIT_MEANING) ||
		    match->affix)
			continue;
		entry = sm_match_entries(in->lex, in->lang, match);
		reading.match = match;
		reading.known = false;
		for (uint32_t k = 0; k < match->entries; k++) {
			read_entry(&reading, &entry[k]);
			emotion |= entry[k].kind == SM_LEX_EMOTION;
		}
		if (emotion && match->last + 1 > reading.emotion_end)
			reading.emotion_end = match->last + 1;
	}
	close_runs(&reading.intent, meaning->intent);
	close_runs(&reading.topic, meaning->topic);
	close_runs(&reading.urgent, meaning->urgent);
	meaning->topics = reading.topic.met & known_topics(in->lex);
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
