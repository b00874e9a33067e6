/* The way back from a browser, on this machine (RFC 8252, 7.3). */
#include "auth.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "base/xalloc.h"

#define REQUEST_MS 5000
#define REQUEST_MAX 16384

int
auth_loopback_listen(int *port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)*port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	if (fd == -1)
		return -1;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)(void *)&address, len) == -1 ||
	    listen(fd, 8) == -1 || getsockname(fd,
	    (struct sockaddr *)(void *)&address, &len) == -1) {
		(void)close(fd);
		return -1;
	}
	*port = ntohs(address.sin_port);
	return fd;
}

static int
hex_of(char c)
{
	return isdigit((unsigned char)c) ? c - '0' :
	    isxdigit((unsigned char)c) ?
	    tolower((unsigned char)c) - 'a' + 10 : -1;
}

/* The decoded value of a parameter behind '?' or '&', or NULL. */
static char *
parameter(const char *text, const char *name)
{
	size_t n = strlen(name), len = 0;
	const char *s = strchr(text, '?');
	char *value;

	for (; s; s = strpbrk(s, "&"))
		if (s++, strncmp(s, name, n) == 0 && s[n] == '=')
			break;
	if (!s)
		return NULL;
	value = sm_xstrdup(s + n + 1);
	for (char *p = value; *p && !strchr("&# \r\n", *p); p++) {
		if (*p == '%' && hex_of(p[1]) != -1 && hex_of(p[2]) != -1) {
			value[len++] = (char)(hex_of(p[1]) * 16 +
			    hex_of(p[2]));
			p += 2;
		} else
			value[len++] = *p == '+' ? ' ' : *p;
	}
	value[len] = '\0';
	return value;
}

static bool
same(const char *a, const char *b)
{
	unsigned char differ = strlen(a) != strlen(b);

	for (size_t i = 0; a[i] && b[i]; i++)
		differ |= (unsigned char)(a[i] ^ b[i]);
	return differ == 0;
}

int
auth_loopback_take(const char *text, const char *want, char **code,
    struct sm_err *err)
{
	char *state = parameter(text, "state");
	char *error = parameter(text, "error");
	char *value = parameter(text, "code");
	int ret = 0;

	if (state && same(state, want)) {
		if (value && *value) {
			*code = value;
			value = NULL;
			ret = 1;
		} else if (error)
			ret = sm_err_set(err, SM_EXIT_NOPERM, "access was not "
			    "allowed: '%.100s'", error);
	}
	free(state);
	free(error);
	free(value);
	return ret;
}

static void
answer(int fd, int status)
{
	static const char good[] = "HTTP/1.1 200 OK\r\n"
	    "Content-Type: text/html; charset=utf-8\r\n"
	    "Connection: close\r\n\r\n"
	    "<!doctype html><title>sm</title><p>Thank you. "
	    "You may close this window.\n";
	static const char bad[] = "HTTP/1.1 404 Not Found\r\n"
	    "Content-Length: 0\r\nConnection: close\r\n\r\n";
	const char *text = status == 200 ? good : bad;

	(void)send(fd, text, strlen(text), MSG_NOSIGNAL);
}

int
auth_loopback_visit(int listener, const char *want, char **code,
    struct sm_err *err)
{
	char text[REQUEST_MAX];
	struct pollfd wait = { .events = POLLIN };
	size_t len = 0;
	ssize_t got = 1;
	int ret = 0;

	wait.fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (wait.fd == -1)
		return 0;
	while (got > 0 && len < sizeof(text) - 1 &&
	    poll(&wait, 1, REQUEST_MS) == 1) {
		got = recv(wait.fd, text + len, sizeof(text) - 1 - len, 0);
		len += got > 0 ? (size_t)got : 0;
		text[len] = '\0';
		if (strstr(text, "\r\n\r\n"))
			break;
	}
	text[len] = '\0';
	text[strcspn(text, "\r\n")] = '\0';
	if (strncmp(text, "GET /", 5) == 0)
		ret = auth_loopback_take(text, want, code, err);
	answer(wait.fd, ret == 1 ? 200 : 404);
	explicit_bzero(text, sizeof(text));
	(void)close(wait.fd);
	return ret;
}
