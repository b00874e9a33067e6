/*
 * The members that expressions know: path, short name, type and meaning.
 * What is not here is declared in a rule file: `member crm.segment text`.
 */
#ifndef SM_RULE_FIELD_H
#define SM_RULE_FIELD_H

#include <stdbool.h>
#include <stddef.h>

enum sm_field_type {
	SM_FIELD_NUMBER,
	SM_FIELD_TEXT,
	SM_FIELD_SET,		/* of texts */
	SM_FIELD_TIME,
	SM_FIELD_DURATION,
	SM_FIELD_TRUTH,
	SM_FIELD_OTHER		/* can only be asked for: `has metrics` */
};

/*
 * What a rule is about: a post that came in, a case that changed, a clock that
 * fired, a reply about to be sent.  The short names of members depend on it.
 */
enum sm_context {
	SM_CONTEXT_POST, SM_CONTEXT_UPDATE, SM_CONTEXT_TIME,
	SM_CONTEXT_OUTBOUND, SM_CONTEXTS
};

enum {
	SM_IN_POST = 1 << SM_CONTEXT_POST,
	SM_IN_CASE = 1 << SM_CONTEXT_UPDATE | 1 << SM_CONTEXT_TIME,
	SM_IN_TIME = 1 << SM_CONTEXT_TIME,
	SM_IN_OUTBOUND = 1 << SM_CONTEXT_OUTBOUND
};

enum {
	SM_FIELD_SENTIMENT = 1,	/* how it sounds */
	SM_FIELD_INFLUENCE = 2,	/* how large the author is, and whatever is
				   computed from it */
	SM_FIELD_AGE = 4,	/* computed: from .since to now */
	SM_FIELD_AUTHOR = 8,	/* id or handle */
	SM_FIELD_NOW = 16,	/* computed: now, see sm_eval_new */
	SM_FIELD_BY = 32	/* a person: `has role` looks at reply.roles */
};

struct sm_field {
	const char *name;	/* the path */
	const char *alias;	/* the short name, or NULL */
	enum sm_field_type type;
	const char *help;	/* one line */
	const char *values;	/* the only ones, by spaces; NULL: any */
	const char *since;	/* SM_FIELD_AGE: a time's path */
	unsigned contexts;	/* where alias, or a computed name, is known;
				   0: everywhere */
	const char *item;	/* where a set holds objects: which member */
	int least, most;	/* of a number; both 0: any */
	unsigned flags;
};

/* All of them, in the order of the record; ends with name NULL. */
extern const struct sm_field sm_fields[];

/*
 * By path or short name ("author.bot" is "attributedTo.bot", and any name
 * below score.why and route.why is a number).  NULL: there is none.
 */
const struct sm_field *sm_field_find(const char *name,
    enum sm_context context);

/* The path behind name, into out; name itself where it is a path. */
const char *sm_field_path(const char *name, enum sm_context context,
    char *out, size_t size);

/* "post", "update", "time", "outbound"; and back: -1 where there is none. */
const char *sm_context_name(enum sm_context context);
int sm_context_find(const char *name);

/* "number", "text", ...; and back: -1 where there is no such type. */
const char *sm_field_type_name(enum sm_field_type type);
int sm_field_type_find(const char *name);

/* Whether value is among the only ones. */
bool sm_field_allows(const struct sm_field *field, const char *value);

#endif
