/* sm-fetch --health: how the sources are. */
#include "source/sweep/health.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/msg.h"
#include "base/xalloc.h"
#include "record/conf.h"
#include "record/json.h"
#include "run.h"
#include "source/sweep/health_file.h"
#include "table.h"

struct report {
	struct fetch_run *run;
	struct fetch_table table;
	bool people;
	int64_t now;
};

/* Whole posts of thousandths, to the nearest. */
static int64_t
whole(int64_t thousandths)
{
	return (thousandths + 500) / 1000;
}

/* "3 d", "12 min", the largest unit that fits twice; "in" before the future. */
static void
add_age(struct report *report, int64_t time)
{
	static const struct {
		int64_t seconds;
		const char *name;
	} units[] = { { 86400, "d" }, { 3600, "h" }, { 60, "min" },
	    { 1, "s" } };
	int64_t age = report->now - time;
	struct sm_buf text = SM_BUF_INIT;
	size_t i = 0;

	if (time == SM_TIME_NONE) {
		fetch_table_add(&report->table, "-", 0);
		return;
	}
	if (age < 0)
		sm_buf_adds(&text, "in ");
	age = age < 0 ? -age : age;
	while (i < 3 && age < 2 * units[i].seconds)
		i++;
	sm_buf_addf(&text, "%lld %s", (long long)(age / units[i].seconds),
	    units[i].name);
	fetch_table_add(&report->table, sm_buf_str(&text), 0);
	sm_buf_release(&text);
}

static void
add_number(struct report *report, int64_t number)
{
	struct sm_buf text = SM_BUF_INIT;

	sm_buf_addi(&text, number);
	fetch_table_add(&report->table, sm_buf_str(&text), 0);
	sm_buf_release(&text);
}

static void
add_row(struct report *report, const char *name, const struct sm_health *h,
    const struct sm_health_view *view)
{
	const char *state = sm_health_state_name(view->state);

	fetch_table_add(&report->table, name, 30);
	fetch_table_add(&report->table, view->young &&
	    view->state == SM_HEALTH_OK ? "ok (learning)" : state, 0);
	add_age(report, h->success);
	add_age(report, h->post);
	add_number(report, h->failures);
	add_number(report, whole(view->expected));
	add_number(report, whole(view->seen));
	if (view->due == SM_TIME_NONE || view->due <= report->now)
		fetch_table_add(&report->table, "now", 0);
	else
		add_age(report, view->due);
	fetch_table_add(&report->table, h->error, 60);
}

static void
add_time(struct sm_buf *out, const char *name, int64_t time)
{
	if (time != SM_TIME_NONE)
		sm_json_time(out, name, time);
}

static void
print_line(const char *name, const struct sm_health *h,
    const struct sm_health_view *view)
{
	struct sm_buf out = SM_BUF_INIT;

	sm_json_open(&out, NULL, '{');
	sm_json_strz(&out, "source", name);
	sm_json_strz(&out, "state", sm_health_state_name(view->state));
	if (view->young)
		sm_json_bool(&out, "learning", true);
	add_time(&out, "asked", h->asked);
	add_time(&out, "success", h->success);
	add_time(&out, "post", h->post);
	sm_json_int(&out, "failures", h->failures);
	sm_json_int(&out, "status", h->code);
	if (h->error[0])
		sm_json_strz(&out, "error", h->error);
	sm_json_int(&out, "posts", h->posts);
	sm_json_int(&out, "expected_day", whole(view->expected));
	sm_json_int(&out, "seen_day", whole(view->seen));
	sm_json_int(&out, "missing", whole(view->missing));
	if (view->limit > 0)
		sm_json_int(&out, "silent_from", whole(view->limit));
	add_time(&out, "due", view->due);
	sm_json_close(&out, '}');
	printf("%s\n", sm_buf_str(&out));
	sm_buf_release(&out);
}

static enum sm_exit
status_of(const struct sm_health *h, enum sm_health_state state)
{
	switch (state) {
	case SM_HEALTH_LOGIN: return SM_EXIT_NOPERM;
	case SM_HEALTH_FAILING: return h->code;
	case SM_HEALTH_SILENT: return SM_EXIT_TEMP;
	default: return SM_EXIT_OK;
	}
}

static void
tell(struct report *report, const char *name)
{
	const struct sm_health *known = sm_health_file_find(
	    report->run->health, name);
	struct sm_health_view view;
	struct sm_health none;

	sm_health_init(&none, name);
	if (!known)
		known = &none;
	sm_health_look(known, &view);
	fetch_worsen(report->run, status_of(known, view.state));
	if (report->people)
		add_row(report, name, known, &view);
	else
		print_line(name, known, &view);
	sm_health_release(&none);
}

static void
tell_all(struct report *report)
{
	const struct sm_conf *conf = report->run->conf;
	const char *name;

	for (size_t i = 0; (name = sm_conf_name(conf, "source", i)); i++)
		if (sm_conf_bool(conf, "source", name, "enabled", true))
			tell(report, name);
}

void
fetch_tell_health(struct fetch_run *run, char **names, int count)
{
	static const char *const heads[] = { "SOURCE", "STATE", "ANSWERED",
	    "LAST POST", "FAILED", "EXPECTED", "SEEN", "DUE", "" };
	struct report report = { .run = run, .now = sm_clock_now(),
	    .people = isatty(STDOUT_FILENO) != 0,
	    .table = { .columns = 9, .right = 0x70 } };
	char *path = sm_xasprintf("%s.health", fetch_place(run));

	run->health = sm_health_file_open(path, &run->err);
	free(path);
	if (!run->health)
		sm_die(run->err.code, "%s", run->err.text);
	for (size_t i = 0; report.people && i < 9; i++)
		fetch_table_add(&report.table, heads[i], 0);
	for (int i = 0; i < count; i++) {
		if (!sm_conf_has_name(run->conf, "source", names[i]))
			sm_die(SM_EXIT_CONFIG, "there is no [source \"%s\"] "
			    "in the configuration", names[i]);
		tell(&report, names[i]);
	}
	if (count == 0)
		tell_all(&report);
	fetch_table_print(&report.table);
}
