#include "source/json/definition_filter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/sha256.h"
#include "text/date.h"

static json_t *
run_text(const struct filter *filter, json_t *value)
{
	struct sm_buf out = SM_BUF_INIT;
	json_t *made = NULL;

	(void)filter;
	if (value_text(value, &out))
		made = json_stringn(sm_buf_str(&out), out.len);
	sm_buf_release(&out);
	return made;
}

static json_t *
run_int(const struct filter *filter, json_t *value)
{
	int64_t number;

	(void)filter;
	return value_int(value, &number) ? json_integer(number) : NULL;
}

static json_t *
run_bool(const struct filter *filter, json_t *value)
{
	(void)filter;
	return json_boolean(value_true(value));
}

static json_t *
run_count(const struct filter *filter, json_t *value)
{
	(void)filter;
	if (json_is_array(value))
		return json_integer((json_int_t)json_array_size(value));
	if (json_is_object(value))
		return json_integer((json_int_t)json_object_size(value));
	return NULL;
}

/* Seconds since 1970, also from milliseconds and microseconds. */
static int64_t
whole_seconds(int64_t number)
{
	if (number >= INT64_C(100000000000000))
		return number / 1000000;
	return number >= INT64_C(100000000000) ? number / 1000 : number;
}

static json_t *
time_of(const json_t *value, int64_t zone_s)
{
	const char *s = json_string_value(value);
	int64_t time;
	bool zoned;
	char *end;

	if (!s)
		return value_int(value, &time) ?
		    json_integer(whole_seconds(time)) : NULL;
	errno = 0;
	time = strtoll(s, &end, 10);
	if (errno == 0 && end >= s + 9 && (*end == '\0' || *end == '.'))
		return json_integer(whole_seconds(time));
	if (sm_date_parse(s, strlen(s), &time, &zoned) == -1)
		return NULL;
	return json_integer(zoned ? time : time - zone_s);
}

json_t *
value_time(json_t *value, int64_t zone_s)
{
	json_t *time = time_of(value, zone_s);

	json_decref(value);
	return time;
}

static json_t *
run_time(const struct filter *filter, json_t *value)
{
	return time_of(value, filter->number);
}

static json_t *
run_millis(const struct filter *filter, json_t *value)
{
	int64_t number;

	(void)filter;
	if (!value_int(value, &number) || number > INT64_MAX / 1000 ||
	    number < INT64_MIN / 1000)
		return NULL;
	return json_integer(number * 1000);
}

static json_t *
run_rfc3339(const struct filter *filter, json_t *value)
{
	char text[SM_TIME_TEXT];
	int64_t time;

	(void)filter;
	if (!value_int(value, &time))
		return NULL;
	sm_time_format(time, text);
	return json_string(text);
}

static json_t *
run_date(const struct filter *filter, json_t *value)
{
	char text[SM_TIME_TEXT];
	int64_t time;

	(void)filter;
	if (!value_int(value, &time))
		return NULL;
	sm_time_format(time, text);
	return json_stringn(text, strlen("2026-11-22"));
}

static json_t *
run_plus(const struct filter *filter, json_t *value)
{
	int64_t number;

	if (!value_int(value, &number) || (filter->number > 0 ?
	    number > INT64_MAX - filter->number :
	    number < INT64_MIN - filter->number))
		return NULL;
	return json_integer(number + filter->number);
}

static json_t *
run_digest(const struct filter *filter, json_t *value)
{
	struct sm_buf text = SM_BUF_INIT;
	char hex[SM_SHA256_HEX];
	json_t *made = NULL;

	(void)filter;
	if (value_text(value, &text)) {
		sm_sha256_hex(text.data, text.len, hex);
		made = json_stringn(hex, 16);
	}
	sm_buf_release(&text);
	return made;
}

/* For the writer of the URL, who keeps the '/' of it. */
static json_t *
run_path(const struct filter *filter, json_t *value)
{
	(void)filter;
	return json_incref(value);
}

