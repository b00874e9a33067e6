/*
 * The one door to the network: libcurl's multi interface, many transfers in
 * one thread.  What every transfer has to obey is seen to here, once:
 *
 *  - at most .in_flight transfers, .per_host of them to one host;
 *  - what a server allows is kept to, by all processes together (limit.h,
 *    limit_window.h): nobody asks while he may not, or after five failures;
 *  - addresses that are not public are refused when the socket is opened,
 *    whatever name led there (address.h);
 *  - credentials go to the account's own origin only (auth.h), not in clear
 *    over a foreign net, and a redirect of such a call is an error;
 *  - redirects are followed by hand: five at most, never from https to http;
 *  - bodies are capped as decoded, and in their ratio to what was sent;
 *    headers, time and slowness are capped;
 *  - what may pass (no connection, 408, 425, 429, 500, 502, 503, 504) is
 *    tried again with growing, random pauses or when the server says, as long
 *    as no byte of the body has been handed on and asking twice does no harm.
 *
 * Everything can be recorded to a folder and replayed from it (tape.h).
 */
#ifndef SM_SOURCE_HTTP_HTTP_H
#define SM_SOURCE_HTTP_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source/source.h"

struct sm_auth;
struct sm_err;
struct sm_http;

#define SM_HTTP_BODY 33554432	/* decoded bytes of a body, by default */
#define SM_HTTP_HEAD 262144	/* bytes of all headers */
#define SM_HTTP_RATIO 100	/* decoded to sent, from SM_HTTP_SMALL on */
#define SM_HTTP_SMALL 1048576
#define SM_HTTP_HOPS 5
#define SM_HTTP_BACKOFF_MAX 300	/* seconds */

struct sm_http_options {
	int in_flight;		/* 0: 64 */
	int per_host;		/* 0: 2 */
	int timeout_s;		/* of a transfer, 0: 60 */
	int tries;		/* 0: 5 */
	int max_wait_s;		/* longest pause before a retry, 0: 30 */
	int pause_ms;		/* between two requests to one host, unless it
				   is of our own net or an account asks;
				   0: 1000, -1: none */
	const char *record;	/* folder to record to, or NULL */
	const char *replay;	/* folder to replay from, or NULL */
};

/* A transfer; all lent until .done. */
struct sm_http_job {
	const struct sm_request *req;
	struct sm_auth *auth;	/* or NULL */
	const char *origin;	/* a URL of the origin that auth is for, where
				   its account has no url; or NULL */
	const char *cafile;	/* or NULL */
	bool allow_private;
	bool login;		/* it gets a token: kept out of the tape, and
				   let end when all else is ended */
	void *arg;

	/* As in struct sm_source; -1 ends the transfer. */
	int (*begin)(void *arg, const struct sm_response *res,
	    struct sm_err *err);
	int (*body)(void *arg, const char *data, size_t len,
	    struct sm_err *err);
	/* A dialogue instead, see struct sm_source; else NULL. */
	int (*talk)(void *arg, const char *data, size_t len,
	    struct sm_buf *out, struct sm_err *err);
	/*
	 * May be NULL.  .send: an attempt (the first, a retry, a redirect) is
	 * about to be sent; -1 ends the transfer.  .vain: that attempt got no
	 * 2xx but this status; -1: no answer; 0: it was never sent.
	 */
	int (*send)(void *arg, struct sm_err *err);
	void (*vain)(void *arg, int status);
	/*
	 * The end.  res: there was an answer (its body, if of 2xx, has been
	 * handed on; maybe cut).  NULL: there was none, or it could not be
	 * used, and err says why.
	 */
	void (*done)(void *arg, const struct sm_response *res,
	    const struct sm_err *err);
};

/* NULL and err on failure. */
struct sm_http *sm_http_new(const struct sm_http_options *options,
    struct sm_err *err);
void sm_http_free(struct sm_http *http);

void sm_http_add(struct sm_http *http, const struct sm_http_job *job);

/* Do what can be done without waiting; how many transfers are left. */
size_t sm_http_turn(struct sm_http *http);

/* Wait until there may be something to do, at most wait_ms. */
void sm_http_wait(struct sm_http *http, int wait_ms);
/* The same, and until one of these descriptors is readable; a replay too. */
void sm_http_wait_for(struct sm_http *http, int wait_ms, const int *fds,
    size_t count);

/* Whether anything has to be waited for; a replay never has to. */
bool sm_http_waits(const struct sm_http *http);

/* End all that is left: each gets .done with SM_EXIT_TEMP and this text. */
void sm_http_abort(struct sm_http *http, const char *text);

#endif
