/*
 * Ways through a JSON document: JSON Pointer (RFC 6901) with three kinds of
 * steps more, which definitions of connectors (sm-connector(5)) need:
 *
 *	*		each element of an array, each member of an object
 *	[name=text]	the first element of an array whose member is text
 *	-1		the last element of an array
 *
 * A member that is null counts as not there.
 */
#ifndef SM_SOURCE_JSON_POINTER_H
#define SM_SOURCE_JSON_POINTER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct sm_arena;
struct sm_err;
struct sm_pointer;

#define SM_POINTER_STEPS 16
#define SM_POINTER_TEXT 512	/* bytes of a pointer */

/* Where something was found. */
struct sm_place {
	json_t *value;
	const char *name;	/* of the member, "" in an array */
	size_t index;		/* in the array or object */
	const struct sm_place *up;	/* what the '*' before stood for */
};

/*
 * text as a pointer ("" is the whole document), of the arena's memory.  NULL
 * and err (CONFIG: "expected '/'...").
 */
struct sm_pointer *sm_pointer_new(struct sm_arena *arena, const char *text,
    size_t len, struct sm_err *err);

/* Whether there is a '*' in it. */
bool sm_pointer_many(const struct sm_pointer *pointer);

/*
 * What it points to, or NULL; lent.  A '*' is the first element.  *name, which
 * may be NULL, is the name of the last member passed through.
 */
json_t *sm_pointer_get(const struct sm_pointer *pointer,
    json_t *from, const char **name);

/*
 * Calls each for every place it points to, in order; -1 from it ends that.
 * The place is lent for the call; where the '*' is not the last step, .up is
 * what it stood for.
 */
int sm_pointer_each(const struct sm_pointer *pointer,
    const struct sm_place *from, int (*each)(const struct sm_place *place,
    void *arg), void *arg);

/* Whether value is this text: a string, or a whole number, true, false. */
bool sm_pointer_is(json_t *value, const char *text);

#endif
