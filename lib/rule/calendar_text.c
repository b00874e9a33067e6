#include "rule/calendar_text.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "rule/calendar_impl.h"
#include "rule/origin.h"

#define DAY 86400

int
cal_fail(const struct cal_file *file, size_t at, const char *text)
{
	return sm_origin_fail(file->origin, at, file->err, "%s", text);
}

char
cal_peek(const struct cal_file *file)
{
	return file->origin->text[file->pos];
}

void
cal_skip_blanks(struct cal_file *file)
{
	while (cal_peek(file) == ' ' || cal_peek(file) == '\t' ||
	    cal_peek(file) == '\r')
		file->pos++;
}

/* Blanks and a comment; whether that was all of the line. */
bool
cal_at_end(struct cal_file *file)
{
	cal_skip_blanks(file);
	if (cal_peek(file) == '#')
		file->pos += strcspn(file->origin->text + file->pos,
		    "\n");
	return cal_peek(file) == '\n' || cal_peek(file) == '\0';
}

bool
cal_take(struct cal_file *file, const char *sign)
{
	size_t len = strlen(sign);

	cal_skip_blanks(file);
	if (strncmp(file->origin->text + file->pos, sign, len) != 0)
		return false;
	file->pos += len;
	return true;
}

/* Letters, digits and what else is in more; "" where there are none. */
size_t
cal_take_word(struct cal_file *file, const char *more, char out[CAL_WORD])
{
	size_t at, len = 0;

	cal_skip_blanks(file);
	at = file->pos;
	while (isalnum((unsigned char)cal_peek(file)) || (cal_peek(file) &&
	    strchr(more, cal_peek(file)))) {
		if (len + 1 < CAL_WORD)
			out[len++] = cal_peek(file);
		file->pos++;
	}
	out[len] = '\0';
	return at;
}

/* Exactly count digits as a number; -1 where there is something else. */
int
cal_digits(struct cal_file *file, int count)
{
	int value = 0;

	for (int i = 0; i < count; i++) {
		char c = cal_peek(file);

		if (c < '0' || c > '9')
			return -1;
		value = value * 10 + (c - '0');
		file->pos++;
	}
	return value;
}

/* hh:mm, 24:00 included, in seconds. */
static int
clock_time(struct cal_file *file, int32_t *out)
{
	size_t at;
	int hour, minute = -1;

	cal_skip_blanks(file);
	at = file->pos;
	hour = cal_digits(file, 2);
	if (hour != -1 && cal_take(file, ":"))
		minute = cal_digits(file, 2);
	if (hour == -1 || minute == -1 || hour > 24 || minute > 59 ||
	    (hour == 24 && minute > 0))
		return cal_fail(file, at, "expected a time of day from 00:00 "
		    "to 24:00");
	*out = hour * 3600 + minute * 60;
	return 0;
}

static int
add_span(struct cal_file *file, struct calendar_hours *hours, size_t at)
{
	struct calendar_span *span;

	if (hours->count == SM_CALENDAR_SPANS)
		return cal_fail(file, at, "more than 16 intervals in a day");
	span = &hours->spans[hours->count];
	if (clock_time(file, &span->from) == -1)
		return -1;
	if (!cal_take(file, "-"))
		return cal_fail(file, file->pos, "expected '-' and when the "
		    "interval ends: 08:00-12:00");
	if (clock_time(file, &span->to) == -1)
		return -1;
	if (span->from == DAY || span->from == span->to)
		return cal_fail(file, at, "this interval is empty; a whole "
		    "day is 00:00-24:00");
	if (span->to < span->from)
		span->to += DAY;
	if (hours->count > 0 && span->from < span[-1].to)
		return cal_fail(file, at, "this interval begins before the one "
		    "in front of it ends");
	hours->count++;
	return 0;
}

/* closed | INTERVAL { , INTERVAL } */
int
cal_read_hours(struct cal_file *file, struct calendar_hours *hours)
{
	char word[CAL_WORD];
	size_t at;

	hours->count = 0;
	cal_skip_blanks(file);
	at = file->pos;
	if (isalpha((unsigned char)cal_peek(file))) {
		cal_take_word(file, "", word);
		if (strcasecmp(word, "closed") != 0)
			return cal_fail(file, at, "expected intervals "
			    "(08:00-12:00, 13:30-18:00) or 'closed'");
	} else {
		do {
			cal_skip_blanks(file);
			if (add_span(file, hours, file->pos) == -1)
				return -1;
		} while (cal_take(file, ","));
	}
	return cal_at_end(file) ? 0 : cal_fail(file, file->pos,
	    "expected ',' and another interval, or the end of the line");
}

