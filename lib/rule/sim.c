#include "rule/sim.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/xalloc.h"
#include "record/record.h"
#include "rule/calendar.h"

#define HOUR 3600

static const char *const decisions[] = {
	[SM_SIM_REACT] = "react", [SM_SIM_DEFER] = "defer",
	[SM_SIM_IGNORE] = "ignore"
};

static const char *const changes[] = {
	[SM_SIM_NEWLY_IGNORED] = "newly ignored",
	[SM_SIM_NEWLY_URGENT] = "newly urgent",
	[SM_SIM_NO_LONGER_URGENT] = "no longer urgent",
	[SM_SIM_NO_LONGER_IGNORED] = "no longer ignored",
	[SM_SIM_DUE_LATER] = "due later",
	[SM_SIM_DUE_EARLIER] = "due earlier",
	[SM_SIM_BREACH_ADDED] = "would have been late",
	[SM_SIM_BREACH_AVOIDED] = "would have been in time"
};

const char *
sm_sim_decision_name(enum sm_sim_decision decision)
{
	return decisions[decision];
}

const char *
sm_sim_change_name(enum sm_sim_change change)
{
	return changes[change];
}

void
sm_sim_paths(struct sm_sim_slots *slots, struct sm_paths *paths)
{
	slots->key = sm_paths_add(paths, "key");
	slots->content = sm_paths_add(paths, "content");
	slots->start = sm_paths_add(paths, "start");
	slots->direction = sm_paths_add(paths, "direction");
	slots->answered = sm_paths_add(paths, "case.first_response");
}

void
sm_sim_init(struct sm_sim *sim, int urgent,
    const struct sm_calendar *calendar)
{
	memset(sim, 0, sizeof(*sim));
	sim->urgent = urgent;
	sim->calendar = calendar;
	for (int i = 0; i < 2; i++)
		sim->hits[i] = sm_xcalloc(SM_SIM_NAMES, sizeof(uint64_t));
	sim->hour_mask = 255;
	sim->hours = sm_xcalloc(sim->hour_mask + 1, sizeof(*sim->hours));
}

/* ---- Samples ----------------------------------------------------------- */

static void
sample_free(struct sm_sim_sample *sample)
{
	free(sample->key);
	free(sample->text);
	free(sample->rule[0]);
	free(sample->rule[1]);
}

static void
cell_release(struct sm_sim_cell *cell)
{
	for (int i = 0; i < cell->sample_count; i++)
		sample_free(&cell->samples[i]);
	cell->sample_count = 0;
}

static bool
is_wanted(const struct sm_sim_cell *cell, uint64_t lot)
{
	return cell->sample_count < SM_SIM_SAMPLES ||
	    lot <= cell->samples[SM_SIM_SAMPLES - 1].lot;
}

/* Of posts with one key, which may come in any order, the texts decide. */
static int
sample_order(const struct sm_sim_sample *a, const struct sm_sim_sample *b)
{
	int order = a->lot != b->lot ? a->lot < b->lot ? -1 : 1 :
	    strcmp(a->text, b->text);

	for (int i = 0; i < 2 && order == 0; i++) {
		order = strcmp(a->rule[i], b->rule[i]);
		if (order == 0)
			order = a->priority[i] - b->priority[i];
	}
	return order;
}

/* Takes sample. */
static void
cell_keep(struct sm_sim_cell *cell, struct sm_sim_sample *sample)
{
	int at = cell->sample_count;

	while (at > 0 && sample_order(&cell->samples[at - 1], sample) > 0)
		at--;
	if (at == SM_SIM_SAMPLES) {
		sample_free(sample);
		return;
	}
	if (cell->sample_count == SM_SIM_SAMPLES)
		sample_free(&cell->samples[--cell->sample_count]);
	memmove(&cell->samples[at + 1], &cell->samples[at],
	    (size_t)(cell->sample_count - at) * sizeof(*cell->samples));
	cell->samples[at] = *sample;
	cell->sample_count++;
}

static char *
copy(const char *text, size_t len)
{
	size_t cut = len < SM_SIM_TEXT ? len : SM_SIM_TEXT;

	while (cut < len && cut > 0 &&
	    ((unsigned char)text[cut] & 0xC0) == 0x80)
		cut--;
	return sm_xstrndup(text ? text : "", cut);
}

/* One record with what both sets made of it. */
struct seen {
	struct sm_record *rec;
	const struct sm_sim_slots *slots;
	const struct sm_outcome *outcome;
	uint64_t lot;
};

