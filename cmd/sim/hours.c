/* sm-sim: posts an hour of the day, beside the people who are there. */
#include "sim.h"

#include <string.h>

#include "rule/calendar.h"
#include "rule/people.h"

#define HOUR 3600
#define HALF 1800

/* Agents who are there in the middle of a local hour. */
static uint64_t
staff_at(const struct sim_report *report, const struct sm_people *people,
    int64_t hour)
{
	const struct sm_calendar *calendar = report->sim->calendar;
	const struct sm_person *person;
	int64_t time = hour * HOUR + HALF;
	uint64_t count = 0;

	if (calendar)
		time -= sm_calendar_offset(calendar, time);
	for (size_t i = 0; (person = sm_people_at(people, i)); i++)
		count += sm_person_has(person->roles, "agent", 5) &&
		    sm_person_is_there(person, time);
	return count;
}

void
sim_count_hours(struct sim_report *report, const struct sm_people *people)
{
	const struct sm_sim *sim = report->sim;
	struct sim_hours *hours = &report->hours;

	memset(hours, 0, sizeof(*hours));
	if (sim->hour_count == 0)
		return;
	hours->days = sim->hours[sim->hour_count - 1].hour / SIM_HOURS -
	    sim->hours[0].hour / SIM_HOURS + 1;
	for (size_t i = 0; i < sim->hour_count; i++) {
		const struct sm_sim_hour *from = &sim->hours[i];
		int of_day = (int)((from->hour % SIM_HOURS + SIM_HOURS) %
		    SIM_HOURS);

		for (int k = 0; k < 2; k++) {
			hours->hour[of_day].sum[k] += from->load[k];
			if (from->load[k] > hours->hour[of_day].peak[k])
				hours->hour[of_day].peak[k] = from->load[k];
		}
		if (!people)
			continue;
		hours->hour[of_day].staff += staff_at(report, people,
		    from->hour);
		hours->hour[of_day].staffed++;
	}
}
