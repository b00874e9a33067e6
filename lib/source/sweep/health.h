/*
 * How a source is: whether it answers, and whether it is as talkative as it
 * used to be.  All in integers, from what sweeps saw; nothing is asked.
 *
 * What is learnt: for each of the 168 hours of the week (UTC) how many posts
 * began in it (`start` of the record), a mean over the last eight weeks.  An
 * hour is learnt when it is a day old, so that what comes late counts where it
 * belongs; hours in which nobody listened are not learnt, nor those of a
 * silence that was reported; those of a silence that might be one when it has
 * ended by itself.  One wild hour counts five times the usual at most.
 *
 * What is expected between two times is the sum of these means (each smoothed
 * with its neighbours, 1:2:1), less where the last four weeks had less.
 *
 * When a source is silent: were posts independent of one another (Poisson),
 * none would come where L are expected with probability exp(-L).  A source
 * with W posts a week begins W silences a week, so W exp(-L) of them are
 * longer than L by chance; that is less than one in SM_HEALTH_RARE weeks when
 *
 *	L >= ln(W SM_HEALTH_RARE).
 *
 * Posts are not independent: they come in bursts.  D, the variance of the
 * hours' counts in proportion to their means (index of dispersion, at least
 * 1), is learnt as well; bursts of D posts make W/D silences a week, each of
 * L/D bursts:
 *
 *	silent:  L >= D ln(W/D SM_HEALTH_RARE), and L >= 1.5 M,
 *
 * where M is the longest silence, in expected posts, that ended by itself in
 * about the last eight weeks: so a source that gives a day's posts at once is
 * not called silent every night.  L counts up to the last time that the source
 * answered; what could not be asked is `failing`, not `silent`.
 *
 * Nothing is called silent in the first SM_HEALTH_YOUNG hours that were learnt,
 * nor before SM_HEALTH_POSTS posts.
 */
#ifndef SM_SOURCE_SWEEP_HEALTH_H
#define SM_SOURCE_SWEEP_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/exit.h"

struct sm_volume;

#define SM_HEALTH_RARE 1000	/* weeks without a false alarm */
#define SM_HEALTH_YOUNG 336	/* hours: two weeks */
#define SM_HEALTH_POSTS 10
#define SM_HEALTH_WEEK 168	/* hours */
#define SM_HEALTH_OPEN 24	/* hours until one is learnt */
#define SM_HEALTH_TEXT 200	/* bytes of an error that are kept */
#define SM_HEALTH_FAILURES 3	/* in a row of what may pass: failing */

/* Counts are in thousandths of a post. */
struct sm_health {
	char *source;
	int64_t first, asked, success;	/* SM_TIME_NONE: never */
	int64_t post;			/* start of the newest post */
	int64_t every;			/* seconds, 0: at each sweep */
	int64_t posts;			/* all, whole ones */
	int failures;			/* in a row */
	enum sm_exit code;		/* of the last time */
	char error[SM_HEALTH_TEXT];
	int64_t said;			/* when its failure was last told */
	enum sm_exit said_code;

	int64_t learnt;			/* the hour up to which, since 1970 */
	int64_t hours;			/* that were learnt */
	int64_t rate[SM_HEALTH_WEEK];	/* a hour */
	int64_t seen, hoped;		/* an hour of late, in 10^-6 */
	int64_t error_sum, rate_sum;	/* whose ratio is D */
	int64_t longest;		/* M */
	int64_t waited;			/* L at the last success */
	int64_t quiet_from, quiet_to;	/* hours of the last that was told */
	int64_t held;			/* the first not learnt yet, or 0 */
	uint32_t open[SM_HEALTH_OPEN];	/* posts of the hours behind learnt */
};

enum sm_health_state {
	SM_HEALTH_OK,
	SM_HEALTH_NEVER,	/* it never answered */
	SM_HEALTH_LATE,		/* something should be there, 19 to 1 */
	SM_HEALTH_SILENT,
	SM_HEALTH_FAILING,
	SM_HEALTH_LOGIN		/* reauth_required: a person is needed */
};

/* What comes of it. */
struct sm_health_view {
	enum sm_health_state state;
	bool young;		/* still learning */
	int64_t expected, seen;	/* in the day before the last success */
	int64_t missing;	/* L */
	int64_t limit;		/* from which on L is silence; 0: young */
	int64_t due;		/* when it is asked next */
};

/* All empty but the name, which is copied. */
void sm_health_init(struct sm_health *health, const char *source);
void sm_health_release(struct sm_health *health);

/* It was asked and answered; with what it gave. */
void sm_health_answered(struct sm_health *health,
    const struct sm_volume *volume, int64_t now);
/* It was asked, in vain. */
void sm_health_failed(struct sm_health *health, enum sm_exit code,
    const char *error, int64_t now);

/*
 * When it is to be asked again: `every` later, a tenth of it (at most a minute)
 * early, since timers are not exact.  What failed for now is asked again after
 * 5, 10, 20 minutes and so on, if `every` is not sooner reached; what needs a
 * person after an hour, and up to a day.  SM_TIME_NONE: at once.
 */
int64_t sm_health_due(const struct sm_health *health);

void sm_health_look(const struct sm_health *health,
    struct sm_health_view *view);
/* "ok", "reauth_required", ... */
const char *sm_health_state_name(enum sm_health_state state);

/* Posts (in thousandths) that are expected between two times. */
int64_t sm_health_expected(const struct sm_health *health, int64_t from,
    int64_t to);

/* 1000 ln(x / 1000); 0 for x up to 1000. */
int64_t sm_health_ln(int64_t x);

#endif
