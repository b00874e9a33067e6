/* What a connector emits under the fuzzer: each line must be a record. */
#ifndef SM_TESTS_FUZZ_EMITTED_H
#define SM_TESTS_FUZZ_EMITTED_H

#include <stdlib.h>

#include "base/clock.h"
#include "record/record.h"
#include "source/emit.h"
#include "source/source.h"

static int
check_line(void *arg, const char *line, size_t len, struct sm_err *err)
{
	static struct sm_record *rec;

	(void)arg;
	if (!rec)
		rec = sm_record_new(sm_paths_new());
	if (len == 0 || line[len - 1] != '\n' ||
	    sm_record_parse(rec, line, len - 1, err) == -1)
		abort();
	return 0;
}

static const struct sm_source_args fuzz_args = {
	.name = "fuzz",
	.where = "https://fuzz.example/feed",
	.brand = "default",
	.since = SM_TIME_NONE,
	.window = SM_TIME_NONE,
};

static inline struct sm_emit
fuzz_emit(void)
{
	struct sm_emit emit = {
		.args = &fuzz_args,
		.fetched = INT64_C(1795262400),
		.line = check_line,
		.want_gaps = true,
	};

	return emit;
}

#endif
