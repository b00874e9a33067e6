#include "rule/sql.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "rule/program.h"
#include "rule/regex.h"
#include "rule/words.h"

#define MICRO 1000000

struct sql {
	const struct sm_program *program;
	const char *json;
	struct sm_buf *out;
};

static void
add(struct sql *sql, const char *text)
{
	sm_buf_adds(sql->out, text);
}

/* 'text', with quotes doubled. */
static void
add_text(struct sql *sql, const char *text, size_t len)
{
	sm_buf_addc(sql->out, '\'');
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\'')
			sm_buf_addc(sql->out, '\'');
		sm_buf_addc(sql->out, text[i]);
	}
	sm_buf_addc(sql->out, '\'');
}

/* (json,'$."score"."why"') behind the name of a function. */
static void
add_call(struct sql *sql, const char *function, const char *path)
{
	struct sm_buf quoted = SM_BUF_INIT;

	sm_buf_addc(&quoted, '$');
	for (const char *at = path; *at; ) {
		size_t len = strcspn(at, ".");

		sm_buf_adds(&quoted, ".\"");
		sm_buf_add(&quoted, at, len);
		sm_buf_addc(&quoted, '"');
		at += len + (at[len] == '.');
	}
	sm_buf_addf(sql->out, "%s(%s,", function, sql->json);
	add_text(sql, sm_buf_str(&quoted), quoted.len);
	sm_buf_addc(sql->out, ')');
	sm_buf_release(&quoted);
}

/* The value where it is of the types, else null. */
static void
add_typed(struct sql *sql, const char *path, const char *types)
{
	add(sql, "(case when ");
	add_call(sql, "json_type", path);
	sm_buf_addf(sql->out, " in (%s) then ", types);
	add_call(sql, "json_extract", path);
	add(sql, " end)");
}

/*
 * Seconds since 1970, where the text has the form of a time and its day is in
 * that month: SQLite takes February 30 for a day of March.
 */
static void
add_time(struct sql *sql, const char *path)
{
	add(sql, "(case when ");
	add_call(sql, "json_type", path);
	add(sql, " = 'text' and ");
	add_call(sql, "json_extract", path);
	add(sql, " like '____-__-__T%' and date(substr(");
	add_call(sql, "json_extract", path);
	add(sql, ",1,10),'+0 days') = substr(");
	add_call(sql, "json_extract", path);
	add(sql, ",1,10) then unixepoch(");
	add_call(sql, "json_extract", path);
	add(sql, ") end)");
}

static void
add_now(struct sql *sql, const struct sm_ref *ref)
{
	add(sql, "coalesce(:now,");
	if (ref->of_case) {
		add_time(sql, "case.at");
		add(sql, ",");
	}
	add_time(sql, "fetched");
	add(sql, ")");
}

static void
add_age(struct sql *sql, const struct sm_ref *ref)
{
	add(sql, "max(0,");
	add_now(sql, ref);
	add(sql, "-");
	add_time(sql, ref->field.since);
	add(sql, ")");
}

/* The member's value as its type says it; null where it is not there. */
static void
add_value(struct sql *sql, int number)
{
	const struct sm_ref *ref = &sql->program->refs[number];
	const char *path = ref->field.name;

	switch (ref->field.type) {
	case SM_FIELD_NUMBER:
		add_typed(sql, path, "'integer','real'");
		break;
	case SM_FIELD_TEXT:
		add_typed(sql, path, "'text'");
		break;
	case SM_FIELD_TIME:
		if (ref->field.flags & SM_FIELD_NOW)
			add_now(sql, ref);
		else
			add_time(sql, path);
		break;
	case SM_FIELD_DURATION:
		if (ref->field.flags & SM_FIELD_AGE)
			add_age(sql, ref);
		else
			add_typed(sql, path, "'integer'");
		break;
	case SM_FIELD_TRUTH:
		add_typed(sql, path, "'true','false'");
		break;
	case SM_FIELD_SET:
		add_typed(sql, path, "'array'");
		break;
	case SM_FIELD_OTHER:
		add(sql, "nullif(");
		add_call(sql, "json_type", path);
		add(sql, ",'null')");
		break;
	}
}

