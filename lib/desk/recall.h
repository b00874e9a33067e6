/*
 * Answers that were found already: a small table of bytes by bytes, for what a
 * batch asks more than once.  It never grows: where it is full it forgets all.
 */
#ifndef SM_DESK_RECALL_H
#define SM_DESK_RECALL_H

#include <stdbool.h>
#include <stddef.h>

struct sm_recall;

#define SM_RECALL_MOST 2048	/* answers at a time */

/* size: bytes of an answer. */
struct sm_recall *sm_recall_new(size_t size);
void sm_recall_free(struct sm_recall *recall);
void sm_recall_clear(struct sm_recall *recall);

/*
 * The answer for key, lent until the next call; or room for it, zeroed, where
 * there was none (*found is false then).
 */
void *sm_recall(struct sm_recall *recall, const void *key, size_t len,
    bool *found);

#endif
