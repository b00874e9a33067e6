/*
 * One line on a terminal for work that takes longer than a second: after the
 * first second, at most five times a second, wiped off at the end.  SIGUSR1
 * asks for a line at any time, terminal or not.
 */
#ifndef SM_FRAME_PROGRESS_H
#define SM_FRAME_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct sm_progress {
	const char *unit;	/* "posts" */
	int64_t start_ms, last_ms;
	bool terminal, shown;
};

void sm_progress_begin(struct sm_progress *progress, const char *unit);
void sm_progress_tick(struct sm_progress *progress, uint64_t count);
/* Before anything else is said, and at the end. */
void sm_progress_wipe(struct sm_progress *progress);

#endif
