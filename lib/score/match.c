#include "score/match.h"

#include <string.h>

#include "base/utf8.h"
#include "score/finder.h"

static void follow(struct sm_finder *finder, uint32_t at,
    const struct sm_lex_slot *node, uint32_t next, uint8_t rank);

uint64_t
sm_match_raw_hash(const struct sm_token *token)
{
	char raw[SM_TOKEN_FOLD_MAX + 8];
	size_t len = token->len < SM_TOKEN_FOLD_MAX ? token->len :
	    SM_TOKEN_FOLD_MAX;

	memcpy(raw, token->at, len);
	memset(raw + len, 0, 8);
	return sm_word_hash(raw, len);
}

static void
add_match(struct sm_finder *finder, const struct sm_lex_slot *node,
    uint32_t last, uint8_t rank)
{
	const struct sm_lex_lang *lang = finder->lang;
	struct sm_matches *matches = finder->matches;
	struct sm_match *match;

	if (matches->count == SM_MATCHES_MAX ||
	    node->entry > lang->entry_count ||
	    node->entries > lang->entry_count - node->entry)
		return;
	match = &matches->list[matches->count];
	match->first = finder->first;
	match->last = last;
	match->entry = node->entry;
	match->entries = node->entries;
	match->rank = rank;
	match->dropped = 0;
	match->traits = (uint8_t)(node->flags >> SM_LEX_TRAITS);
	match->affix = finder->affix;
	if (finder->bared && !(sm_match_entries(finder->lex, lang,
	    match)->flags & SM_LEX_ALIAS))
		return;
	matches->count++;
}

void
sm_finder_arrive(struct sm_finder *finder, uint32_t to, uint32_t last,
    uint8_t rank)
{
	const struct sm_lex_slot *node = sm_lex_slot(finder->lex,
	    finder->lang, to);

	if (node->entries)
		add_match(finder, node, last, rank);
	if (node->flags & SM_LEX_WAYS || node->stems)
		follow(finder, to, node, last + 1, rank);
}

/* Each stem of the token that may follow node. */
static void
try_stems(struct sm_finder *finder, uint32_t from, uint32_t stems,
    const struct sm_token *token, uint32_t index, uint8_t rank)
{
	const char *fold = sm_token_fold(finder->tokens, token);

	if (token->fold_len < SM_LEX_STEM_MAX)
		stems &= (UINT32_C(2) << token->fold_len) - 1;
	while (stems) {
		uint32_t len = (uint32_t)__builtin_ctz(stems), to;

		stems &= stems - 1;
		to = sm_finder_edge(finder, from, sm_word_hash(fold, len) ^
		    SM_LEX_STEM);
		if (to)
			sm_finder_arrive(finder, to, index, rank < len ? rank :
			    (uint8_t)len);
	}
}

/* Whether some pattern may want the word as it is written. */
static inline bool
has_case(const struct sm_finder *finder, const struct sm_token *token)
{
	return finder->lang->cased[token->hash >> 58] >>
	    (token->hash >> 52 & 63) & 1;
}

/* Whether the word may stand for another spelling. */
static inline bool
may_differ(const struct sm_finder *finder, const struct sm_token *token)
{
	return token->flags & (SM_TOKEN_ELONG | SM_TOKEN_MARKS) ||
	    (token->fold_len > 3 && sm_token_fold(finder->tokens,
	    token)[token->fold_len - 2] == '\'');
}

