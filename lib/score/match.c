#include "score/match.h"

#include <string.h>

#include "base/utf8.h"
#include "score/finder.h"

uint64_t
sm_match_raw_hash(const struct sm_token *token)
{
	char raw[SM_TOKEN_FOLD_MAX + 16];
	size_t len = token->len < SM_TOKEN_FOLD_MAX ? token->len :
	    SM_TOKEN_FOLD_MAX;

	memcpy(raw, token->at, len);
	memset(raw + len, 0, 16);
	return sm_word_hash(raw, len);
}

/* Traditional characters are looked up as simplified ones. */
static void
simplify(const struct sm_lexicon *lex, struct sm_tokens *tokens)
{
	for (uint32_t i = 0; i < tokens->count; i++) {
		struct sm_token *token = &tokens->list[i];
		uint32_t at = token->c - SM_HAN_FIRST;
		char s[24] = "";

		if (token->kind == SM_TOKEN_HAN && at < SM_HAN_COUNT &&
		    lex->simple[at])
			token->hash = sm_word_hash(s, sm_utf8_put(s,
			    lex->simple[at]));
	}
}

#define BATCH 64		/* tokens that are searched together, a bit of
				   a number each */

/*
 * Tokens are not searched one by one: the same step is made for all of a batch
 * before the next is made for any.  So little depends on what the processor
 * guesses of a token, and what is fetched for one arrives while others are
 * looked at.
 *
 * A hop is a place to look into the table: for what begins with token first
 * and has come to node from, whether it goes on with token last.
 */
struct hop {
	uint64_t key;
	struct sm_lex_look look;
	uint32_t from, first, last;
};

struct wave {
	struct hop hop[BATCH + 1];
	uint32_t count;
};

/* Where patterns have come to that may go on. */
struct way {
	struct {
		uint32_t node, first, last;
	} end[BATCH + 1];
	uint32_t count;
};

/* Tokens that do not go by waves, and the stems of those that do. */
struct rest {
	struct begin {
		uint32_t token;
		uint32_t stems;	/* lengths that a stem there can have */
	} stem[BATCH + 1], odd[BATCH + 1];
	uint32_t stems, odds;
};

/* What is asked at every token, copied so that it can stay in registers. */
struct view {
	struct sm_lex_view table;
	uint32_t entries;	/* of the language */
	const uint32_t *starts;
	const struct sm_token *token;
	uint32_t count;		/* tokens of the post */
};

/* Flags of a token that may have to be looked up in more than one way. */
#define ODD (SM_TOKEN_TAG | SM_TOKEN_ELONG | SM_TOKEN_CLIPPED | \
	SM_TOKEN_AGAIN | SM_TOKEN_CASED)

/* Look, and note the hop if it is wanted and something may be there. */
static inline void
look(const struct view *view, struct wave *wave, uint32_t from,
    uint32_t first, uint32_t last, uint32_t wanted)
{
	const struct sm_token *token = &view->token[last];
	struct hop *hop = &wave->hop[wave->count];

	hop->key = sm_lex_key(from, token->hash);
	hop->look = sm_lex_look(&view->table, hop->key);
	hop->from = from;
	hop->first = first;
	hop->last = last;
	/* Without its marks it may be there all the same. */
	wave->count += wanted & (((hop->look.found |
	    (token->flags & SM_TOKEN_MARKS)) != 0) |
	    (hop->look.free_slots == 0));
}

/*
 * Note the tokens from first to last at which something may begin: at many
 * nothing does, which is seen without a branch that depends on it.
 */
