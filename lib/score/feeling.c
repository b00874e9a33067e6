#include "score/feeling.h"

#include <stdlib.h>

#include "score/fixed.h"

/*
 * After Hutto and Gilbert, "VADER" (ICWSM 2014), with factors of our own for
 * negation: what is "not good" is bad, but what is "not bad" is not good.
 */
#define NOT_GOOD (-750)		/* thousandths */
#define NOT_BAD (-450)
#define BARE_NOT (-300)
#define NOT_VERY (-400)		/* a degree word between negator and word */
#define EXCLAIM 250
#define EXCLAIMS_MAX 4
#define BEFORE_BUT 600
#define AFTER_BUT 1300
#define IRONIC (-700)
#define RATING 4000		/* one star, or all of them */
#define SQUASH INT64_C(15000000)	/* 15, as the square of thousandths */
#define SUM_MAX 1000000

/*
 * Whether there are fewer words than scope between the tokens from and to, of
 * which to stands behind from.
 */
static inline bool
is_near(const struct sm_token *token, uint32_t from, uint32_t to,
    uint32_t scope)
{
	return (uint32_t)(token[to].nth - token[from].nth) < scope +
	    (token[from].kind <= SM_TOKEN_NUMBER);
}

static bool
covers_left(const struct sm_feel *negator, const struct sm_token *token,
    uint32_t last, uint32_t scope)
{
	return negator->first > last &&
	    token[last].clause == negator->clause &&
	    negator->first - last <= 32 &&
	    is_near(token, last, negator->first, scope);
}

/* No word but for the side: which it is of others tells nothing of this. */
static inline bool
covers(const struct sm_feel *negator, const struct sm_feeling_input *in,
    uint32_t first, uint32_t last)
{
	const struct sm_token *token = in->tokens->list;
	uint32_t scope = negator->scope ? negator->scope :
	    (uint32_t)in->lang->rules.scope;

	if (negator->flags & SM_LEX_LEFT)
		return covers_left(negator, token, last, scope);
	return (negator->last < first) &
	    (token[first].clause == token[negator->last].clause) &
	    (((negator->flags & SM_LEX_CLAUSE) != 0) |
	    ((first - negator->last <= 32) &
	    is_near(token, negator->last, first, scope)));
}

/*
 * The negator that counts for the tokens from first to last: none where an
 * even number of groups covers them.
 */
static const struct sm_feel *
negator_of(const struct sm_feeling *feeling,
    const struct sm_feeling_input *in, uint32_t first, uint32_t last)
{
	const struct sm_feel *negator = feeling->negators.list, *found = NULL;
	const struct sm_feel *end = negator + feeling->negators.count;
	bool concord = in->lang->rules.concord;
	uint32_t groups = 0, before = 0;

	for (; negator < end; negator++) {
		bool here = covers(negator, in, first, last);

		/* Neighbours say it twice for strength: "ain't no". */
		groups += here & ((groups == 0) | (!concord &
		    (negator->first > before)));
		before = here ? negator->last + 1 : before;
		found = here ? negator : found;
	}
	return groups % 2 ? found : NULL;
}

bool
sm_feeling_negated(const struct sm_feeling *feeling,
    const struct sm_feeling_input *in, uint32_t first, uint32_t last)
{
	return negator_of(feeling, in, first, last) != NULL;
}

/* Degree words up to three tokens before, or one behind; a factor. */
static int32_t
degree_of(const struct sm_feeling *feeling,
    const struct sm_feeling_input *in, const struct sm_feel *word,
    const struct sm_feel **between)
{
	static const int32_t fade[] = { 1000, 900, 800 };
	int32_t factor = 1000;

	for (uint32_t i = 0; i < feeling->degrees.count; i++) {
		const struct sm_feel *degree = &feeling->degrees.list[i];
		uint32_t far;

		if (degree->first > word->last) {
			if (in->lang->rules.degree_after &&
			    degree->first == word->last + 1 &&
			    degree->clause == word->clause)
				factor += degree->value;
			break;
		}
		if (degree->last >= word->first ||
		    degree->clause != word->clause ||
		    word->first - degree->last > 3)
			continue;
		far = word->first - degree->last - 1;
		factor += sm_milli(degree->value, fade[far]);
		*between = degree;
	}
	return factor < 300 ? 300 : factor > 2000 ? 2000 : factor;
}

static void
modify(const struct sm_feeling *feeling, const struct sm_feeling_input *in,
    struct sm_feel *word)
{
	const struct sm_feel *degree = NULL;
	int32_t factor = degree_of(feeling, in, word, &degree);
	const struct sm_feel *negator = negator_of(feeling, in, word->first,
	    word->last);
	int32_t by;

	if (!negator) {
		word->value = sm_milli(word->value, factor);
		return;
	}
	word->flags |= SM_FEEL_NEGATED;
	by = word->value > 0 ? NOT_GOOD : NOT_BAD;
	if (degree && degree->first > negator->last)
		by = NOT_VERY;
	else
		word->value = sm_milli(word->value, factor);
	/* A negator of -1 turns wholly, a weaker one in part. */
	word->value = sm_milli(sm_milli(word->value, by), -negator->value);
}