/* "waait" as "wait": each pair of letters once, and the possessive's s. */
static uint32_t
try_spellings(const struct sm_finder *finder, uint32_t from,
    const struct sm_token *token)
{
	const char *fold = sm_token_fold(finder->tokens, token);
	size_t len = token->fold_len;
	char shorter[SM_TOKEN_FOLD_MAX + 16];
	uint32_t to = 0;

	if (len > 3 && fold[len - 1] == 's' && fold[len - 2] == '\'')
		to = sm_finder_edge(finder, from, sm_word_hash(fold, len - 2));
	if (!(token->flags & SM_TOKEN_ELONG))
		return to;
	for (size_t i = len; i-- > 1 && !to; ) {
		if (fold[i] != fold[i - 1])
			continue;
		memcpy(shorter, fold, i);
		memcpy(shorter + i, fold + i + 1, len - i - 1);
		memset(shorter + len - 1, 0, 8);
		to = sm_finder_edge(finder, from,
		    sm_word_hash(shorter, len - 1));
	}
	return to;
}

/* A run of punctuation may stand for a shorter one: ":))))" for ":)". */
static void
try_run(struct sm_finder *finder, uint32_t from, uint32_t next, bool start,
    uint8_t rank)
{
	const struct sm_token *token = &finder->tokens->list[next];
	uint32_t reps = token->reps > 3 ? 3 : token->reps;

	for (; reps; reps--) {
		uint32_t to = sm_finder_edge(finder, from, sm_match_what(token,
		    start ? NULL : token - 1, reps));

		if (to) {
			sm_finder_arrive(finder, to, next, rank);
			return;
		}
	}
}

static void
try_bare(struct sm_finder *finder, uint32_t from, uint32_t next, uint8_t rank)
{
	const struct sm_token *token = &finder->tokens->list[next];
	bool was = finder->bared;
	uint32_t to = sm_finder_edge(finder, from, token->bare);

	finder->bared = true;
	if (to)
		sm_finder_arrive(finder, to, next, rank);
	finder->bared = was;
}

/* All ways on from a node with the token next. */
static void
try_token(struct sm_finder *finder, uint32_t from, uint32_t stems,
    uint32_t flags, uint32_t next, uint8_t rank)
{
	const struct sm_token *token = &finder->tokens->list[next];
	bool start = next == finder->first;
	uint32_t to;

	if (token->kind == SM_TOKEN_PUNCT) {
		try_run(finder, from, next, start, rank);
		return;
	}
	if (flags & SM_LEX_HAS_CASE && token->flags & SM_TOKEN_CASED &&
	    has_case(finder, token)) {
		to = sm_finder_edge(finder, from, sm_match_raw_hash(token) ^
		    SM_LEX_CASE);
		if (to)
			sm_finder_arrive(finder, to, next, rank);
	}
	if (start && token->flags & SM_TOKEN_TAG) {
		to = sm_finder_edge(finder, from, token->hash ^ SM_LEX_HASH);
		if (to)
			sm_finder_arrive(finder, to, next, rank);
	}
	to = sm_finder_edge(finder, from, sm_match_what(token, start ? NULL :
	    token - 1, 1));
	if (!to && may_differ(finder, token))
		to = try_spellings(finder, from, token);
	if (to)
		sm_finder_arrive(finder, to, next, rank);
	else if (token->flags & SM_TOKEN_MARKS)
		try_bare(finder, from, next, rank);
	if (token->kind == SM_TOKEN_WORD && stems)
		try_stems(finder, from, stems, token, next, rank);
}

/* Tokens that a gap may pass over. */
static bool
passable(const struct sm_token *token)
{
	return token->kind != SM_TOKEN_PUNCT && token->kind != SM_TOKEN_EMOJI;
}

static void
follow_gap(struct sm_finder *finder, uint32_t node, uint32_t next, uint32_t gap,
    uint8_t rank)
{
	const struct sm_tokens *tokens = finder->tokens;
	uint32_t to = sm_finder_edge(finder, node, SM_LEX_GAP + gap);
	const struct sm_lex_slot *slot;

	if (!to)
		return;
	slot = sm_lex_slot(finder->lex, finder->lang, to);
	for (uint32_t free_words = 0; next < tokens->count;
	    free_words++, next++) {
		try_token(finder, to, slot->stems, slot->flags, next, rank);
		if (free_words == gap || !passable(&tokens->list[next]))
			break;
	}
}

