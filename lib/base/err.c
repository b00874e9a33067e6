#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int
sm_err_set(struct sm_err *err, enum sm_exit code, const char *format, ...)
{
	va_list ap;

	if (!err)
		return -1;
	err->code = code;
	va_start(ap, format);
	(void)vsnprintf(err->text, sizeof(err->text), format, ap);
	va_end(ap);
	return -1;
}

int
sm_err_errno(struct sm_err *err, enum sm_exit code, const char *format, ...)
{
	int saved = errno;
	size_t len;
	va_list ap;

	if (!err)
		return -1;
	err->code = code;
	va_start(ap, format);
	(void)vsnprintf(err->text, sizeof(err->text), format, ap);
	va_end(ap);
	len = strlen(err->text);
	(void)snprintf(err->text + len, sizeof(err->text) - len, ": %s",
	    strerror(saved));
	return -1;
}

int
sm_err_prefix(struct sm_err *err, const char *format, ...)
{
	char head[SM_ERR_MAX], tail[SM_ERR_MAX];
	va_list ap;

	if (!err)
		return -1;
	va_start(ap, format);
	(void)vsnprintf(head, sizeof(head), format, ap);
	va_end(ap);
	memcpy(tail, err->text, sizeof(tail));
	if (snprintf(err->text, sizeof(err->text), "%s: %s", head, tail) >=
	    (int)sizeof(err->text))
		err->text[sizeof(err->text) - 1] = '\0';
	return -1;
}