static void
cell_add(struct sm_sim_cell *cell, const struct seen *seen)
{
	struct sm_sim_sample sample = { .lot = seen->lot };
	const char *text;
	size_t len;

	cell->count++;
	if (!is_wanted(cell, seen->lot))
		return;
	text = sm_record_str(seen->rec, seen->slots->key, &len);
	sample.key = copy(text, text ? len : 0);
	text = sm_record_str(seen->rec, seen->slots->content, &len);
	sample.text = copy(text, text ? len : 0);
	for (int i = 0; i < 2; i++) {
		sample.rule[i] = sm_xstrdup(seen->outcome[i].rule);
		sample.priority[i] = seen->outcome[i].priority;
	}
	cell_keep(cell, &sample);
}

static void
cell_merge(struct sm_sim_cell *cell, struct sm_sim_cell *from)
{
	cell->count += from->count;
	for (int i = 0; i < from->sample_count; i++)
		cell_keep(cell, &from->samples[i]);
	from->sample_count = 0;
}

/* ---- Names, moves, hours ----------------------------------------------- */

/* The last number stands for all that do not fit. */
static uint32_t
name_of(struct sm_sim_names *names, const char *name)
{
	if (!name)
		name = "";
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->list[i], name) == 0)
			return (uint32_t)i;
	if (names->count == SM_SIM_NAMES)
		return SM_SIM_NAMES - 1;
	names->list[names->count] = sm_xstrdup(names->count + 1 ==
	    SM_SIM_NAMES ? "(others)" : name);
	return (uint32_t)names->count++;
}

static struct sm_sim_cell *
move_cell(struct sm_sim *sim, uint32_t from, uint32_t to)
{
	struct sm_sim_move *move;

	for (size_t i = 0; i < sim->move_count; i++)
		if (sim->moves[i].from == from && sim->moves[i].to == to)
			return &sim->moves[i].cell;
	sim->moves = sm_xgrow(sim->moves, &sim->move_room,
	    sim->move_count + 1, sizeof(*sim->moves));
	move = &sim->moves[sim->move_count++];
	memset(move, 0, sizeof(*move));
	move->from = from;
	move->to = to;
	return &move->cell;
}

static bool
is_free(const struct sm_sim_hour *hour)
{
	return hour->load[0] == 0 && hour->load[1] == 0;
}

static struct sm_sim_hour *
hour_slot(struct sm_sim *sim, int64_t hour)
{
	size_t slot = (size_t)sm_hash_mix((uint64_t)hour) & sim->hour_mask;

	while (!is_free(&sim->hours[slot]) && sim->hours[slot].hour != hour)
		slot = (slot + 1) & sim->hour_mask;
	return &sim->hours[slot];
}

static void
hour_grow(struct sm_sim *sim)
{
	struct sm_sim_hour *old = sim->hours;
	size_t size = sim->hour_mask + 1;

	sim->hour_mask = 2 * size - 1;
	sim->hours = sm_xcalloc(2 * size, sizeof(*sim->hours));
	for (size_t i = 0; i < size; i++)
		if (!is_free(&old[i]))
			*hour_slot(sim, old[i].hour) = old[i];
	free(old);
}

static void
hour_add(struct sm_sim *sim, int64_t hour, uint32_t old, uint32_t new)
{
	struct sm_sim_hour *slot = hour_slot(sim, hour);

	if ((old == 0 && new == 0) || (is_free(slot) &&
	    sim->hour_count == SM_SIM_HOURS))
		return;
	if (is_free(slot)) {
		slot->hour = hour;
		sim->hour_count++;
	}
	slot->load[0] += old;
	slot->load[1] += new;
	if (2 * sim->hour_count > sim->hour_mask)
		hour_grow(sim);
}

/* ---- Adding ------------------------------------------------------------ */

static enum sm_sim_decision
decision_of(const struct sm_outcome *outcome)
{
	return *outcome->decision == 'r' ? SM_SIM_REACT :
	    *outcome->decision == 'd' ? SM_SIM_DEFER : SM_SIM_IGNORE;
}

static bool
is_urgent(const struct sm_sim *sim, const struct sm_outcome *outcome)
{
	return decision_of(outcome) != SM_SIM_IGNORE &&
	    outcome->priority >= sim->urgent;
}