/*
 * Whether there is one way on at most: exactly the next word, as it stands.
 * Nearly all steps are such, so they do not recurse.
 */
static inline bool
plain_step(const struct sm_finder *finder, const struct sm_lex_slot *node,
    uint32_t next)
{
	const struct sm_token *token;

	if ((node->flags & SM_LEX_WAYS) != SM_LEX_HAS_NEXT || node->stems ||
	    next >= finder->tokens->count)
		return false;
	token = &finder->tokens->list[next];
	if (token->kind == SM_TOKEN_HAN)
		return token[-1].kind == SM_TOKEN_HAN;
	return token->kind == SM_TOKEN_WORD && !(token->flags &
	    SM_TOKEN_GLUED) && !may_differ(finder, token);
}

static void
follow(struct sm_finder *finder, uint32_t at, const struct sm_lex_slot *node,
    uint32_t next, uint8_t rank)
{
	if (next - finder->first >= SM_MATCH_LENGTH || finder->affix)
		return;
	while (plain_step(finder, node, next)) {
		at = sm_finder_edge(finder, at,
		    finder->tokens->list[next].hash);
		if (!at)
			return;
		node = sm_lex_slot(finder->lex, finder->lang, at);
		if (node->entries)
			add_match(finder, node, next, rank);
		next++;
	}
	if (next < finder->tokens->count &&
	    (node->flags & SM_LEX_HAS_NEXT || node->stems))
		try_token(finder, at, node->stems, node->flags, next, rank);
	if (!(node->flags & SM_LEX_WAYS & ~(SM_LEX_HAS_NEXT |
	    SM_LEX_HAS_CASE)))
		return;
	for (uint32_t gap = 1; gap <= SM_LEX_GAP_MAX; gap++)
		if (node->flags & SM_LEX_HAS_GAP << (gap - 1))
			follow_gap(finder, at, next, gap, rank);
}

/* Traditional characters are looked up as simplified ones. */
static void
simplify(const struct sm_lexicon *lex, struct sm_tokens *tokens)
{
	for (uint32_t i = 0; i < tokens->count; i++) {
		struct sm_token *token = &tokens->list[i];
		uint32_t at = token->c - SM_HAN_FIRST;
		char s[16] = "";

		if (token->kind == SM_TOKEN_HAN && at < SM_HAN_COUNT &&
		    lex->simple[at])
			token->hash = sm_word_hash(s, sm_utf8_put(s,
			    lex->simple[at]));
	}
}

/* A token at which something may begin. */
struct start {
	struct sm_lex_look look;	/* for its key as it stands */
	uint32_t token;
	uint32_t stems;		/* lengths that a stem there can have */
	bool odd;		/* it may stand for something else */
};

#define BATCH 64		/* tokens that are looked at before any is
				   looked up */

/* What is asked at every token, copied so that it can stay in registers. */
struct view {
	struct sm_lex_view table;
	const uint32_t *starts;
	const uint64_t *cased;
	const char *fold;
	uint32_t affix_least;
};

/*
 * Nothing here depends on a guess of what kind of token it is, as in all that
 * is done for every token.
 */
static inline uint32_t
root_stems(const struct view *view, const struct sm_token *token)
{
	uint32_t most = token->fold_len < SM_LEX_STEM_MAX ? token->fold_len :
	    SM_LEX_STEM_MAX;

	uint32_t can = 0 - (uint32_t)((token->kind == SM_TOKEN_WORD) &
	    (most > 2));

	return view->starts[sm_lex_start(view->fold + token->fold) & can] &
	    ((UINT32_C(2) << most) - 1) & can;
}

/*
 * Whether a token has to be looked up in more than one way; one with marks
 * only where it is not found.
 */
