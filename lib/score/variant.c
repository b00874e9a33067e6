#include <stdlib.h>
#include <string.h>

#include "score/detect.h"
#include "score/finder.h"

#define TAG_MOST 40		/* bytes of a hashtag that is taken apart */
#define PART_LEAST 2		/* bytes of a part */

/* One word that is not in the text, as if it were the token at ->first. */
static void
try_word(struct sm_finder *finder, const char *word, size_t len,
    enum sm_affix affix)
{
	uint32_t stems = finder->lang->root_stems;
	uint32_t before = finder->matches->count;
	uint32_t to = sm_finder_edge(finder, 0, sm_word_hash(word, len));

	finder->affix = (uint8_t)affix;
	if (to)
		sm_finder_arrive(finder, to, finder->first, UINT8_MAX);
	for (size_t n = len < SM_LEX_STEM_MAX ? len : SM_LEX_STEM_MAX;
	    n >= 3 && finder->matches->count == before; n--) {
		if (!(stems & UINT32_C(1) << n))
			continue;
		to = sm_finder_edge(finder, 0,
		    sm_word_hash(word, n) ^ SM_LEX_STEM);
		if (to)
			sm_finder_arrive(finder, to, finder->first, (uint8_t)n);
	}
	finder->affix = SM_AFFIX_NONE;
}

static void
try_prefix(struct sm_finder *finder, const struct sm_token *token,
    const char *prefix, size_t len, enum sm_affix affix)
{
	const char *fold = sm_token_fold(finder->tokens, token);

	if (len && token->fold_len >= len + 4 && *fold == *prefix &&
	    memcmp(fold, prefix, len) == 0)
		try_word(finder, fold + len, token->fold_len - len, affix);
}

/* "buenísimas" as "buenas". */
static void
try_suffix(struct sm_finder *finder, const struct sm_token *token,
    const char *suffix)
{
	const char *fold = sm_token_fold(finder->tokens, token), *at;
	char word[SM_TOKEN_FOLD_MAX + 16];
	size_t len, head, tail;

	if (!*suffix)
		return;
	len = strlen(suffix);
	at = token->fold_len > len + 3 ? memmem(fold,
	    token->fold_len, suffix, len) : NULL;
	if (!at || at - fold < 3)
		return;
	head = (size_t)(at - fold);
	tail = token->fold_len - head - len;
	memcpy(word, fold, head);
	memcpy(word + head, at + len, tail);
	memset(word + head + tail, 0, 16);
	try_word(finder, word, head + tail, SM_AFFIX_UTMOST);
}

/* Whether people who speak the language know this word. */
static bool
is_word(const struct sm_finder *finder, const char *word, size_t len)
{
	uint64_t hash = sm_word_hash(word, len);

	return sm_finder_edge(finder, 0, hash) ||
	    sm_detect_knows(finder->lex, hash);
}

/*
 * Take "nothappy" apart into known words, the fewest and longest: part[i] is
 * where the last part begins of what ends at i.  False where that cannot be.
 */
static bool
take_apart(const struct sm_finder *finder, const char *fold, size_t len,
    uint8_t part[TAG_MOST + 1])
{
	uint32_t cost[TAG_MOST + 1];

	cost[0] = 0;
	for (size_t end = 1; end <= len; end++) {
		cost[end] = UINT32_MAX;
		for (size_t from = 0; from + PART_LEAST <= end; from++) {
			/* Two letters are known by chance too often. */
			uint32_t more = end - from == 2 ? 5 :
			    end - from == 3 ? 3 : 2;

			if (cost[from] == UINT32_MAX ||
			    cost[from] + more >= cost[end] ||
			    !is_word(finder, fold + from, end - from))
				continue;
			cost[end] = cost[from] + more;
			part[end] = (uint8_t)from;
		}
	}
	return cost[len] != UINT32_MAX;
}

/* The entry of kind among those of a match, or NULL. */
static const struct sm_lex_entry *
entry_of(const struct sm_finder *finder, const struct sm_match *match,
    uint8_t kind)
{
	const struct sm_lex_entry *entry = sm_match_entries(finder->lex,
	    finder->lang, match);

	for (uint32_t i = 0; i < match->entries; i++)
		if (entry[i].kind == kind)
			return &entry[i];
	return NULL;
}

/*
 * Of the parts, from the last to the first, the strongest stays as a match;
 * a negator among them turns it round.
 */
static void
try_parts(struct sm_finder *finder, const char *fold, size_t len,
    const uint8_t *part)
{
	struct sm_matches *matches = finder->matches;
	uint32_t base = matches->count;
	struct sm_match best;
	int strongest = 0;
	bool negated = false;

	for (; len; len = part[len]) {
		char word[SM_TOKEN_FOLD_MAX] = "";

		memcpy(word, fold + part[len], len - part[len]);
		try_word(finder, word, len - part[len], SM_AFFIX_PART);
		for (; matches->count > base; matches->count--) {
			const struct sm_match *match =
			    &matches->list[matches->count - 1];
			const struct sm_lex_entry *entry = entry_of(finder,
			    match, SM_LEX_SENTIMENT);

			negated |= entry_of(finder, match,
			    SM_LEX_NEGATOR) != NULL;
			if (!entry || abs(entry->value) <= strongest)
				continue;
			strongest = abs(entry->value);
			best = *match;
		}
	}
	if (!strongest)
		return;
	if (negated)
		best.affix = SM_AFFIX_NOT;
	matches->list[matches->count++] = best;
}

void
sm_finder_variants(struct sm_finder *finder)
{
	const struct sm_token *token = &finder->tokens->list[finder->first];
	const struct sm_lex_rules *rules = &finder->lang->rules;
	const char *fold = sm_token_fold(finder->tokens, token);
	uint8_t part[TAG_MOST + 1];

	if (token->kind != SM_TOKEN_WORD)
		return;
	if (token->flags & SM_TOKEN_TAG && token->fold_len <= TAG_MOST) {
		if (take_apart(finder, fold, token->fold_len, part))
			try_parts(finder, fold, token->fold_len, part);
		return;
	}
	try_prefix(finder, token, rules->not_prefix, finder->not_prefix_len,
	    SM_AFFIX_NOT);
	try_prefix(finder, token, rules->very_prefix, finder->very_prefix_len,
	    SM_AFFIX_VERY);
	try_suffix(finder, token, rules->very_suffix);
	try_suffix(finder, token, rules->very_suffix_bare);
}
