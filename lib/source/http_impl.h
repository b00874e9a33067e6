/* What http.c, http_easy.c and http_end.c share. */
#ifndef SM_SOURCE_HTTP_IMPL_H
#define SM_SOURCE_HTTP_IMPL_H

#include <curl/curl.h>

#include "base/buf.h"
#include "base/err.h"
#include "source/http.h"

struct tape;

struct host {
	char *name;		/* scheme, host and port in lower case */
	struct host *next;	/* in its bucket */
	struct host *ready;	/* the next that can begin a transfer */
	struct job *first, *last;	/* that wait for their turn */
	int active;
	bool listed;		/* among the ready */
};

struct job {
	struct sm_http_job want;
	struct sm_http *http;
	struct host *host;
	struct job *next;	/* in its host's queue, or among the paused */
	struct sm_buf url;	/* where we are, after redirects */
	CURL *easy;		/* NULL: not under way */
	struct curl_slist *lines;
	char text[CURL_ERROR_SIZE];

	struct sm_buf head;	/* headers of the answer, a NUL behind each */
	struct sm_buf body;	/* kept only while recording */
	char raw[80];		/* "sha256:..." of it */
	int status;
	size_t got;		/* decoded bytes of the body */
	bool begun;		/* .begin was called */
	const char *refused;	/* kind of address we did not connect to */
	struct sm_err err;	/* why we ended it ourselves */
	bool ended;

	int hops, tries;
	int64_t not_before;	/* ms, while paused */
};

#define HTTP_BUCKETS 1024

struct sm_http {
	struct sm_http_options opt;
	CURLM *multi;
	struct tape *tape;
	struct host *hosts[HTTP_BUCKETS];
	struct host *ready, *ready_last;
	struct job *paused;
	CURL **spare;		/* easy handles to be used again */
	size_t nspare, spare_room;
	struct job **active;
	size_t nactive, active_room;
	size_t left;		/* jobs not yet done */
	uint64_t random;
	int proxy_port;		/* 0: no proxy in the environment */
};

int64_t http_clock_ms(void);

/* http_easy.c: begin the transfer.  0, or -1 and job->err. */
int http_easy_start(struct job *job);
/* Hand on a piece of the body, with the caps looked at.  -1: job->err. */
int http_easy_take(struct job *job, const char *data, size_t len);
/* The easy handle back to the spare ones. */
void http_easy_stop(struct job *job);

/* http_end.c: what comes after a transfer: done, redirect or retry. */
void http_end(struct job *job, CURLcode code);
void http_end_failed(struct job *job, const struct sm_err *err);
struct sm_response http_response(const struct job *job);

/* http.c */
void http_queue(struct job *job);	/* (again) to its host's queue */
void http_pause(struct job *job, int64_t ms);
void http_forget(struct job *job);	/* it is done: free it */

#endif
