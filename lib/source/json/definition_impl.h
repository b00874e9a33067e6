/* The inside of a definition: what is read from its file, and how. */
#ifndef SM_SOURCE_JSON_DEFINITION_IMPL_H
#define SM_SOURCE_JSON_DEFINITION_IMPL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "record/conf.h"
#include "source/json/pointer.h"
#include "source/source.h"

struct sm_err;

#define DEFINITION_FILE 262144	/* bytes of a definition */
#define DEFINITION_KEYS 32
#define DEFINITION_STREAMS 32
#define DEFINITION_LETS 16
#define DEFINITION_PARTS 64	/* of a list in a definition */
#define DEFINITION_DEPTH 16	/* expressions in expressions */

/* Words that stand for what is known while asking; keys come behind them. */
enum definition_var {
	VAR_PAGE, VAR_SINCE, VAR_AFTER, VAR_TOKEN, VAR_NOW, VAR_USER, VAR_ID,
	VAR_SECRET, VAR_BASE, VAR_HOST, VAR_KEYS
};
#define DEFINITION_VARS (VAR_KEYS + DEFINITION_KEYS)
extern const char *const definition_vars[VAR_KEYS];

/* A step behind '|'. */
struct filter_kind;
struct filter {
	const struct filter_kind *kind;
	const char *text;
	int64_t number;
};

enum expr_kind {
	EXPR_POINTER, EXPR_VAR, EXPR_CONST, EXPR_TEXT, EXPR_FIRST,
	EXPR_TABLE, EXPR_IF, EXPR_OBJECT, EXPR_LIST
};

/* Where a pointer begins. */
enum expr_from { FROM_ITEM, FROM_ROOT, FROM_UP, FROM_LET, FROM_PARENT };

struct cond;

/* What gives a value; compiled once. */
struct expr {
	enum expr_kind kind;
	enum expr_from from;
	unsigned up;		/* FROM_UP: how many '*' up */
	size_t let;		/* FROM_LET: which */
	size_t var;
	bool name;		/* the name of the member, not its value */
	const struct sm_pointer *pointer;
	json_t *json;		/* CONST; TABLE: what it becomes */
	struct cond *cond;	/* IF */
	struct expr **parts;	/* TABLE: what, else; IF: then, else */
	const char **names;	/* of an OBJECT */
	size_t count;
	struct filter *filters;
	size_t nfilters;
};

enum cond_kind {
	COND_TRUE, COND_IS, COND_HAS, COND_STARTS, COND_ABOVE, COND_BELOW,
	COND_NOT, COND_ALL, COND_ANY
};

struct cond {
	enum cond_kind kind;
	struct expr *at;
	struct expr **values;
	struct cond **parts;
	size_t count;
};

/* A name for something near the item. */
struct let {
	const char *name;
	struct expr *expr;	/* simply this; or NULL: */
	struct expr *find, *is;	/* the element of find */
	const struct sm_pointer *where;
};

/* Things that come several to an item. */
struct every {
	struct expr *each;	/* a pointer, with '*' in it as a rule */
	struct cond *when;
	struct expr *type, *name, *href;	/* tags; files; from, to */
};

struct every_list {
	struct every *list;
	size_t count;
};

enum field {
	F_TYPE, F_KEY, F_ID, F_URL, F_REV, F_CONTENT, F_NAME, F_SUMMARY,
	F_PUBLISHED, F_UPDATED, F_INDEXED, F_LANGUAGE, F_REPLY_TO, F_CONTEXT,
	F_DIRECTION, F_VISIBILITY, F_CHANNEL, F_HOST, F_REF,
	A_TYPE, A_ID, A_USERNAME, A_NAME, A_URL, A_PUBLISHED, A_FOLLOWERS,
	A_FOLLOWING, A_POSTS, A_VERIFIED, A_BOT,
	M_LIKES, M_SHARES, M_REPLIES, M_VIEWS, R_VALUE, R_BEST,
	T_DELETED, T_FORMER, FIELDS
};

struct record_map {
	const char *name;
	struct let *lets;
	size_t nlets;
	struct expr *field[FIELDS];
	struct cond *edited, *automatic, *quoted, *tombstone;
	bool has_tombstone;	/* without a condition: always one */
	struct every_list files, tags, replaces;
};

