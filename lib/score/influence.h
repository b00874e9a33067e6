/*
 * How far a person is heard, 0..100, from what the person published about
 * himself or herself and from how others react.  The formula is in
 * sm-score(1).  After Rao et al., "Klout Score" (2015), and Cha et al., "The
 * Million Follower Fallacy" (2010): followers alone say little.
 */
#ifndef SM_SCORE_INFLUENCE_H
#define SM_SCORE_INFLUENCE_H

#include <stdbool.h>
#include <stdint.h>

enum sm_influence_part {
	SM_INFLUENCE_REACH,
	SM_INFLUENCE_ENGAGEMENT,
	SM_INFLUENCE_AMPLIFICATION,
	SM_INFLUENCE_NETWORK,
	SM_INFLUENCE_VERIFIED,
	SM_INFLUENCE_PARTS
};

extern const char *const sm_influence_names[SM_INFLUENCE_PARTS];

/* What is not known is -1. */
struct sm_influence_input {
	int64_t followers, following, listed;
	int64_t posts;		/* n: recent posts behind the two below */
	int64_t engagement;	/* likes + 2 replies + 3 shares a post, in
				   thousandths */
	int64_t shares;		/* a post, in thousandths */
	int64_t peers;		/* of those who react, how many have influence
				   themselves: 0..1000 */
	int verified;		/* 0 or 1 */
	int64_t bot;		/* probability, 0..1000 */
};

struct sm_influence {
	int32_t points;		/* 0..100 */
	int32_t part[SM_INFLUENCE_PARTS];	/* they sum to points */
	int32_t confidence;	/* 0..100: how much of the formula was known */
};

/* False where nothing is known. */
bool sm_influence_find(struct sm_influence *influence,
    const struct sm_influence_input *in);

#endif
