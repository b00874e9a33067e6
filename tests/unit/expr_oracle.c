/*
 * The rule language against SQLite: random expressions on random records, some
 * of them with members of the wrong type or missing.  Ours, the SQL that the
 * test itself makes of an expression, and the SQL that sm makes of it must say
 * the same of every pair.
 */
#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "record/record.h"
#include "rule/expr.h"
#include "random.h"
#include "tap.h"

#define PICK(array) (array[random_below(sizeof(array) / sizeof(*(array)))])
#define RECORDS 8	/* for each expression */

static const char *const numbers[] = {
	"sentiment", "spam", "followers", "known.posts_7d", "cluster.size"
};
static const char *const number_paths[] = {
	"$.score.sentiment", "$.score.spam", "$.attributedTo.followers",
	"$.known.posts_7d", "$.cluster.size"
};
static const char *const texts[] = { "lang", "channel", "text", "title" };
static const char *const text_paths[] = {
	"$.score.lang", "$.channel", "$.content", "$.name"
};
static const char *const sets[] = { "topic", "labels" };
static const char *const set_paths[] = { "$.score.topic", "$.route.labels" };
static const char *const times[] = { "published", "fetched", "start" };
static const char *const values[] = {
	"pl", "en", "", "refund", "Refund me", "żółć", "a'b", "zwrot pieniędzy",
	"re"
};
static const char *const days[] = {
	"2026-01-01", "2026-11-01T08:00:00Z", "2026-11-01T08:00:01Z",
	"1999-12-31T23:59:59Z", "2026-03-29"
};
static const char *const figures[] = {
	"0", "-30", "40", "2.5", "-0.000001", "100", "7", "12.125", "3"
};
static const char *const ops[] = { "=", "!=", "<", "<=", ">", ">=" };

/* An expression and its SQL, side by side. */
struct pair {
	struct sm_buf expr, sql;
};

static void
both(struct pair *pair, const char *expr, const char *sql)
{
	sm_buf_adds(&pair->expr, expr);
	sm_buf_adds(&pair->sql, sql);
}

static void
quoted(struct pair *pair, const char *text)
{
	sm_buf_addc(&pair->expr, '"');
	sm_buf_adds(&pair->expr, text);
	sm_buf_addc(&pair->expr, '"');
	sm_buf_addc(&pair->sql, '\'');
	for (; *text; text++) {
		sm_buf_addc(&pair->sql, *text);
		if (*text == '\'')
			sm_buf_addc(&pair->sql, '\'');
	}
	sm_buf_addc(&pair->sql, '\'');
}

/* NULL where the member is missing or of another type. */
static void
number_sql(struct sm_buf *sql, const char *path)
{
	sm_buf_addf(sql, "(case when json_type(?1,'%s') in "
	    "('integer','real') then json_extract(?1,'%s') end)", path, path);
}

static void
text_sql(struct sm_buf *sql, const char *path)
{
	sm_buf_addf(sql, "(case when json_type(?1,'%s') = 'text' then "
	    "json_extract(?1,'%s') end)", path, path);
}

static void
time_sql(struct sm_buf *sql, const char *name)
{
	/* SQLite takes "12" for a day of the Julian count. */
	sm_buf_addf(sql, "(case when json_type(?1,'$.%s') = 'text' and "
	    "json_extract(?1,'$.%s') like '____-__-__T%%' then "
	    "unixepoch(json_extract(?1,'$.%s')) end)", name, name, name);
}

static void
add_number(struct pair *pair)
{
	unsigned which = random_below(5);

	sm_buf_adds(&pair->expr, numbers[which]);
	number_sql(&pair->sql, number_paths[which]);
}

static void
compare_number(struct pair *pair)
{
	const char *op = PICK(ops), *figure = PICK(figures);

	both(pair, "", "coalesce(");
	add_number(pair);
	both(pair, " ", " ");
	both(pair, op, op);
	both(pair, " ", " ");
	if (random_below(4) == 0)
		add_number(pair);
	else
		both(pair, figure, figure);
	both(pair, "", ",0)");
}

static void
between_numbers(struct pair *pair)
{
	both(pair, "", "coalesce(");
	add_number(pair);
	both(pair, " between -30 and ", " between -30 and ");
	both(pair, random_below(2) ? "40" : "2.5", "");
	sm_buf_adds(&pair->sql, strrchr(sm_buf_str(&pair->expr), ' ') + 1);
	both(pair, "", ",0)");
}

static void
in_numbers(struct pair *pair)
{
	both(pair, "", "coalesce(");
	add_number(pair);
	both(pair, " in (", " in (");
	for (unsigned i = 0, count = 1 + random_below(4); i < count; i++) {
		const char *figure = PICK(figures);

		both(pair, i ? ", " : "", i ? ", " : "");
		both(pair, figure, figure);
	}
	both(pair, ")", "),0)");
}

