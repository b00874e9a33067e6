#include "score/match.h"

/*
 * Which of the matches that overlap count.  Guards stop what they cover.
 * Among words of feeling the longest that begins first wins, since the parts
 * of a phrase say something else than the phrase; words of meaning stay all,
 * and those who add them up see to it that nothing counts twice.
 */

/* Smaller for what goes before: by first token, then the longest, then the
   most exact. */
static inline uint64_t
order(const struct sm_match *match)
{
	return (uint64_t)match->first << 32 |
	    (uint32_t)((0xffffff - match->last) << 8) |
	    (uint32_t)(UINT8_MAX - match->rank);
}

/* Nearly sorted already.  Gives back all traits that were met. */
static unsigned
sort(struct sm_matches *matches)
{
	uint64_t most = 0;
	unsigned traits = 0;

	for (uint32_t i = 0; i < matches->count; i++) {
		struct sm_match match = matches->list[i];
		uint64_t own = order(&match);
		uint32_t at = i;

		traits |= match.traits;
		if (own >= most) {
			most = own;
			continue;
		}
		for (; at > 0 && own < order(&matches->list[at - 1]); at--)
			matches->list[at] = matches->list[at - 1];
		matches->list[at] = match;
	}
	return traits;
}

static uint32_t
length(const struct sm_match *match)
{
	return match->last - match->first;
}

/*
 * Whether guard stops match: what it covers, and of what shares some tokens
 * with it what is not longer.  An alarm is stopped only where it is covered.
 */
static bool
stops(const struct sm_match *guard, const struct sm_match *match, bool alarm,
    bool han)
{
	bool covers = guard->first <= match->first &&
	    guard->last >= match->last;
	bool covered = match->first <= guard->first &&
	    match->last >= guard->last;

	if (covers && covered)
		return match->rank < guard->rank;
	if (covers || covered || alarm)
		return covers;
	/* Without spaces the word that begins first is the one meant. */
	return han ? guard->first < match->first :
	    length(guard) >= length(match);
}

static void
apply_guard(struct sm_matches *matches, uint32_t index, bool han)
{
	const struct sm_match *guard = &matches->list[index];
	uint32_t i = index;

	while (i > 0 && matches->list[i - 1].first + SM_MATCH_LENGTH >=
	    guard->first)
		i--;
	for (; i < matches->count && matches->list[i].first <= guard->last;
	    i++) {
		struct sm_match *match = &matches->list[i];

		if (i != index && match->last >= guard->first &&
		    stops(guard, match, match->traits & SM_TRAIT_ALARM, han))
			match->dropped |= SM_TRAIT_FEELING |
			    SM_TRAIT_MEANING;
	}
}

/*
 * The words of feeling inside a longer word of meaning: in writing without
 * spaces a negator there is a part of that word ("没信号").
 */
static bool
part_of_word(const struct sm_matches *matches, uint32_t index,
    const struct sm_tokens *tokens)
{
	const struct sm_match *match = &matches->list[index];
	uint32_t i = index;

	if (tokens->list[match->first].kind != SM_TOKEN_HAN)
		return false;
	while (i > 0 && matches->list[i - 1].first + SM_MATCH_LENGTH >=
	    match->first) {
		const struct sm_match *other = &matches->list[--i];

		if (other->last >= match->last &&
		    length(other) > length(match) &&
		    !(other->dropped & SM_TRAIT_MEANING))
			return true;
	}
	return false;
}

void
sm_matches_settle(struct sm_matches *matches, const struct sm_tokens *tokens)
{
	uint32_t free_from = 0, feelings = 0, meanings = 0;
	bool guarded;

	guarded = sort(matches) & SM_TRAIT_GUARD;
	for (uint32_t i = 0; guarded && i < matches->count; i++)
		if (matches->list[i].traits & SM_TRAIT_GUARD)
			apply_guard(matches, i, tokens->list[
			    matches->list[i].first].kind == SM_TOKEN_HAN);
	for (uint32_t i = 0; i < matches->count; i++) {
		struct sm_match *match = &matches->list[i];
		unsigned counts = match->traits & ~(unsigned)match->dropped;

		matches->meaning[meanings] = (uint16_t)i;
		meanings += ((counts & SM_TRAIT_MEANING) != 0) &
		    (match->affix == SM_AFFIX_NONE);
		matches->feeling[feelings] = (uint16_t)i;
		feelings += (counts & SM_TRAIT_FEELING) != 0;
	}
	matches->meanings = meanings;
	matches->feelings = 0;
	for (uint32_t n = 0; n < feelings; n++) {
		uint32_t i = matches->feeling[n];
		struct sm_match *match = &matches->list[i];

		if (match->first < free_from ||
		    (!(match->traits & SM_TRAIT_VALUE) &&
		    part_of_word(matches, i, tokens))) {
			match->dropped |= SM_TRAIT_FEELING;
			continue;
		}
		free_from = match->last + 1;
		matches->feeling[matches->feelings++] = (uint16_t)i;
	}
}
