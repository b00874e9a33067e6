#include "rule/rules.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "record/record.h"
#include "rule/origin.h"
#include "rule/ruleset.h"

struct testing {
	struct sm_rules *rules;
	struct sm_rules_state *states[SM_CONTEXTS];
	struct sm_rules_state *state;	/* of the rule's context */
	struct sm_record *rec;
	int (*score)(const char *line, size_t len, struct sm_buf *out,
	    void *arg, struct sm_err *err);
	void (*say)(const char *text, void *arg);
	void *arg;
	struct sm_buf scored;
	struct sm_rules_test sums;
};

static void
fail(struct testing *testing, const struct sm_rule *rule,
    const struct sm_test *test, const char *text)
{
	struct sm_err err;

	(void)sm_origin_fail(rule->origin, test->at, &err, "rule '%s': %s",
	    rule->name, text);
	testing->say(err.text, testing->arg);
	testing->sums.failed++;
}

/* The record, scored where it has no score. */
static int
load(struct testing *testing, const struct sm_test *test, struct sm_err *err)
{
	struct sm_record *rec = testing->rec;

	if (sm_record_parse(rec, test->json, strlen(test->json), err) == -1)
		return -1;
	if (!testing->score || sm_record_value(rec,
	    testing->rules->score)->type != SM_ABSENT)
		return 0;
	sm_buf_clear(&testing->scored);
	if (testing->score(test->json, strlen(test->json), &testing->scored,
	    testing->arg, err) == -1)
		return -1;
	return sm_record_parse(rec, sm_buf_str(&testing->scored),
	    testing->scored.len, err);
}

static void
compare(struct testing *testing, const struct sm_rule *rule,
    const struct sm_test *test)
{
	const struct sm_rules_state *state = testing->state;
	const char *queue = state->queue ? state->queue : "";
	char text[400];

	if (strcmp(state->decision, test->decision) == 0 &&
	    (!test->queue || strcmp(queue, test->queue) == 0))
		return;
	(void)snprintf(text, sizeof(text), "this test wants %s%s%.60s, but "
	    "'%s' says %s%s%.60s%s%.100s", test->decision,
	    test->queue ? " in queue " : "", test->queue ? test->queue : "",
	    state->rule, state->decision, *queue ? " in queue " : "", queue,
	    state->reason ? ": " : "", state->reason ? state->reason : "");
	fail(testing, rule, test, text);
}

static void
run(struct testing *testing, const struct sm_rule *rule,
    const struct sm_test *test)
{
	struct sm_err err;
	char text[400];

	testing->sums.run++;
	testing->state = testing->states[rule->context];
	if (load(testing, test, &err) == 0) {
		if (sm_rules_apply(testing->state, testing->rec, &err) == 0) {
			compare(testing, rule, test);
			return;
		}
	}
	(void)snprintf(text, sizeof(text), "this test cannot be run: %.300s",
	    err.text);
	fail(testing, rule, test, text);
}

struct sm_rules_test
sm_rules_test(struct sm_rules *rules, int (*score)(const char *line,
    size_t len, struct sm_buf *out, void *arg, struct sm_err *err),
    void (*say)(const char *text, void *arg), void *arg)
{
	struct testing testing = {
		.rules = rules, .score = score, .say = say, .arg = arg,
		.rec = sm_record_new(rules->program.paths),
		.scored = SM_BUF_INIT
	};

	for (int i = 0; i < SM_CONTEXTS; i++)
		testing.states[i] = sm_rules_state_new(rules,
		    (enum sm_context)i, SM_TIME_NONE);
	for (size_t i = 0; i < rules->count; i++)
		for (size_t j = 0; j < rules->rules[i]->test_count; j++)
			run(&testing, rules->rules[i],
			    &rules->rules[i]->tests[j]);
	sm_buf_release(&testing.scored);
	sm_record_free(testing.rec);
	for (int i = 0; i < SM_CONTEXTS; i++)
		sm_rules_state_free(testing.states[i]);
	return testing.sums;
}
