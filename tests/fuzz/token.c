/*
 * The tokeniser: any bytes give tokens inside the text, and adding a second
 * text keeps the first.
 */
#include <stdint.h>
#include <stdlib.h>

#include "text/token.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
expect(int good)
{
	if (!good)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sm_tokens *tokens;
	uint32_t first;
	uint64_t sum = 0;

	if (!tokens)
		tokens = sm_tokens_new();
	sm_tokens_clear(tokens);
	sm_tokens_add(tokens, (const char *)data, size / 2);
	first = tokens->count;
	sm_tokens_add(tokens, (const char *)data + size / 2, size - size / 2);
	expect(tokens->count >= first);
	for (uint32_t i = 0; i < tokens->count; i++) {
		const struct sm_token *token = &tokens->list[i];
		const char *fold = sm_token_fold(tokens, token);

		expect(token->fold + token->fold_len <= tokens->fold_len);
		expect(i == 0 || token->clause >= token[-1].clause);
		expect(i == 0 || token->nth == token[-1].nth +
		    (token[-1].kind <= SM_TOKEN_NUMBER));
		/* The sanitizer looks whether these bytes are there. */
		for (uint32_t k = 0; k < token->len; k++)
			sum += (unsigned char)token->at[k];
		for (uint32_t k = 0; k < token->fold_len; k++)
			sum += (unsigned char)fold[k];
	}
	expect(sum < UINT64_MAX);
	return 0;
}
