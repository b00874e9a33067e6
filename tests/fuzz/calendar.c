/* Calendars: any bytes are one, or are refused; arithmetic agrees. */
#include <stdint.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "rule/calendar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const int64_t from = 1793000000;
	struct sm_err err;
	struct sm_calendar *calendar;
	int64_t open, after;

	/* No files: an include could name any. */
	for (size_t i = 0; i + 7 < size; i++)
		if (data[i] == 'i' && data[i + 1] == 'n' && data[i + 2] == 'c')
			return 0;
	calendar = sm_calendar_read("fuzz", (const char *)data, size, &err);
	if (!calendar)
		return 0;
	open = sm_calendar_between(calendar, from, from + 40 * 86400);
	if (open < 0 || open > 40 * 86400)
		abort();
	after = sm_calendar_after(calendar, from, open);
	if (open > 0 && (after == SM_TIME_NONE || after > from + 40 * 86400 ||
	    sm_calendar_between(calendar, from, after) != open))
		abort();
	sm_calendar_free(calendar);
	return 0;
}
