/* How sources are: months of sources that talk in many ways. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "folder.h"
#include "random.h"
#include "source/sweep/health.h"
#include "source/sweep/health_file.h"
#include "source/sweep/volume.h"
#include "tap.h"

#define HOUR 3600
#define DAY 86400
#define START INT64_C(1790000000)
#define SOURCES 30	/* of each kind */

/* ---- Sources that are made up ------------------------------------------ */

/* Posts an hour in thousandths, by hour of the day and day of the week. */
static int64_t
day_rate(int64_t time, int64_t mean)
{
	static const int shape[24] = { 20, 10, 5, 5, 5, 10, 40, 90, 150, 180,
	    190, 180, 170, 180, 180, 170, 160, 150, 140, 130, 110, 90, 60,
	    35 };
	int64_t rate = mean * shape[time / HOUR % 24] / 102;

	return time / DAY % 7 < 2 ? rate / 3 : rate;	/* the weekend */
}

enum kind { STEADY, BUSY, RARE, BURSTS, DIGEST, WEEKLY, FADING, KINDS };

static const struct {
	const char *name;
	int64_t mean;		/* thousandths an hour */
	int64_t delay_h;	/* a silence must be noticed in so many */
} kinds[KINDS] = {
	{ "steady, 50 a day", 2083, 36 },
	{ "busy, 1,500 a day", 62500, 14 },
	{ "rare, one a day", 42, 24 * 30 },
	{ "in bursts of 8, 50 a day", 2083, 24 * 12 },
	{ "a digest a day, of 40", 1667, 24 * 5 },
	{ "one day of the week only, 30", 179, 24 * 21 },
	{ "fading, from 100 to 10 a day", 4167, 24 * 14 }
};

/* How many begin in these five minutes; a Bernoulli step is near enough. */
static int
arrivals(enum kind kind, int64_t time, int64_t since)
{
	int64_t rate = day_rate(time, kinds[kind].mean);
	int n = 0;

	if (kind == DIGEST)
		return time / 300 % 288 == 60 ? 40 : 0;
	if (kind == WEEKLY)
		return time / DAY % 7 == 5 && time / HOUR % 24 == 10 &&
		    time / 300 % 12 < 6 ? 5 : 0;
	if (kind == FADING)
		rate = rate / (1 + (time - since) / (10 * DAY));
	if (kind == BURSTS)
		rate /= 8;
	/* Of an hour's rate a twelfth. */
	for (; rate >= 12000; rate -= 12000)
		n += random_below(2000) >= 1000 ? 2 : 0;
	n += (int64_t)random_below(12000) < rate;
	return kind == BURSTS ? n * 8 : n;
}

struct month {
	int alarms;		/* while it talked */
	int64_t delay;		/* until a silence was noticed, or -1 */
};

/* days of sweeps each quarter of an hour, then silence. */
static struct month
live(enum kind kind, int days)
{
	struct month month = { .delay = -1 };
	struct sm_health h;
	struct sm_health_view view;
	bool before = false;
	int64_t time, end = START + (int64_t)days * DAY;

	sm_health_init(&h, "x");
	for (time = START; time < end + 90 * DAY; time += 900) {
		struct sm_volume volume;

		sm_volume_init(&volume, time);
		for (int i = 2; i >= 0 && time < end; i--)
			for (int n = arrivals(kind, time - 300 * i, START);
			    n > 0; n--)
				sm_volume_add(&volume, time - 300 * i);
		sm_health_answered(&h, &volume, time);
		sm_health_look(&h, &view);
		if (time < end && view.state == SM_HEALTH_SILENT && !before)
			month.alarms++;
		before = view.state == SM_HEALTH_SILENT;
		if (time >= end && before) {
			month.delay = time - end;
			break;
		}
	}
	sm_health_release(&h);
	return month;
}