struct take {
	const struct sm_pointer *items;
	struct cond *when;
	const struct record_map *record;
	const char *record_name;
};

/* Requests that follow from what a page holds. */
struct then {
	const struct sm_pointer *items;
	struct cond *when;
	struct expr *changed;	/* only if this differs from last time */
	size_t stream;
	const char *stream_name;
	int64_t most;		/* of one run */
};

enum page_kind {
	PAGE_NONE, PAGE_TOKEN, PAGE_NEXT, PAGE_LINK, PAGE_NUMBER, PAGE_OFFSET,
	PAGE_ABOVE, PAGE_BELOW
};

struct paging {
	enum page_kind kind;
	struct expr *at;	/* TOKEN, NEXT: where it stands */
	struct expr *last;	/* NUMBER: how many there are */
	struct expr *id;	/* BELOW: of an item; else that of resume */
	struct cond *more;	/* whether there is a next one */
	int64_t first, size, window;
	int64_t most;		/* pages of one run */
};

enum resume_kind {
	RESUME_SEEN, RESUME_TIME, RESUME_ID, RESUME_TOKEN, RESUME_ACK
};

struct resume {
	enum resume_kind kind;
	struct expr *at, *newest;
	int64_t overlap_s;
};

enum stream_order { ORDER_NONE, ORDER_ASC, ORDER_DESC };

struct named_expr {
	const char *name;
	struct expr *expr;
};

struct fields {
	struct named_expr *list;
	size_t count;
};

struct stream {
	const char *name, *help;
	const char *each_name;
	size_t each;		/* the variable it is run for each value of */
	struct expr *url;
	const char *method;
	struct fields query, headers, form;
	struct expr *json;	/* body */
	enum stream_order order;
	struct resume resume;
	struct paging page;
	struct take *takes;
	size_t ntakes;
	struct then *thens;
	size_t nthens;
	struct sm_price *price;
	bool child;		/* runs behind another only */
};

enum error_class {
	ERROR_AUTH, ERROR_RIGHT, ERROR_GONE, ERROR_RETRY, ERROR_LIMIT,
	ERROR_POLICY, ERROR_BAD, ERROR_SKIP, ERROR_RESTART
};

struct error_rule {
	int status;		/* 0: any */
	struct cond *when;
	enum error_class class;
	const char *why;
};

struct key {
	const char *name, *help;
	json_t *other;		/* the default, or NULL */
	bool required, repeat, own;
	enum sm_conf_type type;
	const char **choices;
	size_t nchoices;
	struct expr *ask_url, *ask_at;	/* the network knows it */
};

struct sm_definition {
	struct sm_source source;	/* what others see of it */
	struct sm_arena arena;
	json_t *json;		/* the file; texts are lent from it */
	json_t *made;		/* constants that are not in it as such */
	const char *file, *name, *summary, *channel, *where;
	const char *const *doc;
	bool account;		/* one is needed */
	struct expr *base, *host;
	const char *limits;
	int64_t pace_ms;
	struct fields headers;
	struct key *keys;
	size_t nkeys;
	struct stream *streams;
	size_t nstreams;
	const char **usual;	/* streams where none are named */
	size_t nusual;
	struct record_map *records;
	size_t nrecords;
	struct error_rule *errors;
	size_t nerrors;
	struct cond *ok;	/* of an answer with status 200 */
	struct expr *message;	/* the network's own words */
	struct expr **own;	/* our accounts */
	size_t nown;
	struct sm_price price;
	struct sm_conf_key *conf_keys;
	char *broken;		/* why it cannot be used */
};

/* definition_read.c: a file being read; path is the pointer to where we are. */
struct reading {
	struct sm_definition *def;
	struct sm_buf path;
	struct sm_err *err;
	const struct record_map *record;	/* whose names are known */
	int depth;
};

