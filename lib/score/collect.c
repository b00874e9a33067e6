#include "score/feeling.h"
#include "score/fixed.h"

/* Thousandths. */
#define NOT_WORD (-800)		/* nie- */
#define CAPS 400
#define ELONGATED 300
#define UTMOST 1500		/* -ísimo */
#define VERY 400		/* naj- */
#define QUOTED 500
#define PRAISE_IN_QUOTES (-300)
#define WITHOUT_MARKS 950

/* |value| grows by so much. */
static int32_t
strengthen(int32_t value, int32_t by)
{
	return value > 0 ? value + by : value < 0 ? value - by : 0;
}

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
		value = sm_milli(value, WITHOUT_MARKS);
	switch (match->affix) {
	case SM_AFFIX_NOT: value = sm_milli(value, NOT_WORD); break;
	case SM_AFFIX_VERY: value = strengthen(value, VERY); break;
	case SM_AFFIX_UTMOST: value = sm_milli(value, UTMOST); break;
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
		feel->value = sm_milli(feel->value, PRAISE_IN_QUOTES);
		feeling->irony = feeling->irony > 500 ? feeling->irony : 500;
	} else
		feel->value = sm_milli(feel->value, QUOTED);
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
	for (uint32_t n = 0; n < in->matches->feelings; n++) {
		uint32_t i = in->matches->feeling[n];
		const struct sm_match *match = &in->matches->list[i];
		const struct sm_lex_entry *entry;
		bool degree = false;

		entry = sm_match_entries(in->lex, in->lang, match);
		if (match->entries > 1 && match->traits & SM_TRAIT_VALUE)
			for (uint32_t k = 0; k < match->entries; k++)
				degree |= entry[k].kind == SM_LEX_DEGREE;
		degree = degree && before_feeling(in, i);
		for (uint32_t k = 0; k < match->entries; k++)
			collect_one(feeling, in, match, &entry[k], degree);
	}
}
