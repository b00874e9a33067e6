/*
 * What is known of a post beside its words: members of the record, read once,
 * and what was worked out so far.  The terms of priority and spam look here.
 */
#ifndef SM_SCORE_FACTS_H
#define SM_SCORE_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "score/feeling.h"
#include "score/influence.h"
#include "score/meaning.h"

#define SM_UNKNOWN INT32_MIN

enum sm_basis {			/* of influence */
	SM_BASIS_NONE,		/* nothing to compute it from */
	SM_BASIS_PUBLIC,
	SM_BASIS_REGISTERED,
	SM_BASIS_UNREGISTERED,	/* asked for, but the person did not agree */
	SM_BASIS_OPTED_OUT,
	SM_BASIS_OFF
};

struct sm_facts {
	const int32_t *weights;		/* enum sm_weight */
	const struct sm_tokens *tokens;
	const struct sm_feeling *feeling;
	const struct sm_meaning *meaning;

	bool addressed;		/* direction "in" */
	bool bot;
	int64_t followers, following;	/* -1: not known */
	int64_t account_age_s;		/* when it was written; -1 */
	int64_t cluster_size, cluster_authors;	/* 0: none */
	bool customer;			/* known to the store */
	int32_t value, loyalty, promoter;	/* or SM_UNKNOWN */

	bool has_influence;
	struct sm_influence influence;
	enum sm_basis basis;
	int32_t urgency;	/* 0..100 */
	int32_t emergency;	/* 0..100 */
	int32_t spam;		/* 0..100 */
};

#endif
