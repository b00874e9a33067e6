/*
 * The tokeniser's inside: where it is in the text, and its parts.  token.c
 * makes tokens, scan.c goes through the text, plain.c reads the words that most
 * text is made of and word.c all others, special.c knows what begins with #, @,
 * $ and links.
 */
#ifndef SM_TEXT_SCAN_H
#define SM_TEXT_SCAN_H

#include "text/token.h"

struct sm_scan {
	struct sm_tokens *tokens;
	const char *text, *at, *end;
	const char *last_end;	/* of the token before */
	uint32_t quote;		/* token behind an opening quote, or NO_QUOTE */
	uint16_t clause, sentence;
	bool sentence_start;	/* no word of it yet */
	bool marks;		/* a combining mark was seen */
};

/* Through len bytes of text, adding to tokens. */
void sm_scan_run(struct sm_scan *scan, struct sm_tokens *tokens,
    const char *text, size_t len);

/* Folded bytes of all tokens, and room for reading past the last. */
#define SM_SCAN_FOLD ((size_t)SM_TOKENS_MAX * 12)

/* Whether one token more fits. */
static inline bool
sm_scan_room(const struct sm_tokens *tokens)
{
	return tokens->count < SM_TOKENS_MAX &&
	    tokens->fold_len + 2 * SM_TOKEN_FOLD_MAX <= SM_SCAN_FOLD;
}

/*
 * A new token that begins at at, where there is room.  Its folded form is
 * written to the end of ->fold by the caller.
 */
static inline struct sm_token *
sm_scan_add(struct sm_scan *scan, enum sm_token_kind kind, const char *at)
{
	struct sm_tokens *tokens = scan->tokens;
	struct sm_token *token = &tokens->list[tokens->count++];

	token->at = at;
	token->fold = tokens->fold_len;
	token->kind = (uint8_t)kind;
	token->flags = at == scan->last_end ? SM_TOKEN_GLUED : 0;
	token->reps = 1;
	token->c = 0;
	token->start = SM_TOKEN_NO_START;
	token->clause = scan->clause;
	tokens->sentence = scan->sentence;
	token->nth = (uint16_t)tokens->nth;
	tokens->nth += kind <= SM_TOKEN_NUMBER;
	return token;
}

/* The same, or NULL where there is no room. */
static inline struct sm_token *
sm_scan_token(struct sm_scan *scan, enum sm_token_kind kind, const char *at)
{
	if (sm_scan_room(scan->tokens))
		return sm_scan_add(scan, kind, at);
	scan->tokens->full = true;
	return NULL;
}

/* The token ends at end; its folded form is what was added to ->fold. */
static inline void
sm_scan_done(struct sm_scan *scan, struct sm_token *token, const char *end)
{
	struct sm_tokens *tokens = scan->tokens;

	token->len = (uint32_t)(end - token->at);
	token->fold_len = (uint8_t)(tokens->fold_len - token->fold);
	token->hash = sm_word_hash(sm_token_fold(tokens, token),
	    token->fold_len);
	token->bare = token->hash;
	scan->last_end = end;
	scan->at = end;
}

#ifdef __SSE2__
/*
 * The words of plain letters and the Han characters that stand at scan->at,
 * as many as follow one another, with the spaces between them.
 */
void sm_scan_plain(struct sm_scan *scan);
#endif

/* All of these begin at scan->at, move it, and say whether there was room. */
bool sm_scan_word(struct sm_scan *scan, const char *stop);
/* A word, or a link where a dot stands in the middle of it. */
bool sm_scan_word_or_link(struct sm_scan *scan);
bool sm_scan_han(struct sm_scan *scan, uint32_t c, const char *end);
bool sm_scan_emoji(struct sm_scan *scan, uint32_t c, const char *end);
bool sm_scan_punct(struct sm_scan *scan, uint32_t c, const char *end);
bool sm_scan_number(struct sm_scan *scan);

/*
 * Whether something special begins at scan->at, a handle, a link, an address,
 * a hashtag, a cashtag; if so it is read.
 */
bool sm_scan_special(struct sm_scan *scan);

/* Where the name of a host that begins at from ends ("x.example"), or NULL. */
const char *sm_scan_domain(const struct sm_scan *scan, const char *from);

/* A link from scan->at to from at least. */
bool sm_scan_link(struct sm_scan *scan, const char *from);

#endif
