/*
 * Mappings: any bytes as a body, by the mapping that the first byte picks;
 * each line that comes out is a record.
 */
#include <stdint.h>

#include "base/err.h"
#include "emitted.h"
#include "source/json/mapping.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = { "github", "line", "linkedin", "meta",
    "slack", "telegram", "twarc", "twilio", "viber", "x", "zammad" };
#define NAMES (sizeof(names) / sizeof(*names))

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct mapping *maps[NAMES];
	struct sm_emit emit = fuzz_emit();
	struct sm_err err;
	size_t which = size > 0 ? data[0] % NAMES : 0;

	if (!maps[which])
		maps[which] = mapping_open(names[which], &err);
	if (!maps[which])
		abort();
	mapping_emit(maps[which], (const char *)data + (size > 0),
	    size > 0 ? size - 1 : 0, "body", &emit, &err);
	sm_emit_release(&emit);
	return 0;
}