/* "FILE: /pointer: text", SM_EXIT_CONFIG; always -1. */
int definition_fail(struct reading *in, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The same with "; did you mean '...'?", where a name is near. */
int definition_unknown(struct reading *in, const char *what,
    const char *typed, const char *const *names, size_t count);

size_t definition_enter(struct reading *in, const char *name);
size_t definition_enter_nth(struct reading *in, size_t index);
void definition_leave(struct reading *in, size_t mark);

void *definition_alloc(struct reading *in, size_t count, size_t size);

/* A member that an object may have, and what reads it to base + offset. */
struct member {
	const char *name;
	int (*read)(struct reading *in, json_t *json, void *to);
	size_t offset;
	bool must;
};

#define MEMBERS(table) table, sizeof(table) / sizeof((table)[0])
int definition_object(struct reading *in, json_t *json,
    const struct member *members, size_t count, void *base);

/* Calls each for the elements of an array (or for the one thing alone). */
int definition_list(struct reading *in, json_t *json, size_t most,
    int (*each)(struct reading *in, json_t *json, size_t index, void *arg),
    void *arg);
/* Calls each for the members of an object. */
int definition_members(struct reading *in, json_t *json, size_t most,
    int (*each)(struct reading *in, const char *name, json_t *json,
    size_t index, void *arg), void *arg);

/* The index of the text in names; -1: it is none of them, as err says. */
int definition_choice(struct reading *in, json_t *json, const char *what,
    const char *const *names, size_t count);

int read_text(struct reading *in, json_t *json, void *to);	/* char * */
int read_true(struct reading *in, json_t *json, void *to);	/* bool */
int read_count(struct reading *in, json_t *json, void *to);	/* int64_t */
int read_seconds(struct reading *in, json_t *json, void *to);	/* int64_t */
int read_money(struct reading *in, json_t *json, void *to);	/* int64_t */

/* definition_expr.c */
int read_value(struct reading *in, json_t *json, void *to);	/* expr * */
int read_word(struct reading *in, json_t *json, void *to);	/* expr * */
int read_template(struct reading *in, json_t *json, void *to);	/* expr * */
int read_body(struct reading *in, json_t *json, void *to);	/* expr * */
int read_ref(struct reading *in, json_t *json, void *to);	/* expr * */
int read_pointer(struct reading *in, json_t *json, void *to);	/* pointer */
int read_fields(struct reading *in, json_t *json, void *to);	/* fields */

/* definition_source.c: a pointer or a word, with its filters. */
int read_source(struct reading *in, const char *s, size_t len,
    struct expr *expr);
bool is_pointer(const char *s);

/* definition_cond.c */
int read_cond(struct reading *in, json_t *json, void *to);	/* cond * */

/* definition_filter.c */
int read_filter(struct reading *in, const char *s, size_t len,
    struct filter *filter);
const char *filter_name(const struct filter *filter);
/* Takes value's reference, gives one back, or NULL. */
json_t *filter_run(const struct filter *filter, json_t *value);

/* definition_record.c, _stream.c, _key.c, _top.c */
int read_records(struct reading *in, json_t *json, void *to);
int read_streams(struct reading *in, json_t *json, void *to);
int read_keys(struct reading *in, json_t *json, void *to);
int read_errors(struct reading *in, json_t *json, void *to);
int read_price(struct reading *in, json_t *json, void *to);
int definition_top(struct reading *in, json_t *json);

/* definition_eval.c: what is known where an expression is looked at. */
struct scope {
	json_t *const *vars;	/* DEFINITION_VARS, NULL: not known */
	const struct sm_place *item, *parent;
	json_t *root;
	json_t **lets;
};

/* The value, a new reference, or NULL where there is none. */
json_t *expr_value(const struct expr *expr, const struct scope *scope);
/* The same as text: "" where there is none; adds to out. */
bool expr_text(const struct expr *expr, const struct scope *scope,
    struct sm_buf *out);
bool expr_int(const struct expr *expr, const struct scope *scope,
    int64_t *value);
bool cond_holds(const struct cond *cond, const struct scope *scope);
/* A value as text added to out; false: it has none. */
bool value_text(const json_t *value, struct sm_buf *out);
bool value_int(const json_t *value, int64_t *number);
bool value_true(const json_t *value);
/*
 * Any date, or Unix time in seconds, milliseconds or microseconds, as seconds;
 * zone_s east of Greenwich is where a date that names none is from.  Takes
 * value's reference, gives one back, or NULL.
 */
json_t *value_time(json_t *value, int64_t zone_s);
/* The element that a let finds, lent; or NULL. */
json_t *let_find(const struct let *let, const struct scope *scope);
/* Whole numbers of any length: by length, then by bytes. */
int id_compare(const char *a, const char *b);

#endif
