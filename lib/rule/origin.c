#include "rule/origin.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/opt.h"
#include "base/utf8.h"
#include "base/width.h"
#include "base/xalloc.h"

#define BEFORE 60	/* bytes of a long line shown before the place */
#define SHOWN 100	/* and altogether */

struct sm_origin *
sm_origin_new(const char *name, const char *text, size_t len,
    struct sm_err *err)
{
	struct sm_origin *origin;
	size_t bad;

	if (len > SM_ORIGIN_MAX) {
		sm_err_set(err, SM_EXIT_CONFIG, "'%s' is larger than %d bytes",
		    name, SM_ORIGIN_MAX);
		return NULL;
	}
	origin = sm_xcalloc(1, sizeof(*origin));
	origin->name = sm_xstrdup(name);
	origin->text = sm_xmalloc(len + 1);
	memcpy(origin->text, text, len);
	origin->text[len] = '\0';
	origin->len = len;
	bad = strlen(origin->text); /* a NUL is no text either */
	bad = sm_utf8_check(origin->text, bad);
	if (bad == len)
		return origin;
	origin->len = bad;
	origin->text[bad] = '\0';
	sm_origin_fail(origin, bad, err, "this byte is not UTF-8 text");
	sm_origin_free(origin);
	return NULL;
}

struct sm_origin *
sm_origin_open(const char *path, struct sm_err *err)
{
	struct sm_buf buf = SM_BUF_INIT;
	struct sm_origin *origin = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1) {
		sm_err_errno(err, SM_EXIT_CONFIG, "cannot open '%s'", path);
		return NULL;
	}
	if (sm_buf_read(&buf, fd, SM_ORIGIN_MAX) == 0)
		origin = sm_origin_new(path, sm_buf_str(&buf), buf.len, err);
	else if (errno == EFBIG)
		sm_err_set(err, SM_EXIT_CONFIG, "'%s' is larger than %d bytes",
		    path, SM_ORIGIN_MAX);
	else
		sm_err_errno(err, SM_EXIT_CONFIG, "cannot read '%s'", path);
	(void)close(fd);
	sm_buf_release(&buf);
	return origin;
}

void
sm_origin_free(struct sm_origin *origin)
{
	if (!origin)
		return;
	free(origin->name);
	free(origin->text);
	free(origin);
}

static size_t
line_start(const struct sm_origin *origin, size_t at)
{
	while (at > 0 && origin->text[at - 1] != '\n')
		at--;
	return at;
}

void
sm_origin_place(const struct sm_origin *origin, size_t at, unsigned *line,
    unsigned *column)
{
	*line = *column = 1;
	for (size_t i = 0; i < at && i < origin->len; i++) {
		unsigned char c = (unsigned char)origin->text[i];

		if (c == '\n') {
			++*line;
			*column = 1;
		} else if ((c & 0xC0) != 0x80) {
			++*column;
		}
	}
}

/* Forward to where a character begins. */
static size_t
whole(const char *text, size_t at)
{
	while (((unsigned char)text[at] & 0xC0) == 0x80)
		at++;
	return at;
}

/* "\n    the line\n    ^" */
static void
show_line(const struct sm_origin *origin, size_t at, char *out, size_t size)
{
	size_t from = line_start(origin, at);
	size_t len = strcspn(origin->text + from, "\n"), skip = 0, columns;
	char line[4 * SHOWN];

	if (at - from > BEFORE)
		skip = whole(origin->text + from, at - from - BEFORE);
	while (skip < at - from && strchr(" \t", origin->text[from + skip]))
		skip++;
	len -= skip;
	from += skip;
	if (len > SHOWN)
		len = whole(origin->text + from, SHOWN);
	memcpy(line, origin->text + from, len);
	for (size_t i = 0; i < len; i++)
		if (line[i] == '\t' || line[i] == '\r')
			line[i] = ' ';
	columns = sm_width(line, at - from < len ? at - from : len);
	(void)snprintf(out, size, "\n    %.*s\n    %*s", (int)len, line,
	    (int)columns + 1, "^");
}

int
sm_origin_fail(const struct sm_origin *origin, size_t at, struct sm_err *err,
    const char *format, ...)
{
	char text[SM_ERR_MAX / 2], shown[6 * SHOWN];
	unsigned line, column;
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	if (at > origin->len)
		at = origin->len;
	sm_origin_place(origin, at, &line, &column);
	show_line(origin, at, shown, sizeof(shown));
	return sm_err_set(err, SM_EXIT_CONFIG, "%s:%u:%u: %s%s", origin->name,
	    line, column, text, shown);
}

const char *
sm_origin_near(const char *typed, const char *const *names, int count,
    char *out, size_t size)
{
	const char *near = sm_opt_nearest(typed, names, count);

	out[0] = '\0';
	if (near)
		(void)snprintf(out, size, "; did you mean '%s'?", near);
	return out;
}
