/* The parts of sm-stat. */
#ifndef SM_STAT_STAT_H
#define SM_STAT_STAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rule/rules.h"

struct sm_buf;
struct sm_paths;
struct sm_record;

#define STAT_RULES 11000	/* of the file, and names met elsewhere */
#define STAT_POSTS 20000000	/* whose decisions are remembered */

struct stat_rule {
	char *name;
	bool known;		/* it is in the file of rules */
	struct sm_rule_info info;
	uint64_t spoke, decided;
	uint64_t older;		/* decided by another version of the file */
	uint64_t later, overturned;	/* a person has looked; otherwise */
	uint64_t to_ignore, from_ignore, to_queue;	/* how */
	int64_t first, last;	/* when it spoke; SM_TIME_NONE: never */
};

/* What a post was decided, until somebody looks at it. */
struct stat_post {
	uint64_t key;		/* hash, 0: free */
	uint32_t rule;
	uint32_t queue;		/* number, 0: none */
	bool ignored;
};

struct tally {
	const char *by;		/* digest of the file of rules, or NULL */
	struct stat_rule *rules;
	size_t count, room;
	char **queues;		/* from number 1 */
	size_t queue_count, queue_room;
	struct stat_post *posts;	/* open addressing by key */
	size_t post_count, post_mask;
	uint64_t records, undecided, unmatched;
	int64_t since, until;	/* of the posts; SM_TIME_NONE */
	struct {
		int key, fetched, route, rule, decision, queue, trace, by;
		int later_decision, later_queue, later_status;
		int case_status, case_queue;
	} slots;
};

/* count.c */
void stat_init(struct tally *stat, const struct sm_rules *rules,
    struct sm_paths *paths);
void stat_release(struct tally *stat);
/* A post as it was decided. */
void stat_add(struct tally *stat, struct sm_record *rec);
/* What became of it: decision, queue or status, on top or in `case`. */
void stat_later(struct tally *stat, struct sm_record *rec);

/* show.c: most often overturned first, dead rules last. */
void stat_sort(struct tally *stat);
void stat_text(const struct tally *stat, struct sm_buf *out);
void stat_json(const struct tally *stat, struct sm_buf *out);

#endif