static void
add_text(struct pair *pair)
{
	unsigned which = random_below(4);

	sm_buf_adds(&pair->expr, texts[which]);
	text_sql(&pair->sql, text_paths[which]);
}

static void
compare_text(struct pair *pair)
{
	const char *op = random_below(2) ? " = " : " != ";

	both(pair, "", "coalesce(");
	add_text(pair);
	both(pair, op, op);
	if (random_below(5) == 0)
		add_text(pair);
	else
		quoted(pair, PICK(values));
	both(pair, "", ",0)");
}

static void
in_texts(struct pair *pair)
{
	both(pair, "", "coalesce(");
	add_text(pair);
	both(pair, " in (", " in (");
	for (unsigned i = 0, count = 1 + random_below(5); i < count; i++) {
		both(pair, i ? ", " : "", i ? ", " : "");
		quoted(pair, PICK(values));
	}
	both(pair, ")", "),0)");
}

static void
match_text(struct pair *pair)
{
	static const char *const words[] = { "refund", "zwrot", "re", "e" };
	const char *word = PICK(words);
	bool not = random_below(3) == 0, caseless = random_below(2);
	struct sm_buf sql = SM_BUF_INIT;
	unsigned which = random_below(4);

	text_sql(&sql, text_paths[which]);
	sm_buf_addf(&pair->expr, "%s %s /%s/%s", texts[which],
	    not ? "!~" : "=~", word, caseless ? "i" : "");
	sm_buf_addf(&pair->sql, "coalesce(instr(%s%s%s,'%s') %s 0,0)",
	    caseless ? "lower(" : "", sm_buf_str(&sql), caseless ? ")" : "",
	    word, not ? "=" : ">");
	sm_buf_release(&sql);
}

static void
has_text(struct pair *pair)
{
	unsigned which = random_below(2);
	bool several = random_below(2);

	sm_buf_addf(&pair->expr, "%s has %s", sets[which],
	    several ? "(" : "");
	sm_buf_addf(&pair->sql, "exists(select 1 from json_each(?1,'%s') "
	    "where json_type(?1,'%s') = 'array' and type = 'text' and value "
	    "in (", set_paths[which], set_paths[which]);
	quoted(pair, PICK(values));
	if (several) {
		both(pair, ", ", ", ");
		quoted(pair, PICK(values));
	}
	both(pair, several ? ")" : "", "))");
}

static void
compare_time(struct pair *pair)
{
	const char *op = PICK(ops), *name = PICK(times);

	both(pair, name, "coalesce(");
	time_sql(&pair->sql, name);
	both(pair, " ", " ");
	both(pair, op, op);
	both(pair, " ", " ");
	if (random_below(3) == 0) {
		name = PICK(times);
		sm_buf_adds(&pair->expr, name);
		time_sql(&pair->sql, name);
	} else {
		const char *day = PICK(days);

		sm_buf_adds(&pair->expr, day);
		sm_buf_addf(&pair->sql, "unixepoch('%s')", day);
	}
	both(pair, "", ",0)");
}

static void
compare_age(struct pair *pair)
{
	static const struct {
		const char *text, *seconds;
	} spans[] = {
		{ "1s", "1" }, { "30m", "1800" }, { "2d", "172800" },
		{ "PT1H", "3600" }, { "0s", "0" }
	};
	unsigned span = random_below(5);
	const char *op = PICK(ops);

	both(pair, "age ", "coalesce(max(0,");
	time_sql(&pair->sql, "fetched");
	both(pair, "", "-");
	time_sql(&pair->sql, "start");
	both(pair, op, ") ");
	sm_buf_addf(&pair->sql, "%s %s,0)", op, spans[span].seconds);
	sm_buf_addf(&pair->expr, " %s", spans[span].text);
}

static void
truth(struct pair *pair)
{
	static const char type[] = "json_type(?1,'$.attributedTo.bot')";
	unsigned how = random_below(4);
	static const char *const forms[] = {
		"author.bot", "author.bot = true", "author.bot = false",
		"author.bot != false"
	};

	sm_buf_adds(&pair->expr, forms[how]);
	sm_buf_addf(&pair->sql, "coalesce(%s = '%s',0)", type,
	    how == 2 ? "false" : "true");
}

static void
presence(struct pair *pair)
{
	unsigned which = random_below(4);

	if (random_below(2)) {
		sm_buf_addf(&pair->expr, "has %s", numbers[which]);
		number_sql(&pair->sql, number_paths[which]);
	} else {
		sm_buf_addf(&pair->expr, "has %s", texts[which]);
		text_sql(&pair->sql, text_paths[which]);
	}
	both(pair, "", " is not null");
}

