/* sm-sim --json: the result as one object. */
#include "sim.h"

#include <string.h>

#include "base/buf.h"
#include "record/json.h"

static void
add_pair(struct sm_buf *out, const char *name, uint64_t old, uint64_t new)
{
	sm_json_open(out, name, '[');
	sm_json_int(out, NULL, (int64_t)old);
	sm_json_int(out, NULL, (int64_t)new);
	sm_json_close(out, ']');
}

static void
add_samples(struct sm_buf *out, const struct sm_sim_cell *cell)
{
	sm_json_open(out, "samples", '[');
	for (int i = 0; i < cell->sample_count; i++) {
		const struct sm_sim_sample *sample = &cell->samples[i];

		sm_json_open(out, NULL, '{');
		sm_json_strz(out, "key", sample->key);
		sm_json_strz(out, "content", sample->text);
		sm_json_open(out, "rule", '[');
		sm_json_strz(out, NULL, sample->rule[0]);
		sm_json_strz(out, NULL, sample->rule[1]);
		sm_json_close(out, ']');
		add_pair(out, "priority", (uint64_t)sample->priority[0],
		    (uint64_t)sample->priority[1]);
		sm_json_close(out, '}');
	}
	sm_json_close(out, ']');
}

static void
add_decisions(struct sm_buf *out, const struct sm_sim *sim)
{
	sm_json_open(out, "decisions", '{');
	for (int i = 0; i < SM_SIM_DECISIONS; i++) {
		sm_json_open(out, sm_sim_decision_name(
		    (enum sm_sim_decision)i), '{');
		for (int j = 0; j < SM_SIM_DECISIONS; j++)
			sm_json_int(out, sm_sim_decision_name(
			    (enum sm_sim_decision)j),
			    (int64_t)sim->decisions[i][j].count);
		sm_json_close(out, '}');
	}
	sm_json_close(out, '}');
}

static void
add_changes(struct sm_buf *out, const struct sm_sim *sim)
{
	sm_json_open(out, "changes", '[');
	for (int i = 0; i < SM_SIM_CHANGES; i++) {
		sm_json_open(out, NULL, '{');
		sm_json_strz(out, "what", sm_sim_change_name(
		    (enum sm_sim_change)i));
		sm_json_int(out, "count", (int64_t)sim->changes[i].count);
		add_samples(out, &sim->changes[i]);
		sm_json_close(out, '}');
	}
	sm_json_close(out, ']');
	sm_json_open(out, "queues", '[');
	for (size_t i = 0; i < sim->move_count; i++) {
		sm_json_open(out, NULL, '{');
		sm_json_strz(out, "from",
		    sim->queues.list[sim->moves[i].from]);
		sm_json_strz(out, "to", sim->queues.list[sim->moves[i].to]);
		sm_json_int(out, "count", (int64_t)sim->moves[i].cell.count);
		add_samples(out, &sim->moves[i].cell);
		sm_json_close(out, '}');
	}
	sm_json_close(out, ']');
}

static void
add_hours(struct sm_buf *out, const struct sim_report *report)
{
	const struct sim_hours *hours = &report->hours;

	sm_json_open(out, "hours", '[');
	for (int i = 0; i < SIM_HOURS && hours->days > 0; i++) {
		sm_json_open(out, NULL, '{');
		sm_json_int(out, "hour", i);
		add_pair(out, "sum", hours->hour[i].sum[0],
		    hours->hour[i].sum[1]);
		add_pair(out, "peak", hours->hour[i].peak[0],
		    hours->hour[i].peak[1]);
		if (hours->hour[i].staffed > 0) {
			sm_json_int(out, "staff",
			    (int64_t)hours->hour[i].staff);
			sm_json_int(out, "staffed",
			    (int64_t)hours->hour[i].staffed);
		}
		sm_json_close(out, '}');
	}
	sm_json_close(out, ']');
}

void
sim_json(const struct sim_report *report, struct sm_buf *out)
{
	const struct sm_sim *sim = report->sim;

	sm_json_open(out, NULL, '{');
	sm_json_int(out, "posts", (int64_t)sim->records);
	sm_json_int(out, "same", (int64_t)sim->same);
	sm_json_open(out, "by", '[');
	sm_json_strz(out, NULL, report->by[0]);
	sm_json_strz(out, NULL, report->by[1]);
	sm_json_close(out, ']');
	add_decisions(out, sim);
	add_changes(out, sim);
	sm_json_open(out, "rules", '{');
	for (size_t i = 0; i < sim->rules.count; i++)
		add_pair(out, sim->rules.list[i], sim->hits[0][i],
		    sim->hits[1][i]);
	sm_json_close(out, '}');
	add_pair(out, "due", sim->due[0], sim->due[1]);
	sm_json_int(out, "both_due", (int64_t)sim->both_due);
	sm_json_int(out, "moved_seconds", sim->moved_s);
	sm_json_int(out, "answered", (int64_t)sim->answered);
	add_pair(out, "late", sim->late[0], sim->late[1]);
	sm_json_strz(out, "zone", report->zone);
	sm_json_int(out, "days", report->hours.days);
	add_hours(out, report);
	sm_json_close(out, '}');
	sm_buf_addc(out, '\n');
}
