#include "source/social/social.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "text/date.h"

json_t *
social_at(const json_t *json, const char *path)
{
	json_t *value = NULL;

	for (; *path; json = value) {
		size_t len = strcspn(path, ".");

		value = json_object_getn(json, path, len);
		if (!value)
			return NULL;
		path += len + (path[len] == '.');
	}
	return value;
}

struct sm_span
social_str(const json_t *json, const char *path)
{
	const json_t *value = social_at(json, path);
	struct sm_span span = { .s = json_string_value(value),
	    .len = json_string_length(value) };

	return span;
}

const char *
social_text(const json_t *json, const char *path)
{
	const char *s = json_string_value(social_at(json, path));

	return s ? s : "";
}

bool
social_is_id(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] <= ' ' || s[i] == 0x7F)
			return false;
	return len > 0 && len <= SOCIAL_ID_MAX;
}

const char *
social_id(struct sm_arena *arena, const json_t *json, const char *path)
{
	const json_t *value = social_at(json, path);
	struct sm_buf text = SM_BUF_INIT;
	const char *id = NULL;

	if (json_is_string(value))
		sm_buf_add(&text, json_string_value(value),
		    json_string_length(value));
	else if (json_is_integer(value))
		sm_buf_addi(&text, json_integer_value(value));
	if (text.len > 0 && social_is_id(text.data, text.len))
		id = sm_arena_strndup(arena, text.data, text.len);
	sm_buf_release(&text);
	return id;
}

int64_t
social_count(const json_t *json, const char *path)
{
	const json_t *value = social_at(json, path);

	return json_is_integer(value) && json_integer_value(value) >= 0 ?
	    json_integer_value(value) : -1;
}

int64_t
social_time(const json_t *json, const char *path)
{
	struct sm_span text = social_str(json, path);
	int64_t time;

	if (!text.s || sm_date_parse(text.s, text.len, &time, NULL) == -1)
		return SM_TIME_NONE;
	return time;
}

bool
social_true(const json_t *json, const char *path)
{
	return json_is_true(social_at(json, path));
}

int
social_truth(const json_t *json, const char *path)
{
	const json_t *value = social_at(json, path);

	return json_is_boolean(value) ? json_is_true(value) : -1;
}

void
social_encode(struct sm_buf *out, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (isalnum(c) || (c && strchr("-._~", c)))
			sm_buf_addc(out, (char)c);
		else
			sm_buf_addf(out, "%%%02X", c);
	}
}

void
social_param(struct sm_buf *url, const char *name, const char *value)
{
	sm_buf_addc(url, strchr(sm_buf_str(url), '?') ? '&' : '?');
	sm_buf_adds(url, name);
	sm_buf_addc(url, '=');
	social_encode(url, value, strlen(value));
}

/* Behind a quoted string or a token at s. */
static const char *
skip_value(const char *s)
{
	if (*s != '"')
		return s + strcspn(s, ";, \t");
	for (s++; *s && *s != '"'; s++)
		if (*s == '\\' && s[1])
			s++;
	return s + (*s == '"');
}

/* Whether rel is one of the words of the parameter's value at s. */
static bool
has_word(const char *s, const char *end, const char *rel)
{
	size_t n = strlen(rel);

	while (s < end) {
		size_t len = strcspn(s, " \t\";,");

		if (s + len <= end && len == n &&
		    strncasecmp(s, rel, n) == 0)
			return true;
		s += len + (s[len] ? 1 : 0);
		if (len == 0 && !*s)
			break;
	}
	return false;
}

/* Behind the parameters at s; *found: one of them is rel. */
static const char *
skip_params(const char *s, const char *rel, bool *found)
{
	bool first = true;

	*found = false;
	for (;;) {
		const char *value;
		bool is_rel;

		s += strspn(s, " \t");
		if (*s != ';')
			return s;
		s++;
		s += strspn(s, " \t");
		is_rel = strncasecmp(s, "rel", 3) == 0 &&
		    strchr("= \t", s[3]) && s[3];
		s += strcspn(s, "=;,");
		if (*s != '=')
			continue;
		s++;
		value = s += strspn(s, " \t");
		s = skip_value(s);
		/* Of several the first counts. */
		if (is_rel && first)
			*found = has_word(value, s, rel);
		first = first && !is_rel;
	}
}

bool
social_link(const char *header, const char *rel, struct sm_buf *out)
{
	const char *s = header, *target, *end;
	bool found;

	while (s && (s = strchr(s, '<'))) {
		target = ++s;
		end = strchr(s, '>');
		if (!end)
			return false;
		s = skip_params(end + 1, rel, &found);
		if (!found)
			continue;
		sm_buf_add(out, target, (size_t)(end - target));
		return out->len > 0;
	}
	return false;
}

int
social_body(struct sm_buf *body, const char *data, size_t len,
    struct sm_err *err)
{
	if (body->len + len > SOCIAL_BODY_MAX)
		return sm_err_set(err, SM_EXIT_DATA, "the answer is longer "
		    "than %d bytes", SOCIAL_BODY_MAX);
	sm_buf_add(body, data, len);
	return 0;
}
