#include "score/feeling.h"

#include <stdlib.h>

#include "score/fixed.h"

/*
 * After Hutto and Gilbert, "VADER" (ICWSM 2014), with factors of our own for
 * negation: what is "not good" is bad, but what is "not bad" is not good.
 */
#define NOT_GOOD (-750)		/* thousandths */
#define NOT_BAD (-450)
#define NOT_VERY (-400)		/* a degree word between negator and word */
#define NOT_WORD (-800)		/* nie- */
#define CAPS 400
#define ELONGATED 300
#define EXCLAIM 250
#define EXCLAIMS_MAX 4
#define UTMOST 1500		/* -ísimo */
#define VERY 400		/* naj- */
#define BEFORE_BUT 600
#define AFTER_BUT 1300
#define QUOTED 500
#define PRAISE_IN_QUOTES (-300)
#define IRONIC (-700)
#define WITHOUT_MARKS 950
#define RATING 4000		/* one star, or all of them */
#define SQUASH INT64_C(15000000)	/* 15, as the square of thousandths */
#define SUM_MAX 1000000

static int32_t
scale(int32_t value, int32_t thousandths)
{
	return (int32_t)((int64_t)value * thousandths / 1000);
}

/* |value| grows by so much. */
static int32_t
strengthen(int32_t value, int32_t by)
{
	return value > 0 ? value + by : value < 0 ? value - by : 0;
}

/* ---- collecting ---- */

/* Whether an entry that counts once in a post has counted. */
static bool
used(const struct sm_feels *feels, const struct sm_lex_entry *entry,
    uint32_t index)
{
	if (!(entry->flags & SM_LEX_ONCE))
		return false;
	for (uint32_t i = 0; i < feels->count; i++)
		if (feels->list[i].entry == index)
			return true;
	return false;
}

static struct sm_feel *
add(struct sm_feels *feels, const struct sm_match *match,
    const struct sm_lex_entry *entry, const struct sm_tokens *tokens)
{
	struct sm_feel *feel;

	if (feels->count == SM_FEELINGS_MAX ||
	    used(feels, entry, match->entry))
		return NULL;
	feel = &feels->list[feels->count++];
	feel->first = match->first;
	feel->last = match->last;
	feel->value = entry->value;
	feel->entry = match->entry;
	feel->clause = tokens->list[match->first].clause;
	feel->scope = entry->scope;
	feel->flags = entry->flags & 0x0f;
	return feel;
}

/* What affixes and the letters themselves do to a value. */
static int32_t
by_spelling(const struct sm_match *match, const struct sm_lex_entry *entry,
    const struct sm_tokens *tokens)
{
	const struct sm_token *token = &tokens->list[match->first];
	int32_t value = entry->value;

	if (entry->flags & SM_LEX_ALIAS)
		value = scale(value, WITHOUT_MARKS);
	switch (match->affix) {
	case SM_AFFIX_NOT: value = scale(value, NOT_WORD); break;
	case SM_AFFIX_VERY: value = strengthen(value, VERY); break;
	case SM_AFFIX_UTMOST: value = scale(value, UTMOST); break;
	default: break;
	}
	if (token->flags & SM_TOKEN_UPPER && tokens->mixed)
		value = strengthen(value, CAPS);
	if (token->flags & SM_TOKEN_ELONG)
		value = strengthen(value, ELONGATED);
	if (token->kind == SM_TOKEN_EMOJI && token->reps > 1)
		value += value * 3 / 10 * (token->reps > 4 ? 3 :
		    token->reps - 1);
	return value;
}

/* "an 'excellent' service": praise alone between quotation marks. */
static bool
alone_in_quotes(const struct sm_tokens *tokens, const struct sm_feel *feel)
{
	return (!feel->first ||
	    !(tokens->list[feel->first - 1].flags & SM_TOKEN_QUOTED)) &&
	    (feel->last + 1 >= tokens->count ||
	    !(tokens->list[feel->last + 1].flags & SM_TOKEN_QUOTED));
}

static void
add_word(struct sm_feeling *feeling, const struct sm_match *match,
    const struct sm_lex_entry *entry, const struct sm_tokens *tokens)
{
	struct sm_feel *feel = add(&feeling->words, match, entry, tokens);

	if (!feel)
		return;
	feel->value = by_spelling(match, entry, tokens);
	if (!(tokens->list[match->first].flags & SM_TOKEN_QUOTED))
		return;
	feel->flags |= SM_FEEL_QUOTED;
	if (feel->value > 0 && alone_in_quotes(tokens, feel)) {
		feel->value = scale(feel->value, PRAISE_IN_QUOTES);
		feeling->irony = feeling->irony > 500 ? feeling->irony : 500;
	} else
		feel->value = scale(feel->value, QUOTED);
}

/* Whether a word of feeling follows closely in the same clause. */
static bool
before_feeling(const struct sm_feeling_input *in, uint32_t index)
{
	const struct sm_matches *matches = in->matches;
	const struct sm_match *match = &matches->list[index];
	const struct sm_token *token = in->tokens->list;

	for (uint32_t i = index + 1; i < matches->count &&
	    matches->list[i].first <= match->last + 2; i++) {
		const struct sm_match *next = &matches->list[i];

		if (next->traits & SM_TRAIT_VALUE &&
		    !(next->dropped & SM_TRAIT_FEELING) &&
		    next->first > match->last &&
		    token[next->first].clause == token[match->last].clause)
			return true;
	}
	return false;
}

