/*
 * A file of many rules against each of its conditions alone: what the sieve
 * holds back must be what could not have spoken.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "record/record.h"
#include "rule/expr.h"
#include "rule/rules.h"
#include "random.h"
#include "tap.h"

#define RULES 150
#define PICK(array) (array[random_below(sizeof(array) / sizeof(*(array)))])

static const char *const langs[] = { "pl", "en", "es", "zh", "de" };
static const char *const intents[] = { "complaint", "question", "praise",
    "churn", "billing" };
static const char *const tags[] = { "x", "acme", "Sale", "" };

static void
leaf(struct sm_buf *out)
{
	int n = (int)random_below(21) - 10;

	switch (random_below(14)) {
	case 0: sm_buf_addf(out, "lang = \"%s\"", PICK(langs)); break;
	case 1: sm_buf_addf(out, "lang != \"%s\"", PICK(langs)); break;
	case 2:
		sm_buf_addf(out, "lang in (\"%s\", \"%s\")", PICK(langs),
		    PICK(langs));
		break;
	case 3: sm_buf_addf(out, "sentiment <= %d", n); break;
	case 4: sm_buf_addf(out, "sentiment > %d.5", n); break;
	case 5: sm_buf_addf(out, "sentiment != %d", n); break;
	case 6:
		sm_buf_addf(out, "sentiment between %d and %d", n, n + 3);
		break;
	case 7: sm_buf_addf(out, "intent has \"%s\"", PICK(intents)); break;
	case 8:
		sm_buf_addf(out, "intent has (\"%s\", \"%s\")", PICK(intents),
		    PICK(intents));
		break;
	case 9: sm_buf_addf(out, "tag has \"%s\"", PICK(tags)); break;
	case 10: sm_buf_adds(out, "has followers"); break;
	case 11: sm_buf_addf(out, "followers >= %d", n); break;
	case 12: sm_buf_addf(out, "age > %dm", n + 10); break;
	default: sm_buf_adds(out, "author.bot"); break;
	}
}

static void
condition(struct sm_buf *out)
{
	for (unsigned i = 0, count = 1 + random_below(4); i < count; i++) {
		sm_buf_adds(out, i ? " and " : "");
		sm_buf_adds(out, random_below(4) == 0 ? "not " : "");
		if (random_below(5) == 0) {
			sm_buf_addc(out, '(');
			leaf(out);
			sm_buf_adds(out, " or ");
			leaf(out);
			sm_buf_addc(out, ')');
		} else {
			leaf(out);
		}
	}
}

static void
record(struct sm_buf *json)
{
	sm_buf_clear(json);
	sm_buf_adds(json, "{\"key\":\"k:1\","
	    "\"start\":\"2026-11-21T10:00:00Z\"");
	if (random_below(5))
		sm_buf_addf(json, ",\"fetched\":\"2026-11-21T10:%02u:00Z\"",
		    random_below(30));
	if (random_below(5))
		sm_buf_addf(json, ",\"attributedTo\":{\"followers\":%d,"
		    "\"bot\":%s}", (int)random_below(21) - 10,
		    random_below(2) ? "true" : "\"no\"");
	if (random_below(5))
		sm_buf_addf(json, ",\"tag\":[{\"type\":\"Hashtag\",\"name\":"
		    "\"%s\"},7,\"%s\"]", PICK(tags), PICK(tags));
	sm_buf_adds(json, ",\"score\":{\"spam\":1");
	if (random_below(6))
		sm_buf_addf(json, ",\"lang\":\"%s\"", PICK(langs));
	if (random_below(6))
		sm_buf_addf(json, ",\"sentiment\":%s%u%s",
		    random_below(2) ? "-" : "", random_below(11),
		    random_below(3) ? "" : ".5");
	if (random_below(6))
		sm_buf_addf(json, ",\"intent\":[\"%s\",\"%s\"]",
		    PICK(intents), PICK(intents));
	sm_buf_adds(json, "}}");
}

/* "label +r7 " of route.labels, by number. */
static bool
spoke(struct sm_record *rec, int trace, unsigned number)
{
	const struct sm_value *value = sm_record_value(rec, trace);
	struct sm_items items;
	struct sm_value item;
	char name[16];

	(void)snprintf(name, sizeof(name), "r%u", number);
	if (!sm_items_begin(&items, value))
		return false;
	while (sm_items_next(&items, &item))
		if (items.name.len == strlen(name) &&
		    memcmp(items.name.text, name, items.name.len) == 0)
			return true;
	return false;
}

