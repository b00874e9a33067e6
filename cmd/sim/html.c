/*
 * sm-sim --html: the result as one page that needs nothing else: no script, no
 * picture, no font from anywhere; what a stranger wrote is text.
 */
#include "sim.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/safe.h"

#define MOVES_SHOWN 100
#define BAR 120		/* height of the drawing's bars */

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
    "'none'; style-src 'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n"
    "<title>Rules compared</title>\n<style>\n"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem "
    "auto;padding:0 1rem;color:#1a1a1a;background:#fff}\n"
    "h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2.2rem;"
    "border-bottom:1px solid #ccc}\n"
    "table{border-collapse:collapse;margin:.6rem 0}\n"
    "th,td{padding:.2rem .8rem;text-align:right;"
    "font-variant-numeric:tabular-nums}\n"
    "th:first-child,td:first-child,.t{text-align:left}\n"
    "tr+tr td{border-top:1px solid #e6e6e6}\n"
    ".same{color:#767676}.new{background:#fff3d6}\n"
    "details{margin:.2rem 0 .2rem 1rem}summary{cursor:pointer}\n"
    "blockquote{margin:.3rem 0 .8rem 1rem;padding-left:.8rem;border-left:"
    "3px solid #ddd;white-space:pre-wrap;overflow-wrap:anywhere}\n"
    ".key{color:#555;font-size:.85rem;overflow-wrap:anywhere}\n"
    "svg{max-width:100%;height:auto}\n"
    "@media (prefers-color-scheme:dark){body{color:#ddd;background:#161616}"
    "tr+tr td{border-color:#333}.new{background:#4a3a10}.key{color:#aaa}"
    ".same{color:#999}text{fill:#ddd}}\n"
    "</style></head><body>\n";

static void
text(struct sm_buf *out, const char *s)
{
	sm_safe(out, s, strlen(s), SM_SAFE_HTML);
}

static void
add_intro(const struct sim_report *report, struct sm_buf *out)
{
	static const char *const names[] = { "old", "new" };
	const struct sm_sim *sim = report->sim;

	sm_buf_addf(out, "<h1>%" PRIu64 " of %" PRIu64 " posts decided "
	    "otherwise</h1>\n<table>\n", sim->records - sim->same,
	    sim->records);
	for (int i = 0; i < 2; i++) {
		sm_buf_addf(out, "<tr><td>%s</td><td class=\"t\">", names[i]);
		text(out, report->file[i]);
		sm_buf_addf(out, "</td><td class=\"t\">%s</td></tr>\n",
		    report->by[i]);
	}
	sm_buf_adds(out, "</table>\n");
}

static void
add_decisions(const struct sm_sim *sim, struct sm_buf *out)
{
	sm_buf_adds(out, "<h2>Decisions</h2>\n<table>\n<tr><th>old \\ new"
	    "</th><th>react</th><th>defer</th><th>ignore</th></tr>\n");
	for (int i = 0; i < SM_SIM_DECISIONS; i++) {
		sm_buf_addf(out, "<tr><td>%s</td>", sm_sim_decision_name(
		    (enum sm_sim_decision)i));
		for (int j = 0; j < SM_SIM_DECISIONS; j++)
			sm_buf_addf(out, "<td class=\"%s\">%" PRIu64 "</td>",
			    i == j ? "same" : sim->decisions[i][j].count ?
			    "new" : "", sim->decisions[i][j].count);
		sm_buf_adds(out, "</tr>\n");
	}
	sm_buf_adds(out, "</table>\n");
}

static void
add_samples(const struct sm_sim_cell *cell, struct sm_buf *out)
{
	for (int i = 0; i < cell->sample_count; i++) {
		const struct sm_sim_sample *sample = &cell->samples[i];

		sm_buf_adds(out, "<div class=\"key\">");
		text(out, sample->key);
		sm_buf_addf(out, " &middot; %d by ", sample->priority[0]);
		text(out, sample->rule[0]);
		sm_buf_addf(out, " &rarr; %d by ", sample->priority[1]);
		text(out, sample->rule[1]);
		sm_buf_adds(out, "</div><blockquote dir=\"auto\">");
		text(out, sample->text);
		sm_buf_adds(out, "</blockquote>\n");
	}
}

static void
add_cell(const struct sm_sim_cell *cell, const char *from, const char *to,
    struct sm_buf *out)
{
	sm_buf_addf(out, "<details><summary>%" PRIu64 " ", cell->count);
	text(out, *from ? from : "(none)");
	if (to) {
		sm_buf_adds(out, " &rarr; ");
		text(out, *to ? to : "(none)");
	}
	sm_buf_adds(out, "</summary>\n");
	add_samples(cell, out);
	sm_buf_adds(out, "</details>\n");
}

