/*
 * What two sets of rules make of the same records: counts that can be added
 * up in any order, so that every thread keeps its own, and samples that do not
 * depend on the order either (the posts with the smallest hashes).
 */
#ifndef SM_RULE_SIM_H
#define SM_RULE_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rule/rules.h"

struct sm_calendar;
struct sm_paths;
struct sm_record;

#define SM_SIM_SAMPLES 5	/* posts shown of what changed */
#define SM_SIM_TEXT 240		/* bytes of a post's text that are kept */
#define SM_SIM_NAMES 1024	/* different queues, or rules */
#define SM_SIM_HOURS 1000000	/* different hours */

enum sm_sim_decision {
	SM_SIM_REACT, SM_SIM_DEFER, SM_SIM_IGNORE, SM_SIM_DECISIONS
};

/* What changed for a person who reads the result, worst first. */
enum sm_sim_change {
	SM_SIM_NEWLY_IGNORED,
	SM_SIM_NEWLY_URGENT,	/* from below .urgent to it and above */
	SM_SIM_NO_LONGER_URGENT,
	SM_SIM_NO_LONGER_IGNORED,
	SM_SIM_DUE_LATER,
	SM_SIM_DUE_EARLIER,
	SM_SIM_BREACH_ADDED,	/* by when it was answered, where known */
	SM_SIM_BREACH_AVOIDED,
	SM_SIM_CHANGES
};

struct sm_sim_sample {
	uint64_t lot;		/* the smallest are kept */
	char *key, *text;
	char *rule[2];		/* old, new */
	int priority[2];
};

struct sm_sim_cell {
	uint64_t count;
	struct sm_sim_sample samples[SM_SIM_SAMPLES];
	int sample_count;	/* rising by lot */
};

/* From one queue to another, by number of its name. */
struct sm_sim_move {
	uint32_t from, to;
	struct sm_sim_cell cell;
};

struct sm_sim_names {
	char *list[SM_SIM_NAMES];	/* "" is no queue */
	size_t count;
};

struct sm_sim_hour {
	int64_t hour;		/* hours since 1970, local */
	uint32_t load[2];	/* posts somebody has to see: old, new */
};

struct sm_sim {
	int urgent;		/* priority from which a post is urgent */
	uint64_t records, same;	/* same: decision, queue and due alike */
	struct sm_sim_cell decisions[SM_SIM_DECISIONS][SM_SIM_DECISIONS];
	struct sm_sim_cell changes[SM_SIM_CHANGES];
	struct sm_sim_names queues, rules;
	uint64_t *hits[2];	/* by rule: how often it decided */
	struct sm_sim_move *moves;
	size_t move_count, move_room;
	uint64_t due[2], late[2], answered;	/* late: of those answered */
	int64_t moved_s;	/* all due times together, new minus old */
	uint64_t both_due;
	struct sm_sim_hour *hours;	/* open addressing; load 0, 0: free */
	size_t hour_count, hour_mask;
	const struct sm_calendar *calendar;	/* for local hours; or NULL */
};

/* Slots of what is looked at beside the rules' own. */
struct sm_sim_slots {
	int key, content, start, direction, answered;
};

void sm_sim_paths(struct sm_sim_slots *slots, struct sm_paths *paths);

void sm_sim_init(struct sm_sim *sim, int urgent,
    const struct sm_calendar *calendar);
void sm_sim_release(struct sm_sim *sim);

/* One record and what both sets made of it. */
void sm_sim_add(struct sm_sim *sim, const struct sm_sim_slots *slots,
    struct sm_record *rec, const struct sm_outcome outcome[2]);

/* All of from goes to sim; from is empty then. */
void sm_sim_merge(struct sm_sim *sim, struct sm_sim *from);

/* Sorts moves and rules (most first) and hours; once, before reading. */
void sm_sim_settle(struct sm_sim *sim);

/* "react", ...; "newly ignored", ... */
const char *sm_sim_decision_name(enum sm_sim_decision decision);
const char *sm_sim_change_name(enum sm_sim_change change);

#endif
