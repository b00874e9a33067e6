#include "rule/sieve.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "record/record.h"
#include "rule/eval.h"
#include "rule/program.h"
#include "rule/words.h"

/* One part of a condition that must hold, and whose it is. */
struct need {
	const struct sm_cond *cond;
	bool not;		/* `not` stands before it */
	uint32_t rule;
};

/* What all rules need of one member. */
struct column {
	uint16_t ref;
	enum { BY_NUMBER, BY_TEXT, BY_ITEM } kind;
	uint64_t *absent;	/* who can speak where it is not there */
	int64_t *points;	/* BY_NUMBER: where an answer changes */
	struct sm_words *values;	/* else: texts that matter */
	size_t count;		/* of points or values */
	uint64_t *masks;	/* count + 1 of them, .words each; the last:
				   any other text, or no item that matters */
};

struct sm_sieve {
	const struct sm_program *program;
	size_t rules, words, bytes;
	struct column *columns;
	size_t count, room;
};

/* ---- What is needed ---------------------------------------------------- */

struct gather {
	const struct sm_program *program;
	struct need *needs;
	size_t count, room;
};

static bool
is_ordered(const struct sm_program *program, const struct sm_cond *cond)
{
	enum sm_field_type type = program->refs[cond->ref].field.type;

	return type == SM_FIELD_NUMBER || type == SM_FIELD_TIME ||
	    type == SM_FIELD_DURATION;
}

static bool
is_usable(const struct sm_program *program, const struct sm_cond *cond,
    bool not)
{
	switch (cond->op) {
	case SM_COND_RANGE:
		return is_ordered(program, cond);
	case SM_COND_TEXT:
		return !not && !cond->negate;
	case SM_COND_WORDS:
	case SM_COND_ANY:
		return !not && !cond->negate && cond->sole;
	case SM_COND_HAS:
		return !not && !cond->negate;
	default:
		return false;
	}
}

static void
gather(struct gather *to, const struct sm_node *node, uint32_t rule)
{
	bool not = node->kind == SM_NODE_NOT;
	const struct sm_node *leaf = not ? node->kids[0] : node;
	const struct sm_cond *cond;

	if (node->kind == SM_NODE_AND)
		for (size_t i = 0; i < node->count; i++)
			gather(to, node->kids[i], rule);
	if (leaf->kind != SM_NODE_COND)
		return;
	cond = &to->program->conds[leaf->cond];
	if (!is_usable(to->program, cond, not))
		return;
	to->needs = sm_xgrow(to->needs, &to->room, to->count + 1,
	    sizeof(*to->needs));
	to->needs[to->count++] = (struct need){ .cond = cond, .not = not,
	    .rule = rule };
}

static int
by_ref(const void *a, const void *b)
{
	const struct need *x = a, *y = b;

	if (x->cond->ref != y->cond->ref)
		return x->cond->ref < y->cond->ref ? -1 : 1;
	return (x->rule > y->rule) - (x->rule < y->rule);
}

/* ---- Tables ------------------------------------------------------------ */

static int
by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The first numbers of which an answer may be another than just below. */
static void
find_points(struct column *column, const struct need *needs, size_t count)
{
	size_t kept = 0;

	column->points = sm_xcalloc(2 * count + 1, sizeof(*column->points));
	for (size_t i = 0; i < count; i++) {
		const struct sm_cond *cond = needs[i].cond;

		if (cond->low != INT64_MIN)
			column->points[column->count++] = cond->low;
		if (cond->high != INT64_MAX)
			column->points[column->count++] = cond->high + 1;
	}
	if (column->count == 0)
		return;
	qsort(column->points, column->count, sizeof(*column->points),
	    by_value);
	for (size_t i = 0; i < column->count; i++)
		if (i == 0 || column->points[i] != column->points[kept - 1])
			column->points[kept++] = column->points[i];
	column->count = kept;
}

static void
find_values(struct column *column, const struct need *needs, size_t count)
{
	column->values = sm_words_new(false);
	for (size_t i = 0; i < count; i++) {
		const struct sm_cond *cond = needs[i].cond;

		if (!cond->words) {
			(void)sm_words_add(column->values, cond->text,
			    cond->len);
			continue;
		}
		for (size_t k = 0; k < sm_words_count(cond->words); k++) {
			size_t len;
			const char *text = sm_words_text(cond->words, k, &len);

			(void)sm_words_add(column->values, text, len);
		}
	}
	column->count = sm_words_count(column->values);
}

