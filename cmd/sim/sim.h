/* The parts of sm-sim: the same result for a person, a program, a browser. */
#ifndef SM_SIM_SIM_H
#define SM_SIM_SIM_H

#include <stddef.h>
#include <stdint.h>

#include "rule/sim.h"

struct sm_buf;
struct sm_people;

#define SIM_HOURS 24

/* What comes in an hour of the day, and who is there. */
struct sim_hours {
	int64_t days;		/* from the first post to the last */
	struct {
		uint64_t sum[2], peak[2];	/* old, new */
		uint64_t staff, staffed;	/* people, in so many hours */
	} hour[SIM_HOURS];
};

struct sim_report {
	const char *file[2];	/* old, new */
	const char *by[2];	/* digests */
	const char *zone;
	struct sm_sim *sim;	/* settled */
	struct sim_hours hours;
	int samples;		/* of each kind that are shown */
};

/* hours.c: fills report->hours; people of the new rules, or NULL. */
void sim_count_hours(struct sim_report *report,
    const struct sm_people *people);

/* text.c, json.c, html.c: add the report to out. */
void sim_text(const struct sim_report *report, struct sm_buf *out);
void sim_json(const struct sim_report *report, struct sm_buf *out);
void sim_html(const struct sim_report *report, struct sm_buf *out);

#endif
