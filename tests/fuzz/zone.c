/* Time zones: any bytes are a TZif file, or are refused. */
#include <stdint.h>
#include <stdlib.h>

#include "base/err.h"
#include "rule/zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sm_err err;
	struct sm_zone *zone = sm_zone_read("fuzz", data, size, &err);
	int64_t time = -3000000000, until;

	if (!zone)
		return 0;
	for (int i = 0; i < 200 && time < 6000000000; i++) {
		(void)sm_zone_offset(zone, time, &until);
		if (until <= time)
			abort();
		time = until == SM_ZONE_NEVER ? time + 100000000 : until;
	}
	sm_zone_free(zone);
	return 0;
}