static void
take_bit(uint64_t *mask, uint32_t rule)
{
	mask[rule / 64] &= ~(UINT64_C(1) << rule % 64);
}

static void
give_bit(uint64_t *mask, uint32_t rule)
{
	mask[rule / 64] |= UINT64_C(1) << rule % 64;
}

static bool
is_met(const struct need *need, int64_t number)
{
	bool within = number >= need->cond->low && number <= need->cond->high;

	return (within != need->cond->negate) != need->not;
}

static bool
has_text(const struct sm_cond *cond, const char *text, size_t len)
{
	if (cond->words)
		return sm_words_find(cond->words, text, len) != -1;
	return cond->len == len && memcmp(cond->text, text, len) == 0;
}

/* A need that is not met holds its rule back, whatever else is met. */
static void
fill_numbers(const struct sm_sieve *sieve, struct column *column,
    const struct need *needs, size_t count)
{
	for (size_t i = 0; i <= column->count; i++) {
		/* Below the first point, from a point on. */
		int64_t number = i == 0 ? INT64_MIN : column->points[i - 1];
		uint64_t *mask = column->masks + i * sieve->words;

		for (size_t k = 0; k < count; k++)
			if (!is_met(&needs[k], number))
				take_bit(mask, needs[k].rule);
	}
}

static void
fill_texts(const struct sm_sieve *sieve, struct column *column,
    const struct need *needs, size_t count)
{
	for (size_t i = 0; i <= column->count; i++) {
		uint64_t *mask = column->masks + i * sieve->words;
		size_t len = 0;
		const char *text = i < column->count ? sm_words_text(
		    column->values, i, &len) : NULL;

		for (size_t k = 0; k < count; k++)
			if (!text || !has_text(needs[k].cond, text, len))
				take_bit(mask, needs[k].rule);
	}
}

/* An item gives its bits to what others leave: see sift_items. */
static void
fill_items(const struct sm_sieve *sieve, struct column *column,
    const struct need *needs, size_t count)
{
	uint64_t *none = column->masks + column->count * sieve->words;

	for (size_t k = 0; k < count; k++)
		take_bit(none, needs[k].rule);
	for (size_t i = 0; i < column->count; i++) {
		uint64_t *mask = column->masks + i * sieve->words;
		size_t len;
		const char *text = sm_words_text(column->values, i, &len);

		memcpy(mask, none, sieve->words * sizeof(*mask));
		for (size_t k = 0; k < count; k++)
			if (has_text(needs[k].cond, text, len))
				give_bit(mask, needs[k].rule);
	}
}

static void
column_release(struct column *column)
{
	free(column->absent);
	free(column->points);
	sm_words_free(column->values);
	free(column->masks);
}

/* One member; needs are all about it. */
static void
add_column(struct sm_sieve *sieve, const struct need *needs, size_t count)
{
	struct column column = { .ref = needs->cond->ref };
	size_t bytes;

	column.kind = needs->cond->op == SM_COND_RANGE ? BY_NUMBER :
	    needs->cond->op == SM_COND_HAS ||
	    needs->cond->op == SM_COND_ANY ? BY_ITEM : BY_TEXT;
	if (column.kind == BY_NUMBER)
		find_points(&column, needs, count);
	else
		find_values(&column, needs, count);
	bytes = (column.count + 2) * sieve->words * sizeof(uint64_t);
	if (sieve->bytes + bytes > SM_SIEVE_MAX) {
		column_release(&column);
		return;
	}
	sieve->bytes += bytes;
	column.masks = sm_xmalloc(bytes);
	memset(column.masks, 0xFF, bytes);
	column.absent = sm_xmalloc(sieve->words * sizeof(uint64_t));
	memset(column.absent, 0xFF, sieve->words * sizeof(uint64_t));
	for (size_t k = 0; k < count; k++)
		if (!needs[k].not)
			take_bit(column.absent, needs[k].rule);
	if (column.kind == BY_NUMBER)
		fill_numbers(sieve, &column, needs, count);
	else if (column.kind == BY_TEXT)
		fill_texts(sieve, &column, needs, count);
	else
		fill_items(sieve, &column, needs, count);
	sieve->columns = sm_xgrow(sieve->columns, &sieve->room,
	    sieve->count + 1, sizeof(*sieve->columns));
	sieve->columns[sieve->count++] = column;
}

