#include "source/sweep/volume.h"

#include <string.h>

#include "base/clock.h"

#define HOUR 3600

void
sm_volume_init(struct sm_volume *volume, int64_t now)
{
	memset(volume, 0, sizeof(*volume));
	volume->first = now / HOUR - 24;
	volume->last = SM_TIME_NONE;
}

void
sm_volume_add(struct sm_volume *volume, int64_t start)
{
	int64_t at = start / HOUR - volume->first;

	volume->posts++;
	if (start > volume->last)
		volume->last = start;
	if (at >= SM_VOLUME_HOURS)
		at = SM_VOLUME_HOURS - 1;
	if (at >= 0)
		volume->count[at]++;
}

void
sm_volume_add_line(struct sm_volume *volume, const char *line, size_t len,
    int64_t now)
{
	/* Inside a text the quotes would have backslashes. */
	static const char name[] = "\"start\":\"";
	const char *at = memmem(line, len, name, sizeof(name) - 1);
	int64_t start;

	if (!at)
		start = now;
	else {
		at += sizeof(name) - 1;
		if ((size_t)(line + len - at) < 20 ||
		    sm_time_parse(at, 20, &start) == -1 || start > now)
			start = now;
	}
	sm_volume_add(volume, start);
}
