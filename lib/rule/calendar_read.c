/* The file of a calendar. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/path.h"
#include "base/sha256.h"
#include "base/xalloc.h"
#include "rule/calendar_impl.h"
#include "rule/calendar_text.h"
#include "rule/origin.h"

#define INCLUDES 8	/* files within files */
static const char *const weekdays[] = {
	"mon", "tue", "wed", "thu", "fri", "sat", "sun"
};

static int
weekday(const char *word)
{
	for (int i = 0; i < 7; i++)
		if (strcasecmp(word, weekdays[i]) == 0)
			return i;
	return -1;
}

/* mon-fri, or mon; bits by weekday.  0: it is none. */
static unsigned
take_range(struct cal_file *file)
{
	char word[CAL_WORD];
	unsigned days = 0;
	int first, last;

	cal_take_word(file, "", word);
	if (strcasecmp(word, "daily") == 0)
		return 127;
	first = last = weekday(word);
	if (first != -1 && cal_take(file, "-")) {
		cal_take_word(file, "", word);
		last = weekday(word);
	}
	if (first == -1 || last == -1)
		return 0;
	for (int day = first; ; day = (day + 1) % 7) {
		days |= 1U << day;
		if (day == last)
			return days;
	}
}

/* mon-thu, sat = HOURS */
static int
read_week(struct cal_file *file)
{
	struct calendar_hours hours;
	size_t at = file->pos;
	unsigned days = 0;

	do {
		unsigned range;

		cal_skip_blanks(file);
		at = file->pos;
		range = take_range(file);
		if (!range)
			return cal_fail(file, at, "expected mon, tue, wed, "
			    "thu, fri, sat, sun or daily, a day "
			    "(2026-12-25), tz or include");
		if (range & days)
			return cal_fail(file, at, "this day is named twice");
		days |= range;
	} while (cal_take(file, ","));
	if (!cal_take(file, "="))
		return cal_fail(file, file->pos, "expected '='");
	if (cal_read_hours(file, &hours) == -1)
		return -1;
	for (int day = 0; day < 7; day++) {
		int *depth = &file->calendar->week_depth[day];

		if (!(days & 1U << day))
			continue;
		if (*depth == 1 && file->depth == 0)
			return cal_fail(file, at, "the hours of this day are "
			    "said twice");
		if (*depth && *depth <= file->depth + 1)
			continue;
		file->calendar->week[day] = hours;
		*depth = file->depth + 1;
	}
	return 0;
}

static int
days_in(int month, int64_t year)
{
	return (int)(month == 12 ? 31 : sm_time_days(year, month + 1, 1) -
	    sm_time_days(year, month, 1));
}

/* YYYY-MM-DD, or MM-DD for every year (*year -1). */
static int
take_date(struct cal_file *file, int *year, int *month, int *day)
{
	size_t at;

	cal_skip_blanks(file);
	at = file->pos;
	*year = -1;
	if (strspn(file->origin->text + at, "0123456789") == 4) {
		*year = cal_digits(file, 4);
		if (!cal_take(file, "-"))
			return cal_fail(file, at, "expected a day: "
			    "2026-12-25, or 12-25 for every year");
	}
	*month = cal_digits(file, 2);
	*day = *month != -1 && cal_take(file, "-") ? cal_digits(file, 2) : -1;
	if (*day == -1)
		return cal_fail(file, at, "expected a day: 2026-12-25, or "
		    "12-25 for every year");
	if (*month < 1 || *month > 12 || *day < 1 ||
	    *day > days_in(*month, *year == -1 ? 2000 : *year))
		return cal_fail(file, at, "there is no such day");
	return 0;
}

static int
add_day(struct cal_file *file, struct calendar_days *days, int64_t day,
    const struct calendar_hours *hours, size_t at)
{
	struct calendar_day *new;

	for (size_t i = days->count; i > 0; i--)
		if (days->list[i - 1].day == day &&
		    days->list[i - 1].depth == file->depth &&
		    file->depth == 0)
			return cal_fail(file, at, "this day is said twice");
	if (days->count == SM_CALENDAR_DAYS)
		return cal_fail(file, at, "more than 20000 days with hours of "
		    "their own");
	days->list = sm_xgrow(days->list, &days->room, days->count + 1,
	    sizeof(*days->list));
	new = &days->list[days->count++];
	new->day = day;
	new->hours = *hours;
	new->depth = file->depth;
	new->order = days->count;
	return 0;
}

/* DATE [..DATE] = HOURS */
static int
read_date(struct cal_file *file)
{
	struct calendar_hours hours;
	int year, month, day, year2, month2, day2;
	int64_t first, last;
	size_t at = file->pos;

	if (take_date(file, &year, &month, &day) == -1)
		return -1;
	first = last = year == -1 ? month * 100 + day :
	    sm_time_days(year, month, day);
	if (cal_take(file, "..")) {
		size_t end = file->pos;

		if (take_date(file, &year2, &month2, &day2) == -1)
			return -1;
		last = year2 == -1 ? 0 : sm_time_days(year2, month2, day2);
		if (year == -1 || year2 == -1 || last < first ||
		    last > first + 366)
			return cal_fail(file, end, "a range of days goes from "
			    "2026-12-24 to a later day, within a year");
	}
	if (!cal_take(file, "="))
		return cal_fail(file, file->pos, "expected '='");
	if (cal_read_hours(file, &hours) == -1)
		return -1;
	for (; first <= last; first++)
		if (add_day(file, year == -1 ? &file->calendar->yearly :
		    &file->calendar->dates, first, &hours, at) == -1)
			return -1;
	return 0;
}

