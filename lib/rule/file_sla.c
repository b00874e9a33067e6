/*
 * A policy in a file of rules:
 *
 *	sla "social-1h" calendar "care-pl" {
 *	  first-response 1h  warn 15m
 *	  resolution     2d
 *	  pause on waiting internal
 *	  human-only
 *	}
 */
#include "rule/ruleset.h"

#include <string.h>

#include "base/err.h"
#include "base/xalloc.h"
#include "rule/calendar.h"
#include "rule/lex.h"
#include "rule/origin.h"
#include "rule/sla.h"

#define LONGEST (366 * 86400)	/* seconds of a promise */

struct policy {
	struct sm_program *program;
	struct sm_lexer *lexer;
	struct sm_err *err;
	struct sm_sla_policy *sla;
};

static int
next(struct policy *policy)
{
	return sm_lex_next(policy->lexer, policy->err);
}

static int
take_duration(struct policy *policy, const char *what, int64_t *seconds)
{
	struct sm_lexer *lexer = policy->lexer;

	if (lexer->kind != SM_TOKEN_DURATION)
		return sm_lex_expected(lexer, what, policy->err);
	if (lexer->number < 60 || lexer->number > LONGEST)
		return sm_origin_fail(lexer->origin, lexer->at, policy->err,
		    "this takes 1m to 366d of open time");
	*seconds = lexer->number;
	return next(policy);
}

/* METRIC DURATION [warn DURATION] */
static int
read_metric(struct policy *policy, int metric)
{
	struct sm_lexer *lexer = policy->lexer;
	int64_t *seconds = &policy->sla->target[metric].seconds;
	int64_t *warn = &policy->sla->target[metric].warn;
	size_t at = lexer->at;

	if (*seconds)
		return sm_origin_fail(lexer->origin, at, policy->err,
		    "'%s' stands here twice",
		    sm_sla_metric_name((enum sm_sla_metric)metric));
	if (next(policy) == -1 || take_duration(policy, "how long it may take "
	    "(1h, 2d), in open time", seconds) == -1)
		return -1;
	if (!sm_lex_word(lexer, "warn"))
		return 0;
	if (next(policy) == -1)
		return -1;
	at = lexer->at;
	if (take_duration(policy, "how long before it is over", warn) == -1)
		return -1;
	if (*warn >= *seconds)
		return sm_origin_fail(lexer->origin, at, policy->err,
		    "the warning would come before the clock begins");
	return 0;
}

/* pause on waiting WHOM */
static int
read_pause(struct policy *policy)
{
	static const struct {
		const char *whom;
		enum sm_sla_status status;
	} known[] = {
		{ "customer", SM_SLA_WAITING_CUSTOMER },
		{ "internal", SM_SLA_WAITING_INTERNAL },
		{ "partner", SM_SLA_WAITING_PARTNER }
	};
	static const char *const words[] = { "pause", "on", "waiting" };
	struct sm_lexer *lexer = policy->lexer;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (!sm_lex_word(lexer, words[i]))
			return sm_lex_expected(lexer, "pause on waiting "
			    "customer, internal or partner", policy->err);
		if (next(policy) == -1)
			return -1;
	}
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (!sm_lex_word(lexer, known[i].whom))
			continue;
		policy->sla->pauses |= 1U << known[i].status;
		return next(policy);
	}
	return sm_lex_expected(lexer, "customer, internal or partner",
	    policy->err);
}

static int
read_line(struct policy *policy)
{
	struct sm_lexer *lexer = policy->lexer;
	const char *names[SM_SLA_METRICS + 2];
	char near[160];
	int metric = lexer->kind == SM_TOKEN_WORD ?
	    sm_sla_metric_find(sm_buf_str(&lexer->text)) : -1;

	if (metric != -1)
		return read_metric(policy, metric);
	if (sm_lex_word(lexer, "pause"))
		return read_pause(policy);
	if (sm_lex_word(lexer, "human-only")) {
		policy->sla->human_only = true;
		return next(policy);
	}
	for (int i = 0; i < SM_SLA_METRICS; i++)
		names[i] = sm_sla_metric_name((enum sm_sla_metric)i);
	names[SM_SLA_METRICS] = "pause";
	names[SM_SLA_METRICS + 1] = "human-only";
	if (lexer->kind != SM_TOKEN_WORD)
		return sm_lex_expected(lexer, "first-response, next-response, "
		    "resolution, update, first-touch, pause, human-only or "
		    "'}'", policy->err);
	return sm_origin_fail(lexer->origin, lexer->at, policy->err,
	    "an SLA has no '%.60s'%s", sm_buf_str(&lexer->text),
	    sm_origin_near(sm_buf_str(&lexer->text), names,
	    SM_SLA_METRICS + 2, near, sizeof(near)));
}

static int
read_lines(struct policy *policy)
{
	struct sm_lexer *lexer = policy->lexer;
	size_t at = lexer->at;
	bool any = false;

	if (!sm_lex_sign(lexer, "{"))
		return sm_lex_expected(lexer, "'{'", policy->err);
	if (next(policy) == -1)
		return -1;
	while (!sm_lex_sign(lexer, "}"))
		if (read_line(policy) == -1)
			return -1;
	for (int i = 0; i < SM_SLA_METRICS; i++)
		any = any || policy->sla->target[i].seconds > 0;
	if (!any)
		return sm_origin_fail(lexer->origin, at, policy->err,
		    "this SLA promises nothing: say for example "
		    "first-response 1h");
	return next(policy);
}

static int
read_calendar(struct policy *policy)
{
	struct sm_lexer *lexer = policy->lexer;
	const struct sm_declared *calendar;

	if (!sm_lex_word(lexer, "calendar"))
		return sm_lex_expected(lexer, "calendar \"NAME\"",
		    policy->err);
	if (next(policy) == -1)
		return -1;
	calendar = sm_program_take(policy->program, lexer,
	    SM_DECLARED_CALENDAR, policy->err);
	if (!calendar)
		return -1;
	policy->sla->calendar = calendar->calendar;
	return 0;
}

int
sm_rules_read_sla(struct sm_rules *rules, struct sm_lexer *lexer,
    struct sm_err *err)
{
	struct policy policy = {
		.program = &rules->program, .lexer = lexer, .err = err
	};
	struct sm_declared *declared;
	const char *name = sm_buf_str(&lexer->text);

	if (lexer->kind != SM_TOKEN_STRING || lexer->text.len == 0)
		return sm_lex_expected(lexer, "its name in quotes", err);
	if (sm_program_declared(&rules->program, SM_DECLARED_SLA, name))
		return sm_origin_fail(lexer->origin, lexer->at, err,
		    "SLA '%.100s' is declared twice", name);
	declared = sm_program_declare(&rules->program, SM_DECLARED_SLA, name);
	declared->origin = lexer->origin;
	declared->at = lexer->at;
	declared->sla = sm_xcalloc(1, sizeof(*declared->sla));
	declared->sla->name = declared->name;
	policy.sla = declared->sla;
	if (next(&policy) == -1 || read_calendar(&policy) == -1)
		return -1;
	return read_lines(&policy);
}
