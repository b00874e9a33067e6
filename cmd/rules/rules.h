/* The parts of sm-rules; each prints to standard output, and ends by sm_die. */
#ifndef SM_RULES_RULES_H
#define SM_RULES_RULES_H

/* format.c: the file in its usual form. */
void rules_format(const char *path);

/* sql.c: each rule's condition as SQL over `line`. */
void rules_sql(const char *path);

/*
 * holidays.c: the all-day events of an iCalendar file (RFC 5545), those that
 * repeat for ten years from the last one on, as lines of a calendar.
 */
void rules_holidays(const char *path);

#endif
