#include "source/social/sse.h"

#include <stdlib.h>
#include <string.h>

void
sm_sse_release(struct sm_sse *sse)
{
	sm_buf_release(&sse->line);
	sm_buf_release(&sse->type);
	sm_buf_release(&sse->data);
	sm_buf_release(&sse->id);
}

static void
forget_event(struct sm_sse *sse)
{
	sm_buf_clear(&sse->type);
	sm_buf_clear(&sse->data);
	sse->filled = sse->over = false;
}

void
sm_sse_reset(struct sm_sse *sse)
{
	forget_event(sse);
	sm_buf_clear(&sse->line);
	sm_buf_clear(&sse->id);
	sse->begun = sse->cr = false;
	sse->mark = 0;
}

/* An empty line: the event is whole. */
static int
dispatch(struct sm_sse *sse, struct sm_err *err)
{
	size_t len = sse->data.len > 0 ? sse->data.len - 1 : 0;
	int ret = 0;

	if (sse->over)
		sse->lost++;
	else if (sse->filled) {
		sm_buf_cut(&sse->data, len);	/* the last LF */
		ret = sse->event(sse->arg, sse->type.len > 0 ?
		    sse->type.data : "message", sm_buf_str(&sse->data), len,
		    err);
	}
	forget_event(sse);
	return ret;
}

static void
set_retry(struct sm_sse *sse, const char *value)
{
	char *end;
	long long ms = strtoll(value, &end, 10);

	if (*value >= '0' && *value <= '9' && !*end && ms >= 0)
		sse->retry_ms = ms;
}

static void
field(struct sm_sse *sse, const char *name, size_t name_len,
    const char *value, size_t len)
{
	if (name_len == 4 && memcmp(name, "data", 4) == 0) {
		sse->filled = true;
		if (sse->data.len + len >= SM_SSE_MAX)
			sse->over = true;
		if (sse->over)
			return;
		sm_buf_add(&sse->data, value, len);
		sm_buf_addc(&sse->data, '\n');
	} else if (name_len == 5 && memcmp(name, "event", 5) == 0) {
		sm_buf_clear(&sse->type);
		sm_buf_add(&sse->type, value, len);
	} else if (name_len == 5 && memcmp(name, "retry", 5) == 0)
		set_retry(sse, value);
	else if (name_len == 2 && memcmp(name, "id", 2) == 0 &&
	    !memchr(value, '\0', len)) {
		sm_buf_clear(&sse->id);
		sm_buf_add(&sse->id, value, len);
	}
}

static int
end_line(struct sm_sse *sse, struct sm_err *err)
{
	const char *s = sm_buf_str(&sse->line), *colon, *value;
	size_t len = sse->line.len;
	int ret = 0;

	colon = memchr(s, ':', len);
	if (len == 0)
		ret = dispatch(sse, err);
	else if (colon == s)
		sse->beats++;
	else if (!colon)
		field(sse, s, len, "", 0);
	else {
		value = colon + 1 + (colon[1] == ' ');
		field(sse, s, (size_t)(colon - s), value,
		    (size_t)(s + len - value));
	}
	sm_buf_clear(&sse->line);
	return ret;
}

/* Bytes of a line, its end excluded. */
static void
add_line(struct sm_sse *sse, const char *s, size_t len)
{
	if (sse->line.len + len > SM_SSE_MAX)
		sse->over = true;
	else
		sm_buf_add(&sse->line, s, len);
}

/* Passes over a byte order mark at the very beginning. */
static size_t
skip_mark(struct sm_sse *sse, const char *s, size_t len)
{
	static const char mark[] = "\xEF\xBB\xBF";
	size_t i = 0;

	while (!sse->begun && i < len && s[i] == mark[sse->mark]) {
		i++;
		sse->begun = ++sse->mark == 3;
	}
	if (!sse->begun && i < len) {
		add_line(sse, mark, sse->mark);
		sse->begun = true;
	}
	return i;
}

int
sm_sse_add(struct sm_sse *sse, const char *s, size_t len, struct sm_err *err)
{
	const char *end = s + len, *from;

	s += skip_mark(sse, s, len);
	while (s < end) {
		if (sse->cr && *s == '\n') {
			sse->cr = false;
			s++;
			continue;
		}
		sse->cr = false;
		for (from = s; s < end && *s != '\n' && *s != '\r'; s++)
			;
		add_line(sse, from, (size_t)(s - from));
		if (s == end)
			break;
		sse->cr = *s++ == '\r';
		if (end_line(sse, err) == -1)
			return -1;
	}
	return 0;
}
