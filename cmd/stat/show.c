/* sm-stat: showing. */
#include "stat.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/safe.h"
#include "record/json.h"

/* By what people most often saw otherwise, then by how often it spoke. */
static int
by_trouble(const void *a, const void *b)
{
	const struct stat_rule *x = a, *y = b;

	if (x->overturned != y->overturned)
		return x->overturned < y->overturned ? 1 : -1;
	if (x->spoke + x->decided != y->spoke + y->decided)
		return x->spoke + x->decided < y->spoke + y->decided ? 1 : -1;
	return strcmp(x->name, y->name);
}

void
stat_sort(struct tally *stat)
{
	if (stat->count > 0)
		qsort(stat->rules, stat->count, sizeof(*stat->rules),
		    by_trouble);
}

static bool
is_dead(const struct stat_rule *rule)
{
	return rule->known && rule->spoke == 0 && rule->decided == 0 &&
	    rule->info.context == SM_CONTEXT_POST;
}

/* "2026-11-21", or "-". */
static void
add_day(struct sm_buf *out, int64_t time)
{
	char text[SM_TIME_TEXT];

	if (time == SM_TIME_NONE) {
		sm_buf_addf(out, " %-10s", "-");
		return;
	}
	sm_time_format(time, text);
	sm_buf_addf(out, " %.10s", text);
}

static void
add_rule(const struct stat_rule *rule, struct sm_buf *out)
{
	struct sm_buf safe = SM_BUF_INIT;

	sm_safe(&safe, rule->name, strlen(rule->name), SM_SAFE_TTY);
	sm_buf_addf(out, "%-24.60s %9" PRIu64 " %9" PRIu64,
	    sm_buf_str(&safe), rule->spoke, rule->decided);
	add_day(out, rule->last);
	if (rule->later > 0)
		sm_buf_addf(out, " %9" PRIu64 " %3" PRIu64 " %%",
		    rule->overturned, rule->overturned * 100 / rule->later);
	if (rule->to_ignore > 0)
		sm_buf_addf(out, "  %" PRIu64 " ignored after all",
		    rule->to_ignore);
	if (rule->from_ignore > 0)
		sm_buf_addf(out, "  %" PRIu64 " not ignored after all",
		    rule->from_ignore);
	if (rule->to_queue > 0)
		sm_buf_addf(out, "  %" PRIu64 " to another queue",
		    rule->to_queue);
	if (rule->older > 0)
		sm_buf_addf(out, "  %" PRIu64 " by another version",
		    rule->older);
	sm_buf_addc(out, '\n');
	sm_buf_release(&safe);
}

static void
add_dead(const struct tally *stat, struct sm_buf *out)
{
	bool any = false;

	for (size_t i = 0; i < stat->count; i++) {
		const struct stat_rule *rule = &stat->rules[i];

		if (!is_dead(rule))
			continue;
		if (!any)
			sm_buf_adds(out, "\nnever spoke:\n");
		any = true;
		sm_buf_addf(out, "  %-24s %s:%u%s%s\n", rule->name,
		    rule->info.file, rule->info.line,
		    rule->info.owner ? "  owner " : "",
		    rule->info.owner ? rule->info.owner : "");
	}
}

void
stat_text(const struct tally *stat, struct sm_buf *out)
{
	sm_buf_addf(out, "%" PRIu64 " posts", stat->records);
	if (stat->since != SM_TIME_NONE) {
		sm_buf_adds(out, ",");
		add_day(out, stat->since);
		sm_buf_adds(out, " to");
		add_day(out, stat->until);
	}
	if (stat->undecided > 0)
		sm_buf_addf(out, "; %" PRIu64 " without a decision",
		    stat->undecided);
	sm_buf_addf(out, "\n\n%-24s %9s %9s %-10s %9s\n", "RULE", "SPOKE",
	    "DECIDED", "LAST", "OVERTURNED");
	for (size_t i = 0; i < stat->count; i++)
		if (!is_dead(&stat->rules[i]) && (stat->rules[i].spoke > 0 ||
		    stat->rules[i].decided > 0))
			add_rule(&stat->rules[i], out);
	add_dead(stat, out);
	if (stat->unmatched > 0)
		sm_buf_addf(out, "\n%" PRIu64 " later decisions are about "
		    "posts that are not here\n", stat->unmatched);
}

static void
add_time(struct sm_buf *out, const char *name, int64_t time)
{
	char text[SM_TIME_TEXT];

	if (time == SM_TIME_NONE)
		return;
	sm_time_format(time, text);
	sm_json_strz(out, name, text);
}

void
stat_json(const struct tally *stat, struct sm_buf *out)
{
	for (size_t i = 0; i < stat->count; i++) {
		const struct stat_rule *rule = &stat->rules[i];

		sm_json_open(out, NULL, '{');
		sm_json_strz(out, "rule", rule->name);
		if (rule->known) {
			sm_json_strz(out, "stage", rule->info.stage);
			sm_json_strz(out, "file", rule->info.file);
			sm_json_int(out, "line", rule->info.line);
			add_time(out, "since", rule->info.since);
		}
		if (rule->known && rule->info.owner)
			sm_json_strz(out, "owner", rule->info.owner);
		sm_json_bool(out, "dead", is_dead(rule));
		sm_json_int(out, "spoke", (int64_t)rule->spoke);
		sm_json_int(out, "decided", (int64_t)rule->decided);
		sm_json_int(out, "older", (int64_t)rule->older);
		sm_json_int(out, "later", (int64_t)rule->later);
		sm_json_int(out, "overturned", (int64_t)rule->overturned);
		sm_json_int(out, "to_ignore", (int64_t)rule->to_ignore);
		sm_json_int(out, "from_ignore", (int64_t)rule->from_ignore);
		sm_json_int(out, "to_queue", (int64_t)rule->to_queue);
		add_time(out, "first", rule->first);
		add_time(out, "last", rule->last);
		sm_json_close(out, '}');
		sm_buf_addc(out, '\n');
	}
}
