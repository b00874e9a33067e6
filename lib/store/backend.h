/*
 * What stands behind a struct sm_store: a table of operations, filled by name.
 * The contract of each is that of its function in store.h; arguments have
 * been checked there.
 */
#ifndef SM_STORE_BACKEND_H
#define SM_STORE_BACKEND_H

#include "store/store.h"

struct sm_store_ops {
	const char *name;

	void (*close)(struct sm_store *store);
	int (*begin)(struct sm_store *store, bool durable,
	    struct sm_err *err);
	int (*commit)(struct sm_store *store, struct sm_err *err);
	void (*rollback)(struct sm_store *store);
	int (*sync)(struct sm_store *store, struct sm_err *err);
	int (*begin_read)(struct sm_store *store, struct sm_err *err);

	int (*cursor)(struct sm_store *store, struct sm_text source,
	    struct sm_buf *out, struct sm_err *err);
	int (*set_cursor)(struct sm_store *store, struct sm_text source,
	    struct sm_text cursor, struct sm_err *err);

	int (*add_post)(struct sm_store *store, const struct sm_stored *post,
	    struct sm_err *err);
	int (*find_post)(struct sm_store *store, struct sm_text brand,
	    struct sm_text key, struct sm_stored *post, struct sm_err *err);
	int (*find_parent)(struct sm_store *store, struct sm_text brand,
	    struct sm_text id, int64_t *case_n, struct sm_err *err);
	int (*replace_post)(struct sm_store *store,
	    const struct sm_stored *post, struct sm_err *err);
	/* case_n -1: every post, by number. */
	int (*each_post)(struct sm_store *store, int64_t case_n,
	    int64_t limit, int (*each)(const struct sm_stored *post, void *arg,
	    struct sm_err *err), void *arg, struct sm_err *err);
	int (*last_post)(struct sm_store *store, int64_t case_n,
	    struct sm_stored *post, struct sm_err *err);
	int (*oldest_waiting)(struct sm_store *store, int64_t case_n,
	    int64_t after, int64_t *start, struct sm_err *err);

	int (*add_case)(struct sm_store *store, const struct sm_case *c,
	    struct sm_err *err);
	/* 1; 0 where rev is another one.  moved: queue or status may be
	   others. */
	int (*update_case)(struct sm_store *store, const struct sm_case *c,
	    bool moved, struct sm_err *err);
	int (*find_case)(struct sm_store *store, const struct sm_case *key,
	    struct sm_case *found, struct sm_err *err);
	int (*get_case)(struct sm_store *store, int64_t n,
	    struct sm_case *found, struct sm_err *err);
	/* The largest n of a case; 0 where there is none. */
	int (*last_case)(struct sm_store *store, int64_t *n,
	    struct sm_err *err);
	int (*oldest)(struct sm_store *store, int64_t *since,
	    struct sm_err *err);
	int (*add_label)(struct sm_store *store, int64_t case_n,
	    struct sm_text label, struct sm_err *err);
	int (*labels)(struct sm_store *store, int64_t case_n,
	    struct sm_buf *out, struct sm_err *err);
	/* all of filter's members are set; newest first where by_age. */
	int (*each_case)(struct sm_store *store,
	    const struct sm_case_filter *filter, bool by_age,
	    int (*each)(const struct sm_case *c, void *arg,
	    struct sm_err *err), void *arg, struct sm_err *err);
	int (*each_count)(struct sm_store *store,
	    int (*each)(const struct sm_case_count *count, void *arg,
	    struct sm_err *err), void *arg, struct sm_err *err);

	/* facts: begun as nothing. */
	int (*author)(struct sm_store *store, const struct sm_author *who,
	    struct sm_author_facts *facts, struct sm_err *err);
	int (*each_load)(struct sm_store *store, int64_t limit,
	    int (*each)(struct sm_text owner, int64_t cases, void *arg,
	    struct sm_err *err), void *arg, struct sm_err *err);

	/* All but n is set; the actor is the store's own. */
	int (*add_event)(struct sm_store *store,
	    const struct sm_event *event, struct sm_err *err);
	/* The event seq of a chain: 1, 0, -1. */
	int (*get_event)(struct sm_store *store, int64_t case_n, int64_t seq,
	    struct sm_event *event, struct sm_err *err);
	/* case_n -1: of every chain, the intake's first. */
	int (*each_event)(struct sm_store *store, int64_t case_n,
	    int (*each)(const struct sm_event *event, void *arg,
	    struct sm_err *err), void *arg, struct sm_err *err);
};

/* Begins every back end's own struct. */
struct sm_store {
	const struct sm_store_ops *ops;
	char *path;
	char *actor;		/* JSON: who writes */
	int wait_ms;
	enum sm_store_mode mode;
	struct sm_chance chance;

	/* Read by the back end at begin, moved on by store.c. */
	bool in_transaction;
	int64_t next_post, next_case;
	int64_t intake_seq;	/* of the intake's last event */
	unsigned char intake_head[SM_DIGEST_SIZE];
};

/* Opens a file with SQLite; the caller has filled path, actor and so on. */
struct sm_store *sm_store_sqlite(const char *path, enum sm_store_mode mode,
    int wait_ms, struct sm_err *err);

#endif
