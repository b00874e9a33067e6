/*
 * What stands behind a comparison of texts and sets.
 */
#include "rule/parse_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "rule/lex.h"
#include "rule/origin.h"
#include "rule/regex.h"
#include "rule/words.h"

/* A value outside of the only ones is a slip, not a condition. */
static int
check_value(struct sm_compare *compare)
{
	const struct sm_lexer *lexer = compare->lexer;

	if (sm_field_allows(&compare->field, sm_buf_str(&lexer->text)))
		return 0;
	return sm_origin_fail(lexer->origin, lexer->at, compare->err,
	    "'%s' is never '%.60s': it is one of %s", compare->typed,
	    sm_buf_str(&lexer->text), compare->field.values);
}

/* A quoted text; without quotes only one of the member's own values. */
static int
take_text(struct sm_compare *compare, const char *what)
{
	const struct sm_lexer *lexer = compare->lexer;

	if (lexer->kind == SM_TOKEN_STRING)
		return check_value(compare);
	if (lexer->kind != SM_TOKEN_WORD)
		return sm_compare_fail(compare, what);
	if (compare->field.values)
		return check_value(compare);
	return sm_origin_fail(lexer->origin, lexer->at, compare->err,
	    "write '%s' in quotes: \"%s\"", sm_buf_str(&lexer->text),
	    sm_buf_str(&lexer->text));
}

static int
keep_text(struct sm_compare *compare)
{
	const struct sm_buf *text = &compare->lexer->text;

	compare->cond.text = sm_xstrndup(sm_buf_str(text), text->len);
	compare->cond.len = (uint32_t)text->len;
	return sm_parse_next(compare);
}

/* A word may be another member, unless it is one of the member's values. */
static bool
is_member(const struct sm_compare *compare)
{
	const char *word = sm_buf_str(&compare->lexer->text);

	if (compare->lexer->kind != SM_TOKEN_WORD || (compare->field.values &&
	    sm_field_allows(&compare->field, word)))
		return false;
	return sm_field_find(word, compare->program->context) ||
	    sm_program_declared(compare->program, SM_DECLARED_MEMBER, word);
}

int
sm_parse_text(struct sm_compare *compare)
{
	const struct sm_lexer *lexer = compare->lexer;

	compare->cond.op = SM_COND_TEXT;
	compare->cond.negate = *sm_buf_str(&lexer->text) == '!';
	if (sm_parse_next(compare) == -1)
		return -1;
	if (is_member(compare)) {
		compare->cond.op = SM_COND_SAME;
		return sm_parse_other(compare);
	}
	if (take_text(compare, "a text in quotes") == -1)
		return -1;
	return keep_text(compare);
}

int
sm_parse_match(struct sm_compare *compare)
{
	struct sm_lexer *lexer = compare->lexer;
	bool slashes;
	size_t at, fault;
	char flags[8] = "";
	struct sm_err why;

	compare->cond.op = SM_COND_MATCH;
	compare->cond.negate = *sm_buf_str(&lexer->text) == '!';
	if (sm_parse_next(compare) == -1)
		return -1;
	at = lexer->at;
	slashes = sm_lex_sign(lexer, "/");
	if (slashes && sm_lex_pattern(lexer, flags, sizeof(flags),
	    compare->err) == -1)
		return -1;
	if (lexer->kind != SM_TOKEN_STRING)
		return sm_compare_fail(compare, "a pattern: /.../ or /.../i");
	compare->cond.regex = sm_regex_new(sm_buf_str(&lexer->text),
	    lexer->text.len, flags, &fault, &why);
	if (!compare->cond.regex) {
		char text[256];

		(void)snprintf(text, sizeof(text), "%.200s", why.text);
		return sm_origin_fail(lexer->origin, at + 1 + fault,
		    compare->err, "%s", text);
	}
	compare->program->refs[compare->cond.ref].grams = true;
	return sm_parse_next(compare);
}

static int
take_list(struct sm_compare *compare)
{
	struct sm_declared *list;

	if (sm_parse_next(compare) == -1)
		return -1;
	list = sm_program_take(compare->program, compare->lexer,
	    SM_DECLARED_LIST, compare->err);
	if (!list)
		return -1;
	compare->cond.words = list->words;
	return 0;
}

/* Texts in brackets. */
static int
take_words(struct sm_compare *compare)
{
	struct sm_cond *cond = &compare->cond;
	const struct sm_lexer *lexer = compare->lexer;

	cond->words = sm_words_new(false);
	cond->sole = true;
	if (sm_parse_sign(compare, "(", "'(' and texts, or 'list'") == -1)
		return -1;
	for (;;) {
		if (take_text(compare, "a text in quotes") == -1)
			return -1;
		(void)sm_words_add(cond->words, sm_buf_str(&lexer->text),
		    lexer->text.len);
		if (sm_words_count(cond->words) > SM_IN_MAX)
			return sm_compare_fail(compare, "at most 4096 texts; "
			    "make it a list");
		if (sm_parse_next(compare) == -1)
			return -1;
		if (!sm_lex_sign(lexer, ","))
			break;
		if (sm_parse_next(compare) == -1)
			return -1;
	}
	return sm_parse_sign(compare, ")", "',' or ')'");
}

int
sm_parse_words(struct sm_compare *compare)
{
	compare->cond.op = compare->field.type == SM_FIELD_SET ? SM_COND_ANY :
	    SM_COND_WORDS;
	if (sm_parse_next(compare) == -1)
		return -1;
	if (sm_lex_word(compare->lexer, "list"))
		return take_list(compare);
	return take_words(compare);
}

int
sm_parse_has(struct sm_compare *compare)
{
	if (sm_parse_next(compare) == -1)
		return -1;
	if (sm_lex_sign(compare->lexer, "(")) {
		compare->cond.op = SM_COND_ANY;
		return take_words(compare);
	}
	compare->cond.op = SM_COND_HAS;
	if (take_text(compare, "a text in quotes") == -1)
		return -1;
	return keep_text(compare);
}

int
sm_parse_truth(struct sm_compare *compare)
{
	struct sm_cond *cond = &compare->cond;
	bool equal = *sm_buf_str(&compare->lexer->text) == '=';

	cond->op = SM_COND_TRUTH;
	if (sm_parse_next(compare) == -1)
		return -1;
	if (!sm_lex_word(compare->lexer, "true") &&
	    !sm_lex_word(compare->lexer, "false"))
		return sm_compare_fail(compare, "true or false");
	cond->negate = equal != sm_lex_word(compare->lexer, "true");
	return sm_parse_next(compare);
}
