/*
 * Inside lib/rule: a file of rules as it was read.
 */
#ifndef SM_RULE_RULESET_H
#define SM_RULE_RULESET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/sha256.h"
#include "rule/action.h"
#include "rule/eval.h"
#include "rule/pick.h"
#include "rule/program.h"
#include "rule/sieve.h"

#define SM_RULES_MAX 10000
#define SM_RULES_INCLUDES 8	/* files within files */
#define SM_RULES_BY 16		/* "rules@a1b2c3" */
#define SM_RULES_DANGER 60	/* emergency from which nothing is ignored */

struct sm_test {
	const char *decision;	/* react, ignore, defer */
	char *queue;		/* or NULL: any */
	char *json;
	size_t at;		/* in the rule's origin */
};

struct sm_rule {
	char *name;
	char *trace;		/* the name with '_' for '-' */
	char *said;		/* "rule NAME": where it gives no reason */
	char *owner;		/* or NULL */
	int64_t since;		/* or SM_TIME_NONE */
	const struct sm_origin *origin;
	size_t at;
	size_t stage;		/* number */
	enum sm_context context;
	struct sm_node *when;	/* NULL: `otherwise` */
	uint32_t entry;
	struct sm_act *acts;
	size_t act_count, act_room;
	const struct sm_act *decision;	/* or NULL */
	bool stops;
	struct sm_test *tests;
	size_t test_count, test_room;
};

struct sm_stage {
	char *name;
	enum sm_context context;
	const struct sm_origin *origin;
	size_t at;
};

/*
 * Where a rule begins, side by side, as most rules end at their first
 * comparison: guard is the one without which it cannot speak, or the number
 * behind the last comparison where there is none.
 */
struct sm_entry {
	uint32_t at, guard;
	uint32_t rule;		/* its number */
};

/* The rules of one context, in order. */
struct sm_order {
	struct sm_entry *entries;
	size_t count;
	struct sm_sieve *sieve;
};

struct sm_rules {
	struct sm_program program;
	struct sm_origin *origins;
	struct sm_sha256 sha;
	char by[SM_RULES_BY];
	struct sm_stage *stages;
	size_t stage_count, stage_room;
	struct sm_rule **rules;	/* in order */
	size_t count, room;
	struct sm_order order[SM_CONTEXTS];
	struct sm_rule *otherwise;	/* or NULL: defer */
	size_t acts_max;	/* of all rules together */
	struct sm_pick_slots pick;
	int route, key, content, direction, emergency, priority, score, start;
			/* slots; score: the whole object */
};

struct sm_rules_state {
	const struct sm_rules *rules;
	enum sm_context context;
	struct sm_eval *eval;
	uint64_t *bits;		/* rules that can speak */
	const struct sm_rule **fired;
	size_t fired_count;
	size_t tried;		/* rules of the context that were looked at */
	const struct sm_act **acts;	/* that count, in order */
	size_t act_count;
	const struct sm_rule *slow;	/* whose pattern took too long */
	const struct sm_cond *slow_cond;

	/* The outcome. */
	const char *decision, *rule, *reason, *queue;
	const char *said;	/* where there is no reason */
	bool danger, saved;	/* emergency; and it was about to be missed */
	bool overrun;
	char why[64];		/* holds a reason made here */
	struct sm_buf json;
};

/* Reads path and what it includes into rules (file.c). */
int sm_rules_read(struct sm_rules *rules, const char *path,
    struct sm_err *err);

/* Reads one action of rule at the current token (file_rule.c). */
int sm_rules_read_rule(struct sm_rules *rules, struct sm_lexer *lexer,
    size_t stage, struct sm_err *err);
int sm_rules_read_otherwise(struct sm_rules *rules, struct sm_lexer *lexer,
    struct sm_err *err);

/* sla "NAME" [calendar "NAME"] { ... }, behind `sla` (file_sla.c). */
int sm_rules_read_sla(struct sm_rules *rules, struct sm_lexer *lexer,
    struct sm_err *err);

/* What no file may do (standing.c).  0, or -1 and err. */
int sm_rules_standing(const struct sm_rules *rules, struct sm_err *err);
/* Danger to life: the last word over a decision. */
void sm_rules_guard(struct sm_rules_state *state, struct sm_record *rec);

/* The priority with the rules' points; when an SLA is due (route.c). */
int64_t sm_rules_priority(const struct sm_rules_state *state);
int64_t sm_rules_due(struct sm_rules_state *state, const struct sm_act *sla);

/* The outcome as the value of route (route.c). */
void sm_rules_write(struct sm_rules_state *state, struct sm_buf *out);

/* What goes with sm_cond: whether a being true makes b true (imply.c). */
bool sm_implies(const struct sm_program *program, const struct sm_node *a,
    const struct sm_node *b);
/* Whether both can never be true of one record. */
bool sm_excludes(const struct sm_program *program, const struct sm_node *a,
    const struct sm_node *b);
/* Whether the comparison is true of no record whatever. */
bool sm_cond_never(const struct sm_program *program,
    const struct sm_cond *cond);

#endif
