/* Dates: any text, and what is read can be written and read again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "text/date.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[SM_TIME_TEXT];
	int64_t time, again;

	if (sm_date_parse((const char *)data, size, &time, NULL) == -1)
		return 0;
	sm_time_format(time, text);
	if (time >= 0 && time < INT64_C(253402300800) &&
	    (sm_date_parse(text, strlen(text), &again, NULL) == -1 ||
	    again != time))
		abort();
	return 0;
}
