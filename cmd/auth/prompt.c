/* Asking a person. */
#include "auth.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/err.h"
#include "base/xalloc.h"

#define LINE_MAX_BYTES 8192

/* Byte by byte, so that what is behind the line stays for the next. */
static char *
read_line(void)
{
	char *line = sm_xcalloc(1, LINE_MAX_BYTES);
	size_t len = 0;
	ssize_t got = 1;

	while (len < LINE_MAX_BYTES - 1) {
		got = read(STDIN_FILENO, line + len, 1);
		if (got == -1 && errno == EINTR)
			continue;
		if (got != 1 || line[len] == '\n')
			break;
		len++;
	}
	while (len > 0 && strchr(" \t\r\n", line[len - 1]))
		len--;
	line[len] = '\0';
	if (got == 1 || len > 0)
		return line;
	free(line);
	return NULL;
}

char *
auth_prompt(const char *question, bool hidden, struct sm_err *err)
{
	struct termios old, quiet;
	bool terminal = hidden && tcgetattr(STDIN_FILENO, &old) == 0;
	char *line;

	(void)fprintf(stderr, "%s: ", question);
	(void)fflush(stderr);
	if (terminal) {
		quiet = old;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	}
	line = read_line();
	if (terminal) {
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
		(void)fputc('\n', stderr);
	}
	if (line && *line)
		return line;
	free(line);
	sm_err_set(err, SM_EXIT_NOINPUT, "nothing was typed");
	return NULL;
}
