/*
 * What was emitted already in this sweep, so that pages that overlap give no
 * post twice: a bounded set of hashes.  It forgets everything when it is full;
 * the key makes a post that comes again harmless.
 */
#ifndef SM_SOURCE_HTTP_AGAIN_H
#define SM_SOURCE_HTTP_AGAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SM_AGAIN_MAX 65536	/* hashes, of 8 bytes */

struct sm_again {
	uint64_t *slots;	/* NULL until the first */
	size_t room, count;
};

/* Whether the hash was there before; it is from now on. */
bool sm_again_meet(struct sm_again *again, uint64_t hash);
void sm_again_release(struct sm_again *again);

#endif
