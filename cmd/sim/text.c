/* sm-sim: the result for a person at a terminal. */
#include "sim.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/safe.h"

#define MOVES_SHOWN 20
#define RULES_SHOWN 40
#define TEXT_SHOWN 72	/* bytes of a post's text */

static void
add_share(struct sm_buf *out, uint64_t part, uint64_t all)
{
	uint64_t tenths = all > 0 ? part * 1000 / all : 0;

	sm_buf_addf(out, "%" PRIu64 ".%" PRIu64 " %%", tenths / 10,
	    tenths % 10);
}

static void
add_safe(struct sm_buf *out, const char *text, size_t most)
{
	size_t len = strlen(text), cut = len < most ? len : most;

	while (cut < len && cut > 0 &&
	    ((unsigned char)text[cut] & 0xC0) == 0x80)
		cut--;
	sm_safe(out, text, cut, SM_SAFE_TTY);
	if (cut < len)
		sm_buf_adds(out, "...");
}

static const char *
queue_name(const struct sm_sim *sim, uint32_t number)
{
	return *sim->queues.list[number] ? sim->queues.list[number] :
	    "(none)";
}

static void
add_decisions(const struct sm_sim *sim, struct sm_buf *out)
{
	sm_buf_adds(out, "\nDECISIONS       new: react      defer     "
	    "ignore\n");
	for (int i = 0; i < SM_SIM_DECISIONS; i++) {
		sm_buf_addf(out, "  old: %-8s", sm_sim_decision_name(
		    (enum sm_sim_decision)i));
		for (int j = 0; j < SM_SIM_DECISIONS; j++)
			sm_buf_addf(out, " %10" PRIu64,
			    sim->decisions[i][j].count);
		sm_buf_addc(out, '\n');
	}
}

static void
add_samples(const struct sm_sim_cell *cell, int count, struct sm_buf *out)
{
	for (int i = 0; i < cell->sample_count && i < count; i++) {
		const struct sm_sim_sample *sample = &cell->samples[i];

		sm_buf_adds(out, "      ");
		add_safe(out, sample->key, TEXT_SHOWN);
		sm_buf_addf(out, "  %d by ", sample->priority[0]);
		add_safe(out, sample->rule[0], TEXT_SHOWN);
		sm_buf_addf(out, " -> %d by ", sample->priority[1]);
		add_safe(out, sample->rule[1], TEXT_SHOWN);
		sm_buf_adds(out, "\n        \"");
		add_safe(out, sample->text, TEXT_SHOWN);
		sm_buf_adds(out, "\"\n");
	}
}

static void
add_changes(const struct sim_report *report, struct sm_buf *out)
{
	const struct sm_sim *sim = report->sim;

	sm_buf_adds(out, "\nWHAT CHANGES\n");
	for (int i = 0; i < SM_SIM_CHANGES; i++) {
		if (i >= SM_SIM_BREACH_ADDED && sim->answered == 0)
			break;
		sm_buf_addf(out, "  %-24s %10" PRIu64 "\n",
		    sm_sim_change_name((enum sm_sim_change)i),
		    sim->changes[i].count);
		add_samples(&sim->changes[i], report->samples, out);
	}
}

static void
add_queues(const struct sim_report *report, struct sm_buf *out)
{
	const struct sm_sim *sim = report->sim;
	size_t shown = 0;

	sm_buf_adds(out, "\nQUEUES (what moves)\n");
	for (size_t i = 0; i < sim->move_count && shown < MOVES_SHOWN; i++) {
		const struct sm_sim_move *move = &sim->moves[i];

		if (move->from == move->to)
			continue;
		shown++;
		sm_buf_addf(out, "  %10" PRIu64 "  ", move->cell.count);
		add_safe(out, queue_name(sim, move->from), TEXT_SHOWN);
		sm_buf_adds(out, " -> ");
		add_safe(out, queue_name(sim, move->to), TEXT_SHOWN);
		sm_buf_addc(out, '\n');
		add_samples(&move->cell, report->samples, out);
	}
	if (shown == 0)
		sm_buf_adds(out, "  nothing\n");
}

