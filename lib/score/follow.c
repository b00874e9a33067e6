/*
 * The patterns that begin with a word, one way after the other.
 */
#include <string.h>

#include "score/finder.h"

void
sm_finder_arrive(struct sm_finder *finder, uint32_t to, uint32_t last,
    uint8_t rank)
{
	const struct sm_lex_slot *node = sm_lex_slot(finder->lex,
	    finder->lang, to);

	if (node->entries)
		sm_finder_add(finder, node, last, rank);
	if (node->flags & SM_LEX_WAYS || node->stems)
		sm_finder_follow(finder, to, node, last + 1, rank);
}

/* Each stem of the token that may follow node. */
void
sm_finder_stems(struct sm_finder *finder, uint32_t from, uint32_t stems,
    uint32_t index, uint8_t rank)
{
	const struct sm_token *token = &finder->tokens->list[index];
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
		memset(shorter + len - 1, 0, 16);
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

void
sm_finder_bare(struct sm_finder *finder, uint32_t from, uint32_t next,
    uint8_t rank)
{
	const struct sm_token *token = &finder->tokens->list[next];
	bool was = finder->bared;
	uint32_t to;

	if (!(token->flags & SM_TOKEN_MARKS))
		return;
	to = sm_finder_edge(finder, from, token->bare);
	finder->bared = true;
	if (to)
		sm_finder_arrive(finder, to, next, rank);
	finder->bared = was;
}

/* All ways on from a node with the token next. */
void
sm_finder_token(struct sm_finder *finder, uint32_t from, uint32_t stems,
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
	    sm_finder_has_case(finder, token)) {
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
	if (!to && token->flags & (SM_TOKEN_ELONG | SM_TOKEN_CLIPPED))
		to = try_spellings(finder, from, token);
	if (to)
		sm_finder_arrive(finder, to, next, rank);
	else
		sm_finder_bare(finder, from, next, rank);
	if (token->kind == SM_TOKEN_WORD && stems)
		sm_finder_stems(finder, from, stems, next, rank);
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
		sm_finder_token(finder, to, slot->stems, slot->flags, next,
		    rank);
		if (free_words == gap || !passable(&tokens->list[next]))
			break;
	}
}

void
sm_finder_follow(struct sm_finder *finder, uint32_t at,
    const struct sm_lex_slot *node, uint32_t next, uint8_t rank)
{
	if (next - finder->first >= SM_MATCH_LENGTH || finder->affix)
		return;
	while (next < finder->tokens->count &&
	    !(finder->tokens->list[next].flags & SM_TOKEN_MARKS) &&
	    sm_finder_plain(node, &finder->tokens->list[next])) {
		at = sm_finder_edge(finder, at,
		    finder->tokens->list[next].hash);
		if (!at)
			return;
		node = sm_lex_slot(finder->lex, finder->lang, at);
		if (node->entries)
			sm_finder_add(finder, node, next, rank);
		next++;
	}
	if (next < finder->tokens->count &&
	    (node->flags & SM_LEX_HAS_NEXT || node->stems))
		sm_finder_token(finder, at, node->stems, node->flags, next,
		    rank);
	if (!(node->flags & SM_LEX_WAYS & ~(SM_LEX_HAS_NEXT |
	    SM_LEX_HAS_CASE)))
		return;
	for (uint32_t gap = 1; gap <= SM_LEX_GAP_MAX; gap++)
		if (node->flags & SM_LEX_HAS_GAP << (gap - 1))
			follow_gap(finder, at, next, gap, rank);
}
