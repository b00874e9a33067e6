/*
 * The text of a rule file, or of one expression, kept while anything made
 * from it lives, so that a complaint can always show the place:
 *
 *	care.rules:3:8: no member 'sentimnt'; did you mean 'sentiment'?
 *	    when sentimnt <= -30
 *	         ^
 */
#ifndef SM_RULE_ORIGIN_H
#define SM_RULE_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>

struct sm_err;

#define SM_ORIGIN_MAX 1048576	/* bytes of one rule file or expression */

struct sm_origin {
	char *name;		/* as messages say it */
	char *text;		/* UTF-8, with a NUL behind */
	size_t len;		/* bytes */
	struct sm_origin *next;	/* for who keeps several */
};

/* A copy of text.  NULL and err where it is too long or not UTF-8. */
struct sm_origin *sm_origin_new(const char *name, const char *text,
    size_t len, struct sm_err *err);
/* The file at path, at most SM_ORIGIN_MAX bytes; errors are status 78. */
struct sm_origin *sm_origin_open(const char *path, struct sm_err *err);
void sm_origin_free(struct sm_origin *origin);

/* Line and column (in characters) of the byte at, both from 1. */
void sm_origin_place(const struct sm_origin *origin, size_t at,
    unsigned *line, unsigned *column);

/* Fill err (status 78) with place, text, the line and a caret; -1. */
int sm_origin_fail(const struct sm_origin *origin, size_t at,
    struct sm_err *err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/*
 * Whole words that are near: "; did you mean 'x'?" for the nearest of count
 * names, "" where none is near.  out is given back.
 */
const char *sm_origin_near(const char *typed, const char *const *names,
    int count, char *out, size_t size);

#endif
