/*
 * What intake.c, join.c and known.c share.
 */
#ifndef SM_DESK_INTAKE_IMPL_H
#define SM_DESK_INTAKE_IMPL_H

#include "base/buf.h"
#include "desk/arrival.h"
#include "desk/intake.h"

#define INTAKE_CONTENT 7	/* members that a Tombstone may not have */

struct sm_intake {
	struct sm_store *store;
	struct sm_paths *paths;
	struct sm_arrival_slots slots;
	int source, cursor, since, until, why; /* of control lines */
	int content[INTAKE_CONTENT];

	struct sm_intake_sums sums;
	int count;		/* posts of this batch, seen ones too */
	int64_t first;		/* n of the first new post of this batch */
	struct sm_buf digests;	/* of the new posts of this batch */
	struct sm_buf later;	/* events of the intake: type NUL body NUL */
	struct sm_buf body, line, labels;

	bool has_case;
	char case_id[SM_UUID_TEXT];
	const char *case_status;
};

/* The body of an event, as begun by body_begin and closed by body_end. */
void intake_body_begin(struct sm_intake *in, int64_t post_n);
struct sm_text intake_body_end(struct sm_intake *in);

/* The status by its name, as a string that stays. */
const char *intake_status(struct sm_text status);

/*
 * The case that a belongs to, into c: 1; 0 where it is to be a new one (c has
 * its key, and follows where it continues a closed one) or none (c->n is -1);
 * -1 and err.
 */
int intake_find(struct sm_store *store, const struct sm_arrival *a,
    struct sm_case *c, struct sm_err *err);

/* Makes the case of c's key from its first post. */
int intake_open(struct sm_intake *in, const struct sm_arrival *a,
    struct sm_record *rec, struct sm_case *c, struct sm_err *err);

/*
 * What one more post does to a case that is there; edit: one that it has, with
 * other content.
 */
int intake_join(struct sm_intake *in, const struct sm_arrival *a,
    struct sm_record *rec, struct sm_case *c, int64_t post_n, bool edit,
    struct sm_err *err);

#endif
