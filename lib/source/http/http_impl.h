/* What http.c and the other http_*.c share. */
#ifndef SM_SOURCE_HTTP_HTTP_IMPL_H
#define SM_SOURCE_HTTP_HTTP_IMPL_H

#include <curl/curl.h>
#include <signal.h>

#include "base/buf.h"
#include "base/err.h"
#include "source/http/http.h"
#include "source/http/limit_window.h"

struct sm_limit;
struct tape;

/* A server and the account by which it is asked: what has one limit. */
struct host {
	char *name;		/* scheme, host and port in lower case; ... */
	char *account;		/* ... "" where nobody logs in */
	struct host *next;	/* in its bucket */
	struct host *ready;	/* the next that can begin a transfer */
	struct job *first, *last;	/* that wait for their turn */
	int active;
	bool listed;		/* among the ready */
	bool foreign;		/* not an address or name of our own net */
	bool answered;		/* it did, and not with a limit */
	int64_t next_ms;	/* not before, out of politeness */

	char *path;		/* of its file, see limit_window.h */
	int lock;		/* its descriptor while it is ours, else -1 */
	bool unshared;		/* there can be no such file */
	int64_t locked_ms, rest_ms;	/* since when; others have a turn */
	struct host *locked;	/* the next whose lock we have */
	struct limit_window window;
};

struct job {
	struct sm_http_job want;
	struct sm_http *http;
	struct host *host;
	struct job *next;	/* in its host's queue, or among the paused */
	struct sm_buf url;	/* where we are, after redirects */
	struct sm_buf sent;	/* the same with a token in it, or empty */
	CURL *easy;		/* NULL: not under way */
	struct curl_slist *lines;
	char text[CURL_ERROR_SIZE];

	struct sm_buf head;	/* headers of the answer, a NUL behind each */
	struct sm_buf body;	/* while it is held, or of an error */
	char raw[80];		/* "sha256:..." of it */
	int status;
	size_t got;		/* decoded bytes of the body */
	bool begun;		/* .begin was called */
	bool secret;		/* credentials go with it */
	bool hold;		/* its body is handed on when it is whole */
	bool counted;		/* among its host's active ones */
	bool proxied;		/* by a proxy, which connects for us */
	int64_t until;		/* what the answer forbids, seconds; or 0 */
	struct talk *talk;	/* a dialogue under way, or NULL */
	const char *refused;	/* kind of address we did not connect to */
	struct sm_err err;	/* why we ended it ourselves */
	bool ended;

	int hops, tries, logins;
	int lasting;		/* hops by permanent redirects */
	uint64_t token;		/* hash of the token it was sent with */
	int64_t not_before;	/* ms, while paused */
	int64_t waiting_ms;	/* since when for another process; 0: not */
};

#define HTTP_BUCKETS 1024
#define HTTP_FETCHED "x-sm-fetched"	/* in a recorded head: when it came */

struct sm_http {
	struct sm_http_options opt;
	CURLM *multi;
	struct tape *tape;
	struct host *hosts[HTTP_BUCKETS];
	struct host *ready, *ready_last;
	struct host *locked;
	struct job *paused;
	CURL **spare;		/* easy handles to be used again */
	size_t nspare, spare_room;
	struct job **active;
	size_t nactive, active_room;
	size_t left;		/* jobs not yet done */
	size_t logins;		/* of them, renewals of tokens */
	sigset_t signals;	/* as they were before those began */
	uint64_t random;
	bool ending;		/* nothing new begins */
};

int64_t http_clock_ms(void);
uint64_t http_random(struct sm_http *http, uint64_t below);

/* http_easy.c: begin the transfer.  0, or -1 and job->err. */
int http_easy_start(struct job *job);
/* The easy handle back to the spare ones. */
void http_easy_stop(struct job *job);
/* CURLOPT_OPENSOCKETFUNCTION: no address that is not allowed. */
curl_socket_t http_easy_socket(void *arg, curlsocktype purpose,
    struct curl_sockaddr *address);
/*
 * Tells libcurl of the proxy for the job's URL, if there is one.  -1 and
 * job->err where that would connect to a host that is not allowed.
 */
int http_easy_proxy(struct job *job, const char *host, size_t len);
/* What is asked for: "GET", "POST", ... */
const char *http_method(const struct sm_request *req);
/* Whether asking twice does no harm. */
bool http_repeatable(const struct sm_request *req);

/* http_take.c: what libcurl calls with head and body of an answer. */
size_t http_on_head(char *line, size_t size, size_t count, void *arg);
size_t http_on_body(char *data, size_t size, size_t count, void *arg);
/* Hand on a piece of the body, with the caps looked at.  -1: job->err. */
int http_take(struct job *job, const char *data, size_t len);
/* Keep a piece of an answer that is not 2xx. */
void http_take_error(struct job *job, const char *data, size_t len);
/* The held body, at once.  -1: job->err. */
int http_take_held(struct job *job);
struct sm_response http_response(const struct job *job);

/* http_talk.c: begin a dialogue.  0, or -1 and job->err. */
int http_talk_start(struct job *job);
/* libcurl is through; false: it is no dialogue, by the code or job->err. */
bool http_talk_connected(struct job *job, CURLcode code);
/* What can be done without waiting, for all dialogues. */
void http_talk_turn(struct sm_http *http);
/* Their sockets, which the caller frees, and when there is more to do. */
size_t http_talk_wait(const struct sm_http *http, struct curl_waitfd **fds,
    int *wait_ms);
/* A recorded one, from its beginning to its end. */
void http_talk_play(struct job *job, const char *body, size_t len);
void http_talk_free(struct job *job);

/* http_end.c: what comes after a transfer: done, redirect or retry. */
void http_end(struct job *job, CURLcode code);
void http_end_failed(struct job *job, const struct sm_err *err);
/* Says that an attempt got no 2xx. */
void http_end_vain(const struct job *job, CURLcode code);
/* Adds the job's URL as it may be shown and kept. */
void http_hide_url(const struct job *job, struct sm_buf *out);

/* http_tls.c: what to say of a transfer that libcurl gave up. */
enum sm_exit http_describe(CURLcode code, const char *text,
    struct sm_buf *out);

/* http_host.c */
void http_queue(struct job *job);	/* (again) to its host's queue */
void http_pause(struct job *job, int64_t ms);
void http_wake(struct sm_http *http);
struct job *http_next(struct sm_http *http);
/* The job is not among its host's active ones any more. */
void http_host_leave(struct job *job);
void http_free_hosts(struct sm_http *http);

/*
 * http_gate.c: whether a job may begin: 1, 0 when it was paused until then, -1
 * and job->err.
 */
int http_gate(struct job *job);
/* What an answer says of limits; kept for all processes. */
void http_gate_learn(struct job *job, struct sm_limit *limit);
/* A job that failed, with all its tries. */
void http_gate_failed(struct job *job);
/* Locks that are not needed are given back. */
void http_gate_settle(struct sm_http *http);

/*
 * http_login.c: 1 where the job's credentials are ready, 0 when it was paused
 * until they may be, -1 and job->err.
 */
int http_login(struct job *job);

/*
 * http_proxy.c: the proxy for a URL, whose host it is, by the environment; or
 * NULL.  Lent.
 */
const char *http_proxy(const char *url, const char *host, size_t len);

/* http.c */
void http_leave(struct job *job);	/* it is under way no more */
void http_forget(struct job *job);	/* it is done: free it */

#endif