static void
look_all(const struct view *view, uint32_t first, uint32_t last,
    struct wave *wave, struct rest *rest)
{
	wave->count = 0;
	rest->stems = rest->odds = 0;
	for (uint32_t i = first; i < last; i++) {
		const struct sm_token *token = &view->token[i];
		uint32_t most = token->fold_len < SM_LEX_STEM_MAX ?
		    token->fold_len : SM_LEX_STEM_MAX;
		uint32_t stems = view->starts[token->start] &
		    ((UINT32_C(2) << most) - 1);
		uint32_t odd = (token->flags & ODD) != 0;

		rest->stem[rest->stems].token = i;
		rest->stem[rest->stems].stems = stems;
		rest->stems += (stems != 0) & !odd;
		rest->odd[rest->odds].token = i;
		rest->odd[rest->odds].stems = stems;
		rest->odds += odd;
		look(view, wave, 0, i, i, !odd);
	}
}

/* The node that a hop leads to, or 0. */
static inline uint32_t
land(const struct sm_finder *finder, const struct view *view,
    const struct hop *hop)
{
	uint32_t slot = ((uint32_t)hop->key + (uint32_t)__builtin_ctz(
	    hop->look.found | 0x8000)) & view->table.mask;

	if (hop->look.found && view->table.slots[slot].check ==
	    sm_lex_key_check(hop->key))
		return slot + 1;
	return sm_lex_edge_from(finder->lex, finder->lang, hop->key,
	    hop->look);
}

/*
 * What ends at node is a match; where more may follow it is kept to be gone
 * on with.  Both are written in any case and counted where they are so.
 */
static inline void
arrive(struct sm_finder *finder, const struct view *view, struct way *way,
    uint32_t node, const struct hop *hop)
{
	const struct sm_lex_slot *slot = &view->table.slots[node - 1];
	struct sm_matches *matches = finder->matches;
	uint32_t entries = slot->entries, flags = slot->flags;
	uint32_t ends = entries != 0;

	if (matches->count == SM_MATCHES_MAX || slot->entry > view->entries ||
	    entries > view->entries - slot->entry)
		return;
	matches->list[matches->count] = (struct sm_match) {
		.first = hop->first, .last = hop->last, .entry = slot->entry,
		.entries = (uint16_t)entries, .rank = UINT8_MAX,
		.traits = (uint8_t)(flags >> SM_LEX_TRAITS)
	};
	matches->count += ends;
	finder->matched |= (uint64_t)ends << (hop->first - finder->base);
	way->end[way->count].node = node;
	way->end[way->count].first = hop->first;
	way->end[way->count].last = hop->last;
	way->count += ((flags & SM_LEX_WAYS) != 0) | (slot->stems != 0);
}

static void
land_all(struct sm_finder *finder, const struct view *view,
    const struct wave *wave, struct way *way)
{
	way->count = 0;
	for (uint32_t i = 0; i < wave->count; i++) {
		const struct hop *hop = &wave->hop[i];
		uint32_t to = land(finder, view, hop);

		if (to)
			arrive(finder, view, way, to, hop);
		else if (view->token[hop->last].flags & SM_TOKEN_MARKS) {
			finder->first = hop->first;
			sm_finder_bare(finder, hop->from, hop->last,
			    UINT8_MAX);
		}
	}
}

/*
 * Where the next word as it stands may follow, it is looked for in the next
 * wave; what may follow otherwise at once.
 */
static void
go_on(struct sm_finder *finder, const struct view *view,
    const struct way *way, struct wave *wave)
{
	wave->count = 0;
	for (uint32_t i = 0; i < way->count; i++) {
		uint32_t node = way->end[i].node, next = way->end[i].last + 1;
		const struct sm_lex_slot *slot = &view->table.slots[node - 1];

		if (next >= view->count)
			continue;
		if (sm_finder_plain(slot, &view->token[next])) {
			look(view, wave, node, way->end[i].first, next, 1);
			continue;
		}
		finder->first = way->end[i].first;
		sm_finder_follow(finder, node, slot, next, UINT8_MAX);
	}
}

/* Whether there may be a match that the plain way does not find. */
static inline bool
is_odd(const struct sm_finder *finder, const struct sm_token *token)
{
	return token->flags & ODD & ~SM_TOKEN_CASED ||
	    sm_finder_has_case(finder, token);
}

