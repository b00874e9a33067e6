/* Mail: any bytes as a message; what comes out is a record. */
#include <stdint.h>

#include "base/err.h"
#include "emitted.h"
#include "source/mail/mail.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sm_emit emit = fuzz_emit();
	struct mail mail = { .cut = false };
	struct sm_err err;

	mail_emit(&mail, (const char *)data, size, SM_TIME_NONE, &emit, &err);
	mail_release(&mail);
	sm_emit_release(&emit);
	return 0;
}
