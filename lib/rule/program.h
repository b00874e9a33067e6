/*
 * Inside lib/rule: what expressions become.
 *
 * Comparisons that are the same are kept once (conds), however many rules
 * make them, and are answered once a record.  Members are read once a record
 * as well (refs).  What and, or and not say is a flat list of steps, each
 * naming a comparison and where to go on if it is true or false.  The tree
 * stays for those who explain and check.
 */
#ifndef SM_RULE_PROGRAM_H
#define SM_RULE_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rule/field.h"

struct sm_buf;
struct sm_calendar;
struct sm_err;
struct sm_lexer;
struct sm_origin;
struct sm_paths;
struct sm_people;
struct sm_regex;
struct sm_sla_policy;
struct sm_words;

#define SM_NESTED_MAX 64	/* brackets within brackets */
#define SM_CONDS_MAX 65536	/* different comparisons */
#define SM_REFS_MAX 1024	/* different members */
#define SM_STEPS_MAX 1000000

/* A member that is looked at. */
struct sm_ref {
	int slot;		/* of SM_FIELD_AGE: of its .since */
	bool of_case;		/* now is that of the case */
	struct sm_field field;	/* name, help, values: lent or own */
	bool grams;		/* searched by a regular expression */
};

enum sm_cond_op {
	SM_COND_RANGE,		/* a number, time or duration in low..high */
	SM_COND_NUMBERS,	/* one of numbers */
	SM_COND_TEXT,		/* equal to text */
	SM_COND_WORDS,		/* in words */
	SM_COND_MATCH,		/* contains regex */
	SM_COND_HAS,		/* a set with text in it */
	SM_COND_ANY,		/* a set of which something is in words */
	SM_COND_TRUTH,		/* true */
	SM_COND_PRESENT,	/* there */
	SM_COND_OPEN,		/* a time at which calendar is open */
	SM_COND_ORDER,		/* ref and other compare as low (bits) says */
	SM_COND_SAME		/* texts of ref and other are equal */
};

enum { SM_LESS = 1, SM_EQUAL = 2, SM_MORE = 4 };

struct sm_cond {
	uint8_t op;
	bool negate;		/* if there, true where it would be false */
	bool sole;		/* list of words is our own: free it */
	uint16_t ref, other;
	uint32_t len;		/* bytes of text */
	uint32_t count;		/* of numbers */
	int64_t low, high;
	char *text;
	int64_t *numbers;	/* sorted */
	struct sm_words *words;
	struct sm_regex *regex;
	const struct sm_calendar *calendar;
	const struct sm_origin *origin;
	size_t at, end;		/* where it was first written */
};

enum sm_node_kind {
	SM_NODE_FALSE,
	SM_NODE_TRUE,
	SM_NODE_COND,
	SM_NODE_NOT,
	SM_NODE_AND,
	SM_NODE_OR
};

struct sm_node {
	enum sm_node_kind kind;
	uint32_t cond;
	struct sm_node **kids;
	size_t count, room;
	size_t at, end;		/* bytes in its origin */
};

#define SM_STEP_YES UINT32_MAX
#define SM_STEP_NO (UINT32_MAX - 1)

struct sm_step {
	uint32_t cond;
	uint32_t yes, no;	/* next step, or SM_STEP_YES, SM_STEP_NO */
};

enum sm_declared_kind {
	SM_DECLARED_LIST, SM_DECLARED_MEMBER, SM_DECLARED_CALENDAR,
	SM_DECLARED_SLA, SM_DECLARED_QUEUE
};

/* A name declared by a rule file. */
struct sm_declared {
	enum sm_declared_kind kind;
	char *name;
	struct sm_words *words;	/* of a list */
	struct sm_field field;	/* of a member */
	struct sm_calendar *calendar;
	struct sm_sla_policy *sla;
	const struct sm_origin *origin;
	size_t at;
	bool used;
};

struct sm_program {
	struct sm_paths *paths;	/* lent */
	enum sm_context context;	/* of what is being read */
	int fetched, at;	/* slots, for now; -1: not needed */
	struct sm_people *people;	/* or NULL */
	struct sm_ref *refs;
	size_t ref_count, ref_room;
	struct sm_cond *conds;
	size_t cond_count, cond_room;
	uint32_t *table;	/* cond number + 1 by hash */
	size_t mask;
	struct sm_step *steps;
	size_t step_count, step_room;
	struct sm_declared *declared;
	size_t declared_count, declared_room;
};

void sm_program_init(struct sm_program *program, struct sm_paths *paths);
void sm_program_release(struct sm_program *program);

/* The number of the member's ref; added where it is new.  -1: too many. */
int sm_program_ref(struct sm_program *program, const struct sm_field *field,
    const char *path);

/*
 * The number of the comparison, which is taken over (what it owns is freed
 * where there is one like it).  -1: too many.
 */
long sm_program_cond(struct sm_program *program, struct sm_cond *cond);
void sm_cond_release(struct sm_cond *cond);

/* A new one; lent until the next.  One that is there, or NULL. */
struct sm_declared *sm_program_declare(struct sm_program *program,
    enum sm_declared_kind kind, const char *name);
struct sm_declared *sm_program_declared(const struct sm_program *program,
    enum sm_declared_kind kind, const char *name);

/*
 * The one of the name at the current token, a text in quotes, which is marked
 * as used and passed.  NULL and err, with the nearest name.
 */
struct sm_declared *sm_program_take(struct sm_program *program,
    struct sm_lexer *lexer, enum sm_declared_kind kind, struct sm_err *err);

/* "list", "calendar", ... */
const char *sm_declared_name(enum sm_declared_kind kind);

/*
 * Reads an expression from the current token on; the token behind it is then
 * the current one.  The caller frees with sm_node_free.
 */
struct sm_node *sm_parse_expr(struct sm_program *program,
    struct sm_lexer *lexer, struct sm_err *err);
void sm_node_free(struct sm_node *node);
struct sm_node *sm_node_new(enum sm_node_kind kind, size_t at, size_t end);
void sm_node_add(struct sm_node *node, struct sm_node *kid);

/* One comparison at the current token (parse_cond.c). */
struct sm_node *sm_parse_cond(struct sm_program *program,
    struct sm_lexer *lexer, struct sm_err *err);

/*
 * The tree without what is settled when it is read (`true or x`), and without
 * `not` but before comparisons.  Takes node.
 */
struct sm_node *sm_node_fold(struct sm_node *node);

/* Adds the steps of node; *entry is where to begin.  -1 and err: too many. */
int sm_program_compile(struct sm_program *program,
    const struct sm_node *node, uint32_t *entry, struct sm_err *err);

#endif
