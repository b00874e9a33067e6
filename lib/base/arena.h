/*
 * Memory that is given back all at once: what one record or one file needs.
 * What it gave never moves.
 */
#ifndef SM_BASE_ARENA_H
#define SM_BASE_ARENA_H

#include <stddef.h>

struct sm_arena_chunk;

struct sm_arena {
	struct sm_arena_chunk *first, *now;
	size_t used;	/* bytes of *now */
};

#define SM_ARENA_INIT { .first = NULL, .now = NULL, .used = 0 }

/* size bytes, aligned for anything; never NULL. */
void *sm_arena_alloc(struct sm_arena *arena, size_t size);
/* len bytes of s with a NUL behind them. */
char *sm_arena_strndup(struct sm_arena *arena, const char *s, size_t len);

/* Forget what was given, keep the memory. */
void sm_arena_reset(struct sm_arena *arena);
void sm_arena_release(struct sm_arena *arena);

#endif
