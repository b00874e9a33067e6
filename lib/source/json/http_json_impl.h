/* The inside of http_json.c. */
#ifndef SM_SOURCE_JSON_HTTP_JSON_IMPL_H
#define SM_SOURCE_JSON_HTTP_JSON_IMPL_H

#include "base/err.h"
#include "source/json/definition_impl.h"
#include "source/emit.h"
#include "source/seen.h"

#define HTTP_JSON_BODY 16777216		/* bytes of an answer */
#define HTTP_JSON_ITEMS 20000		/* of a page */
#define HTTP_JSON_HELD 50000		/* records that wait */
#define HTTP_JSON_HELD_BYTES 134217728
#define HTTP_JSON_RUNS 256		/* streams times values of a key */
#define HTTP_JSON_CHILDREN 1000		/* of a stream */
#define HTTP_JSON_ID 512	/* bytes of an id that is gone on from */
#define HTTP_JSON_TOKEN 16384		/* bytes of a token */
#define HTTP_JSON_EMPTY 4		/* empty pages in a row */
#define HTTP_JSON_OWN 64

/* A record that waits until those before it are out. */
struct held {
	size_t from, len;	/* in the lines */
	uint64_t thing, rev;
	int64_t time;
	size_t index;		/* as they came */
};

struct hold {
	struct held *list;
	size_t count, room;
	struct sm_buf lines;
};

/* A stream being asked, page by page. */
struct turn {
	const struct stream *stream;
	const struct sm_place *parent;	/* what it follows from, or NULL */
	json_t *page;		/* of the next request, NULL on the first */
	struct sm_buf next;	/* URL of the next request, where it is named */
	int64_t pages, number;
	uint64_t cursor, answer;	/* hashes of the last ones */
	int empty;		/* pages in a row */
	bool more;
};

struct child {
	const struct then *then;
	json_t *value;
	char *name;
	uint64_t thing, rev;	/* 0: nothing to remember */
};

/* A stream that is asked (for one value of a key): all of its pages. */
struct run {
	const struct stream *stream;
	char *name;		/* in the cursor */
	json_t *each;
	bool first;		/* nothing is known from before */
	int64_t since;		/* look back to here */
	int64_t time;		/* where the last run ended */
	char *after;		/* the id it ended at, or NULL */
	json_t *token;
	int64_t peak_time;	/* of this run so far */
	char *peak_id, *newest;
	json_t *peak_token;
	bool cut;		/* more pages than we ask for */
	struct child *children;
	size_t nchildren, room, child;
	struct sm_place parent;	/* of the child being asked */
};

struct http_json {
	const struct sm_source_args *args;
	const struct sm_definition *def;
	json_t *vars[DEFINITION_VARS];
	json_t *facts;		/* what the network told of keys */
	size_t asking;		/* the key that is being asked, or nkeys */
	bool asked;		/* an answer is awaited */
	const char *local;	/* an answer in a file, instead of asking */
	struct run *runs;
	size_t nruns, now;
	struct turn turn;
	struct sm_seen *seen;
	struct hold hold;
	struct sm_buf body, url, base;
	const char *own[HTTP_JSON_OWN + 1];
	struct sm_buf own_text[HTTP_JSON_OWN];
	size_t nown;
	struct sm_err failed;	/* of a stream; the others go on */
	bool has_failed, known;
	struct sm_emit *emit;
	json_t *page;		/* the document being taken apart */
	size_t items, fresh, young;	/* of this page: all, new, not old */
	size_t number;		/* of the item, for complaints */
	struct sm_buf lowest, highest;	/* ids of this page */
	struct sm_err *err;
	const struct take *take;
	const struct then *then;
};

/* http_json_conf.c: what the configuration says. */
int http_json_account(const struct http_json *state, struct sm_err *err);
int http_json_keys(struct http_json *state, struct sm_err *err);
int http_json_runs(struct http_json *state, struct sm_err *err);
void http_json_own(struct http_json *state);
/* Where the configuration says it, for complaints; "" by hand. */
const char *http_json_origin(const struct http_json *state,
    const char *key);
/* http_json_key.c: all values of the key: one, or an array. */
int http_json_read_key(struct http_json *state, size_t i,
    struct sm_err *err);

/* http_json_ask.c */
int http_json_ask(struct http_json *state, struct sm_request *req,
    struct sm_err *err);
int http_json_ask_key(struct http_json *state, struct sm_request *req,
    struct sm_err *err);
void http_json_scope(const struct http_json *state, struct scope *scope);
void http_json_var(struct http_json *state, size_t var, json_t *value);

/* http_json_take.c: an answer; 0, or -1 and err. */
int http_json_take(struct http_json *state, const struct sm_response *res,
    struct sm_err *err);

/* http_json_run.c: what comes after a page; 0, or -1 and err. */
void http_json_begin_run(struct http_json *state);
int http_json_go_on(struct http_json *state, const struct sm_response *res,
    struct sm_err *err);
int http_json_end_run(struct http_json *state, bool whole,
    struct sm_err *err);
/* What a stream that follows from this one asks; false: none is left. */
bool http_json_next_child(struct http_json *state);
/* What one stream lacks stops no other; a login or a limit stops all. */
int http_json_give_up(struct http_json *state, enum error_class class,
    struct sm_err *err);
void http_json_text(char **to, const char *text);

/* http_json_hold.c */
struct sm_post;
void http_json_keep(struct http_json *state, struct sm_post *post,
    uint64_t rev);
/* Hands on what is held, oldest first. */
int http_json_release(struct http_json *state, struct sm_err *err);

/* http_json_post.c: one item as a record, into the hold. */
int http_json_post(struct http_json *state, const struct record_map *map,
    const struct sm_place *place);

/* http_json_page.c: whether there is another page, and which. */
void http_json_next_page(struct http_json *state,
    const struct sm_response *res);

/* http_json_fail.c: 0: the answer is good; 1: pass it over; -1 and err. */
int http_json_check(struct http_json *state, const struct sm_response *res,
    enum error_class *class, struct sm_err *err);

#endif
