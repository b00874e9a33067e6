/* Answers of the AT Protocol: any bytes; each line is a record. */
#include "answers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sm_source_args args = fuzz_args;

	args.where = "https://fuzz.example";
	args.account = "fuzz";
	if (size > 0 && data[0] == 't') {
		args.where = "https://bsky.app/profile/a.example/post/1";
		data++;
		size--;
	}
	fuzz_answers("bluesky", &args, data, size);
	return 0;
}