/* The author is whoever id or handle says. */
static void
author(struct pair *pair)
{
	static const char id[] = "$.attributedTo.id",
	    handle[] = "$.attributedTo.preferredUsername";
	bool not = random_below(2);
	struct pair value = { SM_BUF_INIT, SM_BUF_INIT };

	quoted(&value, PICK(values));
	sm_buf_addf(&pair->expr, "author %s %s", not ? "!=" : "=",
	    sm_buf_str(&value.expr));
	sm_buf_addc(&pair->sql, '(');
	if (not) {
		sm_buf_addc(&pair->sql, '(');
		text_sql(&pair->sql, id);
		sm_buf_adds(&pair->sql, " is not null or ");
		text_sql(&pair->sql, handle);
		sm_buf_adds(&pair->sql, " is not null) and not (");
	}
	sm_buf_adds(&pair->sql, "coalesce(");
	text_sql(&pair->sql, id);
	sm_buf_addf(&pair->sql, "=%s,0) or coalesce(",
	    sm_buf_str(&value.sql));
	text_sql(&pair->sql, handle);
	sm_buf_addf(&pair->sql, "=%s,0))%s", sm_buf_str(&value.sql),
	    not ? ")" : "");
	sm_buf_release(&value.expr);
	sm_buf_release(&value.sql);
}

static void
constant(struct pair *pair)
{
	bool yes = random_below(2);

	both(pair, yes ? "true" : "false", yes ? "1" : "0");
}

static void
generate(struct pair *pair, int depth)
{
	static void (*const leaves[])(struct pair *) = {
		compare_number, between_numbers, in_numbers, compare_text,
		in_texts, match_text, has_text, compare_time, compare_age,
		truth, presence, author, compare_number, compare_text
	};
	unsigned kind = depth > 4 ? 9 : random_below(10);

	if (kind == 0) {
		both(pair, "not (", "not (");
		generate(pair, depth + 1);
		both(pair, ")", ")");
	} else if (kind < 5) {
		const char *word = kind < 3 ? " and " : " or ";
		unsigned more = 1 + random_below(3);

		both(pair, "(", "(");
		generate(pair, depth + 1);
		for (; more; more--) {
			both(pair, word, word);
			generate(pair, depth + 1);
		}
		both(pair, ")", ")");
	} else if (kind == 5 && random_below(4) == 0) {
		constant(pair);
	} else {
		if (random_below(5) == 0)
			both(pair, "not ", "not ");
		PICK(leaves)(pair);
	}
}

/* A value for a member: mostly of the right type, sometimes not there. */
static void
member(struct sm_buf *json, const char *name, char type)
{
	unsigned odd = random_below(12);

	if (odd == 0)
		return;
	if (json->data[json->len - 1] != '{')
		sm_buf_addc(json, ',');
	sm_buf_addf(json, "\"%s\":", name);
	if (odd == 1)
		sm_buf_adds(json, random_below(2) ? "null" : "{\"x\":1}");
	else if (odd == 2)
		sm_buf_adds(json, random_below(2) ? "\"12\"" : "12");
	else if (type == 'n')
		sm_buf_adds(json, PICK(figures));
	else if (type == 't')
		sm_buf_addf(json, "\"%s\"", PICK(values));
	else if (type == 'd')
		sm_buf_addf(json, "\"2026-%s\"", random_below(2) ?
		    "11-01T08:00:00Z" : "11-01T08:30:01Z");
	else if (type == 'b')
		sm_buf_adds(json, random_below(2) ? "true" : "false");
	else
		sm_buf_addf(json, "[\"%s\",12,\"%s\"]", PICK(values),
		    PICK(values));
}

static void
record(struct sm_buf *json)
{
	sm_buf_clear(json);
	sm_buf_addc(json, '{');
	member(json, "content", 't');
	member(json, "name", 't');
	member(json, "channel", 't');
	member(json, "published", 'd');
	member(json, "fetched", 'd');
	member(json, "start", 'd');
	sm_buf_adds(json, json->len > 1 ? ",\"score\":{" : "\"score\":{");
	member(json, "lang", 't');
	member(json, "sentiment", 'n');
	member(json, "spam", 'n');
	member(json, "topic", 's');
	sm_buf_adds(json, "},\"attributedTo\":{");
	member(json, "followers", 'n');
	member(json, "bot", 'b');
	member(json, "id", 't');
	member(json, "preferredUsername", 't');
	sm_buf_adds(json, "},\"known\":{");
	member(json, "posts_7d", 'n');
	sm_buf_adds(json, "},\"cluster\":{");
	member(json, "size", 'n');
	sm_buf_adds(json, "},\"route\":{");
	member(json, "labels", 's');
	sm_buf_adds(json, "}}");
}