static int
by_value(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
test_month(enum kind kind)
{
	int64_t delays[SOURCES];
	int alarms = 0, missed = 0;
	char name[160];

	for (int i = 0; i < SOURCES; i++) {
		struct month month = live(kind, 60);

		alarms += month.alarms;
		missed += month.delay < 0;
		delays[i] = month.delay < 0 ? 90 * DAY : month.delay;
	}
	qsort(delays, SOURCES, sizeof(delays[0]), by_value);
	printf("# %-30s %d false alarms in %d weeks of learning done, silence "
	    "noticed after %lld h (median), %lld h (longest)\n",
	    kinds[kind].name, alarms, SOURCES * 46 / 7,
	    (long long)delays[SOURCES / 2] / HOUR,
	    (long long)delays[SOURCES - 1] / HOUR);
	(void)snprintf(name, sizeof(name), "%s: at most 1 false alarm in 50 "
	    "weeks", kinds[kind].name);
	ok(alarms <= SOURCES * 46 / 7 / 50, name);
	(void)snprintf(name, sizeof(name), "%s: silence is noticed, usually "
	    "in %lld hours", kinds[kind].name,
	    (long long)kinds[kind].delay_h);
	ok(missed == 0 && delays[SOURCES / 2] <= kinds[kind].delay_h * HOUR,
	    name);
}

/* Young sources are not called silent, whatever they do. */
static void
test_young(void)
{
	int alarms = 0;

	for (int kind = 0; kind < KINDS; kind++) {
		struct sm_health h;
		struct sm_health_view view;

		sm_health_init(&h, "x");
		for (int64_t time = START; time < START + 14 * DAY;
		    time += 900) {
			struct sm_volume volume;

			sm_volume_init(&volume, time);
			for (int n = time < START + 7 * DAY ?
			    arrivals((enum kind)kind, time, START) : 0; n > 0;
			    n--)
				sm_volume_add(&volume, time);
			sm_health_answered(&h, &volume, time);
			sm_health_look(&h, &view);
			alarms += view.state == SM_HEALTH_SILENT;
		}
		sm_health_release(&h);
	}
	is_int(alarms, 0, "two weeks: no source is called silent yet");
}

/* A machine that sleeps at weekends learns no silence from that. */
static void
test_gaps(void)
{
	struct sm_health h;
	struct sm_health_view view;
	int64_t waiting[4096];
	int alarms = 0, count = 0;

	sm_health_init(&h, "x");
	for (int64_t time = START; time < START + 60 * DAY; time += 900) {
		struct sm_volume volume;

		for (int i = 2; i >= 0; i--)
			for (int n = arrivals(STEADY, time - 300 * i, START);
			    n > 0 && count < 4096; n--)
				waiting[count++] = time - 300 * i;
		if (time / DAY % 7 < 2 || time / HOUR % 24 < 8)
			continue;
		sm_volume_init(&volume, time);
		while (count > 0)
			sm_volume_add(&volume, waiting[--count]);
		sm_health_answered(&h, &volume, time);
		sm_health_look(&h, &view);
		alarms += view.state == SM_HEALTH_SILENT;
	}
	is_int(alarms, 0, "who sleeps at night and at weekends is not alarmed");
	sm_health_release(&h);
}

/* ---- Parts ------------------------------------------------------------- */

static void
test_ln(void)
{
	is_int(sm_health_ln(1000), 0, "ln 1");
	ok(labs((long)sm_health_ln(2718) - 1000) <= 3, "ln e");
	ok(labs((long)sm_health_ln(1000000) - 6908) <= 8, "ln 1000");
	ok(labs((long)sm_health_ln(INT64_C(1000000000)) - 13816) <= 15,
	    "ln 1000000");
	is_int(sm_health_ln(-5), 0, "of what is nothing it is 0");
}

static void
test_due(void)
{
	struct sm_health h;
	struct sm_volume volume;

	sm_health_init(&h, "x");
	ok(sm_health_due(&h) == SM_TIME_NONE, "what was never asked is due");
	h.every = 300;
	sm_volume_init(&volume, START);
	sm_health_answered(&h, &volume, START);
	is_int(sm_health_due(&h) - START, 270, "a tenth early");
	h.every = DAY;
	is_int(sm_health_due(&h) - START, DAY - 60, "a minute at most");
	sm_health_failed(&h, SM_EXIT_TEMP, "not reached", START);
	is_int(sm_health_due(&h) - START, 270, "what may pass: in 5 minutes");
	sm_health_failed(&h, SM_EXIT_TEMP, "not reached", START);
	is_int(sm_health_due(&h) - START, 540, "then in 10");
	for (int i = 0; i < 100; i++)
		sm_health_failed(&h, SM_EXIT_TEMP, "not reached", START);
	is_int(sm_health_due(&h) - START, DAY - 60, "never later than every");
	h.every = 0;
	is_int(sm_health_due(&h) - START, 0, "without every at once");
	sm_health_answered(&h, &volume, START);
	sm_health_failed(&h, SM_EXIT_NOPERM, "401", START);
	is_int(sm_health_due(&h) - START, HOUR - 60,
	    "what needs a person: in an hour");
	sm_health_release(&h);
}

static enum sm_health_state
state_after(enum sm_exit code, int times)
{
	struct sm_health h;
	struct sm_health_view view;
	struct sm_volume volume;

	sm_health_init(&h, "x");
	sm_volume_init(&volume, START);
	sm_health_answered(&h, &volume, START);
	while (times-- > 0)
		sm_health_failed(&h, code, "no", START + 60);
	sm_health_look(&h, &view);
	sm_health_release(&h);
	return view.state;
}

static void
test_states(void)
{
	struct sm_health h;
	struct sm_health_view view;

	sm_health_init(&h, "x");
	sm_health_look(&h, &view);
	is_int(view.state, SM_HEALTH_NEVER, "never asked");
	sm_health_release(&h);
	is_int(state_after(SM_EXIT_TEMP, 0), SM_HEALTH_OK, "it answered");
	is_int(state_after(SM_EXIT_TEMP, 2), SM_HEALTH_OK,
	    "two failures that may pass are none");
	is_int(state_after(SM_EXIT_TEMP, 3), SM_HEALTH_FAILING, "three are");
	is_int(state_after(SM_EXIT_REFUSED, 1), SM_HEALTH_FAILING,
	    "a refusal is at once");
	is_int(state_after(SM_EXIT_NOPERM, 1), SM_HEALTH_LOGIN,
	    "a login needs a person");
	is_str(sm_health_state_name(SM_HEALTH_LOGIN), "reauth_required",
	    "and is called so");
}

static void
test_volume(void)
{
	static const char line[] = "{\"content\":\"\\\"start\\\":\\\"x\","
	    "\"start\":\"2026-09-21T14:13:20Z\"}";
	struct sm_volume volume;

	sm_volume_init(&volume, START);
	sm_volume_add_line(&volume, line, sizeof(line) - 1, START);
	is_int(volume.last, START, "the time of a line, not of its text");
	is_int(volume.count[24], 1, "is counted in its hour");
	sm_volume_add(&volume, START - 10 * DAY);
	is_int(volume.posts, 2, "what is older");
	is_int(volume.count[0], 0, "is counted in none");
	sm_volume_add_line(&volume, "{}", 2, START + 100 * DAY);
	is_int(volume.count[SM_VOLUME_HOURS - 1], 1, "what is newer in the "
	    "last");
}

/* ---- The file ---------------------------------------------------------- */

static void
check_same(const struct sm_health *a, const struct sm_health *b)
{
	ok(a && b && a->asked == b->asked && a->success == b->success &&
	    a->post == b->post && a->failures == b->failures &&
	    a->code == b->code && strcmp(a->error, b->error) == 0 &&
	    a->learnt == b->learnt && a->hours == b->hours &&
	    a->longest == b->longest &&
	    memcmp(a->rate, b->rate, sizeof(a->rate)) == 0 &&
	    memcmp(a->open, b->open, sizeof(a->open)) == 0,
	    "what was learnt is read again");
}

static void
test_file(void)
{
	char folder[] = "/tmp/sm-health.XXXXXX";
	char *path = sm_xasprintf("%s/h", mkdtemp(folder));
	struct sm_health_file *a, *b;
	struct sm_volume volume;
	struct sm_health *h;
	struct sm_err err;
	FILE *f;

	a = sm_health_file_open(path, &err);
	ok(a != NULL, "a file that is not there is empty");
	h = sm_health_file_get(a, "na\"me");
	for (int64_t time = START; time < START + 30 * DAY; time += HOUR) {
		sm_volume_init(&volume, time);
		sm_volume_add(&volume, time);
		sm_health_answered(h, &volume, time);
	}
	sm_health_failed(h, SM_EXIT_TEMP, "na\xC3\xAFve", START + 31 * DAY);
	is_int(sm_health_file_write(a, &err), 0, "what was not touched");
	ok(access(path, F_OK) == -1, "is not written");
	sm_health_file_touch(a, "na\"me");
	is_int(sm_health_file_write(a, &err), 0, "it is written");
	b = sm_health_file_open(path, &err);
	check_same(h, sm_health_file_find(b, "na\"me"));
	sm_health_file_get(b, "other")->every = 5;
	sm_health_file_touch(b, "other");
	is_int(sm_health_file_write(b, &err), 0, "another process writes");
	sm_health_file_touch(a, "na\"me");
	is_int(sm_health_file_write(a, &err), 0, "then the first again");
	sm_health_file_close(b);
	f = fopen(path, "a");
	fputs("half a li", f);
	fclose(f);
	b = sm_health_file_open(path, &err);
	ok(sm_health_file_find(b, "other") &&
	    sm_health_file_find(b, "na\"me") && !sm_health_file_nth(b, 2),
	    "both are there, half a line is none");
	sm_health_file_close(a);
	sm_health_file_close(b);
	free(path);
	folder_remove(folder);
}

int
main(void)
{
	test_ln();
	test_due();
	test_states();
	test_volume();
	test_file();
	test_young();
	test_gaps();
	for (int kind = 0; kind < KINDS; kind++)
		test_month((enum kind)kind);
	return plan_done();
}
