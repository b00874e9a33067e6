/*
 * A file of rules (sm-rules(5)) and what it decides.
 *
 * Rules are tried in order against the record as it came; what those that
 * speak want is collected and written once, as the record's `route`.  No rule
 * sees what another one does.  Some things no file can turn off: see
 * rule/standing.c.
 */
#ifndef SM_RULE_RULES_H
#define SM_RULE_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rule/field.h"

struct sm_buf;
struct sm_calendar;
struct sm_err;
struct sm_paths;
struct sm_people;
struct sm_record;
struct sm_rules;
struct sm_rules_state;

/*
 * Reads the file, its includes and lists; what it looks at is added to paths.
 * NULL and err (status 78, "file:line:column: ..." and the line with a caret)
 * on failure.
 */
struct sm_rules *sm_rules_open(const char *path, struct sm_paths *paths,
    struct sm_err *err);
void sm_rules_close(struct sm_rules *rules);

/* "rules@a1b2c3", by the digest of all files read; lent. */
const char *sm_rules_by(const struct sm_rules *rules);
size_t sm_rules_count(const struct sm_rules *rules);

/*
 * What one thread needs to try the rules of a context.  now is what `age`
 * counts to, or SM_TIME_NONE for the record's own `fetched` (of a post) or
 * `case.at` (of a case).
 */
struct sm_rules_state *sm_rules_state_new(const struct sm_rules *rules,
    enum sm_context context, int64_t now);
void sm_rules_state_free(struct sm_rules_state *state);

/*
 * Writes the decision into rec, always.  0; 1 and err (status 65) where it was
 * taken although something could not be said: a pattern took too long on this
 * text and counted as not true, or there were too many steps, which makes it
 * a defer to the queue "unsorted".
 */
int sm_rules_apply(struct sm_rules_state *state, struct sm_record *rec,
    struct sm_err *err);

/* What was decided; all lent until the next record. */
struct sm_outcome {
	const char *decision, *rule;
	const char *reason, *queue;	/* or NULL */
	const char *sla;		/* or NULL */
	int64_t due;			/* or SM_TIME_NONE */
	int priority;
};

/*
 * The same without writing into rec, so that several files of rules can look
 * at one record as it came.  0, or 1 and err as above.
 */
int sm_rules_decide(struct sm_rules_state *state, struct sm_record *rec,
    struct sm_outcome *outcome, struct sm_err *err);

/* The people of the file, or NULL; lent. */
const struct sm_people *sm_rules_people(const struct sm_rules *rules);
/* The first calendar of the file, or NULL; lent. */
const struct sm_calendar *sm_rules_calendar(const struct sm_rules *rules);

/* Name, owner (or NULL), since (or SM_TIME_NONE) of rule by number. */
struct sm_rule_info {
	const char *name, *owner, *stage;
	const char *file;
	unsigned line;
	int64_t since;
	enum sm_context context;
};
/* Whether there is such a rule. */
bool sm_rules_info(const struct sm_rules *rules, size_t number,
    struct sm_rule_info *info);

/*
 * After sm_rules_apply of the same record: the reasoning for a person, some
 * lines, harmless on a terminal.
 */
void sm_rules_explain(struct sm_rules_state *state, struct sm_record *rec,
    struct sm_buf *out);

/*
 * The condition of a rule, by number from 0, as SQL (sql.h) over json; its
 * name, lent; NULL past the last.
 */
const char *sm_rules_sql(const struct sm_rules *rules, size_t number,
    const char *json, struct sm_buf *out);

/*
 * What is not wrong but odd, one call each, with "file:line:col: text" and
 * the line.  How many there were.
 */
size_t sm_rules_check(const struct sm_rules *rules,
    void (*say)(const char *text, void *arg), void *arg);

struct sm_rules_test {
	size_t run, failed;
};

/*
 * Runs every test.  score scores a line (into out, without LF; 0, or -1 and
 * err) and is called for a record without `score`; NULL: such a record stays
 * as it is.  say is called for every test that fails.
 */
struct sm_rules_test sm_rules_test(struct sm_rules *rules,
    int (*score)(const char *line, size_t len, struct sm_buf *out, void *arg,
    struct sm_err *err), void (*say)(const char *text, void *arg),
    void *arg);

#endif
