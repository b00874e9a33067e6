/* sm-stat: counting. */
#include "stat.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/xalloc.h"
#include "record/record.h"

static struct stat_rule *
add_rule(struct tally *stat, const char *name, size_t len)
{
	struct stat_rule *rule;

	stat->rules = sm_xgrow(stat->rules, &stat->room, stat->count + 1,
	    sizeof(*stat->rules));
	rule = &stat->rules[stat->count++];
	memset(rule, 0, sizeof(*rule));
	rule->name = sm_xstrndup(name, len);
	rule->first = rule->last = SM_TIME_NONE;
	return rule;
}

void
stat_init(struct tally *stat, const struct sm_rules *rules,
    struct sm_paths *paths)
{
	struct sm_rule_info info;

	memset(stat, 0, sizeof(*stat));
	stat->since = stat->until = SM_TIME_NONE;
	stat->post_mask = 1023;
	stat->posts = sm_xcalloc(stat->post_mask + 1, sizeof(*stat->posts));
	stat->slots.key = sm_paths_add(paths, "key");
	stat->slots.fetched = sm_paths_add(paths, "fetched");
	stat->slots.route = sm_paths_add(paths, "route");
	stat->slots.rule = sm_paths_add(paths, "route.rule");
	stat->slots.decision = sm_paths_add(paths, "route.decision");
	stat->slots.queue = sm_paths_add(paths, "route.queue");
	stat->slots.trace = sm_paths_add(paths, "route.trace");
	stat->slots.by = sm_paths_add(paths, "route.by");
	stat->slots.later_decision = sm_paths_add(paths, "decision");
	stat->slots.later_queue = sm_paths_add(paths, "queue");
	stat->slots.later_status = sm_paths_add(paths, "status");
	stat->slots.case_status = sm_paths_add(paths, "case.status");
	stat->slots.case_queue = sm_paths_add(paths, "case.queue");
	if (!rules)
		return;
	stat->by = sm_rules_by(rules);
	for (size_t i = 0; sm_rules_info(rules, i, &info); i++) {
		struct stat_rule *rule = add_rule(stat, info.name,
		    strlen(info.name));

		rule->known = true;
		rule->info = info;
	}
}

void
stat_release(struct tally *stat)
{
	for (size_t i = 0; i < stat->count; i++)
		free(stat->rules[i].name);
	for (size_t i = 0; i < stat->queue_count; i++)
		free(stat->queues[i]);
	free(stat->rules);
	free(stat->queues);
	free(stat->posts);
}

/* In a trace a name has '_' for '-'. */
static bool
same_name(const char *name, const char *other, size_t len)
{
	if (strlen(name) != len)
		return false;
	for (size_t i = 0; i < len; i++)
		if ((name[i] == '-' ? '_' : name[i]) !=
		    (other[i] == '-' ? '_' : other[i]))
			return false;
	return true;
}

/* The number of the rule; names that are new go behind the known ones. */
static uint32_t
find_rule(struct tally *stat, const char *name, size_t len)
{
	for (size_t i = 0; i < stat->count; i++)
		if (same_name(stat->rules[i].name, name, len))
			return (uint32_t)i;
	if (stat->count < STAT_RULES)
		(void)add_rule(stat, name, len);
	return (uint32_t)stat->count - 1;
}

static uint32_t
find_queue(struct tally *stat, const char *name, size_t len)
{
	if (!name)
		return 0;
	for (size_t i = 0; i < stat->queue_count; i++)
		if (strlen(stat->queues[i]) == len &&
		    memcmp(stat->queues[i], name, len) == 0)
			return (uint32_t)i + 1;
	if (stat->queue_count == STAT_RULES)
		return STAT_RULES;
	stat->queues = sm_xgrow(stat->queues, &stat->queue_room,
	    stat->queue_count + 1, sizeof(*stat->queues));
	stat->queues[stat->queue_count] = sm_xstrndup(name, len);
	return (uint32_t)++stat->queue_count;
}

static struct stat_post *
post_slot(const struct tally *stat, uint64_t key)
{
	size_t slot = (size_t)key & stat->post_mask;

	while (stat->posts[slot].key && stat->posts[slot].key != key)
		slot = (slot + 1) & stat->post_mask;
	return &stat->posts[slot];
}

static void
grow_posts(struct tally *stat)
{
	struct stat_post *old = stat->posts;
	size_t size = stat->post_mask + 1;

	stat->post_mask = 2 * size - 1;
	stat->posts = sm_xcalloc(2 * size, sizeof(*stat->posts));
	for (size_t i = 0; i < size; i++)
		if (old[i].key)
			*post_slot(stat, old[i].key) = old[i];
	free(old);
}