static void
add_rules(const struct sm_sim *sim, struct sm_buf *out)
{
	sm_buf_adds(out, "\nRULES (how often each decided)  old        "
	    "new\n");
	for (size_t i = 0; i < sim->rules.count && i < RULES_SHOWN; i++)
		sm_buf_addf(out, "  %-24.24s %10" PRIu64 " %10" PRIu64 "%s\n",
		    sim->rules.list[i], sim->hits[0][i], sim->hits[1][i],
		    sim->hits[0][i] == sim->hits[1][i] ? "" :
		    sim->hits[0][i] == 0 ? "  (new)" :
		    sim->hits[1][i] == 0 ? "  (silent now)" : "");
}

static void
add_due(const struct sm_sim *sim, struct sm_buf *out)
{
	int64_t mean = sim->both_due > 0 ? sim->moved_s /
	    (int64_t)sim->both_due : 0;

	sm_buf_addf(out, "\nDUE\n  posts with a due time: %" PRIu64 " old, %"
	    PRIu64 " new\n", sim->due[0], sim->due[1]);
	if (sim->both_due > 0)
		sm_buf_addf(out, "  on average %" PRId64 " min %s\n",
		    (mean < 0 ? -mean : mean) / 60,
		    mean < 0 ? "earlier" : "later");
	if (sim->answered > 0)
		sm_buf_addf(out, "  of %" PRIu64 " answered posts, late: %"
		    PRIu64 " old, %" PRIu64 " new\n", sim->answered,
		    sim->late[0], sim->late[1]);
	else
		sm_buf_adds(out, "  no post says when it was answered "
		    "(case.first_response), so breaches are not known\n");
}

/* With one decimal. */
static void
add_mean(struct sm_buf *out, uint64_t sum, int64_t days)
{
	uint64_t tenths = sum * 10 / (uint64_t)days;

	sm_buf_addf(out, " %7" PRIu64 ".%" PRIu64, tenths / 10, tenths % 10);
}

static void
add_hours(const struct sim_report *report, struct sm_buf *out)
{
	const struct sim_hours *hours = &report->hours;

	if (hours->days == 0)
		return;
	sm_buf_addf(out, "\nLOAD AN HOUR (%s, %" PRId64 " days; posts that "
	    "somebody has to see)\n  hour  old: mean   peak  new: mean   peak"
	    "   agents there\n", report->zone, hours->days);
	for (int i = 0; i < SIM_HOURS; i++) {
		if (hours->hour[i].peak[0] == 0 && hours->hour[i].peak[1] == 0)
			continue;
		sm_buf_addf(out, "  %02d:00", i);
		for (int k = 0; k < 2; k++) {
			add_mean(out, hours->hour[i].sum[k], hours->days);
			sm_buf_addf(out, " %6" PRIu64, hours->hour[i].peak[k]);
		}
		if (hours->hour[i].staffed > 0)
			add_mean(out, hours->hour[i].staff,
			    (int64_t)hours->hour[i].staffed);
		sm_buf_addc(out, '\n');
	}
}

void
sim_text(const struct sim_report *report, struct sm_buf *out)
{
	const struct sm_sim *sim = report->sim;

	sm_buf_addf(out, "%" PRIu64 " posts; ", sim->records);
	sm_buf_addf(out, "%" PRIu64 " (", sim->records - sim->same);
	add_share(out, sim->records - sim->same, sim->records);
	sm_buf_adds(out, ") decided otherwise\n  old: ");
	add_safe(out, report->file[0], TEXT_SHOWN);
	sm_buf_addf(out, " (%s)\n  new: ", report->by[0]);
	add_safe(out, report->file[1], TEXT_SHOWN);
	sm_buf_addf(out, " (%s)\n", report->by[1]);
	add_decisions(sim, out);
	add_changes(report, out);
	add_queues(report, out);
	add_rules(sim, out);
	add_due(sim, out);
	add_hours(report, out);
}
