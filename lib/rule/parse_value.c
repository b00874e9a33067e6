/*
 * What stands behind a comparison of numbers, times and durations.
 */
#include "rule/parse_impl.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "record/conf.h"
#include "rule/lex.h"
#include "rule/origin.h"

int
sm_parse_next(struct sm_compare *compare)
{
	return sm_lex_next(compare->lexer, compare->err);
}

int
sm_parse_sign(struct sm_compare *compare, const char *sign, const char *what)
{
	if (!sm_lex_sign(compare->lexer, sign))
		return sm_lex_expected(compare->lexer, what, compare->err);
	return sm_parse_next(compare);
}

static const char *
example(enum sm_field_type type)
{
	if (type == SM_FIELD_TIME)
		return "a time such as 2026-11-01 or 2026-11-01T08:00:00Z";
	if (type == SM_FIELD_DURATION)
		return "a duration such as 30m, 4h or 2d";
	return "a number";
}

/* The number, time or duration at the current token. */
static int
take_number(struct sm_compare *compare, int64_t *number)
{
	static const enum sm_token_kind kinds[] = {
		[SM_FIELD_NUMBER] = SM_TOKEN_NUMBER,
		[SM_FIELD_TIME] = SM_TOKEN_TIME,
		[SM_FIELD_DURATION] = SM_TOKEN_DURATION
	};
	const struct sm_lexer *lexer = compare->lexer;
	enum sm_field_type type = compare->field.type;
	const char *text = sm_buf_str(&lexer->text);

	if (lexer->kind == kinds[type])
		*number = lexer->number;
	else if (type == SM_FIELD_TIME && lexer->kind == SM_TOKEN_STRING &&
	    sm_time_parse(text, lexer->text.len, number) == 0)
		;
	else if (type == SM_FIELD_DURATION && (lexer->kind == SM_TOKEN_WORD ||
	    lexer->kind == SM_TOKEN_STRING) &&
	    sm_duration_parse(text, lexer->text.len, number) == 0)
		;
	else
		return sm_compare_fail(compare, example(type));
	return sm_parse_next(compare);
}

/* Which of less, equal and more the operator accepts. */
static unsigned
accepts(const char *op)
{
	switch (op[0]) {
	case '<': return SM_LESS | (op[1] == '=' ? SM_EQUAL : 0);
	case '>': return SM_MORE | (op[1] == '=' ? SM_EQUAL : 0);
	case '!': return SM_LESS | SM_MORE;
	default: return SM_EQUAL;
	}
}

static void
set_range(struct sm_cond *cond, unsigned accept, int64_t number)
{
	cond->op = SM_COND_RANGE;
	cond->negate = accept == (SM_LESS | SM_MORE);
	cond->low = accept & SM_LESS ? INT64_MIN : number;
	cond->high = accept & SM_MORE ? INT64_MAX : number;
	if (cond->negate)
		cond->low = cond->high = number;
	else if (accept == SM_LESS)
		cond->high = number - 1;
	else if (accept == SM_MORE)
		cond->low = number + 1;
}

/* Another member in place of a value; its type must be the same. */
int
sm_parse_other(struct sm_compare *compare)
{
	struct sm_field other;
	char path[SM_MEMBER_MAX];
	int ref;

	if (sm_parse_member(compare->program, compare->lexer, &other, path,
	    sizeof(path), compare->err) == -1)
		return -1;
	if (other.type != compare->field.type ||
	    other.flags & SM_FIELD_AUTHOR)
		return sm_origin_fail(compare->lexer->origin,
		    compare->lexer->at, compare->err,
		    "'%s' is a %s, '%s' is a %s: they cannot be compared",
		    compare->typed, sm_field_type_name(compare->field.type),
		    sm_buf_str(&compare->lexer->text),
		    other.flags & SM_FIELD_AUTHOR ? "pair of id and handle" :
		    sm_field_type_name(other.type));
	ref = sm_program_ref(compare->program, &other, path);
	if (ref == -1)
		return sm_origin_fail(compare->lexer->origin,
		    compare->lexer->at, compare->err,
		    "more than %d different members", SM_REFS_MAX);
	compare->cond.other = (uint16_t)ref;
	return sm_parse_next(compare);
}

static bool
is_duration(const struct sm_lexer *lexer)
{
	int64_t seconds;

	return sm_duration_parse(sm_buf_str(&lexer->text), lexer->text.len,
	    &seconds) == 0;
}

int
sm_parse_order(struct sm_compare *compare)
{
	unsigned accept = accepts(sm_buf_str(&compare->lexer->text));
	int64_t number = 0;

	if (sm_parse_next(compare) == -1)
		return -1;
	if (compare->lexer->kind == SM_TOKEN_WORD &&
	    !(compare->field.type == SM_FIELD_DURATION &&
	    is_duration(compare->lexer))) {
		compare->cond.op = SM_COND_ORDER;
		compare->cond.low = accept;
		return sm_parse_other(compare);
	}
	if (take_number(compare, &number) == -1)
		return -1;
	set_range(&compare->cond, accept, number);
	return 0;
}

int
sm_parse_between(struct sm_compare *compare)
{
	struct sm_cond *cond = &compare->cond;
	size_t at = compare->lexer->at;

	cond->op = SM_COND_RANGE;
	if (sm_parse_next(compare) == -1 ||
	    take_number(compare, &cond->low) == -1)
		return -1;
	if (!sm_lex_word(compare->lexer, "and"))
		return sm_lex_expected(compare->lexer, "'and': between A and "
		    "B", compare->err);
	if (sm_parse_next(compare) == -1 ||
	    take_number(compare, &cond->high) == -1)
		return -1;
	if (cond->low > cond->high)
		return sm_origin_fail(compare->lexer->origin, at,
		    compare->err, "nothing is between these: the first is "
		    "larger");
	return 0;
}

static int
by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

int
sm_parse_numbers(struct sm_compare *compare)
{
	struct sm_cond *cond = &compare->cond;
	size_t room = 0;

	cond->op = SM_COND_NUMBERS;
	if (sm_parse_next(compare) == -1)
		return -1;
	if (sm_lex_word(compare->lexer, "list"))
		return sm_compare_fail(compare, "values in brackets (a list "
		    "holds texts)");
	if (sm_parse_sign(compare, "(", "'(' and values") == -1)
		return -1;
	for (;;) {
		cond->numbers = sm_xgrow(cond->numbers, &room,
		    cond->count + 1u, sizeof(*cond->numbers));
		if (take_number(compare, &cond->numbers[cond->count]) == -1)
			return -1;
		if (++cond->count > SM_IN_MAX)
			return sm_compare_fail(compare, "at most 4096 values");
		if (!sm_lex_sign(compare->lexer, ","))
			break;
		if (sm_parse_next(compare) == -1)
			return -1;
	}
	qsort(cond->numbers, cond->count, sizeof(*cond->numbers), by_value);
	return sm_parse_sign(compare, ")", "',' or ')'");
}