/* 0: it has none. */
static uint64_t
key_of(const struct tally *stat, struct sm_record *rec)
{
	size_t len;
	const char *key = sm_record_str(rec, stat->slots.key, &len);
	uint64_t hash = key ? sm_hash(key, len) : 0;

	return key && hash == 0 ? 1 : hash;
}

static void
remember(struct tally *stat, struct sm_record *rec, uint32_t rule)
{
	uint64_t key = key_of(stat, rec);
	struct stat_post *post;
	const char *queue;
	size_t len;

	if (key == 0 || stat->post_count == STAT_POSTS)
		return;
	post = post_slot(stat, key);
	if (!post->key)
		stat->post_count++;
	post->key = key;
	post->rule = rule;
	post->ignored = sm_record_is(rec, stat->slots.decision, "ignore");
	queue = sm_record_str(rec, stat->slots.queue, &len);
	post->queue = find_queue(stat, queue, queue ? len : 0);
	if (2 * stat->post_count > stat->post_mask)
		grow_posts(stat);
}

static void
note_time(int64_t time, int64_t *first, int64_t *last)
{
	if (time == SM_TIME_NONE)
		return;
	if (*first == SM_TIME_NONE || time < *first)
		*first = time;
	if (*last == SM_TIME_NONE || time > *last)
		*last = time;
}

/* Rules that spoke, by the trace: "name":1. */
static void
add_trace(struct tally *stat, struct sm_record *rec, int64_t time)
{
	struct sm_items items;
	struct sm_value item;

	if (!sm_items_begin(&items, sm_record_value(rec, stat->slots.trace)))
		return;
	while (sm_items_next(&items, &item)) {
		int64_t spoke = 0;
		struct stat_rule *rule;

		if (!sm_value_int(&item, &spoke) || !spoke)
			continue;
		rule = &stat->rules[find_rule(stat, items.name.text,
		    items.name.len)];
		rule->spoke++;
		note_time(time, &rule->first, &rule->last);
	}
}

void
stat_add(struct tally *stat, struct sm_record *rec)
{
	int64_t time = SM_TIME_NONE;
	const char *name;
	uint32_t number;
	size_t len;

	stat->records++;
	name = sm_record_str(rec, stat->slots.rule, &len);
	if (!name) {
		stat->undecided++;
		return;
	}
	(void)sm_record_time(rec, stat->slots.fetched, &time);
	note_time(time, &stat->since, &stat->until);
	number = find_rule(stat, name, len);
	stat->rules[number].decided++;
	if (stat->by && !sm_record_is(rec, stat->slots.by, stat->by))
		stat->rules[number].older++;
	add_trace(stat, rec, time);
	remember(stat, rec, number);
}

/* "ignored" as a status, or "ignore" as a decision. */
static bool
is_ignored(const struct tally *stat, struct sm_record *rec, bool *known)
{
	const int slots[] = { stat->slots.later_decision,
	    stat->slots.later_status, stat->slots.case_status };
	bool ignored = false;
	size_t len;

	*known = false;
	for (size_t i = 0; i < sizeof(slots) / sizeof(*slots); i++) {
		const char *text = sm_record_str(rec, slots[i], &len);

		*known = *known || text;
		ignored = ignored || (text && len >= 6 &&
		    memcmp(text, "ignore", 6) == 0);
	}
	return ignored;
}

static bool
is_moved(struct tally *stat, const struct stat_post *post,
    struct sm_record *rec)
{
	size_t len;
	const char *queue = sm_record_str(rec, stat->slots.later_queue, &len);

	if (!queue)
		queue = sm_record_str(rec, stat->slots.case_queue, &len);
	return queue && find_queue(stat, queue, len) != post->queue;
}

void
stat_later(struct tally *stat, struct sm_record *rec)
{
	uint64_t key = key_of(stat, rec);
	struct stat_post *post = key ? post_slot(stat, key) : NULL;
	struct stat_rule *rule;
	bool known, ignored;

	if (!post || !post->key) {
		stat->unmatched++;
		return;
	}
	rule = &stat->rules[post->rule];
	ignored = is_ignored(stat, rec, &known);
	rule->later++;
	if (known && ignored != post->ignored) {
		rule->overturned++;
		if (ignored)
			rule->to_ignore++;
		else
			rule->from_ignore++;
	} else if (!ignored && is_moved(stat, post, rec)) {
		rule->overturned++;
		rule->to_queue++;
	}
}
