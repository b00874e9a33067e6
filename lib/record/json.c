#include "record/json.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/utf8.h"

static void
begin(struct sm_buf *out, const char *name)
{
	char last = out->len ? out->data[out->len - 1] : '\n';

	if (last != '{' && last != '[' && last != ':' && last != '\n')
		sm_buf_addc(out, ',');
	if (!name)
		return;
	sm_buf_addc(out, '"');
	sm_json_escape(out, name, strlen(name));
	sm_buf_add(out, "\":", 2);
}

void
sm_json_open(struct sm_buf *out, const char *name, char bracket)
{
	begin(out, name);
	sm_buf_addc(out, bracket);
}

void
sm_json_close(struct sm_buf *out, char bracket)
{
	sm_buf_addc(out, bracket);
}

static bool
is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

static void
escape_char(struct sm_buf *out, unsigned char c)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *at = c ? strchr(from, c) : NULL;

	if (at) {
		sm_buf_addc(out, '\\');
		sm_buf_addc(out, to[at - from]);
	} else {
		sm_buf_addf(out, "\\u%04x", c);
	}
}

void
sm_json_escape(struct sm_buf *out, const char *s, size_t len)
{
	const char *end = s + len;

	while (s < end) {
		const char *run = s;
		size_t size;

		while (run < end && is_plain((unsigned char)*run))
			run++;
		if (run > s) {
			sm_buf_add(out, s, (size_t)(run - s));
			s = run;
			continue;
		}
		if ((unsigned char)*s < 0x80) {
			escape_char(out, (unsigned char)*s++);
			continue;
		}
		if (sm_utf8_get(s, end, &size) == SM_UTF8_BAD)
			sm_buf_add(out, "\xef\xbf\xbd", 3);
		else
			sm_buf_add(out, s, size);
		s += size;
	}
}

void
sm_json_str(struct sm_buf *out, const char *name, const char *s, size_t len)
{
	begin(out, name);
	sm_buf_addc(out, '"');
	sm_json_escape(out, s, len);
	sm_buf_addc(out, '"');
}

void
sm_json_strz(struct sm_buf *out, const char *name, const char *s)
{
	sm_json_str(out, name, s, strlen(s));
}

void
sm_json_int(struct sm_buf *out, const char *name, int64_t value)
{
	begin(out, name);
	sm_buf_addi(out, value);
}

void
sm_json_bool(struct sm_buf *out, const char *name, bool value)
{
	begin(out, name);
	sm_buf_adds(out, value ? "true" : "false");
}

void
sm_json_time(struct sm_buf *out, const char *name, int64_t time)
{
	char text[SM_TIME_TEXT];

	sm_time_format(time, text);
	sm_json_strz(out, name, text);
}

void
sm_json_raw(struct sm_buf *out, const char *name, const char *json,
    size_t len)
{
	begin(out, name);
	sm_buf_add(out, json, len);
}
