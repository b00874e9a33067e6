/*
 * sm-rules import-holidays - the feast days of an iCalendar file as lines of
 * a calendar of ours.  Only this program needs libical.
 */
#include "rules.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libical/ical.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/safe.h"
#include "base/xalloc.h"

#define FILE_MAX 16777216	/* bytes */
#define DAYS_MAX 20000
#define DAYS_LONG 366	/* of one event */
#define DAY 86400
#define BACK_S (366L * DAY)	/* repeated events: from a year ago */
#define AHEAD_S (10L * 366 * DAY)

struct holiday {
	int64_t day;
	char *name;
};

struct holidays {
	struct holiday *list;
	size_t count, room;
	const char *name;	/* of the event at hand, and its days */
	int64_t days;
};

static void
add_day(struct holidays *all, int64_t day)
{
	struct sm_buf safe = SM_BUF_INIT;

	if (all->count == DAYS_MAX)
		sm_die(SM_EXIT_DATA, "more than %d feast days", DAYS_MAX);
	all->list = sm_xgrow(all->list, &all->room, all->count + 1,
	    sizeof(*all->list));
	sm_safe(&safe, all->name, strlen(all->name), SM_SAFE_TTY);
	all->list[all->count].day = day;
	all->list[all->count++].name = sm_buf_take(&safe);
}

static void
on_event(icalcomponent *event, struct icaltime_span *span, void *arg)
{
	struct holidays *all = arg;

	(void)event;
	for (int64_t day = 0; day < all->days; day++)
		add_day(all, span->start / DAY + day);
}

static bool
is_cancelled(icalcomponent *event)
{
	icalproperty *status = icalcomponent_get_first_property(event,
	    ICAL_STATUS_PROPERTY);

	return status &&
	    icalproperty_get_status(status) == ICAL_STATUS_CANCELLED;
}

/* All days of one event; whether it was one of whole days. */
static bool
add_event(struct holidays *all, icalcomponent *event)
{
	struct icaltimetype start = icalcomponent_get_dtstart(event);
	const char *name = icalcomponent_get_summary(event);
	bool repeats = icalcomponent_get_first_property(event,
	    ICAL_RRULE_PROPERTY) || icalcomponent_get_first_property(event,
	    ICAL_RDATE_PROPERTY);
	int64_t now = sm_clock_now(), from = now - BACK_S;

	if (icaltime_is_null_time(start) || !start.is_date)
		return false;
	if (is_cancelled(event))
		return true;
	if (!repeats)
		from = icaltime_as_timet(start) - DAY;
	all->name = name ? name : "";
	all->days = icaldurationtype_as_int(icalcomponent_get_duration(
	    event)) / DAY;
	all->days = all->days < 1 ? 1 : all->days > DAYS_LONG ? DAYS_LONG :
	    all->days;
	icalcomponent_foreach_recurrence(event,
	    icaltime_from_timet_with_zone((time_t)from, 0, NULL),
	    icaltime_from_timet_with_zone((time_t)(repeats ? now + AHEAD_S :
	    from + 400L * DAY), 0, NULL), on_event, all);
	return true;
}

static int
by_day(const void *a, const void *b)
{
	const struct holiday *x = a, *y = b;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* A day with two names stands once. */
static void
print_days(struct holidays *all)
{
	char text[SM_TIME_TEXT];

	if (all->count > 0)
		qsort(all->list, all->count, sizeof(*all->list), by_day);
	for (size_t i = 0; i < all->count; i++) {
		if (i > 0 && all->list[i].day == all->list[i - 1].day)
			continue;
		sm_time_format(all->list[i].day * DAY, text);
		if (printf("%.10s = closed%s%s\n", text,
		    *all->list[i].name ? "\t# " : "", all->list[i].name) < 0)
			sm_die(SM_EXIT_IO, "cannot write the output");
	}
	for (size_t i = 0; i < all->count; i++)
		free(all->list[i].name);
	free(all->list);
}

static icalcomponent *
read_file(const char *path)
{
	struct sm_buf data = SM_BUF_INIT;
	int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) :
	    open(path, O_RDONLY | O_CLOEXEC);
	icalcomponent *root;

	if (fd == -1)
		sm_die(SM_EXIT_NOINPUT, "cannot open '%s': %s", path,
		    strerror(errno));
	if (sm_buf_read(&data, fd, FILE_MAX) == -1)
		sm_die(errno == EFBIG ? SM_EXIT_DATA : SM_EXIT_IO,
		    "cannot read '%s': %s", path, strerror(errno));
	(void)close(fd);
	root = memchr(sm_buf_str(&data), '\0', data.len) ? NULL :
	    icalparser_parse_string(sm_buf_str(&data));
	sm_buf_release(&data);
	if (!root)
		sm_die(SM_EXIT_DATA, "'%s' is no iCalendar file (RFC 5545)",
		    path);
	return root;
}

void
rules_holidays(const char *path)
{
	struct holidays all = { .list = NULL };
	icalcomponent *root, *event;
	unsigned timed = 0;

	icalerror_set_errors_are_fatal(0);
	root = read_file(path);
	for (event = icalcomponent_get_first_component(root,
	    ICAL_VEVENT_COMPONENT); event;
	    event = icalcomponent_get_next_component(root,
	    ICAL_VEVENT_COMPONENT))
		timed += !add_event(&all, event);
	icalcomponent_free(root);
	if (timed > 0)
		sm_warn("'%s': %u events that are not of whole days are left "
		    "out", path, timed);
	if (all.count == 0)
		sm_die(SM_EXIT_DATA, "'%s' has no event of a whole day",
		    path);
	print_days(&all);
}
