/*
 * Words, numbers and signs of the rule language.  Words hold letters, digits,
 * '_', '.' and '-' (there is no arithmetic), so paths, rule names and times
 * are one token each.  What is a keyword depends on the place, so that
 * `direction = in` works.
 */
#ifndef SM_RULE_LEX_H
#define SM_RULE_LEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct sm_err;
struct sm_origin;

#define SM_LEX_STRING_MAX 4096	/* bytes of a quoted text or a pattern */

enum sm_token_kind {
	SM_TOKEN_END,
	SM_TOKEN_WORD,
	SM_TOKEN_STRING,
	SM_TOKEN_NUMBER,	/* number: millionths */
	SM_TOKEN_DURATION,	/* number: seconds */
	SM_TOKEN_TIME,		/* number: seconds since 1970 */
	SM_TOKEN_SIGN		/* operators and brackets, see text */
};

struct sm_lexer {
	const struct sm_origin *origin;
	size_t pos;		/* behind the token */

	enum sm_token_kind kind;
	size_t at, end;		/* bytes of the token in the origin */
	size_t last;		/* where the token before ended */
	bool is_signed;		/* a number with + or - in front */
	int64_t number;
	struct sm_buf text;	/* the word, the unquoted text, the sign */
};

/* Begins before the first token: call sm_lex_next. */
void sm_lexer_init(struct sm_lexer *lexer, const struct sm_origin *origin);
void sm_lexer_release(struct sm_lexer *lexer);

/* The next token; 0, or -1 and err. */
int sm_lex_next(struct sm_lexer *lexer, struct sm_err *err);

/* The current token is this word; this sign. */
bool sm_lex_word(const struct sm_lexer *lexer, const char *word);
bool sm_lex_sign(const struct sm_lexer *lexer, const char *sign);

/*
 * At a token whose text begins with '/': the pattern up to the closing '/'
 * goes to text (with "\/" as "/"), flags (letters, at most size - 1) behind
 * it to flags; then the token is a string.
 */
int sm_lex_pattern(struct sm_lexer *lexer, char *flags, size_t size,
    struct sm_err *err);

/* At '{': the JSON object up to its '}' goes to text. */
int sm_lex_object(struct sm_lexer *lexer, struct sm_err *err);

/* "expected WHAT, not 'token'" at the current token; -1. */
int sm_lex_expected(const struct sm_lexer *lexer, const char *what,
    struct sm_err *err);

/* "-12.5" as millionths; -1 where s is no such number, -2 for too many
   digits. */
int sm_lex_micro(const char *s, size_t len, int64_t *micro);

#endif
