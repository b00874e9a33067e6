#include "base/buf.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"

void
sm_buf_init(struct sm_buf *buf)
{
	buf->data = NULL;
	buf->len = buf->room = 0;
}

void
sm_buf_release(struct sm_buf *buf)
{
	free(buf->data);
	sm_buf_init(buf);
}

void
sm_buf_clear(struct sm_buf *buf)
{
	sm_buf_cut(buf, 0);
}

void
sm_buf_cut(struct sm_buf *buf, size_t len)
{
	assert(len <= buf->len);
	buf->len = len;
	if (buf->data)
		buf->data[len] = '\0';
}

char *
sm_buf_reserve(struct sm_buf *buf, size_t more)
{
	if (buf->len + more + 1 > buf->room)
		buf->data = sm_xgrow(buf->data, &buf->room,
		    buf->len + more + 1, 1);
	return buf->data + buf->len;
}

void
sm_buf_add(struct sm_buf *buf, const void *data, size_t len)
{
	char *to = sm_buf_reserve(buf, len);

	if (len)
		memcpy(to, data, len);
	to[len] = '\0';
	buf->len += len;
}

void
sm_buf_adds(struct sm_buf *buf, const char *s)
{
	sm_buf_add(buf, s, strlen(s));
}

void
sm_buf_addc(struct sm_buf *buf, char c)
{
	sm_buf_add(buf, &c, 1);
}

void
sm_buf_addf(struct sm_buf *buf, const char *format, ...)
{
	size_t room = 128;
	va_list ap;
	int n;

	/* Twice at the most: the first tells how much room it takes. */
	for (;;) {
		char *to = sm_buf_reserve(buf, room);

		va_start(ap, format);
		n = vsnprintf(to, room, format, ap);
		va_end(ap);
		assert(n >= 0);
		if ((size_t)n < room)
			break;
		room = (size_t)n + 1;
	}
	buf->len += (size_t)n;
}

void
sm_buf_addi(struct sm_buf *buf, int64_t value)
{
	char digits[24];
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	if (value < 0)
		digits[--at] = '-';
	sm_buf_add(buf, digits + at, sizeof(digits) - at);
}

const char *
sm_buf_str(const struct sm_buf *buf)
{
	return buf->data ? buf->data : "";
}

char *
sm_buf_take(struct sm_buf *buf)
{
	char *data = buf->data ? buf->data : sm_xstrdup("");

	sm_buf_init(buf);
	return data;
}

int
sm_buf_read(struct sm_buf *buf, int fd, size_t max)
{
	for (;;) {
		size_t step = 65536;
		char *to;
		ssize_t n;

		if (buf->len >= max)
			step = 1; /* one byte tells whether there is more */
		else if (step > max - buf->len)
			step = max - buf->len;
		to = sm_buf_reserve(buf, step);
		n = read(fd, to, step);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		if (n == 0)
			break;
		if (buf->len >= max) {
			errno = EFBIG;
			return -1;
		}
		buf->len += (size_t)n;
	}
	if (buf->data)
		buf->data[buf->len] = '\0';
	return 0;
}

int
sm_write_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}