static void
add_decisions(struct sm_sim *sim, const struct seen *seen)
{
	enum sm_sim_decision old = decision_of(&seen->outcome[0]);
	enum sm_sim_decision new = decision_of(&seen->outcome[1]);
	bool was = is_urgent(sim, &seen->outcome[0]);
	bool is = is_urgent(sim, &seen->outcome[1]);

	if (old == new)
		sim->decisions[old][new].count++;
	else
		cell_add(&sim->decisions[old][new], seen);
	if (new == SM_SIM_IGNORE && old != new)
		cell_add(&sim->changes[SM_SIM_NEWLY_IGNORED], seen);
	if (old == SM_SIM_IGNORE && old != new)
		cell_add(&sim->changes[SM_SIM_NO_LONGER_IGNORED], seen);
	if (is && !was)
		cell_add(&sim->changes[SM_SIM_NEWLY_URGENT], seen);
	if (was && !is)
		cell_add(&sim->changes[SM_SIM_NO_LONGER_URGENT], seen);
}

/* Who ignores a post has no queue for it. */
static const char *
queue_of(const struct sm_outcome *outcome)
{
	return decision_of(outcome) == SM_SIM_IGNORE ? NULL : outcome->queue;
}

static void
add_queues(struct sm_sim *sim, const struct seen *seen)
{
	uint32_t from = name_of(&sim->queues, queue_of(&seen->outcome[0]));
	uint32_t to = name_of(&sim->queues, queue_of(&seen->outcome[1]));

	if (from == to)
		move_cell(sim, from, to)->count++;
	else
		cell_add(move_cell(sim, from, to), seen);
	for (int i = 0; i < 2; i++)
		sim->hits[i][name_of(&sim->rules, seen->outcome[i].rule)]++;
}

static void
add_answer(struct sm_sim *sim, const struct seen *seen)
{
	int64_t answered;
	bool late[2];

	if (!sm_record_time(seen->rec, seen->slots->answered, &answered))
		return;
	sim->answered++;
	for (int i = 0; i < 2; i++) {
		late[i] = seen->outcome[i].due != SM_TIME_NONE &&
		    answered > seen->outcome[i].due;
		sim->late[i] += late[i];
	}
	if (late[1] && !late[0])
		cell_add(&sim->changes[SM_SIM_BREACH_ADDED], seen);
	/* What is not to be answered any more is not in time for it. */
	if (late[0] && !late[1] && seen->outcome[1].due != SM_TIME_NONE)
		cell_add(&sim->changes[SM_SIM_BREACH_AVOIDED], seen);
}

static void
add_due(struct sm_sim *sim, const struct seen *seen)
{
	int64_t old = seen->outcome[0].due, new = seen->outcome[1].due;

	sim->due[0] += old != SM_TIME_NONE;
	sim->due[1] += new != SM_TIME_NONE;
	if (old != SM_TIME_NONE && new != SM_TIME_NONE) {
		sim->both_due++;
		sim->moved_s += new - old;
		if (new > old)
			cell_add(&sim->changes[SM_SIM_DUE_LATER], seen);
		if (new < old)
			cell_add(&sim->changes[SM_SIM_DUE_EARLIER], seen);
	}
	add_answer(sim, seen);
}

static void
add_hour(struct sm_sim *sim, const struct seen *seen)
{
	int64_t start;

	if (!sm_record_time(seen->rec, seen->slots->start, &start) ||
	    sm_record_is(seen->rec, seen->slots->direction, "out"))
		return;
	if (sim->calendar)
		start += sm_calendar_offset(sim->calendar, start);
	hour_add(sim, (start >= 0 ? start : start - (HOUR - 1)) / HOUR,
	    decision_of(&seen->outcome[0]) != SM_SIM_IGNORE,
	    decision_of(&seen->outcome[1]) != SM_SIM_IGNORE);
}

static bool
is_same(const struct sm_outcome *old, const struct sm_outcome *new)
{
	const char *from = queue_of(old), *to = queue_of(new);

	return decision_of(old) == decision_of(new) && old->due == new->due &&
	    (from && to ? strcmp(from, to) == 0 : from == to);
}

void
sm_sim_add(struct sm_sim *sim, const struct sm_sim_slots *slots,
    struct sm_record *rec, const struct sm_outcome outcome[2])
{
	struct seen seen = { .rec = rec, .slots = slots, .outcome = outcome };
	size_t len;
	const char *key = sm_record_str(rec, slots->key, &len);

	if (!key)
		key = sm_record_str(rec, slots->content, &len);
	seen.lot = key ? sm_hash(key, len) : 0;
	sim->records++;
	sim->same += is_same(&outcome[0], &outcome[1]);
	add_decisions(sim, &seen);
	add_queues(sim, &seen);
	add_due(sim, &seen);
	add_hour(sim, &seen);
}

/* ---- All together ------------------------------------------------------ */

