#include "base/msg.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/safe.h"
#include "base/xalloc.h"

int sm_verbose, sm_quiet;

static const char *program = "sm";

static void
no_memory(void)
{
	static const char text[] = ": out of memory\n";
	ssize_t n;

	/* No sm_warn here: it would want memory. */
	n = write(STDERR_FILENO, program, strlen(program));
	n = write(STDERR_FILENO, text, sizeof(text) - 1);
	(void)n;
	_exit(SM_EXIT_OS);
}

void
sm_msg_init(const char *argv0)
{
	const char *slash;

	if (argv0 && *argv0) {
		slash = strrchr(argv0, '/');
		program = slash ? slash + 1 : argv0;
	}
	sm_xalloc_handler(no_memory);
}

const char *
sm_msg_program(void)
{
	return program;
}

void
sm_say(const char *text, size_t len)
{
	struct sm_buf line = SM_BUF_INIT;
	size_t done = 0;

	sm_safe(&line, program, strlen(program), SM_SAFE_TTY);
	sm_buf_adds(&line, ": ");
	sm_safe(&line, text, len, SM_SAFE_LINES);
	sm_buf_addc(&line, '\n');
	/* One write where possible: lines of a pipe's programs do not mix. */
	while (done < line.len) {
		ssize_t n = write(STDERR_FILENO, line.data + done,
		    line.len - done);

		if (n <= 0)
			break;
		done += (size_t)n;
	}
	sm_buf_release(&line);
}

static void say(const char *format, va_list ap)
    __attribute__((format(printf, 1, 0)));

static void
say(const char *format, va_list ap)
{
	char *text;
	int len = vasprintf(&text, format, ap);

	if (len == -1)
		no_memory();
	sm_say(text, (size_t)len);
	free(text);
}

void
sm_warn(const char *format, ...)
{
	va_list ap;

	if (sm_quiet)
		return;
	va_start(ap, format);
	say(format, ap);
	va_end(ap);
}

void
sm_note(const char *format, ...)
{
	va_list ap;

	if (!sm_verbose)
		return;
	va_start(ap, format);
	say(format, ap);
	va_end(ap);
}

void
sm_die(enum sm_exit status, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	say(format, ap);
	va_end(ap);
	exit(status);
}