static inline uint32_t
is_odd(const struct view *view, const struct sm_token *token)
{
	const char *fold = view->fold + token->fold;
	uint32_t flags = token->flags, len = token->fold_len;
	uint64_t cased = view->cased[token->hash >> 58] >>
	    (token->hash >> 52 & 63) & 1;

	return (flags & (SM_TOKEN_TAG | SM_TOKEN_ELONG)) |
	    (flags & (uint32_t)cased * SM_TOKEN_CASED) |
	    (uint32_t)((len > 3) & (fold[len > 3 ? len - 2 : 0] == '\'')) |
	    (uint32_t)(token->reps > 1);
}

/*
 * Whether something may begin at a token: at many of them nothing does, which
 * is seen without a branch that depends on it.
 */
static inline uint32_t
look(const struct view *view, struct start *start,
    const struct sm_token *token, uint32_t index)
{
	struct sm_lex_look seen = sm_lex_look(&view->table, sm_lex_key(0,
	    token->hash));
	uint32_t stems = root_stems(view, token), odd = is_odd(view, token);

	start->look = seen;
	start->token = index;
	start->stems = stems;
	start->odd = odd != 0;
	return (token->kind <= SM_TOKEN_HASHTAG) & (((seen.found | stems |
	    odd | (token->flags & SM_TOKEN_MARKS)) != 0) |
	    (seen.free_slots == 0) | (token->fold_len >= view->affix_least));
}

static void
find_here(struct sm_finder *finder, const struct start *start)
{
	const struct sm_token *token = &finder->tokens->list[start->token];
	uint32_t to;

	finder->first = start->token;
	if (start->odd) {
		try_token(finder, 0, start->stems, finder->lang->root_flags,
		    start->token, UINT8_MAX);
		return;
	}
	to = sm_lex_edge_from(finder->lex, finder->lang, sm_lex_key(0,
	    token->hash), start->look);
	if (to)
		sm_finder_arrive(finder, to, start->token, UINT8_MAX);
	else if (token->flags & SM_TOKEN_MARKS)
		try_bare(finder, 0, start->token, UINT8_MAX);
	if (start->stems)
		try_stems(finder, 0, start->stems, token, start->token,
		    UINT8_MAX);
}

/* Whether sm_finder_variants can find something. */
static inline bool
may_vary(const struct sm_finder *finder, const struct sm_token *token)
{
	return token->flags & SM_TOKEN_TAG ||
	    (finder->affix_least <= SM_TOKEN_FOLD_MAX && token->fold_len > 4);
}

/* The tokens from first to last. */
static void
find_batch(struct sm_finder *finder, uint32_t first, uint32_t last)
{
	struct start list[BATCH + 1];
	const struct sm_token *token = finder->tokens->list;
	struct view view = {
		.table = sm_lex_view(finder->lex, finder->lang),
		.starts = (const void *)(finder->lex->base +
		    finder->lang->starts),
		.cased = finder->lang->cased,
		.fold = finder->tokens->fold,
		.affix_least = finder->affix_least
	};
	uint32_t count = 0;

	for (uint32_t i = first; i < last; i++)
		count += look(&view, &list[count], &token[i], i);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t before = finder->matches->count;

		find_here(finder, &list[i]);
		if (finder->matches->count == before &&
		    may_vary(finder, &token[list[i].token]))
			sm_finder_variants(finder);
	}
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

	set_affixes(&finder, &lang->rules);
	matches->count = 0;
	if (lex->simple && tokens->letters[SM_SCRIPT_HAN])
		simplify(lex, tokens);
	for (uint32_t i = 0; i < tokens->count; i += BATCH)
		find_batch(&finder, i, i + BATCH < tokens->count ? i + BATCH :
		    tokens->count);
}

const struct sm_lex_entry *
sm_match_entries(const struct sm_lexicon *lex,
    const struct sm_lex_lang *lang, const struct sm_match *match)
{
	return (const struct sm_lex_entry *)(const void *)(lex->base +
	    lang->entries) + match->entry;
}
