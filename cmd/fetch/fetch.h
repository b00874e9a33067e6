/* The parts of sm-fetch. */
#ifndef SM_FETCH_FETCH_H
#define SM_FETCH_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sm_auth;
struct sm_buf;
struct sm_conf;
struct sm_err;
struct sm_fetch_task;
struct sm_http_options;
struct sm_spend;
struct sm_request;
struct sm_state;

/* What the command line says about all sources. */
struct fetch_options {
	const char *base, *brand, *source, *mapping;
	int64_t since;		/* SM_TIME_NONE: not given */
	int64_t limit;
	bool allow_private, all;
	bool follow;
};

/* What a task's strings point to. */
struct fetch_hold {
	char *where;
	const char **own;
	struct sm_buf *cursor;
	struct sm_auth *auth;
	char *cafile;
	struct sm_spend *spend;
};

/*
 * config.c: the configuration, with the keys of all connectors; file: the only
 * one to read, or NULL for the usual ones.
 */
struct sm_conf *fetch_conf_load(const char *file, struct sm_err *err);
/* What its [fetch] says of how to ask. */
void fetch_conf_http(const struct sm_conf *conf,
    struct sm_http_options *http);

/* One source named by hand.  0, or -1 and err. */
int fetch_task_by_hand(struct sm_fetch_task *task, struct fetch_hold *hold,
    const struct fetch_options *options, const char *type, const char *where,
    const struct sm_conf *conf, struct sm_err *err);
/* [source NAME] of the configuration. */
int fetch_task_by_name(struct sm_fetch_task *task, struct fetch_hold *hold,
    const struct fetch_options *options, const char *name,
    const struct sm_conf *conf, struct sm_err *err);
void fetch_hold_release(struct fetch_hold *hold);

/*
 * cursor.c: the source's cursor from the store (path NULL: the usual one),
 * which need not be there yet: 1, 0 for none, -1 and err.
 */
int fetch_store_cursor(const struct sm_conf *conf, const char *path,
    const char *source, struct sm_buf *out, struct sm_err *err);
void fetch_store_close(void);

/* explain.c: a request that is about to be made, as a message (-v). */
void fetch_tell(void *arg, const struct sm_fetch_task *task,
    const struct sm_request *req);
/* explain.c: for people, on standard output. */
void fetch_list(void);
/*
 * All that is known of a source, and the request that it would begin with,
 * credentials as ***.  -1 and err where it cannot begin.
 */
int fetch_explain(const struct sm_fetch_task *task,
    const struct sm_conf *conf, struct sm_err *err);
/* What would be asked first; -1 and err where the source cannot begin. */
int fetch_dry_run(const struct sm_fetch_task *task, struct sm_err *err);

#endif
