/* Definitions of connectors: any text; what is taken can be explained. */
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "source/json/definition.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sm_err err;
	struct sm_buf told = SM_BUF_INIT;
	struct sm_definition *def = sm_definition_new("fuzz.json",
	    (const char *)data, size, &err);

	if (def)
		sm_definition_explain(def, &told);
	sm_buf_release(&told);
	sm_definition_free(def);
	return 0;
}
