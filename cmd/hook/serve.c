/*
 * A small HTTP/1.1 server: one process, one poll, a bounded number of
 * connections, one request each.  It speaks no TLS: it belongs behind
 * something that does.
 */
#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/xalloc.h"
#include "hook.h"
#include "source/hook/hook.h"
#include "source/hook/hook_request.h"

#define PIECE 65536
#define LINGER_MS 2000		/* for the other side to read our answer */

struct guest {
	int fd;			/* -1: nobody */
	long until_ms;
	struct sm_hook_request req;
	struct sm_buf out;
	size_t sent;
	bool answered;		/* out is to be sent */
	bool over;		/* all is sent: wait for the other's end */
};

struct server {
	struct hook_run *run;
	int fd;
	struct guest guests[HOOK_CONNECTIONS];
	char *piece;
};

static volatile sig_atomic_t caught;

static void
on_signal(int number)
{
	caught = number;
}

static long
now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* "PORT" is at 127.0.0.1; "[::1]:PORT" and "10.0.0.1:PORT" as they say. */
static void
split_where(const char *where, char **host, const char **port)
{
	const char *colon = strrchr(where, ':');

	*port = colon ? colon + 1 : where;
	if (!colon)
		*host = sm_xstrdup("127.0.0.1");
	else if (*where == '[' && colon > where + 1 && colon[-1] == ']')
		*host = sm_xstrndup(where + 1, (size_t)(colon - where) - 2);
	else
		*host = sm_xstrndup(where, (size_t)(colon - where));
}

static int
listen_at(const char *where)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
	    .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE };
	struct addrinfo *info = NULL;
	const char *port;
	char *host;
	int fd = -1, yes = 1, failed;

	split_where(where, &host, &port);
	failed = getaddrinfo(host, port, &hints, &info);
	free(host);
	if (failed)
		sm_die(SM_EXIT_USAGE, "--listen '%s': expected PORT or "
		    "ADDRESS:PORT in numbers", where);
	fd = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0);
	if (fd == -1 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes,
	    sizeof(yes)) == -1 ||
	    bind(fd, info->ai_addr, info->ai_addrlen) == -1 ||
	    listen(fd, 512) == -1)
		sm_die(SM_EXIT_CANTCREAT, "cannot listen at %s: %s", where,
		    strerror(errno));
	freeaddrinfo(info);
	return fd;
}

/* Where it listens, on standard output: the port may have been 0. */
static void
tell_address(int fd)
{
	struct sockaddr_storage address;
	socklen_t len = sizeof(address);
	char host[NI_MAXHOST], port[NI_MAXSERV];

	if (getsockname(fd, (struct sockaddr *)&address, &len) == -1 ||
	    getnameinfo((struct sockaddr *)&address, len, host, sizeof(host),
	    port, sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return;
	printf(strchr(host, ':') ? "[%s]:%s\n" : "%s:%s\n", host, port);
	if (fflush(stdout) != 0)
		sm_die(SM_EXIT_IO, "cannot write the output");
}

static void
leave(struct guest *guest)
{
	(void)close(guest->fd);
	sm_hook_request_release(&guest->req);
	sm_buf_release(&guest->out);
	*guest = (struct guest){ .fd = -1 };
}

static void
answer_with(struct guest *guest, const struct sm_hook_answer *answer)
{
	hook_write(answer, false, &guest->out);
	guest->answered = true;
}

static void
refuse(struct guest *guest, int status)
{
	struct sm_hook_answer answer = { .status = status };

	sm_warn("answered %d: the request could not be read", status);
	hook_refuse(&answer, status);
	answer_with(guest, &answer);
	sm_buf_release(&answer.body);
}

static void
send_on(struct guest *guest)
{
	ssize_t n = send(guest->fd, guest->out.data + guest->sent,
	    guest->out.len - guest->sent, MSG_NOSIGNAL);

	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n == -1) {
		leave(guest);
		return;
	}
	guest->sent += (size_t)n;
	if (guest->sent < guest->out.len)
		return;
	if (!guest->answered) { /* that was "100 Continue" */
		sm_buf_clear(&guest->out);
		guest->sent = 0;
		return;
	}
	/* To close while bytes come in would take our answer away again. */
	(void)shutdown(guest->fd, SHUT_WR);
	guest->over = true;
	guest->until_ms = now_ms() + LINGER_MS;
}

static void
take(struct server *server, struct guest *guest, size_t n)
{
	struct sm_hook_answer answer = { .status = 0 };
	int status = sm_hook_request_take(&guest->req, server->piece, n);

	if (status == 1) {
		hook_handle(server->run, &guest->req, &answer);
		answer_with(guest, &answer);
		sm_buf_release(&answer.body);
	} else if (status > 1)
		refuse(guest, status);
	else if (guest->req.waits) {
		sm_buf_adds(&guest->out, "HTTP/1.1 100 Continue\r\n\r\n");
		guest->req.waits = false;
	}
}

static void
receive(struct server *server, struct guest *guest)
{
	ssize_t n = recv(guest->fd, server->piece, PIECE, 0);

	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0)
		leave(guest);
	else if (!guest->over)
		take(server, guest, (size_t)n);
}

