#include "score/source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/utf8.h"
#include "base/xalloc.h"

static void
tell(struct sm_lex_report *report, const char *file, unsigned line,
    const char *what, const char *format, va_list ap)
    __attribute__((format(printf, 5, 0)));

static void
tell(struct sm_lex_report *report, const char *file, unsigned line,
    const char *what, const char *format, va_list ap)
{
	char text[SM_ERR_MAX];
	int used;

	used = snprintf(text, sizeof(text), "%s:%u: %s", file, line, what);
	if (used > 0 && (size_t)used < sizeof(text))
		(void)vsnprintf(text + used, sizeof(text) - (size_t)used,
		    format, ap);
	if (report->say)
		report->say(report->arg, text);
}

void
sm_lex_error(struct sm_lex_report *report, const char *file, unsigned line,
    const char *format, ...)
{
	va_list ap;

	report->errors++;
	va_start(ap, format);
	tell(report, file, line, "", format, ap);
	va_end(ap);
}

void
sm_lex_warning(struct sm_lex_report *report, const char *file, unsigned line,
    const char *format, ...)
{
	va_list ap;

	report->warnings++;
	va_start(ap, format);
	tell(report, file, line, "warning: ", format, ap);
	va_end(ap);
}

int
sm_source_open(struct sm_source_file *file, const char *path,
    const char *name, struct sm_err *err)
{
	struct sm_buf buf = SM_BUF_INIT;
	int ret = -1, fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t good;

	if (fd == -1 || sm_buf_read(&buf, fd, SM_SOURCE_MAX) == -1) {
		sm_err_errno(err, SM_EXIT_NOINPUT, "cannot read '%s'", path);
		goto out;
	}
	good = sm_utf8_check(sm_buf_str(&buf), buf.len);
	if (good < buf.len || memchr(sm_buf_str(&buf), '\0', buf.len)) {
		sm_err_set(err, SM_EXIT_CONFIG, "'%s': byte %zu is not UTF-8 "
		    "text", path, good);
		goto out;
	}
	file->len = buf.len;
	sm_buf_addc(&buf, '\0');
	file->data = file->next = sm_buf_take(&buf);
	file->name = sm_xstrdup(name);
	file->line = 0;
	ret = 0;
out:
	if (fd != -1)
		close(fd);
	sm_buf_release(&buf);
	return ret;
}

void
sm_source_close(struct sm_source_file *file)
{
	free(file->data);
	free(file->name);
	file->data = file->name = NULL;
}

/* But "#fail", a tab and so on is an entry. */
static bool
is_comment(const char *line)
{
	return *line == '#' && (line[1] == ' ' || line[1] == '#' ||
	    !strchr(line, '\t'));
}

char *
sm_source_line(struct sm_source_file *file)
{
	while (*file->next) {
		char *line = file->next;
		size_t len = strcspn(line, "\n");

		file->next = line + len + (line[len] != '\0');
		line[len] = '\0';
		if (len && line[len - 1] == '\r')
			line[len - 1] = '\0';
		file->line++;
		if (*line && !is_comment(line))
			return line;
	}
	return NULL;
}

size_t
sm_source_fields(struct sm_source_file *file, char *field[], size_t max)
{
	char *line = sm_source_line(file), *tab;
	size_t count = 0;

	while (line && count < max) {
		field[count++] = line;
		tab = strchr(line, '\t');
		if (tab)
			*tab++ = '\0';
		line = tab;
	}
	return count;
}

int
sm_source_milli(const char *s, int32_t *milli)
{
	int sign = *s == '-' ? -1 : 1;
	int32_t whole = 0, part = 0, unit = 100;
	const char *start;

	if (*s == '-' || *s == '+')
		s++;
	for (start = s; *s >= '0' && *s <= '9'; s++)
		if ((whole = whole * 10 + (*s - '0')) > 1000000)
			return -1;
	if (*s == '.')
		for (start = ++s; *s >= '0' && *s <= '9'; s++, unit /= 10)
			part += unit * (*s - '0');
	if (s == start || *s)
		return -1;
	*milli = sign * (whole * 1000 + part);
	return 0;
}

static int
by_name(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

char **
sm_source_names(const char *path, const char *ending, struct sm_err *err)
{
	size_t count = 0, room = 0, len = strlen(ending);
	struct dirent *entry;
	char **names = NULL;
	DIR *dir = opendir(path);

	if (!dir) {
		sm_err_errno(err, SM_EXIT_NOINPUT, "cannot read folder '%s'",
		    path);
		return NULL;
	}
	names = sm_xgrow(names, &room, 1, sizeof(*names));
	while ((entry = readdir(dir))) {
		size_t have = strlen(entry->d_name);

		if (entry->d_name[0] == '.' || have <= len ||
		    strcmp(entry->d_name + have - len, ending) != 0)
			continue;
		names = sm_xgrow(names, &room, count + 2, sizeof(*names));
		names[count++] = sm_xstrdup(entry->d_name);
	}
	closedir(dir);
	names[count] = NULL;
	qsort(names, count, sizeof(*names), by_name);
	return names;
}

void
sm_source_names_free(char **names)
{
	for (size_t i = 0; names && names[i]; i++)
		free(names[i]);
	free(names);
}