static void
merge_counts(struct sm_sim *sim, const struct sm_sim *from)
{
	sim->records += from->records;
	sim->same += from->same;
	sim->answered += from->answered;
	sim->both_due += from->both_due;
	sim->moved_s += from->moved_s;
	for (int i = 0; i < 2; i++) {
		sim->due[i] += from->due[i];
		sim->late[i] += from->late[i];
		for (size_t n = 0; n < from->rules.count; n++)
			sim->hits[i][name_of(&sim->rules,
			    from->rules.list[n])] += from->hits[i][n];
	}
	for (size_t i = 0; i <= from->hour_mask; i++)
		hour_add(sim, from->hours[i].hour, from->hours[i].load[0],
		    from->hours[i].load[1]);
}

void
sm_sim_merge(struct sm_sim *sim, struct sm_sim *from)
{
	merge_counts(sim, from);
	for (int i = 0; i < SM_SIM_DECISIONS; i++)
		for (int j = 0; j < SM_SIM_DECISIONS; j++)
			cell_merge(&sim->decisions[i][j],
			    &from->decisions[i][j]);
	for (int i = 0; i < SM_SIM_CHANGES; i++)
		cell_merge(&sim->changes[i], &from->changes[i]);
	for (size_t i = 0; i < from->move_count; i++) {
		struct sm_sim_move *move = &from->moves[i];
		uint32_t a = name_of(&sim->queues,
		    from->queues.list[move->from]);
		uint32_t b = name_of(&sim->queues,
		    from->queues.list[move->to]);

		cell_merge(move_cell(sim, a, b), &move->cell);
	}
	sm_sim_release(from);
	sm_sim_init(from, sim->urgent, sim->calendar);
}

static const struct sm_sim_names *sorting;

static int
by_count(const void *a, const void *b)
{
	const struct sm_sim_move *x = a, *y = b;
	int order;

	if (x->cell.count != y->cell.count)
		return x->cell.count < y->cell.count ? 1 : -1;
	order = strcmp(sorting->list[x->from], sorting->list[y->from]);
	return order ? order : strcmp(sorting->list[x->to],
	    sorting->list[y->to]);
}

static int
by_hour(const void *a, const void *b)
{
	const struct sm_sim_hour *x = a, *y = b;

	return (x->hour > y->hour) - (x->hour < y->hour);
}

struct ruled {
	char *name;
	uint64_t hits[2];
};

static int
by_hits(const void *a, const void *b)
{
	const struct ruled *x = a, *y = b;

	if (x->hits[1] != y->hits[1])
		return x->hits[1] < y->hits[1] ? 1 : -1;
	if (x->hits[0] != y->hits[0])
		return x->hits[0] < y->hits[0] ? 1 : -1;
	return strcmp(x->name, y->name);
}

static void
sort_rules(struct sm_sim *sim)
{
	struct ruled *list = sm_xcalloc(sim->rules.count + 1, sizeof(*list));

	for (size_t i = 0; i < sim->rules.count; i++)
		list[i] = (struct ruled){ sim->rules.list[i],
		    { sim->hits[0][i], sim->hits[1][i] } };
	qsort(list, sim->rules.count, sizeof(*list), by_hits);
	for (size_t i = 0; i < sim->rules.count; i++) {
		sim->rules.list[i] = list[i].name;
		sim->hits[0][i] = list[i].hits[0];
		sim->hits[1][i] = list[i].hits[1];
	}
	free(list);
}

void
sm_sim_settle(struct sm_sim *sim)
{
	size_t count = 0;

	sort_rules(sim);
	sorting = &sim->queues;
	if (sim->move_count > 0)
		qsort(sim->moves, sim->move_count, sizeof(*sim->moves),
		    by_count);
	for (size_t i = 0; i <= sim->hour_mask; i++)
		if (!is_free(&sim->hours[i]))
			sim->hours[count++] = sim->hours[i];
	if (count > 0)
		qsort(sim->hours, count, sizeof(*sim->hours), by_hour);
}

void
sm_sim_release(struct sm_sim *sim)
{
	for (int i = 0; i < SM_SIM_DECISIONS; i++)
		for (int j = 0; j < SM_SIM_DECISIONS; j++)
			cell_release(&sim->decisions[i][j]);
	for (int i = 0; i < SM_SIM_CHANGES; i++)
		cell_release(&sim->changes[i]);
	for (size_t i = 0; i < sim->move_count; i++)
		cell_release(&sim->moves[i].cell);
	for (size_t i = 0; i < sim->queues.count; i++)
		free(sim->queues.list[i]);
	for (size_t i = 0; i < sim->rules.count; i++)
		free(sim->rules.list[i]);
	free(sim->moves);
	free(sim->hours);
	free(sim->hits[0]);
	free(sim->hits[1]);
	memset(sim, 0, sizeof(*sim));
}
