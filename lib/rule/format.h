/*
 * A file of rules in its usual form: a statement, a condition, actions and a
 * test each on a line of their own, two blanks a level, 80 columns; comments
 * and empty lines stay where they were.  What it means does not change.
 */
#ifndef SM_RULE_FORMAT_H
#define SM_RULE_FORMAT_H

struct sm_buf;
struct sm_err;
struct sm_origin;

/*
 * Adds the text to out.  The file must be one that sm_rules_open takes; -1 and
 * err (status 78) where it cannot be followed.
 */
int sm_rules_format(const struct sm_origin *origin, struct sm_buf *out,
    struct sm_err *err);

#endif
