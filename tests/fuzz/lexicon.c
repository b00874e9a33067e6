/*
 * A compiled lexicon that somebody changed: it is refused, or used without
 * reading past its end.  The input is what is changed: pairs of an offset
 * (four bytes) and a byte, in the lexicon of $SM_SHARE.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/path.h"
#include "base/xalloc.h"
#include "score/detect.h"
#include "score/feeling.h"
#include "score/lexicon.h"
#include "score/meaning.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *file;
static size_t file_size;
static struct sm_tokens *tokens;
static struct sm_matches matches;

static void
begin(void)
{
	char *path = sm_path_share("lexicon.bin");
	struct sm_err err;
	struct sm_lexicon *lex = sm_lexicon_open(path, &err);

	if (!lex) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	file_size = lex->size;
	file = sm_xmalloc(file_size);
	memcpy(file, lex->base, file_size);
	sm_lexicon_close(lex);
	free(path);
	tokens = sm_tokens_new();
	matches.list = sm_xreallocarray(NULL, SM_MATCHES_MAX,
	    sizeof(*matches.list));
}

static void
use(struct sm_lexicon *lex)
{
	static const char text[] = "still no refund!!! :( not very good, nie "
	    "dzia\xc5\x82" "a, no funciona, \xe5\xa4\xaa\xe5\xb7\xae\xe4\xba"
	    "\x86, i will sue you today";
	static struct sm_feeling feeling;
	struct sm_meaning meaning;
	struct sm_feeling_input in = { .lex = lex, .tokens = tokens,
	    .matches = &matches, .rating = SM_NO_RATING };

	sm_tokens_clear(tokens);
	sm_tokens_add(tokens, text, sizeof(text) - 1);
	(void)sm_detect(lex, tokens, "pl", 2, NULL, 0);
	for (uint32_t i = 0; i < lex->header->lang_count; i++) {
		in.lang = &lex->langs[i];
		sm_matches_find(&matches, lex, in.lang, tokens);
		sm_matches_settle(&matches, tokens);
		sm_feeling_collect(&feeling, &in);
		sm_meaning_find(&meaning, &feeling, &in);
		sm_feeling_sum(&feeling, &in);
		sm_meaning_conclude(&meaning, &feeling, &in);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sm_lexicon *lex;
	struct sm_err err;
	char *copy;

	if (!file)
		begin();
	copy = sm_xmalloc(file_size);
	memcpy(copy, file, file_size);
	for (; size >= 5; data += 5, size -= 5) {
		uint32_t at;

		memcpy(&at, data, sizeof(at));
		/* Half of them into the header and the tables behind it. */
		copy[at % 2 ? at / 2 % file_size : at / 2 % 512] =
		    (char)data[4];
	}
	lex = sm_lexicon_new(copy, file_size, &err);
	if (lex)
		use(lex);
	sm_lexicon_close(lex);
	free(copy);
	return 0;
}
