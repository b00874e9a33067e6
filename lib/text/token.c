#include "text/token.h"

#include <stdlib.h>

#include <utf8proc.h>

#include "base/simd.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "text/scan.h"

struct sm_tokens *
sm_tokens_new(void)
{
	struct sm_tokens *tokens = sm_xcalloc(1, sizeof(*tokens));

	tokens->list = sm_xreallocarray(NULL, SM_TOKENS_MAX,
	    sizeof(*tokens->list));
	tokens->fold = sm_xmalloc(SM_SCAN_FOLD);
	tokens->wide = sm_simd();
	sm_tokens_clear(tokens);
	return tokens;
}

void
sm_tokens_free(struct sm_tokens *tokens)
{
	if (!tokens)
		return;
	free(tokens->list);
	free(tokens->fold);
	sm_tokens_clear(tokens);
	free(tokens);
}

void
sm_tokens_clear(struct sm_tokens *tokens)
{
	tokens->count = tokens->fold_len = tokens->nth = 0;
	tokens->words = tokens->exclaims = tokens->questions = 0;
	tokens->uppers = tokens->links = tokens->users = tokens->tags = 0;
	memset(tokens->letters, 0, sizeof(tokens->letters));
	tokens->clauses = tokens->sentences = 0;
	tokens->mixed = tokens->retweet = tokens->full = false;
	while (tokens->composed_count)
		free(tokens->composed[--tokens->composed_count]);
}

/* A single character as a token; the same one again only counts. */
static bool
add_single(struct sm_scan *scan, enum sm_token_kind kind, uint32_t c,
    const char *end)
{
	struct sm_tokens *tokens = scan->tokens;
	struct sm_token *last = tokens->count ?
	    &tokens->list[tokens->count - 1] : NULL;

	if (last && last->kind == kind && last->c == c &&
	    scan->last_end == scan->at && last->reps < UINT16_MAX) {
		last->reps++;
		last->flags |= SM_TOKEN_AGAIN;
		last->len = (uint32_t)(end - last->at);
		scan->at = scan->last_end = end;
		return true;
	}
	last = sm_scan_token(scan, kind, scan->at);
	if (!last)
		return false;
	last->c = c;
	tokens->fold_len += (uint32_t)sm_utf8_put(tokens->fold +
	    tokens->fold_len, c);
	sm_scan_done(scan, last, end);
	return true;
}

bool
sm_scan_han(struct sm_scan *scan, uint32_t c, const char *end)
{
	struct sm_token *token = sm_scan_token(scan, SM_TOKEN_HAN, scan->at);

	if (!token)
		return false;
	token->c = c;
	scan->tokens->fold_len += (uint32_t)sm_utf8_put(scan->tokens->fold +
	    scan->tokens->fold_len, c);
	sm_scan_done(scan, token, end);
	if (scan->sentence_start) {
		token->flags |= SM_TOKEN_FIRST;
		scan->sentence_start = false;
	}
	scan->tokens->words++;
	scan->tokens->letters[SM_SCRIPT_HAN]++;
	return true;
}

bool
sm_scan_emoji(struct sm_scan *scan, uint32_t c, const char *end)
{
	struct sm_token *last;
	bool ok = add_single(scan, SM_TOKEN_EMOJI, c, end);

	/* What follows an emoji is a new thought. */
	last = &scan->tokens->list[scan->tokens->count - 1];
	if (ok && last->reps == 1 && last->clause == scan->clause &&
	    scan->clause < UINT16_MAX)
		scan->clause++;
	return ok;
}

bool
sm_scan_punct(struct sm_scan *scan, uint32_t c, const char *end)
{
	return add_single(scan, SM_TOKEN_PUNCT, c, end);
}

/* Composed by NFC into ->composed; false where that fails. */
static bool
compose(struct sm_tokens *tokens, const char **text, size_t *len)
{
	utf8proc_uint8_t *out = NULL;
	utf8proc_ssize_t got;

	if (tokens->composed_count == SM_TOKENS_TEXTS)
		return false;
	got = utf8proc_map((const utf8proc_uint8_t *)*text,
	    (utf8proc_ssize_t)*len, &out, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
	if (got < 0)
		return false;
	tokens->composed[tokens->composed_count++] = (char *)out;
	*text = (char *)out;
	*len = (size_t)got;
	return true;
}

void
sm_tokens_add(struct sm_tokens *tokens, const char *text, size_t len)
{
	struct sm_tokens before = *tokens;
	struct sm_scan scan;

	sm_scan_run(&scan, tokens, text, len);
	if (!scan.marks || !compose(&before, &text, &len))
		return;
	*tokens = before;
	sm_scan_run(&scan, tokens, text, len);
}