/* Numbers are kept in millionths. */
static void
add_number(struct sql *sql, int64_t number, bool micro)
{
	uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

	if (!micro)
		sm_buf_addf(sql->out, "%" PRId64, number);
	else
		sm_buf_addf(sql->out, "%s%" PRIu64 ".%06" PRIu64,
		    number < 0 ? "-" : "", rest / MICRO, rest % MICRO);
}

static void
add_range(struct sql *sql, const struct sm_cond *cond, bool micro)
{
	if (cond->negate)
		add(sql, "not ");
	add(sql, "(");
	add_value(sql, cond->ref);
	if (cond->low == INT64_MIN) {
		add(sql, " <= ");
		add_number(sql, cond->high, micro);
	} else if (cond->high == INT64_MAX) {
		add(sql, " >= ");
		add_number(sql, cond->low, micro);
	} else {
		add(sql, " between ");
		add_number(sql, cond->low, micro);
		add(sql, " and ");
		add_number(sql, cond->high, micro);
	}
	add(sql, ")");
}

static void
add_numbers(struct sql *sql, const struct sm_cond *cond, bool micro)
{
	add_value(sql, cond->ref);
	add(sql, cond->negate ? " not in (" : " in (");
	for (uint32_t i = 0; i < cond->count; i++) {
		add(sql, i ? "," : "");
		add_number(sql, cond->numbers[i], micro);
	}
	add(sql, ")");
}

static void
add_words(struct sql *sql, const struct sm_words *words)
{
	add(sql, "(");
	for (size_t i = 0; i < sm_words_count(words); i++) {
		size_t len;
		const char *text = sm_words_text(words, i, &len);

		add(sql, i ? "," : "");
		if (sm_words_folds(words))
			add(sql, "lower(");
		add_text(sql, text, len);
		if (sm_words_folds(words))
			add(sql, ")");
	}
	add(sql, ")");
}

static void
add_in_words(struct sql *sql, const struct sm_cond *cond)
{
	bool fold = sm_words_folds(cond->words);

	add(sql, fold ? "lower(" : "");
	add_value(sql, cond->ref);
	add(sql, fold ? ")" : "");
	add(sql, cond->negate ? " not in " : " in ");
	add_words(sql, cond->words);
}

/* A text of the set, or a text that its objects have. */
static void
add_items(struct sql *sql, const struct sm_cond *cond)
{
	const struct sm_field *field = &sql->program->refs[cond->ref].field;
	bool fold = cond->words && sm_words_folds(cond->words);

	add(sql, cond->negate ? "not " : "");
	add(sql, "exists(select 1 from ");
	add_call(sql, "json_each", field->name);
	add(sql, " as item where ");
	add_call(sql, "json_type", field->name);
	add(sql, " = 'array' and ");
	add(sql, fold ? "lower(" : "");
	add(sql, "case when item.type = 'text' then item.value ");
	if (field->item)
		sm_buf_addf(sql->out, "when item.type = 'object' and "
		    "json_type(item.value,'$.%s') = 'text' then "
		    "json_extract(item.value,'$.%s') ", field->item,
		    field->item);
	add(sql, fold ? "end) in " : "end in ");
	if (cond->words) {
		add_words(sql, cond->words);
	} else {
		add(sql, "(");
		add_text(sql, cond->text, cond->len);
		add(sql, ")");
	}
	add(sql, ")");
}

/* regexpi where case does not matter, else regexp. */
static void
add_match(struct sql *sql, const struct sm_cond *cond)
{
	const char *flags = sm_regex_flags(cond->regex);
	struct sm_buf pattern = SM_BUF_INIT;
	bool caseless = strchr(flags, 'i') != NULL;

	if (strpbrk(flags, "ms"))
		sm_buf_addf(&pattern, "(?%s%s)", strchr(flags, 'm') ? "m" : "",
		    strchr(flags, 's') ? "s" : "");
	sm_buf_adds(&pattern, sm_regex_pattern(cond->regex));
	add(sql, cond->negate ? "not " : "");
	add(sql, caseless ? "regexpi(" : "regexp(");
	add_text(sql, sm_buf_str(&pattern), pattern.len);
	add(sql, ",");
	add_value(sql, cond->ref);
	add(sql, ")");
	sm_buf_release(&pattern);
}

