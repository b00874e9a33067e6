#include "score/pattern.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "score/lexicon.h"
#include "score/match.h"
#include "text/token.h"

#define FORM_MAX 256		/* bytes of a pattern */
#define STEM_LEAST 3		/* letters */

static const char *const macro_pl_adj[] = {
	"y", "a", "e", "ego", "ej", "emu", "ą", "ym", "ych", "ymi", "i", "o",
	NULL
};
static const char *const macro_pl_adv[] = { "o", "e", "iej", NULL };
static const char *const macro_es_adj[] = { "o", "a", "os", "as", NULL };

static const struct {
	const char *tag, *name;
	const char *const *endings;
} macros[] = {
	{ "pl", "adj", macro_pl_adj },
	{ "pl", "adv", macro_pl_adv },
	{ "es", "adj", macro_es_adj }
};

const char *
sm_lex_pattern_forms(const char *text, const char *tag,
    const char *(*each)(const char *form, void *arg), void *arg)
{
	const char *bar = strchr(text, '|'), *wrong = NULL;
	const char *const *endings = NULL;
	char form[FORM_MAX];
	size_t macro;

	if (strlen(text) >= FORM_MAX - 8)
		return "the pattern is too long";
	if (!bar || bar == text || !bar[1])
		return each(text, arg);
	macro = strcspn(bar + 1, " ");
	for (size_t i = 0; i < sizeof(macros) / sizeof(*macros); i++)
		if (strcmp(macros[i].tag, tag) == 0 &&
		    strlen(macros[i].name) == macro &&
		    strncmp(macros[i].name, bar + 1, macro) == 0)
			endings = macros[i].endings;
	if (!endings)
		return "this language has no such macro: expected |adj "
		    "(es, pl) or |adv (pl)";
	for (; *endings && !wrong; endings++) {
		(void)snprintf(form, sizeof(form), "%.*s%s%s",
		    (int)(bar - text), text, *endings, bar + 1 + macro);
		wrong = each(form, arg);
	}
	return wrong;
}

static struct sm_lex_element *
add_element(struct sm_lex_pattern *pattern)
{
	struct sm_lex_element *element;

	if (pattern->count == SM_LEX_PATTERN_MAX)
		return NULL;
	element = &pattern->element[pattern->count++];
	memset(element, 0, sizeof(*element));
	return element;
}

/* Letters, not bytes. */
static size_t
letters(const char *s, size_t len)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += ((unsigned char)s[i] & 0xc0) != 0x80;
	return count;
}

static size_t
bare_text(const char *s, size_t len, char *out)
{
	const char *end = s + len;
	size_t used = 0;

	while (s < end) {
		size_t step;

		used += sm_utf8_put(out + used,
		    sm_fold_bare(sm_utf8_get(s, end, &step)));
		s += step;
	}
	memset(out + used, 0, 16);
	return used;
}

static const char *
make_stem(struct sm_lex_element *element, const struct sm_tokens *tokens,
    const struct sm_token *token)
{
	char bare[SM_TOKEN_FOLD_MAX + 16];
	const char *fold = sm_token_fold(tokens, token);

	if (token->kind != SM_TOKEN_WORD)
		return "'*' must follow letters";
	if (letters(fold, token->fold_len) < STEM_LEAST)
		return "the stem before '*' has less than 3 letters";
	if (token->fold_len > SM_LEX_STEM_MAX)
		return "the stem before '*' has more than 24 bytes";
	element->stem = token->fold_len;
	element->what ^= SM_LEX_STEM;
	element->bare_stem = (uint8_t)bare_text(fold, token->fold_len, bare);
	element->bare = sm_word_hash(bare, element->bare_stem) ^ SM_LEX_STEM;
	element->start = sm_token_start(fold);
	element->bare_start = sm_token_start(bare);
	return NULL;
}

static void
make_cased(struct sm_lex_element *element, const struct sm_token *token)
{
	element->what = sm_match_raw_hash(token) ^ SM_LEX_CASE;
	element->bare = element->what;
	element->fold = token->hash;
	element->cased = true;
}

/* The tokens of one word of the pattern as elements. */
static const char *
add_tokens(struct sm_lex_pattern *pattern, const struct sm_tokens *tokens,
    bool stem, bool cased)
{
	for (uint32_t i = 0; i < tokens->count; i++) {
		const struct sm_token *token = &tokens->list[i];
		struct sm_lex_element *element;
		const char *wrong;
		bool first = !pattern->count;

		if (token->kind == SM_TOKEN_HASHTAG)
			return "a hashtag of several words: write it in lower "
			    "case";
		if (token->kind > SM_TOKEN_HASHTAG)
			return "names, links and addresses cannot be patterns";
		element = add_element(pattern);
		if (!element)
			return "the pattern has more than 16 tokens";
		element->what = sm_match_what(token, i ? token - 1 : NULL,
		    token->reps);
		element->bare = element->what ^ token->hash ^ token->bare;
		if (first && token->flags & SM_TOKEN_TAG) {
			element->what ^= SM_LEX_HASH;
			element->bare ^= SM_LEX_HASH;
		}
		if (stem && i == tokens->count - 1) {
			wrong = make_stem(element, tokens, token);
			if (wrong)
				return wrong;
		}
		if (cased && token->kind == SM_TOKEN_WORD)
			make_cased(element, token);
		pattern->marks |= element->bare != element->what;
	}
	return NULL;
}

static const char *
add_word(struct sm_lex_pattern *pattern, const char *word, size_t len,
    bool cased, struct sm_tokens *tokens)
{
	bool stem = len > 1 && word[len - 1] == '*' &&
	    ((unsigned char)word[len - 2] >= 0x80 || word[len - 2] >= 'a');

	if (len == 2 && *word == '_' && word[1] >= '1' &&
	    word[1] <= '0' + SM_LEX_GAP_MAX) {
		struct sm_lex_element *element = add_element(pattern);

		if (!element || pattern->count == 1)
			return "a gap must stand between two words";
		element->gap = (uint8_t)(word[1] - '0');
		element->what = element->bare = SM_LEX_GAP + element->gap;
		return NULL;
	}
	sm_tokens_clear(tokens);
	sm_tokens_add(tokens, word, len - stem);
	if (!tokens->count)
		return "there is nothing in it to be found";
	return add_tokens(pattern, tokens, stem, cased);
}

/* "=PAC"; but "=)", "=D" and "=/" are faces. */
static bool
is_cased(const char *text)
{
	return *text == '=' && strlen(text) > 2 &&
	    ((unsigned char)text[1] >= 0x80 ||
	    sm_char_class((unsigned char)text[1]) == SM_CHAR_LETTER);
}

const char *
sm_lex_pattern_read(struct sm_lex_pattern *pattern, const char *text,
    struct sm_tokens *tokens)
{
	bool cased = is_cased(text);
	const char *wrong = NULL;

	pattern->count = 0;
	pattern->marks = false;
	text += cased;
	while (*text && !wrong) {
		size_t len = strcspn(text, " ");

		if (!len)
			return "two spaces, or a space at an end";
		wrong = add_word(pattern, text, len, cased, tokens);
		text += len;
		if (*text)
			text++;
	}
	if (!wrong && (!pattern->count ||
	    pattern->element[pattern->count - 1].gap))
		wrong = "a gap must stand between two words";
	return wrong;
}
