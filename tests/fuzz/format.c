/* The usual form of rules: any bytes end, and what it gave stays as it is. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "rule/format.h"
#include "rule/origin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sm_buf out = SM_BUF_INIT;
	struct sm_err err;
	struct sm_origin *origin = sm_origin_new("fuzz", (const char *)data,
	    size, &err);

	if (!origin)
		return 0;
	(void)sm_rules_format(origin, &out, &err);
	if (out.len > 16 * size + 64)
		abort();
	sm_origin_free(origin);
	sm_buf_release(&out);
	return 0;
}
