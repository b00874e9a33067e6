/*
 * Conditions as SQL of SQLite, over a record's JSON: for reports and for
 * questions to the store.  The SQL is true of the same records as the
 * condition is; the tests hold both against each other.
 *
 * Three things SQLite does not bring along: regexp(PATTERN, TEXT) and regexpi
 * (its shell has both, other programs must register them),
 * sm_open('CALENDAR', SECONDS) for in_hours, and :now, seconds since 1970, for
 * ages; without a value for :now they count to the record's own moment.  Times
 * must be spelled as sm writes them.
 */
#ifndef SM_RULE_SQL_H
#define SM_RULE_SQL_H

struct sm_buf;
struct sm_node;
struct sm_program;

/* json is SQL for the record's text: "line"; added to out. */
void sm_sql_node(const struct sm_program *program, const struct sm_node *node,
    const char *json, struct sm_buf *out);

#endif