static int
by_sqlite(sqlite3_stmt *stmt, const struct sm_buf *json)
{
	int result = -1;

	sqlite3_bind_text(stmt, 1, json->data, (int)json->len, SQLITE_STATIC);
	if (sqlite3_step(stmt) == SQLITE_ROW)
		result = sqlite3_column_int(stmt, 0);
	sqlite3_reset(stmt);
	return result;
}

/* regexp(word, text), and regexpi: the words here are plain. */
static void
regexp(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	const char *word = (const char *)sqlite3_value_text(argv[0]);
	const char *text = (const char *)sqlite3_value_text(argv[1]);

	(void)argc;
	if (!word || !text)
		sqlite3_result_null(context);
	else if (sqlite3_user_data(context))
		sqlite3_result_int(context, strcasestr(text, word) != NULL);
	else
		sqlite3_result_int(context, strstr(text, word) != NULL);
}

static sqlite3_stmt *
prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
		printf("# %s\n# %s\n", sqlite3_errmsg(db), sql);
	return stmt;
}

/* How many records all judge alike; -1: one of them refuses. */
static int
compare(sqlite3 *db, const struct pair *pair, unsigned *truths)
{
	struct sm_paths *paths = sm_paths_new();
	struct sm_expr *expr;
	struct sm_eval *state;
	struct sm_record *rec;
	struct sm_buf json = SM_BUF_INIT;
	struct sm_buf made = SM_BUF_INIT;
	sqlite3_stmt *stmt, *second;
	struct sm_err err;
	int same = 0;

	expr = sm_expr_compile(sm_buf_str(&pair->expr), "expr", paths, &err);
	if (!expr) {
		printf("# %s\n", err.text);
		sm_paths_free(paths);
		return -1;
	}
	stmt = prepare(db, sm_buf_str(&pair->sql));
	sm_buf_adds(&made, "with post(line) as (select ?1) select ");
	sm_expr_sql(expr, "line", &made);
	sm_buf_adds(&made, " from post");
	second = prepare(db, sm_buf_str(&made));
	state = sm_expr_state(expr, SM_TIME_NONE);
	rec = sm_record_new(paths);
	for (int i = 0; stmt && second && i < RECORDS; i++) {
		int ours, theirs, translated;

		record(&json);
		if (sm_record_parse(rec, json.data, json.len, &err) == -1) {
			printf("# %s: %s\n", err.text, json.data);
			continue;
		}
		ours = sm_expr_eval(expr, state, rec, &err);
		theirs = by_sqlite(stmt, &json);
		translated = by_sqlite(second, &json);
		same += ours == theirs && ours == translated;
		*truths += ours == 1;
		if (ours != theirs)
			printf("# %d, SQLite %d\n# %s\n# %s\n# %s\n", ours,
			    theirs, sm_buf_str(&pair->expr), json.data,
			    sm_buf_str(&pair->sql));
		if (ours != translated)
			printf("# %d, translated %d\n# %s\n# %s\n# %s\n",
			    ours, translated, sm_buf_str(&pair->expr),
			    json.data, sm_buf_str(&made));
	}
	sqlite3_finalize(stmt);
	sqlite3_finalize(second);
	sm_buf_release(&made);
	sm_buf_release(&json);
	sm_record_free(rec);
	sm_expr_state_free(state);
	sm_expr_free(expr);
	sm_paths_free(paths);
	return same;
}

int
main(void)
{
	unsigned trials = random_trials(6500), wrong = 0, truths = 0;
	struct pair pair = { SM_BUF_INIT, SM_BUF_INIT };
	sqlite3 *db;

	if (sqlite3_open(":memory:", &db) != SQLITE_OK)
		return 1;
	sqlite3_create_function(db, "regexp", 2, SQLITE_UTF8, NULL, regexp,
	    NULL, NULL);
	sqlite3_create_function(db, "regexpi", 2, SQLITE_UTF8, db, regexp,
	    NULL, NULL);
	for (unsigned i = 0; i < trials && wrong < 5; i++) {
		sm_buf_clear(&pair.expr);
		sm_buf_clear(&pair.sql);
		sm_buf_adds(&pair.sql, "select ");
		generate(&pair, 0);
		wrong += compare(db, &pair, &truths) != RECORDS;
	}
	is_int(wrong, 0,
	    "we, SQLite and the SQL made of it judge all records alike");
	ok(truths > trials && truths < trials * (RECORDS - 1),
	    "often both say yes, and often no");
	sm_buf_release(&pair.expr);
	sm_buf_release(&pair.sql);
	sqlite3_close(db);
	return plan_done();
}
