/*
 * Memory that is never NULL: where there is none, the handler is called (by
 * default: a message and exit status 71), which does not come back.
 */
#ifndef SM_BASE_XALLOC_H
#define SM_BASE_XALLOC_H

#include <stddef.h>

void *sm_xmalloc(size_t size);
void *sm_xcalloc(size_t count, size_t size);
/* Room for count things of size bytes; the product may not overflow. */
void *sm_xreallocarray(void *old, size_t count, size_t size);
char *sm_xstrdup(const char *s);
char *sm_xstrndup(const char *s, size_t len);
char *sm_xasprintf(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/*
 * Grow an array of size-byte things to hold at least need of them; *room
 * counts what fits.  Grows by half, so adding one at a time is linear.
 */
void *sm_xgrow(void *old, size_t *room, size_t need, size_t size);

/* Called when there is no memory; must not come back. */
void sm_xalloc_handler(void (*handler)(void));

#endif
