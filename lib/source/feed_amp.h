/*
 * The references of a feed put right before the XML parser sees them: names
 * that HTML knows become numbers (the parser would drop them without a word),
 * and so does each '&' that begins no reference.  CDATA and comments stay.
 */
#ifndef SM_SOURCE_FEED_AMP_H
#define SM_SOURCE_FEED_AMP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct feed_amp {
	const char *closing;	/* what ends the section we are in, or NULL */
	struct sm_buf held;	/* the end of a piece, not yet clear */
	struct sm_buf out;
};

void feed_amp_release(struct feed_amp *amp);

/*
 * The next piece; the answer is lent until the next call, *len its length.  A
 * reference cut at the end waits for the next piece unless this is the last.
 */
const char *feed_amp_piece(struct feed_amp *amp, const char *s, size_t *len,
    bool last);

#endif