static const char *
operator_of(int64_t accept)
{
	static const char *const signs[] = {
		[SM_LESS] = " < ", [SM_LESS | SM_EQUAL] = " <= ",
		[SM_EQUAL] = " = ", [SM_MORE] = " > ",
		[SM_MORE | SM_EQUAL] = " >= ", [SM_LESS | SM_MORE] = " <> "
	};

	return signs[accept];
}

static void
add_two(struct sql *sql, const struct sm_cond *cond)
{
	const char *sign = cond->op == SM_COND_SAME ?
	    cond->negate ? " <> " : " = " : operator_of(cond->low);

	add_value(sql, cond->ref);
	add(sql, sign);
	add_value(sql, cond->other);
}

static const char *
calendar_name(const struct sql *sql, const struct sm_cond *cond)
{
	for (size_t i = 0; i < sql->program->declared_count; i++)
		if (sql->program->declared[i].calendar == cond->calendar)
			return sql->program->declared[i].name;
	return "";
}

static void
add_open(struct sql *sql, const struct sm_cond *cond)
{
	const char *name = calendar_name(sql, cond);

	add(sql, cond->negate ? "not sm_open(" : "sm_open(");
	add_text(sql, name, strlen(name));
	add(sql, ",");
	add_value(sql, cond->ref);
	add(sql, ")");
}

/* What is null, because a member is missing, is not so. */
static void
add_cond(struct sql *sql, const struct sm_cond *cond)
{
	bool micro = sql->program->refs[cond->ref].field.type ==
	    SM_FIELD_NUMBER;

	add(sql, "coalesce(");
	switch (cond->op) {
	case SM_COND_RANGE:
		add_range(sql, cond, micro);
		break;
	case SM_COND_NUMBERS:
		add_numbers(sql, cond, micro);
		break;
	case SM_COND_TEXT:
		add_value(sql, cond->ref);
		add(sql, cond->negate ? " <> " : " = ");
		add_text(sql, cond->text, cond->len);
		break;
	case SM_COND_WORDS:
		add_in_words(sql, cond);
		break;
	case SM_COND_MATCH:
		add_match(sql, cond);
		break;
	case SM_COND_HAS:
	case SM_COND_ANY:
		add_items(sql, cond);
		break;
	case SM_COND_TRUTH:
		add_value(sql, cond->ref);
		add(sql, cond->negate ? " = 0" : " = 1");
		break;
	case SM_COND_PRESENT:
		add_value(sql, cond->ref);
		add(sql, " is not null");
		break;
	case SM_COND_OPEN:
		add_open(sql, cond);
		break;
	default:
		add_two(sql, cond);
		break;
	}
	add(sql, ",0)");
}

static void
add_node(struct sql *sql, const struct sm_node *node)
{
	const char *word = node->kind == SM_NODE_AND ? " and " : " or ";

	switch (node->kind) {
	case SM_NODE_TRUE:
		add(sql, "1");
		break;
	case SM_NODE_FALSE:
		add(sql, "0");
		break;
	case SM_NODE_COND:
		add_cond(sql, &sql->program->conds[node->cond]);
		break;
	case SM_NODE_NOT:
		add(sql, "not ");
		add_node(sql, node->kids[0]);
		break;
	default:
		add(sql, "(");
		for (size_t i = 0; i < node->count; i++) {
			add(sql, i ? word : "");
			add_node(sql, node->kids[i]);
		}
		add(sql, ")");
		break;
	}
}

void
sm_sql_node(const struct sm_program *program, const struct sm_node *node,
    const char *json, struct sm_buf *out)
{
	struct sql sql = { .program = program, .json = json, .out = out };

	add_node(&sql, node);
}
