/*
 * IMAP: any bytes from a server, in pieces; each line that comes out is a
 * record, and what we say changes nothing in the mailbox.
 */
#include <stdint.h>
#include <string.h>

#include "base/err.h"
#include "emitted.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_said(const struct sm_buf *out)
{
	static const char *const never[] = { "SELECT", "STORE", "EXPUNGE",
	    " BODY[", "APPEND", "DELETE" };

	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if (strstr(sm_buf_str(out), never[i]))
			abort();
	if (out->len > 0 && (out->data[out->len - 1] != '\n' ||
	    memchr(out->data, '\0', out->len)))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct sm_source *email = sm_source_find("email");
	struct sm_source_args args = fuzz_args;
	struct sm_emit emit = fuzz_emit();
	struct sm_buf out = SM_BUF_INIT, cursor = SM_BUF_INIT;
	size_t piece = size > 0 ? 1 + data[0] % 128u : 1;
	struct sm_err err;
	void *state;
	int ret;

	args.where = "imaps://fuzz.example/INBOX";
	args.follow = size > 0 && data[0] >= 128;
	args.cursor = size > 1 && data[1] % 2 ?
	    "{\"folders\":[[\"INBOX\",7,3]],\"newest\":1795255201}" : NULL;
	emit.args = &args;
	state = email->open(&args, &err);
	ret = email->talk(state, NULL, 0, &out, &emit, &err);
	for (size_t at = 2; ret == 1 && at < size; at += piece) {
		ret = email->talk(state, (const char *)data + at,
		    size - at < piece ? size - at : piece, &out, &emit, &err);
		if (ret == 1 && data[at] == '~')
			ret = email->talk(state, NULL, 0, &out, &emit, &err);
	}
	check_said(&out);
	email->cursor(state, &cursor);
	email->close(state);
	sm_buf_release(&cursor);
	sm_buf_release(&out);
	sm_emit_release(&emit);
	return 0;
}
