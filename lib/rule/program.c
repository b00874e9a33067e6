#include "rule/program.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/xalloc.h"
#include "record/record.h"
#include "rule/calendar.h"
#include "rule/people.h"
#include "rule/regex.h"
#include "rule/words.h"

void
sm_program_init(struct sm_program *program, struct sm_paths *paths)
{
	memset(program, 0, sizeof(*program));
	program->paths = paths;
	program->fetched = program->at = -1;
	program->mask = 63;
	program->table = sm_xcalloc(program->mask + 1,
	    sizeof(*program->table));
}

void
sm_cond_release(struct sm_cond *cond)
{
	free(cond->text);
	free(cond->numbers);
	sm_regex_free(cond->regex);
	if (cond->sole)
		sm_words_free(cond->words);
}

void
sm_program_release(struct sm_program *program)
{
	for (size_t i = 0; i < program->cond_count; i++)
		sm_cond_release(&program->conds[i]);
	for (size_t i = 0; i < program->declared_count; i++) {
		free(program->declared[i].name);
		sm_words_free(program->declared[i].words);
		sm_calendar_free(program->declared[i].calendar);
		free(program->declared[i].sla);
	}
	for (size_t i = 0; i < program->ref_count; i++)
		free((char *)(uintptr_t)program->refs[i].field.name);
	sm_people_free(program->people);
	free(program->refs);
	free(program->conds);
	free(program->table);
	free(program->steps);
	free(program->declared);
}

static bool
is_computed(const struct sm_field *field)
{
	return field->flags & (SM_FIELD_AGE | SM_FIELD_NOW);
}

/* A case has a now of its own. */
static bool
is_of_case(const struct sm_program *program)
{
	return program->context == SM_CONTEXT_UPDATE ||
	    program->context == SM_CONTEXT_TIME;
}

static int
add_ref(struct sm_program *program, const struct sm_field *field,
    const char *path)
{
	struct sm_ref *ref;

	if (program->ref_count >= SM_REFS_MAX)
		return -1;
	program->refs = sm_xgrow(program->refs, &program->ref_room,
	    program->ref_count + 1, sizeof(*program->refs));
	ref = &program->refs[program->ref_count];
	memset(ref, 0, sizeof(*ref));
	ref->field = *field;
	ref->field.name = sm_xstrdup(path);
	ref->slot = -1;
	if (is_computed(field)) {
		program->fetched = sm_paths_add(program->paths, "fetched");
		program->at = sm_paths_add(program->paths, "case.at");
		ref->of_case = is_of_case(program);
		if (field->since)
			ref->slot = sm_paths_add(program->paths,
			    field->since);
	} else {
		ref->slot = sm_paths_add(program->paths, path);
	}
	return (int)program->ref_count++;
}

int
sm_program_ref(struct sm_program *program, const struct sm_field *field,
    const char *path)
{
	for (size_t i = 0; i < program->ref_count; i++)
		if (strcmp(program->refs[i].field.name, path) == 0 &&
		    (!is_computed(field) ||
		    program->refs[i].of_case == is_of_case(program)))
			return (int)i;
	return add_ref(program, field, path);
}

static uint64_t
mix(uint64_t hash, const void *data, size_t len)
{
	const unsigned char *p = data;

	for (size_t i = 0; i < len; i++)
		hash = sm_hash_byte(hash, p[i]);
	return hash;
}

static size_t
hash_cond(const struct sm_cond *cond)
{
	uint64_t h = SM_HASH_START;
	uint64_t head = cond->op | (uint64_t)cond->negate << 8 |
	    (uint64_t)cond->ref << 16 | (uint64_t)cond->other << 32;

	h = mix(h, &head, sizeof(head));
	h = mix(h, &cond->low, sizeof(cond->low));
	h = mix(h, &cond->high, sizeof(cond->high));
	if (cond->text)
		h = mix(h, cond->text, cond->len);
	return (size_t)sm_hash_mix(h);
}

static bool
same_regex(const struct sm_regex *a, const struct sm_regex *b)
{
	if (!a || !b)
		return a == b;
	return strcmp(sm_regex_pattern(a), sm_regex_pattern(b)) == 0 &&
	    strcmp(sm_regex_flags(a), sm_regex_flags(b)) == 0;
}

/* Sets of words and numbers of one's own are never taken for the same. */
static bool
same_cond(const struct sm_cond *a, const struct sm_cond *b)
{
	if (a->op != b->op || a->negate != b->negate || a->ref != b->ref ||
	    a->other != b->other || a->low != b->low || a->high != b->high ||
	    a->len != b->len || a->words != b->words ||
	    a->calendar != b->calendar ||
	    a->numbers != b->numbers || !a->text != !b->text)
		return false;
	if (a->text && memcmp(a->text, b->text, a->len) != 0)
		return false;
	return same_regex(a->regex, b->regex);
}

static size_t
slot_of(const struct sm_program *program, const struct sm_cond *cond)
{
	size_t slot = hash_cond(cond) & program->mask;

	while (program->table[slot] && !same_cond(cond,
	    &program->conds[program->table[slot] - 1]))
		slot = (slot + 1) & program->mask;
	return slot;
}

static void
grow_table(struct sm_program *program)
{
	program->mask = 2 * program->mask + 1;
	free(program->table);
	program->table = sm_xcalloc(program->mask + 1,
	    sizeof(*program->table));
	for (size_t i = 0; i < program->cond_count; i++)
		program->table[slot_of(program, &program->conds[i])] =
		    (uint32_t)i + 1;
}

long
sm_program_cond(struct sm_program *program, struct sm_cond *cond)
{
	size_t slot = slot_of(program, cond);

	if (program->table[slot] || program->cond_count >= SM_CONDS_MAX) {
		sm_cond_release(cond);
		return (long)program->table[slot] - 1;
	}
	program->conds = sm_xgrow(program->conds, &program->cond_room,
	    program->cond_count + 1, sizeof(*program->conds));
	program->conds[program->cond_count++] = *cond;
	program->table[slot] = (uint32_t)program->cond_count;
	if (2 * program->cond_count > program->mask)
		grow_table(program);
	return (long)program->cond_count - 1;
}
