/*
 * What has been seen already: a bounded set of 64-bit words, of which the
 * least recently met leave first.  A word is 44 bits of the thing's hash and
 * 20 of its revision's, so that a change can be told from something new.
 */
#ifndef SM_SOURCE_SEEN_H
#define SM_SOURCE_SEEN_H

#include <stddef.h>
#include <stdint.h>

struct sm_buf;
struct sm_seen;

#define SM_SEEN_MAX 16000	/* words that are kept in a cursor */

enum sm_seen_answer { SM_SEEN_NEW, SM_SEEN_SAME, SM_SEEN_CHANGED };

struct sm_seen *sm_seen_new(void);
void sm_seen_free(struct sm_seen *seen);

/*
 * Look for the thing, and note it as met now in this revision.  *when, which
 * may be NULL, is when it was met before, as sm_seen_when has it.
 */
enum sm_seen_answer sm_seen_meet(struct sm_seen *seen, uint64_t thing,
    uint64_t rev, uint64_t *when);

/* What sm_seen_meet would say; nothing is noted. */
enum sm_seen_answer sm_seen_look(const struct sm_seen *seen, uint64_t thing,
    uint64_t rev);

/* Counts meetings; and when the thing was last met by that count, or 0. */
uint64_t sm_seen_clock(const struct sm_seen *seen);
uint64_t sm_seen_when(const struct sm_seen *seen, uint64_t thing);

/* Adds the most recently met SM_SEEN_MAX words as base64 to out. */
void sm_seen_write(const struct sm_seen *seen, struct sm_buf *out);
/* Takes what sm_seen_write gave; what is not base64 is passed over. */
void sm_seen_read(struct sm_seen *seen, const char *s, size_t len);

#endif