static void
add_changes(const struct sm_sim *sim, struct sm_buf *out)
{
	size_t shown = 0;

	sm_buf_adds(out, "<h2>What changes</h2>\n");
	for (int i = 0; i < SM_SIM_CHANGES; i++)
		if (sim->changes[i].count > 0)
			add_cell(&sim->changes[i], sm_sim_change_name(
			    (enum sm_sim_change)i), NULL, out);
	sm_buf_adds(out, "<h2>From queue to queue</h2>\n");
	for (size_t i = 0; i < sim->move_count && shown < MOVES_SHOWN; i++) {
		const struct sm_sim_move *move = &sim->moves[i];

		if (move->from == move->to)
			continue;
		add_cell(&move->cell, sim->queues.list[move->from],
		    sim->queues.list[move->to], out);
		shown++;
	}
	if (shown == 0)
		sm_buf_adds(out, "<p>Nothing moves.</p>\n");
}

static void
add_rules(const struct sm_sim *sim, struct sm_buf *out)
{
	sm_buf_adds(out, "<h2>How often each rule decided</h2>\n<table>\n"
	    "<tr><th>rule</th><th>old</th><th>new</th></tr>\n");
	for (size_t i = 0; i < sim->rules.count; i++) {
		bool same = sim->hits[0][i] == sim->hits[1][i];

		sm_buf_addf(out, "<tr class=\"%s\"><td>",
		    same ? "same" : "new");
		text(out, sim->rules.list[i]);
		sm_buf_addf(out, "</td><td>%" PRIu64 "</td><td>%" PRIu64
		    "</td></tr>\n", sim->hits[0][i], sim->hits[1][i]);
	}
	sm_buf_adds(out, "</table>\n");
}

static void
add_due(const struct sm_sim *sim, struct sm_buf *out)
{
	int64_t mean = sim->both_due > 0 ? sim->moved_s /
	    (int64_t)sim->both_due : 0;

	sm_buf_addf(out, "<h2>Due</h2>\n<p>Posts with a due time: %" PRIu64
	    " old, %" PRIu64 " new.", sim->due[0], sim->due[1]);
	if (sim->both_due > 0)
		sm_buf_addf(out, " On average %" PRId64 " min %s.",
		    (mean < 0 ? -mean : mean) / 60,
		    mean < 0 ? "earlier" : "later");
	if (sim->answered > 0)
		sm_buf_addf(out, " Of %" PRIu64 " answered posts late: %"
		    PRIu64 " old, %" PRIu64 " new.", sim->answered,
		    sim->late[0], sim->late[1]);
	else
		sm_buf_adds(out, " No post says when it was answered, so "
		    "breaches are not known.");
	sm_buf_adds(out, "</p>\n");
}

static uint64_t
highest(const struct sim_hours *hours)
{
	uint64_t most = 1;

	for (int i = 0; i < SIM_HOURS; i++)
		for (int k = 0; k < 2; k++)
			if (hours->hour[i].sum[k] > most)
				most = hours->hour[i].sum[k];
	return most;
}

/* Two bars an hour, and the people there below. */
static void
add_hours(const struct sim_report *report, struct sm_buf *out)
{
	static const char *const colours[] = { "#9aa5b1", "#d97706" };
	const struct sim_hours *hours = &report->hours;
	uint64_t most = highest(hours);

	if (hours->days == 0)
		return;
	sm_buf_addf(out, "<h2>Load by the hour of the day</h2>\n<p>%s, %"
	    PRId64 " days; posts that somebody has to see, in all; grey old, "
	    "orange new; below: agents there on average.</p>\n<svg viewBox="
	    "\"0 0 776 170\" role=\"img\" aria-label=\"posts an hour\">\n",
	    report->zone, hours->days);
	for (int i = 0; i < SIM_HOURS; i++) {
		for (int k = 0; k < 2; k++) {
			uint64_t sum = hours->hour[i].sum[k];
			uint64_t height = sum * BAR / most;

			sm_buf_addf(out, "<rect x=\"%d\" y=\"%" PRIu64
			    "\" width=\"12\" height=\"%" PRIu64 "\" fill=\"%s"
			    "\"><title>%02d:00 %s %" PRIu64 "</title></rect>\n",
			    i * 32 + 6 + k * 13, BAR + 10 - height, height,
			    colours[k], i, k ? "new" : "old", sum);
		}
		sm_buf_addf(out, "<text x=\"%d\" y=\"145\" font-size=\"11\" "
		    "text-anchor=\"middle\">%d</text>\n", i * 32 + 18, i);
		if (hours->hour[i].staffed > 0)
			sm_buf_addf(out, "<text x=\"%d\" y=\"162\" font-size="
			    "\"11\" text-anchor=\"middle\">%" PRIu64 ".%"
			    PRIu64 "</text>\n", i * 32 + 18,
			    hours->hour[i].staff / hours->hour[i].staffed,
			    hours->hour[i].staff * 10 /
			    hours->hour[i].staffed % 10);
	}
	sm_buf_adds(out, "</svg>\n");
}

void
sim_html(const struct sim_report *report, struct sm_buf *out)
{
	sm_buf_adds(out, head);
	add_intro(report, out);
	add_decisions(report->sim, out);
	add_changes(report->sim, out);
	add_rules(report->sim, out);
	add_due(report->sim, out);
	add_hours(report, out);
	sm_buf_adds(out, "</body></html>\n");
}
