/*
 * Intake: decided posts become cases, in batches.
 *
 * A post goes to the case of its conversation: (brand, channel, account,
 * context or else its own key, the customer).  What a customer answers to
 * another (`peer`) and what we say (`out`) goes to the case of the post that
 * it answers.  What the rules decided becomes the status of a new case:
 *
 *	react	new
 *	defer	new, in the queue "unsorted" unless the rules named one
 *	ignore	ignored, with its reason
 *
 * On a case that is there `ignore` changes nothing; else the priority rises,
 * what was solved is opened again, what was ignored is new.  A post without a
 * decision counts as deferred: nothing is lost because a stage was left out.
 *
 * The same post again, (brand, key) and rev equal, is only counted.  Another
 * rev replaces what it said (event Update), a Tombstone removes it (event
 * Delete).  A batch is one transaction: up to a checkpoint, whose cursor is
 * committed with it, or SM_INTAKE_BATCH posts.
 */
#ifndef SM_DESK_INTAKE_H
#define SM_DESK_INTAKE_H

#include <stdbool.h>
#include <stdint.h>

struct sm_err;
struct sm_intake;
struct sm_paths;
struct sm_record;
struct sm_store;

#define SM_INTAKE_BATCH 1000	/* posts */

enum sm_taken {
	SM_TAKEN_FAILED = -1,	/* the store; the batch is rolled back */
	SM_TAKEN_BAD = 0,	/* this record; nothing of it is stored */
	SM_TAKEN_OK = 1
};

struct sm_intake_sums {
	int64_t posts;		/* stored for the first time */
	int64_t seen;		/* there already */
	int64_t updated, deleted;
	int64_t cases;		/* made */
	int64_t reopened;
	int64_t cursors, gaps;
};

/* The store must be open for writing and outlive the intake. */
struct sm_intake *sm_intake_new(struct sm_store *store);
/* Rolls back what was not committed. */
void sm_intake_free(struct sm_intake *in);

/* What records must have been parsed with; lent. */
struct sm_paths *sm_intake_paths(struct sm_intake *in);

/* err: why, for BAD (SM_EXIT_DATA) and FAILED. */
enum sm_taken sm_intake_post(struct sm_intake *in, struct sm_record *rec,
    struct sm_err *err);
/* A control line: sm:Checkpoint and sm:Gap are kept, others passed over. */
enum sm_taken sm_intake_control(struct sm_intake *in, struct sm_record *rec,
    struct sm_err *err);

/* Commits what was taken so far; 0 or -1 and err, everything rolled back. */
int sm_intake_commit(struct sm_intake *in, struct sm_err *err);

const struct sm_intake_sums *sm_intake_sums(const struct sm_intake *in);
/* The id and status of the last post's case; NULL where it has none. */
const char *sm_intake_case(const struct sm_intake *in, const char **status);

#endif
