/*
 * A post as intake looks at it: the members that decide where it goes.
 */
#ifndef SM_DESK_ARRIVAL_H
#define SM_DESK_ARRIVAL_H

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

struct sm_err;
struct sm_paths;
struct sm_record;

enum sm_decision { SM_REACT, SM_DEFER, SM_IGNORE };
enum sm_direction { SM_IN, SM_ABOUT, SM_PEER, SM_OUT };

/* Texts are lent from the record. */
struct sm_arrival {
	struct sm_text brand, key, rev, id, channel, account;
	struct sm_text context;		/* the key, where there is no thread */
	struct sm_text parent;		/* id of what it answers, or none */
	struct sm_text party, handle;	/* the author, by id and as shown */
	struct sm_text lang;		/* as found, else declared; or none */
	struct sm_text reason, rule, by, queue;
	enum sm_decision decision;
	enum sm_direction direction;
	int64_t priority;
	int64_t start, updated;		/* SM_STORE_NEVER for none */
	bool tombstone;
	bool automatic;			/* flags have "auto" */
};

/* The slots of what is read. */
struct sm_arrival_slots {
	int type, brand, key, rev, id, channel, account, context, parent;
	int author_id, author_handle, author_name, direction, flags;
	int start, published, updated, fetched;
	int decision, reason, rule, by, queue, priority, score_priority;
	int labels, lang, language;
};

void sm_arrival_paths(struct sm_arrival_slots *slots, struct sm_paths *paths);

/* 0, or -1 and err (SM_EXIT_DATA) where a post cannot be stored. */
int sm_arrival_read(struct sm_arrival *a, const struct sm_arrival_slots *slots,
    struct sm_record *rec, struct sm_err *err);

/* Whose post it is for the store: the author, but nobody where it is ours. */
struct sm_text sm_arrival_author(const struct sm_arrival *a);

/* Whether somebody waits for our answer to it. */
bool sm_arrival_waits(const struct sm_arrival *a);

#endif