static void
write_file(const char *path, const struct sm_buf *text)
{
	FILE *file = fopen(path, "w");

	if (!file || fwrite(text->data, 1, text->len, file) != text->len ||
	    fclose(file) != 0)
		exit(1);
}

/* One file of rules on some records; how often they disagree. */
static unsigned
try_file(const char *path, unsigned *truths)
{
	struct sm_paths *paths = sm_paths_new();
	struct sm_buf text = SM_BUF_INIT, json = SM_BUF_INIT;
	struct sm_expr *exprs[RULES];
	struct sm_eval *states[RULES];
	struct sm_rules_state *state;
	struct sm_rules *rules;
	struct sm_record *rec, *out;
	struct sm_err err;
	unsigned wrong = 0;
	int trace;

	sm_buf_adds(&text, "stage care {\n");
	for (unsigned i = 0; i < RULES; i++) {
		struct sm_buf when = SM_BUF_INIT;

		condition(&when);
		exprs[i] = sm_expr_compile(sm_buf_str(&when), "when", paths,
		    &err);
		if (!exprs[i]) {
			printf("Bail out! %s\n", err.text);
			exit(1);
		}
		sm_buf_addf(&text, "rule r%u when %s then label +l%u\n", i,
		    sm_buf_str(&when), i);
		sm_buf_release(&when);
	}
	sm_buf_adds(&text, "}\n");
	write_file(path, &text);
	rules = sm_rules_open(path, paths, &err);
	if (!rules) {
		printf("Bail out! %s\n", err.text);
		exit(1);
	}
	trace = sm_paths_add(paths, "route.trace");
	state = sm_rules_state_new(rules, SM_CONTEXT_POST, SM_TIME_NONE);
	for (unsigned i = 0; i < RULES; i++)
		states[i] = sm_expr_state(exprs[i], SM_TIME_NONE);
	rec = sm_record_new(paths);
	out = sm_record_new(paths);
	for (int k = 0; k < 40; k++) {
		struct sm_buf line = SM_BUF_INIT;

		record(&json);
		if (sm_record_parse(rec, json.data, json.len, &err) == -1)
			exit(1);
		(void)sm_rules_apply(state, rec, &err);
		sm_record_write(rec, &line);
		if (sm_record_parse(out, line.data, line.len, &err) == -1)
			exit(1);
		for (unsigned i = 0; i < RULES; i++) {
			bool want;

			(void)sm_record_parse(rec, json.data, json.len, &err);
			want = sm_expr_eval(exprs[i], states[i], rec,
			    &err) == 1;
			*truths += want;
			if (want == spoke(out, trace, i))
				continue;
			if (wrong++ < 3)
				printf("# rule r%u\n# %s\n", i, json.data);
		}
		sm_buf_release(&line);
	}
	for (unsigned i = 0; i < RULES; i++) {
		sm_expr_state_free(states[i]);
		sm_expr_free(exprs[i]);
	}
	sm_record_free(rec);
	sm_record_free(out);
	sm_rules_state_free(state);
	sm_rules_close(rules);
	sm_paths_free(paths);
	sm_buf_release(&text);
	sm_buf_release(&json);
	return wrong;
}

int
main(void)
{
	unsigned trials = random_trials(2000) / 100, wrong = 0, truths = 0;
	char path[] = "/tmp/sm-sieve.XXXXXX";
	int fd = mkstemp(path);

	if (fd == -1)
		return 1;
	(void)close(fd);
	for (unsigned i = 0; i < trials && wrong == 0; i++)
		wrong += try_file(path, &truths);
	(void)unlink(path);
	is_int(wrong, 0, "of many rules exactly those speak whose condition "
	    "holds alone");
	ok(truths > trials * 40, "and many do");
	return plan_done();
}