static const struct filter_kind kinds[] = {
	{ "bool", ARG_NONE, run_bool },
	{ "count", ARG_NONE, run_count },
	{ "date", ARG_NONE, run_date },
	{ "digest", ARG_NONE, run_digest },
	{ "html", ARG_NONE, filter_html },
	{ "int", ARG_NONE, run_int },
	{ "join", ARG_TEXT, filter_join },
	{ "labels", ARG_NONE, filter_labels },
	{ "lower", ARG_NONE, filter_lower },
	{ "markdown", ARG_NONE, filter_markdown },
	{ "millis", ARG_NONE, run_millis },
	{ "minus", ARG_NUMBER, run_plus },
	{ "path", ARG_NONE, run_path },
	{ "plus", ARG_NUMBER, run_plus },
	{ "rfc3339", ARG_NONE, run_rfc3339 },
	{ "split", ARG_BOTH, filter_split },
	{ "text", ARG_NONE, run_text },
	{ "time", ARG_ZONE, run_time },
	{ "trim", ARG_NONE, filter_trim },
	{ "unescape", ARG_NONE, filter_unescape },
	{ "unquote", ARG_NONE, filter_unquote },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

const char *
filter_name(const struct filter *filter)
{
	return filter->kind->name;
}

json_t *
filter_run(const struct filter *filter, json_t *value)
{
	json_t *made = filter->kind->run(filter, value);

	json_decref(value);
	return made;
}

static int
whole(struct reading *in, const char *s, int64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoll(s, &end, 10);
	if (end == s || *end || errno)
		return definition_fail(in, "'%s': expected a whole number",
		    s);
	return 0;
}

/* "+0800" in seconds east of Greenwich. */
static int
zone(struct reading *in, const char *s, int64_t *seconds)
{
	int64_t number = 0;

	if (!*s)
		return 0;
	if (strlen(s) != 5 || (*s != '+' && *s != '-') ||
	    strspn(s + 1, "0123456789") != 4)
		return definition_fail(in, "'%s': expected a zone such as "
		    "+0100", s);
	if (whole(in, s + 1, &number) == -1)
		return -1;
	*seconds = (number / 100 * 60 + number % 100) * 60;
	if (*s == '-')
		*seconds = -*seconds;
	return 0;
}

/* The words behind a filter's name; args may be written to. */
static int
argument(struct reading *in, struct filter *filter, char *args)
{
	char *space;
	int ret;

	filter->text = args;
	if (filter->kind->argument != ARG_TEXT)
		while (*args && args[strlen(args) - 1] == ' ')
			args[strlen(args) - 1] = '\0';
	switch (filter->kind->argument) {
	case ARG_NONE:
		return *args ? definition_fail(in, "'%s' takes no argument",
		    filter->kind->name) : 0;
	case ARG_TEXT:
		return 0;
	case ARG_ZONE:
		return zone(in, args, &filter->number);
	case ARG_BOTH:
		space = strrchr(args, ' ');
		if (!space || space == args)
			return definition_fail(in, "'%s' needs a text and a "
			    "number", filter->kind->name);
		*space = '\0';
		return whole(in, space + 1, &filter->number);
	case ARG_NUMBER:
		break;
	}
	ret = whole(in, args, &filter->number);
	if (ret == 0 && *filter->kind->name == 'm')	/* minus */
		filter->number = -filter->number;
	return ret;
}

int
read_filter(struct reading *in, const char *s, size_t len,
    struct filter *filter)
{
	char *text = sm_arena_strndup(&in->def->arena, s, len);
	const char *names[KINDS];
	char *args = text + strcspn(text, " ");

	if (*args)
		*args++ = '\0';
	for (size_t i = 0; i < KINDS; i++) {
		names[i] = kinds[i].name;
		if (strcmp(kinds[i].name, text) == 0)
			filter->kind = &kinds[i];
	}
	if (!filter->kind)
		return definition_unknown(in, "filter", text, names, KINDS);
	return argument(in, filter, args);
}