struct sm_sieve *
sm_sieve_new(const struct sm_program *program,
    const struct sm_node *const *whens, size_t count)
{
	struct sm_sieve *sieve = sm_xcalloc(1, sizeof(*sieve));
	struct gather all = { .program = program };

	sieve->program = program;
	sieve->rules = count;
	sieve->words = (count + 63) / 64;
	for (size_t i = 0; i < count; i++)
		if (whens[i])
			gather(&all, whens[i], (uint32_t)i);
	if (all.count > 0)
		qsort(all.needs, all.count, sizeof(*all.needs), by_ref);
	for (size_t i = 0; i < all.count; ) {
		size_t end = i + 1;

		while (end < all.count &&
		    all.needs[end].cond->ref == all.needs[i].cond->ref)
			end++;
		add_column(sieve, all.needs + i, end - i);
		i = end;
	}
	free(all.needs);
	return sieve;
}

void
sm_sieve_free(struct sm_sieve *sieve)
{
	if (!sieve)
		return;
	for (size_t i = 0; i < sieve->count; i++)
		column_release(&sieve->columns[i]);
	free(sieve->columns);
	free(sieve);
}

size_t
sm_sieve_words(const struct sm_sieve *sieve)
{
	return sieve->words;
}

/* ---- One record -------------------------------------------------------- */

static const uint64_t *
by_number(const struct sm_sieve *sieve, const struct column *column,
    int64_t number)
{
	size_t low = 0, high = column->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (column->points[middle] <= number)
			low = middle + 1;
		else
			high = middle;
	}
	return column->masks + low * sieve->words;
}

static const uint64_t *
by_text(const struct sm_sieve *sieve, const struct column *column,
    const char *text, size_t len)
{
	long number = sm_words_find(column->values, text, len);

	return column->masks + (number == -1 ? column->count :
	    (size_t)number) * sieve->words;
}

static void
keep(const struct sm_sieve *sieve, uint64_t *bits, const uint64_t *mask)
{
	for (size_t i = 0; i < sieve->words; i++)
		bits[i] &= mask[i];
}

/* A rule stays where some item is what it needs. */
static void
sift_items(const struct sm_sieve *sieve, const struct column *column,
    struct sm_eval *eval, const struct sm_reg *reg, uint64_t *bits)
{
	const struct sm_ref *ref = &sieve->program->refs[column->ref];
	const uint64_t *masks[SM_SIEVE_ITEMS];
	struct sm_items items;
	struct sm_value item;
	size_t count = 0;

	masks[count++] = column->masks + column->count * sieve->words;
	if (sm_items_begin(&items, reg->value))
		while (sm_items_next(&items, &item)) {
			size_t len;
			const char *text = sm_eval_item(eval, ref, &item,
			    &len);

			if (count == SM_SIEVE_ITEMS)
				return; /* too many: nothing is held back */
			if (text)
				masks[count++] = by_text(sieve, column, text,
				    len);
		}
	for (size_t i = 0; i < sieve->words; i++) {
		uint64_t any = 0;

		for (size_t k = 0; k < count; k++)
			any |= masks[k][i];
		bits[i] &= any;
	}
}

void
sm_sieve_sift(const struct sm_sieve *sieve, struct sm_eval *eval,
    uint64_t *bits)
{
	memset(bits, 0xFF, sieve->words * sizeof(*bits));
	if (sieve->rules % 64)
		bits[sieve->words - 1] =
		    (UINT64_C(1) << sieve->rules % 64) - 1;
	for (size_t i = 0; i < sieve->count; i++) {
		const struct column *column = &sieve->columns[i];
		const struct sm_reg *reg = sm_eval_reg(eval, column->ref);

		if (!reg->present)
			keep(sieve, bits, column->absent);
		else if (column->kind == BY_NUMBER)
			keep(sieve, bits, by_number(sieve, column,
			    reg->number));
		else if (column->kind == BY_TEXT)
			keep(sieve, bits, by_text(sieve, column, reg->text,
			    reg->len));
		else
			sift_items(sieve, column, eval, reg, bits);
	}
}
