/* The parts of sm-hook. */
#ifndef SM_CMD_HOOK_HOOK_H
#define SM_CMD_HOOK_HOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/exit.h"

struct sm_buf;
struct sm_conf;
struct sm_hook;
struct sm_hook_answer;
struct sm_hook_request;

#define HOOK_TIME_S 30		/* for a request to arrive */
#define HOOK_CONNECTIONS 64	/* at once, of --listen */

struct hook_run {
	struct sm_conf *conf;
	const char *name;	/* of the one hook; NULL: by the URL */
	struct sm_hook **hooks;	/* those that were asked for */
	size_t count, room;
	size_t max_body;	/* of any of them */
};

/* answer.c: with the configuration in run->conf. */
void hook_run_begin(struct hook_run *run);
void hook_run_release(struct hook_run *run);
/* Judge the request, keep its body, say what went wrong. */
void hook_handle(struct hook_run *run, const struct sm_hook_request *req,
    struct sm_hook_answer *answer);
/* Only that it is refused, with this status. */
void hook_refuse(struct sm_hook_answer *answer, int status);
/* The answer in full; cgi: as a web server wants it, else as HTTP/1.1. */
void hook_write(const struct sm_hook_answer *answer, bool cgi,
    struct sm_buf *out);

/* once.c: one request, from a web server or from standard input. */
enum sm_exit hook_cgi(struct hook_run *run);
enum sm_exit hook_stdin(struct hook_run *run);

/* serve.c: "PORT", "ADDRESS:PORT", until a signal: 128 and its number. */
int hook_serve(struct hook_run *run, const char *where);

#endif