static int
read_zone(struct cal_file *file)
{
	struct sm_calendar *calendar = file->calendar;
	char word[CAL_WORD];
	struct sm_err why;
	size_t at;

	if (!cal_take(file, "="))
		return cal_fail(file, file->pos, "expected '='");
	at = cal_take_word(file, "/_+-", word);
	cal_skip_blanks(file);
	if (!cal_at_end(file))
		return cal_fail(file, file->pos, "nothing comes behind the "
		    "time zone");
	if (calendar->zone && calendar->zone_depth + file->depth == 0)
		return cal_fail(file, at, "the time zone is said twice");
	if (calendar->zone && calendar->zone_depth <= file->depth)
		return 0;
	sm_zone_free(calendar->zone);
	calendar->zone = sm_zone_open(word, &why);
	calendar->zone_depth = file->depth;
	return calendar->zone ? 0 : cal_fail(file, at, why.text);
}

static int read_file(struct cal_file *above, const char *path);

static bool
ends_with(const char *s, const char *end)
{
	size_t len = strlen(s), n = strlen(end);

	return len >= n && strcasecmp(s + len - n, end) == 0;
}

/* include FILE: its name is the rest of the line. */
static int
read_include(struct cal_file *file)
{
	const char *line = file->origin->text;
	size_t at, end;
	char *name, *path;
	int ret;

	cal_skip_blanks(file);
	at = end = file->pos;
	while (line[end] && line[end] != '\n' && line[end] != '#')
		end++;
	while (end > at && isspace((unsigned char)line[end - 1]))
		end--;
	if (end == at)
		return cal_fail(file, at, "expected the name of a file");
	if (file->depth >= INCLUDES)
		return cal_fail(file, at, "more than 8 files within each "
		    "other: does it include itself?");
	name = sm_xstrndup(line + at, end - at);
	path = sm_path_beside(file->origin->name, name);
	file->pos = end;
	if (ends_with(name, ".ics"))
		ret = cal_fail(file, at, "this is no calendar of ours; make "
		    "one by: sm-rules import-holidays FILE.ics > FILE.cal");
	else
		ret = read_file(file, path);
	free(path);
	free(name);
	if (ret == 0 && !cal_at_end(file))
		ret = cal_fail(file, file->pos, "nothing comes behind the "
		    "file");
	return ret;
}

static int
read_line(struct cal_file *file)
{
	char word[CAL_WORD];
	size_t at;

	if (cal_at_end(file))
		return 0;
	at = file->pos;
	if (isdigit((unsigned char)cal_peek(file)))
		return read_date(file);
	cal_take_word(file, "", word);
	if (strcmp(word, "tz") == 0)
		return read_zone(file);
	if (strcmp(word, "include") == 0)
		return read_include(file);
	file->pos = at;
	return read_week(file);
}

static int
read_lines(struct cal_file *file)
{
	if (file->sha)
		sm_sha256_add(file->sha, file->origin->text,
		    file->origin->len);
	while (cal_peek(file)) {
		if (read_line(file) == -1)
			return -1;
		if (cal_peek(file) == '\n')
			file->pos++;
	}
	return 0;
}

/* A file that another one includes. */
static int
read_file(struct cal_file *above, const char *path)
{
	struct cal_file file = {
		.calendar = above->calendar, .sha = above->sha,
		.err = above->err, .depth = above->depth + 1
	};
	struct sm_err why;
	int ret;

	file.origin = sm_origin_open(path, &why);
	if (!file.origin)
		return cal_fail(above, above->pos, why.text);
	ret = read_lines(&file);
	sm_origin_free(file.origin);
	return ret;
}

static int
check_open(const struct cal_file *file)
{
	const struct sm_calendar *calendar = file->calendar;

	for (int day = 0; day < 7; day++)
		if (calendar->week[day].count > 0)
			return 0;
	for (size_t i = 0; i < calendar->yearly.count; i++)
		if (calendar->yearly.list[i].hours.count > 0)
			return 0;
	for (size_t i = 0; i < calendar->dates.count; i++)
		if (calendar->dates.list[i].hours.count > 0)
			return 0;
	return cal_fail(file, 0, "this calendar is never open: say for "
	    "example mon-fri = 09:00-17:00");
}

/* Takes origin. */
static struct sm_calendar *
read_origin(struct sm_origin *origin, struct sm_sha256 *sha,
    struct sm_err *err)
{
	struct cal_file file = {
		.calendar = sm_xcalloc(1, sizeof(*file.calendar)),
		.origin = origin, .sha = sha, .err = err
	};
	int ret = read_lines(&file);

	if (ret == 0 && !file.calendar->zone)
		ret = cal_fail(&file, 0, "in which time zone? say for example "
		    "tz = Europe/Warsaw");
	if (ret == 0) {
		calendar_settle(&file.calendar->dates);
		calendar_settle(&file.calendar->yearly);
		ret = check_open(&file);
	}
	sm_origin_free(origin);
	if (ret == 0)
		return file.calendar;
	sm_calendar_free(file.calendar);
	return NULL;
}

struct sm_calendar *
sm_calendar_open(const char *path, struct sm_sha256 *sha, struct sm_err *err)
{
	struct sm_origin *origin = sm_origin_open(path, err);

	return origin ? read_origin(origin, sha, err) : NULL;
}

struct sm_calendar *
sm_calendar_read(const char *name, const char *text, size_t len,
    struct sm_err *err)
{
	struct sm_origin *origin = sm_origin_new(name, text, len, err);

	return origin ? read_origin(origin, NULL, err) : NULL;
}
