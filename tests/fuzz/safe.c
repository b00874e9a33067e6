/*
 * sm_safe: whatever comes in, no control and no override comes out.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/safe.h"
#include "base/utf8.h"
#include "base/width.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sm_buf out = SM_BUF_INIT;
	size_t used;

	for (int how = SM_SAFE_TTY; how <= SM_SAFE_MAIL; how++) {
		sm_buf_clear(&out);
		sm_safe(&out, (const char *)data, size, (enum sm_safe)how);
		if (sm_utf8_check(sm_buf_str(&out), out.len) != out.len)
			abort();
		for (size_t i = 0; i < out.len; i++) {
			unsigned char c = (unsigned char)out.data[i];

			if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f)
				abort();
		}
	}
	sm_width((const char *)data, size);
	sm_width_fit((const char *)data, size, 10, &used);
	sm_buf_release(&out);
	return 0;
}
