#include "source/lenient.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "text/charset.h"

struct scan {
	const char *at, *end;
	struct sm_buf *out;
	int depth;
};

/* The value of \uXXXX at s, or -1. */
static long
unit(const char *s, const char *end)
{
	long value = 0;

	if (end - s < 6 || s[0] != '\\' || s[1] != 'u')
		return -1;
	for (int i = 2; i < 6; i++) {
		int c = tolower((unsigned char)s[i]);

		if (!isxdigit(c))
			return -1;
		value = value * 16 + (c <= '9' ? c - '0' : c - 'a' + 10);
	}
	return value;
}

/* A backslash and what belongs to it. */
static void
escape(struct scan *scan)
{
	long first = unit(scan->at, scan->end), second;
	size_t len = first >= 0 ? 6 : 2;

	if ((size_t)(scan->end - scan->at) < len)
		len = (size_t)(scan->end - scan->at);
	if (first >= 0xD800 && first < 0xDC00) {
		second = unit(scan->at + 6, scan->end);
		if (second >= 0xDC00 && second < 0xE000)
			len = 12;
		else
			first = 0xDC00;
	}
	if (first >= 0xDC00 && first < 0xE000)
		sm_buf_adds(scan->out, "\\ufffd");
	else if (first != 0)
		sm_buf_add(scan->out, scan->at, len);
	scan->at += len;
}

static void
string(struct scan *scan)
{
	const char *from = scan->at++;

	while (scan->at < scan->end && *scan->at != '"') {
		unsigned char c = (unsigned char)*scan->at;

		if (c != '\\' && c >= ' ') {
			scan->at++;
			continue;
		}
		sm_buf_add(scan->out, from, (size_t)(scan->at - from));
		if (c == '\\')
			escape(scan);
		else {	/* a raw control is no JSON, but its meaning is clear */
			sm_buf_addf(scan->out, "\\u%04x", c);
			scan->at++;
		}
		from = scan->at;
	}
	if (scan->at < scan->end)
		scan->at++;
	sm_buf_add(scan->out, from, (size_t)(scan->at - from));
}

/* Numbers that jansson refuses: over 18 digits, or three of an exponent. */
static bool
is_odd(const char *s, size_t len)
{
	size_t digits = 0, exponent = 0;
	bool whole = true, in_exponent = false;

	for (size_t i = 0; i < len; i++) {
		if (isdigit((unsigned char)s[i]))
			*(in_exponent ? &exponent : &digits) += 1;
		else if (s[i] == 'e' || s[i] == 'E')
			in_exponent = true;
		if (!isdigit((unsigned char)s[i]) && s[i] != '-')
			whole = false;
	}
	return (whole && digits > 18) || exponent > 2;
}

static void
number(struct scan *scan)
{
	const char *from = scan->at;
	size_t len;
	bool odd;

	while (scan->at < scan->end && (isalnum((unsigned char)*scan->at) ||
	    *scan->at == '+' || *scan->at == '-' || *scan->at == '.'))
		scan->at++;
	len = (size_t)(scan->at - from);
	odd = is_odd(from, len);
	if (odd)
		sm_buf_addc(scan->out, '"');
	sm_buf_add(scan->out, from, len);
	if (odd)
		sm_buf_addc(scan->out, '"');
}

static int
prepare(struct scan *scan, struct sm_err *err)
{
	while (scan->at < scan->end) {
		char c = *scan->at;

		if (c == '"')
			string(scan);
		else if (isdigit((unsigned char)c) || c == '-')
			number(scan);
		else {
			scan->depth += c == '{' || c == '[';
			scan->depth -= c == '}' || c == ']';
			if (scan->depth > SM_LENIENT_DEPTH)
				return sm_err_set(err, SM_EXIT_DATA,
				    "JSON nested deeper than %d levels",
				    SM_LENIENT_DEPTH);
			sm_buf_addc(scan->out, c);
			scan->at++;
		}
	}
	return 0;
}

json_t *
sm_lenient_json(const char *bytes, size_t len, struct sm_err *err)
{
	struct sm_buf text = SM_BUF_INIT, fit = SM_BUF_INIT;
	struct scan scan = { .out = &fit };
	json_error_t why;
	json_t *json = NULL;

	sm_charset_text(&text, bytes, len, "", 0);
	scan.at = sm_buf_str(&text);
	scan.end = scan.at + text.len;
	if (prepare(&scan, err) == -1)
		;
	else if (!(json = json_loadb(sm_buf_str(&fit), fit.len,
	    JSON_DECODE_ANY, &why)))
		sm_err_set(err, SM_EXIT_DATA, "line %d, column %d: %s",
		    why.line, why.column, why.text);
	sm_buf_release(&text);
	sm_buf_release(&fit);
	return json;
}

const char *
sm_lenient_str(const json_t *object, const char *name, char room[32])
{
	const json_t *value = json_object_get(object, name);

	if (json_is_string(value))
		return json_string_value(value);
	if (!json_is_integer(value))
		return NULL;
	snprintf(room, 32, "%lld", (long long)json_integer_value(value));
	return room;
}