static void
collect_one(struct sm_feeling *feeling, const struct sm_feeling_input *in,
    const struct sm_match *match, const struct sm_lex_entry *entry,
    bool degree)
{
	switch (entry->kind) {
	case SM_LEX_SENTIMENT:
		if (!degree)
			add_word(feeling, match, entry, in->tokens);
		break;
	case SM_LEX_NEGATOR:
		if (!match->affix)
			add(&feeling->negators, match, entry, in->tokens);
		break;
	case SM_LEX_DEGREE:
		if (!match->affix)
			add(&feeling->degrees, match, entry, in->tokens);
		break;
	case SM_LEX_CONTRAST:
		feeling->but = match->last + 1;
		break;
	case SM_LEX_SARCASM:
		if (entry->value > feeling->irony)
			feeling->irony = entry->value;
		break;
	default:
		break;
	}
}

void
sm_feeling_collect(struct sm_feeling *feeling,
    const struct sm_feeling_input *in)
{
	feeling->words.count = feeling->negators.count = 0;
	feeling->degrees.count = feeling->but = 0;
	feeling->emphasis = feeling->rating = feeling->irony = 0;
	feeling->ironic = false;
	for (uint32_t i = 0; i < in->matches->count; i++) {
		const struct sm_match *match = &in->matches->list[i];
		const struct sm_lex_entry *entry;
		bool degree = false;

		if (!(match->traits & ~match->dropped & SM_TRAIT_FEELING))
			continue;
		entry = sm_match_entries(in->lex, in->lang, match);
		for (uint32_t k = 0; k < match->entries; k++)
			degree |= entry[k].kind == SM_LEX_DEGREE;
		degree = degree && before_feeling(in, i);
		for (uint32_t k = 0; k < match->entries; k++)
			collect_one(feeling, in, match, &entry[k], degree);
	}
}

/* ---- negation and degree ---- */

/* Words between the tokens from and to. */
static uint32_t
distance(const struct sm_tokens *tokens, uint32_t from, uint32_t to)
{
	uint32_t words = 0;

	for (uint32_t i = from + 1; i < to; i++)
		words += tokens->list[i].kind <= SM_TOKEN_NUMBER;
	return words;
}

static bool
covers(const struct sm_feel *negator, const struct sm_feeling_input *in,
    uint32_t first, uint32_t last)
{
	const struct sm_token *token = in->tokens->list;
	uint32_t scope = negator->scope ? negator->scope :
	    (uint32_t)in->lang->rules.scope;

	if (negator->flags & SM_LEX_LEFT)
		return negator->first > last &&
		    token[last].clause == negator->clause &&
		    negator->first - last <= 32 &&
		    distance(in->tokens, last, negator->first) < scope;
	if (negator->last >= first ||
	    token[first].clause != token[negator->last].clause)
		return false;
	return negator->flags & SM_LEX_CLAUSE || (first - negator->last <= 32
	    && distance(in->tokens, negator->last, first) < scope);
}

/*
 * The negator that counts for the tokens from first to last: none where an
 * even number of groups covers them.
 */
static const struct sm_feel *
negator_of(const struct sm_feeling *feeling,
    const struct sm_feeling_input *in, uint32_t first, uint32_t last)
{
	const struct sm_feel *found = NULL;
	uint32_t groups = 0;

	for (uint32_t i = 0; i < feeling->negators.count; i++) {
		const struct sm_feel *negator = &feeling->negators.list[i];

		if (!covers(negator, in, first, last))
			continue;
		/* Neighbours say it twice for strength: "ain't no". */
		if (!found || (!in->lang->rules.concord &&
		    negator->first > found->last + 1))
			groups++;
		found = negator;
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
		factor += scale(degree->value, fade[far]);
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
		word->value = scale(word->value, factor);
		return;
	}
	word->flags |= SM_FEEL_NEGATED;
	by = word->value > 0 ? NOT_GOOD : NOT_BAD;
	if (degree && degree->first > negator->last)
		by = NOT_VERY;
	else
		word->value = scale(word->value, factor);
	/* A negator of -1 turns wholly, a weaker one in part. */
	word->value = scale(scale(word->value, by), -negator->value);
}

/* ---- the whole post ---- */

static void
apply_contrast(struct sm_feeling *feeling)
{
	for (uint32_t i = 0; feeling->but && i < feeling->words.count; i++) {
		struct sm_feel *word = &feeling->words.list[i];

		word->value = scale(word->value,
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
	if (feeling->irony < 900)
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
		word->value = scale(word->value, IRONIC);
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
		feeling->rating = scale(in->rating, RATING);
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
	apply_contrast(feeling);
	apply_question(feeling, in);
	apply_irony(feeling, in);
	add_up(feeling, in);
	classify(feeling, &in->lang->rules);
}