static void
welcome(struct server *server)
{
	for (size_t i = 0; i < HOOK_CONNECTIONS; i++) {
		struct guest *guest = &server->guests[i];
		int fd;

		if (guest->fd != -1)
			continue;
		fd = accept4(server->fd, NULL, NULL,
		    SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd == -1)
			return;
		guest->fd = fd;
		guest->until_ms = now_ms() + HOOK_TIME_S * 1000L;
		sm_hook_request_init(&guest->req, server->run->max_body);
	}
}

/* Those whose time is over: a late one hears so, a silent one does not. */
static void
expire(struct server *server, long now)
{
	for (size_t i = 0; i < HOOK_CONNECTIONS; i++) {
		struct guest *guest = &server->guests[i];

		if (guest->fd == -1 || now < guest->until_ms)
			continue;
		if (guest->answered || guest->req.head.len == 0) {
			leave(guest);
			continue;
		}
		refuse(guest, 408);
		guest->until_ms = now + LINGER_MS;
	}
}

static bool
wants_to_send(const struct guest *guest)
{
	return guest->sent < guest->out.len;
}

/* One round: wait for whoever is first, and serve all who are ready. */
static void
turn(struct server *server)
{
	struct pollfd polls[HOOK_CONNECTIONS + 1];
	struct guest *who[HOOK_CONNECTIONS + 1];
	nfds_t count = 0;

	for (size_t i = 0; i < HOOK_CONNECTIONS; i++) {
		struct guest *guest = &server->guests[i];

		if (guest->fd == -1)
			continue;
		who[count] = guest;
		polls[count++] = (struct pollfd){ .fd = guest->fd,
		    .events = wants_to_send(guest) ? POLLOUT : POLLIN };
	}
	if (count < HOOK_CONNECTIONS)
		polls[count++] = (struct pollfd){ .fd = server->fd,
		    .events = POLLIN };
	if (poll(polls, count, 1000) == -1)
		return;
	for (nfds_t i = 0; i < count; i++) {
		if (!polls[i].revents)
			continue;
		if (polls[i].fd == server->fd)
			welcome(server);
		else if (wants_to_send(who[i]))
			send_on(who[i]);
		else
			receive(server, who[i]);
	}
}

static void
catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	(void)sigemptyset(&action.sa_mask);
	(void)sigaction(SIGTERM, &action, NULL);
	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGHUP, &action, NULL);
}

int
hook_serve(struct hook_run *run, const char *where)
{
	struct server server = { .run = run, .fd = listen_at(where) };

	catch_signals();
	server.piece = sm_xmalloc(PIECE);
	for (size_t i = 0; i < HOOK_CONNECTIONS; i++)
		server.guests[i].fd = -1;
	tell_address(server.fd);
	while (!caught) {
		turn(&server);
		expire(&server, now_ms());
	}
	for (size_t i = 0; i < HOOK_CONNECTIONS; i++)
		if (server.guests[i].fd != -1)
			leave(&server.guests[i]);
	(void)close(server.fd);
	free(server.piece);
	return 128 + caught;
}
