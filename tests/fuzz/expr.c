/*
 * An expression and a record: what is read is either refused with its place
 * or judged, and a tree says the same as what was made of it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "record/record.h"
#include "rule/expr.h"

static const char post[] =
    "{\"content\":\"Refund me, \\u0105\\u017c b\",\"direction\":\"in\","
    "\"attributedTo\":{\"id\":\"i\",\"preferredUsername\":\"h\","
    "\"followers\":75,\"bot\":true},\"tag\":[{\"name\":\"#a\"},\"b\",[1]],"
    "\"start\":\"2026-11-01T08:00:00Z\",\"fetched\":\"2026-11-01T10:00:00Z\","
    "\"score\":{\"lang\":\"pl\",\"sentiment\":-40.5,\"intent\":[\"praise\"],"
    "\"spam\":2,\"polarity\":\"negative\"}}";

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

/* The input is an expression, perhaps a line feed and a record behind it. */
int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	char *text = sm_xstrndup((const char *)data, size);
	char *line = strchr(text, '\n');
	const char *record = post;
	struct sm_paths *paths = sm_paths_new();
	struct sm_expr *expr;
	struct sm_err err = { .text = "" };

	if (line) {
		*line = '\0';
		record = line + 1;
	}
	expr = sm_expr_compile(text, "expr", paths, &err);
	if (!expr && !*err.text)
		abort();
	if (expr) {
		struct sm_eval *state = sm_expr_state(expr, SM_TIME_NONE);
		struct sm_record *rec = sm_record_new(paths);

		if (sm_record_parse(rec, record, strlen(record), &err) == 0) {
			int first = sm_expr_eval(expr, state, rec, &err);

			if (first != sm_expr_eval(expr, state, rec, &err))
				abort();
		}
		sm_record_free(rec);
		sm_expr_state_free(state);
	}
	sm_expr_free(expr);
	sm_paths_free(paths);
	free(text);
	return 0;
}