/* What begins at odd tokens, each by itself; those that are not join wave. */
static void
begin_odd(struct sm_finder *finder, const struct view *view,
    struct rest *rest, struct wave *wave)
{
	for (uint32_t i = 0; i < rest->odds; i++) {
		uint32_t token = rest->odd[i].token;

		if (!is_odd(finder, &view->token[token])) {
			rest->stem[rest->stems++] = rest->odd[i];
			look(view, wave, 0, token, token, 1);
			continue;
		}
		finder->first = token;
		sm_finder_token(finder, 0, rest->odd[i].stems,
		    finder->lang->root_flags, token, UINT8_MAX);
	}
}

/* Words from first to last at which nothing began, as variants of others. */
static void
vary(struct sm_finder *finder, uint32_t first, uint32_t last)
{
	const struct sm_token *token = finder->tokens->list;
	uint64_t left = 0;

	for (uint32_t i = first; i < last; i++)
		left |= (uint64_t)(token[i].fold_len >=
		    finder->affix_least) << (i - first);
	if (finder->tokens->tags)
		for (uint32_t i = first; i < last; i++)
			left |= (uint64_t)((token[i].flags & SM_TOKEN_TAG) !=
			    0) << (i - first);
	for (left &= ~finder->matched; left; left &= left - 1) {
		finder->first = first + (uint32_t)__builtin_ctzll(left);
		sm_finder_variants(finder);
	}
}

/* The tokens from first to last. */
static void
find_batch(struct sm_finder *finder, const struct view *view, uint32_t first,
    uint32_t last)
{
	struct rest rest;
	struct wave wave;
	struct way way;

	finder->base = first;
	finder->matched = 0;
	look_all(view, first, last, &wave, &rest);
	begin_odd(finder, view, &rest, &wave);
	land_all(finder, view, &wave, &way);
	while (way.count) {
		go_on(finder, view, &way, &wave);
		land_all(finder, view, &wave, &way);
	}
	for (uint32_t i = 0; i < rest.stems; i++) {
		finder->first = rest.stem[i].token;
		sm_finder_stems(finder, 0, rest.stem[i].stems, finder->first,
		    UINT8_MAX);
	}
	if (finder->affix_least <= SM_TOKEN_FOLD_MAX || finder->tokens->tags)
		vary(finder, first, last);
}

/* What the language puts before or behind its words. */
static void
set_affixes(struct sm_finder *finder, const struct sm_lex_rules *rules)
{
	finder->not_prefix_len = strlen(rules->not_prefix);
	finder->very_prefix_len = strlen(rules->very_prefix);
	finder->affix_least = finder->not_prefix_len ||
	    finder->very_prefix_len || *rules->very_suffix ||
	    *rules->very_suffix_bare ? 7 : SM_TOKEN_FOLD_MAX + 1;
}

void
sm_matches_find(struct sm_matches *matches, const struct sm_lexicon *lex,
    const struct sm_lex_lang *lang, struct sm_tokens *tokens)
{
	struct sm_finder finder = {
		.matches = matches, .lex = lex, .lang = lang,
		.tokens = tokens
	};
	struct view view = {
		.table = sm_lex_view(lex, lang),
		.entries = lang->entry_count,
		.starts = (const void *)(lex->base + lang->starts),
		.token = tokens->list, .count = tokens->count
	};

	set_affixes(&finder, &lang->rules);
	matches->count = 0;
	if (lex->simple && tokens->letters[SM_SCRIPT_HAN])
		simplify(lex, tokens);
	for (uint32_t i = 0; i < tokens->count; i += BATCH)
		find_batch(&finder, &view, i, i + BATCH < tokens->count ?
		    i + BATCH : tokens->count);
}

const struct sm_lex_entry *
sm_match_entries(const struct sm_lexicon *lex,
    const struct sm_lex_lang *lang, const struct sm_match *match)
{
	return (const struct sm_lex_entry *)(const void *)(lex->base +
	    lang->entries) + match->entry;
}
