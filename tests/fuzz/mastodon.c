/* Answers of the Mastodon API: any bytes; each line is a record. */
#include "answers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sm_source_args args = fuzz_args;

	args.where = "https://fuzz.example";
	args.account = "fuzz";
	if (size > 0 && data[0] == 'f') {
		args.follow = true;
		data++;
		size--;
	}
	fuzz_answers("mastodon", &args, data, size);
	return 0;
}
