#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

#define CHUNK 16384	/* bytes */
#define ALIGN 16

struct sm_arena_chunk {
	struct sm_arena_chunk *next;
	size_t room;
	_Alignas(ALIGN) char data[];
};

static struct sm_arena_chunk *
new_chunk(size_t need)
{
	size_t room = need > CHUNK ? need : CHUNK;
	struct sm_arena_chunk *chunk = sm_xmalloc(sizeof(*chunk) + room);

	chunk->next = NULL;
	chunk->room = room;
	return chunk;
}

void *
sm_arena_alloc(struct sm_arena *arena, size_t size)
{
	void *at;

	size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	while (!arena->now || size > arena->now->room - arena->used) {
		struct sm_arena_chunk *old = arena->now, *next;

		next = old ? old->next : arena->first;
		if (!next || next->room < size) {
			struct sm_arena_chunk *fresh = new_chunk(size);

			fresh->next = next;
			next = fresh;
			if (old)
				old->next = fresh;
			else
				arena->first = fresh;
		}
		arena->now = next;
		arena->used = 0;
	}
	at = arena->now->data + arena->used;
	arena->used += size;
	return at;
}

char *
sm_arena_strndup(struct sm_arena *arena, const char *s, size_t len)
{
	char *copy = sm_arena_alloc(arena, len + 1);

	if (len)
		memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}

void
sm_arena_reset(struct sm_arena *arena)
{
	arena->now = arena->first;
	arena->used = 0;
}

void
sm_arena_release(struct sm_arena *arena)
{
	struct sm_arena_chunk *chunk = arena->first;

	while (chunk) {
		struct sm_arena_chunk *next = chunk->next;

		free(chunk);
		chunk = next;
	}
	*arena = (struct sm_arena)SM_ARENA_INIT;
}