/*
 * Who says "not" of no word of feeling tells more often of what is missing
 * than of anything else, in all four languages; once in a post is enough.
 */
static void
add_bare_not(struct sm_feeling *feeling, const struct sm_feeling_input *in)
{
	for (uint32_t i = 0; i < feeling->negators.count; i++) {
		const struct sm_feel *negator = &feeling->negators.list[i];
		uint32_t k = 0;

		while (k < feeling->words.count && !covers(negator, in,
		    feeling->words.list[k].first, feeling->words.list[k].last))
			k++;
		if (k < feeling->words.count ||
		    feeling->words.count == SM_FEELINGS_MAX)
			continue;
		feeling->words.list[feeling->words.count] = *negator;
		feeling->words.list[feeling->words.count++].value = BARE_NOT;
		break;
	}
}

static void
apply_contrast(struct sm_feeling *feeling)
{
	for (uint32_t i = 0; feeling->but && i < feeling->words.count; i++) {
		struct sm_feel *word = &feeling->words.list[i];

		word->value = sm_milli(word->value,
		    word->first >= feeling->but ? AFTER_BUT : BEFORE_BUT);
	}
}

/* Halve what is negative where the post is one question and no complaint. */
static void
apply_question(struct sm_feeling *feeling, const struct sm_feeling_input *in)
{
	const struct sm_tokens *tokens = in->tokens;

	if (tokens->sentences != 1 || !tokens->questions ||
	    tokens->exclaims || in->grievance >= 500)
		return;
	for (uint32_t i = 0; i < feeling->words.count; i++)
		if (feeling->words.list[i].value < 0)
			feeling->words.list[i].value /= 2;
}

/*
 * A cue of irony turns praise round only where something is wrong as well; one
 * that is often meant as it is said ("how lovely") needs more than a bad word.
 */
static bool
is_ironic(const struct sm_feeling *feeling, const struct sm_feeling_input *in)
{
	if (in->grievance >= 500)
		return feeling->irony >= 500;
	if (feeling->irony < (in->grievance >= 400 ? 500 : 900))
		return false;
	for (uint32_t i = 0; i < feeling->words.count; i++)
		if (feeling->words.list[i].value < 0)
			return true;
	return false;
}

static void
apply_irony(struct sm_feeling *feeling, const struct sm_feeling_input *in)
{
	if (!is_ironic(feeling, in))
		return;
	for (uint32_t i = 0; i < feeling->words.count; i++) {
		struct sm_feel *word = &feeling->words.list[i];

		if (word->value <= 0)
			continue;
		word->value = sm_milli(word->value, IRONIC);
		feeling->ironic = true;
	}
}

static void
add_up(struct sm_feeling *feeling, const struct sm_feeling_input *in)
{
	int64_t sum = 0;
	uint32_t marks = in->tokens->exclaims;

	for (uint32_t i = 0; i < feeling->words.count; i++)
		sum += feeling->words.list[i].value;
	if (marks > EXCLAIMS_MAX)
		marks = EXCLAIMS_MAX;
	if (sum)
		feeling->emphasis = (sum > 0 ? EXCLAIM : -EXCLAIM) *
		    (int32_t)marks;
	if (in->rating != SM_NO_RATING)
		feeling->rating = sm_milli(in->rating, RATING);
	sum += feeling->emphasis + feeling->rating;
	feeling->sum = (int32_t)(sum > SUM_MAX ? SUM_MAX :
	    sum < -SUM_MAX ? -SUM_MAX : sum);
}

/*
 * How often of 100 the class is right where all three are as frequent,
 * measured on English posts: nearly a straight line.
 */
static int32_t
certainty(const struct sm_feeling *feeling)
{
	if (feeling->polarity == SM_NEUTRAL)
		return feeling->points ? 40 : 52;
	return 42 + abs(feeling->points) * 56 / 100;
}

/* sum / sqrt(sum^2 + 15), and the class with how sure it is. */
static void
classify(struct sm_feeling *feeling, const struct sm_lex_rules *rules)
{
	int64_t sum = feeling->sum, milli;
	uint32_t root = sm_sqrt((uint64_t)(sum * sum + SQUASH) * 1000000);

	milli = sum * 1000000 / (root ? root : 1);
	feeling->compound = (int32_t)milli;
	feeling->points = (int32_t)((milli + (milli < 0 ? -5 : 5)) / 10);
	feeling->polarity = milli < rules->negative_below ? SM_NEGATIVE :
	    milli >= rules->positive_from ? SM_POSITIVE : SM_NEUTRAL;
	feeling->confidence = certainty(feeling);
}

void
sm_feeling_sum(struct sm_feeling *feeling,
    const struct sm_feeling_input *in)
{
	for (uint32_t i = 0; i < feeling->words.count; i++)
		modify(feeling, in, &feeling->words.list[i]);
	add_bare_not(feeling, in);
	apply_contrast(feeling);
	apply_question(feeling, in);
	apply_irony(feeling, in);
	add_up(feeling, in);
	classify(feeling, &in->lang->rules);
}
