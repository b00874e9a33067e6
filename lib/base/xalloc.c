#include "base/xalloc.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/exit.h"

static void
no_memory(void)
{
	static const char text[] = "sm: out of memory\n";
	ssize_t n = write(STDERR_FILENO, text, sizeof(text) - 1);

	(void)n;
	_exit(SM_EXIT_OS);
}

static void (*handler)(void) = no_memory;

void
sm_xalloc_handler(void (*fn)(void))
{
	handler = fn ? fn : no_memory;
}

static void *
check(void *p)
{
	if (!p) {
		handler();
		abort();
	}
	return p;
}

void *
sm_xmalloc(size_t size)
{
	return check(malloc(size ? size : 1));
}

void *
sm_xcalloc(size_t count, size_t size)
{
	return check(calloc(count ? count : 1, size ? size : 1));
}

void *
sm_xreallocarray(void *old, size_t count, size_t size)
{
	return check(reallocarray(old, count ? count : 1, size ? size : 1));
}

char *
sm_xstrdup(const char *s)
{
	return check(strdup(s));
}

char *
sm_xstrndup(const char *s, size_t len)
{
	return check(strndup(s, len));
}

char *
sm_xasprintf(const char *format, ...)
{
	va_list ap;
	char *s = NULL;
	int n;

	va_start(ap, format);
	n = vasprintf(&s, format, ap);
	va_end(ap);
	return check(n == -1 ? NULL : s);
}

void *
sm_xgrow(void *old, size_t *room, size_t need, size_t size)
{
	size_t more;

	if (need <= *room)
		return old;
	more = *room + *room / 2;
	if (more < need)
		more = need;
	if (more < 8)
		more = 8;
	*room = more;
	return sm_xreallocarray(old, more, size);
}
